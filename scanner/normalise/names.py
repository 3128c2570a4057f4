"""Which node a native value names: by the identity it will have, by a literal name, by an ARN.

Names are unique within a root; nothing here joins across roots.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from scanner.model import Kind, NativeResource, Resource, Unknown

_ARN: Final = re.compile(r"arn:[a-z-]*:([a-z0-9-]*):[^:]*:([^:]*):(.+)", re.S)
_SERVICES: Final = {"elasticloadbalancing": "elb", "secretsmanager": "secrets", "ssm": "ssm", "es": "opensearch"}
"""ARN service names that differ from ours: https://docs.aws.amazon.com/service-authorization/latest/reference/."""
_WHOLE: Final = ("Ref",)
"""What CloudFormation's `Ref` of a resource is called in an identity."""


class NameOf(str):
    """A name where only one kind is meant: `user = "example"` names no group."""

    kind: str


def name_of(value: Any, kind: str) -> Any:
    """A value, or the elements of a list, as names of a kind."""
    if isinstance(value, list):
        return [name_of(each, kind) for each in value]
    if not kind or not isinstance(value, str):
        return value
    found = NameOf(value)
    found.kind = kind
    return found


class Match(NamedTuple):
    """What a value names. Without node and `why`: certainly nothing in this scan."""

    node: Resource | None = None
    candidates: tuple[Resource, ...] = ()
    """Those it may be, when `why` is set."""
    why: Unknown | None = None
    shared: bool = False
    """True when the node was found only because its name is the same value, which may be null in both."""


NOTHING: Final = Match()

Alias = Callable[[str, str], Match | None]
"""(root, identity prefix) -> what a satellite of that address stands for; None where there is none."""


class _Names(NamedTuple):
    """(root, name) to the nodes that have it."""

    literals: dict[tuple[str, str], list[Resource]]
    shared: dict[tuple[str, str], list[Resource]]
    """By the identity that a name will have."""


