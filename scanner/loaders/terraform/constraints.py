"""Type constraints as variables declare them: `object({name = string, ports = optional(list(number), [22])})`.

Facts: https://github.com/hashicorp/hcl/tree/main/ext/typeexpr
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from scanner.loaders.terraform.conversion import convert
from scanner.loaders.terraform.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Collection,
    TupleType,
    Type,
    object_type,
)
from scanner.loaders.terraform.values import (
    EvalError,
    LazyObject,
    Map,
    Marked,
    Value,
    is_null,
    with_entries,
    with_items,
)
from scanner.model import Unknown
from scanner.source.hcl import ast


class Defaults(NamedTuple):
    """The defaults inside a constraint."""

    values: Mapping[str, Value]
    """Attribute of an object to its default."""
    children: Mapping[str, Any]
    """Attribute, index of a tuple, or "" for all elements, to the Defaults inside it."""


class Constraint(NamedTuple):
    """A type constraint with its defaults."""

    type: Type
    defaults: Defaults | None = None


ANY: Final = Constraint(DYNAMIC)
"""What a variable without a type accepts."""

Default = Callable[[ast.Expr], Value]
"""Evaluates the default in `optional(type, default)`."""


def parse_type(expr: ast.Expr, default: Default) -> Constraint:
    """The constraint that an expression is. Raises EvalError where it is none."""
    if isinstance(expr, ast.TemplateWrap):
        return parse_type(expr.expr, default)
    if isinstance(expr, ast.Variable):
        return _keyword(expr.name, expr)
    if isinstance(expr, ast.Literal) and isinstance(expr.value, str):
        return _keyword(expr.value, expr)
    if isinstance(expr, ast.Call) and len(expr.args) == 1:
        if expr.name in ("list", "set", "map"):
            inner = parse_type(expr.args[0], default)
            return Constraint(Collection(expr.name, inner.type), inner.defaults and Defaults({}, {"": inner.defaults}))
        if expr.name == "object" and isinstance(expr.args[0], ast.ObjectExpr):
            return _object(expr.args[0], default)
        if expr.name == "tuple" and isinstance(expr.args[0], ast.TupleExpr):
            return _tuple(expr.args[0], default)
    raise EvalError("this is not a type constraint", expr.start, expr.end)


def _keyword(name: str, expr: ast.Expr) -> Constraint:
    """A primitive type, `any`, or a collection of any as Terraform 0.11 wrote it."""
    if name in (STRING, NUMBER, BOOL):
        return Constraint(name)
    if name in ("list", "set", "map"):
        return Constraint(Collection(name, DYNAMIC))
    if name == "any":
        return ANY
    raise EvalError(f'"{name}" is not a type', expr.start, expr.end)


def _object(node: ast.ObjectExpr, default: Default) -> Constraint:
    types: dict[str, Type] = {}
    optional, values, children = set(), {}, {}
    for key, expr in node.items:
        name = key.value if isinstance(key, ast.Literal) else None
        if not isinstance(name, str):
            raise EvalError("an attribute name is needed here", key.start, key.end)
        if isinstance(expr, ast.Call) and expr.name == "optional" and 1 <= len(expr.args) <= 2:
            optional.add(name)
            inner = parse_type(expr.args[0], default)
            if len(expr.args) == 2:
                values[name] = convert(default(expr.args[1]), inner.type)
        else:
            inner = parse_type(expr, default)
        types[name] = inner.type
        if inner.defaults:
            children[name] = inner.defaults
    defaults = Defaults(values, children) if values or children else None
    return Constraint(object_type(types, frozenset(optional)), defaults)


def _tuple(node: ast.TupleExpr, default: Default) -> Constraint:
    inner = [parse_type(item, default) for item in node.items]
    children = {str(index): item.defaults for index, item in enumerate(inner) if item.defaults}
    return Constraint(TupleType(tuple(item.type for item in inner)), Defaults({}, children) if children else None)


def conform(value: Value, constraint: Constraint) -> Value:
    """The value with defaults filled in, converted to the type. Raises EvalError where it does not fit."""
    if constraint.defaults is not None:
        value = apply_defaults(value, constraint.defaults)
    return convert(value, constraint.type)


def apply_defaults(value: Value, defaults: Defaults) -> Value:
    """The value with the defaults of absent and null attributes, all the way in."""
    if value.__class__ is Marked:
        return Marked(apply_defaults(value.value, defaults))
    if isinstance(value, LazyObject):
        value = value.materialise()
    if isinstance(value, Unknown) or is_null(value):
        return value
    if isinstance(value, list):
        return _apply_to_items(value, defaults)
    return _apply_to_entries(value, defaults) if isinstance(value, dict) else value


def _apply_to_items(value: list[Value], defaults: Defaults) -> Value:
    inner = [defaults.children.get("") or defaults.children.get(str(index)) for index in range(len(value))]
    items = [apply_defaults(item, child) if child else item for item, child in zip(value, inner, strict=True)]
    return items if value.__class__ is list else with_items(value, items)


def _apply_to_entries(value: dict[str, Value], defaults: Defaults) -> Value:
    everywhere = defaults.children.get("")
    if everywhere is not None:
        return {key: apply_defaults(item, everywhere) for key, item in value.items()}
    entries = dict(value)
    for name, default in defaults.values.items():
        if is_null(entries.get(name)):
            entries[name] = default
    for name, child in defaults.children.items():
        if name in entries:
            entries[name] = apply_defaults(entries[name], child)
    return entries if not isinstance(value, Map) or defaults.values else with_entries(value, entries)
