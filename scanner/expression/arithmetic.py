"""`+ - * / %`, negation, indexing and size, as CEL defines them: 64-bit numbers that overflow into an error,
division that truncates, no mixing of number types. Raises Failure for a CEL error.
"""

from __future__ import annotations

import math
from typing import Any

from scanner.expression.errors import Failure
from scanner.expression.values import (
    INT_MAX,
    INT_MIN,
    UINT_MAX,
    AtLeast,
    Duration,
    Timestamp,
    UInt,
    derived,
    map_key,
    surely_string,
    type_name,
)
from scanner.model import Unknown


def calculate(operator: str, left: Any, right: Any) -> Any:
    """`left operator right`."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _with_unknown(operator, left, right)
    kind = type_name(left)
    if kind != type_name(right):
        return _calculate_time(operator, left, right)
    if kind == "int":
        return _checked(_integers(operator, left, right))
    if kind == "uint":
        value = _integers(operator, int(left), int(right))
        if not 0 <= value <= UINT_MAX:
            raise Failure("unsigned integer overflow")
        return UInt(value)
    if kind == "double":
        return _doubles(operator, left, right)
    if operator == "+" and kind in ("string", "bytes", "list"):
        return left + right
    return _calculate_time(operator, left, right)


def _no_overload(operator: str, left: Any, right: Any) -> Failure:
    return Failure(f"no such overload: {type_name(left)} {operator} {type_name(right)}")


def _checked(value: int) -> int:
    if not INT_MIN <= value <= INT_MAX:
        raise Failure("integer overflow")
    return value


def _integers(operator: str, left: int, right: int) -> int:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if right == 0:
        raise Failure("divide by zero" if operator == "/" else "modulus by zero")
    quotient = abs(left) // abs(right)
    if (left < 0) != (right < 0):
        quotient = -quotient
    return quotient if operator == "/" else _remainder(left, right, quotient)


def _remainder(left: int, right: int, quotient: int) -> int:
    # The quotient overflows for the smallest int and -1, and with it the remainder.
    _checked(quotient) if right == -1 else None
    return left - quotient * right


def _doubles(operator: str, left: float, right: float) -> float:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if operator == "%":
        raise _no_overload(operator, left, right)
    if right != 0.0:
        return left / right
    if left == 0.0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _calculate_time(operator: str, left: Any, right: Any) -> Any:
    pair = (left.__class__, right.__class__)
    if operator == "+" and pair == (Duration, Duration):
        return Duration(_checked(left.nanoseconds + right.nanoseconds))
    if operator == "+" and pair in ((Timestamp, Duration), (Duration, Timestamp)):
        return Timestamp(left.nanoseconds + right.nanoseconds)
    if operator == "-" and pair == (Timestamp, Duration):
        return Timestamp(left.nanoseconds - right.nanoseconds)
    if operator == "-" and pair in ((Timestamp, Timestamp), (Duration, Duration)):
        return Duration(_checked(left.nanoseconds - right.nanoseconds))
    raise _no_overload(operator, left, right)


def _with_unknown(operator: str, left: Any, right: Any) -> Unknown:
    for value in (left, right):
        if value is None or isinstance(value, (bool, dict)):
            raise Failure(f"no such overload: {type_name(value)} {operator} a value that is not known")
    cause = left if isinstance(left, Unknown) else right
    if operator == "+" and _text(left) and _text(right):
        prefix = left + getattr(right, "prefix", right) if isinstance(left, str) else left.prefix
        suffix = getattr(left, "suffix", left) + right if isinstance(right, str) else right.suffix
        return Unknown(cause.code, cause.text, span=cause.span, prefix=prefix, suffix=suffix, not_null=True)
    return derived(cause)


def _text(value: Any) -> bool:
    return surely_string(value) if isinstance(value, Unknown) else isinstance(value, str)


def negated(value: Any) -> Any:
    """`-value`."""
    if isinstance(value, Unknown):
        return derived(value)
    kind = type_name(value)
    if kind == "int":
        return _checked(-value)
    if kind == "double":
        return -value
    raise Failure(f"no such overload: -{kind}")


def indexed(base: Any, key: Any) -> Any:
    """`base[key]` of a list by position, of a map by key."""
    if isinstance(base, Unknown) or isinstance(key, Unknown):
        if not isinstance(base, (Unknown, list, dict)):
            raise Failure(f"no such overload: {type_name(base)}[...]")
        return derived(base if isinstance(base, Unknown) else key)
    if isinstance(base, list):
        return _element(base, key)
    if isinstance(base, dict):
        return _entry(base, key)
    raise Failure(f"no such overload: {type_name(base)}[{type_name(key)}]")


def _element(base: list[Any], key: Any) -> Any:
    if isinstance(key, bool) or not isinstance(key, (int, float)) or key != key // 1:
        raise Failure(f"no such overload: list[{type_name(key)}]")
    position = int(key)
    if not 0 <= position < len(base):
        raise Failure(f"index {position} is out of bounds, the list has {len(base)}")
    return base[position]


def _entry(base: dict[Any, Any], key: Any) -> Any:
    if isinstance(key, (list, dict)) or key is None:
        raise Failure(f"no such overload: map[{type_name(key)}]")
    try:
        return base[map_key(key)]
    except KeyError:
        raise Failure(f"no such key: {key!r}") from None


def size_of(value: Any) -> Any:
    """`size(value)`; of a list with unknown elements it is known."""
    if isinstance(value, Unknown):
        return AtLeast(value, 1) if value.contains else derived(value)
    if isinstance(value, (str, bytes, list, dict)):
        return len(value)
    raise Failure(f"no such overload: size({type_name(value)})")
