"""The values that Terraform expressions have while they are evaluated, and how they leave.

Strings are `str` (NFC), bools `bool`, numbers `int` or `Decimal`, null `None` or `Null`; a tuple is a plain `list`,
an object a plain `dict`; `List`, `Set` and `Map` know their element type. `LazyObject` stands for something whose
attributes are worked out one by one, `Marked` for a sensitive value, `Unknown` for what is not known.
Types and conversions are in `types` and `conversion`.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from decimal import Decimal
from typing import Any

from scanner.model import Encoded, Unknown
from scanner.model import Fragments as Fragments

Value = Any
"""Any value of the kinds named above."""


class EvalError(Exception):
    """An expression that Terraform rejects: `try` and `can` catch it, an attribute becomes Unknown("invalid").

    `start` and `end` are byte offsets into the expression's document, -1 until a node claims the error.
    """

    def __init__(self, message: str, start: int = -1, end: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class Null:
    """A null whose type is known: `tostring(null)`. A bare `null` is None."""

    __slots__ = ("type",)

    def __init__(self, type: Any) -> None:
        self.type = type


class List(list[Any]):
    """A list: elements of one type. Nulls in it are None."""

    __slots__ = ("element",)

    def __init__(self, items: Iterable[Any], element: Any) -> None:
        super().__init__(items)
        self.element = element


class Set(list[Any]):
    """A set: distinct elements of one type, in Terraform's order. Unknown elements come last, and may coincide."""

    __slots__ = ("element",)

    def __init__(self, items: Iterable[Any], element: Any) -> None:
        super().__init__(items)
        self.element = element


class Map(dict[str, Any]):
    """A map: values of one type. Nulls in it are None."""

    __slots__ = ("element",)

    def __init__(self, items: Any, element: Any) -> None:
        super().__init__(items)
        self.element = element


