"""Walks expressions without evaluating them: the parts of a node, and the references in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.source.hcl import ast


class Traversal(NamedTuple):
    """`root.a[0].b` as far as its steps are literal."""

    root: str
    steps: tuple[str | int | ast.Expr, ...]
    """Attribute names, literal indexes, and the expression of an index that is none."""


def children(expr: ast.Expr) -> Iterator[ast.Expr]:
    """The expressions directly inside this one."""
    for base in type(expr).__mro__:
        for name in getattr(base, "__slots__", ()):
            yield from _expressions(getattr(expr, name, None))


def _expressions(value: object) -> Iterator[ast.Expr]:
    if isinstance(value, ast.Expr):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _expressions(item)


def walk(expr: ast.Expr) -> Iterator[ast.Expr]:
    """This expression and all inside it, without recursion."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


def traversal(expr: ast.Expr) -> Traversal | None:
    """The steps of a reference, or None for an expression that is none."""
    steps: list[str | int | ast.Expr] = []
    while True:
        if isinstance(expr, ast.GetAttr):
            steps.append(expr.name)
            expr = expr.target
        elif isinstance(expr, ast.Index):
            steps.append(_index_step(expr.key))
            expr = expr.target
        elif isinstance(expr, ast.Variable):
            return Traversal(expr.name, tuple(reversed(steps)))
        else:
            return None


def _index_step(key: ast.Expr) -> str | int | ast.Expr:
    if isinstance(key, ast.Literal) and isinstance(key.value, str | int) and not isinstance(key.value, bool):
        return key.value
    return key


def references(expr: ast.Expr) -> Iterator[Traversal]:
    """Every reference in an expression, its longest form only."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        found = traversal(node)
        if found is None:
            waiting.extend(children(node))
            continue
        yield found
        waiting.extend(step for step in found.steps if isinstance(step, ast.Expr))


def find_reference(expr: ast.Expr, root: str, name: str) -> tuple[int, int]:
    """Offsets of the first `root.name` in the expression; of the whole expression where there is none."""
    best: tuple[int, int] | None = None
    for node in walk(expr):
        fits = isinstance(node, ast.Variable) and node.name == root and not name
        if isinstance(node, ast.GetAttr) and node.name == name and isinstance(node.target, ast.Variable):
            fits = node.target.name == root
        if isinstance(node, ast.GetAttr) and node.name == name and isinstance(node.target, ast.GetAttr):
            fits = root == f"data.{node.target.name}"
        if fits and (best is None or node.start < best[0]):
            best = (node.start, node.end)
    return best or (expr.start, expr.end)
