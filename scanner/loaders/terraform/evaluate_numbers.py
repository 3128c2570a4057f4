"""Terraform's numbers: 512-bit binary floats, kept as `int` where integral and else as the shortest `Decimal`
that reads back as the same float, so that sums, quotients and texts are Terraform's to the last digit. (Terraform
keeps whole results of `pow` and `length` in fewer bits, which shows where they are divided; here they have all.)

Facts: math/big's Float as used by https://github.com/zclconf/go-cty/blob/main/cty/value_ops.go
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scanner.loaders.terraform.budget import BudgetExceeded
from scanner.loaders.terraform.values import EvalError

Number = int | Decimal

PRECISION = 512
_MAX_BITS = 13_000
"""Numbers of more bits (some 3,900 digits, below Python's own limit for texts of integers) are over budget."""
_SURE_DIGITS = 153
"""Decimals of so many digits all differ as 512-bit floats, so each is already the shortest."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)
INFINITY = Decimal("Infinity")
NEGATIVE_INFINITY = Decimal("-Infinity")
NEGATIVE_ZERO = Decimal("-0")
"""What zero times a negative number is; it equals 0 and prints as -0."""


class Float64(Decimal):
    """The exact value of a 53-bit float, as `log` and `pow` give it: it prints with at most 17 digits."""


def parse_number(text: str) -> Number:
    """A number from its text, as `tonumber` reads it. Raises EvalError."""
    if _NUMBER.fullmatch(text):
        return from_decimal(Decimal(text))
    if text.lstrip("+-") in ("Inf", "inf") and len(text) <= 4:
        return NEGATIVE_INFINITY if text[0] == "-" else INFINITY
    raise EvalError("a number is required")


def from_decimal(number: Decimal) -> Number:
    """A decimal of any length in canonical form."""
    if isinstance(number, Float64) or not number.is_finite():
        return number
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    if abs(exponent) + len(digits) > 3900:
        raise BudgetExceeded("a number of more than 3,900 digits")
    if exponent >= 0 or number == number.to_integral_value():
        return from_integer(int(number))
    if len(digits) <= _SURE_DIGITS:
        return number.normalize(_context()) if digits[-1] == 0 else number
    return _from_ratio(*number.as_integer_ratio())


def from_integer(number: int) -> int:
    """An integer rounded to 512 bits."""
    bits = number.bit_length()
    if bits <= PRECISION:
        return number
    if bits > _MAX_BITS:
        raise BudgetExceeded("a number of more than 3,900 digits")
    shift = bits - PRECISION
    return _round_half_even(number, 1 << shift) << shift


def from_float(number: float) -> Number:
    """A 64-bit float as Terraform's functions on floats return it. Raises EvalError for NaN."""
    if math.isnan(number):
        raise EvalError("the result is not a number")
    if number.is_integer() and abs(number) < 2.0**53:
        return int(number)
    return Float64(number)


def number_text(number: Number) -> str:
    """The number as `tostring` gives it: all its digits, no exponent."""
    if number.__class__ is int:
        return str(number)
    if not Decimal(number).is_finite():
        return "+Inf" if number > 0 else "-Inf"
    if isinstance(number, Float64):
        return format(Decimal(repr(float(number))), "f").removesuffix(".0")
    return format(number, "f")


def add(a: Number, b: Number) -> Number:
    """`a + b`."""
    if a.__class__ is int and b.__class__ is int:
        return from_integer(a + b)
    if not (_finite(a) and _finite(b)):
        return _infinite(float(a) + float(b))
    (n, d), (m, e) = _ratio(a), _ratio(b)
    return _from_ratio(n * e + m * d, d * e)


def subtract(a: Number, b: Number) -> Number:
    """`a - b`."""
    return add(a, negate(b))


def negate(a: Number) -> Number:
    """`-a`."""
    if isinstance(a, Decimal):
        return a.__class__(a.copy_negate()) if a else -int(a) if a.is_signed() else NEGATIVE_ZERO
    return -a if a else NEGATIVE_ZERO


def _signed(a: Number) -> bool:
    return a.is_signed() if isinstance(a, Decimal) else a < 0


def multiply(a: Number, b: Number) -> Number:
    """`a * b`."""
    if (not a or not b) and _finite(a) and _finite(b):
        return NEGATIVE_ZERO if _signed(a) != _signed(b) else 0
    if a.__class__ is int and b.__class__ is int:
        if a.bit_length() + b.bit_length() > _MAX_BITS:
            raise BudgetExceeded("a number of more than 3,900 digits")
        return from_integer(a * b)
    if not (_finite(a) and _finite(b)):
        return _infinite(float(a) * float(b))
    (n, d), (m, e) = _ratio(a), _ratio(b)
    return _from_ratio(n * m, d * e)


def divide(a: Number, b: Number) -> Number:
    """`a / b`. Raises EvalError for a division by zero."""
    if b == 0:
        if a == 0:
            raise EvalError("can't divide zero by zero or infinity by infinity")
        return INFINITY if a > 0 else NEGATIVE_INFINITY
    if not _finite(b):
        if not _finite(a):
            raise EvalError("can't divide zero by zero or infinity by infinity")
        return 0
    if not _finite(a):
        return a if b > 0 else negate(a)
    if not a:
        return NEGATIVE_ZERO if _signed(a) != _signed(b) else 0
    (n, d), (m, e) = _ratio(a), _ratio(b)
    if m < 0:
        n, m = -n, -m
    return _from_ratio(n * e, d * m)


def modulo(a: Number, b: Number) -> Number:
    """`a % b`, with the sign of `a`; `a % 0` is `a`."""
    if not (_finite(a) and _finite(b)):
        return multiply(a, b)
    if b == 0:
        return a
    if a.__class__ is int and b.__class__ is int:
        return int(math.fmod(a, b)) if abs(a) < 2**53 and abs(b) < 2**53 else _remainder(a, b)
    if isinstance(a, Float64):
        return _float_modulo(a, b)
    return subtract(a, multiply(truncate(divide(a, b)), b))


def _float_modulo(a: Float64, b: Number) -> Number:
    """Of a 53-bit float: every step is rounded to 53 bits."""
    (n, d), (m, e) = _ratio(truncate(divide(a, b))), _ratio(b)
    product = Fraction(n * m, d * e)
    return from_float(float(Fraction(a) - Fraction(float(product))))


def _remainder(a: Any, b: Any) -> int:
    rest: int = abs(a) % abs(b)
    return -rest if a < 0 else rest


def truncate(a: Number) -> int:
    """The integral part, toward zero."""
    return int(a)


def floor(a: Number) -> Number:
    """The greatest integer not above."""
    return math.floor(a) if _finite(a) else a


def ceiling(a: Number) -> Number:
    """The least integer not below."""
    return math.ceil(a) if _finite(a) else a


def is_integral(a: Number) -> bool:
    """Whether it has no fractional part."""
    return a.__class__ is int or (_finite(a) and a == int(a))


def _finite(a: Number) -> bool:
    return a.__class__ is int or Decimal(a).is_finite()


def _infinite(result: float) -> Number:
    if math.isnan(result):
        raise EvalError("can't compute with infinities of opposing signs")
    return Decimal(result)


def _context() -> Any:
    """A context of enough digits for `normalize` not to round."""
    from decimal import Context

    return Context(prec=4000)


def _ratio(a: Number) -> tuple[int, int]:
    """The exact value of the 512-bit float that the number stands for."""
    if a.__class__ is int or isinstance(a, Float64):
        return a.as_integer_ratio()
    mantissa, exponent = _to_binary(*a.as_integer_ratio())
    return (mantissa << exponent, 1) if exponent >= 0 else (mantissa, 1 << -exponent)


def _to_binary(numerator: int, denominator: int) -> tuple[int, int]:
    """(mantissa, exponent): the nearest number of 512 bits, ties to even."""
    if not numerator:
        return 0, 0
    exponent = abs(numerator).bit_length() - denominator.bit_length() - PRECISION
    for _ in range(2):
        top, bottom = (numerator, denominator << exponent) if exponent >= 0 else (numerator << -exponent, denominator)
        mantissa = _round_half_even(top, bottom)
        excess = abs(mantissa).bit_length() - PRECISION
        if not excess:
            break
        exponent += excess
    return mantissa, exponent


def _round_half_even(numerator: int, denominator: int) -> int:
    quotient, rest = divmod(numerator, denominator)
    rest *= 2
    return quotient + (rest > denominator or (rest == denominator and quotient & 1))


def _from_ratio(numerator: int, denominator: int) -> Number:
    """A fraction rounded to 512 bits, in canonical form."""
    if numerator % denominator == 0:
        return from_integer(numerator // denominator)
    mantissa, exponent = _to_binary(numerator, denominator)
    if exponent >= 0 or not mantissa % (1 << -exponent):
        return from_integer(mantissa << exponent if exponent >= 0 else mantissa >> -exponent)
    if -exponent > _MAX_BITS:
        raise BudgetExceeded("a number of more than 3,900 digits")
    return _shortest(mantissa, -exponent)


def _shortest(mantissa: int, scale: int) -> Decimal:
    """The shortest decimal that is nearer to `mantissa / 2**scale` than to any other 512-bit float."""
    sign, mantissa = int(mantissa < 0), abs(mantissa)
    magnitude = math.floor((mantissa.bit_length() - scale) * math.log10(2))
    low, high = 1, 156
    while low < high:
        middle = (low + high) // 2
        if _rounds_back(mantissa, scale, middle - magnitude):
            high = middle
        else:
            low = middle + 1
    places = low - magnitude
    digits = _scaled(mantissa, scale, places)
    while digits % 10 == 0:
        digits, places = digits // 10, places - 1
    return Decimal((sign, tuple(map(int, str(digits))), -places))


def _scaled(mantissa: int, scale: int, places: int) -> int:
    """`mantissa / 2**scale` times ten to the power of `places`, rounded."""
    top, bottom = (mantissa * 10**places, 1) if places >= 0 else (mantissa, 10**-places)
    return _round_half_even(top, bottom << scale)


def _rounds_back(mantissa: int, scale: int, places: int) -> bool:
    """Whether the decimal of so many places lies within half a unit of the float."""
    digits = _scaled(mantissa, scale, places)
    if places >= 0:
        difference, unit = abs((digits << scale) - mantissa * 10**places), 10**places
    else:
        difference, unit = abs((digits * 10**-places << scale) - mantissa), 1
    return 2 * difference < unit or (2 * difference == unit and not mantissa & 1)


def rounded(number: Number, places: int) -> int:
    """The exact value times ten to the power of `places`, rounded half to even. Not for negative numbers."""
    numerator, denominator = _ratio(number)
    if places >= 0:
        return _round_half_even(numerator * 10**places, denominator)
    return _round_half_even(numerator, denominator * 10**-places)


def digits_of(number: Number) -> tuple[str, int]:
    """The digits of its shortest text without zeros at either end, and the exponent of the first: (`15`, 0) for 1.5."""
    whole, _, fraction = number_text(number).partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0", 0
    exponent = len(digits) - len(fraction) - 1
    return digits.rstrip("0"), exponent