class Marked:
    """A sensitive value. What is computed from it is sensitive too; never nested directly in another Marked."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value: Any = value.value if isinstance(value, Marked) else value


class Derived(Unknown):
    """An attribute or element of something unknown: it is not even known whether there is one."""

    __slots__ = ()


class Assortment(Unknown):
    """A collection of unknown length of which every element is one of `elements`; none need be there.

    One that is `whole` has either no element or all of them in this order."""

    __slots__ = ("elements", "whole")

    def __init__(self, elements: tuple[Any, ...], unknown: Unknown, *, type: Any = None, whole: bool = False) -> None:
        super().__init__(
            unknown.code, unknown.text, span=unknown.span, identities=unknown.identities, not_null=True,
            contains=unknown.contains, type=type,
        )  # fmt: skip
        self.elements = elements
        self.whole = whole


class Choice(Unknown):
    """A number that is one of a few."""

    __slots__ = ("choices",)

    def __init__(self, choices: frozenset[int | Decimal], unknown: Unknown) -> None:
        super().__init__(unknown.code, unknown.text, span=unknown.span, not_null=True, type="number")
        self.choices = choices


def held(unknown: Unknown) -> tuple[Any, ...]:
    """The values that an unknown collection certainly or possibly has."""
    return (*unknown.contains, *unknown.elements) if isinstance(unknown, Assortment) else unknown.contains


class LazyObject:
    """An object whose attributes are worked out when they are asked for: `var`, `local`, a resource instance.

    The loader makes subclasses; the evaluator never caches what they answer.
    """

    __slots__ = ()

    def get_attr(self, name: str) -> Value:
        """The value of an attribute. Raises EvalError for one that does not exist."""
        raise NotImplementedError

    def get_element(self, key: Value) -> Value:
        """`self[key]`, the key a str or an Unknown string: the attribute of that name, unless overridden."""
        return like(key) if isinstance(key, Unknown) else self.get_attr(key)

    def may_lack(self, key: Value) -> Unknown | None:
        """Why `self[key]` may be an error after all, although `get_element` answers."""
        return None

    def sequence(self) -> Value:
        """What a splat goes over: a list of this one object, unless overridden by a list or an Unknown."""
        return [self]

    def keys(self) -> list[str] | Unknown:
        """The attribute names, sorted; an Unknown where they are not known."""
        raise NotImplementedError

    def materialise(self) -> Value:
        """The whole object as a dict, or an Unknown where its attributes are not known."""
        names = self.keys()
        return names if isinstance(names, Unknown) else {name: self.get_attr(name) for name in names}


def is_null(value: Value) -> bool:
    """Whether it is null, of whatever type."""
    return value is None or value.__class__ is Null


def unmark(value: Value) -> Value:
    """The value without the mark it carries itself; marks further inside stay."""
    return value.value if value.__class__ is Marked else value


def unmark_deep(value: Value) -> tuple[Value, bool]:
    """The value without any mark, and whether it had one. Copies only what had one."""
    kind = value.__class__
    if kind is Marked:
        return unmark_deep(value.value)[0], True
    if isinstance(value, list):
        items = [unmark_deep(item) for item in value]
        if any(marked for _, marked in items):
            return with_items(value, [item for item, _ in items]), True
    elif isinstance(value, dict):
        pairs = {key: unmark_deep(item) for key, item in value.items()}
        if any(marked for _, marked in pairs.values()):
            return with_entries(value, {key: item for key, (item, _) in pairs.items()}), True
    return value, False


def with_items(like: list[Any], items: list[Any]) -> list[Any]:
    """The items as a list, set or tuple: whatever `like` is."""
    if isinstance(like, List | Set):
        return like.__class__(items, like.element)
    return items


def with_entries(like: dict[str, Any], entries: dict[str, Any]) -> dict[str, Any]:
    """The entries as a map or object: whatever `like` is."""
    return Map(entries, like.element) if isinstance(like, Map) else entries


def derived(unknown: Unknown, step: str, type: Any = None) -> Unknown:
    """The attribute or element of an unknown value: `step` is `.name` or `[0]` or `["k"]`."""
    return Derived(
        unknown.code,
        unknown.text,
        span=unknown.span,
        identities=tuple(name + step for name in unknown.identities),
        type=type,
        literal=unknown.literal,
    )


def like(unknown: Unknown, type: Any = None, *, not_null: bool = False, **known: Any) -> Unknown:
    """Another Unknown for the same reason: the result of something done to this one."""
    return Unknown(unknown.code, unknown.text, span=unknown.span, type=type, not_null=not_null, **known)


def perhaps(unknown: Unknown) -> Unknown:
    """The same Unknown where it may be null instead."""
    if not unknown.not_null:
        return unknown
    made = copy(unknown)
    made.not_null = False
    return made


def first_unknown(values: Iterable[Value]) -> Unknown | None:
    """The first Unknown among the values or anywhere inside them."""
    for value in values:
        if isinstance(value, Unknown):
            return value
        if value.__class__ is Marked:
            value = value.value
            if isinstance(value, Unknown):
                return value
        inside = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
        found = first_unknown(inside)
        if found is not None:
            return found
    return None


def uncounted(items: Set) -> Unknown | None:
    """Why it is not known how many elements a set has: an unknown element may coincide with another."""
    return first_unknown(items) if len(items) > 1 else None


def to_plain(value: Value, secrets: list[str] | None = None) -> Any:
    """The value as a `NativeResource` holds it: None, bool, int, float, str, list, dict, Unknown.

    A sensitive value becomes an Unknown of code `secret`; its texts are added to `secrets`. A text of
    fragments that is a JSON document with unknown parts becomes an `Encoded`. Lazy objects are materialised.
    A set becomes a list even if elements of it that are not known may come to coincide.
    """
    kind = value.__class__
    if kind is str or kind is bool or kind is int or value is None:
        return value
    if isinstance(value, Decimal):
        return _plain_number(value)
    if isinstance(value, list):
        return [to_plain(item, secrets) for item in value]
    if isinstance(value, dict):
        return {key: to_plain(item, secrets) for key, item in value.items()}
    if kind is Null:
        return None
    if kind is Marked:
        return _plain_secret(value.value, secrets)
    return _plain_special(value, secrets)


def _plain_number(value: Decimal) -> int | float:
    """An int when integral, else the nearest float."""
    return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)


def _plain_special(value: Value, secrets: list[str] | None) -> Any:
    """The plain form of a lazy object or an Unknown."""
    if isinstance(value, LazyObject):
        return to_plain(value.materialise(), secrets)
    if isinstance(value, Fragments):
        from scanner.loaders.terraform.evaluate_documents import as_document

        document = as_document(value)
        value = value if document is None else document
    if isinstance(value, Encoded):
        return Encoded(to_plain(value.document, secrets), value.language, value)
    return _plain_contains(value, secrets) if value.contains or isinstance(value, Assortment) else value


def _plain_contains(value: Unknown, secrets: list[str] | None) -> Unknown:
    """The same Unknown with its known elements in plain form."""
    return Unknown(
        value.code, value.text, span=value.span, identities=value.identities, not_null=value.not_null,
        contains=tuple(to_plain(item, secrets) for item in value.contains), type=value.type, literal=value.literal,
    )  # fmt: skip


def _plain_secret(value: Value, secrets: list[str] | None) -> Unknown | None:
    """An Unknown that stands for a sensitive value; null stays null."""
    if is_null(value):
        return None
    if secrets is not None:
        secrets.extend(_texts(value))
    if isinstance(value, Unknown):
        return Unknown(
            "secret", value.text or "sensitive value", span=value.span, identities=value.identities,
            not_null=value.not_null, type=value.type,
        )  # fmt: skip
    return Unknown("secret", "sensitive value", not_null=True, literal=True)


def _texts(value: Value) -> list[str]:
    """Every non-empty string in a value."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    return []
