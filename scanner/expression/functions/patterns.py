"""Glob patterns (`*`, `?`), matched in time of pattern times text, and what an Unknown pattern may match."""

from __future__ import annotations

from typing import Any

from scanner.model import Unknown


def glob(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern as a whole, where `*` is any characters and `?` is one."""
    place = at = 0
    star, resume = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "*":
            star, resume = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", text[at]):
            place, at = place + 1, at + 1
        elif star >= 0:
            # Only the last star can have to take more: everything before it fits as it stands.
            resume += 1
            place, at = star + 1, resume
        else:
            return False
    return all(character == "*" for character in pattern[place:])


def may_fit(pattern: Any, text: str) -> bool | None:
    """Whether a pattern, ignoring case, fits a text: None when an Unknown pattern leaves it open, False for null."""
    if isinstance(pattern, str):
        return glob(pattern.lower(), text.lower())
    if not isinstance(pattern, Unknown):
        return False
    if not glob(pattern.prefix.lower() + "*", text.lower()) or not glob("*" + pattern.suffix.lower(), text.lower()):
        return False
    return None
