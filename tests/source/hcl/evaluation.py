"""The value of an expression without references or calls: enough to compare trees with what other
programs say. Not an evaluator."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from scanner.source.hcl import ast

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: Decimal(a) / Decimal(b),
    "%": lambda a, b: a % b,
    "==": lambda a, b: type(a) is type(b) and a == b,
    "!=": lambda a, b: not (type(a) is type(b) and a == b),
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "&&": lambda a, b: a and b,
    "||": lambda a, b: a or b,
}


def text(value: Any) -> str:
    """A value as a template shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def value(expr: Any, scope: dict[str, Any] | None = None) -> Any:
    """The plain value. Raises NotImplementedError for what is no constant."""
    scope = scope or {}
    match expr:
        case str():
            return expr
        case ast.Literal():
            return expr.value
        case ast.Template():
            return "".join(text(value(part, scope)) for part in expr.parts)
        case ast.TemplateWrap():
            return value(expr.expr, scope)
        case ast.TemplateIf() | ast.Conditional():
            chosen = expr.yes if value(expr.condition, scope) else expr.no
            return "" if chosen is None else value(chosen, scope)
        case ast.TemplateFor():
            return "".join(text(value(expr.body, inner)) for inner in _loop(expr, scope))
        case ast.Variable() if expr.name in scope:
            return scope[expr.name]
        case ast.SplatItem():
            return scope["*"]
    return _compound(expr, scope)


def _compound(expr: Any, scope: dict[str, Any]) -> Any:
    match expr:
        case ast.TupleExpr():
            return [value(item, scope) for item in expr.items]
        case ast.ObjectExpr():
            return {text(value(key, scope)): value(item, scope) for key, item in expr.items}
        case ast.Unary():
            inner = value(expr.operand, scope)
            return -inner if expr.operator == "-" else not inner
        case ast.Binary():
            return _BINARY[expr.operator](value(expr.left, scope), value(expr.right, scope))
        case ast.GetAttr():
            return value(expr.target, scope)[expr.name]
        case ast.Index():
            return value(expr.target, scope)[value(expr.key, scope)]
        case ast.Splat():
            target = value(expr.target, scope)
            items = target if isinstance(target, list) else [target]
            return [value(expr.each, scope | {"*": item}) for item in items]
        case ast.ForExpr():
            return _for(expr, scope)
    raise NotImplementedError(type(expr).__name__)


def _loop(expr: Any, scope: dict[str, Any]) -> list[dict[str, Any]]:
    collection = value(expr.collection, scope)
    pairs = sorted(collection.items()) if isinstance(collection, dict) else enumerate(collection)
    return [scope | {expr.value_name: item} | ({expr.key_name: key} if expr.key_name else {}) for key, item in pairs]


def _for(expr: ast.ForExpr, scope: dict[str, Any]) -> Any:
    scopes = [s for s in _loop(expr, scope) if expr.condition is None or value(expr.condition, s)]
    if expr.key is None:
        return [value(expr.value, inner) for inner in scopes]
    out: dict[str, Any] = {}
    for inner in scopes:
        key = text(value(expr.key, inner))
        if expr.group:
            out.setdefault(key, []).append(value(expr.value, inner))
        else:
            out[key] = value(expr.value, inner)
    return out
