"""Bars and lines of life: parts that fill the width, thin ones that are still seen, dates in their order."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from scanner.report.html.geometry import Line, Scale, bar

COUNTS = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 10_000)), max_size=9)


@given(COUNTS)
def test_parts_are_in_order_seen_and_fill_the_width(counts: list[tuple[str, int]]) -> None:
    parts = bar(counts)
    assert [part.key for part in parts] == [key for key, count in counts if count]
    widths = [float(part.width[:-1]) for part in parts]
    starts = [float(part.x[:-1]) for part in parts]
    assert all(width >= 1.7 for width in widths)
    assert starts == sorted(starts)
    if parts:
        assert abs(starts[-1] + widths[-1] - 100) < 0.3


def test_widths_are_the_shares() -> None:
    assert [part.width for part in bar([("a", 1), ("b", 3)], gap=0)] == ["25.0%", "75.0%"]
    assert bar([]) == bar([("a", 0)]) == []


def test_a_scale_holds_every_date_and_today() -> None:
    scale = Scale([date(2026, 1, 1), date(2026, 12, 31)], date(2026, 7, 2), 364)
    assert scale.line(date(2026, 1, 1), date(2026, 12, 31)) == Line("0.0", "364.0", "182.0")
    assert scale.line(None, None) == Line("0", "364", "182.0")
    assert Scale([], date(2026, 7, 2), 60).line(None, None).today == "30.0"
