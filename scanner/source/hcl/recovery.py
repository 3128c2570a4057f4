"""What is kept of a text that does not parse: it is parsed again piece by piece between the lines
that look like top-level headers at column 0, so that a broken block costs that block."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from scanner.source.hcl import lexis
from scanner.source.hcl.ast import Block, Body
from scanner.source.hcl.bodies import Bodies, Item, stray
from scanner.source.hcl.lexis import Fault, Stray, Unclosed

_headers_and_attributes: Final = re.compile(
    lexis.LINE_START + rb"(?:" + lexis.HEADER + rb"|" + lexis.IDENT + rb"[ \t]*+=(?![=>]))"
).finditer
_opaque: Final = re.compile(
    rb"\"(?:[^\"\\\r\n]++|\\[^\r\n])*+\"|\"[^\r\n]*+|#[^\r\n]*+|//[^\r\n]*+|/\*|<<-?" + lexis.IDENT + rb"[ \t]*+[\r\n]"
).finditer
_marks: Final = re.compile(lexis.LINE_START + rb"[ \t]*+(" + lexis.IDENT + rb")[ \t]*+(?=[\r\n]|\Z)").finditer
_conflict_marks: Final = re.compile(lexis.LINE_START + rb"([<>]){7}(?:[ \t][^\r\n]*+)?+(?=[\r\n]|\Z)").finditer
_braces: Final = re.compile(
    rb"\"(?:[^\"\\\r\n]++|\\[^\r\n])*+\"|\"[^\r\n]*+|#[^\r\n]*+|//[^\r\n]*+|[{}]|[\r\n]++[ \t]*+"
).finditer
_MOST_FAULTS: Final = 100


class Recovery:
    """The parse of a whole text: strictly as far as it goes, then piece by piece."""

    def __init__(self, parser: Bodies, *, attributes: bool) -> None:
        """`attributes`: whether attributes stand at the top level, as in tfvars."""
        self.parser = parser
        self.faults: list[Fault] = []
        self._items: list[Item] = []
        self._attributes = attributes

    def run(self) -> Body:
        """The body of the text; what went wrong is in `faults`."""
        broken = self._parse(self.parser.pos, len(self.parser.data))
        if broken is not None:
            self._pieces(broken[0])
        body = Body(self.parser.document, {}, [], [])
        for item in self._items:
            if isinstance(item, Block):
                body.blocks.append(item)
            else:
                self.parser.keep(body, item)
        return body

    def _parse(self, start: int, end: int) -> tuple[int, Fault] | None:
        """Parse a stretch into `_items`; where the first item that is broken begins, and why."""
        parser = self.parser
        parser.pos, parser.end, parser.depth = start, end, 0
        while True:
            begin = lexis.blank_any(parser.data, parser.pos, end)
            assert begin is not None
            try:
                item = parser.item()
                if item is not None:
                    parser.end_of_item(item)
                elif parser.pos < end:
                    raise stray(parser.pos)
                else:
                    return None
            except Fault as fault:
                return begin.end(), fault
            except RecursionError:
                return begin.end(), Fault(begin.end(), "brackets are nested too deep", code="GR-LIMIT-DEPTH")
            self._items.append(item)

    def _pieces(self, start: int) -> None:
        data = self.parser.data
        conflicts = list(_conflicts(data, start))
        bounds = [start, *self._boundaries(start), len(data)]
        regions = dict(conflicts)
        begins = list(regions)
        outside = (bound for bound in bounds if not _within(bound, begins, regions))
        bounds = sorted({*outside, *begins, *regions.values()})
        ends = frozenset(regions.values())
        lost = False
        for begin, end in pairwise(bounds):
            if begin in regions:
                continue
            at_conflict = end in regions
            after = begin in ends
            if after and lost:
                lost = False
                continue
            lost = self._piece(begin, end, quiet=at_conflict)
            lost = lost and at_conflict
        for begin, end in conflicts:
            self._note(_conflict(begin, data.find(b"\n", begin, end)))
        self.faults.sort(key=lambda fault: fault.start)

    def _piece(self, begin: int, end: int, *, quiet: bool) -> bool:
        """Parse one piece; whether it was broken."""
        while (broken := self._parse(begin, end)) is not None:
            start, fault = broken
            if not quiet:
                self._note(self._explained(fault, start, end))
            if not isinstance(fault, Stray):
                return True
            self._undo_early_end()
            begin = fault.start + 1
        return False

    def _undo_early_end(self) -> None:
        """A stray brace after indented items: an earlier brace closed their block too early, so that
        it is not the whole block."""
        data = self.parser.data
        count = len(self._items)
        while self._items and self._items[-1].start > 0 and data[self._items[-1].start - 1] in b" \t":
            self._items.pop()
        if len(self._items) < count and self._items:
            self._items.pop()

    def _explained(self, fault: Fault, start: int, end: int) -> Fault:
        if isinstance(fault, Unclosed):
            opening = _unclosed_brace(self.parser.data, start, end)
            if opening is not None:
                fault = Unclosed(opening, fault.message, fault.hint)
        return fault

    def _note(self, fault: Fault) -> None:
        if len(self.faults) == _MOST_FAULTS:
            message = f"more is broken from here on: only the first {_MOST_FAULTS} places are listed"
            self.faults.append(Fault(fault.start, message))
        elif len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)

    def _boundaries(self, start: int) -> list[int]:
        """Where lines after `start` look like a top-level header, outside comments and heredocs."""
        data = self.parser.data
        find = _headers_and_attributes if self._attributes else lexis.headers
        offsets = [match.start() for match in find(data, start)]
        hidden = list(_hidden(data, start, offsets))
        begins = [begin for begin, _ in hidden]
        out = []
        for offset in offsets:
            index = bisect_right(begins, offset) - 1
            if offset > start and (index < 0 or offset >= hidden[index][1]):
                out.append(offset)
        return out


def _conflicts(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    opening = -1
    for match in _conflict_marks(data, start):
        if match[1] == b"<" and opening < 0:
            opening = match.start()
        elif match[1] == b">" and opening >= 0:
            yield opening, match.end()
            opening = -1


def _within(offset: int, begins: list[int], regions: dict[int, int]) -> bool:
    """Whether an offset lies inside one of the regions, whose beginnings are sorted."""
    index = bisect_right(begins, offset) - 1
    return index >= 0 and offset < regions[begins[index]]


def _conflict(begin: int, end: int) -> Fault:
    return Fault(begin, "an unresolved merge conflict", "Choose one side and remove the three marker lines.", end)


def _hidden(data: bytes, start: int, headers: list[int]) -> Iterator[tuple[int, int]]:
    """The block comments and closed heredocs from `start` on."""
    heredocs = _Heredocs(data, start, headers)
    last_comment = data.rfind(b"*/", start)
    position = start
    for match in _opaque(data, start):
        if match.start() < position:
            continue
        end = -1
        if match[0] == b"/*" and match.end() <= last_comment:
            end = data.index(b"*/", match.end()) + 2
        elif match[0].startswith(b"<<"):
            end = heredocs.end(match[0][2:].lstrip(b"-").strip(), match.start(), match.end())
        if end >= 0:
            position = end
            yield match.start(), end


class _Heredocs:
    """Where heredocs open and where lines stand that may close them, found in one pass."""

    def __init__(self, data: bytes, start: int, headers: list[int]) -> None:
        self._headers = headers
        self._marks: dict[bytes, list[int]] = {}
        self._opens: dict[bytes, list[int]] = {}
        for match in _marks(data, start):
            self._marks.setdefault(match[1], []).append(match.start(1))
        for match in lexis.heredocs(data, start):
            self._opens.setdefault(match[2], []).append(match.start())

    def end(self, mark: bytes, start: int, content: int) -> int:
        """Where the heredoc that opens at `start` is closed; -1 if nowhere, which is also said if,
        before the line that would close it, a header is followed by another heredoc of that mark."""
        ends = self._marks.get(mark, [])
        index = bisect_right(ends, content - 1)
        if index == len(ends):
            return -1
        following = bisect_right(self._headers, start)
        if following < len(self._headers):
            opens = self._opens[mark]
            if self._headers[following] < opens[bisect_right(opens, ends[index]) - 1]:
                return -1
        return ends[index]


def _unclosed_brace(data: bytes, start: int, end: int) -> int | None:
    """The opening brace that most likely lacks its closing one: the first whose partner stands on a
    line that is indented less than its own, else the innermost one that is left."""
    indent = 0
    stack: list[tuple[int, int]] = []
    for match in _braces(data, start, end):
        text = match[0]
        if text == b"{":
            stack.append((match.start(), indent))
        elif text == b"}" and stack:
            opening, outer = stack.pop()
            if indent < outer:
                return opening
        elif not text.strip():
            indent = len(text.lstrip(b"\r\n"))
    return stack[-1][0] if stack else None
