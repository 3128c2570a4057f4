"""Terraform configurations to native resources: every root module of a scan, with all the modules it calls.

loaded = Loader().load(documents, demand=None, options=LoadOptions())
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from scanner.loaders.terraform import handed, providers, variables
from scanner.loaders.terraform.calls import Call
from scanner.loaders.terraform.config import ModuleConfig, collect
from scanner.loaders.terraform.documents import Directory, group, spanned
from scanner.loaders.terraform.modules import Module
from scanner.loaders.terraform.provenance import TerraformProvenance
from scanner.loaders.terraform.resources import Instance, Resource
from scanner.loaders.terraform.roots import find_roots
from scanner.loaders.terraform.session import DataSource, Session, Sources
from scanner.loaders.terraform.values import Marked, is_null, to_plain
from scanner.model import Demand, Diagnostic, Limits, Loaded, LoadOptions, NativeResource, Unknown
from scanner.source.document import Document
from scanner.source.hcl import body_from_json
from scanner.source.hcl.ast import Body
from scanner.source.recognise import TERRAGRUNT

Guard = Callable[[str, list[Diagnostic], Callable[[], Any]], Any]
"""Runs a step of the name given; None, and a diagnostic, where it broke."""


def _unguarded(name: str, diagnostics: list[Diagnostic], call: Callable[[], Any]) -> Any:
    return call()


class Loader:
    """The loader of Terraform and OpenTofu configurations."""

    def __init__(
        self,
        *,
        data_sources: Mapping[str, DataSource] | None = None,
        block_names: Mapping[str, Any] | None = None,
        data_block_names: Mapping[str, Any] | None = None,
        roots: Sequence[str] = (),
        guard: Guard | None = None,
    ) -> None:
        """`data_sources`: data source type to what it answers, see `DataSource`. `block_names` and
        `data_block_names`: for JSON syntax, type to the tree of names of its nested blocks. `roots`: the absolute
        directories in which files may be read; without it, the innermost directory that holds all documents.
        `guard` runs the loading of one root module, so that a fault of ours in it costs that root only."""
        self._guard = guard or _unguarded
        self._data_sources = dict(data_sources or {})
        self._block_names = {"resource": block_names or {}, "data": data_block_names or {}}
        self._roots = tuple(posixpath.normpath(root) for root in roots)

    def load(self, documents: Sequence[Document], *, demand: Demand | None, options: LoadOptions) -> Loaded:
        """Every managed resource instance of every root module."""
        terragrunt = [each for each in documents if _is_terragrunt(each)]
        directories = group(each for each in documents if not _is_terragrunt(each))
        configs = {
            location: self._collect(directory, options.limits)
            for location, directory in directories.items()
            if directory.primary or directory.overrides
        }
        # The documents may name a scanned directory through a link, the real check comes when a file is read.
        lexical = (*self._roots, *spanned(documents))
        real = tuple(os.path.realpath(root) for root in self._roots or lexical if root.startswith("/"))
        sources = Sources(directories, configs, lexical, real, options, self._data_sources)
        declared = [one for config in configs.values() for one in config.diagnostics]
        unsupported = [_unsupported(each, alone=not configs) for each in terragrunt]
        sources.diagnostics.update(dict.fromkeys([*unsupported, *declared]))
        resources: list[NativeResource] = []
        secrets: set[str] = set()
        missing: list[tuple[str, Unknown]] = []
        found = find_roots(configs)
        for location in found:
            crashes: list[Diagnostic] = []
            root = partial(self._root, sources, directories[location], configs[location], demand)
            made = self._guard(configs[location].path, crashes, root)
            sources.diagnostics.update(dict.fromkeys(crashes))
            if made is not None:
                resources.extend(made[0])
                secrets.update(made[1])
                missing += [(configs[location].path, each) for each in made[2]]
        resources.sort(key=lambda one: (one.root, one.address))
        paths = tuple(sorted(configs[location].path for location in found))
        return Loaded(tuple(resources), tuple(sources.diagnostics), paths, tuple(sorted(secrets)), tuple(missing))

    def _root(
        self, sources: Sources, directory: Directory, config: ModuleConfig, demand: Demand | None
    ) -> tuple[list[NativeResource], list[str], list[Unknown]]:
        """The resources of one root module, the texts of its secrets, and why modules of it cannot be read."""
        root = Root(sources, directory, config)
        return root.load(demand), root.session.secrets, root.missing

    def _collect(self, directory: Directory, limits: Limits) -> ModuleConfig:
        return collect(
            directory.location, directory.path, self._bodies(directory.primary), self._bodies(directory.overrides)
        )

    def _bodies(self, documents: Iterable[Document]) -> Iterator[Body]:
        for document in documents:
            if isinstance(document.tree, Body):
                yield document.tree
            elif document.format == "tf_json" and document.tree is not None:
                yield body_from_json(document, self._block_names)


class Root:
    """One root module being loaded."""

    def __init__(self, sources: Sources, directory: Directory, config: ModuleConfig) -> None:
        self.session = Session(sources, directory)
        self.module = Module(self.session, config)
        self.module.assigned = variables.assignments(self.session, config)
        self.path = config.path
        self.versions = providers.versions(config, directory.lock)
        self._handed: dict[str, dict[str, Unknown]] = {}
        self.missing: list[Unknown] = []
        """Why the first of the modules that cannot be read is not here."""

    def load(self, demand: Demand | None) -> list[NativeResource]:
        """The managed resource instances of the root and all it calls."""
        modules = list(self._modules())
        made = [one for module in modules for resource in module.managed() for one in self._made(resource, demand)]
        for module in modules:
            self._keep_secrets(module)
        for diagnostic in self.session.budget.diagnostics:
            self.session.report(diagnostic)
        return made

    def _modules(self) -> Iterator[Module]:
        """Every module instance; what was handed to modules that cannot be read is noted on the way."""
        waiting = [self.module]
        while waiting:
            module = waiting.pop()
            yield module
            if self.session.budget.steps < 0:
                self.session.budget.report("more module instances than the scan allows", None)
                return
            for call in module.calls():
                target = call.target()
                if isinstance(target, Unknown):
                    self.missing = self.missing or [target]
                    self._hand(call, target)
                else:
                    waiting.extend(call.children())

    def _hand(self, call: Call, why: Unknown) -> None:
        for address, attribute in handed.handed(call, why):
            self._handed.setdefault(address, {}).setdefault(attribute, why)

    def _made(self, resource: Resource, demand: Demand | None) -> Iterator[NativeResource]:
        wanted = None if demand is None else demand.get(resource.type, frozenset())
        for instance in resource.instances():
            yield self._native(instance, wanted)

    def _native(self, instance: Instance, wanted: frozenset[str] | None) -> NativeResource:
        resource = instance.resource
        holder, provider = providers.provider_of(instance)
        attributes = instance.native(wanted)
        self._add_tags(attributes, providers.default_tags(holder, provider), wanted)
        return NativeResource(
            "terraform",
            resource.type,
            instance.address,
            self.path,
            attributes,
            resource.declaration.span,
            TerraformProvenance(instance),
            instance.existence,
            holder.prefix + provider,
            self.versions,
            (instance.address,),
            tuple(sorted(self._handed.get(instance.address, {}).items(), key=lambda one: one[0])),
        )

    def _add_tags(self, attributes: dict[str, Any], defaults: Any, wanted: frozenset[str] | None) -> None:
        """Tags are the effective ones: those of the provider, then the resource's own."""
        if wanted is None:
            asked = frozenset(("tags", "tags_all")) if "tags" in attributes else frozenset()
        else:
            asked = wanted & {"tags", "tags_all"}
        if not asked or (defaults is None and "tags" not in attributes):
            return
        tags = providers.effective_tags(defaults, attributes.get("tags"))
        for name in asked:
            attributes[name] = tags

    def _keep_secrets(self, module: Module) -> None:
        """The texts of sensitive variables, whether or not a resource reads them."""
        secrets = self.session.secrets
        for name, declaration in module.config.variables.items():
            if not variables.flag(declaration, "sensitive"):
                continue
            to_plain(module.variable(name), secrets)
            default = declaration.content.attributes.get("default")
            if default is not None:
                value = module.scope(declaration.content.document_of("default")).evaluate(default.expr)
                if not is_null(value):
                    to_plain(Marked(value), secrets)


def _is_terragrunt(document: Document) -> bool:
    return posixpath.basename(document.path) in TERRAGRUNT


def _unsupported(document: Document, *, alone: bool) -> Diagnostic:
    """A scan in which there is nothing else of Terraform has not seen what it was started for."""
    hint = "scan what it generates: terragrunt plan -out p, terragrunt show -json p, or terragrunt render-json"
    level = "error" if alone else "note"
    return Diagnostic("GR-UNSUPPORTED", level, "Terragrunt files are not evaluated", hint, document.path)