class NameIndex:
    """The nodes of a scan by everything that may name them, worked out when something is first looked up."""

    def __init__(self, nodes: Sequence[Resource], natives: Sequence[NativeResource], kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        self.alias: Alias = lambda root, prefix: None
        self._nodes = nodes
        self._natives = natives

    @cached_property
    def by_kind(self) -> Mapping[tuple[str, str], list[Resource]]:
        """The nodes of each (root, kind)."""
        found: dict[tuple[str, str], list[Resource]] = {}
        for node in self._nodes:
            found.setdefault((node.native.root, node.kind), []).append(node)
        return found

    @cached_property
    def _holders(self) -> Mapping[tuple[str, str], Resource | None]:
        """(root, identity prefix) to the node that has it; None for a native resource that is no node."""
        found: dict[tuple[str, str], Resource | None] = {
            (native.root, prefix): None for native in self._natives for prefix in _prefixes(native)
        }
        for node in self._named_nodes():
            for prefix in _prefixes(node.native):
                found[node.native.root, prefix] = node
        return found

    @cached_property
    def _names(self) -> _Names:
        found = _Names({}, {})
        for node in self._named_nodes():
            root, attributes = node.native.root, node.native.attributes
            for name in self.kinds[node.kind].names:
                value = _at(attributes, name) if "." in name else attributes.get(name)
                if value.__class__ is str and value:
                    found.literals.setdefault((root, value), []).append(node)
                elif isinstance(value, Unknown):
                    for identity in value.identities:
                        found.shared.setdefault((root, identity), []).append(node)
        return found

    def _named_nodes(self) -> Iterator[Resource]:
        """The nodes that a native resource is as a whole."""
        for node in self._nodes:
            if node.owner is None and "" not in node.setters and node.kind in self.kinds:
                yield node

    def match(self, value: Any, kinds: tuple[str, ...], root: str) -> Match:
        """What a value (a text or an Unknown) names among the nodes of these kinds (`*` is any) in a root."""
        if isinstance(value, Unknown):
            return self._unknown(value, kinds, root)
        if not isinstance(value, str) or not value:
            return NOTHING
        kinds = (value.kind,) if isinstance(value, NameOf) else kinds
        named = self._of_kinds(self._names.literals.get((root, value), []), kinds)
        if not named and value.startswith("arn:"):
            named = self._by_arn(value, kinds, root)
        return _one_of(named, Unknown("conflict", f"several resources are named `{value}`"))

    def _unknown(self, value: Unknown, kinds: tuple[str, ...], root: str) -> Match:
        elsewhere = False
        for identity in _without_streams(value).identities:
            found, known = self._identity(identity, kinds, root)
            if found is not None:
                return found
            elsewhere = elsewhere or known
        if elsewhere:
            return NOTHING
        return Match(None, tuple(self.candidates(kinds, root)), value)

    def _identity(self, identity: str, kinds: tuple[str, ...], root: str) -> tuple[Match | None, bool]:
        """What an identity names, and whether it is certainly something else in this scan."""
        prefix, _, name = identity.rpartition(".")
        for address, attribute in ((prefix, name), (identity, _WHOLE[0])):
            if (root, address) not in self._holders:
                continue
            alias = self.alias(root, address)
            if alias is not None:
                return alias, True
            node = self._holders[root, address]
            if node is not None and self._of_kinds([node], kinds) and self._is_name(node, attribute):
                return Match(node), True
            return self._by_shared(identity, kinds, root), True
        return self._by_shared(identity, kinds, root), False

    def _by_shared(self, identity: str, kinds: tuple[str, ...], root: str) -> Match | None:
        shared = self._of_kinds(self._names.shared.get((root, identity), []), kinds)
        if len(shared) == 1:
            return Match(shared[0], shared=True)
        return _one_of(shared, Unknown("conflict", f"several resources share the name {identity}")) if shared else None

    def _is_name(self, node: Resource, attribute: str) -> bool:
        return attribute in _WHOLE or attribute in self.kinds[node.kind].names

    def _by_arn(self, arn: str, kinds: tuple[str, ...], root: str) -> list[Resource]:
        """The nodes whose literal name ends an ARN. One of AWS's own account names nothing here."""
        parts = _ARN.fullmatch(arn)
        if parts is None or parts[2] == "aws":
            return []
        service = _SERVICES.get(parts[1], parts[1])
        rest = parts[3].removesuffix(":*")
        names = {rest, rest.rpartition("/")[2], rest.rpartition(":")[2]}
        named = [node for name in sorted(names) for node in self._names.literals.get((root, name), [])]
        return [node for node in self._of_kinds(_distinct(named), kinds) if node.kind.split(".")[1:2] == [service]]

    def candidates(self, kinds: tuple[str, ...], root: str) -> list[Resource]:
        """Every node of these kinds in a root."""
        if "*" in kinds:
            return []
        return [node for kind in kinds for node in self.by_kind.get((root, kind), [])]

    @staticmethod
    def _of_kinds(nodes: list[Resource], kinds: tuple[str, ...]) -> list[Resource]:
        return _distinct(node for node in nodes if node.kind in kinds or "*" in kinds)


def _without_streams(value: Unknown) -> Unknown:
    """A log group stands for its streams: "${aws_cloudwatch_log_group.a.arn}:*", as the Terraform loader gives it."""
    parts: list[Any] = getattr(value, "parts", [])
    return parts[0] if len(parts) == 2 and parts[1] == ":*" and isinstance(parts[0], Unknown) else value


def _prefixes(native: NativeResource) -> tuple[str, ...]:
    return native.identities or (native.address,)


def _at(attributes: Mapping[str, Any], name: str) -> Any:
    """A top-level attribute, or one inside an object or a list of one."""
    value: Any = attributes
    for step in name.split("."):
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        value = value.get(step) if isinstance(value, dict) or value is attributes else None
        if value is None:
            return None
    return value


def _distinct(nodes: Iterable[Resource]) -> list[Resource]:
    return list({id(node): node for node in nodes}.values())


def _one_of(nodes: list[Resource], several: Unknown) -> Match:
    if len(nodes) == 1:
        return Match(nodes[0])
    return Match(None, tuple(nodes), several) if nodes else NOTHING
