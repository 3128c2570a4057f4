"""Functions on sequences and maps as wholes: length, concat, flatten, contains, slice, sort, ...

Picking one element or attribute is in `selection`, sets are in `sets`.
Facts: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/collection.go and Terraform's own
`internal/lang/funcs/collection.go`. Each is exact also where some elements are not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.conversion import convert, convert_items, identity_key
from scanner.loaders.terraform.evaluate_equality import equals
from scanner.loaders.terraform.functions.arguments import whole_number
from scanner.loaders.terraform.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    PRIMITIVES,
    STRING,
    Collection,
    ObjectType,
    TupleType,
    has_dynamic,
    type_name,
    type_of,
    unify,
)
from scanner.loaders.terraform.values import EvalError, List, Map, Null, Set, Value, first_unknown, like, uncounted
from scanner.model import Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame


def length(frame: Frame, value: Value) -> Value:
    """`length(x)`: elements, attributes, or characters as a reader counts them."""
    if isinstance(value, Unknown):
        return _unknown_length(value)
    if value.__class__ is str:
        from scanner.loaders.terraform.functions.characters import count

        return count(value)
    if isinstance(value, Set):
        unknown = uncounted(value)
        if unknown is not None:
            return like(unknown, NUMBER, not_null=True)
    if isinstance(value, list | dict):
        return len(value)
    raise EvalError("argument must be a string, a collection type, or a structural type")


def _unknown_length(value: Unknown) -> Value:
    if isinstance(value.type, TupleType):
        return len(value.type.elements)
    if isinstance(value.type, ObjectType):
        return len(value.type.attributes)
    if value.type in (NUMBER, BOOL):
        raise EvalError("argument must be a string, a collection type, or a structural type")
    return like(value, NUMBER, not_null=True)


def alltrue(frame: Frame, items: Value) -> Value:
    """`alltrue(list)`."""
    return _decided(items, False)


def anytrue(frame: Frame, items: Value) -> Value:
    """`anytrue(list)`."""
    return _decided(items, True)


def _decided(items: Value, controlling: bool) -> Value:
    """The controlling value if one element has it (null counts as false), else Unknown if one may."""
    if isinstance(items, Unknown):
        found = any(item is controlling for item in items.contains)
        return controlling if found else like(items, BOOL, not_null=True)
    unknown = None
    for item in items:
        if isinstance(item, Unknown):
            unknown = item if unknown is None else unknown
        elif bool(item) is controlling:
            return controlling
    return not controlling if unknown is None else like(unknown, BOOL, not_null=True)


def chunklist(frame: Frame, items: Any, size: Value) -> Value:
    """`chunklist(list, size)`."""
    step = whole_number(size, "size")
    if step < 0:
        raise EvalError("the size argument must be positive")
    type = Collection("list", items.element)
    if not items or not step:
        return List([items] if items else [], type)
    return List([List(items[start : start + step], items.element) for start in range(0, len(items), step)], type)


def compact(frame: Frame, items: Value) -> Value:
    """`compact(list)`: an element that is not known may be empty, so the length is not known then."""
    if isinstance(items, Unknown):
        return _maybe_more(items, [item for item in items.contains if isinstance(item, str) and item])
    unknown = next((item for item in items if isinstance(item, Unknown) and not _is_some_text(item)), None)
    if unknown is None:
        return List([item for item in items if isinstance(item, Unknown) or item], STRING)
    sure = [item for item in items if (_is_some_text(item) if isinstance(item, Unknown) else item)]
    return _maybe_more(unknown, sure)


def _is_some_text(item: Unknown) -> bool:
    return bool(item.prefix or item.suffix)


def _maybe_more(unknown: Unknown, sure: list[Value]) -> Unknown:
    return like(unknown, Collection("list", STRING), not_null=True, contains=tuple(sure))


def concat(frame: Frame, *seqs: Value) -> Value:
    """`concat(lists...)`: a list where all are lists of types that unify, else a tuple."""
    if not seqs:
        raise EvalError("at least one argument is required")
    for seq in seqs:
        if not _is_sequence(seq):
            raise EvalError(f"all arguments must be lists or tuples; got {type_name(type_of(seq))}")
    unknown = next((seq for seq in seqs if isinstance(seq, Unknown)), None)
    if unknown is not None:
        sure = [item for seq in seqs for item in (seq.contains if isinstance(seq, Unknown) else seq)]
        return like(unknown, not_null=True, contains=tuple(sure))
    frame.budget.charge(sum(map(len, seqs)))
    if all(seq.__class__ is List for seq in seqs):
        element = unify([seq.element for seq in seqs])
        if element is not None:
            items = [item for seq in seqs for item in convert_items(seq, element)]
            return convert(items, Collection("list", element)) if has_dynamic(element) else List(items, element)
    return [item for seq in seqs for item in _items(seq)]


def _is_sequence(value: Value) -> bool:
    if isinstance(value, Unknown):
        type = value.type or DYNAMIC
        return type == DYNAMIC or isinstance(type, TupleType) or (isinstance(type, Collection) and type.kind == "list")
    return isinstance(value, list) and value.__class__ is not Set


def _items(value: Any) -> list[Value]:
    """The elements, a null among them with its type."""
    if isinstance(value, List | Set):
        return [Null(value.element) if item is None else item for item in value]
    return value  # type: ignore[no-any-return]  # a tuple


def contains(frame: Frame, items: Value, wanted: Value) -> Value:
    """`contains(list, value)`."""
    if isinstance(items, Unknown):
        if any(equals(item, wanted) is True for item in items.contains):
            return True
        return like(items, BOOL, not_null=True)
    if not isinstance(items, list):
        raise EvalError("argument must be list, tuple, or set")
    undecided = None
    for item in items:
        same = equals(item, wanted)
        if same is True:
            return True
        if same is not False:
            undecided = same if undecided is None else undecided
    return False if undecided is None else undecided


def flatten(frame: Frame, items: Value) -> Value:
    """`flatten(list)`: a list inside that is not known leaves the length unknown."""
    if isinstance(items, Unknown):
        return like(items, not_null=True, contains=items.contains)
    if not isinstance(items, list):
        raise EvalError("can only flatten lists, sets and tuples")
    result: list[Value] = []
    unknown = _flatten_into(result, items, frame)
    return result if unknown is None else like(unknown, not_null=True, contains=tuple(result))


def _flatten_into(result: list[Value], items: list[Value], frame: Frame) -> Unknown | None:
    """Adds what the items are flattened; returns an Unknown that may be a list of any length."""
    unknown = uncounted(items) if isinstance(items, Set) else None
    frame.budget.charge(len(items))
    for item in _items(items):
        if isinstance(item, list):
            inner = _flatten_into(result, item, frame)
            unknown = inner if unknown is None else unknown
        elif isinstance(item, Unknown) and not _is_no_list(item):
            unknown = item if unknown is None else unknown
            result.extend(item.contains)
        else:
            result.append(item)
    return unknown


def _is_no_list(item: Unknown) -> bool:
    """Whether the value is certainly no sequence. An attribute like an id or ARN is a text as far as links go."""
    type = item.type
    if type is None or type == DYNAMIC:
        return bool(item.prefix or item.suffix)
    return type in PRIMITIVES or isinstance(type, ObjectType) or (isinstance(type, Collection) and type.kind == "map")


def index(frame: Frame, items: Value, wanted: Value) -> Value:
    """`index(list, value)`."""
    if isinstance(items, Unknown):
        return like(items, NUMBER, not_null=True)
    if not isinstance(items, list) or items.__class__ is Set:
        raise EvalError("argument must be a list or tuple")
    for position, item in enumerate(items):
        same = equals(item, wanted)
        if same is True:
            return position
        if same is not False:
            return like(same, NUMBER, not_null=True)
    raise EvalError("item not found" if items else "cannot search an empty list")


def matchkeys(frame: Frame, values: Value, keys: Value, searchset: Value) -> Value:
    """`matchkeys(values, keys, searchset)`."""
    for side in (values, keys, searchset):
        if isinstance(side, Unknown):
            return like(side, not_null=True)
    element = unify([keys.element, searchset.element])
    if element is None:
        raise EvalError("keys and searchset must be of the same type")
    if len(values) != len(keys):
        raise EvalError("length of keys and values should be equal")
    if not searchset:
        return List([], values.element)
    unknown = first_unknown([values, keys, searchset])
    if unknown is not None:
        return like(unknown, type_of(values), not_null=True)
    wanted = {identity_key(item) for item in convert_items(searchset, element)}
    matches = [identity_key(key) in wanted for key in convert_items(keys, element)]
    return List([value for value, match in zip(values, matches, strict=True) if match], values.element)


def reverse(frame: Frame, items: Value) -> Value:
    """`reverse(list)`."""
    if isinstance(items, Unknown):
        return like(items, items.type, not_null=True, contains=items.contains)
    if isinstance(items, Set):
        return reverse(frame, convert(items, Collection("list", items.element)))
    if isinstance(items, List):
        return List(items[::-1], items.element)
    if isinstance(items, list):
        return items[::-1]
    raise EvalError("can only reverse list or tuple values")


_SLICED = 1_000
"""Elements that a slice of a list that is not known is taken to have at most; longer ones stay as they are."""


def slice_(frame: Frame, items: Value, start: Value, end: Value) -> Value:
    """`slice(list, start, end)`. Of a list that is not known its length is known, if there is one at all."""
    if isinstance(items, Unknown):
        first, last = whole_number(start, "start index"), whole_number(end, "end index")
        if not 0 <= first <= last:
            raise EvalError("start index must not be greater than end index")
        frame.budget.charge(last - first)
        return [like(items) for _ in range(last - first)] if last - first <= _SLICED else like(items, not_null=True)
    if not isinstance(items, list) or items.__class__ is Set:
        raise EvalError("must be a list or tuple value")
    first, last = whole_number(start, "start index"), whole_number(end, "end index")
    if first < 0 or last < 0:
        raise EvalError("indices must not be less than zero")
    if first > len(items) or last > len(items):
        raise EvalError("indices must not be greater than the length of the list")
    if first > last:
        raise EvalError("start index must not be greater than end index")
    return List(items[first:last], items.element) if isinstance(items, List) else items[first:last]


def sort(frame: Frame, items: Value) -> Value:
    """`sort(list)`: with one element that is not known, all positions are unknown."""
    if isinstance(items, Unknown):
        return like(items, Collection("list", STRING), not_null=True, contains=items.contains)
    if None in items:
        raise EvalError("given list has a null element; a null string cannot be sorted")
    unknown = next((item for item in items if isinstance(item, Unknown)), None)
    if unknown is not None and len(items) > 1:
        return like(unknown, Collection("list", STRING), not_null=True, contains=tuple(items))
    return List(items if unknown is not None else sorted(items), STRING)


def transpose(frame: Frame, values: Value) -> Value:
    """`transpose(map of lists)`."""
    unknown = first_unknown([values])
    if unknown is not None:
        return like(unknown, Collection("map", Collection("list", STRING)), not_null=True)
    turned: dict[str, list[str]] = {}
    for key in sorted(values):
        if values[key] is None:
            raise EvalError("argument must not be null")
        for item in values[key]:
            if item is None:
                raise EvalError("argument must not be null")
            turned.setdefault(item, []).append(key)
    inner = Collection("list", STRING)
    return Map({key: convert(sorted(turned[key]), inner) for key in sorted(turned)}, inner)


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "alltrue": alltrue,
    "anytrue": anytrue,
    "chunklist": chunklist,
    "compact": compact,
    "concat": concat,
    "contains": contains,
    "flatten": flatten,
    "index": index,
    "length": length,
    "matchkeys": matchkeys,
    "reverse": reverse,
    "slice": slice_,
    "sort": sort,
    "transpose": transpose,
}
