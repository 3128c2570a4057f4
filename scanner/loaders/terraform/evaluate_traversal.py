"""Attributes, indexes and splats. The rules are those of https://github.com/hashicorp/hcl/blob/main/ops.go"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.loaders.terraform.conversion import convert
from scanner.loaders.terraform.evaluate_numbers import is_integral, number_text
from scanner.loaders.terraform.evaluate_operators import placed
from scanner.loaders.terraform.types import (
    DYNAMIC,
    NUMBER,
    PRIMITIVES,
    STRING,
    Collection,
    ObjectType,
    TupleType,
    Type,
    type_name,
    type_of,
)
from scanner.loaders.terraform.values import (
    Assortment,
    EvalError,
    LazyObject,
    List,
    Map,
    Marked,
    Null,
    Set,
    Value,
    derived,
    is_null,
    like,
    uncounted,
)
from scanner.model import Unknown
from scanner.source.hcl import ast

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame


def get_attr(node: ast.GetAttr, frame: Frame) -> Value:
    """`target.name`. Long traversals are walked, not recursed into."""
    spine = [node]
    target = node.target
    while target.__class__ is ast.GetAttr:
        spine.append(target)
        target = target.target
    frame.budget.steps -= len(spine)
    value = frame.handlers[target.__class__](target, frame)
    while spine:
        node = spine.pop()
        _doubt(value, frame)
        try:
            value = attribute_of(value, node.name)
        except EvalError as error:
            raise placed(error, node) from None
    if value.__class__ is Marked:
        frame.budget.marks = True
    return value


def _doubt(value: Value, frame: Frame) -> None:
    """What is read from something unknown may not be in it."""
    value = value.value if value.__class__ is Marked else value
    if isinstance(value, Unknown) and not (value.not_null and isinstance(value.type, ObjectType)):
        frame.budget.doubt = like(value)


def attribute_of(value: Value, name: str) -> Value:
    """`value.name`. Raises EvalError."""
    if isinstance(value, LazyObject):
        return value.get_attr(name)
    if isinstance(value, dict):
        if name in value:
            found = value[name]
            return Null(value.element) if found is None and value.__class__ is Map else found
        kind = "map does not have an element with the key" if isinstance(value, Map) else "object does not have"
        raise EvalError(f'this {kind}{"" if isinstance(value, Map) else " an attribute named"} "{name}"')
    if value.__class__ is Marked:
        return Marked(attribute_of(value.value, name))
    if isinstance(value, Unknown):
        return derived(value, f".{name}", _attribute_type(value.type or DYNAMIC, name))
    if is_null(value):
        raise EvalError("this value is null, so it does not have any attributes")
    if isinstance(value, list):
        raise EvalError("this value does not have any attributes")
    raise EvalError(f"can't access attributes on a primitive-typed value ({type_name(type_of(value))})")


def _attribute_type(type: Type, name: str) -> Type | None:
    """The type of an attribute of an unknown value; raises EvalError where it cannot have one."""
    if isinstance(type, ObjectType):
        for given, attribute in type.attributes:
            if given == name:
                return attribute  # type: ignore[no-any-return]  # a Type
        raise EvalError(f'this object does not have an attribute named "{name}"')
    if isinstance(type, Collection) and type.kind == "map":
        return type.element  # type: ignore[no-any-return]  # a Type
    if type == DYNAMIC:
        return None
    raise EvalError("this value does not have any attributes")


def index(node: ast.Index, frame: Frame) -> Value:
    """`target[key]`."""
    frame.budget.enter()
    value = frame.handlers[node.target.__class__](node.target, frame)
    key = frame.handlers[node.key.__class__](node.key, frame)
    try:
        found = element_at(value, key)
    except EvalError as error:
        raise placed(error, node) from None
    _doubt(value, frame)
    if isinstance(value, LazyObject | Assortment):
        doubt = value.may_lack(key) if isinstance(value, LazyObject) else like(value)
        frame.budget.doubt = frame.budget.doubt if doubt is None else doubt
    frame.budget.depth -= 1
    return found


def element_at(value: Value, key: Value) -> Value:
    """`value[key]`. Raises EvalError."""
    if value.__class__ is Marked or key.__class__ is Marked:
        plain, plain_key = (side.value if side.__class__ is Marked else side for side in (value, key))
        return Marked(element_at(plain, plain_key))
    if is_null(value):
        raise EvalError("this value is null, so it does not have any indices")
    if is_null(key):
        raise EvalError("can't use a null value as an indexing key")
    if isinstance(value, Unknown):
        return _unknown_element(value, key)
    if isinstance(value, Set):
        raise EvalError("elements of a set have no index or key to select them with")
    if isinstance(value, list):
        return _list_element(value, key)
    if isinstance(value, dict | LazyObject):
        return _named_element(value, key)
    raise EvalError("this value does not have any indices")


def _list_element(value: list[Any], key: Value) -> Value:
    key = _index_key(key, NUMBER)
    if isinstance(key, Unknown):
        return like(key, value.element if isinstance(value, List) else None)
    if not is_integral(key):
        raise EvalError("indexing a sequence requires a whole number")
    if key < 0:
        raise EvalError("a negative number is not a valid index for a sequence")
    if key >= len(value):
        raise EvalError(
            "the given index is greater than or equal to the length of the collection"
            if value
            else "the collection has no elements"
        )
    found = value[int(key)]
    return Null(value.element) if found is None and isinstance(value, List) else found


def _index_key(key: Value, type: Type) -> Value:
    try:
        return convert(key, type)
    except EvalError as error:
        raise EvalError(f"the given key does not identify an element in this collection value: {error}") from error


def _named_element(value: Value, key: Value) -> Value:
    key = _index_key(key, STRING)
    if isinstance(value, LazyObject):
        return value.get_element(key)
    if isinstance(key, Unknown):
        return like(key, value.element if isinstance(value, Map) else None)
    if key not in value:
        raise EvalError("the given key does not identify an element in this collection value")
    found = value[key]
    return Null(value.element) if found is None and isinstance(value, Map) else found


def _unknown_element(value: Unknown, key: Value) -> Value:
    type = value.type or DYNAMIC
    if isinstance(key, Unknown):
        return like(value, type.element if isinstance(type, Collection) else None)
    if isinstance(value, Assortment) and value.whole:
        return _list_element(list(value.elements), key)
    text = key if isinstance(key, str) else number_text(key) if not isinstance(key, bool) else ""
    step = f'["{text}"]' if isinstance(key, str) else f"[{text}]"
    return derived(value, step, _element_type(type, key, text))


def _element_type(type: Type, key: Value, text: str) -> Type | None:
    if type == DYNAMIC:
        return None
    if type in PRIMITIVES:
        raise EvalError("this value does not have any indices")
    if isinstance(type, ObjectType):
        return _attribute_type(type, text)
    if isinstance(type, Collection):
        if type.kind == "set":
            raise EvalError("elements of a set have no index or key to select them with")
        _index_key(key, STRING if type.kind == "map" else NUMBER)
        return type.element  # type: ignore[no-any-return]  # a Type
    assert isinstance(type, TupleType)
    position = _index_key(key, NUMBER)
    if not is_integral(position) or not 0 <= position < len(type.elements):
        raise EvalError("the given index is greater than or equal to the length of the collection")
    return type.elements[int(position)]  # type: ignore[no-any-return]  # a Type


def splat(node: ast.Splat, frame: Frame) -> Value:
    """`target[*].rest` and `target.*.rest`: over a sequence, or over one value that may be null."""
    frame.budget.enter()
    source = frame.handlers[node.target.__class__](node.target, frame)
    try:
        result = _splat(source, node, frame)
    except EvalError as error:
        raise placed(error, node) from None
    frame.budget.depth -= 1
    return result


def _splat(source: Value, node: ast.Splat, frame: Frame) -> Value:
    if source.__class__ is Marked:
        return Marked(_splat(source.value, node, frame))
    each, handler = node.each, frame.handlers[node.each.__class__]
    if isinstance(source, LazyObject):
        source = source.sequence()
    if isinstance(source, Unknown):
        return _splat_unknown(source, node, frame)
    if is_null(source):
        if isinstance(source, Null) and _is_sequence(source.type):
            raise EvalError("splat expressions cannot be applied to null sequences")
        return []
    if not isinstance(source, list):
        return [handler(each, frame.with_item(source))]
    frame.budget.charge(len(source))
    inner = frame.with_item(None)
    items = []
    for item in source:
        inner.item = Null(source.element) if item is None and isinstance(source, List | Set) else item
        items.append(handler(each, inner))
    frame.budget.weigh(items)
    if isinstance(source, Set):
        unknown = uncounted(source)
        if unknown is not None:
            return like(unknown, not_null=True, contains=tuple(items))
    return items if source.__class__ is list else _typed(items, source, node, frame)


def _is_sequence(type: Type) -> bool:
    return isinstance(type, TupleType) or (isinstance(type, Collection) and type.kind != "map")


def _typed(items: list[Value], source: Any, node: ast.Splat, frame: Frame) -> Value:
    """The result over a list or set is a list, so its elements must be of one type."""
    if not items:
        sample = frame.with_item(Unknown("computed", type=source.element))
        return List((), type_of(frame.handlers[node.each.__class__](node.each, sample)))
    types = {type_of(item) for item in items}
    if len(types) > 1 and len(types - {DYNAMIC}) > 1:
        raise EvalError("the second level of splat expression produced elements of different types")
    element = next(iter(types - {DYNAMIC}), DYNAMIC)
    return List([None if item.__class__ is Null else item for item in items], element)


def _splat_unknown(source: Unknown, node: ast.Splat, frame: Frame) -> Value:
    type = source.type or DYNAMIC
    handler = frame.handlers[node.each.__class__]
    if isinstance(source, Assortment):
        contains = tuple(handler(node.each, frame.with_item(item)) for item in source.contains)
        elements = tuple(handler(node.each, frame.with_item(item)) for item in source.elements)
        return Assortment(elements, like(source, contains=contains), whole=source.whole)
    if type == DYNAMIC:
        contains = tuple(handler(node.each, frame.with_item(item)) for item in source.contains)
        return like(source, contains=contains)
    if isinstance(type, TupleType):
        return [
            handler(node.each, frame.with_item(derived(source, f"[{position}]", element)))
            for position, element in enumerate(type.elements)
        ]
    if not _is_sequence(type):
        only = handler(node.each, frame.with_item(source))
        return [only] if source.not_null else like(source)
    assert isinstance(type, Collection)
    sample = handler(node.each, frame.with_item(like(source, type.element)))
    contains = tuple(handler(node.each, frame.with_item(item)) for item in source.contains)
    return like(source, Collection("list", type_of(sample)), not_null=True, contains=contains)
