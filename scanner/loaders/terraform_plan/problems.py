"""What is wrong in a plan, as diagnostics that name its place by JSON pointer."""

from __future__ import annotations

from typing import Any, Final

from scanner.loaders.terraform_plan.located import Located
from scanner.model import Diagnostic, PathStep

MOST: Final = 50
"""Diagnostics of one plan: a plan that is broken throughout is broken in the same way."""

Pointer = tuple[PathStep, ...]


class Problems:
    """Collects the diagnostics of one plan."""

    def __init__(self, path: str, located: Located) -> None:
        self._path = path
        self._located = located
        self.found: list[Diagnostic] = []

    def object(self, value: Any, pointer: Pointer, *, level: str = "error") -> dict[str, Any]:
        """The value if it is an object, an empty one if it is null, else a diagnostic and an empty one."""
        if isinstance(value, dict):
            return value
        if value is not None:
            self._wrong(value, "an object", pointer, level)
        return {}

    def list(self, value: Any, pointer: Pointer, *, level: str = "error") -> list[Any]:
        """The value if it is a list, an empty one if it is null, else a diagnostic and an empty one."""
        if isinstance(value, list):
            return value
        if value is not None:
            self._wrong(value, "a list", pointer, level)
        return []

    def text(self, value: Any, pointer: Pointer) -> str:
        """The value if it is a text, an empty one if it is null, else a diagnostic and an empty one."""
        if isinstance(value, str):
            return value
        if value is not None:
            self._wrong(value, "a string", pointer, "error")
        return ""

    def report(self, message: str, pointer: Pointer, *, level: str = "error", hint: str = "") -> None:
        """Adds a diagnostic, unless there are too many."""
        if len(self.found) < MOST:
            place = self._located.member(pointer)
            span = self._located.span(place[0], place[1] + 1) if place else None
            self.found.append(Diagnostic("GR-PLAN", level, message, hint, self._path, span))

    def _wrong(self, value: Any, expected: str, pointer: Pointer, level: str) -> None:
        self.report(f"{shown(pointer)} is {_kind(value)} where a plan has {expected}", pointer, level=level)


def shown(pointer: Pointer) -> str:
    """A JSON pointer as RFC 6901 writes it."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer) or "the document"


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "a boolean"
    return "a string" if isinstance(value, str) else "null" if value is None else "a number"
