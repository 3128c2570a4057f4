"""What a module that cannot be read is given of our resources, so that nobody takes for granted what it does
with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scanner.loaders.terraform.calls import META
from scanner.loaders.terraform.references import Traversal, references
from scanner.loaders.terraform.resources import MANAGED, Instance
from scanner.loaders.terraform.values import LazyObject, Value, unmark
from scanner.model import Encoded, Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.calls import Call
    from scanner.loaders.terraform.modules import Module

_DEPTH = 20
"""How deep into an argument its resources are looked for."""


def handed(call: Call, why: Unknown) -> Iterator[tuple[str, str]]:
    """(address of an instance, attribute) for all that the arguments of a call refer to."""
    for each in call.expansion().each:
        for name, attribute in call.content.attributes.items():
            if name in META:
                continue
            for found in references(attribute.expr):
                yield from _named(call.module, found)
            yield from _carried(call.scope(name).evaluate(attribute.expr, each.names), _DEPTH)


def _named(module: Module, found: Traversal) -> Iterator[tuple[str, str]]:
    """The instances of a resource that is referred to by name."""
    if len(found.steps) < 2 or not isinstance(found.steps[0], str):
        return
    resource = module.resource(MANAGED, found.root, found.steps[0])
    if resource is None:
        return
    attribute = next((step for step in found.steps[1:] if isinstance(step, str)), "")
    for instance in resource.instances():
        yield instance.address, attribute


def _carried(value: Value, depth: int) -> Iterator[tuple[str, str]]:
    """The resources whose attributes are in a value, by the identities of what is unknown in it."""
    value = unmark(value)
    if isinstance(value, Instance):
        yield value.address, "id"
    elif isinstance(value, Encoded):
        yield from _carried(value.document, depth - 1)
    elif isinstance(value, Unknown):
        for identity in value.identities:
            yield from _beginnings(identity)
    elif depth and isinstance(value, list | dict) and not isinstance(value, LazyObject):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _carried(item, depth - 1)


def _beginnings(identity: str) -> Iterator[tuple[str, str]]:
    """Every way to read an identity as an address and an attribute; only one of them is a resource's."""
    position = identity.find(".")
    while position >= 0:
        rest = identity[position + 1 :]
        yield identity[:position], rest.split(".", 1)[0].split("[", 1)[0]
        position = identity.find(".", position + 1)
