"""Where the values of a resource instance stand in the code, and where they come from. Asked only for findings and
explanations: it walks the code again, and keeps nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scanner.loaders.terraform.documents import is_downloaded
from scanner.loaders.terraform.json_text import find_in_json
from scanner.loaders.terraform.spots import Rest, Spot, descend
from scanner.loaders.terraform.trace import chain, is_literal
from scanner.loaders.terraform.written import Found, locate
from scanner.model import Place, SourceSpan, Step
from scanner.model.spans import PathStep
from scanner.source.hcl.ast import Literal, ObjectExpr, TupleExpr

if TYPE_CHECKING:
    from scanner.loaders.terraform.resources import Instance

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


class TerraformProvenance:
    """The `Provenance` of one instance."""

    __slots__ = ("instance",)

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    def place(self, path: tuple[PathStep, ...]) -> Place:
        """Where the value at a native path stands, or the nearest block that is written. What is written in a
        downloaded module is placed on the call in our own code."""
        found = locate(self.instance, path)
        place = _place(found, path)
        return self._ours(place)

    def is_given(self, path: tuple[PathStep, ...]) -> bool:
        """Whether the code states a value that is not null."""
        if not path:
            return True
        return _select(self.instance.native((str(path[0]),)), path) is not None

    def is_literal(self, path: tuple[PathStep, ...]) -> bool:
        """Whether all that the value is made of is written in the code."""
        found = locate(self.instance, path)
        return found.spot is not None and is_literal(found.spot, found.rest)

    def calls(self) -> tuple[SourceSpan, ...]:
        """The headers of the module calls that made the instance, the nearest first."""
        found = []
        module = self.instance.module
        while module.parent is not None and module.call is not None:
            found.append(module.call.declaration.span)
            module = module.parent
        return tuple(found)

    def _ours(self, place: Place) -> Place:
        """The place, or the call that leads to it where it is in a module that was downloaded."""
        module = self.instance.module
        call = None
        while module.parent is not None and module.call is not None:
            if is_downloaded(module.config.location):
                call = module.call
            module = module.parent
        if call is None:
            return place
        name = f"{self.instance.address}.{place.attribute}" if place.attribute else self.instance.address
        callee = Step(name, f"in {call.source}", place.span)
        return Place(call.declaration.span, place.attribute, False, (callee, *place.chain))


def _place(found: Found, path: Rest) -> Place:
    if found.spot is None:
        written = path[: len(path) - len(found.rest)]
        return Place(found.span, path_text(path), not found.rest and bool(written or not path))
    spot, rest = descend(found.spot, found.rest)
    span: SourceSpan = spot.span
    steps = chain(spot, rest)
    if rest and not steps:
        inner = find_in_json(spot, rest)
        if inner is not None:
            return Place(inner, path_text(path), True, ())
    return Place(span, path_text(path), not (rest and _is_written_out(spot, steps)), steps)


def _is_written_out(spot: Spot, steps: tuple[Step, ...]) -> bool:
    """Whether the value is a literal collection, so that what is not in it is written nowhere."""
    return not steps and isinstance(spot.expr, TupleExpr | ObjectExpr | Literal)


def _select(tree: Any, path: tuple[PathStep, ...]) -> Any:
    """The value at a path; where the path leads into something opaque, that."""
    for step in path:
        if isinstance(tree, dict) and isinstance(step, str):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int):
            tree = tree[step] if 0 <= step < len(tree) else None
        elif isinstance(tree, list) and len(tree) == 1 and isinstance(tree[0], dict):
            tree = tree[0].get(step)
        else:
            return tree
    return tree


def path_text(path: Rest) -> str:
    """A native path as text: `ingress[1].cidr_blocks[0]`, `tags["a b"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, str) and _NAME.match(step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text
