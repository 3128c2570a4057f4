"""Terraform resources between a native tree and its texts: arguments, blocks and references told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from scanner.model import Kind
from scanner.normalise.paths import spellings
from scanner.normalise.provider_blocks import block_names, object_attributes
from tests.forms.trees import TARGET, THIS, Case, Made
from tests.forms.words import Ref

MAPS: Final = frozenset(
    {"labels", "annotations", "matchLabels", "data", "stringData", "binaryData", "limits", "requests"}
)
"""Kubernetes fields that hold what their author likes, and that Terraform writes as arguments."""

API: Final[Mapping[str, str]] = {
    **dict.fromkeys(("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet"), "apps/v1"),
    **dict.fromkeys(("Job", "CronJob"), "batch/v1"),
    **dict.fromkeys(("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"), "rbac.authorization.k8s.io/v1"),
    **dict.fromkeys(("Ingress", "NetworkPolicy"), "networking.k8s.io/v1"),
    "PodDisruptionBudget": "policy/v1",
}

BLOCKS: Final[Mapping[str, Any]] = block_names()["resource"]
OBJECTS: Final = object_attributes()


class Reference(NamedTuple):
    """`aws_kms_key.target.arn`."""

    type: str
    label: str
    attribute: str

    def __str__(self) -> str:
        return f"{self.type}.{self.label}.{self.attribute}"


@dataclass
class Body:
    """Arguments, and blocks in order."""

    arguments: dict[str, Any] = field(default_factory=dict)
    blocks: list[tuple[str, Body]] = field(default_factory=list)
    objects: frozenset[str] = frozenset()
    """The blocks that are arguments to Terraform itself."""


def is_kubernetes(type: str) -> bool:
    return type.startswith(("kubernetes_", "kubectl_"))


def body_of(case: Case, made: Made, kinds: Mapping[str, Kind]) -> Body:
    """The body of one resource."""
    tree = _resolved(made.tree, case, kinds, "")
    if case.carrier:
        return _carried(case, made, tree)
    if is_kubernetes(made.type):
        return _kubernetes(named(tree, made.label))
    objects = OBJECTS.get(made.type, frozenset())
    return _aws(tree, {**BLOCKS.get(made.type, {}), **{name: {} for name in objects}}, objects)


def native_name(case: Case, made: Made) -> str:
    """The Terraform type, also of what lies in another."""
    return case.carrier or made.type


def manifest(type: str, tree: Mapping[str, Any], label: str) -> dict[str, Any]:
    """A whole Kubernetes object."""
    return {"apiVersion": API.get(type, "v1"), "kind": type, **named(tree, label)}


def named(tree: Mapping[str, Any], label: str) -> dict[str, Any]:
    """A Kubernetes tree with a name."""
    return {**tree, "metadata": {"name": label, **tree.get("metadata", {})}}


def _carried(case: Case, made: Made, tree: dict[str, Any]) -> Body:
    whole = manifest(made.type, tree, made.label)
    if case.carrier == "kubernetes_manifest":
        return Body({"manifest": whole})
    import yaml

    return Body({"yaml_body": yaml.safe_dump(whole)})


def _resolved(value: Any, case: Case, kinds: Mapping[str, Kind], key: str) -> Any:
    if isinstance(value, Ref):
        target = case.targets[value.kind]
        if target.type.startswith("kubernetes_") or case.carrier:
            return target.label
        return Reference(target.type, target.label, attribute_of(target, case, kinds, key))
    if isinstance(value, dict):
        return {name: _resolved(each, case, kinds, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, case, kinds, key) for each in value]
    return value


def attribute_of(target: Made, case: Case, kinds: Mapping[str, Kind], key: str) -> str:
    """The computed attribute by which a resource is referred to."""
    kind = case.kind if target.label == THIS else next(k for k, each in case.targets.items() if each is target)
    names = [name for name in kinds[kind].names if name[0].islower()]
    wished = "arn" if key.lower().endswith(("arn", "arns")) else "id"
    return wished if wished in names else names[0]


def _aws(tree: Mapping[str, Any], blocks: Mapping[str, Any], objects: frozenset[str] = frozenset()) -> Body:
    body = Body(objects=objects)
    for name, value in tree.items():
        if name in blocks:
            inner = blocks[name]
            body.blocks += [(name, _aws(each, inner)) for each in (value if isinstance(value, list) else [value])]
        else:
            body.arguments[name] = value
    return body


def _kubernetes(tree: Mapping[str, Any]) -> Body:
    body = Body()
    for name, value in tree.items():
        several = isinstance(value, list) and all(isinstance(each, dict) for each in value) and bool(value)
        if several:
            body.blocks += [(_singular(name), _kubernetes(each)) for each in value]
        elif isinstance(value, dict) and not _is_map(name, value):
            body.blocks.append((spellings(name)[0], _kubernetes(value)))
        else:
            body.arguments[spellings(name)[0]] = value
    return body


def _singular(name: str) -> str:
    snake, *others = spellings(name)
    return others[0] if snake.endswith("s") and not snake.endswith(("ss", "tls")) else snake


def _is_map(name: str, value: Mapping[str, Any]) -> bool:
    scalars = bool(value) and not any(isinstance(each, dict | list) for each in value.values())
    return name in MAPS or (name == "selector" and scalars)


def references(value: Any) -> Iterator[Reference]:
    """Every reference in an argument."""
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


__all__ = ["API", "TARGET", "Body", "Reference", "body_of", "manifest", "native_name", "references"]
