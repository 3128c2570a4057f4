"""References between objects of one Kubernetes cluster: by name inside a namespace, by `roleRef`, by subject.

`scanner.normalise.names` finds what a name alone may mean; here a namespace and a kind narrow it.
An object without a stated namespace is in `default`, as the API reference says of ObjectMeta:
https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#objectmeta-v1-meta.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from scanner.model import Resource, Unknown
from scanner.normalise.names import NOTHING, Match, NameIndex

PREFIX: Final = "kubernetes."
NAMESPACE: Final = "namespace"
CLUSTER: Final = "cluster"
ACCOUNT: Final = "kubernetes.service_account"
ROLE: Final = "kubernetes.role"
DEFAULT: Final = "default"

READ_OF_TARGETS: Final = {ROLE: (NAMESPACE, CLUSTER)}
"""The attributes of a target that tell it from others of its name; of every other kind, its namespace."""


def is_namespaced(kinds: Sequence[str]) -> bool:
    """Whether references to these kinds are looked up inside a namespace."""
    return bool(kinds) and all(kind.startswith(PREFIX) for kind in kinds)


def match_in_namespace(names: NameIndex, node: Resource, value: Any, kinds: tuple[str, ...]) -> Match:
    """What a name, a `roleRef` or a subject that stands in a node names."""
    wanted: dict[str, Any] = {NAMESPACE: node.attributes.get(NAMESPACE)}
    if isinstance(value, dict):
        kind = value.get("kind")
        if ROLE in kinds:
            wanted = {CLUSTER: True} if kind == "ClusterRole" else {**wanted, CLUSTER: False}
            if isinstance(kind, Unknown):
                wanted = {}
        elif (stated := _scalar(value.get(NAMESPACE))) is not None:
            wanted[NAMESPACE] = stated
        value = _scalar(value.get("name"))
    return _narrowed(names.match(value, kinds, node.native.root), wanted, names, kinds, node.native.root)


def _scalar(value: Any) -> Any:
    return value if isinstance(value, str | Unknown) else None


def _narrowed(match: Match, wanted: dict[str, Any], names: NameIndex, kinds: tuple[str, ...], root: str) -> Match:
    """A match that leaves out what is certainly elsewhere."""
    found = [match.node] if match.node is not None else list(match.candidates)
    verdicts = [(each, _fits(each, wanted)) for each in found]
    sure = [each for each, verdict in verdicts if verdict is True]
    maybe = [each for each, verdict in verdicts if verdict is None]
    if match.why is not None and match.why.code != "conflict":
        return match._replace(candidates=tuple(sure + maybe))
    if len(sure) == 1 and not maybe:
        return Match(sure[0])
    if not sure and not maybe:
        return NOTHING
    why = Unknown("undecided", "its namespace is not known") if match.why is None else match.why
    return Match(None, tuple(sure + maybe), why)


def _fits(node: Resource, wanted: dict[str, Any]) -> bool | None:
    verdicts = [same(node.attributes.get(name), value) for name, value in wanted.items()]
    return False if False in verdicts else None if None in verdicts else True


def same(left: Any, right: Any) -> bool | None:
    """Whether two values are equal; None for not known."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        shared = set(getattr(left, "identities", ())) & set(getattr(right, "identities", ()))
        return True if shared or left is right else None
    return bool(left == right)


def is_default_account(value: Any, kinds: tuple[str, ...]) -> bool:
    """Whether it is the account that every namespace has by itself, of which nothing is said if it is not in the scan.
    https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts"""
    return value == DEFAULT and ACCOUNT in kinds


def refers(value: Any, kinds: tuple[str, ...]) -> bool:
    """Whether an element of a list is a reference to such a kind: a subject may be a user or a group instead."""
    if not isinstance(value, dict) or ACCOUNT not in kinds:
        return True
    kind = value.get("kind")
    return not isinstance(kind, str) or kind == "ServiceAccount"
