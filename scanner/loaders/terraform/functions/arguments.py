"""Checks that arguments of several functions share."""

from __future__ import annotations

from scanner.loaders.terraform.evaluate_numbers import Number, is_integral
from scanner.loaders.terraform.values import EvalError

_INT64 = 1 << 63


def whole_number(number: Number, what: str) -> int:
    """The number as a 64-bit integer. Raises EvalError."""
    if not is_integral(number):
        raise EvalError(f"{what}: value must be a whole number")
    if not -_INT64 <= number < _INT64:
        raise EvalError(f"{what}: value must be a whole number between {-_INT64} and {_INT64 - 1}")
    return int(number)
