"""Tuple and object constructors and `for` expressions, with what an Unknown in them leaves known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from scanner.loaders.terraform.conversion import convert, to_text
from scanner.loaders.terraform.evaluate_operators import placed
from scanner.loaders.terraform.types import BOOL, NUMBER, PRIMITIVES, Collection
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
    held,
    is_null,
    like,
    uncounted,
)
from scanner.model import Unknown
from scanner.source.hcl import ast

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame


def tuple_expr(node: ast.TupleExpr, frame: Frame) -> Value:
    """`[a, b]`."""
    frame.budget.enter()
    frame.budget.charge(len(node.items))
    handlers = frame.handlers
    result = [handlers[item.__class__](item, frame) for item in node.items]
    frame.budget.weigh(result)
    frame.budget.depth -= 1
    return result


def object_expr(node: ast.ObjectExpr, frame: Frame) -> Value:
    """`{a = b}`. A key that is not known leaves the whole object unknown."""
    frame.budget.enter()
    frame.budget.charge(len(node.items))
    handlers = frame.handlers
    result: dict[str, Value] = {}
    marked, unknown = False, None
    for key_node, value_node in node.items:
        key = handlers[key_node.__class__](key_node, frame)
        if key.__class__ is Marked:
            key, marked = key.value, True
        key = key if key.__class__ is str else _key(key, key_node)
        value = handlers[value_node.__class__](value_node, frame)
        if isinstance(key, Unknown):
            unknown = key if unknown is None else unknown
        else:
            result[key] = value
    frame.budget.weigh(result)
    frame.budget.depth -= 1
    made: Value = result if unknown is None else like(unknown, not_null=True)
    return Marked(made) if marked else made


def _key(key: Value, node: ast.Expr) -> Value:
    try:
        if is_null(key):
            raise EvalError("can't use a null value as a key")
        return to_text(key)
    except EvalError as error:
        raise placed(error, node) from None


def entries(value: Value) -> Iterable[tuple[Value, Value]]:
    """The (key, value) pairs that a `for` goes over, in Terraform's order. Raises EvalError."""
    if isinstance(value, LazyObject):
        value = value.materialise()
    if isinstance(value, Set):
        kind = value.element
        return ((Null(kind), Null(kind)) if item is None else (item, item) for item in value)
    if isinstance(value, List):
        element = value.element
        return ((index, Null(element) if item is None else item) for index, item in enumerate(value))
    if isinstance(value, list):
        return enumerate(value)
    if isinstance(value, Map):
        element = value.element
        return ((key, Null(element) if value[key] is None else value[key]) for key in sorted(value))
    if isinstance(value, dict):
        return ((key, value[key]) for key in sorted(value))
    raise EvalError("this value cannot be used as the collection in a 'for' expression")


def for_expr(node: ast.ForExpr, frame: Frame) -> Value:
    """`[for k, v in c : v if p]` and `{for k, v in c : k => v...}`."""
    frame.budget.enter()
    collection = frame.handlers[node.collection.__class__](node.collection, frame)
    try:
        loop = _Loop(node, frame)
        result = loop.run(collection)
        plain = result.value if result.__class__ is Marked else result
        frame.budget.weigh(held(plain) if isinstance(plain, Unknown) else plain)
    except EvalError as error:
        raise placed(error, node) from None
    frame.budget.depth -= 1
    return result


