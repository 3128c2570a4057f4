"""Widths of text on a terminal, and wrapping, padding and shortening by them. Knows no colours."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator


def width_of(text: str) -> int:
    """How many terminal columns the text takes; it holds no control characters."""
    if text.isascii():
        return len(text)
    return sum(map(width_of_character, text))


def width_of_character(character: str) -> int:
    """0 for combining marks and joiners, 2 for wide East Asian characters and emoji, else 1."""
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, width: int) -> str:
    """The text with spaces after it up to the width."""
    return text + " " * (width - width_of(text))


def shorten(text: str, width: int, ellipsis: str) -> str:
    """The text, cut at its end to fit the width; what was cut is marked."""
    if width_of(text) <= width:
        return text
    return "".join(_fitting(text, width - width_of(ellipsis))) + ellipsis


def wrap(text: str, width: int, *, first: int | None = None) -> list[str]:
    """The text in lines of at most `width` columns, the first of at most `first`; never an empty list.

    Lines break at spaces; a word that is wider than a line is broken where it must be.
    """
    lines: list[str] = []
    line, room = "", width if first is None else first
    for word in _pieces(text.split(" "), max(width, 1)):
        candidate = f"{line} {word}" if line else word
        if line and width_of(candidate) > room:
            lines.append(line)
            line, room = word, width
        else:
            line = candidate
    return [*lines, line]


def _pieces(words: Iterable[str], width: int) -> Iterator[str]:
    for word in words:
        while width_of(word) > width:
            piece = "".join(_fitting(word, width)) or word[0]
            yield piece
            word = word[len(piece) :]
        yield word


def _fitting(text: str, width: int) -> Iterator[str]:
    for character in text:
        width -= width_of_character(character)
        if width < 0:
            return
        yield character
