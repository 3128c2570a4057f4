"""The values of a planned instance with what is unknown or sensitive in them marked as such.

Values are shared with the plan's tree wherever nothing in them is marked. Whether a value is unknown or merely not
stated is decided by the configuration: what the provider fills in is absent, not unknown. Where the plan has no
configuration, it is unknown, but for blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from scanner.loaders.terraform_plan.configuration import HIDDEN, MISSING, Expression, element, is_expression
from scanner.loaders.terraform_plan.provenance import PlanProvenance
from scanner.loaders.terraform_plan.references import KNOWN, Resolver, Source, Sources, has_unknown
from scanner.model import SourceSpan, Unknown

ABSENT: Final = object()
"""In place of a value that there is none of."""

_TEXTS: Final = {
    "computed": "{} {} known after apply",
    "data": "{} {} read when it is applied",
    "variable": "{} {} not given a value",
}


class Overlay:
    """Marks the values of one instance. `attribute` is the top-level name that is being read."""

    def __init__(self, resolver: Resolver, provenance: PlanProvenance, worked_out: Callable[[Source], Any]) -> None:
        """`worked_out` gives the value of a source that can be had all the same; None for others."""
        self._span = provenance.span
        self._resolver = resolver
        self._worked_out = worked_out
        self._scope = provenance.scope
        self._in_parts = provenance.planned_in_parts
        self._attribute = ""

    def attribute(self, name: str, value: Any, mask: Any, expression: Expression) -> Any:
        """The value of a top-level attribute or block; ABSENT where there is none."""
        self._attribute = name
        if expression is MISSING and (mask is not True or self._scope is None):
            # Partly known and not in the configuration: a dynamic block. Without configuration nothing is shown, but
            # what is written as a block is planned part by part, so one of which nothing is known is not written.
            expression = MISSING if mask is True and name in self._in_parts else HIDDEN
        return self._marked(value, mask, expression)

    def _marked(self, value: Any, mask: Any, expression: Expression) -> Any:
        if mask is True:
            return self._unknown(expression)
        if not has_unknown(mask):
            return value
        if isinstance(mask, list) and isinstance(value, list | None):
            return self._list(value or [], mask, expression)
        if isinstance(mask, dict) and isinstance(value, dict | None):
            return self._object(value or {}, mask, expression)
        return value

    def _list(self, values: list[Any], masks: list[Any], expression: Expression) -> list[Any]:
        """Element by element: the plan has null, in older formats nothing, where an element is unknown."""
        names = self._in_order(masks, expression)
        found = []
        for index in range(max(len(values), len(masks))):
            value = values[index] if index < len(values) else None
            mask = masks[index] if index < len(masks) else False
            if mask is True and is_expression(expression):
                marked = next(names)
            else:
                marked = self._marked(value, mask, element(expression, index, value))
            found.append(self._nameless() if marked is ABSENT else marked)
        return found

    def _in_order(self, masks: list[Any], expression: Expression) -> Iterator[Unknown]:
        """An Unknown for each unknown element: with a name of its own where there are as many names as elements."""
        sources = self._sources(expression)
        count = sum(mask is True for mask in masks)
        if len(sources.found) == count and not sources.open:
            yield from (self._of_source(source) for source in sources.found)
            return
        alone = len(sources.found) == 1 and count == 1
        for _ in range(count):
            yield self._of_source(sources.found[0]) if alone else self._nameless(sources.found)

    def _object(self, value: dict[str, Any], mask: dict[str, Any], expression: Expression) -> dict[str, Any]:
        found = dict(value)
        for name, each in mask.items():
            if each is True or has_unknown(each):
                marked = self._marked(value.get(name), each, element(expression, name, value.get(name)))
                if marked is ABSENT:
                    found.pop(name, None)
                else:
                    found[name] = marked
        return found

    def _unknown(self, expression: Expression) -> Any:
        if expression is MISSING:
            return ABSENT
        if expression is HIDDEN:
            return self._nameless()
        if isinstance(expression, list):
            return [self._stated(block) for block in expression if isinstance(block, dict)]
        if not is_expression(expression):
            return self._stated(expression) if isinstance(expression, dict) else ABSENT
        if "constant_value" in expression:
            constant = expression["constant_value"]
            return ABSENT if constant is None else self._nameless()
        return self._referring(expression)

    def _stated(self, block: dict[str, Expression]) -> dict[str, Any]:
        """A block that is planned as wholly unknown, put together from what the configuration says of it."""
        found = {}
        for name, expression in block.items():
            constant = expression.get("constant_value") if is_expression(expression) else None
            value = self._unknown(expression) if constant is None else constant
            if value is not ABSENT:
                found[name] = value
        return found

    def _referring(self, expression: Expression) -> Any:
        """What is made from known values only, and unknown all the same, is null: the provider fills it in."""
        sources = self._sources(expression)
        if not sources.found:
            is_null = not sources.open and bool(expression.get("references"))
            return ABSENT if is_null else self._nameless()
        if len(sources.found) == 1:
            source = sources.found[0]
            value = None if sources.open else self._worked_out(source)
            return self._of_source(source) if value is None else value
        parts = tuple(self._of_source(source) for source in sources.found)
        return Unknown(parts[0].code, _text(sources.found), span=self._span, contains=parts)

    def _sources(self, expression: Expression) -> Sources:
        if self._scope is None or not is_expression(expression):
            return KNOWN
        return self._resolver.sources(expression, self._scope, self._attribute)

    def _of_source(self, source: Source) -> Unknown:
        name = source.identities[0].rpartition(".")[2]
        return Unknown(
            source.code,
            _text((source,)),
            span=self._span,
            identities=source.identities,
            not_null=source.exact and (name in ("id", "arn") or name.endswith("_arn")),
        )

    def _nameless(self, sources: tuple[Source, ...] = ()) -> Unknown:
        return Unknown("computed", _text(sources), span=self._span)


def _text(sources: tuple[Source, ...]) -> str:
    if not sources:
        return "known after apply"
    shown = ", ".join(source.identities[0] for source in sources[:3]) + (", ..." if len(sources) > 3 else "")
    return _TEXTS[sources[0].code].format(shown, "is" if len(sources) == 1 else "are")


def hidden(value: Any, mask: Any, literal: bool, span: SourceSpan | None) -> Any:
    """The value with what is sensitive in it replaced by an Unknown, which is `literal` if it is a constant."""
    if mask is True:
        if value is None or value == "" or value == [] or value == {}:
            return value
        names = value.identities if isinstance(value, Unknown) else ()
        return Unknown("secret", "a sensitive value", span=span, identities=names, not_null=True, literal=literal)
    if isinstance(mask, dict) and isinstance(value, dict) and has_unknown(mask):
        return {key: hidden(each, mask.get(key), literal, span) for key, each in value.items()}
    if isinstance(mask, list) and isinstance(value, list) and has_unknown(mask):
        masks = [*mask, *([False] * len(value))]
        return [hidden(each, masks[index], literal, span) for index, each in enumerate(value)]
    return value
