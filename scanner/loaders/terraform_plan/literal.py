"""Whether what an expression gives is written in the code, as far as a plan shows it.

Answers are true, false, or None where the plan does not show it: `locals` are in no plan. A value that a variable of
the root module was given when it was planned is not in the code that the plan shows. It may be from a tfvars line, as
it may be from the environment; that is seen where the sources are read beside the plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from scanner.loaders.terraform_plan import addresses
from scanner.loaders.terraform_plan.configuration import HIDDEN, MISSING, Expression, element, is_expression, references
from scanner.loaders.terraform_plan.references import Scope

_DEPTH: Final = 32
"""References that are followed one after the other."""

_STEPS: Final = 2_000
"""References that are followed for one question."""

TELLING: Final = 8
"""Characters of a text that is not written twice by chance."""

_WRITTEN: Final = frozenset({"path", "terraform", "count"})
"""What stands for a place or a number and brings in no value from outside."""


class Literals:
    """Follows the references of one expression to what is written."""

    def __init__(self, variables: Mapping[str, Any], documents: Collection[str]) -> None:
        """`variables` are those of the plan; `documents` the types of data sources that only put together what
        their configuration says."""
        self._variables = variables
        self._documents = documents
        self._depth = 0
        self._left = _STEPS

    def expression(self, expression: Expression, scope: Scope) -> bool | None:
        """Whether an expression, or a block, that stands in a scope is written out."""
        if expression is MISSING or expression is HIDDEN:
            return None if expression is HIDDEN else False
        if not is_expression(expression):
            return isinstance(expression, dict | list) and bool(expression)
        if "constant_value" in expression:
            return expression["constant_value"] is not None
        if self._depth >= _DEPTH or self._left <= 0:
            return None
        self._depth += 1
        listed = addresses.leaves(references(expression))
        found = _every(self._reference(addresses.steps(each), scope) for each in listed)
        self._depth -= 1
        return found

    def _reference(self, parts: tuple[str, ...], scope: Scope) -> bool | None:
        self._left -= 1
        first = parts[0] if parts else ""
        if first in _WRITTEN or parts[:2] == ("each", "key"):
            return True
        if first == "each":
            return None if scope.for_each is None else self.expression(scope.for_each, scope)
        if len(parts) < 2 or first == "local":
            return None
        if first == "var":
            return self._variable(parts[1], scope)
        if first == "module":
            return self._output(parts, scope)
        return self._attribute(parts, scope)

    def _variable(self, name: str, scope: Scope) -> bool | None:
        declared = _object(scope.module.variables.get(name))
        if scope.parent is not None:
            stated = _object(scope.module.call.get("expressions"))
            if name in stated:
                return self.expression(stated[name], scope.parent)
            return True if "default" in declared else None
        given = _object(self._variables.get(name))
        return "default" in declared and given.get("value", declared["default"]) == declared["default"]

    def _output(self, parts: tuple[str, ...], scope: Scope) -> bool | None:
        child = scope.module.child(parts[1])
        key, rest = _keyed(parts[2:])
        expression = _object(child.outputs.get(rest[0])).get("expression") if child is not None and rest else None
        if child is None or expression is None:
            return None
        caller = scope._replace(key=key, for_each=child.call.get("for_each_expression"))
        return self.expression(expression, Scope(child, "", "", None, caller))

    def _attribute(self, parts: tuple[str, ...], scope: Scope) -> bool | None:
        """Of a resource or data source: what it does not state comes from the provider."""
        width = 3 if parts[0] == "data" else 2
        key, rest = _keyed(parts[width:])
        block = scope.module.resources.get(".".join(parts[:width]))
        if block is None or not rest:
            return None
        stated = scope.module.expressions(".".join(parts[:width]))
        inside = scope._replace(key=key, for_each=block.get("for_each_expression"))
        if width == 3 and parts[1] in self._documents:
            return _every(self.expression(each, inside) for each in _expressions(stated)) if stated else False
        expression: Expression = stated.get(rest[0], MISSING)
        for step in rest[1:]:
            expression = element(expression, _index(step), None)
        return self.expression(expression, inside)


def stands_above(value: Any, scope: Scope) -> bool:
    """Whether a text that came by a way which no plan shows is an argument of the module call that it came through,
    or the default of a variable there. Only for texts that nobody would write twice by chance."""
    if not isinstance(value, str) or len(value) < TELLING:
        return False
    above: Scope | None = scope
    while above is not None:
        stated = _object(above.module.call.get("expressions")).values()
        if any(is_expression(each) and each.get("constant_value") == value for each in stated):
            return True
        if any(_object(each).get("default") == value for each in above.module.variables.values()):
            return True
        above = above.parent
    return False


def _every(answers: Iterable[bool | None]) -> bool | None:
    """Of what a value is made from. A plan does not say how: of `a ? b : c` the value may be one alone, so it is
    written if all are, and is not if none is."""
    found = set(answers)
    return found.pop() if len(found) == 1 else None if found else True


def _expressions(stated: Expression) -> Iterable[Expression]:
    """Every expression in blocks of them."""
    if is_expression(stated) and stated:
        yield stated
    elif isinstance(stated, dict | list):
        for each in stated.values() if isinstance(stated, dict) else stated:
            yield from _expressions(each)


def _keyed(parts: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The key at the beginning, and what follows."""
    key = parts[0] if parts and addresses.is_key(parts[0]) else ""
    return key, parts[bool(key) :]


def _index(step: str) -> str | int:
    inner = step.strip('[]"')
    return int(inner) if addresses.is_key(step) and inner.isdecimal() and inner.isascii() and len(inner) < 10 else inner


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
