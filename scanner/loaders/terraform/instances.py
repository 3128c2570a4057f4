"""How many there are of a resource or module call, and what each is called: `count`, `for_each`, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from scanner.loaders.terraform.config import Content
from scanner.loaders.terraform.conversion import convert
from scanner.loaders.terraform.scope import DocumentScope, Names
from scanner.loaders.terraform.types import NUMBER
from scanner.loaders.terraform.values import (
    Assortment,
    Choice,
    EvalError,
    LazyObject,
    Set,
    Value,
    is_null,
    like,
    unmark,
)
from scanner.model import Unknown
from scanner.source.hcl.ast import Attribute

SINGLE = "single"
COUNT = "count"
FOR_EACH = "for_each"
UNDECIDED = "undecided"
COUNTED = "counted"
"""`count` is one of a few numbers."""
ALL_OR_NONE = "all or none"
"""`count` is zero or one other number."""
INSTANCE_COST = 100
"""Evaluation steps that one instance counts as, so that the number of all of them is limited too."""


class Each(NamedTuple):
    """One instance: its key, the names its expressions see, and why it may not exist."""

    key: str | int | None
    names: Names
    existence: Unknown | None = None

    @property
    def suffix(self) -> str:
        """What its address ends in: nothing, `[0]` or `["key"]`."""
        if self.key is None:
            return ""
        return f"[{self.key}]" if isinstance(self.key, int) else f"[{quoted(self.key)}]"


class Expansion(NamedTuple):
    """All instances, and whether `count` or `for_each` made them."""

    mode: str
    each: tuple[Each, ...]


_ONE = Expansion(SINGLE, (Each(None, {}),))


class Undecided(LazyObject):
    """A resource or call of whose instances not even the number is known: one stands for them all."""

    __slots__ = ("existence", "representative")

    def __init__(self, representative: Value, existence: Unknown) -> None:
        self.representative = representative
        self.existence = existence

    def get_attr(self, name: str) -> Value:
        """The instance with that key."""
        return self.representative

    def get_element(self, key: Value) -> Value:
        """The instance with any key, known or not."""
        return self.representative

    def may_lack(self, key: Value) -> Unknown | None:
        """Nobody knows whether there is one with that key."""
        return self.existence

    def keys(self) -> list[str] | Unknown:
        """Not known."""
        return self.materialise()

    def materialise(self) -> Unknown:
        """A collection of unknown length."""
        reason = self.existence
        one = (self.representative,)
        return Assortment(one, Unknown(reason.code, reason.text, span=reason.span, contains=one))

    def sequence(self) -> Unknown:
        """What a splat goes over."""
        return self.materialise()


def expand(content: Content, scope_of: Callable[[str], DocumentScope], names: Names) -> Expansion:
    """The instances that `count` and `for_each` of a block ask for. `scope_of` gives the scope of an attribute."""
    count, for_each = content.attributes.get("count"), content.attributes.get("for_each")
    if count is not None:
        return _expand_count(count, scope_of("count"), names)
    if for_each is not None:
        return _expand_for_each(for_each, scope_of("for_each"), names)
    return _ONE if not names else Expansion(SINGLE, (Each(None, names),))


def collected(expansion: Expansion, items: Sequence[Value]) -> Value:
    """What a reference to the whole gives: the one, a list, a map, or what is not decided."""
    if expansion.mode == SINGLE:
        return items[0]
    if expansion.mode == COUNT:
        return list(items)
    if expansion.mode in (COUNTED, ALL_OR_NONE):
        return Counted(items, expansion)
    keyed = {str(each.key): item for each, item in zip(expansion.each, items, strict=True) if each.key is not None}
    if len(keyed) == len(items):
        return keyed
    existence = expansion.each[-1].existence
    assert existence is not None
    return Undecided(items[-1], existence) if not keyed else Partly(keyed, items[-1], existence)


class Partly(Undecided):
    """A `for_each` some of whose keys are known."""

    __slots__ = ("known",)

    def __init__(self, known: Mapping[str, Value], representative: Value, existence: Unknown) -> None:
        super().__init__(representative, existence)
        self.known = known

    def get_attr(self, name: str) -> Value:
        """The instance with that key; the one that stands for the others where it is none of the known."""
        return self.known.get(name, self.representative)

    def get_element(self, key: Value) -> Value:
        """The instance with that key."""
        return self.get_attr(key) if isinstance(key, str) else self.representative

    def may_lack(self, key: Value) -> Unknown | None:
        """Only those that are known are there for certain."""
        return None if isinstance(key, str) and key in self.known else self.existence

    def materialise(self) -> Unknown:
        """A collection of unknown length."""
        reason = self.existence
        sure = Unknown(reason.code, reason.text, span=reason.span, contains=(self.representative,))
        return Assortment((*self.known.values(), self.representative), sure)


class Counted(Undecided):
    """A `count` of which only the most there may be is known."""

    __slots__ = ("items", "sure", "whole")

    def __init__(self, items: Sequence[Value], expansion: Expansion) -> None:
        super().__init__(items[0], next(each.existence for each in expansion.each if each.existence is not None))
        self.items = tuple(items)
        self.sure = sum(each.existence is None for each in expansion.each)
        """How many of them there are in any case."""
        self.whole = expansion.mode == ALL_OR_NONE

    def get_element(self, key: Value) -> Value:
        """The instance with that index; with an unknown one only if there is no other."""
        if isinstance(key, Unknown):
            return self.items[0] if len(self.items) == 1 else like(key)
        if not (key.isdecimal() and int(key) < len(self.items)):
            raise EvalError("there is no instance with this index")
        return self.items[int(key)]

    def may_lack(self, key: Value) -> Unknown | None:
        """Only the first are there for certain."""
        return None if isinstance(key, int) and key < self.sure else self.existence

    def materialise(self) -> Unknown:
        """A list of unknown length."""
        reason = self.existence
        contains = self.items if len(self.items) == 1 else self.items[: self.sure]
        sure = Unknown(reason.code, reason.text, span=reason.span, contains=contains)
        return Assortment(self.items, sure, whole=self.whole)


def _expand_count(attribute: Attribute, scope: DocumentScope, names: Names) -> Expansion:
    value = unmark(scope.evaluate(attribute.expr, names))
    span = scope.span(attribute.value_start, attribute.value_end)
    if not isinstance(value, Unknown):
        try:
            value = convert(value, NUMBER)
        except EvalError as error:
            value = Unknown("invalid", f"count: {error.message}", span=span)
    if not isinstance(value, Unknown) and (is_null(value) or value < 0 or value != int(value)):
        value = Unknown("invalid", "count is no whole number", span=span)
    if isinstance(value, Choice) and any(each < 0 or each != int(each) for each in value.choices):
        value = Unknown("invalid", "count is no whole number", span=span)
    limit = _limit(scope)
    most = max(value.choices) if isinstance(value, Choice) else 0 if isinstance(value, Unknown) else value
    if most > limit:
        value = _too_many(f"count asks for more than {limit} instances", attribute, scope)
    if isinstance(value, Choice):
        return _expand_choice(value, names)
    if isinstance(value, Unknown):
        existence = _reason(value, "count")
        index = Unknown(value.code, value.text, span=value.span, not_null=True, type=NUMBER)
        return Expansion(UNDECIDED, (Each(None, {**names, "count": {"index": index}}, existence),))
    each = tuple(Each(index, {**names, "count": {"index": index}}) for index in range(int(value)))
    return Expansion(COUNT, each)


def _expand_choice(value: Choice, names: Names) -> Expansion:
    """As many as there may be at most."""
    existence = _reason(value, "count")
    least, most = min(value.choices), max(value.choices)
    each = [Each(at, {**names, "count": {"index": at}}, None if at < least else existence) for at in range(int(most))]
    return Expansion(ALL_OR_NONE if value.choices == {0, most} else COUNTED, tuple(each))


def _expand_for_each(attribute: Attribute, scope: DocumentScope, names: Names) -> Expansion:
    value = unmark(scope.evaluate(attribute.expr, names))
    if isinstance(value, LazyObject):
        value = value.materialise()
    span = scope.span(attribute.value_start, attribute.value_end)
    if not isinstance(value, Unknown | dict | Set):
        value = Unknown("invalid", "for_each is neither a map nor a set of strings", span=span)
    limit = _limit(scope)
    if not isinstance(value, Unknown) and len(value) > limit:
        value = _too_many(f"for_each asks for more than {limit} instances", attribute, scope)
    if isinstance(value, Unknown):
        return Expansion(UNDECIDED, (_unknown_each(value, names),))
    if isinstance(value, dict):
        return Expansion(FOR_EACH, tuple(_each(key, value[key], names) for key in sorted(value)))
    return _expand_set(value, names)


def _expand_set(value: Set, names: Names) -> Expansion:
    each = [_each(item, item, names) for item in map(unmark, value) if isinstance(item, str)]
    unknown = next((item for item in value if isinstance(item, Unknown)), None)
    if unknown is not None:
        each.append(_unknown_each(unknown, names))
    return Expansion(FOR_EACH if unknown is None or len(each) > 1 else UNDECIDED, tuple(each))


def _each(key: str, value: Value, names: Names) -> Each:
    return Each(key, {**names, "each": {"key": key, "value": value}})


def _unknown_each(value: Unknown, names: Names) -> Each:
    key = Unknown(value.code, value.text, span=value.span, not_null=True, type="string")
    element = Unknown(value.code, value.text, span=value.span)
    possible = value.elements if isinstance(value, Assortment) else value.contains
    known = possible[0] if len(possible) == 1 else element
    return Each(None, {**names, "each": {"key": key, "value": known}}, _reason(value, "for_each"))


def _reason(value: Unknown, name: str) -> Unknown:
    return Unknown(value.code, f"{name} is not known: {value.text}", span=value.span)


def _limit(scope: DocumentScope) -> int:
    """How many instances one block may have, in view of what is left for all of them."""
    session = scope.session
    return min(session.options.limits.instances, max(session.budget.steps, 0) // INSTANCE_COST)


def _too_many(message: str, attribute: Attribute, scope: DocumentScope) -> Unknown:
    span = scope.span(attribute.value_start, attribute.value_end)
    scope.session.budget.report(message, span)
    return Unknown("budget", message, span=span)


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def quoted(text: str) -> str:
    """A key as Terraform prints it in an address.
    https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go (toHCLQuotedString)"""
    if text.isascii() and text.isprintable() and not any(one in text for one in '"\\$%'):
        return f'"{text}"'
    return '"' + "".join(_escaped(one, text[index + 1 : index + 2]) for index, one in enumerate(text)) + '"'


def _escaped(one: str, following: str) -> str:
    if one in _ESCAPES:
        return _ESCAPES[one]
    if one in "$%":
        return one * 2 if following == "{" else one
    if one.isprintable():
        return one
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"
