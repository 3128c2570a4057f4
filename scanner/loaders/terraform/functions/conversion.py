"""Explicit conversions, and the marking of sensitive values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.conversion import convert
from scanner.loaders.terraform.types import BOOL, DYNAMIC, NUMBER, STRING, Collection, Type
from scanner.loaders.terraform.values import Marked, Value

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame


def _to(type: Type) -> Callable[[Frame, Value], Value]:
    def to(frame: Frame, value: Value) -> Value:
        return convert(value, type)

    return to


def sensitive(frame: Frame, value: Value) -> Value:
    """`sensitive(value)`."""
    frame.budget.marks = True
    return Marked(value)


def nonsensitive(frame: Frame, value: Value) -> Value:
    """`nonsensitive(value)`: takes the value's own mark off, not those inside it."""
    return value.value if value.__class__ is Marked else value


def issensitive(frame: Frame, value: Value) -> Value:
    """`issensitive(value)`."""
    return value.__class__ is Marked


def ephemeralasnull(frame: Frame, value: Value) -> Value:
    """`ephemeralasnull(value)`: a value that an expression can read while planning is not ephemeral."""
    return value


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "ephemeralasnull": ephemeralasnull,
    "issensitive": issensitive,
    "nonsensitive": nonsensitive,
    "sensitive": sensitive,
    "tobool": _to(BOOL),
    "tolist": _to(Collection("list", DYNAMIC)),
    "tomap": _to(Collection("map", DYNAMIC)),
    "tonumber": _to(NUMBER),
    "toset": _to(Collection("set", DYNAMIC)),
    "tostring": _to(STRING),
}
