"""Documents to the objects they define: streams, lists, and what is no manifest though it looks like one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scanner.loaders.kubernetes.checks import check
from scanner.loaders.kubernetes.kinds import CLUSTER_WIDE, DEFAULT_NAMESPACE, NAMESPACED, address, native_type
from scanner.loaders.kubernetes.places import LAST, read
from scanner.loaders.kubernetes.problems import Problems
from scanner.model import Limits
from scanner.source.document import Document
from scanner.source.located import LocatedDict, LocatedList
from scanner.source.recognise import KUSTOMIZATIONS

KUSTOMIZE: Final = "kustomize.config.k8s.io/"

_MOST_READINGS: Final = 4
_TEMPLATE_HINT: Final = "Render it and scan the result: helm template . | groundrule scan -"
_KUSTOMIZE_HINT: Final = "Build it and scan the result: kubectl kustomize {} | groundrule scan -"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object that a document defines."""

    document: Document
    tree: LocatedDict
    type: str
    namespace: str
    """As stated; empty where it is not, and for what is cluster-wide."""
    name: str
    """As stated; ends in `*` where the API server makes it up from a beginning; empty where there is none."""
    address: str
    reading: int = LAST
    """Which of its values a key has that is given more than once."""

    @property
    def identity(self) -> tuple[str, str, str] | None:
        """What no two objects of a cluster share; None where the name is not given."""
        if not self.name or self.name.endswith("*"):
            return None
        return self.type, self.namespace or DEFAULT_NAMESPACE, self.name


