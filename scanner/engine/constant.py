"""Conditions whose outcome no resource can change: found by evaluating them on one of which nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.expression import EvaluationError, Program
from scanner.expression.syntax import Logic, Node
from scanner.model import Kind, NativeResource, Place, Resource, SourceSpan, Unknown
from scanner.policy.compile import CompiledRule


def constant_value(program: Program, compiled: CompiledRule, kinds: Mapping[str, Kind]) -> Iterator[tuple[str, bool]]:
    """The text and value of a condition, or of its operands, that is the same for every resource; else nothing.

    A condition that lists other resources, or asks where something is written, is left out: of these things a resource
    that nobody wrote says too much.
    """
    asks_where = any(word in program.text for word in ("is_literal(", "is_given("))
    if asks_where or program.kinds_listed or any(kind not in kinds for kind in compiled.rule.kinds):
        return
    environments = [_environment(compiled, kinds[kind]) for kind in compiled.rule.kinds]
    whole = _value(program.node, environments)
    if whole is not None:
        yield program.text, whole
        return
    if isinstance(program.node, Logic):
        for term in program.node.terms:
            value = _value(term, environments)
            if value is not None:
                yield _excerpt(program.text, term), value


def _value(node: Node, environments: list[dict[str, Any]]) -> bool | None:
    found: set[bool | None] = set()
    for environment in environments:
        try:
            value = Program("", node, frozenset(), frozenset()).evaluate_exactly(environment)
        except EvaluationError:
            return None
        found.add(value if isinstance(value, bool) else None)
    return found.pop() if len(found) == 1 else None


def _environment(compiled: CompiledRule, kind: Kind) -> dict[str, Any]:
    """Every attribute is an Unknown of its own: equal to itself, and to nothing else for certain."""
    span = SourceSpan("", 1, 1, 1, 1)
    attributes: dict[str, Any] = {
        name: Unknown("variable", f"{name} has no value", identities=(f"{kind.name}.{name}",))
        for name in kind.attributes
    }
    native = NativeResource("terraform", kind.name, kind.name, ".", {}, span, _Nowhere(span))
    return {
        compiled.bound_as: Resource(kind.name, native, attributes, locator=_Nowhere(span)),
        "params": {name: Unknown("variable", f"params.{name} can be set") for name in compiled.rule.params},
        "context": Unknown("variable", "the context is given on the command line"),
        "root": Unknown("variable", "the root is not known"),
    }


def _excerpt(text: str, node: Node) -> str:
    """The text from an operand to the next operator of the same kind, cut to what a line holds."""
    start = node.offset
    while start and (text[start - 1].isalnum() or text[start - 1] in "._!("):
        start -= 1
    part = " ".join(text[start:].split("&&")[0].split("||")[0].split())
    return part if len(part) <= 60 else part[:57] + "..."


class _Nowhere:
    """The provenance and locator of what is written nowhere: nobody knows anything of it."""

    def __init__(self, span: SourceSpan) -> None:
        self._place = Place(span, "", exact=False)

    def place(self, *_: Any) -> Place:
        """No place."""
        return self._place

    def places(self, *_: Any) -> list[Place]:
        """No place."""
        return [self._place]

    def is_given(self, *_: Any) -> bool | None:
        """Not known."""
        return None

    def is_literal(self, *_: Any) -> bool | None:
        """Not known."""
        return None
