"""Geometry of the small drawings: bars of counts, and the lines of life of waivers. All of it is numbers for SVG."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

LEAST: Final = 2.0
"""Percent: no part of a bar is thinner, so that one of many is still seen."""
_GAP: Final = 0.6


class Segment(NamedTuple):
    """One part of a bar, in percent of its width."""

    key: str
    x: str
    width: str


class Line(NamedTuple):
    """A waiver's time on the common scale, in units of the drawing."""

    start: str
    end: str
    today: str


def bar(counts: Sequence[tuple[str, int]], *, gap: float = _GAP) -> list[Segment]:
    """The parts of a bar for the counts that are not 0, in their order."""
    parts = [(key, count) for key, count in counts if count]
    total = sum(count for _, count in parts)
    room = 100 - gap * (len(parts) - 1)
    wide = [max(room * count / total, LEAST) for _, count in parts]
    scale = room / sum(wide) if wide else 1
    segments, x = [], 0.0
    for (key, _), width in zip(parts, wide, strict=True):
        segments.append(Segment(key, f"{x:.1f}%", f"{width * scale:.1f}%"))
        x += width * scale + gap
    return segments


class Scale:
    """The span of time that all waivers of a report lie in, as a drawing of `width` units."""

    def __init__(self, dates: Sequence[date], today: date, width: int) -> None:
        self._first = min([*dates, today - timedelta(days=30)])
        self._last = max([*dates, today + timedelta(days=30)])
        self._width = width
        self._today = today

    def line(self, start: date | None, end: date | None) -> Line:
        """From the beginning of the scale where no start is known, to its end where there is none."""
        first = self._at(start) if start else "0"
        last = self._at(end) if end else f"{self._width}"
        return Line(first, last, self._at(self._today))

    def _at(self, day: date) -> str:
        days = max((self._last - self._first).days, 1)
        return f"{self._width * (day - self._first).days / days:.1f}"
