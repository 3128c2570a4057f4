"""CEL's own functions: sizes, types and conversions.

https://github.com/google/cel-spec/blob/master/doc/langdef.md#functions
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from scanner.expression import types as t
from scanner.expression.arithmetic import size_of
from scanner.expression.errors import Failure
from scanner.expression.functions.table import Function
from scanner.expression.values import (
    INT_MAX,
    INT_MIN,
    UINT_MAX,
    CelError,
    Duration,
    Timestamp,
    TypeValue,
    UInt,
    derived,
    type_name,
)
from scanner.model import Type, Unknown

_DECIMAL = re.compile(r"[+-]?[0-9]{1,19}")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(h|ms|m|s|us|µs|ns)")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))"
)
_UNITS: Final = {"h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 1000, "µs": 1000, "ns": 1}


def _no(name: str, value: Any) -> Failure:
    return Failure(f"no such overload: {name}({type_name(value)})")


def to_int(value: Any) -> int:
    """The int of a number, text or timestamp (seconds)."""
    kind = type_name(value)
    if kind == "double" and not -(2.0**63) < value < 2.0**63:
        raise Failure("double out of int range")
    if kind in ("int", "uint", "double") or (kind == "string" and _DECIMAL.fullmatch(value)):
        result = int(value)
    elif isinstance(value, Timestamp):
        result = value.nanoseconds // 10**9
    else:
        raise _no("int", value)
    if not INT_MIN <= result <= INT_MAX:
        raise Failure("out of int range")
    return result


def to_uint(value: Any) -> UInt:
    """The uint of a number or text."""
    kind = type_name(value)
    if kind == "double" and not 0.0 <= value < 2.0**64:
        raise Failure("double out of uint range")
    digits = kind == "string" and value.isascii() and value.isdigit() and len(value) < 21
    if kind not in ("int", "uint", "double") and not digits:
        raise _no("uint", value)
    result = int(value)
    if not 0 <= result <= UINT_MAX:
        raise Failure("out of uint range")
    return UInt(result)


def to_double(value: Any) -> float:
    """The double of a number or text."""
    if type_name(value) in ("int", "uint", "double"):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value) if "_" not in value else math.nan
        except ValueError:
            pass
    raise _no("double", value)


def to_string(value: Any) -> str:
    """The text of a scalar."""
    kind = type_name(value)
    if kind == "bool":
        return "true" if value else "false"
    if kind in ("int", "uint"):
        return str(int(value))
    if kind == "double":
        return number_text(value)
    if kind == "bytes":
        try:
            return str(value, "utf-8")
        except UnicodeDecodeError:
            raise Failure("the bytes are no UTF-8") from None
    if kind == "string":
        return str(value)
    if isinstance(value, Duration):
        seconds, rest = divmod(abs(value.nanoseconds), 10**9)
        fraction = f".{rest:09}".rstrip("0") if rest else ""
        return f"{'-' if value.nanoseconds < 0 else ''}{seconds}{fraction}s"
    raise _no("string", value)


def number_text(value: float) -> str:
    """A double as text: `1`, `1.5`, `1e+100`, `+Inf`."""
    if math.isinf(value) or math.isnan(value):
        return {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, "NaN")
    return repr(value).removesuffix(".0")


def to_bool(value: Any) -> bool:
    """The bool of a bool or text."""
    if isinstance(value, bool):
        return value
    if value in ("true", "TRUE", "True", "t", "1"):
        return True
    if value in ("false", "FALSE", "False", "f", "0"):
        return False
    raise _no("bool", value)


def to_bytes(value: Any) -> bytes:
    """The bytes of text in UTF-8."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    raise _no("bytes", value)


def to_duration(value: Any) -> Duration:
    """`1h30m`, `1.5s` as a length of time."""
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise _no("duration", value)
    body = value[1:] if value[:1] in ("+", "-") else value
    parts = list(_DURATION.finditer(body))
    if body != "0" and (not parts or "".join(part.group() for part in parts) != body or len(body) > 100):
        raise Failure(f"no duration: {value[:40]!r}")
    total = sum(_amount(part.group(1), _UNITS[part.group(2)]) for part in parts)
    if total > 315_576_000_000 * 10**9:
        raise Failure("duration out of range")
    return Duration(-total if value[:1] == "-" else total)


def _amount(number: str, unit: int) -> int:
    whole, _, fraction = number.partition(".")
    return int(whole or "0") * unit + (int(fraction[:18]) * unit // 10 ** len(fraction[:18]) if fraction else 0)


def to_timestamp(value: Any) -> Timestamp:
    """RFC 3339 text, or seconds since the epoch, as a point in time."""
    if isinstance(value, Timestamp):
        return value
    if type_name(value) == "int":
        return Timestamp(int(value) * 10**9)
    match = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _no("timestamp", value)
    import datetime

    *date, fraction, _, sign, hours, minutes = match.groups()
    try:
        moment = datetime.datetime(*map(int, date), tzinfo=datetime.UTC)  # type: ignore[misc,arg-type]  # six numbers
    except ValueError as error:
        raise Failure(str(error)) from None
    seconds = int(moment.timestamp()) - (int(sign + "1") * (int(hours) * 3600 + int(minutes) * 60) if sign else 0)
    return Timestamp(seconds * 10**9 + int((fraction or "0").ljust(9, "0")))


def _type_of(value: Any) -> Any:
    return derived(value) if isinstance(value, Unknown) else TypeValue(type_name(value))


def _same(value: Any) -> Any:
    return value


def _size(value: Any) -> Any:
    if value is None:
        return CelError("no such overload: size of null")
    return size_of(value)


def _conversion(name: str, result: Type, call: Any, doc: str) -> Function:
    return Function(name=name, parameters=(t.DYN,), result=result, call=call, doc=doc)


TABLE: Final = (
    Function(
        name="size", parameters=(t.DYN,), result=t.INT, call=_size, member=True, absorbing=True,
        doc="Characters of a text, elements of a list, keys of a map; known for a list with unknown elements.",
    ),
    Function(
        name="dyn", parameters=(t.DYN,), result=t.DYN, call=_same, absorbing=True,
        doc="The value, without its static type.",
    ),
    Function(name="type", parameters=(t.DYN,), result=t.TYPE, call=_type_of, absorbing=True, doc="A value's type."),
    _conversion("int", t.INT, to_int, "A number, a text of digits, or a timestamp's seconds, as int."),
    _conversion("uint", t.UINT, to_uint, "A number or a text of digits as uint."),
    _conversion("double", t.DOUBLE, to_double, "A number or a text as double."),
    _conversion("string", t.STRING, to_string, "A scalar as text."),
    _conversion("bool", t.BOOL, to_bool, "A text (true, false, t, f, 1, 0) as bool."),
    _conversion("bytes", t.BYTES, to_bytes, "A text as bytes of UTF-8."),
    _conversion("duration", t.DURATION, to_duration, "A text as a length of time: 1h30m."),
    _conversion("timestamp", t.TIMESTAMP, to_timestamp, "A text of RFC 3339, or seconds since the epoch, as a time."),
)  # fmt: skip
