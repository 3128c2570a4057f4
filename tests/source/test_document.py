"""Offsets to lines and columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.source.document import Document


def document(text: str) -> Document:
    return Document("x", "", "hcl", "terraform", text.encode())


@given(st.text(alphabet="aé😀\n\r \u2028", max_size=40), st.integers(0, 40), st.integers(1, 3000))
def test_position_counts_lines_and_code_points(text: str, at: int, repeat: int) -> None:
    text = text * repeat
    before = text[: min(at * repeat, len(text))]
    if before.endswith("\r") and text[len(before) :].startswith("\n"):
        before = before[:-1]
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert document(text).position(len(before.encode())) == (len(lines), len(lines[-1]) + 1)


def test_line_is_without_its_end() -> None:
    found = document("a\r\né\rc")
    assert [found.line(number) for number in range(5)] == ["", "a", "é", "c", ""]
