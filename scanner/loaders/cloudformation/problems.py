"""What is wrong with templates, told once each, and what evaluating them may cost. Not what becomes of the values."""

from __future__ import annotations

from scanner.model import Diagnostic, Limits, SourceSpan, Unknown
from scanner.source.document import Document
from scanner.source.located import LocatedDict, LocatedList


class OverBudget(Exception):
    """A value would cost more than the scan allows."""


class Problems:
    """The diagnostics of one load, in the order they were met."""

    def __init__(self) -> None:
        self.found: dict[Diagnostic, None] = {}

    def tell(self, code: str, level: str, message: str, hint: str, span: SourceSpan | None, path: str = "") -> None:
        """Keep a diagnostic, once."""
        self.found[Diagnostic(code, level, message, hint, span.path if span else path, span)] = None

    def invalid(self, code: str, message: str, hint: str, span: SourceSpan | None) -> Unknown:
        """Tell of a value that cannot be right, and the Unknown that stands for it."""
        self.tell(code, "warning", message, hint, span)
        reason = {"GR-REFERENCE": "unresolved", "GR-CYCLE": "cycle", "GR-UNSUPPORTED": "unsupported"}
        return Unknown(reason.get(code, "invalid"), message, span=span)


class Budget:
    """What the evaluation of one root and the stacks nested in it has left."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = limits.steps
        self.elements = 0

    def step(self, count: int = 1) -> None:
        """Account for evaluated nodes. Raises OverBudget."""
        self.steps -= count
        if self.steps < 0:
            raise OverBudget(f"more than {self.limits.steps:,} evaluation steps")

    def collection(self, count: int) -> None:
        """Refuse a list that would be too long. Raises OverBudget."""
        if count > self.limits.elements:
            raise OverBudget(f"a list of more than {self.limits.elements:,} elements")
        self.step(count)

    def text(self, length: int) -> None:
        """Refuse a text that would be too long. Raises OverBudget."""
        if length > self.limits.string:
            raise OverBudget(f"a text of more than {self.limits.string:,} characters")
        self.step(length >> 10)

    def expand(self, count: int) -> None:
        """Account for nodes that a loop makes. Raises OverBudget."""
        self.elements += count
        if self.elements > self.limits.elements * 10:
            raise OverBudget(f"loops that make more than {self.limits.elements * 10:,} values")


def span_of(document: Document, node: object) -> SourceSpan | None:
    """Where a container stands; None for anything else."""
    if isinstance(node, LocatedDict | LocatedList):
        return document.span(node.start, node.end)
    return None


def key_span(document: Document, holder: LocatedDict, key: str) -> SourceSpan:
    """Where a key stands."""
    start, end = holder.spans[key][:2]
    return document.span(start, end)


def value_span(document: Document, holder: LocatedDict | LocatedList, key: str | int) -> SourceSpan:
    """Where the value of a key, or a list's element, stands."""
    return document.span(*offsets(holder, key))


def offsets(holder: LocatedDict | LocatedList, key: str | int) -> tuple[int, int]:
    """The same in bytes."""
    return holder.spans[str(key)][2:] if isinstance(holder, LocatedDict) else holder.spans[int(key)]


def shown(value: object, limit: int = 60) -> str:
    """A short text of a value for a message."""
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 3] + "..."
