"""Where a planned value stands in the plan's JSON, whether the configuration states it, and from what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from scanner.loaders.terraform_plan import addresses
from scanner.loaders.terraform_plan.configuration import HIDDEN, MISSING, Expression, element, is_expression, references
from scanner.loaders.terraform_plan.literal import Literals, stands_above
from scanner.loaders.terraform_plan.located import Located, Member
from scanner.loaders.terraform_plan.plan import Instance
from scanner.loaders.terraform_plan.references import Scope, has_unknown
from scanner.model import PathStep, Place, SourceSpan, Step

LONGEST: Final = 60
"""Characters of what a step of a chain shows."""


class PlanProvenance:
    """See `scanner.model.Provenance`."""

    def __init__(
        self,
        instance: Instance,
        span: SourceSpan,
        located: Located,
        scope: Scope | None,
        variables: Mapping[str, Any],
        blocks: Collection[str],
        documents: Collection[str] = (),
        nested: Collection[str] = (),
    ) -> None:
        """`blocks` are the attributes that are written as blocks; `documents` the types of data sources that only put
        together what their configuration says. `nested` are the blocks, where there is no scope to show them."""
        self.instance = instance
        self.span = span
        self._located = located
        self.scope = scope
        self._variables = variables
        self._blocks = blocks
        self._documents = documents
        self.planned_in_parts = frozenset((*blocks, *nested))
        """What is planned part by part where it is written, so that it is not written where it is wholly unknown."""

    def left_out(self) -> frozenset[str]:
        """The attributes that are not known and that the configuration does not show: nobody states them, or a
        `dynamic` block does."""
        unknown = self.instance.unknown
        stated = self.scope.module.expressions(self.instance.address.resource) if self.scope is not None else {}
        if not isinstance(unknown, dict):
            return frozenset()
        return frozenset(name for name, mask in unknown.items() if mask is True and name not in stated)

    def place(self, path: tuple[PathStep, ...]) -> Place:
        """The member of the planned values, else the nearest object around it, else the resource."""
        chain = tuple(self._chain(path))
        behind = self._behind_hash(path)
        if behind is not None:
            return Place(self._located.span(behind[0], behind[2]), written(path), exact=True, chain=chain)
        base = (*self.instance.pointer, *self.instance.inside)
        member, length = self._located.nearest((*base, *path))
        depth = length - len(base)
        if not path or depth <= 0:
            return Place(self.span, written(path), exact=not path, chain=chain)
        value = _at(self.instance.values, path[:depth])
        exact = depth == len(path) or isinstance(value, str)
        if exact:
            return Place(self._located.span(member[0], member[2]), written(path), exact=True, chain=chain)
        return Place(self._located.span(member[0], member[1] + 1), written(path), exact=False, chain=chain)

    def _behind_hash(self, path: tuple[PathStep, ...]) -> Member | None:
        """Where the configuration has the text of which a hash is planned."""
        if self.scope is None or not path:
            return None
        expression = self._expression(path[:1])
        constant = expression.get("constant_value") if is_expression(expression) else None
        if not is_hash_of(_at(self.instance.values, path[:1]), constant):
            return None
        stated = self.scope.module.place(self.instance.address.resource)
        return self._located.member((*stated, path[0], "constant_value"))

    def is_given(self, path: tuple[PathStep, ...]) -> bool | None:
        """Whether the configuration mentions it, or it must have been written where the plan shows no configuration;
        None where what is planned may be written or filled in."""
        if not path:
            return True
        unknown = self.instance.unknown
        mask = unknown.get(path[0]) if isinstance(unknown, dict) else unknown
        there = _at(self.instance.values, path) is not None
        if self.scope is None and path[0] not in self._blocks:
            if mask is True:
                return False if path[0] in self.planned_in_parts else None
            return None if there or has_unknown(_at(mask, path[1:])) else False
        expression = self._expression(path)
        if expression is MISSING or expression == {"constant_value": None}:
            return False
        if expression is HIDDEN:  # a provider fills in attributes as a whole, so what is not known inside was written
            mask = _at(mask, path[1:]) if path[0] in self._blocks else None
        return there or has_unknown(mask)

    def is_literal(self, path: tuple[PathStep, ...]) -> bool | None:
        """Whether it is a constant, or comes from a variable that has its default; None where the plan does not show
        what it comes from. What is known after apply, and not written, comes from elsewhere."""
        if not path:
            return False
        known = _is_known(self.instance.values, path)
        if self.scope is None:
            return None if known else False
        expression = self._expression(path)
        if is_expression(expression) and "constant_value" not in expression and not references(expression):
            return known  # `jsonencode` of constants has neither a value nor a reference here, and `timestamp` too
        found = Literals(self._variables, self._documents).expression(expression, self.scope)
        if found is None and stands_above(_at(self.instance.values, path), self.scope):
            return True
        return False if found is None and not known else found

    def _expression(self, path: tuple[PathStep, ...]) -> Expression:
        """What the configuration has at the path, or around it where one expression gives the whole."""
        stated = self.scope.module.expressions(self.instance.address.resource) if self.scope is not None else {}
        name = path[0] if isinstance(path[0], str) else ""
        expression: Expression = stated.get(name, MISSING)
        value = self.instance.values.get(name)
        if expression is MISSING and value:
            if name in self._blocks or _is_dynamic(value, self.instance.unknown, name):
                return HIDDEN
            return MISSING
        for step in path[1:]:
            value = _at(value, (step,))
            expression = element(expression, step, value)
        return expression

    def _chain(self, path: tuple[PathStep, ...]) -> Iterator[Step]:
        """The names that the value was made from, with what the plan shows of them."""
        expression = self._expression(path) if path else MISSING
        if self.scope is None or not is_expression(expression):
            return
        stated = (*self.scope.module.place(self.instance.address.resource), path[0])
        place = self._located.member(stated)
        location = self._located.span(place[0], place[2]) if place else None
        for reference in addresses.leaves(references(expression))[:5]:
            yield Step(reference, self._shown(reference), location)

    def _shown(self, reference: str) -> str:
        parts = addresses.steps(reference)
        if self.scope is None or self.scope.parent is not None or parts[:1] != ("var",) or len(parts) != 2:
            return ""
        entry = _object(self._variables.get(parts[1]))
        if _object(self.scope.module.variables.get(parts[1])).get("sensitive") is True or "value" not in entry:
            return ""
        text = json.dumps(entry["value"], ensure_ascii=False, default=str)
        return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def written(path: tuple[PathStep, ...]) -> str:
    """A native path as text: `ingress[1].cidr_blocks`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def is_hash_of(value: Any, text: Any) -> bool:
    """Whether a value is the SHA-1 of a text, in hexadecimal digits."""
    if not isinstance(value, str) or not isinstance(text, str):
        return False
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest() == value


def _is_dynamic(value: Any, unknown: Any, name: str) -> bool:
    """Whether blocks that the configuration does not show were written: the provider fills in blocks as a whole,
    so those with parts that are not known are from a `dynamic` block."""
    mask = unknown.get(name) if isinstance(unknown, dict) else None
    return isinstance(value, list) and isinstance(mask, list) and any(isinstance(each, dict) for each in mask)


def _at(value: Any, path: tuple[PathStep, ...]) -> Any:
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def _is_known(value: Any, path: tuple[PathStep, ...]) -> bool:
    """Whether there is a value at a path, or a text on the way, whose document the path goes on in."""
    return (
        any(isinstance(_at(value, path[:length]), str) for length in range(len(path))) or _at(value, path) is not None
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
