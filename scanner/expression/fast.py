"""What generated code calls. Everything here either gives the exact result or gives up."""

from __future__ import annotations

from typing import Final

from scanner.expression.errors import Bail

GIVE_UP: Final = (
    Bail, TypeError, KeyError, IndexError, AttributeError, ValueError, ZeroDivisionError, OverflowError, RecursionError,
)  # fmt: skip
"""What generated code raises when it met something that only the exact path can judge."""
