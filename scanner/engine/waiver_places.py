"""Where waivers hold: patterns of addresses, and spans that are looked up by a point in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from scanner.model import SourceSpan

Waiving = TypeVar("Waiving")
Point = tuple[int, int]


class Scopes(Generic[Waiving]):
    """The scopes of one rule's waivers in one file."""

    def __init__(self) -> None:
        self._scopes: list[tuple[Point, Point, int, Waiving]] = []
        self._furthest: list[Point] = []

    def add(self, scope: SourceSpan, entry: Waiving) -> None:
        """Takes one in."""
        start, end = (scope.start_line, scope.start_column), (scope.end_line, scope.end_column)
        self._scopes.append((start, end, len(self._scopes), entry))

    def close(self) -> None:
        """All are taken in."""
        self._scopes.sort(key=lambda one: one[:3])
        furthest: Point = (0, 0)
        for _, end, _, _ in self._scopes:
            furthest = max(furthest, end)
            self._furthest.append(furthest)

    def around(self, point: Point) -> Iterator[Waiving]:
        """The waivers whose scope a point lies in, the narrowest first."""
        index = bisect_right(self._scopes, point, key=lambda one: one[0]) - 1
        while index >= 0 and self._furthest[index] > point:
            _, end, _, entry = self._scopes[index]
            if point < end:
                yield entry
            index -= 1


def address_pattern(address: str) -> Callable[[str], Any]:
    """What matches an address: `*` stands for any characters, all others for themselves."""
    parts = (re.escape(part) for part in re.split(r"\*+", address))
    return re.compile("(?s:.*?)".join(parts)).fullmatch
