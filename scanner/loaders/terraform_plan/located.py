"""A plan's JSON tree, and where in the text its parts stand. Places are found only for what is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from scanner.model import Limits, PathStep, SourceSpan
from scanner.source.document import Document
from scanner.source.json import parse_json
from scanner.source.located import LocatedDict, LocatedList

Member = tuple[int, int, int]
"""Byte offsets: of the key (of the value, in a list), of the value, and after the value."""

Pointer = tuple[PathStep, ...]

_NOWHERE: Final[Member] = (0, 0, 0)
_KEY: Final = re.compile(r'[\s,]*+("(?:[^"\\]++|\\.)*+")\s*+:\s*+', re.DOTALL)
_ITEM: Final = re.compile(r"[\s,]*+")
_ADDRESS: Final = re.compile(r'\{\s*+("address"\s*+:\s*+"(?:[^"\\]++|\\.)*+")', re.DOTALL)
_TOPS: Final = ("planned_values", "values")


class Located:
    """The JSON of one document with its places."""

    def __init__(self, document: Document, limits: Limits) -> None:
        self.tree: Any = document.tree if document.tree is not None else parse_json(document, limits)
        self._document = document
        self._headers: dict[Pointer, SourceSpan] | None = None

    def member(self, path: Pointer) -> Member | None:
        """Where the value at a path of keys and indexes stands; None where nothing does."""
        value = self.tree
        found = (value.start, value.start, value.end) if isinstance(value, LocatedDict | LocatedList) else _NOWHERE
        for step in path:
            if isinstance(value, LocatedDict) and isinstance(step, str) and step in value:
                key, _, start, end = value.spans[step]
                found, value = (key, start, end), value[step]
            elif isinstance(value, LocatedList) and isinstance(step, int) and 0 <= step < len(value):
                start, end = value.spans[step]
                found, value = (start, start, end), value[step]
            else:
                return None
        return found

    def header(self, path: Pointer) -> SourceSpan:
        """The address in the object of a resource, or the bracket that opens it where no address does."""
        if self._headers is None:
            self._headers = _headers(self._document)
        found = self._headers.get(path)
        if found is not None:
            return found
        address = self.member((*path, "address"))
        if address is not None:
            return self.span(address[0], address[2])
        place = self.nearest(path)[0]
        return self.span(place[0], place[1] + 1)

    def nearest(self, path: Pointer) -> tuple[Member, int]:
        """The place of the longest beginning of the path that stands in the text, and how many steps it has."""
        for length in range(len(path), 0, -1):
            found = self.member(path[:length])
            if found is not None:
                return found, length
        return self.member(()) or _NOWHERE, 0

    def span(self, start: int, end: int) -> SourceSpan:
        """The span between two byte offsets."""
        return self._document.span(start, end)


def _headers(document: Document) -> dict[Pointer, SourceSpan]:
    """The header of every planned resource, by pointer.

    Every resource needs one, so the planned values are gone through once, and only they: asking the tree
    would go through the whole text at every level.
    """
    text = document.data.decode("utf-8", "replace")
    lines = _Lines(text)
    decoder: Any = json.JSONDecoder(parse_int=str, parse_float=str)
    found = {}
    for pointer, start in _resources(text, decoder.scan_once):
        match = _ADDRESS.match(text, start)
        first, end = match.span(1) if match else (start, start + 1)
        found[pointer] = SourceSpan(document.path, *lines.position(first), *lines.position(end))
    return found


def _resources(text: str, skip: Any) -> Iterator[tuple[Pointer, int]]:
    """Pointer and start of every resource, in the order of the text; what comes after them is not read."""
    match = _ITEM.match(text, 0)
    start = match.end() if match else 0
    for top, at in _entries(text, start, skip, _TOPS):
        for name, inner in _entries(text, at, skip, ("root_module",)):
            yield from _of_module(text, inner, skip, (top, name))
            return


def _of_module(text: str, start: int, skip: Any, pointer: Pointer) -> Iterator[tuple[Pointer, int]]:
    for name, at in _entries(text, start, skip, ("resources", "child_modules")):
        for index, item in _items(text, at, skip):
            if name == "resources":
                yield (*pointer, name, index), item
            else:
                yield from _of_module(text, item, skip, (*pointer, name, index))


def _entries(text: str, start: int, skip: Any, wanted: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Name and start of the values of an object that are wanted."""
    if text[start : start + 1] != "{":
        return
    position = start + 1
    while match := _KEY.match(text, position):
        position = match.end()
        name = json.loads(match[1], strict=False)
        if name in wanted:
            yield name, position
        position = skip(text, position)[1]


def _items(text: str, start: int, skip: Any) -> Iterator[tuple[int, int]]:
    """Index and start of the values of a list."""
    position = start + 1
    index = 0
    while text[start : start + 1] == "[" and (match := _ITEM.match(text, position)):
        position = match.end()
        if text[position : position + 1] in ("]", ""):
            return
        yield index, position
        position = skip(text, position)[1]
        index += 1


class _Lines:
    """Lines and columns of ascending offsets, each stretch of the text counted once."""

    def __init__(self, text: str) -> None:
        # A lone CR ends a line too, and is counted as LF: the offsets stay what they are.
        self._text = text if text.count("\r") == text.count("\r\n") else re.sub("\r(?!\n)", "\n", text)
        self._at = 0
        self._line = 1
        self._start = 0

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset that is not before the last one."""
        more = self._text.count("\n", self._at, offset)
        if more:
            self._line += more
            self._start = self._text.rfind("\n", self._at, offset) + 1
        self._at = offset
        return self._line, offset - self._start + 1
