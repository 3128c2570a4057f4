"""Which manifests belong together: the sets inside which names and selectors hold.

The manifests below a scanned folder are one set, as `kubectl apply -R` takes them, unless one object is defined in two
folders of it: then they cannot be meant for one cluster, and each folder of the level where they part is a set of its
own, divided further by the same rule; what lies beside that level stays together. So an application with one folder a
part is one set, and overlays or environments side by side are several.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from scanner.loaders.kubernetes.manifests import Manifest
from scanner.source.document import Document

STDIN = "<stdin>"


@dataclass(slots=True)
class _Folder:
    """A folder with manifests in it or below."""

    own: list[Manifest] = field(default_factory=list)
    below: dict[str, _Folder] = field(default_factory=dict)
    identities: set[tuple[str, str, str]] = field(default_factory=set)
    parts: bool = False
    """Whether one object is defined in two folders directly in it, or in one of them and in itself."""
    parts_below: bool = False
    """Whether that is so of any folder in it."""


def manifest_sets(manifests: Iterable[Manifest], roots: Sequence[str]) -> list[tuple[str, list[Manifest]]]:
    """Sets with their names, by name. A name is the deepest folder that holds the whole set, with a `/` behind it:
    that it is a set of manifests, and not the Terraform module of the same folder."""
    tops: dict[str, _Folder] = {}
    folders: dict[int, _Folder] = {}
    for manifest in manifests:
        folder = folders.get(id(manifest.document))
        if folder is None:
            folder = folders[id(manifest.document)] = _folder(tops, *_location(manifest.document, roots))
        folder.own.append(manifest)
    named: dict[str, list[Manifest]] = {}
    for top in tops.values():
        _collect(top)
        for found in _divided(top):
            named.setdefault(_name(found), []).extend(found)
    return sorted(named.items())


def _folder(tops: dict[str, _Folder], base: str, steps: list[str]) -> _Folder:
    folder = tops.setdefault(base, _Folder())
    for step in steps:
        folder = folder.below.setdefault(step, _Folder())
    return folder


def _location(document: Document, roots: Sequence[str]) -> tuple[str, list[str]]:
    """The scan root, and the folders from it to the file."""
    if document.path == STDIN:
        return STDIN, []
    if not document.absolute:
        return "", [step for step in posixpath.dirname(document.path).split("/") if step]
    folder = posixpath.dirname(document.absolute)
    fitting = [root for root in roots if folder == root or folder.startswith(root.rstrip("/") + "/")]
    base = min(fitting, key=len) if fitting else folder
    return base, [step for step in folder[len(base) :].split("/") if step]


def _collect(folder: _Folder) -> None:
    folder.identities = {each.identity for each in folder.own if each.identity is not None}
    for _, each in sorted(folder.below.items()):
        _collect(each)
        folder.parts = folder.parts or not folder.identities.isdisjoint(each.identities)
        folder.parts_below = folder.parts_below or each.parts or each.parts_below
        folder.identities |= each.identities


def _divided(folder: _Folder) -> Iterator[list[Manifest]]:
    """The sets of a folder: where its folders part, one each; else one of all that is not divided further down."""
    together = list(folder.own)
    for _, each in sorted(folder.below.items()):
        if folder.parts or each.parts or each.parts_below:
            yield from _divided(each)
        else:
            together += _all(each)
    if together:
        yield together


def _all(folder: _Folder) -> Iterator[Manifest]:
    yield from folder.own
    for _, each in sorted(folder.below.items()):
        yield from _all(each)


def _name(manifests: Sequence[Manifest]) -> str:
    if manifests[0].document.path == STDIN:
        return STDIN
    folders = [folder.split("/") for folder in {posixpath.dirname(each.document.path) for each in manifests}]
    common = [steps[0] for steps in takewhile(lambda steps: len(set(steps)) == 1, zip(*folders, strict=False))]
    return ("/".join(common) or ("" if manifests[0].document.path.startswith("/") else ".")) + "/"
