"""Plain YAML scalars to values, as the readers of Kubernetes and CloudFormation take them.

YAML 1.1 with yes/no/on/off and both octal forms, but without base 60 and dates, which neither
reads as such. Digits after a 0 that are no octal number (an account id) stay text.
Source: resolve.go of https://github.com/kubernetes-sigs/yaml (goyaml.v2).
"""

from __future__ import annotations

import re
from typing import Any, Final

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_FIRST: Final = frozenset("~nNtTyYoOfF0123456789+-.")
_integer: Final = re.compile(r"[-+]?+(?:0[bB][01_]++|0[xX][0-9a-fA-F_]++|0[oO]?+[0-7_]++|0|[1-9][0-9_]*+)").fullmatch
_float: Final = re.compile(r"[-+]?+(?:\.[0-9]++|(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?+)(?:[eE][-+]?+[0-9]++)?+").fullmatch
_infinite: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)").fullmatch
_MOST_DIGITS: Final = 400


class NotFinite(ValueError):
    """A number that no double or sensible integer holds."""


def plain_value(text: str) -> Any:
    """The value of a plain scalar. Raises NotFinite."""
    if text and text[0] not in _FIRST:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _integer(text):
        return _to_int(text)
    if _float(text):
        value = float(text)
        if abs(value) == float("inf"):
            raise NotFinite(text)
        return value
    if _infinite(text):
        raise NotFinite(text)
    return text


def _to_int(text: str) -> int:
    digits = text.replace("_", "").lower()
    if len(digits) > _MOST_DIGITS:
        raise NotFinite(text)
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    for prefix, base in (("0b", 2), ("0x", 16), ("0o", 8)):
        if digits.startswith(prefix):
            return sign * int(digits[2:] or "0", base)
    return sign * int(digits, 8 if digits.startswith("0") else 10)
