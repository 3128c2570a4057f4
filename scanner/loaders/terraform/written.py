"""Finds what is written for a native path of a resource: the attribute, or the nearest block around it."""

from __future__ import annotations

from typing import NamedTuple

from scanner.loaders.terraform.blocks import META_ATTRIBUTES, iterator_name, unrolled
from scanner.loaders.terraform.config import block_name
from scanner.loaders.terraform.modules import Module
from scanner.loaders.terraform.resources import Instance
from scanner.loaders.terraform.scope import Names
from scanner.loaders.terraform.spots import Bound, Rest, Spot
from scanner.model import SourceSpan
from scanner.source.hcl import ast


class Found(NamedTuple):
    """What is written at a path: an attribute's expression and the steps left into it, or no more than a block."""

    span: SourceSpan
    """The header of the nearest block."""
    spot: Spot | None
    rest: Rest


class _Block(NamedTuple):
    """A nested block that the code makes."""

    header: ast.Block
    body: ast.Body
    names: Names
    bound: dict[str, Bound]


def locate(instance: Instance, path: Rest) -> Found:
    """Walk a native path through the code."""
    content = instance.resource.content
    span = instance.resource.declaration.span
    bound = resource_bound(instance)
    if not path or not isinstance(path[0], str):
        return Found(span, None, path)
    name = path[0]
    attribute = content.attributes.get(name)
    if attribute is not None and name not in META_ATTRIBUTES:
        scope = instance.module.scope(content.document_of(name))
        return Found(span, Spot(scope, attribute.expr, instance.names, bound), path[1:])
    blocks = [block for block in content.blocks if block_name(block) == name]
    return _in_blocks(instance.module, blocks, instance.names, bound, Found(span, None, path))


def resource_bound(instance: Instance) -> dict[str, Bound]:
    """Where `each` of a resource comes from."""
    content = instance.resource.content
    attribute = content.attributes.get("for_each")
    each = instance.names.get("each")
    if attribute is None or each is None:
        return {}
    scope = instance.module.scope(content.document_of("for_each"))
    return {"each": Bound(Spot(scope, attribute.expr), each["key"])}


def _in_blocks(module: Module, blocks: list[ast.Block], names: Names, bound: dict[str, Bound], outside: Found) -> Found:
    """The path continues in one of these blocks, the one that its index says."""
    made = [one for block in blocks for one in _unrolled(module, block, names, bound)]
    rest = outside.rest[1:]
    index = 0
    if rest and isinstance(rest[0], int):
        index, rest = rest[0], rest[1:]
    if not made or not 0 <= index < len(made):
        return outside
    block = made[index]
    document = block.body.document
    here = Found(document.span(block.header.start, block.header.header_end), None, rest)
    if not rest or not isinstance(rest[0], str):
        return here
    attribute = block.body.attributes.get(rest[0])
    if attribute is not None:
        return Found(here.span, Spot(module.scope(document), attribute.expr, block.names, block.bound), rest[1:])
    inner = [one for one in block.body.blocks if block_name(one) == rest[0]]
    return _in_blocks(module, inner, block.names, block.bound, here)


def _unrolled(module: Module, block: ast.Block, names: Names, bound: dict[str, Bound]) -> list[_Block]:
    made = []
    for written in unrolled(module, block, names):
        around = bound
        if block.type == "dynamic":
            iterator = iterator_name(block)
            for_each = block.body.attributes["for_each"]
            spot = Spot(module.scope(block.body.document), for_each.expr, names, bound)
            around = {**bound, iterator: Bound(spot, written.names[iterator]["key"])}
        made.append(_Block(written.header, written.body, written.names, around))
    return made
