"""JSON to a located tree. The standard library's parser reads it; places are found only when one is
asked for, level by level, by the same parser.

Numbers that no double or sensible integer holds are Unknown; a lone surrogate becomes U+FFFD.
"""

from __future__ import annotations

import json
import re
from json.decoder import JSONDecodeError
from typing import Any, Final

from scanner.model import Diagnostic, Limits, Unknown
from scanner.source.document import Document
from scanner.source.located import ByteOffsets, EntrySpan, LocatedDict, LocatedList

_blank: Final = re.compile(r"[ \t\n\r]*").match
_strings: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_numbers: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|(NaN|-?Infinity|-?\d++(?:\.\d++)?+(?:[eE][+-]?+\d++)?+)', re.DOTALL)
_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_MOST_DIGITS: Final = 400
_MOST_TOLD: Final = 100
"""All oddities keep their values; that there are more need not be said without end."""
_CONTAINERS: Final = frozenset({LocatedDict, LocatedList})


def parse_json(document: Document, limits: Limits) -> Any:
    """Parse a whole file into `document.tree`. Raises nothing: a text that is not JSON gives a
    diagnostic, the status `failed` and the tree None."""
    if too_deep(document.data, limits.depth):
        message = f"brackets are nested more than {limits.depth} deep"
        _fail(document, Diagnostic("GR-LIMIT-DEPTH", "error", message, "Raise --limit depth=N.", document.path))
        return None
    source = _JsonSource(document)
    try:
        document.tree = source.parse()
    except JSONDecodeError as error:
        start = source.offset(min(error.pos, len(source.text)))
        span = document.span(start, min(start + 1, len(document.data)))
        message, hint = _explained(error)
        _fail(document, Diagnostic("GR-PARSE", "error", message, hint, document.path, span))
    except RecursionError:
        _fail(document, Diagnostic("GR-LIMIT-DEPTH", "error", "brackets are nested too deep", "", document.path))
    return document.tree


def too_deep(data: bytes, limit: int) -> bool:
    """Whether brackets outside strings are nested deeper than the limit. Innermost pairs are taken
    away level by level, which needs no step a bracket."""
    brackets = _strings.sub(b"", data).translate(None, _BRACKETS)
    for _ in range(limit):
        before = len(brackets)
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(brackets) == before:
            break
    return b"[]" in brackets or b"{}" in brackets or brackets.count(b"[") + brackets.count(b"{") > limit


def _fail(document: Document, diagnostic: Diagnostic) -> None:
    document.diagnostics.append(diagnostic)
    document.status = "failed"
    document.tree = None


def _explained(error: JSONDecodeError) -> tuple[str, str]:
    """What is wrong, in a sentence, and what to do."""
    text, position = error.doc, error.pos
    found = text[position : position + 1]
    if position >= len(text.rstrip()):
        return "the text ends in the middle of a value", "Check that the file is complete."
    if error.msg.startswith("Extra data"):
        return "more text after the end of the value", "A JSON file holds one value; remove the rest."
    if "delimiter" in error.msg:
        sign = "`:`" if "':'" in error.msg else "`,`"
        return f"`{found}` where {sign} should stand", f"Add the missing {sign}, or the quote before it."
    if "Unterminated string" in error.msg or "control character" in error.msg:
        return "a string has no closing quote on its line", 'Add the missing `"`.'
    if "property name" in error.msg:
        return f"`{found}` where a key in double quotes should stand", "Remove a trailing comma, or quote the key."
    if "escape" in error.msg:
        return "an escape sequence that JSON does not have", "Write a backslash as `\\\\`."
    return f"`{found}` where a value should begin", "JSON has no comments, no single quotes and no trailing commas."


