"""The run-time values of expressions that Python lacks, and the questions one asks of any value.

None, bool, int, float, str, bytes, list and dict stand for themselves, a resource is a node, and
`Unknown` is any value that is not known. No operators: see `equality` and `arithmetic`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from scanner.model import OneOf, Resource, Spelled, Unknown

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
UINT_MAX: Final = 2**64 - 1
MOST_CHOICES: Final = 64
"""Of a value that is one of more, the choices are not gone through."""


class UInt(int):
    """An unsigned 64-bit integer. It equals and hashes as the int, as CEL's numbers do across types."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{int(self)}u"


@dataclass(frozen=True, slots=True)
class BoolKey:
    """A Boolean as a key of a map; a plain one would be the same key as 0 or 1 in Python."""

    value: bool


TRUE_KEY: Final = BoolKey(True)
FALSE_KEY: Final = BoolKey(False)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in nanoseconds."""

    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A point in time in nanoseconds since the epoch, UTC."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class TypeValue:
    """A CEL type as a value: `type(1)`, `int`."""

    name: str


@dataclass(frozen=True, slots=True)
class CelError:
    """An error as a value, so that `&&`, `||` and the macros can absorb it."""

    message: str
    offset: int = 0


class AtLeast(Unknown):
    """The size of a collection of which only some elements are known."""

    __slots__ = ("least",)

    def __init__(self, cause: Unknown, least: int) -> None:
        super().__init__(cause.code, cause.text, span=cause.span, not_null=True)
        self.least = least
        """The size is this or more."""


class Computed(Unknown):
    """What an operation on an Unknown gives. It may turn out to be an error, as the Unknown may turn out to be null;
    so a list or map that is made with one is as open as it is, although its size would be known."""

    __slots__ = ()


def derived(cause: Unknown) -> Unknown:
    """An Unknown with the same cause; what was known of the cause does not hold for what is made of it."""
    return Computed(cause.code, cause.text, span=cause.span)


def selected_from(cause: Unknown) -> Unknown:
    """What is selected from an Unknown resource or record: of null it would be null, so it can be no error."""
    return derived(cause) if cause.__class__ is Computed else Unknown(cause.code, cause.text, span=cause.span)


def first_computed(*values: Any) -> Unknown | None:
    """The first of the values that an operation on an Unknown gave."""
    return next((value for value in values if value.__class__ is Computed), None)


def secret_value(literal: bool = True) -> Unknown:
    """What an expression sees of a secret that is known."""
    return Unknown("secret", "a secret", not_null=True, literal=literal)


def surely_string(value: Any) -> bool:
    """Whether an Unknown certainly is a string, as what is known of its beginning or end says."""
    return bool(value.prefix or value.suffix) or isinstance(value, Spelled)


def choices_of(value: Any) -> tuple[Any, ...] | None:
    """What an Unknown may be, where that is known. Nothing tells of a secret what it is."""
    if isinstance(value, OneOf) and value.code != "secret" and len(value.choices) <= MOST_CHOICES:
        return value.choices
    return None


def agreed(answers: Iterable[Any]) -> bool | None:
    """The answer that is given for each choice; None where they differ, or one is none."""
    first: bool | None = None
    for answer in answers:
        if answer.__class__ is not bool or (first is not None and answer is not first):
            return None
        first = answer
    return first


def may_be(unknown: Unknown, text: str) -> bool:
    """Whether a text is not excluded by what is known of an Unknown. Nothing tells of a secret what it is."""
    if isinstance(unknown, OneOf) and unknown.code != "secret":
        return text in unknown.choices
    if isinstance(unknown, Spelled):
        return bool(text) and all(letter in unknown.letters for letter in text)
    return text.startswith(unknown.prefix) and text.endswith(unknown.suffix)


def surely_not_null(value: Unknown) -> bool:
    """Whether an Unknown is certainly not null."""
    return bool(value.not_null or value.prefix or value.suffix or value.contains)


def map_key(key: Any) -> Any:
    """The dictionary key that stands for a CEL map key in a lookup."""
    if key is True:
        return TRUE_KEY
    if key is False:
        return FALSE_KEY
    return key


def plain_key(key: Any) -> Any:
    """The CEL value of a dictionary key."""
    return key.value if key.__class__ is BoolKey else key


_TYPE_NAMES: Final[dict[type, str]] = {
    type(None): "null_type", bool: "bool", int: "int", UInt: "uint", float: "double", str: "string", bytes: "bytes",
    list: "list", dict: "map", Duration: "google.protobuf.Duration", Timestamp: "google.protobuf.Timestamp",
    TypeValue: "type", Resource: "resource",
}  # fmt: skip


def type_name(value: Any) -> str:
    """CEL's name of the type of a known value."""
    found = _TYPE_NAMES.get(value.__class__)
    if found is None:
        found = next((name for kind, name in _TYPE_NAMES.items() if isinstance(value, kind)), "dyn")
    return found


def is_int(value: Any) -> bool:
    """Whether a value is a CEL int: neither a bool nor a uint."""
    return isinstance(value, int) and not isinstance(value, (bool, UInt))


def is_number(value: Any) -> bool:
    """Whether a value is a CEL int, uint or double."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def first_unknown(value: Any) -> Unknown | None:
    """The first Unknown at any depth of a value, not looking into resources."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return None
    for item in value:
        if (found := first_unknown(item)) is not None:
            return found
    return None
