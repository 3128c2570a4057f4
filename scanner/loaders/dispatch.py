"""Documents to the loaders of their formats, and a plan joined to its sources. The loaders do not know one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from scanner import plugins
from scanner.model import Demand, Diagnostic, Loaded, LoadOptions, NativeResource
from scanner.source.document import Document

Result = TypeVar("Result")

TERRAFORM_KINDS = frozenset({"terraform", "tfvars", "lock", "modules_manifest"})


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What providers mean, for loaders that know no provider; the tables are read when asked for."""

    data_sources: Mapping[str, Any] = field(default_factory=dict)
    block_names: Callable[[], Mapping[str, Any]] = dict
    object_attributes: Callable[[], Mapping[str, Any]] = dict


def guarded(name: str, diagnostics: list[Diagnostic], call: Callable[[], Result]) -> Result | None:
    """One of the three places where any exception is caught: a reader or loader that breaks costs its input."""
    try:
        return call()
    except Exception as error:
        message = f"{name} could not be read: internal error, {type(error).__name__}: {error}"
        hint = "This is a bug of ours: please report it with the file."
        diagnostics.append(Diagnostic("GR-INTERNAL", "error", message, hint, name))
        return None


def load_all(
    documents: Sequence[Document],
    *,
    demand: Demand | None,
    options: LoadOptions,
    roots: Sequence[str],
    knowledge: Knowledge,
    plan: str = "",
) -> list[Loaded]:
    """What each loader makes of its documents. `plan` is the path of a plan that is joined to the Terraform
    sources; other plans stand for themselves."""
    loaded: dict[str, Loaded] = {}
    for name, mine, loader in _loaders(documents, roots, knowledge, plan):
        crashes: list[Diagnostic] = []
        part = guarded(name, crashes, partial(loader.load, mine, demand=demand, options=options))
        loaded[name] = part or Loaded((), tuple(crashes))
    if plan and plan in loaded and "terraform" in loaded:
        loaded[plan], loaded["terraform"] = _joined(loaded[plan], loaded["terraform"], plan)
    return list(loaded.values())


def _loaders(
    documents: Sequence[Document], roots: Sequence[str], knowledge: Knowledge, plan: str
) -> Iterator[tuple[str, list[Document], Any]]:
    terraform = [each for each in documents if each.kind in TERRAFORM_KINDS]
    if any(each.kind == "terraform" for each in terraform):
        json_syntax = any(each.format == "tf_json" for each in terraform)
        make = plugins.load("groundrule.loaders", "terraform")
        blocks = knowledge.block_names() if json_syntax else {}
        loader = make(
            data_sources=knowledge.data_sources,
            block_names=blocks.get("resource"),
            data_block_names=blocks.get("data"),
            roots=roots,
            guard=guarded,
        )
        yield "terraform", terraform, loader
    if any(each.kind == "cloudformation" for each in documents):
        yield "cloudformation", list(documents), plugins.load("groundrule.loaders", "cloudformation")()
    manifests = [each for each in documents if each.kind == "kubernetes"]
    if manifests:
        yield "kubernetes", manifests, plugins.load("groundrule.loaders", "kubernetes")(roots=roots)
    plans = [each for each in documents if each.kind == "terraform_plan"]
    if plans:
        make = plugins.load("groundrule.loaders", "terraform_plan")
        loader = make(
            data_sources=knowledge.data_sources,
            object_attributes=knowledge.object_attributes(),
            block_names=lambda: knowledge.block_names().get("resource", {}),
        )
        for each in plans:
            yield (plan if plan and plan in (each.absolute, each.path) else each.path), [each], loader


def _joined(planned: Loaded, sources: Loaded, plan: str) -> tuple[Loaded, Loaded]:
    """The plan with the places of its sources, and of the sources what other root modules have."""
    from scanner.loaders.terraform_plan.join import join

    made = join(planned.resources, sources.resources)
    own = {id(each): None for each in sources.resources}
    others = tuple(each for each in made.resources if id(each) in own)
    resources: tuple[NativeResource, ...] = tuple(each for each in made.resources if id(each) not in own)
    notes = []
    if made.dropped:
        message = f"{len(made.dropped)} resources of the sources are not in the plan and were not judged"
        hint = "First: " + ", ".join(made.dropped[:5])
        notes.append(Diagnostic("GR-PLAN", "note", message, hint, plan))
    return (
        replace(planned, resources=resources, diagnostics=(*planned.diagnostics, *notes)),
        replace(sources, resources=others),
    )