class _JsonSource:
    """One text, its tree, and the places that have been asked for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.text = document.data.decode("utf-8", "replace")
        self.offset = ByteOffsets(self.text)
        self._surrogates = "\\ud" in self.text or "\\uD" in self.text
        self._invalid: list[Unknown] = []
        self._duplicated: list[LocatedDict] = []
        self._skip: Any = None
        self._string: Any = None

    def parse(self) -> Any:
        """The tree, with the diagnostics put into the document."""
        try:
            tree = self._decode(int)
        except JSONDecodeError:
            raise
        except ValueError:  # an integer beyond the interpreter's own limit
            self._invalid.clear()
            self._duplicated.clear()
            tree = self._decode(self._integer)
        tree = self._list(tree) if type(tree) is list else tree
        if isinstance(tree, LocatedDict | LocatedList):
            tree._at = self._blank(0)
        if self._invalid:
            self._tell_numbers()
        for container in self._duplicated[:_MOST_TOLD]:
            self._tell_duplicates(container)
        return tree

    def _decode(self, integer: Any) -> Any:
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=self._float, parse_constant=self._constant, parse_int=integer
        )
        return decoder.decode(self.text)

    def _object(self, pairs: list[tuple[str, Any]]) -> LocatedDict:
        if self._surrogates:
            pairs = [(_mended(key), _mended(value)) for key, value in pairs]
        out = LocatedDict(pairs)
        out._source = self
        if len(out) != len(pairs):
            self._collect(out, pairs)
        for key, value in out.items():
            if value.__class__ is list:
                out[key] = value = self._list(value)
            elif value.__class__ not in _CONTAINERS:
                continue
            value._parent = out
        return out

    def _collect(self, out: LocatedDict, pairs: list[tuple[str, Any]]) -> None:
        readings: dict[str, list[Any]] = {}
        for key, value in pairs:
            readings.setdefault(key, []).append(self._list(value) if value.__class__ is list else value)
        out._duplicates = {key: values for key, values in readings.items() if len(values) > 1}
        for key, values in out._duplicates.items():
            out[key] = values[-1]
            for value in values:
                if value.__class__ in _CONTAINERS:
                    value._parent = out
        self._duplicated.append(out)

    def _list(self, items: list[Any]) -> LocatedList:
        out = LocatedList(items)
        out._source = self
        for index, item in enumerate(out):
            if item.__class__ is list:
                out[index] = item = self._list(item)
                item._parent = out
            elif item.__class__ is LocatedDict:
                item._parent = out
            elif self._surrogates:
                out[index] = _mended(item)
        return out

    def _float(self, text: str) -> Any:
        value = float(text)
        return value if abs(value) != float("inf") else self._constant(text)

    def _integer(self, text: str) -> Any:
        return int(text) if len(text) <= _MOST_DIGITS else self._constant(text)

    def _constant(self, text: str) -> Unknown:
        unknown = Unknown("invalid", f"{_short(text)} is not a number that can be compared", not_null=True)
        self._invalid.append(unknown)
        return unknown

    def _tell_numbers(self) -> None:
        """Say where the numbers stand that became Unknown; they were met in the order of the text."""
        waiting = iter(self._invalid)
        for match in _numbers.finditer(self.text):
            text = match[1]
            if text and (not text[-1].isdigit() or len(text) > _MOST_DIGITS or _infinite(text)):
                unknown = next(waiting, None)
                if unknown is None:
                    return
                unknown.span = self._document.span(self.offset(match.start(1)), self.offset(match.end(1)))
                self._tell("GR-NUMBER", unknown.text, "Write a finite number.", unknown.span)

    def _tell_duplicates(self, container: LocatedDict) -> None:
        for key, values in container.duplicates.items():
            start, end = container.spans[key][:2]
            message = f"the key `{_short(key)}` is given {len(values)} times; every value is judged"
            self._tell("GR-DUP-KEY", message, "Remove all but one.", self._document.span(start, end))

    def _tell(self, code: str, message: str, hint: str, span: Any) -> None:
        if len(self._document.diagnostics) >= _MOST_TOLD:
            return
        self._document.diagnostics.append(Diagnostic(code, "warning", message, hint, self._document.path, span))

    def locate(self, container: LocatedDict | LocatedList) -> None:
        """Find the places of a container: of all around it first, from the outside in."""
        chain = [container]
        while hasattr(chain[-1], "_parent"):
            chain.append(chain[-1]._parent)
        for item in reversed(chain):
            if not hasattr(item, "_spans"):
                self._place(item)

    def _place(self, container: LocatedDict | LocatedList) -> None:
        if self._skip is None:
            # `len` in place of every object: what is only passed over is freed at once.
            decoder: Any = json.JSONDecoder(object_pairs_hook=len, parse_int=str, parse_float=str, parse_constant=str)
            self._skip, self._string = decoder.scan_once, decoder.parse_string
        start = container._at
        end = self._mapping(container, start) if isinstance(container, LocatedDict) else self._items(container, start)
        container._start, container._end = self.offset(start), self.offset(end)

    def _blank(self, position: int) -> int:
        match = _blank(self.text, position)
        assert match is not None
        return match.end()

    def _mapping(self, container: LocatedDict, start: int) -> int:
        text, position = self.text, self._blank(start + 1)
        offset = self.offset
        spans: dict[str, EntrySpan] = {}
        counts: dict[str, int] = {}
        while text[position] != "}":
            key_start = position
            key, key_end = self._string(text, position + 1, True)
            key = _mended(key) if self._surrogates else key
            value_start = self._blank(self._blank(key_end) + 1)
            value_end = self._skip(text, value_start)[1]
            spans[key] = (offset(key_start), offset(key_end), offset(value_start), offset(value_end))
            nth = counts[key] = counts.get(key, -1) + 1
            readings = container.duplicates.get(key)
            self._found(readings[nth] if readings else container[key], value_start)
            position = self._next(value_end)
        container._spans = spans
        return position + 1

    def _items(self, container: LocatedList, start: int) -> int:
        text, position = self.text, self._blank(start + 1)
        spans: list[tuple[int, int]] = []
        while text[position] != "]":
            value_end = self._skip(text, position)[1]
            self._found(container[len(spans)], position)
            spans.append((self.offset(position), self.offset(value_end)))
            position = self._next(value_end)
        container._spans = spans
        return position + 1

    def _next(self, position: int) -> int:
        position = self._blank(position)
        return self._blank(position + 1) if self.text[position] == "," else position

    def _found(self, child: Any, start: int) -> None:
        if isinstance(child, LocatedDict | LocatedList):
            child._at = start


def _mended(value: Any) -> Any:
    """A string without lone surrogates; anything else as it is."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _short(text: str) -> str:
    return _mended(text if len(text) <= 40 else text[:37] + "...")  # type: ignore[no-any-return]


def _infinite(text: str) -> bool:
    return not text.lstrip("-").isdigit() and abs(float(text)) == float("inf")
