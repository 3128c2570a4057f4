"""Plain dicts and lists that know where their entries stand in the text. Spans are byte offsets."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any, Final, Protocol

_wide: Final = re.compile("[^\\x00-\\x7f]").finditer
EntrySpan = tuple[int, int, int, int]
"""Start and end of the key, start and end of the value."""


class Source(Protocol):
    """Whoever can say later where a container stands. `_parent` and `_at` (where a container begins, in
    characters) are its own notes."""

    def locate(self, container: LocatedDict | LocatedList) -> None:
        """Set `_start`, `_end` and `_spans` of a container of this source."""


class LocatedDict(dict[str, Any]):
    """A mapping with the places of its entries. For a key that was given more than once the entry is
    the last one, and `duplicates` has all."""

    __slots__ = ("_at", "_duplicates", "_end", "_parent", "_source", "_spans", "_start")

    _source: Source
    _parent: LocatedDict | LocatedList
    _at: int
    _start: int
    _end: int
    _spans: dict[str, EntrySpan]
    _duplicates: dict[str, list[Any]]

    @property
    def start(self) -> int:
        """Where the mapping begins."""
        if not hasattr(self, "_start"):
            self._source.locate(self)
        return self._start

    @property
    def end(self) -> int:
        """Where it ends."""
        if not hasattr(self, "_end"):
            self._source.locate(self)
        return self._end

    @property
    def spans(self) -> dict[str, EntrySpan]:
        """Where each entry stands. A key merged in by `<<` stands where it was merged from."""
        if not hasattr(self, "_spans"):
            self._source.locate(self)
        return self._spans

    @property
    def duplicates(self) -> dict[str, list[Any]]:
        """Keys that were given more than once, with every value in the order of the text."""
        return getattr(self, "_duplicates", {})


class LocatedList(list[Any]):
    """A list with the places of its items."""

    __slots__ = ("_at", "_end", "_parent", "_source", "_spans", "_start")

    _source: Source
    _parent: LocatedDict | LocatedList
    _at: int
    _start: int
    _end: int
    _spans: list[tuple[int, int]]

    @property
    def start(self) -> int:
        """Where the list begins."""
        if not hasattr(self, "_start"):
            self._source.locate(self)
        return self._start

    @property
    def end(self) -> int:
        """Where it ends."""
        if not hasattr(self, "_end"):
            self._source.locate(self)
        return self._end

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where each item stands."""
        if not hasattr(self, "_spans"):
            self._source.locate(self)
        return self._spans


class ByteOffsets:
    """Character offsets of a text to byte offsets of its UTF-8."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.ascii = text.isascii()
        self._wide: list[int] = []
        self._more: list[int] = []

    def __call__(self, index: int) -> int:
        """The byte offset of a character."""
        if self.ascii:
            return index
        if not self._more:
            self._count()
        return index + self._more[bisect_left(self._wide, index)]

    def _count(self) -> None:
        """Where characters of several bytes stand, and how many bytes more than characters there are before each."""
        more = 0
        self._more.append(0)
        for match in _wide(self._text):
            code = ord(match[0])
            more += 1 if code < 0x800 else 2 if code < 0x10000 else 3
            self._wide.append(match.start())
            self._more.append(more)
