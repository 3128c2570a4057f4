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
        message = f"{shown(pointer)} is {_kind(value)} where {expected} belongs"
        self.report("GR-TYPE", message, level=level, span=self._span(value, tree, pointer))

    def _span(self, value: Any, tree: Any, pointer: Pointer) -> SourceSpan | None:
        """Where the value stands, else what is around it."""
        if isinstance(value, Unknown) and value.span is not None:
            return value.span
        for length in range(len(pointer), -1, -1):
            place = member(tree, pointer[:length])
            if place is not None:
                return self._document.span(place.start, max(place.key_end, place.start + 1))
        return None


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
    return "a text" if isinstance(value, str) else "missing" if value is None else "a number"
