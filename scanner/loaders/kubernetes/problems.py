"""What is wrong in manifests, as diagnostics that name their place by document and JSON pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from scanner.loaders.kubernetes.places import member
from scanner.model import Diagnostic, PathStep, SourceSpan, Unknown
from scanner.source.document import Document

MOST: Final = 50
"""Diagnostics of one document: a file that is broken throughout is broken in the same way."""

Pointer = tuple[PathStep, ...]


class Problems:
    """Collects the diagnostics of one file."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.found: list[Diagnostic] = []

    def report(
        self, code: str, message: str, *, level: str = "error", hint: str = "", span: SourceSpan | None = None
    ) -> None:
        """Adds a diagnostic, unless there are too many."""
        if len(self.found) < MOST:
            self.found.append(Diagnostic(code, level, message, hint, self._document.path, span))

    def wrong(self, value: Any, expected: str, tree: Any, pointer: Pointer, *, level: str = "error") -> None:
        """Says that a value has the wrong type. `pointer` leads to it from `tree`, the manifest."""
        place = member(tree, pointer)
        span = self._document.span(place[0], place[1]) if place else None
        self.report("GR-TYPE", f"{shown(pointer)} is {_kind(value)} where {expected} belongs", level=level, span=span)


def shown(pointer: Iterable[PathStep]) -> str:
    """A JSON pointer as RFC 6901 writes it."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer) or "the document"


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, Unknown):
        return "not known"
    return "a text" if isinstance(value, str) else "null" if value is None else "a number"
