"""Lines around what decided, as the report shows them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.model.spans import SourceSpan
from scanner.report.html.snippet import Snippet, snippet
from scanner.report.redaction import REDACTED, Screen
from tests.report.strategies import TEXTS

PLAIN = Screen()


def test_neighbours_are_shown_as_far_as_they_are_at_hand() -> None:
    lines = {4: "a {", 5: "  b = var.c", 6: "}", 9: "x"}
    assert snippet(lines, SourceSpan("f", 5, 7, 5, 12), PLAIN) == Snippet(4, ("a {", "  b = var.c", "}"), 1, 6, 11)
    assert snippet(lines, SourceSpan("f", 9, 1, 9, 2), PLAIN) == Snippet(9, ("x",), 0, 0, 1)
    assert snippet(lines, SourceSpan("f", 7, 1, 7, 2), PLAIN) is None


def test_of_a_long_stretch_the_beginning_is_shown() -> None:
    lines = {number: f"line {number}" for number in range(1, 40)}
    found = snippet(lines, SourceSpan("f", 3, 1, 30, 2), PLAIN)
    assert found is not None
    assert (found.first, len(found.lines), found.start, found.end) == (2, 9, 0, 6)


def test_marks_follow_tabs_secrets_and_wide_characters() -> None:
    found = snippet({1: "\ta = 1"}, SourceSpan("f", 1, 6, 1, 7), PLAIN)
    assert found == Snippet(1, ("    a = 1",), 0, 8, 9)
    found = snippet({1: "pw = hunter2-horse # x"}, SourceSpan("f", 1, 6, 1, 19), Screen(["hunter2-horse"]))
    assert found is not None
    assert found.lines == (f"pw = {REDACTED} # x",)
    assert found.lines[0][found.start : found.end] == REDACTED
    found = snippet({1: "😀 = x"}, SourceSpan("f", 1, 5, 1, 6), PLAIN)
    assert found == Snippet(1, ("😀 = x",), 0, 5, 6)


def test_of_a_minified_line_the_part_that_decided_is_shown() -> None:
    line = "a" * 5000 + "BAD" + "b" * 5000
    found = snippet({1: line}, SourceSpan("f", 1, 5001, 1, 5004), PLAIN)
    assert found is not None
    assert len(found.lines[0]) < 260
    assert found.lines[0][found.start : found.end] == "BAD"
    secret = "s3cr3t-" * 40
    hidden = snippet({1: secret + "a" * 300}, SourceSpan("f", 1, 200, 1, 210), Screen([secret]))
    assert hidden is not None
    assert "s3cr3t" not in hidden.lines[0]


@given(TEXTS, st.integers(1, 80), st.integers(1, 80), st.lists(TEXTS, max_size=2))
def test_marks_lie_in_the_line(line: str, start: int, end: int, secrets: list[str]) -> None:
    found = snippet({1: line}, SourceSpan("f", 1, start, 1, end), Screen(secrets))
    assert found is not None
    units = len(found.lines[0].encode("utf-16-le")) // 2
    assert 0 <= found.start <= found.end <= units
