"""Native values made values of a declared type: "22" is 22, "true" is true, one stands for a list.

`None`, and in Terraform the empty string, is absent. What will not convert is an Unknown of code
`invalid`. The named conversions (`as:`) are in `scanner.normalise.conversions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from scanner.model import Block, Encoded, OneOf, Spelled, Type, Unknown
from scanner.normalise.choices import one_of
from scanner.normalise.context import Context
from scanner.normalise.declared import is_document
from scanner.normalise.iam import decode_document

Converter = Callable[[Any, Context], Any]
"""(native value, context) -> value of the declared type, None for absent."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,40}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")
_TRUTHS: Final = {"true": True, "false": False, "1": True, "0": False}


def converter(declared: Type, name: str, *, blank_is_absent: bool, blank_items: bool = False) -> Converter:
    """The conversion to a type; `name` is the attribute's, for complaints. `blank_items`: whether the empty string
    is a value inside lists and maps all the same."""
    if is_document(declared):
        return lambda value, context: None if value in ("", None) else decode_document(value, context)
    if declared.name == "list":
        assert declared.item is not None
        return _list(converter(declared.item, name, blank_is_absent=blank_is_absent and not blank_items))
    if declared.name == "map":
        assert declared.item is not None
        return _map(converter(declared.item, name, blank_is_absent=blank_is_absent and not blank_items), name)
    if declared.name in ("string", "text", "quantity"):
        return _string(name, blank_is_absent)
    return _single(_SCALARS.get(declared.name, _as_it_is), name, blank_is_absent)


def _string(name: str, blank_is_absent: bool) -> Converter:
    general = _single(_to_string, name, blank_is_absent)

    def convert(value: Any, context: Context) -> Any:
        if value.__class__ is str and value:
            return value
        return None if value is None else general(value, context)

    return convert


def _single(scalar: Converter, name: str, blank_is_absent: bool) -> Converter:
    """Takes care of what is the same for every scalar: absence, Unknown, a list of one, blocks that may not be."""

    def convert(value: Any, context: Context) -> Any:
        if value is None or (blank_is_absent and value == ""):
            return None
        if isinstance(value, list):
            if len(value) > 1:
                return context.invalid(f"`{name}` is a list of {len(value)} where one value is expected")
            return convert(value[0], context) if value else None
        if isinstance(value, Unknown):
            return _of_unknown(value, scalar, ("", None) if blank_is_absent else (None,), context)
        if isinstance(value, Block) and value.existence is not None:
            return undecided(value.existence)
        found = scalar(value, context)
        return context.invalid(f"`{name}` cannot be {_shown(value)}") if found is _UNFIT else found

    return convert


def _of_unknown(value: Unknown, scalar: Converter, absent: tuple[Any, ...], context: Context) -> Unknown:
    """What is known of it all the same; of one of a few each choice, but nothing of a secret."""
    if not isinstance(value, OneOf) or value.code == "secret":
        return without_ends(value) if scalar in _NO_TEXTS else value
    found = [None if each in absent else scalar(each, context) for each in value.choices]
    if scalar is _secret or _UNFIT in found:
        return without_ends(value)
    unchanged = all(new is old for new, old in zip(found, value.choices, strict=True))
    return value if unchanged else one_of(found, value, identities=value.identities)


def _list(item: Converter) -> Converter:
    def convert(value: Any, context: Context) -> Any:
        if value is None:
            return None
        if isinstance(value, Unknown) and not isinstance(value, Encoded):
            return _unknown_list(value, context) if not value.not_null else _one_unknown(value, context)
        elements = value if isinstance(value, list) else [value]
        return [found for found in (item(element, context) for element in elements) if found is not None]

    def _unknown_list(value: Unknown, context: Context) -> Unknown:
        return with_contents(value, [found for each in value.contains if (found := item(each, context)) is not None])

    def _one_unknown(value: Unknown, context: Context) -> Any:
        return [item(value, context)] if not value.contains else _unknown_list(value, context)

    return convert


def _map(item: Converter, name: str) -> Converter:
    def convert(value: Any, context: Context) -> Any:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None or value == []:
            return None
        if isinstance(value, Unknown):
            return without_ends(value)
        if not isinstance(value, dict):
            return context.invalid(f"`{name}` is not a map")
        if isinstance(value, Block) and value.existence is not None:
            return undecided(value.existence)
        return {str(key): item(each, context) for key, each in value.items()}

    return convert


class _Unfit:
    """Marks a value that does not convert."""


_UNFIT: Final = _Unfit()


def _to_string(value: Any, _: Context) -> Any:
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else _UNFIT


def _to_int(value: Any, _: Context) -> Any:
    if isinstance(value, bool):
        return _UNFIT
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    return _UNFIT


def _to_float(value: Any, _: Context) -> Any:
    if isinstance(value, bool):
        return _UNFIT
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    return _UNFIT


def _to_bool(value: Any, _: Context) -> Any:
    if isinstance(value, bool):
        return value
    return _TRUTHS.get(value.lower(), _UNFIT) if isinstance(value, str) else _UNFIT


def _secret(value: Any, context: Context) -> Any:
    """The text itself: whoever evaluates and whoever reports keeps it from being read."""
    text = _to_string(value, context)
    if isinstance(text, str):
        context.secrets.append(text)
    return text


def _as_it_is(value: Any, _: Context) -> Any:
    return value


_SCALARS: Final[dict[str, Converter]] = {
    "int": _to_int,
    "float": _to_float,
    "bool": _to_bool,
    "secret": _secret,
}
_NO_TEXTS: Final = (_to_int, _to_float, _to_bool)


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return repr(value)[:40]


def undecided(existence: Unknown) -> Unknown:
    """The value of what depends on something that may not exist."""
    return Unknown("undecided", existence.text, span=existence.span)


def without_ends(unknown: Unknown) -> Unknown:
    """The same Unknown where no text is meant: "true" and "false" end alike, the values that they stand for do not."""
    if not (unknown.prefix or unknown.suffix or isinstance(unknown, OneOf | Spelled)):
        return unknown
    return Unknown(
        unknown.code,
        unknown.text,
        span=unknown.span,
        identities=unknown.identities,
        not_null=unknown.not_null,
        literal=unknown.literal,
    )


def with_contents(unknown: Unknown, contents: list[Any]) -> Unknown:
    """A list of unknown length that certainly has these elements; it keeps what it will be equal to."""
    return Unknown(
        unknown.code,
        unknown.text,
        span=unknown.span,
        identities=unknown.identities,
        contains=tuple(contents),
        literal=unknown.literal,
    )
