"""Which files kustomizations use as patches: parts of manifests, that are no manifests by themselves.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Any, Final

from scanner.loaders.kubernetes.manifests import Manifest

_PODS: Final = {
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        ("spec", "template", "spec"),
    ),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "Pod": ("spec",),
}


def patch_paths(path: str, tree: dict[str, Any]) -> Iterator[str]:
    """The files that a kustomization, itself at `path`, names as patches."""
    folder = posixpath.dirname(path)
    for entry in _list(tree.get("patchesStrategicMerge")):
        if isinstance(entry, str) and "\n" not in entry:
            yield posixpath.normpath(posixpath.join(folder, entry))
    for name in ("patches", "patchesJson6902"):
        for entry in _list(tree.get(name)):
            inner = entry.get("path") if isinstance(entry, dict) else None
            if isinstance(inner, str):
                yield posixpath.normpath(posixpath.join(folder, inner))


def is_partial(manifest: Manifest, patches: Iterable[str]) -> bool:
    """Whether a manifest is a patch that no API server would take: its pod lacks containers or images.

    NOTE: what is complete is judged though a kustomization calls it a patch, so that nothing can be hidden by
    calling it so.
    """
    steps = _PODS.get(manifest.type)
    if steps is None or manifest.document.path not in patches:
        return False
    pod: Any = manifest.tree
    for step in steps:
        pod = pod.get(step) if isinstance(pod, dict) else None
    containers = _list(pod.get("containers")) if isinstance(pod, dict) else []
    return not containers or not all(isinstance(each, dict) and each.get("image") for each in containers)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
