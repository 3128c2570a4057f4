"""Native resources that the Terraform loader made, as the plan that Terraform would make of the same sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from scanner.model import Block, Encoded, NativeResource, Unknown
from tests.forms.bodies import BLOCKS, OBJECTS, Body
from tests.forms.plans import Derived, Hidden, Later, Planned, plan, planned

_ADDRESS: Final = re.compile(r'([a-z0-9_]+)\.([\w-]+)(?:\[(?:(\d+)|"([^"]*)")\])?')
_IDENTITY: Final = re.compile(r"((?:[a-z][a-z0-9_]*)\.[\w-]+(?:\[[^\]]*\])?)\.([\w.\[\]\"-]+)")
_ELSEWHERE: Final = ("var.", "local.", "module.", "data.", "each.", "count.", "path.", "terraform.")


MODULE: Final = "a module, or one that is not here"
UNDECIDED_RESOURCE: Final = "it is undecided whether a resource will exist"
UNDECIDED_BLOCK: Final = "it is undecided whether a block will exist"
ADDED: Final = ("Version", "Effect", "Sid")
"""What `aws_iam_policy_document` adds to a document that does not say it."""

REASONS: Final = frozenset({MODULE, UNDECIDED_RESOURCE, UNDECIDED_BLOCK})


class NoPlan(Exception):
    """Its meaning is only in the source; the argument says which of the reasons it is."""


def plan_of(
    natives: Sequence[NativeResource], tops: Mapping[str, set[str]], *, computed: bool, by_value: bool
) -> dict[str, Any]:
    """A plan. `tops` are the attributes that tables read, by type: what is not stated of them is null, or computed.
    `by_value`: whether one instance refers to another by `each.value`, and not by its key."""
    referred = Referred({}, {}, by_value)
    bodies = [_body_of(native, referred) for native in natives]
    made = []
    for native, (parts, body) in zip(natives, bodies, strict=True):
        later = {*referred.attributes.get(native.address, ()), "id", "arn"} - set(body.arguments)
        found = planned(
            native.type, parts[2], body, unset=tops.get(native.type, set()) - later, computed=computed, later=later,
            key=int(parts[3]) if parts[3] is not None else parts[4], provider=native.scope,
        )  # fmt: skip
        made.append(_with_for_each(found, native, referred))
    sources = [planned("external", name, Body({}), later=("result",), mode="data") for name in referred.sources]
    return plan([*made, *sources], versions=natives[0].versions if natives else {})


class Referred(NamedTuple):
    """What references lead to."""

    attributes: dict[str, set[str]]
    """Address to what is read of it before it is known."""
    sources: dict[str, None]
    """Data sources for values that are not known and that no resource of the source has."""
    by_value: bool


def _body_of(native: NativeResource, referred: Referred) -> tuple[re.Match[str], Body]:
    if native.existence is not None:
        raise NoPlan(UNDECIDED_RESOURCE)
    parts = _ADDRESS.fullmatch(native.address)
    if parts is None:
        raise NoPlan(MODULE)
    converted = _Conversion(native, parts, referred)
    objects = OBJECTS.get(native.type, frozenset())
    return parts, converted.body(native.attributes, BLOCKS.get(native.type), (), objects)


def _with_for_each(found: Planned, native: NativeResource, referred: Referred) -> Planned:
    """`for_each = aws_vpc.main`, where an instance refers by `each.value` to the instance of its key."""
    text = str(found.configured["expressions"])
    if not (referred.by_value and "each.value" in text):
        return found
    key = native.address.partition("[")[2]
    others = [address.partition("[")[0] for address in referred.attributes if address.endswith(f"[{key}")]
    return found._replace(configured={**found.configured, "for_each_expression": {"references": others[:1]}})


class _Conversion:
    """Makes the body of one resource."""

    def __init__(self, native: NativeResource, parts: re.Match[str], referred: Referred) -> None:
        self.native = native
        self.key = parts[0].partition("[")[2]
        self.referred = referred

    def body(
        self, tree: Mapping[str, Any], blocks: Mapping[str, Any] | None, path: tuple[Any, ...], objects: frozenset[str]
    ) -> Body:
        """`blocks` are the provider's; None where its schema is not known, and lists of objects are blocks."""
        made = Body(objects=objects)
        for name, value in tree.items():
            if value is None:
                continue
            if _is_block(name, value, blocks, objects):
                inner = None if blocks is None else blocks.get(name, {})
                for at, each in enumerate(value):
                    if isinstance(each, Block) and each.existence is not None:
                        raise NoPlan(UNDECIDED_BLOCK)
                    made.blocks.append((name, self.body(each, inner, (*path, name, at), frozenset())))
            else:
                made.arguments[name] = self.argument(value, (*path, name))
        return made

    def argument(self, value: Any, path: tuple[Any, ...]) -> Any:
        """A value with its leaves; a known one that is not written as a constant is Derived."""
        leaf = self.leaf(value)
        if isinstance(leaf, Later | Hidden) or self.native.provenance.is_literal(path):
            return leaf
        if next(_unknowns(value), None) is not None:
            return leaf
        return Derived(leaf, self.is_made_of_constants(value, path))

    def is_made_of_constants(self, value: Any, path: tuple[Any, ...]) -> bool:
        """Whether a text is a document of nothing but constants, like that of `jsonencode`."""
        try:
            document = json.loads(value) if isinstance(value, str) else None
        except ValueError:
            return False
        leaves = [*_leaves(document, path)] if isinstance(document, dict | list) else []
        written = [leaf for leaf in leaves if leaf[-1] not in ADDED]
        return bool(written) and all(self.native.provenance.is_literal(leaf) for leaf in written)

    def leaf(self, value: Any) -> Any:
        if isinstance(value, Unknown):
            return self.unknown(value)
        if isinstance(value, list):
            return [self.leaf(each) for each in value]
        if isinstance(value, dict):
            return {name: self.leaf(each) for name, each in value.items()}
        return value

    def unknown(self, value: Unknown) -> Any:
        if value.code == "secret":
            return Hidden(value.literal)
        if value.code == "module_missing":
            raise NoPlan(MODULE)
        identity = value.identities[0] if value.identities else "local.made"
        found = _IDENTITY.fullmatch(identity)
        if found is None or identity.startswith(_ELSEWHERE):
            name = re.sub(r"\W", "_", identity)
            self.referred.sources[name] = None
            return Later((f"data.external.{name}.result", f"data.external.{name}"))
        address, attribute = found[1], found[2]
        self.referred.attributes.setdefault(address, set()).add(attribute.partition(".")[0].partition("[")[0])
        if self.key and address.endswith(f"[{self.key}"):
            if self.referred.by_value:
                return Later((f"each.value.{attribute}", "each.value"))
            return Later((address.partition("[")[0], "each.key" if '"' in self.key else "count.index"))
        return Later((identity, address))


def _is_block(name: str, value: Any, blocks: Mapping[str, Any] | None, objects: frozenset[str]) -> bool:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return False
    return bool(value) and (blocks is None or name in blocks or name in objects)


def _leaves(tree: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(tree, dict | list):
        for step, each in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _leaves(each, (*path, step))
    else:
        yield path


def _unknowns(value: Any) -> Iterator[Unknown]:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _unknowns(each)


def says_less(natives: Sequence[NativeResource]) -> bool:
    """Whether a plan must say less: it has no part of a text, a document or a list that is not wholly known."""
    return any(
        isinstance(each, Encoded) or bool(each.prefix or each.suffix or each.contains)
        for native in natives
        for each in _unknowns(native.attributes)
    )
