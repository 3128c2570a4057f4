"""Terraform's types: what they are, the type of a value, and which one several types unify to.

Primitive types are strings. Converting values is in `conversion`, reading type constraints in `constraints`.
The unification rules are those of https://github.com/zclconf/go-cty/blob/main/cty/convert/unify.go
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from scanner.loaders.terraform.budget import BudgetExceeded
from scanner.loaders.terraform.values import LazyObject, List, Map, Marked, Null, Set, Value
from scanner.model import Unknown

STRING = "string"
NUMBER = "number"
BOOL = "bool"
DYNAMIC = "dynamic"
"""Any type, or one that is not known."""
NULL = "null"
"""The type of a bare `null`: like `dynamic`, but nobody will ever know better."""

PRIMITIVES = frozenset((STRING, NUMBER, BOOL))
OPEN = frozenset((DYNAMIC, NULL))
"""The types that say nothing."""


class Collection(NamedTuple):
    """`list(e)`, `set(e)` or `map(e)`."""

    kind: str
    element: Any


class TupleType(NamedTuple):
    """`tuple([...])`."""

    elements: tuple[Any, ...]


class ObjectType(NamedTuple):
    """`object({...})`: attributes sorted by name; `optional` names those that may be absent."""

    attributes: tuple[tuple[str, Any], ...]
    optional: frozenset[str] = frozenset()


Type: TypeAlias = str | Collection | TupleType | ObjectType


def object_type(attributes: dict[str, Any], optional: frozenset[str] = frozenset()) -> ObjectType:
    """An object type from attribute types in any order."""
    return ObjectType(tuple(sorted(attributes.items())), optional)


def type_of(value: Value) -> Type:
    """The type of a value; `dynamic` where it is not known."""
    kind = value.__class__
    if kind is str:
        return STRING
    if value is None:
        return NULL
    if kind is bool:
        return BOOL
    if kind is int or isinstance(value, Decimal):
        return NUMBER
    if kind is list:
        return TupleType(tuple(map(type_of, value)))
    if kind is dict:
        return ObjectType(tuple((name, type_of(value[name])) for name in sorted(value)))
    return _type_of_special(value)


def _type_of_special(value: Value) -> Type:
    if isinstance(value, List):
        return Collection("list", value.element)
    if isinstance(value, Map):
        return Collection("map", value.element)
    if isinstance(value, Set):
        return Collection("set", value.element)
    if isinstance(value, Null | Unknown):
        return value.type or DYNAMIC
    if value.__class__ is Marked:
        return type_of(value.value)
    if isinstance(value, LazyObject):
        return DYNAMIC
    if isinstance(value, list):
        return TupleType(tuple(map(type_of, value)))
    if isinstance(value, dict):
        return ObjectType(tuple((name, type_of(value[name])) for name in sorted(value)))
    return DYNAMIC


def type_name(type: Type) -> str:
    """How Terraform's messages call a type: `list of string`, `object`."""
    if isinstance(type, Collection):
        return f"{type.kind} of {type_name(type.element)}"
    return "tuple" if isinstance(type, TupleType) else "object" if isinstance(type, ObjectType) else type


def has_dynamic(type: Type) -> bool:
    """Whether any part of the type is not known."""
    if isinstance(type, Collection):
        return has_dynamic(type.element)
    if isinstance(type, TupleType):
        return any(map(has_dynamic, type.elements))
    if isinstance(type, ObjectType):
        return any(has_dynamic(attribute) for _, attribute in type.attributes)
    return type in OPEN


@lru_cache(maxsize=4096)
def without_optional(type: Type) -> Type:
    """The type that a converted value has: every attribute is there."""
    if isinstance(type, Collection):
        return Collection(type.kind, without_optional(type.element))
    if isinstance(type, TupleType):
        return TupleType(tuple(map(without_optional, type.elements)))
    if isinstance(type, ObjectType):
        return ObjectType(tuple((name, without_optional(attribute)) for name, attribute in type.attributes))
    return type


