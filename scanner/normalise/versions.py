"""Defaults that depend on the version of a provider: `{"aws < 6": false, "*": true}`.

The version is the lock file's, else the newest that the constraint allows, else the newest.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

_ROW: Final = re.compile(r"([a-z]+) (<=|>=|<|>) ([0-9]+(?:\.[0-9]+)*)")
_TERM: Final = re.compile(r"\s*(~>|>=|<=|!=|=|<|>)?\s*v?([0-9]{1,6}(?:\.[0-9]{1,6}){0,3})[-+0-9A-Za-z.]*\s*")
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

Parts = tuple[int, ...]


class Newest(NamedTuple):
    """The newest version that a constraint allows: `parts` itself, or what comes just before it."""

    parts: Parts
    below: bool


_UNBOUND: Final = Newest((1 << 30,), False)


def by_version(rows: Mapping[str, Any], versions: Mapping[str, str]) -> Any:
    """The value of the first row that holds, `*` last."""
    for row, value in rows.items():
        match = _ROW.fullmatch(row)
        if match and _holds(newest(versions.get(match[1], "")), match[2], _parts(match[3])):
            return value
    return rows["*"]


def newest(constraint: str) -> Newest:
    """`5.31.0`, `~> 5.0`, `>= 4.9, < 6`: the newest version each allows; unbound for what is none."""
    bounds = [bound for term in constraint.split(",") if (bound := _bound(term)) is not None]
    return min(bounds, key=lambda bound: (bound.parts, not bound.below), default=_UNBOUND)


def _bound(term: str) -> Newest | None:
    match = _TERM.fullmatch(term)
    if match is None:
        return None
    sign, parts = match[1] or "=", _parts(match[2])
    if sign in ("=", "<="):
        return Newest(parts, False)
    if sign == "<":
        return Newest(parts, True)
    if sign == "~>":
        return Newest((*parts[:-2], parts[-2] + 1) if len(parts) > 1 else (parts[0] + 1,), True)
    return None


def _holds(version: Newest, sign: str, wanted: Parts) -> bool:
    have = _stripped(version.parts)
    if version.below and have == wanted:
        return sign in ("<", "<=")
    return _COMPARE[sign](have, wanted)


def _parts(text: str) -> Parts:
    return _stripped(tuple(int(part) for part in text.split(".")))


def _stripped(parts: Parts) -> Parts:
    """6.0.0 as 6, so that it equals 6."""
    while len(parts) > 1 and parts[-1] == 0:
        parts = parts[:-1]
    return parts
