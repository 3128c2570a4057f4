"""Equality, order and membership, with values that are not known in full. Each answer is True, False, an
Unknown or (order only) a CelError.

https://github.com/google/cel-spec/blob/master/doc/langdef.md#equality: values of different types are
unequal, and int, uint and double are one number line.
"""

from __future__ import annotations

import math
from typing import Any

from scanner.expression.values import (
    AtLeast,
    CelError,
    Computed,
    Duration,
    Timestamp,
    agreed,
    choices_of,
    derived,
    is_number,
    map_key,
    may_be,
    surely_not_null,
    surely_string,
    type_name,
)
from scanner.model import Resource, Unknown


def equal(left: Any, right: Any) -> bool | Unknown:
    """Whether two values are equal."""
    if isinstance(left, Unknown):
        return _equal_unknown(left, right)
    if isinstance(right, Unknown):
        return _equal_unknown(right, left)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if is_number(left) and is_number(right):
        return _equal_numbers(left, right)
    if isinstance(left, list):
        return isinstance(right, list) and _equal_lists(left, right)
    if isinstance(left, dict):
        return isinstance(right, dict) and _equal_maps(left, right)
    if isinstance(left, Resource) or isinstance(right, Resource):
        return left is right
    return type_name(left) == type_name(right) and bool(left == right)


def _equal_numbers(left: float, right: float) -> bool:
    # As Google's implementations do, an integer is compared with a double as a double.
    if isinstance(left, float) or isinstance(right, float):
        return as_double(left) == as_double(right)
    return left == right


def as_double(number: float) -> float:
    """A number as a double; an int that a format let through although it has more than 64 bits may be infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _equal_lists(left: list[Any], right: list[Any]) -> bool | Unknown:
    if len(left) != len(right):
        return False
    return _every(equal(a, b) for a, b in zip(left, right, strict=True))


def _equal_maps(left: dict[Any, Any], right: dict[Any, Any]) -> bool | Unknown:
    if left.keys() != right.keys():
        return False
    return _every(equal(value, right[key]) for key, value in left.items())


def _every(answers: Any) -> bool | Unknown:
    unknown = None
    for answer in answers:
        if answer is False:
            return False
        if answer is not True and unknown is None:
            unknown = answer
    return True if unknown is None else unknown


def _equal_unknown(unknown: Unknown, other: Any) -> bool | Unknown:
    if isinstance(other, Unknown) and not set(unknown.identities).isdisjoint(other.identities):
        return True
    if (answer := _equal_choices(unknown, other)) is not None:
        return answer
    if isinstance(other, Unknown):
        return False if _apart(unknown, other) else derived(unknown)
    if other is None and surely_not_null(unknown):
        return False
    if isinstance(other, Resource) and unknown.code == "unresolved" and unknown.__class__ is Unknown:
        # It refers to something that is not in the scan, where the other is.
        return False
    if (isinstance(other, str) or surely_string(unknown)) and not _may_be_text(unknown, other):
        return False
    if unknown.contains and not _may_be_list(unknown, other):
        return False
    if isinstance(unknown, AtLeast) and not (is_number(other) and other >= unknown.least):
        return False
    return derived(unknown)


def _equal_choices(unknown: Unknown, other: Any) -> bool | None:
    """What holds for every choice of one that is one of a few. A text may still name a resource."""
    if isinstance(other, Resource):
        return None
    choices = choices_of(unknown)
    if choices is None:
        unknown, other, choices = other, unknown, choices_of(other)
    return None if choices is None else agreed(equal(each, other) for each in choices)


def _may_be_text(unknown: Unknown, other: Any) -> bool:
    return isinstance(other, str) and may_be(unknown, other)


def _may_be_list(unknown: Unknown, other: Any) -> bool:
    return isinstance(other, list) and all(contained(element, other) is not False for element in unknown.contains)


def _apart(left: Unknown, right: Unknown) -> bool:
    """Whether what is known of two Unknowns excludes that they are equal."""
    if surely_string(left) and surely_string(right):
        heads = sorted((left.prefix, right.prefix), key=len)
        tails = sorted((left.suffix, right.suffix), key=len)
        return not (heads[1].startswith(heads[0]) and tails[1].endswith(tails[0]))
    return False


def contained(item: Any, collection: Any) -> Any:
    """`item in collection`: a list by equality, a map by key. A CelError for anything else."""
    if item.__class__ is Computed:
        return derived(item)
    if (choices := choices_of(item)) is not None:
        answer = agreed(contained(each, collection) for each in choices)
        if answer is not None:
            return answer
    if isinstance(collection, Unknown):
        return _contained_in_unknown(item, collection)
    if isinstance(collection, list):
        return _contained_in_list(item, collection)
    if isinstance(collection, dict):
        if isinstance(item, Unknown):
            return derived(item)
        if isinstance(item, (str, int, float)):
            return map_key(item) in collection
    return CelError(f"no such overload: {type_name(item)} in {type_name(collection)}")


def _contained_in_list(item: Any, collection: list[Any]) -> bool | Unknown:
    unknown = None
    for element in collection:
        answer = equal(element, item)
        if answer is True:
            return True
        if answer is not False and unknown is None:
            unknown = answer
    return False if unknown is None else unknown


def _contained_in_unknown(item: Any, collection: Unknown) -> bool | Unknown:
    if any(equal(element, item) is True for element in collection.contains):
        return True
    return derived(collection)


def ordered(operator: str, left: Any, right: Any) -> bool | Unknown | CelError:
    """`left operator right` for `< <= > >=`."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _ordered_unknown(operator, left, right)
    if is_number(left) and is_number(right):
        if isinstance(left, float) or isinstance(right, float):
            left, right = as_double(left), as_double(right)
    elif type_name(left) != type_name(right) or not isinstance(left, (str, bytes, bool, Duration, Timestamp)):
        return CelError(f"no such overload: {type_name(left)} {operator} {type_name(right)}")
    return _compare(operator, left, right)


def _compare(operator: str, left: Any, right: Any) -> bool:
    if operator == "<":
        return bool(left < right)
    if operator == "<=":
        return bool(left <= right)
    if operator == ">":
        return bool(left > right)
    return bool(left >= right)


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _ordered_unknown(operator: str, left: Any, right: Any) -> bool | Unknown | CelError:
    """Only sizes are known well enough to be ordered; what can be ordered with nothing is an error at once."""
    for value in (left, right):
        if value is None or isinstance(value, (list, dict, Resource)):
            return CelError(f"no such overload: {type_name(value)} {operator} a value that is not known")
    if (answer := _ordered_choices(operator, left, right)) is not None:
        return answer
    if isinstance(right, AtLeast) and not isinstance(left, Unknown):
        return _ordered_unknown(_TURNED[operator], right, left)
    if isinstance(left, AtLeast) and is_number(right):
        if operator in (">", ">=") and _compare(operator, left.least, right):
            return True
        if operator in ("<", "<=") and not _compare(operator, left.least, right):
            return False
    return derived(left if isinstance(left, Unknown) else right)


def _ordered_choices(operator: str, left: Any, right: Any) -> bool | None:
    if (choices := choices_of(left)) is not None:
        return agreed(ordered(operator, each, right) for each in choices)
    if (choices := choices_of(right)) is not None:
        return agreed(ordered(operator, left, each) for each in choices)
    return None
