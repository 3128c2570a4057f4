"""What can go wrong while an expression runs. Errors in its text are `scanner.errors.ExpressionError`."""

from __future__ import annotations


class EvaluationError(Exception):
    """A CEL error that nothing absorbed: division by zero, no such key, an operator without an overload.

    `offset` is the place in the expression, in characters.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Failure(Exception):
    """Raised inside a function or operator for a CEL error; the interpreter turns it into a `CelError` value."""


class Bail(Exception):
    """The optimistic path met something that only the exact path can judge."""


class OverBudget(Exception):
    """The steps that an evaluation may take are used up."""
