"""Whether two values are equal when parts of them are not known, and what two possible values share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from scanner.loaders.terraform.conversion import identity_key, unknown_of
from scanner.loaders.terraform.types import BOOL, OPEN, STRING, convertible, has_dynamic, type_of
from scanner.loaders.terraform.values import (
    Assortment,
    Choice,
    LazyObject,
    List,
    Map,
    Null,
    Set,
    Value,
    first_unknown,
    is_null,
    unmark,
    with_items,
)
from scanner.model import Unknown

_ELEMENTS: Final = 50
"""More values than this that an element may be are not kept."""


def equals(left: Value, right: Value) -> Any:
    """True, False, or an Unknown bool. Values of different types are not equal; nulls of any types are."""
    left, right = unmark(left), unmark(right)
    if isinstance(left, LazyObject) and not is_null(right):
        left = left.materialise()
    if isinstance(right, LazyObject) and not is_null(left):
        right = right.materialise()
    if isinstance(left, Unknown):
        return _equals_unknown(left, right)
    if isinstance(right, Unknown):
        return _equals_unknown(right, left)
    if is_null(left) or is_null(right):
        return is_null(left) and is_null(right)
    kind = left.__class__
    if kind is not right.__class__:
        both_numbers = isinstance(left, int | Decimal) and isinstance(right, int | Decimal)
        return both_numbers and kind is not bool and right.__class__ is not bool and bool(left == right)
    if isinstance(left, list):
        return _equal_lists(left, right)
    if isinstance(left, dict):
        return _equal_dicts(left, right)
    return bool(left == right)


def _equals_unknown(unknown: Unknown, other: Value) -> Any:
    if isinstance(other, Unknown):
        if unknown is other or not set(unknown.identities).isdisjoint(other.identities):
            return True
        return False if _texts_differ(unknown, other) else unknown_of(unknown, BOOL)
    if is_null(other):
        return False if unknown.not_null else unknown_of(unknown, BOOL)
    if isinstance(other, str):
        if not (other.startswith(unknown.prefix) and other.endswith(unknown.suffix)):
            return False
        if len(other) < max(len(unknown.prefix), len(unknown.suffix)):
            return False
    if unknown.type and not has_dynamic(unknown.type):
        mine, theirs = unknown.type, type_of(other)
        if mine != theirs and not has_dynamic(theirs):
            return False
    return unknown_of(unknown, BOOL)


def _texts_differ(a: Unknown, b: Unknown) -> bool:
    """Whether the known ends of two texts contradict each other."""
    start, end = min(len(a.prefix), len(b.prefix)), min(len(a.suffix), len(b.suffix))
    return a.prefix[:start] != b.prefix[:start] or (end > 0 and a.suffix[-end:] != b.suffix[-end:])


def _all_equal(pairs: Any) -> Any:
    """False if one pair certainly differs, else Unknown if one may."""
    undecided = None
    for a, b in pairs:
        same = equals(a, b)
        if same is False:
            return False
        if same is not True:
            undecided = same if undecided is None else undecided
    return True if undecided is None else undecided


def _equal_lists(left: list[Any], right: list[Any]) -> Any:
    if isinstance(left, Set):
        return _equal_sets(left, right)
    if len(left) != len(right) or not _same_element(left, right):
        return False
    return _all_equal(zip(left, right, strict=True))


def _equal_dicts(left: dict[str, Any], right: dict[str, Any]) -> Any:
    if left.keys() != right.keys() or not _same_element(left, right):
        return False
    return _all_equal((left[name], right[name]) for name in left)


def _same_element(left: Any, right: Any) -> bool:
    """Whether two collections of one class can be of one type."""
    if not isinstance(left, List | Set | Map):
        return True
    if left.element == right.element:
        return True
    if not (has_dynamic(left.element) or has_dynamic(right.element)) or first_unknown([left, right]) is None:
        return {left.element, right.element} <= OPEN
    return convertible(left.element, right.element) or convertible(right.element, left.element)


def _equal_sets(left: list[Any], right: list[Any]) -> Any:
    if not _same_element(left, right):
        return False
    unknown = next((item for side in (left, right) for item in side if identity_key(item) is None), None)
    if unknown is None:
        return set(map(identity_key, left)) == set(map(identity_key, right))
    return _reason_bool(unknown)


def _reason_bool(value: Value) -> Unknown:
    found = first_unknown([value])
    assert found is not None
    return unknown_of(found, BOOL)


def merged(a: Value, b: Value, why: Unknown) -> Value:
    """The value that is either `a` or `b`, of one type: what both have in common is known of it."""
    a, b = unmark(a), unmark(b)
    if a is b:
        return a
    key = identity_key(a)
    if key is not None and key == identity_key(b):
        return a
    if a.__class__ is b.__class__ and not isinstance(a, Set | Unknown | LazyObject):
        if isinstance(a, list) and len(a) == len(b):
            return with_items(a, [merged(x, y, why) for x, y in zip(a, b, strict=True)])
        if isinstance(a, dict) and a.keys() == b.keys():
            entries = {name: merged(a[name], b[name], why) for name in a}
            return Map(entries, a.element) if isinstance(a, Map) else entries
    return _common(a, b, why)


def _common(a: Value, b: Value, why: Unknown) -> Unknown:
    made = _shared(a, b, why)
    numbers = _numbers(a) | _numbers(b)
    if numbers and _numbers(a) and _numbers(b) and len(numbers) <= _ELEMENTS:
        return Choice(numbers, made)
    elements = _either_elements(a, b)
    if elements is None:
        return made
    whole = (_is_whole(a) or _is_whole(b)) and [] in (a, b)
    return Assortment(elements, made, type=made.type, whole=whole)


def _numbers(side: Value) -> frozenset[int | Decimal]:
    """The numbers that it can be; none where it need not be one of a few."""
    if isinstance(side, Choice):
        return side.choices
    is_number = isinstance(side, int | Decimal) and side.__class__ is not bool
    return frozenset((side,)) if is_number else frozenset()


def _is_whole(side: Value) -> bool:
    """Whether it is a list with these elements or an empty one."""
    if isinstance(side, Assortment):
        return side.whole
    return isinstance(side, list) and side.__class__ is not Set and bool(side)


def _either_elements(a: Value, b: Value) -> tuple[Value, ...] | None:
    """What an element can be of a collection that is one of two; None where that is not known."""
    sides: list[tuple[Value, ...]] = []
    for side in (a, b):
        if isinstance(side, Assortment):
            sides.append(side.elements)
        elif isinstance(side, list):
            sides.append(tuple(side))
        elif isinstance(side, dict):
            sides.append(tuple(side.values()))
        else:
            return None
    found = [*sides[0]]
    for item in sides[1]:
        if not any(item is other or _certainly_equal(item, other) for other in found):
            found.append(item)
    return tuple(found) if len(found) <= _ELEMENTS else None


def _certainly_equal(a: Value, b: Value) -> bool:
    key = identity_key(a)
    return key is not None and key == identity_key(b)


def _shared(a: Value, b: Value, why: Unknown) -> Unknown:
    type = type_of(a) if type_of(a) == type_of(b) else None
    texts = [(side, side) if isinstance(side, str) else _ends(side) for side in (a, b)]
    shared: tuple[str, ...] = ()
    if isinstance(a, Unknown) and isinstance(b, Unknown):
        shared = tuple(name for name in a.identities if name in b.identities)
    return Unknown(
        why.code, why.text, span=why.span, identities=shared, type=type,
        not_null=_not_null(a) and _not_null(b),
        prefix=_shared_start(texts[0][0], texts[1][0]) if type == STRING else "",
        suffix=_shared_start(texts[0][1][::-1], texts[1][1][::-1])[::-1] if type == STRING else "",
        contains=_shared_elements(a, b),
    )  # fmt: skip


def _shared_start(a: str, b: str) -> str:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return a[:length]


def _ends(side: Value) -> tuple[str, str]:
    return (side.prefix, side.suffix) if isinstance(side, Unknown) else ("", "")


def _not_null(side: Value) -> bool:
    return side.not_null if isinstance(side, Unknown) else not (side is None or side.__class__ is Null)


def _shared_elements(a: Value, b: Value) -> tuple[Any, ...]:
    sides = [side.contains if isinstance(side, Unknown) else side for side in (a, b)]
    if not all(isinstance(side, list | tuple) for side in sides):
        return ()
    keys = {identity_key(item) for item in sides[1]} - {None}
    return tuple(item for item in sides[0] if identity_key(item) in keys)
