"""Terraform resources that carry a whole Kubernetes manifest, mapped by the kind that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scanner.model import NativeResource, PathStep, Place, Provenance
from scanner.normalise.context import Context
from scanner.normalise.mapping import Entry
from scanner.normalise.paths import Item, walk

if TYPE_CHECKING:
    from scanner.normalise.tables import Tables


def manifest_entry(native: NativeResource, entry: Entry, tables: Tables) -> tuple[Entry | None, NativeResource]:
    """The Kubernetes entry for the manifest that lies in a resource, and the resource with its attributes.

    The entry is None when the manifest is not known or of a kind without mapping.
    """
    assert entry.at is not None
    context = Context(native)
    found = walk(entry.at, Item(native.attributes), native.attributes, context.decode)
    trees = [item for item in found.items if isinstance(item.value, dict)]
    if len(trees) != 1 or not isinstance(trees[0].value.get("kind"), str):
        return None, native
    carried = Lowered(native.provenance, trees[0].path)
    inner = replace(native, attributes=trees[0].value, provenance=carried)
    return _entry_of_manifest(trees[0].value, tables), inner


def entry_of(native: NativeResource, tables: Tables) -> Entry | None:
    """The entry that a native resource, as a node has it, was mapped by."""
    entry = tables.entry(native.format, native.type)
    if entry is None or entry.at is None:
        return entry
    return _entry_of_manifest(native.attributes, tables)


def _entry_of_manifest(tree: Mapping[str, Any], tables: Tables) -> Entry | None:
    """By its kind, unless that is somebody else's kind of the same name."""
    kind, version = tree.get("kind"), tree.get("apiVersion")
    if not isinstance(kind, str) or (isinstance(version, str) and is_foreign(version)):
        return None
    return tables.entry("kubernetes", kind)


def is_foreign(api_version: str) -> bool:
    """Whether an API version is of a group that is not Kubernetes' own: those have no dot, or end in `.k8s.io`.
    https://kubernetes.io/docs/reference/using-api/#api-groups"""
    group, slash, _ = api_version.rpartition("/")
    return bool(slash) and "." in group and not group.endswith(".k8s.io")


class Lowered:
    """The provenance of a document that lies in an attribute; paths start in the document."""

    def __init__(self, provenance: Provenance, base: tuple[PathStep, ...]) -> None:
        self.provenance = provenance
        self.base = base

    def place(self, path: tuple[PathStep, ...]) -> Place:
        """See `scanner.model.Provenance`."""
        return self.provenance.place((*self.base, *path))

    def is_given(self, path: tuple[PathStep, ...]) -> bool | None:
        """See `scanner.model.Provenance`."""
        return self.provenance.is_given((*self.base, *path))

    def is_literal(self, path: tuple[PathStep, ...]) -> bool | None:
        """See `scanner.model.Provenance`."""
        return self.provenance.is_literal((*self.base, *path))
