"""Functions that pick or combine elements: lookup, element, one, coalesce, keys, values, merge, zipmap.

What they give keeps the identity of what they picked.
Facts: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/collection.go and Terraform's own
`internal/lang/funcs/collection.go`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.conversion import convert, to_text
from scanner.loaders.terraform.evaluate_traversal import attribute_of, element_at
from scanner.loaders.terraform.functions.arguments import whole_number
from scanner.loaders.terraform.types import (
    DYNAMIC,
    OPEN,
    STRING,
    Collection,
    ObjectType,
    TupleType,
    Type,
    type_of,
    unify,
)
from scanner.loaders.terraform.values import (
    Assortment,
    EvalError,
    LazyObject,
    List,
    Map,
    Null,
    Set,
    Value,
    derived,
    first_unknown,
    is_null,
    like,
    perhaps,
    unmark,
)
from scanner.model import Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame


def coalesce(frame: Frame, *vals: Value) -> Value:
    """`coalesce(values...)`: the first that is not null and not an empty string."""
    types = [type_of(unmark(value)) for value in vals]
    type = unify(types) if types else None
    if type is None:
        raise EvalError("all arguments must have the same type")
    for position, value in enumerate(vals):
        value = value if type in OPEN else convert(value, type)
        if isinstance(value, Unknown):
            return _coalesced(value, vals[position + 1 :])
        if not is_null(value) and not (type == STRING and value == ""):
            return value
    raise EvalError("no non-null, non-empty-string arguments")


def _coalesced(value: Unknown, rest: tuple[Value, ...]) -> Value:
    """The unknown value itself if it is surely chosen: an identity that is never null or empty, or nothing after it."""
    sure = value.prefix or value.suffix or (value.not_null and value.code == "computed")
    if sure or all(is_null(other) or other == "" for other in rest):
        return value
    return like(value, value.type, not_null=True)


def coalescelist(frame: Frame, *vals: Value) -> Value:
    """`coalescelist(lists...)`: the first that is not empty."""
    for value in vals:
        if not isinstance(value, Unknown | list) and not is_null(value):
            raise EvalError("coalescelist arguments must be lists or tuples")
        if value is None or value.__class__ is Set:
            raise EvalError("coalescelist arguments must be lists or tuples")
    for value in vals:
        if isinstance(value, Unknown):
            return value if value.contains else like(value, not_null=True)
        if not is_null(value) and value:
            return value
    raise EvalError("no non-null arguments" if vals else "at least one argument is required")


def element(frame: Frame, items: Value, index: Value) -> Value:
    """`element(list, index)`, the index taken modulo the length."""
    if isinstance(items, Assortment) and items.whole and not isinstance(index, Unknown):
        frame.budget.doubt = like(items)
        return element(frame, list(items.elements), index)
    if isinstance(items, Unknown):
        return _unknown_element(items, index)
    if not isinstance(items, list) or items.__class__ is Set:
        raise EvalError("cannot read elements from this value")
    if isinstance(index, Unknown):
        only = items[0] if len(items) == 1 else None
        return only if only is not None else like(index, items.element if isinstance(items, List) else None)
    position = whole_number(index, "invalid index")
    if not items:
        raise EvalError("cannot use element function with an empty list")
    return element_at(items, position % len(items))


def _unknown_element(items: Unknown, index: Value) -> Unknown:
    type = items.type or DYNAMIC
    inner = type.element if isinstance(type, Collection) else None
    if type != DYNAMIC and not isinstance(type, TupleType) and not (inner and type.kind == "list"):  # type: ignore[union-attr]
        raise EvalError("cannot read elements from this value")
    if isinstance(index, Unknown):
        return like(items, inner)
    position = whole_number(index, "invalid index")
    return derived(items, f"[{position}]", inner) if position == 0 else like(items, inner)


def one(frame: Frame, items: Value) -> Value:
    """`one(list)`: null for an empty one."""
    if isinstance(items, Unknown):
        if len(items.contains) == 1 and isinstance(items.contains[0], Unknown):
            return perhaps(items.contains[0])
        inner = items.type.element if isinstance(items.type, Collection) else None
        return derived(items, "[0]", inner)
    if not isinstance(items, list):
        raise EvalError("must be a list, set, or tuple value with either zero or one elements")
    if not items:
        return Null(items.element) if isinstance(items, List | Set) else None
    if len(items) > 1:
        unknown = first_unknown(items) if isinstance(items, Set) else None
        if unknown is not None:
            return like(unknown, items.element)  # type: ignore[attr-defined]  # it is a Set
        raise EvalError("must be a list, set, or tuple value with either zero or one elements")
    return Null(items.element) if items[0] is None and isinstance(items, List | Set) else items[0]


def lookup(frame: Frame, where: Value, key: Value, *default: Value) -> Value:
    """`lookup(map, key, default)`."""
    if len(default) > 1:
        raise EvalError("lookup() takes two or three arguments")
    if isinstance(where, LazyObject):
        return _lazy_lookup(where, key, default)
    if isinstance(where, Unknown):
        type = where.type.element if isinstance(where.type, Collection) else None
        return like(where, type) if isinstance(key, Unknown) or default else derived(where, f'["{key}"]', type)
    if not isinstance(where, dict):
        raise EvalError("lookup() requires a map as the first argument")
    element = where.element if isinstance(where, Map) else None
    if element is not None and default:
        default = (convert(default[0], element),)
    if isinstance(key, Unknown):
        return like(key, element)
    if key in where:
        return attribute_of(where, key)
    if default:
        return default[0]
    raise EvalError(f'lookup failed to find key "{key}"')


def _lazy_lookup(where: LazyObject, key: Value, default: tuple[Value, ...]) -> Value:
    if isinstance(key, Unknown):
        return like(key)
    try:
        return where.get_attr(key)
    except EvalError:
        if default:
            return default[0]
        raise


def keys(frame: Frame, mapping: Value) -> Value:
    """`keys(map)`: of a known map always known."""
    if isinstance(mapping, Unknown):
        if isinstance(mapping.type, ObjectType):
            return [name for name, _ in mapping.type.attributes]
        _require_mapping(mapping)
        type = Collection("list", STRING) if isinstance(mapping.type, Collection) else None
        return like(mapping, type, not_null=True)
    if isinstance(mapping, Map):
        return List(sorted(mapping), STRING)
    if isinstance(mapping, dict):
        return sorted(mapping)
    raise EvalError("must have map or object type")


def values(frame: Frame, mapping: Value) -> Value:
    """`values(map)`, in the order of the keys."""
    if isinstance(mapping, Unknown):
        _require_mapping(mapping)
        return like(mapping, not_null=True, contains=mapping.contains)
    if isinstance(mapping, Map):
        return List([mapping[key] for key in sorted(mapping)], mapping.element)
    if isinstance(mapping, dict):
        return [mapping[key] for key in sorted(mapping)]
    raise EvalError("values() requires a map as the first argument")


def _require_mapping(value: Unknown) -> None:
    if not _is_mapping(value.type or DYNAMIC):
        raise EvalError("must have map or object type")


def _is_mapping(type: Type) -> bool:
    return type in OPEN or isinstance(type, ObjectType) or (isinstance(type, Collection) and type.kind == "map")


def merge(frame: Frame, *maps: Value) -> Value:
    """`merge(maps...)`: a map where all are maps of one type, else an object. Null counts as empty."""
    types = [type_of(item) for item in maps]
    if not all(map(_is_mapping, types)):
        raise EvalError("arguments must be maps or objects")
    unknown = next((item for item in maps if isinstance(item, Unknown)), None)
    if unknown is not None:
        same = types[0] if len(set(types)) == 1 and isinstance(types[0], Collection) else None
        return like(unknown, same, not_null=True)
    return _merged(maps, types)


def _merged(maps: tuple[Value, ...], types: list[Any]) -> Value:
    known = [item for item in maps if not is_null(item)]
    entries = {key: _typed(item, key) for item in known for key in item}
    if types and isinstance(types[0], Collection) and all(type == types[0] for type in types):
        return Map({key: None if is_null(value) else value for key, value in entries.items()}, types[0].element)
    return entries


def _typed(mapping: dict[str, Value], key: str) -> Value:
    """The entry, a null with its type."""
    value = mapping[key]
    return Null(mapping.element) if value is None and isinstance(mapping, Map) else value


def zipmap(frame: Frame, names: Value, items: Value) -> Value:
    """`zipmap(keys, values)`: a map of a list, an object of a tuple."""
    for side in (names, items):
        if isinstance(side, Unknown):
            return like(side, not_null=True)
    if not isinstance(items, list) or items.__class__ is Set:
        raise EvalError("values argument must be a list or tuple value")
    texts = [to_text(unmark(name)) for name in names]
    unknown = next((name for name in texts if isinstance(name, Unknown)), None)
    if unknown is not None:
        return like(unknown, not_null=True)
    if len(names) != len(items):
        raise EvalError(f"number of keys ({len(names)}) does not match number of values ({len(items)})")
    if any(is_null(name) for name in texts):
        raise EvalError("keys list has a null value")
    entries = dict(zip(texts, items, strict=True))
    return Map(entries, items.element) if isinstance(items, List) else entries


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "coalesce": coalesce,
    "coalescelist": coalescelist,
    "element": element,
    "keys": keys,
    "lookup": lookup,
    "merge": merge,
    "one": one,
    "values": values,
    "zipmap": zipmap,
}
