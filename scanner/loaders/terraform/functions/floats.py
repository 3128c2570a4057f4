"""Numbers as Go's `*big.Float` formats itself for `%e`, `%f` and `%g`.

Facts: https://pkg.go.dev/math/big#Float.Format and its source, `math/big/ftoa.go`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from scanner.loaders.terraform.evaluate_numbers import Number, digits_of, number_text, rounded

if TYPE_CHECKING:
    from scanner.loaders.terraform.functions.formatting import Verb


def float_text(number: Number, verb: Verb) -> str:
    """The number under a verb of mode e, E, f, g or G."""
    if number.__class__ is not int and not Decimal(number).is_finite():
        body, sign = "Inf", "-" if number < 0 else "+"
        return _padded(body, "" if sign == "+" and "+" not in verb.flags else sign, verb, zeros=False)
    sign = "-" if number < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    magnitude = abs(number) if number.__class__ is int else number.copy_abs()  # type: ignore[union-attr]  # a Decimal
    return _padded(_body(magnitude, verb), sign, verb, zeros=True)


def _padded(body: str, sign: str, verb: Verb, *, zeros: bool) -> str:
    room = verb.width - len(sign) - len(body)
    if room <= 0:
        return sign + body
    if "-" in verb.flags:
        return sign + body + " " * room
    if "0" in verb.flags and zeros:
        return sign + "0" * room + body
    return " " * room + sign + body


def _body(number: Number, verb: Verb) -> str:
    mode, precision = verb.mode, verb.precision
    if mode == "f":
        return fixed(number, 6 if precision < 0 else precision)
    if mode in "eE":
        return scientific(number, 6 if precision < 0 else precision, mode)
    return _general(number, precision, mode)


def fixed(number: Number, places: int) -> str:
    """`%.Nf`."""
    digits = str(rounded(number, places)).rjust(places + 1, "0")
    return digits[: len(digits) - places] + ("." + digits[len(digits) - places :] if places else "")


def scientific(number: Number, places: int, mode: str) -> str:
    """`%.Ne`."""
    digits, exponent = significant(number, places + 1)
    return _with_exponent(digits.ljust(places + 1, "0"), exponent, mode)


def _with_exponent(digits: str, exponent: int, mode: str) -> str:
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}{mode}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def significant(number: Number, length: int) -> tuple[str, int]:
    """The first digits, rounded, without trailing zeros; and the exponent of the first of them."""
    if number == 0:
        return "0", 0
    _, exponent = digits_of(number)
    whole = str(rounded(number, length - 1 - exponent))
    if len(whole) > length:
        exponent += 1
    return whole.rstrip("0") or "0", exponent


def _general(number: Number, precision: int, mode: str) -> str:
    if precision < 0:
        digits, exponent = digits_of(number)
        threshold = 6
    else:
        precision = precision or 1
        digits, exponent = significant(number, precision)
        threshold = precision
        if threshold > len(digits) and len(digits) >= exponent + 1:
            threshold = len(digits)
    if exponent < -4 or exponent >= threshold:
        return _with_exponent(digits, exponent, "e" if mode == "g" else "E")
    if precision < 0:
        return number_text(number)
    return fixed(number, max(len(digits) - exponent - 1, 0))
