"""Generated code for operators and calls: Python's own where static types say that it means the same, else `fast`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.expression.syntax import Binary, Call, ListNode, Literal, Node
from scanner.expression.values import INT_MAX, INT_MIN

if TYPE_CHECKING:
    from scanner.expression.codegen import Generator, Term

_SAME: Final = ("string", "bool", "int", "bytes")
"""Types whose values, null included, Python compares as CEL does."""
_ORDERED: Final = ("string", "int", "float", "bytes")


def binary(generator: Generator, node: Binary) -> Term:
    """The term for a binary operator."""
    if node.operator in ("==", "!="):
        return _equality(generator, node)
    if node.operator == "in":
        return _membership(generator, node)
    if node.operator in ("<", "<=", ">", ">="):
        return _order(generator, node)
    return _arithmetic(generator, node)


def _truth(generator: Generator, text: str) -> Term:
    from scanner.expression.codegen import Term

    return Term(generator.store(text), boolean=True, present=True)


def _equality(generator: Generator, node: Binary) -> Term:
    left, right = node.left, node.right
    if isinstance(left, Literal) and not isinstance(right, Literal):
        left, right = right, left
    first, second = generator.term(left).text, generator.term(right).text
    negated = node.operator == "!="
    if isinstance(right, Literal) and (right.value is None or right.value.__class__ is bool):
        return _truth(generator, f"{generator.named(first)} is {'not ' if negated else ''}{second}")
    if (isinstance(right, Literal) and right.value.__class__ is str) or (
        left.type.name == right.type.name and left.type.name in _SAME
    ):
        return _truth(generator, f"{first} {node.operator} {second}")
    return _truth(generator, f"{'not ' if negated else ''}equal({first}, {second})")


def _membership(generator: Generator, node: Binary) -> Term:
    item = generator.term(node.left).text
    constants = _constants(node.right)
    if constants is not None and all(value is None or value.__class__ is str for value in constants):
        return _truth(generator, f"{item} in {tuple(constants)!r}")
    collection = generator.term(node.right).text
    _spend(generator, collection)
    return _truth(generator, f"contained({item}, {collection})")


def _constants(node: Node) -> list[Any] | None:
    if isinstance(node, ListNode) and all(isinstance(item, Literal) for item in node.items):
        return [item.value for item in node.items if isinstance(item, Literal)]
    return None


def _spend(generator: Generator, text: str) -> None:
    """In a loop, takes the steps of an operation that looks through a whole list or text."""
    if generator.loops:
        generator.emit(f"steps -= len({text}) >> 3")


def _order(generator: Generator, node: Binary) -> Term:
    left, right = generator.term(node.left).text, generator.term(node.right).text
    if node.left.type.name == node.right.type.name and node.left.type.name in _ORDERED:
        # Python refuses to order None, as CEL does null.
        return _truth(generator, f"{left} {node.operator} {right}")
    return _truth(generator, f"operated({node.operator!r}, {left}, {right})")


def _arithmetic(generator: Generator, node: Binary) -> Term:
    from scanner.expression.codegen import Term

    left, right = generator.term(node.left).text, generator.term(node.right).text
    names = {node.left.type.name, node.right.type.name}
    if names == {"int"} and node.operator in ("+", "-", "*"):
        name = generator.store(f"{left} {node.operator} {right}")
        generator.emit(f"if not {INT_MIN} <= {name} <= {INT_MAX}: raise Bail")
        return Term(name, present=True)
    if names == {"float"} and node.operator in ("+", "-", "*"):
        return Term(generator.store(f"{left} {node.operator} {right}"), present=True)
    if names == {"string"} and node.operator == "+":
        return Term(generator.store(f"{left} + {right}"), present=True)
    return generator.guard(generator.store(f"operated({node.operator!r}, {left}, {right})"), node.type)


_METHODS: Final = {"startsWith": "startswith", "endsWith": "endswith"}


def call(generator: Generator, node: Call) -> Term:
    """The term for a call of a function of the table."""
    from scanner.expression.codegen import Term

    name = node.function.name
    terms = [generator.term(argument).text for argument in node.arguments]
    types = [argument.type.name for argument in node.arguments]
    if name == "dyn":
        return Term(generator.named(terms[0]))
    if name == "size" and types[0] in ("string", "list", "bytes"):
        return Term(generator.store(f"len({terms[0]})"), present=True)
    if types == ["string", "string"] and name in _METHODS:
        return _truth(generator, f"{terms[0]}.{_METHODS[name]}({terms[1]})")
    if types == ["string", "string"] and name == "contains":
        _spend(generator, terms[0])
        return _truth(generator, f"{terms[1]} in {terms[0]}")
    result = generator.store(f"called({generator.constant(node.function)}, {', '.join(terms)})")
    if node.type.name == "bool":
        return Term(result, boolean=True, present=True)
    return generator.guard(result, node.type)
