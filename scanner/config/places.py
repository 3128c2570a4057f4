"""Lines and columns of the keys of a TOML text, which tomllib does not tell.

The text is one that tomllib has read: nothing is checked here, and what is not understood has no place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Final, NamedTuple

Path = tuple[str | int, ...]

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_BLANK: Final = re.compile(r"[ \t\r\n,]+")
_SPACE: Final = re.compile(r"[ \t]*")
_COMMENT: Final = re.compile(r"#[^\n]*")
_SCALAR: Final = re.compile(r"[^\s,\]}#][^,\]}#\n]*")


class _Open(NamedTuple):
    """A bracket that is open: `[` with the number of its next element, or `{`."""

    path: Path
    is_list: bool


def key_places(text: str) -> Mapping[Path, tuple[int, int]]:
    """Path of keys and list indices to the 1-based line and column at which each begins."""
    return _Walk(text).walk()


class _Walk:
    """One walk through a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.places: dict[Path, tuple[int, int]] = {}
        self.tables: dict[Path, int] = {}
        """Arrays of tables, and how many of theirs were begun."""
        self.counts: list[int] = []
        """For each open list, how many elements were begun; for a table 0."""

    def walk(self) -> dict[Path, tuple[int, int]]:
        """Every place; those before the first thing that is not understood."""
        prefix: Path = ()
        while self._skip_blank():
            start = self.at
            if self.text.startswith("[", self.at):
                prefix = self._header()
            elif keys := self._keys():
                self._value(self._note(prefix, keys, start))
            if self.at == start:
                break
        return self.places

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`: the path of the keys that follow."""
        start = self.at
        double = self.text.startswith("[[", self.at)
        self.at = _SPACE.match(self.text, self.at + 1 + double).end()  # type: ignore[union-attr]  # matches nothing too
        keys = self._keys()
        end = self.text.find("]", self.at)
        self.at = end + 1 + double if end >= 0 else len(self.text)
        path = self._note((), keys, start)
        if not double:
            return path
        number = self.tables.get(path, 0)
        self.tables[path] = number + 1
        self.places.setdefault((*path, number), self._position(start))
        return (*path, number)

    def _note(self, prefix: Path, keys: list[str], start: int) -> Path:
        """Notes where a dotted key is written, and its beginnings; the whole path."""
        path = prefix
        for key in keys:
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
            path = (*path, key)
            self.places.setdefault(path, self._position(start))
        return path

    def _keys(self) -> list[str]:
        """A dotted key, up to what follows it; empty if there is none."""
        found: list[str] = []
        while True:
            bare = _BARE.match(self.text, self.at)
            if bare:
                found.append(bare.group())
                self.at = bare.end()
            elif self.text[self.at : self.at + 1] in ('"', "'"):
                found.append(self._string())
            else:
                return found
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
            if not self.text.startswith(".", self.at):
                return found
            self.at = _SPACE.match(self.text, self.at + 1).end()  # type: ignore[union-attr]

    def _value(self, path: Path) -> None:
        """Goes over the value that follows `=`, and notes what is inside of it."""
        self.at = self.text.find("=", self.at) + 1 or len(self.text)
        self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
        opened: list[_Open] = []
        self.counts = []
        self._element(path, opened)
        while opened and self._skip_blank():
            start, innermost = self.at, opened[-1]
            if self.text[self.at] in "]}":
                self.at += 1
                opened.pop()
                self.counts.pop()
            elif innermost.is_list:
                inner = (*innermost.path, self.counts[-1])
                self.counts[-1] += 1
                self.places.setdefault(inner, self._position(start))
                self._element(inner, opened)
            elif keys := self._keys():
                inner = self._note(innermost.path, keys, start)
                self.at = self.text.find("=", self.at) + 1 or len(self.text)
                self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
                self._element(inner, opened)
            if self.at == start:
                return

    def _element(self, path: Path, opened: list[_Open]) -> None:
        """One value: a bracket is opened, a string or a scalar is gone over."""
        first = self.text[self.at : self.at + 1]
        if first in ("[", "{"):
            opened.append(_Open(path, first == "["))
            self.counts.append(0)
            self.at += 1
        elif first in ('"', "'"):
            self._string()
        elif scalar := _SCALAR.match(self.text, self.at):
            self.at = scalar.end()

    def _string(self) -> str:
        """Goes over a string; what is between its quotes, with simple escapes taken for what they are."""
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        start = end = self.at + len(mark)
        while (end := self.text.find(mark, end)) >= 0:
            backslash = end
            while quote == '"' and backslash > start and self.text[backslash - 1] == "\\":
                backslash -= 1
            if (end - backslash) % 2 == 0:
                break
            end += 1
        if end < 0:
            self.at = len(self.text)
            return ""
        while len(mark) == 3 and self.text.startswith(quote, end + 3):
            end += 1
        self.at = end + len(mark)
        return self.text[start:end].replace('\\"', '"').replace("\\\\", "\\")

    def _skip_blank(self) -> bool:
        """To the next thing that is neither space, comma nor comment; False at the end."""
        while True:
            start = self.at
            for pattern in (_BLANK, _COMMENT):
                if match := pattern.match(self.text, self.at):
                    self.at = match.end()
            if self.at == start:
                return self.at < len(self.text)

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1
