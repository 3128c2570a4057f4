"""Places in the code from which values come: an expression with what it sees, and how to go from there to a part
of it, or to what it refers to. Asked only for findings and explanations, never while loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from scanner.loaders.terraform.scope import DocumentScope, Names, ValuesScope
from scanner.loaders.terraform.values import LazyObject, Set, Value, is_null, unmark
from scanner.model import SourceSpan, Unknown
from scanner.source.hcl import ast

if TYPE_CHECKING:
    from scanner.source.document import Document


class Member(NamedTuple):
    """A step into a set: the element equal to this."""

    value: Value


Rest = tuple[str | int | Member, ...]
"""The steps from a value to the part of it that is asked about."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An expression, the scope it stands in, and what names are bound around it."""

    scope: DocumentScope | ValuesScope
    expr: ast.Expr
    names: Names = field(default_factory=dict)
    bound: Mapping[str, Bound] = field(default_factory=dict)
    """Where bound names come from, where that is known."""

    @property
    def document(self) -> Document:
        """The file it stands in."""
        return self.scope.document

    @property
    def span(self) -> SourceSpan:
        """Where it stands."""
        return self.document.span(self.expr.start, self.expr.end)

    @property
    def text(self) -> str:
        """What is written, on one line, shortened."""
        return shortened(self.document.data[self.expr.start : self.expr.end].decode("utf-8", "replace"))

    def at(self, expr: ast.Expr) -> Spot:
        """Another expression of the same place."""
        return Spot(self.scope, expr, self.names, self.bound)

    def value(self) -> Value:
        """What it evaluates to; Unknown in a file of values, whose expressions refer to nothing."""
        if isinstance(self.scope, DocumentScope):
            return self.scope.evaluate(self.expr, self.names)
        return self.expr.value if isinstance(self.expr, ast.Literal) else Unknown("variable")


@dataclass(frozen=True, slots=True)
class Bound:
    """That a name is an element of a collection: `each`, the iterator of a `dynamic` block."""

    collection: Spot
    key: Value

    def step(self) -> str | int | Member | None:
        """The step from the collection to the element; None where the key is not known."""
        value = unmark(self.collection.value())
        if isinstance(value, Set):
            return Member(self.key)
        return self.key if isinstance(self.key, str | int) else None


