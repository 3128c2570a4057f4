"""The loader of Kubernetes manifests: documents to native resources.

    Loader(roots=["/work/app"]).load(documents, demand=None, options=LoadOptions())

An object's address is `Kind/namespace/name`, `Kind/name` where it is cluster-wide; one that states no namespace
is in `default`. What rules read of it is decided by the mapping tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from scanner.loaders.kubernetes.kustomize import is_partial, patch_paths
from scanner.loaders.kubernetes.manifests import Manifest, ManifestReader
from scanner.loaders.kubernetes.places import ManifestProvenance, header
from scanner.loaders.kubernetes.secrets import secret_texts
from scanner.loaders.kubernetes.sets import manifest_sets
from scanner.loaders.kubernetes.trees import TreeCopier
from scanner.model import Demand, Diagnostic, Loaded, LoadOptions, NativeResource
from scanner.source.document import Document

FORMAT: Final = "kubernetes"

_EMPTY: Final[frozenset[str]] = frozenset()
_PATCH: Final = "a patch without all that a {} needs; it is judged only as part of what its kustomization builds"


class Loader:
    """Loads manifests. See `scanner.model.Loader`."""

    def __init__(self, *, roots: Sequence[str] = ()) -> None:
        """`roots` are the absolute folders that are scanned; see `sets`."""
        self._roots = tuple(roots)

    def load(self, documents: Sequence[Document], *, demand: Demand | None, options: LoadOptions) -> Loaded:
        """Every object that the documents define."""
        readers = [(each, ManifestReader(each, options.limits)) for each in documents if each.kind == FORMAT]
        found = [manifest for _, reader in readers for manifest in reader.manifests()]
        patches = {
            path
            for document, reader in readers
            for tree in reader.kustomizations
            for path in patch_paths(document.path, tree)
        }
        diagnostics = [each for _, reader in readers for each in reader.problems.found]
        partial = [each for each in found if is_partial(each, patches)]
        diagnostics += [_partial(each) for each in partial]
        kept = [each for each in found if each not in partial] if partial else found
        sets = manifest_sets(kept, self._roots)
        resources = _Resources(demand, [document for document, reader in readers if reader.is_template])
        made = [resources.make(manifest, root) for root, manifests in sets for manifest in manifests]
        for _, manifests in sets:
            diagnostics += _duplicates(manifests)
        made.sort(key=lambda resource: (resource.root, resource.address))
        secrets = {text for each in found if each.type == "Secret" for text in secret_texts(each.tree)}
        return Loaded(tuple(made), tuple(diagnostics), tuple(root for root, _ in sets), tuple(sorted(secrets)))


class _Resources:
    """Makes native resources, with one copier a file."""

    def __init__(self, demand: Demand | None, templates: Iterable[Document]) -> None:
        self._demand = demand
        self._templates = {id(document) for document in templates}
        self._copiers: dict[int, TreeCopier] = {}

    def make(self, manifest: Manifest, root: str) -> NativeResource:
        document = manifest.document
        copier = self._copiers.get(id(document))
        if copier is None:
            copier = self._copiers[id(document)] = TreeCopier(document, template=id(document) in self._templates)
        names = None if self._demand is None else self._demand.get(manifest.type, _EMPTY)
        attributes: dict[str, Any] = copier.attributes(manifest.tree, names, manifest.reading)
        provenance = ManifestProvenance(document, manifest.tree, manifest.reading)
        span = provenance.span
        return NativeResource(FORMAT, manifest.type, manifest.address, root, attributes, span, provenance)


def _partial(manifest: Manifest) -> Diagnostic:
    span = header(manifest.document, manifest.tree)
    return Diagnostic("GR-KUSTOMIZE", "note", _PATCH.format(manifest.type), "", span.path, span)


def _duplicates(manifests: Sequence[Manifest]) -> list[Diagnostic]:
    """Says which objects are defined more than once. All definitions are judged: any may be the one that counts."""
    first: dict[tuple[str, str, str], Manifest] = {}
    found = []
    for manifest in manifests:
        if manifest.identity is None:
            continue
        other = first.setdefault(manifest.identity, manifest)
        if other.tree is not manifest.tree:
            place = header(other.document, other.tree)
            span = header(manifest.document, manifest.tree)
            where = f"{place.path}:{place.start_line}"
            message = f"{manifest.address} is defined in {where} too; every definition is judged"
            found.append(Diagnostic("GR-DUPLICATE", "warning", message, "Remove all but one.", span.path, span))
    return found
