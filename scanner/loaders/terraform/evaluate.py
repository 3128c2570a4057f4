"""Evaluates Terraform expressions: the entry point, the scope it asks, and the handlers by node class.

    value = evaluate(attribute.expr, scope, budget)          # never raises for bad input
    plain = to_plain(value, secrets)                         # as NativeResource holds it (values.py)

Root names (`var`, `local`, `aws_s3_bucket`) are the scope's; names bound by `for` and by the caller's `names` are
looked up first. What an operator, a traversal or a template does is in the `evaluate_*` modules beside this one.
Unlike Terraform 1.11, and like 1.12, `false && error` and `true || error` are not errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, Protocol

from scanner.loaders.terraform import evaluate_collections as collections
from scanner.loaders.terraform import evaluate_operators as operators
from scanner.loaders.terraform import evaluate_templates as templates
from scanner.loaders.terraform import evaluate_traversal as traversal
from scanner.loaders.terraform.budget import Budget, BudgetExceeded
from scanner.loaders.terraform.conversion import normal
from scanner.loaders.terraform.evaluate_numbers import from_decimal
from scanner.loaders.terraform.values import EvalError, LazyObject, List, Map, Marked, Null, Set, Value, to_plain
from scanner.model import SourceSpan, Unknown
from scanner.source.hcl import ast

__all__ = [
    "Budget", "EvalError", "Frame", "LazyObject", "List", "Map", "Marked", "Null", "Scope", "Set", "Value",
    "evaluate", "evaluate_or_raise", "to_plain",
]  # fmt: skip


class Scope(Protocol):
    """What an expression can see: the names and files of one module, as seen from one block of it."""

    def lookup(self, name: str) -> Value:
        """The value of a root name: for `var`, `local`, `module`, `data`, `each`, `path`, `self` or a resource type
        a `LazyObject` (or dict). Memoises what it must. Raises EvalError for a name that does not exist."""

    def span(self, start: int, end: int) -> SourceSpan | None:
        """The span of byte offsets in the document that the expression stands in."""

    def read_file(self, path: str) -> bytes | Unknown:
        """The content of a file; a relative path is one in the working directory of Terraform, the root module.
        Unknown("path_escape") outside the scan root. Raises EvalError where there is no such file."""

    def list_files(self, path: str) -> list[str] | Unknown:
        """The files below a directory, as relative paths with `/`; empty where there is no such directory."""

    def absolute_path(self, path: str) -> str | Unknown:
        """The path made absolute, for `abspath`; Unknown where that depends on the machine."""


Handler = Callable[[Any, "Frame"], Value]


class Frame:
    """Where an expression is evaluated: the scope, the budget, and the names bound so far."""

    __slots__ = ("budget", "handlers", "item", "names", "scope")

    def __init__(
        self, scope: Scope, budget: Budget, handlers: Mapping[type, Handler], names: Mapping[str, Value], item: Value
    ) -> None:
        self.scope = scope
        self.budget = budget
        self.handlers = handlers
        self.names = names
        self.item = item
        """The element that a splat is at."""

    def with_names(self, names: Mapping[str, Value]) -> Frame:
        """A frame in which these names are bound too; the mapping may be changed from element to element."""
        return Frame(self.scope, self.budget, self.handlers, names, self.item)

    def with_item(self, item: Value) -> Frame:
        """A frame for one element of a splat."""
        return Frame(self.scope, self.budget, self.handlers, self.names, item)


def evaluate(expr: ast.Expr, scope: Scope, budget: Budget, names: Mapping[str, Value] | None = None) -> Value:
    """The value of an expression. Never raises for bad input: an error is Unknown("invalid"), a value that
    would cost too much Unknown("budget") with a diagnostic in the budget. `names`: what the caller binds, such as
    the iterator of a `dynamic` block."""
    try:
        return evaluate_or_raise(expr, scope, budget, names)
    except EvalError as error:
        start, end = (error.start, error.end) if error.start >= 0 else (expr.start, expr.end)
        return Unknown("invalid", error.message, span=scope.span(start, end))
    except BudgetExceeded as exceeded:
        return _over_budget(exceeded.message, expr, scope, budget)
    except RecursionError:
        return _over_budget("nested too deeply", expr, scope, budget)


def evaluate_or_raise(expr: ast.Expr, scope: Scope, budget: Budget, names: Mapping[str, Value] | None = None) -> Value:
    """Like `evaluate`, but raises EvalError and BudgetExceeded."""
    depth, elements, doubt = budget.depth, budget.elements, budget.doubt
    budget.depth = budget.elements = 0
    try:
        return HANDLERS[expr.__class__](expr, Frame(scope, budget, HANDLERS, names or _NO_NAMES, None))
    finally:
        budget.depth, budget.elements, budget.doubt = depth, elements, doubt


def _over_budget(message: str, expr: ast.Expr, scope: Scope, budget: Budget) -> Unknown:
    span = scope.span(expr.start, expr.end)
    budget.report(message, span)
    return Unknown("budget", message, span=span)


_NO_NAMES: Final[Mapping[str, Value]] = {}


def _literal(node: ast.Literal, frame: Frame) -> Value:
    value = node.value
    if value.__class__ is str:
        return normal(value)
    return from_decimal(value) if isinstance(value, Decimal) else value


def _variable(node: ast.Variable, frame: Frame) -> Value:
    name = node.name
    if name in frame.names:
        return frame.names[name]
    try:
        value = frame.scope.lookup(name)
    except EvalError as error:
        raise operators.placed(error, node) from None
    if value.__class__ is Marked:
        frame.budget.marks = True
    return value


def _splat_item(node: ast.SplatItem, frame: Frame) -> Value:
    return frame.item


def _invalid(node: ast.Invalid, frame: Frame) -> Value:
    raise EvalError(node.message, node.start, node.end)


def _call(node: ast.Call, frame: Frame) -> Value:
    from scanner.loaders.terraform.functions.call import call

    return call(node, frame)


HANDLERS: Final[Mapping[type, Handler]] = {
    ast.Literal: _literal,
    ast.Variable: _variable,
    ast.SplatItem: _splat_item,
    ast.Invalid: _invalid,
    ast.Call: _call,
    ast.GetAttr: traversal.get_attr,
    ast.Index: traversal.index,
    ast.Splat: traversal.splat,
    ast.Unary: operators.unary,
    ast.Binary: operators.binary,
    ast.Conditional: operators.conditional,
    ast.TupleExpr: collections.tuple_expr,
    ast.ObjectExpr: collections.object_expr,
    ast.ForExpr: collections.for_expr,
    ast.Template: templates.template,
    ast.TemplateWrap: templates.template_wrap,
    ast.TemplateIf: templates.template_if,
    ast.TemplateFor: templates.template_for,
}