class ManifestReader:
    """Reads the manifests of one file."""

    def __init__(self, document: Document, limits: Limits) -> None:
        self._document = document
        self._limits = limits
        self.problems = Problems(document)
        self.kustomizations: list[LocatedDict] = []
        self.is_template = False
        """Whether the file is a template that manifests are made from; known once they are read."""
        self._count = 0
        self._duplicates = any(each.code == "GR-DUP-KEY" for each in document.diagnostics)

    def manifests(self) -> list[Manifest]:
        """Every object, in the order of the text."""
        document = self._document
        trees = document.tree if document.format == "yaml" else [document.tree]
        found = [each for tree in trees or () if tree is not None for each in self._of(tree, "", "")]
        if self.kustomizations and not found:
            document.status = "skipped"
        self.is_template = b"{{" in document.data and (_breaks(document) or any(map(_has_expression, found)))
        if self.is_template:
            lost = any(each.code == "GR-PARSE" for each in document.diagnostics)
            message = "this is a template, not a manifest; what its expressions stand for is not known"
            self.problems.report("GR-TEMPLATE", message, level="error" if lost else "warning", hint=_TEMPLATE_HINT)
        return found

    def _of(self, tree: Any, kind: str, version: str, pointer: tuple[str | int, ...] = ()) -> Iterator[Manifest]:
        """The objects of a tree. `kind` and `version` are what a typed list says of its items."""
        if not isinstance(tree, LocatedDict):
            self.problems.wrong(tree, "a manifest", tree, pointer)
            return
        stated: list[Any] = [tree.get("kind", kind or None), tree.get("apiVersion", version or None)]
        if stated[0] is None and self._is_kustomization(tree, stated[1]):
            self._kustomization(tree)
            return
        if stated == [None, None]:
            span = self._document.span(tree.start, min(tree.start + 1, len(self._document.data)))
            message = "a document without apiVersion and kind is no manifest"
            self.problems.report("GR-TYPE", message, level="warning", span=span)
            return
        for name, value in zip(("kind", "apiVersion"), stated, strict=True):
            if not isinstance(value, str) or not value:
                self.problems.wrong(value, "a text", tree, (name,))
                return
        yield from self._stated(tree, *stated)

    def _stated(self, tree: LocatedDict, kind: str, version: str) -> Iterator[Manifest]:
        if kind in ("Kustomization", "Component") and version.startswith(KUSTOMIZE):
            self._kustomization(tree)
        elif kind.endswith("List") and "items" in tree:
            yield from self._items(tree, kind, version)
        else:
            yield from self._objects(tree, kind, version)

    def _is_kustomization(self, tree: LocatedDict, version: Any) -> bool:
        """Whether it is one that leaves its kind out, as kustomize allows in files of its names."""
        if self._document.path.rpartition("/")[2] not in KUSTOMIZATIONS:
            return False
        return "metadata" not in tree and (version is None or str(version).startswith(KUSTOMIZE))

    def _kustomization(self, tree: LocatedDict) -> None:
        self.kustomizations.append(tree)
        folder = self._document.path.rpartition("/")[0] or "."
        message = "a kustomization is no manifest; its base and its patches are judged only as they stand"
        hint = _KUSTOMIZE_HINT.format(folder)
        span = self._document.span(tree.start, min(tree.start + 1, len(self._document.data)))
        self.problems.report("GR-KUSTOMIZE", message, level="note", hint=hint, span=span)

    def _items(self, tree: LocatedDict, kind: str, version: str) -> Iterator[Manifest]:
        items = tree["items"]
        if not isinstance(items, LocatedList):
            if items is not None:
                self.problems.wrong(items, "a list", tree, ("items",))
            return
        kind, version = ("", "") if kind == "List" else (kind.removesuffix("List"), version)
        for index, item in enumerate(items):
            if isinstance(item, LocatedDict):
                yield from self._of(item, kind, version)
            else:
                self.problems.wrong(item, "a manifest", tree, ("items", index))

    def _objects(self, tree: LocatedDict, kind: str, version: str) -> Iterator[Manifest]:
        """The object, once for each reading of keys that are given more than once."""
        self._count += 1
        if self._count > self._limits.elements:
            if self._count == self._limits.elements + 1:
                message = f"more than {self._limits.elements:,} objects in one file; the rest is not judged"
                self.problems.report("GR-LIMIT-ELEMENTS", message, hint="Raise --limit elements=N.")
            return
        type = native_type(kind, version)
        check(tree, type, self.problems)
        readings = _readings(tree) if self._duplicates else 1
        for reading in range(readings):
            chosen = LAST if reading == readings - 1 else reading
            namespace, name = self._names(tree, type, chosen)
            yield Manifest(self._document, tree, type, namespace, name, address(type, namespace, name or "?"), chosen)

    def _names(self, tree: LocatedDict, type: str, reading: int) -> tuple[str, str]:
        metadata = read(tree, "metadata", reading)
        if not isinstance(metadata, LocatedDict):
            if metadata is not None or type in NAMESPACED or type in CLUSTER_WIDE:
                self.problems.wrong(metadata, "an object", tree, ("metadata",))
            return "", ""
        found = []
        for key in ("namespace", "name"):
            value = read(metadata, key, reading)
            if value is not None and not isinstance(value, str):
                self.problems.wrong(value, "a text", tree, ("metadata", key))
            found.append(value if isinstance(value, str) else "")
        namespace, name = found
        beginning = read(metadata, "generateName", reading)
        if not name and isinstance(beginning, str) and beginning:
            name = f"{beginning}*"
        return "" if type in CLUSTER_WIDE else namespace, name


def _breaks(document: Document) -> bool:
    """Whether there is something that YAML cannot have, as `{{` outside a text. In texts it may be anything: many
    manifests hold templates."""
    return any(each.code in ("GR-PARSE", "GR-YAML-KEY") for each in document.diagnostics)


def _has_expression(manifest: Manifest) -> bool:
    """Whether the name is made by an expression: no object can be called so."""
    return "{{" in manifest.name or "{{" in manifest.namespace


def _readings(tree: Any) -> int:
    """How often the key is given that is given most often, at most four times."""
    most = 1
    pending = [tree]
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, LocatedDict):
            most = max(most, *(len(each) for each in value.duplicates.values()), 1)
            pending += value.values()
            pending += (each for values in value.duplicates.values() for each in values)
        elif isinstance(value, LocatedList):
            pending += value
    return min(most, _MOST_READINGS)
