"""The loader of plans: documents to native resources. Sources beside a plan are joined to it in `join`.

Facts about providers are given to it as tables; it knows none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from scanner.loaders.terraform_plan import plan as plans
from scanner.loaders.terraform_plan.configuration import MISSING, Configuration, is_expression, references
from scanner.loaders.terraform_plan.located import Located
from scanner.loaders.terraform_plan.plan import Instance, Plan
from scanner.loaders.terraform_plan.problems import Problems
from scanner.loaders.terraform_plan.provenance import PlanProvenance, is_hash_of
from scanner.loaders.terraform_plan.references import Resolver, Source, has_unknown
from scanner.loaders.terraform_plan.secrets import secrets_of
from scanner.loaders.terraform_plan.values import ABSENT, Overlay, hidden
from scanner.model import Demand, Diagnostic, Encoded, Loaded, LoadOptions, NativeResource, SourceSpan, Unknown
from scanner.source.document import Document

DataSource = Callable[[dict[str, Any]], tuple[Mapping[str, Any], Any]]

HASHED: Final = frozenset({"user_data"})
"""Attributes of which older providers plan only the SHA-1; see `userDataHashSum` in
https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/ec2/ec2_instance.go"""

_SHA1: Final = re.compile(r"[0-9a-f]{40}")
_EMPTY: Final[frozenset[str]] = frozenset()


class Loader:
    """Loads what `terraform show -json` wrote. See `scanner.model.Loader`."""

    def __init__(
        self,
        *,
        data_sources: Mapping[str, DataSource] | None = None,
        object_attributes: Mapping[str, Collection[str]] | None = None,
        block_names: Callable[[], Mapping[str, Collection[str]]] = dict,
        hashed_attributes: Collection[str] = HASHED,
    ) -> None:
        """`data_sources` work out data sources that need no network, by type; `object_attributes` names the
        attributes that are written as blocks, which no `configuration` mentions, by resource type; `block_names`
        gives the blocks of resource types, and is asked only for plans without `configuration`."""
        self._data_sources = data_sources or {}
        self._object_attributes = object_attributes or {}
        self._block_names = block_names
        self._hashed = frozenset(hashed_attributes)

    def load(self, documents: Sequence[Document], *, demand: Demand | None, options: LoadOptions) -> Loaded:
        """One plan a document. What is no plan gives nothing."""
        resources: list[NativeResource] = []
        diagnostics: list[Diagnostic] = []
        roots: list[str] = []
        secrets: set[str] = set()
        for document in documents:
            located = Located(document, options.limits)
            if not plans.is_plan(located.tree):
                continue
            problems = Problems(document.path, located)
            reading = _Reading(self, document.path, located, problems)
            resources += reading.resources(demand)
            secrets.update(reading.secrets())
            diagnostics += problems.found
            roots.append(document.path)
        resources.sort(key=lambda resource: (resource.root, resource.address))
        return Loaded(tuple(resources), tuple(diagnostics), tuple(roots), tuple(sorted(secrets)))

    @property
    def documents(self) -> Collection[str]:
        """The types of data sources that can be worked out."""
        return self._data_sources.keys()

    def data_source(self, type: str) -> DataSource | None:
        """What works out a data source of this type."""
        return self._data_sources.get(type)

    def written_as_blocks(self, type: str) -> Collection[str]:
        """The attributes of a resource type that are written as blocks."""
        return self._object_attributes.get(type, ())

    def blocks(self, type: str) -> Collection[str]:
        """The blocks of a resource type."""
        return self._blocks_by_type.get(type, ())

    @cached_property
    def _blocks_by_type(self) -> Mapping[str, Collection[str]]:
        return self._block_names()

    def is_hashed(self, name: str, value: Any) -> bool:
        """Whether a value is the hash of a text that was given."""
        return name in self._hashed and isinstance(value, str) and _SHA1.fullmatch(value) is not None


class _Reading:
    """One plan while it is loaded."""

    def __init__(self, loader: Loader, path: str, located: Located, problems: Problems) -> None:
        self._loader = loader
        self._path = path
        self._located = located
        self._configuration = Configuration(located.tree, problems)
        self._variables = problems.object(located.tree.get("variables"), ("variables",), level="warning")
        self._plan: Plan = plans.read(located.tree, problems)
        self._resolver = Resolver(self._plan, self._configuration, self._variables)
        self._versions = self._configuration.versions()
        self._worked_out: dict[str, Mapping[str, Any]] = {}

    def resources(self, demand: Demand | None) -> Iterator[NativeResource]:
        for instance in self._plan.instances.values():
            names = None if demand is None else demand.get(instance.type, _EMPTY)
            provenance = self._provenance(instance)
            yield NativeResource(
                "terraform_plan",
                instance.type,
                instance.text,
                self._path,
                self._attributes(instance, names, provenance),
                provenance.span,
                provenance,
                scope=self._configuration.scope(instance.address, instance.provider),
                versions=self._versions,
                identities=(instance.text,),
            )

    def secrets(self) -> Iterator[str]:
        """Every text that the plan says is sensitive."""
        return secrets_of(self._plan, self._configuration.root)

    def _provenance(self, instance: Instance) -> PlanProvenance:
        scope = self._resolver.scope(instance)
        blocks = self._loader.written_as_blocks(instance.type)
        nested = self._loader.blocks(instance.type) if scope is None else ()
        span = self._located.header(instance.pointer)
        documents = self._loader.documents
        return PlanProvenance(instance, span, self._located, scope, self._variables, blocks, documents, nested)

    def _attributes(
        self, instance: Instance, names: frozenset[str] | None, provenance: PlanProvenance
    ) -> dict[str, Any]:
        values, unknown, scope, span = instance.values, instance.unknown, provenance.scope, provenance.span
        stated = scope.module.expressions(instance.address.resource) if scope is not None else {}
        if names is None:
            names = frozenset((*values, *(unknown if isinstance(unknown, dict) else stated if unknown is True else ())))
        overlay = Overlay(self._resolver, provenance, self._from_data)
        found = {}
        for name in sorted(names):
            inner = _effective(name, values)
            value = values.get(inner)
            mask = unknown is True or (isinstance(unknown, dict) and unknown.get(inner))
            expression = stated.get(name, MISSING)
            if mask and has_unknown(mask):
                value = overlay.attribute(name, value, mask, expression)
                if value is ABSENT:
                    continue
            elif value is None and name not in values:
                continue
            elif value is None and name.endswith("_wo") and expression is not MISSING:
                value = Unknown("secret", "a write-only value", span=span, not_null=True)
            elif self._loader.is_hashed(name, value):
                value = _text_of_hash(value, expression, span)
            found[name] = self._guarded(value, name, instance, provenance)
        return found

    def _guarded(self, value: Any, name: str, instance: Instance, provenance: PlanProvenance) -> Any:
        for mask in instance.sensitive:
            inner = mask is True or (isinstance(mask, dict) and mask.get(name))
            if inner:
                value = hidden(value, inner, provenance.is_literal((name,)) is True, provenance.span)
        return value

    def _from_data(self, source: Source) -> Any:
        """What a data source that is read only later will give, where that can be worked out."""
        owner = source.owner
        if owner is None or source.code != "data":
            return None
        compute = self._loader.data_source(owner.type)
        if compute is None:
            return None
        if owner.text not in self._worked_out:
            self._worked_out[owner.text] = {}  # a document that is made from itself
            body = self._attributes(owner, None, self._provenance(owner))
            self._worked_out[owner.text] = compute(body)[0]
        value = self._worked_out[owner.text].get(source.name)
        return value if isinstance(value, str | Encoded) else None


def _effective(name: str, values: Mapping[str, Any]) -> str:
    """Tags are the effective ones, those of the provider included: AWS plans these as `tags_all`."""
    return "tags_all" if name == "tags" and isinstance(values.get("tags_all"), dict) and values["tags_all"] else name


def _text_of_hash(value: Any, expression: Any, span: SourceSpan) -> Any:
    """The text behind a hash where the configuration has it; what is not known of it is not made up."""
    constant = expression.get("constant_value") if is_expression(expression) else None
    if is_hash_of(value, constant):
        return constant
    if isinstance(constant, str) or (is_expression(expression) and not references(expression)):
        return value
    return Unknown("unsupported", "the plan has only a hash of the text", span=span, not_null=True)