class _Loop:
    """One evaluation of a `for`: what it bound, and what it found out on its way."""

    __slots__ = ("frame", "marked", "names", "node", "unknown")

    def __init__(self, node: ast.ForExpr, frame: Frame) -> None:
        self.node = node
        self.names = dict(frame.names)
        self.frame = frame.with_names(self.names)
        self.marked = False
        self.unknown: Unknown | None = None
        """Why it is not known how many elements or which keys the result has."""

    def run(self, collection: Value) -> Value:
        if collection.__class__ is Marked:
            self.marked, collection = True, collection.value
        if isinstance(collection, LazyObject):
            collection = collection.materialise()
        if is_null(collection):
            raise EvalError("a null value cannot be used as the collection in a 'for' expression")
        result = self._over_unknown(collection) if isinstance(collection, Unknown) else self._over(collection)
        return Marked(result) if self.marked else result

    def _over(self, collection: Value) -> Value:
        if not isinstance(collection, list | dict):
            raise EvalError("this value cannot be used as the collection in a 'for' expression")
        self.frame.budget.charge(len(collection))
        if isinstance(collection, Set):
            self.unknown = uncounted(collection)
        if self.node.key is not None:
            return self._object(entries(collection))
        items = list(self._values(entries(collection)))
        if self.unknown is not None:
            return like(self.unknown, not_null=True, contains=tuple(items))
        return items

    def _over_unknown(self, collection: Unknown) -> Value:
        """Elements that are certainly there give elements that are certainly there, others what may be there."""
        if collection.type in PRIMITIVES:
            raise EvalError("this value cannot be used as the collection in a 'for' expression")
        sure: tuple[Value, ...] = ()
        if self.node.key is None and collection.contains:
            a_set = isinstance(collection.type, Collection) and collection.type.kind == "set"
            position = like(collection, NUMBER, not_null=True)
            sure = tuple(self._values((item if a_set else position, item) for item in collection.contains))
        result = like(collection, not_null=True, contains=sure)
        possible = self._possible(collection)
        if possible is None:
            return result
        if not possible:
            return [] if self.node.key is None else {}
        whole = isinstance(collection, Assortment) and collection.whole and self._keeps_order()
        return Assortment(possible, result, whole=whole)

    def _keeps_order(self) -> bool:
        """Whether the result has an element for each, in its place."""
        return self.node.key is None and self.node.condition is None

    def _possible(self, collection: Unknown) -> tuple[Value, ...] | None:
        """What the elements of the result can be; None where that is not known."""
        if self.node.group:
            return None
        if isinstance(collection, Assortment):
            elements = collection.elements
        else:
            elements = (*collection.contains, like(collection, getattr(collection.type, "element", None)))
        frame, depth = self.frame, self.frame.budget.depth
        position = like(collection, not_null=True)
        try:
            return tuple(self._values(((position, item) for item in elements), lenient=True))
        except EvalError:
            frame.budget.depth = depth
            return None

    def _values(self, pairs: Iterable[tuple[Value, Value]], *, lenient: bool = False) -> Iterator[Value]:
        node, frame = self.node, self.frame
        handler = frame.handlers[node.value.__class__]
        for _ in self._included(pairs, lenient):
            yield handler(node.value, frame)

    def _included(self, pairs: Iterable[tuple[Value, Value]], lenient: bool = False) -> Iterator[None]:
        """Binds the names to each pair that the condition certainly lets in, or may let in."""
        node, names, budget = self.node, self.names, self.frame.budget
        for key, value in pairs:
            budget.steps -= 1
            if node.key_name:
                names[node.key_name] = key
            names[node.value_name] = value
            if node.condition is None or self._condition(node.condition, lenient):
                yield None

    def _condition(self, node: ast.Expr, lenient: bool) -> bool:
        value = self.frame.handlers[node.__class__](node, self.frame)
        if value.__class__ is Marked:
            self.marked, value = True, value.value
        try:
            if is_null(value):
                raise EvalError("the value of the 'if' clause must not be null")
            value = convert(value, BOOL)
        except EvalError as error:
            raise placed(error, node) from None
        if isinstance(value, Unknown):
            self._undecided(value)
            return lenient
        return bool(value)

    def _undecided(self, why: Unknown) -> None:
        """The first reason stands."""
        if self.unknown is None:
            self.unknown = why

    def _object(self, pairs: Iterable[tuple[Value, Value]]) -> Value:
        node, frame = self.node, self.frame
        assert node.key is not None
        key_handler, handler = frame.handlers[node.key.__class__], frame.handlers[node.value.__class__]
        result: dict[str, Any] = {}
        for _ in self._included(pairs):
            key = self._result_key(key_handler(node.key, frame), node.key)
            value = handler(node.value, frame)
            if isinstance(key, Unknown):
                self._undecided(key)
            elif node.group:
                result.setdefault(key, []).append(value)
            elif key in result:
                raise EvalError(f"two different items produced the key \"{key}\" in this 'for' expression")
            else:
                result[key] = value
        return result if self.unknown is None else like(self.unknown, not_null=True)

    def _result_key(self, key: Value, node: ast.Expr) -> Value:
        if key.__class__ is Marked:
            self.marked, key = True, key.value
        return _key(key, node)