def shortened(text: str, limit: int = 60) -> str:
    """A text on one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def descend(spot: Spot, rest: Rest) -> tuple[Spot, Rest]:
    """Go into literals, branches and transparent functions as far as the steps lead."""
    for _ in range(100):
        found = _inner(spot, rest)
        if found is None:
            break
        spot, rest = found
    return spot, rest


def _inner(spot: Spot, rest: Rest) -> tuple[Spot, Rest] | None:
    expr = spot.expr
    if isinstance(expr, ast.TemplateWrap):
        return spot.at(expr.expr), rest
    if isinstance(expr, ast.Conditional):
        branch = chosen(spot, expr)
        return None if branch is None else (spot.at(branch), rest)
    if isinstance(expr, ast.Call):
        return _into_call(spot, expr, rest)
    if not rest:
        return None
    if isinstance(expr, ast.TupleExpr):
        return _into_tuple(spot, expr, rest)
    if isinstance(expr, ast.ObjectExpr) and isinstance(rest[0], str):
        item = object_item(spot, expr, rest[0])
        return None if item is None else (spot.at(item[1]), rest[1:])
    if isinstance(expr, ast.ForExpr):
        return _into_for(spot, expr, rest)
    return None


def chosen(spot: Spot, expr: ast.Conditional) -> ast.Expr | None:
    """The branch that is taken, or None where that is not known."""
    condition = unmark(spot.at(expr.condition).value())
    if condition in (True, "true"):
        return expr.yes
    return expr.no if condition in (False, "false") else None


def _into_tuple(spot: Spot, expr: ast.TupleExpr, rest: Rest) -> tuple[Spot, Rest] | None:
    step = rest[0]
    if isinstance(step, int) and not isinstance(step, bool) and 0 <= step < len(expr.items):
        return spot.at(expr.items[step]), rest[1:]
    if isinstance(step, Member):
        for item in expr.items:
            if same(unmark(spot.at(item).value()), step.value):
                return spot.at(item), rest[1:]
    return None


def object_item(spot: Spot, expr: ast.ObjectExpr, key: str) -> tuple[ast.Expr, ast.Expr] | None:
    """The item of an object expression with that key; the last one counts."""
    for item in reversed(expr.items):
        if same(unmark(spot.at(item[0]).value()), key):
            return item
    return None


def same(one: Value, other: Value) -> bool:
    """Whether two scalars are equal, text for number."""
    scalars = str | int | bool
    return isinstance(one, scalars) and isinstance(other, scalars) and str(one) == str(other)


_TRANSPARENT = frozenset((
    "tolist", "toset", "tomap", "tostring", "tonumber", "tobool", "sensitive", "nonsensitive", "jsonencode",
    "yamlencode", "jsondecode", "yamldecode", "distinct", "sort", "compact",
))  # fmt: skip
"""Functions whose result is their first argument, as far as a step into it goes."""
_SAME_PLACE = frozenset(("distinct", "sort", "compact", "toset"))
"""Of these, those that may move elements."""


def _into_call(spot: Spot, expr: ast.Call, rest: Rest) -> tuple[Spot, Rest] | None:
    if not expr.args or expr.expand:
        return None
    first = spot.at(expr.args[0])
    if expr.name in _TRANSPARENT:
        moved = expr.name in _SAME_PLACE and bool(rest) and isinstance(rest[0], int)
        return None if moved else (first, rest)
    if expr.name in ("try", "coalesce", "coalescelist"):
        return _into_first(spot, expr, rest)
    if expr.name == "merge" and rest and isinstance(rest[0], str):
        return _into_merge(spot, expr, rest)
    if expr.name == "concat" and rest:
        return _into_concat(spot, expr, rest)
    if expr.name == "lookup" and len(expr.args) > 1:
        return _into_lookup(spot, expr, rest)
    return None


def _into_first(spot: Spot, expr: ast.Call, rest: Rest) -> tuple[Spot, Rest] | None:
    """`try`: the first that is no error; `coalesce`: the first that is neither null nor empty."""
    for argument in expr.args:
        value = unmark(spot.at(argument).value())
        if isinstance(value, Unknown):
            if expr.name == "try" and value.code == "invalid":
                continue
            return None
        if expr.name == "try" or not (is_null(value) or value in ("", [])):
            return spot.at(argument), rest
    return None


def _into_merge(spot: Spot, expr: ast.Call, rest: Rest) -> tuple[Spot, Rest] | None:
    for argument in reversed(expr.args):
        value = unmark(spot.at(argument).value())
        if isinstance(value, Unknown | LazyObject):
            return None
        if isinstance(value, dict) and rest[0] in value:
            return spot.at(argument), rest
    return None


def _into_concat(spot: Spot, expr: ast.Call, rest: Rest) -> tuple[Spot, Rest] | None:
    step = rest[0]
    for argument in expr.args:
        value = unmark(spot.at(argument).value())
        if not isinstance(value, list):
            return None
        if isinstance(step, Member):
            if any(same(item, step.value) for item in value):
                return spot.at(argument), rest
        elif isinstance(step, int):
            if step < len(value):
                return spot.at(argument), (step, *rest[1:])
            step -= len(value)
    return None


def _into_lookup(spot: Spot, expr: ast.Call, rest: Rest) -> tuple[Spot, Rest] | None:
    value, key = unmark(spot.at(expr.args[0]).value()), unmark(spot.at(expr.args[1]).value())
    if not isinstance(value, dict) or not isinstance(key, str):
        return None
    if key in value:
        return spot.at(expr.args[0]), (key, *rest)
    return (spot.at(expr.args[2]), rest) if len(expr.args) > 2 else None


def _into_for(spot: Spot, expr: ast.ForExpr, rest: Rest) -> tuple[Spot, Rest] | None:
    """An element of a `for` without condition, whose place is that of the element it was made from."""
    collection = spot.at(expr.collection)
    value = unmark(collection.value())
    step = rest[0]
    if expr.condition is not None or expr.group or isinstance(value, Set):
        return None
    if expr.key is None and isinstance(step, int) and isinstance(value, list) and step < len(value):
        key: Value = step
    elif expr.key is None and isinstance(step, int) and isinstance(value, dict) and step < len(value):
        key = sorted(value)[step]
    elif _keeps_keys(expr) and isinstance(value, dict) and step in value:
        key = step
    else:
        return None
    names = {**spot.names, expr.value_name: value[key], **({expr.key_name: key} if expr.key_name else {})}
    bound = {**spot.bound, expr.value_name: Bound(collection, key)}
    return Spot(spot.scope, expr.value, names, bound), rest[1:]


def _keeps_keys(expr: ast.ForExpr) -> bool:
    return isinstance(expr.key, ast.Variable) and expr.key.name == expr.key_name
