"""What the terms of a conjunction, a disjunction or a quantifier come to together."""

from __future__ import annotations

from typing import Any

from scanner.expression.values import CelError, derived, type_name
from scanner.model import Unknown


class Outcome:
    """Gathers the terms of a conjunction (`decides` False) or disjunction (`decides` True)."""

    __slots__ = ("decides", "error", "offset", "raw_error", "unknown")

    def __init__(self, decides: bool, offset: int) -> None:
        self.decides = decides
        self.offset = offset
        self.unknown: Unknown | None = None
        self.error: CelError | None = None
        self.raw_error: Any = None

    @property
    def culprit(self) -> Any:
        """The term that keeps it from being definite, None if there is none."""
        return self.unknown if self.unknown is not None else self.raw_error

    def add(self, value: Any) -> bool:
        """Takes a term; True when it decides."""
        if value is self.decides:
            return True
        if isinstance(value, Unknown):
            if self.unknown is None:
                self.unknown = value
        elif value.__class__ is not bool and self.error is None:
            self.raw_error = value
            self.error = value if value.__class__ is CelError else self._not_bool(value)
        return False

    def _not_bool(self, value: Any) -> CelError:
        return CelError(f"no such overload: {type_name(value)} {'||' if self.decides else '&&'} _", self.offset)

    def result(self) -> Any:
        """What it comes to when no term decided."""
        if self.unknown is not None:
            return derived(self.unknown)
        return not self.decides if self.error is None else self.error