def type_json(type: Type) -> Any:
    """The type as `terraform show -json` prints it."""
    if isinstance(type, Collection):
        return [type.kind, type_json(type.element)]
    if isinstance(type, TupleType):
        return ["tuple", [type_json(element) for element in type.elements]]
    if isinstance(type, ObjectType):
        return ["object", {name: type_json(attribute) for name, attribute in type.attributes}]
    return DYNAMIC if type == NULL else type


def convertible(source: Type, target: Type, *, safe: bool = False) -> bool:
    """Whether values of one type may convert to another; `safe`: whether all of them will."""
    if target in OPEN or source == target:
        return True
    if source in OPEN:
        return not safe
    if isinstance(source, str) or isinstance(target, str):
        if source not in PRIMITIVES or target not in PRIMITIVES:
            return False
        return target == STRING or (source == STRING and not safe)
    if isinstance(target, ObjectType):
        return _convertible_to_object(source, target, safe)
    if isinstance(target, TupleType):
        return (
            isinstance(source, TupleType)
            and len(source.elements) == len(target.elements)
            and all(convertible(a, b, safe=safe) for a, b in zip(source.elements, target.elements, strict=True))
        )
    return _convertible_to_collection(source, target, safe)


def _convertible_to_object(source: Type, target: ObjectType, safe: bool) -> bool:
    if isinstance(source, Collection) and source.kind == "map":
        return not safe and all(
            convertible(source.element, wanted) or name in target.optional for name, wanted in target.attributes
        )
    if not isinstance(source, ObjectType):
        return False
    given = dict(source.attributes)
    return all(
        convertible(given[name], wanted, safe=safe) if name in given else name in target.optional
        for name, wanted in target.attributes
    )


def _convertible_to_collection(source: Type, target: Collection, safe: bool) -> bool:
    if isinstance(source, Collection):
        if target.kind == "map" or source.kind == "map":
            possible = target.kind == source.kind
        else:
            possible = not (safe and target.kind == "set" and source.kind == "list")
        return possible and convertible(source.element, target.element, safe=safe)
    if isinstance(source, ObjectType):
        parts = [attribute for _, attribute in source.attributes]
        fits = target.kind == "map"
    else:
        assert isinstance(source, TupleType)
        parts = list(source.elements)
        fits = target.kind != "map"
    if not fits or not parts:
        return fits
    element = unify(parts, safe=safe) if target.element in OPEN else target.element
    if element is None or (element == NULL and target.kind != "map" and set(parts) != {NULL}):
        return False
    return all(convertible(part, element, safe=safe) for part in parts)


def unify(types: list[Type], *, safe: bool = False) -> Type | None:
    """The type that all of these convert to, or None: what a conditional or `tolist` results in."""
    distinct = list(dict.fromkeys(types))
    if len(distinct) == 1:
        return distinct[0]
    kinds = {_kind(type) for type in distinct}
    structural = kinds - {DYNAMIC}
    if len(structural) == 1 and (kind := next(iter(structural))) != "primitive":
        if DYNAMIC in kinds:
            return DYNAMIC if DYNAMIC in distinct else NULL
        return _unify_alike(kind, distinct, safe)
    if structural == {"map", "object"} and (found := _unify_disguised(distinct, "object", safe)):
        return found
    if structural == {"list", "tuple"} and (found := _unify_disguised(distinct, "tuple", safe)):
        return found
    if {"object", "tuple"} <= kinds:
        return None
    return _unify_by_preference(distinct, safe)


def _kind(type: Type) -> str:
    if isinstance(type, Collection):
        return type.kind
    if isinstance(type, str):
        return DYNAMIC if type in OPEN else "primitive"
    return "tuple" if isinstance(type, TupleType) else "object"


def _unify_alike(kind: str, types: list[Any], safe: bool) -> Type | None:
    """Types that are all lists, all sets, all maps, all objects or all tuples."""
    if kind == "object":
        return _unify_objects(types, safe)
    if kind == "tuple":
        return _unify_tuples(types, safe)
    element = unify([type.element for type in types], safe=safe)
    return None if element is None else Collection(kind, element)


