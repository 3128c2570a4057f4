"""Functions on numbers. `pow` and `log` are computed on 64-bit floats, as Terraform does.

Facts: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/number.go
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform import evaluate_numbers as numbers
from scanner.loaders.terraform.conversion import convert
from scanner.loaders.terraform.evaluate_numbers import Number
from scanner.loaders.terraform.functions.arguments import whole_number
from scanner.loaders.terraform.functions.go_math import natural_logarithm, raised
from scanner.loaders.terraform.types import NUMBER
from scanner.loaders.terraform.values import EvalError, List, Value, first_unknown, like
from scanner.model import Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RANGE_LIMIT: Final = 1024
"""Terraform's own limit on the length of `range`."""


def absolute(frame: Frame, number: Number) -> Value:
    """`abs(n)`."""
    return numbers.negate(number) if number < 0 else number or 0


def ceil(frame: Frame, number: Number) -> Value:
    """`ceil(n)`."""
    return numbers.ceiling(number)


def floor(frame: Frame, number: Number) -> Value:
    """`floor(n)`."""
    return numbers.floor(number)


def log(frame: Frame, number: Number, base: Number) -> Value:
    """`log(n, base)`."""
    top, bottom = _logarithm(number), _logarithm(base)
    if bottom == 0:
        if top == 0 or math.isnan(top):
            raise EvalError("the result is not a number")
        return Decimal("Infinity") if top > 0 else Decimal("-Infinity")
    return numbers.from_float(top / bottom)


def _logarithm(number: Number) -> float:
    value = _float(number)
    if value < 0:
        raise EvalError("the result is not a number")
    return natural_logarithm(value) if value else -math.inf


def _float(number: Number) -> float:
    """The nearest 64-bit float. Raises EvalError beyond its range."""
    try:
        return float(number)
    except OverflowError:
        raise EvalError("value must be between the limits of a 64-bit float") from None


def power(frame: Frame, number: Number, exponent: Number) -> Value:
    """`pow(n, p)`."""
    result = raised(_float(number), _float(exponent))
    return Decimal(result) if math.isinf(result) else numbers.from_float(result)


def largest(frame: Frame, *given: Number) -> Value:
    """`max(n...)`."""
    if not given:
        raise EvalError("must pass at least one number")
    return max(given)


def smallest(frame: Frame, *given: Number) -> Value:
    """`min(n...)`."""
    if not given:
        raise EvalError("must pass at least one number")
    return min(given)


def parseint(frame: Frame, text: Value, base: Number) -> Value:
    """`parseint(s, base)`."""
    if text.__class__ is not str:
        raise EvalError("first argument must be a string")
    radix = whole_number(base, "base")
    if not 2 <= radix <= 62:
        raise EvalError("base must be a whole number between 2 and 62 inclusive")
    negative, digits = text[:1] == "-", text[1:] if text[:1] in ("-", "+") else text
    if radix <= 36:
        digits = digits.lower() if digits.isascii() else ""
    allowed = _DIGITS[:radix]
    if not digits or any(digit not in allowed for digit in digits):
        raise EvalError(f"cannot parse {text!r} as a base {radix} integer")
    if len(digits) > 4000:
        raise EvalError("too many digits")
    value = 0
    for digit in digits:
        value = value * radix + allowed.index(digit)
    return numbers.from_integer(-value if negative else value)


def range_(frame: Frame, *params: Number) -> Value:
    """`range(limit)`, `range(start, limit)`, `range(start, limit, step)`; at most 1,024 numbers."""
    if not 1 <= len(params) <= 3:
        raise EvalError("must have one, two, or three arguments")
    start, limit = (0, params[0]) if len(params) == 1 else (params[0], params[1])
    step = params[2] if len(params) == 3 else (-1 if limit < start else 1)
    if step == 0:
        raise EvalError("step must not be zero")
    if (limit < start and step > 0) or (limit > start and step < 0):
        raise EvalError("end and step must lie on the same side of start")
    result: list[Number] = []
    current: Number = start
    while (current < limit) if step > 0 else (current > limit):
        if len(result) >= _RANGE_LIMIT:
            raise EvalError("more than 1024 values were generated; either decrease the difference or use a larger step")
        result.append(current)
        current = numbers.add(current, step)
    return List(result, NUMBER)


def signum(frame: Frame, number: Number) -> Value:
    """`signum(n)`, of whole numbers only."""
    whole = whole_number(number, "num")
    return (whole > 0) - (whole < 0)


def total(frame: Frame, items: Value) -> Value:
    """`sum(list)`."""
    if isinstance(items, Unknown):
        return like(items, NUMBER, not_null=True)
    if not isinstance(items, list):
        raise EvalError("argument must be list, set, or tuple of number values")
    if not items:
        raise EvalError("cannot sum an empty list")
    unknown = first_unknown(items)
    if unknown is not None:
        return like(unknown, NUMBER, not_null=True)
    result: Number = 0
    for item in items:
        if item is None or isinstance(item, list | dict):
            raise EvalError("argument must be list, set, or tuple of number values")
        number = convert(item, NUMBER)
        if not isinstance(number, int | Decimal):
            raise EvalError("argument must be list, set, or tuple of number values")
        result = numbers.add(result, number)
    return result


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "abs": absolute,
    "ceil": ceil,
    "floor": floor,
    "log": log,
    "max": largest,
    "min": smallest,
    "parseint": parseint,
    "pow": power,
    "range": range_,
    "signum": signum,
    "sum": total,
}
