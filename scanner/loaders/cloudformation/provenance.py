"""Where the values of a resource stand in its template, and where they come from. Asked only for findings and
explanations: it walks the template again, and keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.loaders.cloudformation.declarations import RESERVED
from scanner.loaders.cloudformation.problems import OverBudget, shown, value_span
from scanner.loaders.cloudformation.trace import FOLLOWED, LONGEST, Spot, follow, inside, references_in
from scanner.model import PathStep, Place, SourceSpan, Step
from scanner.source.located import LocatedDict, LocatedList

if TYPE_CHECKING:
    from scanner.loaders.cloudformation.declarations import Declaration

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_CDK_PATH: Final = "aws:cdk:path"


class _Found(NamedTuple):
    """How far a path was found."""

    spot: Spot | None
    """Where the value is written at last; None where the resource has no such property."""
    anchor: SourceSpan
    """Where the resource has it, before anything that is written elsewhere."""
    steps: tuple[Step, ...]
    rest: tuple[PathStep, ...]
    open: bool
    """Whether the way leads on to something that is written nowhere."""

    @property
    def reaches_in(self) -> bool:
        """Whether the rest of the path may lie in what was found: a text that is a document, or a function."""
        return self.open or (self.spot is not None and not isinstance(self.spot.node, LocatedDict | LocatedList))


class TemplateProvenance:
    """See `scanner.model.Provenance`."""

    __slots__ = ("declaration",)

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration

    def place(self, path: tuple[PathStep, ...]) -> Place:
        """Where the value at a path stands in the resource, with the way to where it is written; of what CDK made, its
        construct's path is the last step."""
        if not path:
            return Place(self.declaration.span, "", exact=True, chain=tuple(self._construct()))
        try:
            found = self._find(path)
        except (OverBudget, RecursionError):
            return Place(self.declaration.span, path_text(path), exact=False, chain=tuple(self._construct()))
        exact = found.spot is not None and (not found.rest or found.reaches_in)
        return Place(found.anchor, path_text(path), exact, (*found.steps, *self._construct()))

    def is_given(self, path: tuple[PathStep, ...]) -> bool:
        """Whether the template states a value, be it through a parameter."""
        if not path:
            return True
        value: Any = self.declaration.attributes((str(path[0]),))
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list):
                value = value[step] if isinstance(step, int) and 0 <= step < len(value) else None
            else:
                break
        return value is not None

    def is_literal(self, path: tuple[PathStep, ...]) -> bool:
        """Whether all that the value is made of is written in the template or a file of parameters."""
        try:
            found = self._find(path) if path else None
        except (OverBudget, RecursionError):
            return False
        if found is None or found.spot is None or (found.rest and not found.reaches_in):
            return False
        return _literal(found.spot, LONGEST)

    def _find(self, path: tuple[PathStep, ...]) -> _Found:
        """Walks a path; where a function stands for the value, through it."""
        spot, anchor = self._start(str(path[0]))
        if spot is None:
            return _Found(None, anchor, (), path, False)
        steps: list[Step] = []
        away = False
        for number, step in enumerate(path[1:], 1):
            spot, anchor, away, is_open = _settled(spot, anchor, steps, away=away)
            deeper = None if is_open else inside(spot, step)
            if deeper is None:
                return _Found(spot, anchor if away or is_open else _nearest(spot), tuple(steps), path[number:], is_open)
            spot = deeper
            anchor = anchor if away else spot.span
        spot, anchor, away, is_open = _settled(spot, anchor, steps, away=away)
        return _Found(spot, anchor, tuple(steps), (), is_open)

    def _start(self, name: str) -> tuple[Spot | None, SourceSpan]:
        """The property, or what stands beside the properties; else the header of the resource."""
        declaration = self.declaration
        holder = declaration.node if name in RESERVED else declaration.properties
        whole = Spot(holder, declaration.node, "Properties", declaration.evaluator)
        if name not in RESERVED and len(holder) == 1 and "Fn::If" in holder:
            hop = follow(whole)
            whole = hop.spot if hop is not None and hop.spot is not None else whole
        spot = inside(whole, RESERVED.get(name, name))
        return spot, declaration.span if spot is None else spot.span

    def _construct(self) -> Iterator[Step]:
        """https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html: CDK notes its path beside each resource."""
        node = self.declaration.node
        metadata = node.get("Metadata")
        if isinstance(metadata, LocatedDict) and isinstance(metadata.get(_CDK_PATH), str):
            document = self.declaration.stack.template.document
            yield Step("construct path", shown(metadata[_CDK_PATH], 120), value_span(document, metadata, _CDK_PATH))


def _settled(spot: Spot, anchor: SourceSpan, steps: list[Step], *, away: bool) -> tuple[Spot, SourceSpan, bool, bool]:
    """Follows functions from a spot: the last spot, where the resource has it, whether that is elsewhere, and whether
    the way ends open."""
    while len(steps) < LONGEST:
        hop = follow(spot)
        if hop is None:
            return spot, anchor, away, _is_function(spot.node)
        steps.extend(hop.steps)
        if hop.spot is None:
            return spot, anchor, away, True
        # A branch of an `Fn::If` stands in the resource itself; a default or a mapping does not.
        away = away or (bool(hop.steps) and not hop.steps[0].what.startswith("Conditions."))
        spot = hop.spot
        anchor = anchor if away else spot.span
    return spot, anchor, away, True


def _is_function(node: Any) -> bool:
    return isinstance(node, LocatedDict) and len(node) == 1 and next(iter(node)).startswith(("Fn::", "Ref"))


def _nearest(spot: Spot) -> SourceSpan:
    """What is written of something that is not: the key of the mapping around it."""
    return spot.header if isinstance(spot.node, LocatedDict | LocatedList) else spot.span


def _literal(spot: Spot, depth: int) -> bool:
    """Whether nothing that a value is made of comes from outside."""
    node = spot.node
    if depth == 0:
        return False
    if isinstance(node, str):
        return "{{resolve:" not in node
    hop = follow(spot)
    if hop is not None and hop.spot is not None:
        return _literal(hop.spot, depth - 1)
    if _is_function(node):
        return _made_of_literals(spot, depth)
    if isinstance(node, LocatedDict):
        return all(_literal(Spot(node[key], node, key, spot.evaluator), depth - 1) for key in node)
    if isinstance(node, LocatedList):
        return all(_literal(Spot(each, node, number, spot.evaluator), depth - 1) for number, each in enumerate(node))
    return node is not None


def _made_of_literals(spot: Spot, depth: int) -> bool:
    function = next(iter(spot.node))
    if function == "Fn::Rain::Embed":
        return True  # a file beside the template
    if function == "Ref":
        # A parameter that a file gives is written there; every other way that ends here leads outside.
        name = spot.node["Ref"]
        return isinstance(name, str) and name in spot.stack.template.parameters and _is_from_file(spot, name)
    if function not in FOLLOWED or function in ("Fn::GetAtt", "Fn::ImportValue", "Fn::GetAZs", "Fn::If"):
        return False
    hops = references_in(spot, spot.node)
    return all(hop.spot is not None and _literal(hop.spot, depth - 1) for hop in hops)


def _is_from_file(spot: Spot, name: str) -> bool:
    return spot.stack.call is None and name in spot.stack.session.given


def path_text(path: tuple[PathStep, ...]) -> str:
    """A native path as text: `SecurityGroupIngress[1].CidrIp`, `Tags["a b"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _NAME.match(step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text
