"""Sets and products: setunion, setintersection, setsubtract, setproduct, distinct.

Facts: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/set.go
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.conversion import convert, convert_items, identity_key, make_set
from scanner.loaders.terraform.types import (
    DYNAMIC,
    NULL,
    OPEN,
    Collection,
    TupleType,
    Type,
    has_dynamic,
    type_of,
    unify,
)
from scanner.loaders.terraform.values import EvalError, List, Null, Set, Value, first_unknown, like
from scanner.model import Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame


def distinct(frame: Frame, items: Value) -> Value:
    """`distinct(list)`: of elements that are not known it is not known how many differ."""
    if isinstance(items, Unknown):
        return like(items, items.type, not_null=True, contains=items.contains)
    unknown = first_unknown(items)
    if unknown is not None and len(items) > 1:
        return like(unknown, Collection("list", items.element), not_null=True, contains=_distinct(items))
    return List(_distinct(items), items.element)


def _distinct(items: list[Value]) -> tuple[Value, ...]:
    """The items, of equal known ones the first."""
    first: dict[Any, Value] = {}
    for position, item in enumerate(items):
        key = identity_key(item)
        first.setdefault(("unknown", position) if key is None else key, item)
    return tuple(first.values())


def setunion(frame: Frame, *sets: Value) -> Value:
    """`setunion(sets...)`."""
    sets, element = _unified(sets)
    unknown = next((given for given in sets if isinstance(given, Unknown)), None)
    sure = [item for given in sets for item in (given.contains if isinstance(given, Unknown) else given)]
    if unknown is not None:
        return like(unknown, Collection("set", element), not_null=True, contains=tuple(sure))
    return make_set(sure, element)


def setintersection(frame: Frame, *sets: Value) -> Value:
    """`setintersection(sets...)`."""
    sets, element = _unified(sets)
    unknown = first_unknown(sets)
    if any(not isinstance(given, Unknown) and not given for given in sets) and _unifies(element, unknown):
        return Set([], element)
    if unknown is not None:
        return like(unknown, Collection("set", element), not_null=True, contains=_in_all(sets))
    keys = [set(map(identity_key, given)) for given in sets[1:]]
    return make_set([item for item in sets[0] if all(identity_key(item) in known for known in keys)], element)


def _in_all(sets: tuple[Value, ...]) -> tuple[Value, ...]:
    """What every set certainly has."""
    surely = [given.contains if isinstance(given, Unknown) else given for given in sets]
    keys = [{identity_key(item) for item in given} - {None} for given in surely]
    return tuple(item for item in surely[0] if all(identity_key(item) in known for known in keys))


def setsubtract(frame: Frame, a: Value, b: Value) -> Value:
    """`setsubtract(a, b)`."""
    (a, b), element = _unified((a, b))
    unknown = first_unknown([b])
    if not isinstance(a, Unknown) and not a and _unifies(element, unknown):
        return Set([], element)
    if isinstance(a, Unknown):
        return like(a, Collection("set", element), not_null=True)
    if unknown is not None:
        return like(unknown, Collection("set", element), not_null=True)
    keys = set(map(identity_key, b))
    return make_set([item for item in a if identity_key(item) not in keys], element)


def _unifies(element: Type, unknown: Unknown | None) -> bool:
    """Whether elements certainly are of one type: one with an unknown part may not be, once that is known."""
    return unknown is None or element in OPEN or not has_dynamic(element)


def _unified(sets: tuple[Value, ...]) -> tuple[tuple[Value, ...], Type]:
    """The sets with elements of the one type that they unify to."""
    if any(isinstance(given, Unknown) and _element(given) == DYNAMIC for given in sets):
        return sets, DYNAMIC
    types = [_element(given) for given in sets if isinstance(given, Unknown) or given or _element(given) != DYNAMIC]
    element = unify(types) if types else DYNAMIC
    if element is None and first_unknown(sets) is not None:
        return sets, DYNAMIC
    if element is None:
        raise EvalError("given sets must all have compatible element types")
    if element == NULL and len(set(types)) > 1:
        raise EvalError("given sets must all have compatible element types")
    if element in OPEN:
        return sets, element
    return tuple(convert(given, Collection("set", element)) for given in sets), element


def _element(given: Value) -> Type:
    type = given.type if isinstance(given, Unknown) else Collection("set", given.element)
    return type.element if isinstance(type, Collection) else DYNAMIC


def setproduct(frame: Frame, *sets: Value) -> Value:
    """`setproduct(sets...)`: a list of tuples where all are lists or tuples, else a set."""
    if len(sets) < 2:
        raise EvalError("at least two arguments are required")
    for given in sets:
        if not isinstance(given, list) and not isinstance(given, Unknown):
            raise EvalError("a set or a list is required")
    unknown = next((given for given in sets if isinstance(given, Unknown)), None)
    if unknown is not None:
        return like(unknown, not_null=True)
    elements = tuple(_common(given) for given in sets)
    frame.budget.charge(prod(map(len, sets)) * len(sets))
    type = TupleType(elements)
    rows: list[Value] = []
    if all(sets):
        columns = [_column(given, element) for given, element in zip(sets, elements, strict=True)]
        rows = [list(row) for row in product(*columns)]
    open_types = any(map(has_dynamic, elements)) and first_unknown(rows) is None
    if open_types and len({type_of(row) for row in rows}) > 1:
        raise EvalError("inconsistent list element types")
    if all(given.__class__ is not Set for given in sets):
        return List(rows, type)
    unknown = first_unknown(rows)
    if unknown is not None:
        return like(unknown, Collection("set", type), not_null=True, contains=tuple(rows))
    return make_set(rows, type)


def _common(given: Any) -> Type:
    if isinstance(given, List | Set):
        return given.element  # type: ignore[no-any-return]  # a Type
    element = unify([type_of(item) for item in given]) if given else DYNAMIC
    if element is None:
        raise EvalError("all elements must be of the same type")
    return element


def _column(given: list[Value], element: Type) -> list[Value]:
    """The elements of one argument, nulls with their type."""
    return [Null(element) if item is None else item for item in convert_items(given, element)]


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "distinct": distinct,
    "setintersection": setintersection,
    "setproduct": setproduct,
    "setsubtract": setsubtract,
    "setunion": setunion,
}
