"""Values of input variables: what the root is given by files and options in Terraform's order, what a declaration
says of its type, default and sensitivity."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.loaders.terraform import constraints
from scanner.loaders.terraform.evaluate import evaluate
from scanner.loaders.terraform.scope import ValuesScope
from scanner.loaders.terraform.values import EvalError, Marked, Value, is_null
from scanner.model import Diagnostic, SourceSpan, Unknown
from scanner.source.document import Document
from scanner.source.hcl import parse_expression
from scanner.source.hcl.ast import Body, Expr, Invalid, Literal, ObjectExpr, TupleExpr, Variable
from scanner.source.located import LocatedDict, LocatedList

if TYPE_CHECKING:
    from scanner.loaders.terraform.config import Declaration, ModuleConfig
    from scanner.loaders.terraform.modules import Module
    from scanner.loaders.terraform.session import Session


UNSET: Final[Any] = object()
"""Nobody gives the variable a value; null is a value."""


class Assigned(NamedTuple):
    """A value that the root module is given for a variable."""

    value: Value
    expr: Expr | None
    """Where it is written; None for one of the command line."""
    document: Document | None
    text: str

    @property
    def span(self) -> SourceSpan | None:
        """Where the value stands."""
        if self.document is None or self.expr is None:
            return None
        return self.document.span(self.expr.start, self.expr.end)


def assignments(session: Session, config: ModuleConfig) -> dict[str, Assigned]:
    """Variable name to the value that wins: tfvars files of the directory in their order, files of the options,
    then single values of the options.
    https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence"""
    found: dict[str, Assigned] = {}
    for document in [*session.root.values, *_named(session)]:
        for name, expr in _written(document):
            found[name] = _assigned(session, document, expr)
    for name, text in session.options.variables.items():
        if name in config.variables:
            found[name] = _given(session, config.variables[name], text)
    return found


def _named(session: Session) -> Iterator[Document]:
    """The documents of the options' files, in their order."""
    by_location = {
        location: document
        for directory in session.sources.directories.values()
        for document in [*directory.values, *directory.named_values]
        for location in (document.absolute, document.path)
    }
    for path in session.options.var_files:
        document = by_location.get(os.path.abspath(path)) or by_location.get(os.path.normpath(path))
        if document is not None:
            yield document
        else:
            message = f"the file of variable values {path} was not read"
            session.report(Diagnostic("GR-VARIABLES", "error", message, "check the path", path))


def _written(document: Document) -> Iterator[tuple[str, Expr]]:
    """The names that a file of values sets, with their expressions."""
    tree = document.tree
    if isinstance(tree, Body):
        for name, attribute in tree.attributes.items():
            yield name, attribute.expr
    elif isinstance(tree, LocatedDict):
        for name, value in tree.items():
            yield name, _json_expr(value, *tree.spans[name][2:])


def _json_expr(value: Any, start: int, end: int) -> Expr:
    """A JSON value as an expression; its strings are no templates."""
    if isinstance(value, LocatedDict):
        items: list[tuple[Expr, Expr]] = []
        for key, item in value.items():
            key_start, key_end, item_start, item_end = value.spans[key]
            items.append((Literal(key_start, key_end, key), _json_expr(item, item_start, item_end)))
        return ObjectExpr(start, end, items)
    if isinstance(value, LocatedList):
        return TupleExpr(start, end, [_json_expr(item, *span) for item, span in zip(value, value.spans, strict=True)])
    if isinstance(value, Unknown):
        return Invalid(start, end, value.text)
    return Literal(start, end, Decimal(str(value)) if isinstance(value, float) else value)


def _assigned(session: Session, document: Document, expr: Expr) -> Assigned:
    value = evaluate(expr, ValuesScope(document), session.budget)
    text = document.data[expr.start : expr.end].decode("utf-8", "replace")
    return Assigned(value, expr, document, text)


def _given(session: Session, declaration: Declaration, text: str) -> Assigned:
    """A text is a string where the variable is one or has no type, else an expression."""
    wanted = declaration.content.attributes.get("type")
    keyword = wanted.expr if wanted is not None else None
    plain = keyword is None or (isinstance(keyword, Variable) and keyword.name == "string")
    if plain or (isinstance(keyword, Literal) and keyword.value == "string"):
        return Assigned(text, None, None, f'"{text}"')
    expr = parse_expression(text)
    simple = isinstance(keyword, Variable) and keyword.name in ("number", "bool")
    value = text if simple else evaluate(expr, ValuesScope(declaration.document), session.budget)
    return Assigned(value, None, None, text)


def constraint(module: Module, name: str) -> constraints.Constraint:
    """The declared type; `any` where there is none or it is none."""
    memo: dict[str, constraints.Constraint] = module.config.constraints
    found = memo.get(name)
    if found is None:
        found = memo[name] = _parse(module, module.config.variables[name])
    return found


def _parse(module: Module, declaration: Declaration) -> constraints.Constraint:
    attribute = declaration.content.attributes.get("type")
    if attribute is None:
        return constraints.ANY
    document = declaration.content.document_of("type")
    scope = ValuesScope(document)
    try:
        return constraints.parse_type(attribute.expr, lambda expr: evaluate(expr, scope, module.session.budget))
    except EvalError as error:
        start, end = (error.start, error.end) if error.start >= 0 else (attribute.value_start, attribute.value_end)
        span = document.span(start, end)
        module.session.report(Diagnostic("GR-TYPE", "warning", error.message, "", document.path, span))
        return constraints.ANY


def value_of(module: Module, name: str) -> Value:
    """The value of a declared variable of a module instance."""
    declaration = module.config.variables[name]
    value = _conformed(module, name, declaration, given(module, name))
    if flag(declaration, "sensitive") or flag(declaration, "ephemeral"):
        module.session.budget.marks = True
        return Marked(value)
    return value


def given(module: Module, name: str) -> Value:
    """What the caller, a file or an option says; UNSET where nobody does."""
    if module.call is not None:
        attribute = module.call.content.attributes.get(name)
        if attribute is None:
            return UNSET
        parent = module.call.scope(name)
        return parent.evaluate(attribute.expr, module.call_names)
    assigned = module.assigned.get(name)
    return UNSET if assigned is None else assigned.value


def flag(declaration: Declaration, name: str) -> bool:
    """Whether an attribute is written as true."""
    attribute = declaration.content.attributes.get(name)
    if attribute is None:
        return False
    expr = attribute.expr
    return isinstance(expr, Literal) and expr.value in (True, "true")


def _conformed(module: Module, name: str, declaration: Declaration, value: Value) -> Value:
    nullable = "nullable" not in declaration.content.attributes or flag(declaration, "nullable")
    if value is UNSET or (is_null(value) and not nullable):
        default = declaration.content.attributes.get("default")
        if default is None:
            return _no_value(module, name, declaration)
        value = module.scope(declaration.content.document_of("default")).evaluate(default.expr)
    try:
        return constraints.conform(value, constraint(module, name))
    except EvalError as error:
        return Unknown("invalid", f"var.{name}: {error.message}", span=declaration.span)
    except RecursionError:
        return Unknown("budget", f"var.{name} is nested too deeply", span=declaration.span)


def _no_value(module: Module, name: str, declaration: Declaration) -> Unknown:
    nullable = "nullable" not in declaration.content.attributes or flag(declaration, "nullable")
    return Unknown(
        "variable", f"var.{name} has no value", span=declaration.span, identities=(f"{module.prefix}var.{name}",),
        not_null=not nullable, type=constraint(module, name).type,
    )  # fmt: skip
