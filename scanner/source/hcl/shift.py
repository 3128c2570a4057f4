"""Expressions moved to where their text stands in a larger one. Nothing else about them changes."""

from __future__ import annotations

from typing import Any

from scanner.source.hcl.ast import Expr


def shift(expr: Expr, offset: int) -> Expr:
    """Add an offset to the places of an expression and all below it, in place."""
    seen: set[int] = set()
    pending: list[Any] = [expr]
    while pending:
        node = pending.pop()
        if isinstance(node, list | tuple):
            pending.extend(node)
        elif isinstance(node, Expr) and id(node) not in seen:
            seen.add(id(node))
            node.start += offset
            node.end += offset
            pending.extend(getattr(node, name) for name in type(node).__slots__)
    return expr