def _unify_objects(types: list[ObjectType], safe: bool) -> Type | None:
    names = [name for name, _ in types[0].attributes]
    if any([name for name, _ in type.attributes] != names for type in types):
        return _unify_parts("map", [attribute for type in types for _, attribute in type.attributes], types, safe)
    unified = [unify([type.attributes[index][1] for type in types], safe=safe) for index in range(len(names))]
    if None in unified:
        return None
    return ObjectType(tuple(zip(names, unified, strict=True)))


def _unify_tuples(types: list[TupleType], safe: bool) -> Type | None:
    if any(len(type.elements) != len(types[0].elements) for type in types):
        return _unify_parts("list", [element for type in types for element in type.elements], types, safe)
    unified = [unify(list(across), safe=safe) for across in zip(*(type.elements for type in types), strict=True)]
    return None if None in unified else TupleType(tuple(unified))


def _unify_parts(kind: str, parts: list[Type], types: list[Any], safe: bool) -> Type | None:
    element = unify(parts, safe=safe) if parts else None
    if element is None:
        return None
    target = Collection(kind, element)
    return target if all(convertible(type, target, safe=safe) for type in types) else None


def _unify_disguised(types: list[Any], disguise: str, safe: bool) -> Type | None:
    """Objects among maps, or tuples among lists: as if they were maps or lists, if that works."""
    hidden = [type for type in types if _kind(type) == disguise]
    kind = "map" if disguise == "object" else "list"
    parts = [
        part
        for type in hidden
        for part in (type.elements if disguise == "tuple" else [attribute for _, attribute in type.attributes])
    ]
    as_collection = _unify_parts(kind, parts, hidden, safe)
    if as_collection is None:
        return None
    unified = unify([as_collection if type in hidden else type for type in types], safe=safe)
    return unified if isinstance(unified, Collection) and unified.kind == kind else None


def _unify_by_preference(types: list[Type], safe: bool) -> Type | None:
    """The most general of the types that all others convert to."""
    families = {_FAMILY.get(_kind(type), "primitive") for type in types if type not in OPEN}
    if len(families) > 1:
        return next((type for type in (DYNAMIC, NULL) if type in types), None)
    if len(types) > _MAX_TYPES:
        raise BudgetExceeded(f"more than {_MAX_TYPES} different types to unify")
    for wanted in _most_general_first(types):
        if all(convertible(type, wanted, safe=safe) for type in types):
            return wanted
    return None


def _most_general_first(types: list[Type]) -> list[Type]:
    """A topological order by `_compare`, otherwise as given."""
    waiting = [sum(_compare(other, type) < 0 for other in types) for type in types]
    queue = [index for index, count in enumerate(waiting) if not count]
    for index in queue:
        for other, type in enumerate(types):
            if _compare(types[index], type) < 0:
                waiting[other] -= 1
                if not waiting[other]:
                    queue.append(other)
    return [types[index] for index in queue]


_MAX_TYPES = 100
_GENERALITY = {"list": 0, "tuple": 1, "set": 2, "map": 0, "object": 1}
_FAMILY = {"set": "sequence", "list": "sequence", "tuple": "sequence", "map": "mapping", "object": "mapping"}


def _compare(a: Type, b: Type) -> int:
    """Negative if `a` is more general, positive if `b` is, 0 if neither."""
    if a in OPEN or b in OPEN:
        return (a in OPEN) - (b in OPEN) or (b == DYNAMIC) - (a == DYNAMIC)
    if isinstance(a, str) or isinstance(b, str):
        return (b == STRING) - (a == STRING) if isinstance(a, str) and isinstance(b, str) else 0
    kind, other = _kind(a), _kind(b)
    if kind != other:
        return _GENERALITY[kind] - _GENERALITY[other] if _FAMILY[kind] == _FAMILY[other] else 0
    if isinstance(a, Collection) and isinstance(b, Collection):
        return _compare(a.element, b.element)
    parts, others = _parts(a), _parts(b)
    if parts.keys() != others.keys():
        return 0
    signs = {_compare(parts[name], others[name]) for name in parts}
    more, less = any(sign < 0 for sign in signs), any(sign > 0 for sign in signs)
    return 0 if more == less else -1 if more else 1


def _parts(type: Any) -> dict[Any, Type]:
    return dict(enumerate(type.elements)) if isinstance(type, TupleType) else dict(type.attributes)
