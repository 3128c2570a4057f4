"""What evaluation may cost: steps, depth, elements, string length; and the diagnostics for what cost more.

One `Budget` belongs to one root module. It does not measure time.
"""

from __future__ import annotations

from typing import Any, Final

from scanner.loaders.terraform.values import Marked, held
from scanner.model import Diagnostic, Limits, SourceSpan, Unknown

_SCALARS: Final = frozenset((str, int, bool, type(None)))
_PRIMITIVES: Final = frozenset(("string", "number", "bool"))


class BudgetExceeded(Exception):
    """An expression would cost more than the scan allows; its value is Unknown("budget")."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Budget:
    """Counters for one root module. `depth` and `elements` are those of the expression being evaluated."""

    __slots__ = ("_reported", "depth", "diagnostics", "doubt", "elements", "limits", "marks", "max_depth", "steps")

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.steps = self.limits.steps
        self.depth = 0
        self.max_depth = self.limits.depth
        self.elements = 0
        self.doubt: Unknown | None = None
        """Why it may be an error after all, of the expression being evaluated; for `try` and `can`."""
        self.marks = False
        """True once any sensitive value was seen, so that nobody looks for marks where there are none."""
        self.diagnostics: list[Diagnostic] = []
        self._reported: set[tuple[str, SourceSpan | None]] = set()

    def enter(self) -> None:
        """One step, one level deeper; whoever enters lowers `depth` again when it succeeds."""
        self.steps -= 1
        self.depth += 1
        if self.depth > self.max_depth:
            raise BudgetExceeded(f"nested deeper than {self.max_depth} levels")
        if self.steps < 0:
            self._spend(0)

    def _spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise BudgetExceeded(f"more than {self.limits.steps} evaluation steps")

    def charge(self, elements: int) -> None:
        """Account for a collection of so many elements, before it is made."""
        self.elements += elements
        if self.elements > self.limits.elements:
            raise BudgetExceeded(f"more than {self.limits.elements} elements in one expression")
        self._spend(elements)

    def charge_text(self, characters: int) -> None:
        """Refuse a string of so many characters, before it is made, if that is over the limit."""
        if characters > self.limits.string:
            raise BudgetExceeded(f"a string of more than {self.limits.string} characters")
        self._spend(characters >> 3)

    def weigh(self, value: Any) -> None:
        """Account for the work of going through a whole value, and refuse one that is too large or too deep.

        Values share their parts, so a small one may be endless to whoever walks it: every constructor weighs what it
        made, and so no value there is has more elements or levels than the limits say."""
        total, pending = 0, [(value, 0)]
        while pending:
            item, depth = pending.pop()
            inside = item.values() if isinstance(item, dict) else item
            total += len(inside)
            if total > self.limits.elements:
                raise BudgetExceeded(f"a value of more than {self.limits.elements} elements")
            if depth > self.max_depth:
                raise BudgetExceeded(f"a value nested deeper than {self.max_depth} levels")
            if getattr(item, "element", None) in _PRIMITIVES:
                continue
            for part in inside:
                if part.__class__ not in _SCALARS:
                    part = part.value if isinstance(part, Marked) else part
                    part = held(part) if isinstance(part, Unknown) else part
                    if isinstance(part, list | dict | tuple):
                        pending.append((part, depth + 1))
        self._spend(2 * total)

    def report(self, message: str, span: SourceSpan | None) -> None:
        """Record that the expression at `span` was over budget, once."""
        if (message, span) in self._reported:
            return
        self._reported.add((message, span))
        self.diagnostics.append(
            Diagnostic(
                "GR-LIMIT-EVAL",
                "warning",
                f"an expression was not evaluated: {message}",
                hint="raise the limit with --limit, or simplify the expression",
                path=span.path if span else "",
                span=span,
            )
        )
