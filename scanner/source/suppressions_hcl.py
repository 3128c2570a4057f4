"""Suppressions in the comments of Terraform files, and the block or attribute that each holds for.

Our own holds, where the comment
- stands beside a block's first or last line or an attribute, or within an attribute's value: for that;
- stands on lines of its own right above a block: for that block;
- is the first thing in a block: for that block;
- stands on lines of its own right above an attribute: for that attribute;
- stands elsewhere in a block: for that block.
What looks like a comment in a string or heredoc is none. Other tools' comments hold where these tools say; see
`suppression_comments`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Final, NamedTuple

from scanner.model import SourceSpan
from scanner.source.document import Document
from scanner.source.hcl.ast import Attribute, Block, Body
from scanner.source.hcl.lexis import IDENT
from scanner.source.suppression_comments import (
    BLOCK,
    FILE,
    INSIDE,
    ITEM,
    LINE,
    NEXT,
    Comment,
    lines_below,
    read_comment,
)
from scanner.source.suppressions import Suppression, suppression, whole_lines

_marks = re.compile(rb"\"|#[^\r\n]*+|//[^\r\n]*+|/\*|<<-?(" + IDENT + rb")[ \t]*+(?:\r\n|\n|\r)").search
_in_quotes = re.compile(rb"\\[^\r\n]|\$\$\{|%%\{|[$%]\{|\"|[\r\n]").search
_in_code = re.compile(rb"\"|[{}]|#[^\r\n]*+|//[^\r\n]*+").search
_NOTHING_BELOW: Final = "there is no block or attribute right below it, beside it or around it"
_ELSEWHERE: Final = {
    ITEM: "Checkov reads this inside of a block only",
    NEXT: "Trivy reads this on the first line of a block or attribute, or right above it",
    BLOCK: "there is no block or attribute right below it",
    FILE: "KICS reads this at the beginning of a file only",
    INSIDE: _NOTHING_BELOW,
}

Item = Attribute | Block


def suppressions(document: Document) -> Iterator[Suppression]:
    """What the comments of a file suppress."""
    if not isinstance(document.tree, Body):
        return
    places = _Places(document, document.tree)
    told = [(comment, each) for comment in comments(document.data) for each in read_comment(comment.text)]
    stacked = lines_below({document.position(comment.start)[0] for comment, each in told if each.holds == NEXT})
    for comment, statement in told:
        scope = places.scope(comment, statement.holds, stacked)
        problem = statement.problem or ("" if scope else _ELSEWHERE[statement.holds])
        location = document.span(comment.start, comment.start + len(comment.text.encode()))
        for rule in statement.rules or ("",):
            yield suppression(statement, rule, location, scope, problem)


def comments(data: bytes) -> Iterator[Comment]:
    """The lines of every comment of an HCL text, without their marks. After a heredoc that has no end, nothing is
    taken for a comment."""
    at = 0
    while (match := _marks(data, at)) is not None:
        token = match[0]
        at = match.end()
        if token == b'"':
            at = _end_of_string(data, at)
        elif token == b"/*":
            at = data.find(b"*/", at)
            if at < 0:
                return
            yield from _lines_of(data, match.end(), at)
            at += 2
        elif token.startswith(b"<<"):
            closing = rb"(?:^|(?<=[\r\n]))[ \t]*+" + re.escape(match[1]) + rb"[ \t]*+(?=[\r\n]|\Z)"
            end = re.compile(closing).search(data, at)
            if end is None:
                return
            at = end.end()
        else:
            begin = match.start() + (1 if token.startswith(b"#") else 2)
            yield Comment(begin, at, data[begin:at].decode("utf-8", "replace"))


def _lines_of(data: bytes, start: int, end: int) -> Iterator[Comment]:
    for match in re.compile(rb"[^\r\n]+").finditer(data, start, end):
        text = match[0].decode("utf-8", "replace")
        yield Comment(match.start(), end + 2, text.lstrip(" \t*#"))


def _end_of_string(data: bytes, at: int) -> int:
    """Where a quoted string ends, from behind its opening quote, with all that is interpolated in it."""
    stack = [b'"']
    while stack:
        quoted = stack[-1] == b'"'
        match = (_in_quotes if quoted else _in_code)(data, at)
        if match is None:
            return len(data)
        at, token = match.end(), match[0]
        if quoted and token in (b'"', b"\r", b"\n"):
            stack.pop()
        elif token in (b"${", b"%{", b"{"):
            stack.append(b"{")
        elif not quoted and token == b'"':
            stack.append(token)
        elif token == b"}":
            stack.pop()
    return at


class _Around(NamedTuple):
    """What stands around a comment."""

    blocks: tuple[Block, ...]
    """The blocks that it stands in, the outermost first."""
    within: Item | None
    """The attribute in whose value it stands, or the block on whose first line."""
    before: Item | None
    after: Item | None


class _Places:
    """Finds what comments of one file hold for."""

    def __init__(self, document: Document, body: Body) -> None:
        self._document = document
        self._body = body
        self._items: dict[int, tuple[list[int], list[Item]]] = {}
        self._blanks: list[int] = []
        """The number of blank lines up to each line."""

    def scope(self, comment: Comment, holds: str, stacked: Mapping[int, int]) -> SourceSpan | None:
        """The span that a comment holds for; None where it may not stand."""
        around = self._around(comment.start)
        line = self._line(comment.start)
        if holds == LINE:
            return whole_lines(self._document, line, line + 1)
        if holds == FILE:
            return self._span_of_file() if not around.blocks and not (around.before or around.within) else None
        if holds == ITEM:
            outer = around.blocks[0] if around.blocks else around.within
            inside = isinstance(outer, Block) and self._line(outer.start) < line < self._line(outer.end - 1)
            return self._span(outer) if outer is not None and inside else None
        if holds == NEXT:
            return self._span(self._next(around, line, stacked))
        if holds == BLOCK:
            return self._span(around.after if self._alone(comment) and self._adjoins(comment, around) else None)
        return self._span(self._own(comment, around, line))

    def _own(self, comment: Comment, around: _Around, line: int) -> Item | None:
        if around.within is not None:
            return around.within
        if not self._alone(comment):
            beside = around.before
            if beside is not None and self._line(beside.end - 1) == line:
                return beside
            return around.after
        parent = around.blocks[-1] if around.blocks else None
        adjoining = around.after if self._adjoins(comment, around) else None
        if isinstance(adjoining, Block):
            return adjoining
        if around.before is None and parent is not None:
            return parent
        return adjoining or parent

    def _next(self, around: _Around, line: int, stacked: Mapping[int, int]) -> Item | None:
        for item in (around.within, around.before):
            if item is not None and self._line(item.start) == line:
                return item
        below = stacked.get(line, line + 1)
        return around.after if around.after is not None and self._line(around.after.start) == below else None

    def _around(self, offset: int) -> _Around:
        body = self._body
        blocks: list[Block] = []
        while True:
            starts, items = self._sorted(body)
            index = bisect_right(starts, offset) - 1
            before = items[index] if index >= 0 else None
            after = items[index + 1] if index + 1 < len(items) else None
            if before is None or offset >= before.end:
                return _Around(tuple(blocks), None, before, after)
            if isinstance(before, Attribute) or self._line(before.header_end) == self._line(offset):
                return _Around(tuple(blocks), before, items[index - 1] if index else None, after)
            blocks.append(before)
            body = before.body

    def _sorted(self, body: Body) -> tuple[list[int], list[Item]]:
        found = self._items.get(id(body))
        if found is None:
            items: list[Item] = [*body.attributes.values(), *body.duplicates, *body.blocks]
            items.sort(key=lambda item: item.start)
            found = self._items[id(body)] = [item.start for item in items], items
        return found

    def _alone(self, comment: Comment) -> bool:
        """Whether nothing but comment stands before it on its line."""
        data = self._document.data
        begin = max(data.rfind(b"\n", 0, comment.start), data.rfind(b"\r", 0, comment.start)) + 1
        return not data[begin : comment.start].strip(b" \t#/*")

    def _adjoins(self, comment: Comment, around: _Around) -> bool:
        """Whether no line between the comment and what follows is blank."""
        if around.after is None:
            return False
        if not self._blanks:
            blank = (not self._document.line(number).strip() for number in range(1, self._last_line() + 1))
            self._blanks = list(accumulate(blank, initial=0))
        first, last = self._line(comment.end - 1), self._line(around.after.start)
        return first >= last or self._blanks[first] == self._blanks[last - 1]

    def _last_line(self) -> int:
        return self._line(len(self._document.data))

    def _line(self, offset: int) -> int:
        return self._document.position(offset)[0]

    def _span(self, item: Item | None) -> SourceSpan | None:
        return self._document.span(item.start, item.end) if item is not None else None

    def _span_of_file(self) -> SourceSpan:
        return whole_lines(self._document, 1, self._last_line())
