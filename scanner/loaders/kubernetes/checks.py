"""What must be an object or a list in the manifests that rules read most, as cheap as it can be told.

Everything else that has a wrong type is found when it is read.
Source: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scanner.loaders.kubernetes.problems import Pointer, Problems
from scanner.model import Unknown
from scanner.source.located import LocatedDict

Shape = Mapping[str, Any] | list[Any]
"""An object with the fields named, or a list of such; an empty one says nothing of what is inside."""

_ANY: Final[Mapping[str, Any]] = {}
_CONTAINER: Final[Mapping[str, Any]] = {
    "args": [],
    "command": [],
    "env": [_ANY],
    "envFrom": [_ANY],
    "ports": [_ANY],
    "resources": {"limits": _ANY, "requests": _ANY},
    "securityContext": {"capabilities": {"add": [], "drop": []}},
    "volumeMounts": [_ANY],
}
_POD: Final[Mapping[str, Any]] = {
    "containers": [_CONTAINER],
    "ephemeralContainers": [_CONTAINER],
    "initContainers": [_CONTAINER],
    "securityContext": _ANY,
    "volumes": [_ANY],
}
_METADATA: Final[Mapping[str, Any]] = {"annotations": _ANY, "labels": _ANY}
_TEMPLATE: Final[Mapping[str, Any]] = {"metadata": _METADATA, "spec": _POD}
_WITH_TEMPLATE: Final[Mapping[str, Any]] = {"metadata": _METADATA, "spec": {"template": _TEMPLATE}}
_ROLE: Final[Mapping[str, Any]] = {"metadata": _METADATA, "rules": [{"apiGroups": [], "resources": [], "verbs": []}]}
_BINDING: Final[Mapping[str, Any]] = {"metadata": _METADATA, "roleRef": _ANY, "subjects": [_ANY]}
_DATA: Final[Mapping[str, Any]] = {"metadata": _METADATA, "data": _ANY}

_SHAPES: Final[Mapping[str, Mapping[str, Any]]] = {
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"), _WITH_TEMPLATE
    ),
    "CronJob": {"metadata": _METADATA, "spec": {"jobTemplate": {"spec": {"template": _TEMPLATE}}}},
    "Pod": {"metadata": _METADATA, "spec": _POD},
    "PodTemplate": {"metadata": _METADATA, "template": _TEMPLATE},
    **dict.fromkeys(("ClusterRole", "Role"), _ROLE),
    **dict.fromkeys(("ClusterRoleBinding", "RoleBinding"), _BINDING),
    **dict.fromkeys(("ConfigMap", "Secret"), _DATA),
    "Ingress": {"metadata": _METADATA, "spec": {"rules": [_ANY], "tls": [_ANY]}},
    "NetworkPolicy": {"metadata": _METADATA, "spec": {"egress": [_ANY], "ingress": [_ANY], "podSelector": _ANY}},
    "Service": {"metadata": _METADATA, "spec": {"ports": [_ANY], "selector": _ANY}},
}


def check(tree: LocatedDict, type: str, problems: Problems) -> None:
    """Says where a manifest has something else than an object or a list where one belongs."""
    shape = _SHAPES.get(type)
    if shape is not None:
        for name, inner in shape.items():
            value = tree.get(name)
            if value is not None and not (name == "metadata" and not isinstance(value, dict)):
                _check(value, inner, (name,), tree, problems)


def _check(value: Any, shape: Shape, pointer: Pointer, tree: LocatedDict, problems: Problems) -> None:
    if isinstance(value, Unknown):
        return
    if isinstance(shape, list):
        if not isinstance(value, list):
            problems.wrong(value, "a list", tree, pointer, level="warning")
        elif shape and not (shape[0] is _ANY and all(isinstance(item, dict) for item in value)):
            for index, item in enumerate(value):
                _check(item, shape[0], (*pointer, index), tree, problems)
        return
    if not isinstance(value, dict):
        problems.wrong(value, "an object", tree, pointer, level="warning")
        return
    for name, inner in shape.items():
        below = value.get(name)
        if below is not None:
            _check(below, inner, (*pointer, name), tree, problems)
