"""Widths, wrapping and URIs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.layout import pad, shorten, width_of, wrap
from scanner.report.uris import relative_uri


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("👍", 2), ("", 0), ("é", 1)])
def test_width_counts_terminal_columns(text: str, width: int) -> None:
    assert width_of(text) == width


def test_shortened_text_says_that_it_is() -> None:
    assert shorten("日本語です", 5, "…") == "日本…"
    assert shorten("abc", 3, "…") == "abc"
    assert pad("日", 4) == "日  "


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"])), st.integers(2, 40), st.integers(2, 40))
def test_wrapping_keeps_every_character_and_every_width(text: str, width: int, first: int) -> None:
    lines = wrap(text, width, first=min(first, width))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a/b c.tf", "a/b%20c.tf"),
        ("/etc/x.tf", "file:///etc/x.tf"),
        ("a:b.tf", "a%3Ab.tf"),
        ("../x.tf", "x.tf"),
        ("<stdin>", "%3Cstdin%3E"),
        ("%2e.tf", "%252e.tf"),
        ("\udcff.tf", "%FF.tf"),
        ("é.tf", "%C3%A9.tf"),
        ("", "%2E"),
    ],
)
def test_path_becomes_a_uri(path: str, uri: str) -> None:
    assert relative_uri(path) == uri
