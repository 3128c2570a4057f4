"""Native resources as a loader gives them, in a few words, for the tests of this package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.model import Block, NativeResource, PathStep, Place, Resource, ResourceGraph, SourceSpan, Unknown
from scanner.normalise import Tables, link, make_tables, normalise

Steps = tuple[PathStep, ...]


@dataclass(frozen=True)
class TreeProvenance:
    """Everything in the tree is written in place, except paths in `elsewhere`, which a variable supplies."""

    tree: Mapping[str, Any]
    span: SourceSpan
    elsewhere: frozenset[Steps] = field(default=frozenset())

    def place(self, path: Steps) -> Place:
        return Place(self.span, dotted(path), exact=self.is_given(path))

    def is_given(self, path: Steps) -> bool:
        value: Any = self.tree
        for step in path:
            try:
                value = (json.loads(value) if isinstance(value, str) else value)[step]
            except (KeyError, IndexError, TypeError):
                return False
        return value is not None

    def is_literal(self, path: Steps) -> bool:
        return self.is_given(path) and path not in self.elsewhere


def dotted(path: Steps) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def native(
    address: str,
    attributes: Mapping[str, Any] | None = None,
    *,
    format: str = "terraform",
    type: str = "",
    root: str = ".",
    line: int = 1,
    elsewhere: Iterable[Steps] = (),
    **more: Any,
) -> NativeResource:
    """A native resource; its type is the last but one part of its address unless given."""
    tree = dict(attributes or {})
    span = SourceSpan("main.tf", line, 1, line, 20)
    bare = address.partition("[")[0] if not address.startswith("module.") else address
    return NativeResource(
        format=format,
        type=type or bare.split(".")[-2],
        address=address,
        root=root,
        attributes=tree,
        span=span,
        provenance=TreeProvenance(tree, span, frozenset(elsewhere)),
        **{"scope": "aws", "identities": (address,), **more},
    )


def ref(identity: str, *underlying: str) -> Unknown:
    """What a reference to a computed attribute evaluates to."""
    return Unknown("computed", "known after apply", identities=(identity, *underlying), not_null=True)


def variable(name: str) -> Unknown:
    """A variable without value."""
    span = SourceSpan("variables.tf", 3, 1, 3, 9)
    return Unknown("variable", f"var.{name} has no value", span=span, identities=(f"var.{name}",))


def maybe(content: Mapping[str, Any], name: str = "n") -> Block:
    """A block of which it is undecided whether it will exist."""
    return Block(dict(content), existence=variable(name))


def thing_tables(
    attributes: Mapping[str, str],
    fields: Mapping[str, Any],
    *,
    half: str = "terraform",
    records: Mapping[str, Mapping[str, str]] | None = None,
) -> Tables:
    """Tables with one kind `test.thing` and one native type `x_thing` (or `X::Thing`)."""
    kind = {"as": "thing", "names": ["id", "name"], "records": records or {}, "attributes": attributes}
    native_type = {"terraform": "x_thing", "cloudformation": "X::Y::Thing", "kubernetes": "Thing"}[half]
    entry = {"kind": "test.thing", "set": fields}
    return make_tables({"thing.yaml": {"kinds": {"test.thing": kind}, half: {native_type: entry}}})


def thing(
    attributes: Mapping[str, str],
    fields: Mapping[str, Any],
    tree: Mapping[str, Any],
    *,
    records: Mapping[str, Mapping[str, str]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The normalised attributes of one Terraform `x_thing`."""
    tables = thing_tables(attributes, fields, records=records)
    (node,) = normalise([native("x_thing.t", tree, **more)], tables).resources
    return node.attributes


def graph_of(natives: Iterable[NativeResource], tables: Tables, **options: Any) -> ResourceGraph:
    return link(normalise(natives, tables), tables, **options)


def only(graph: ResourceGraph, kind: str) -> Resource:
    (node,) = graph.by_kind[kind]
    return node


def children(graph: ResourceGraph, kind: str) -> list[Resource]:
    return list(graph.by_kind.get(kind, ()))
