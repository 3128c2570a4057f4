"""Manifests and Terraform texts made documents, native resources and a graph, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from scanner.loaders.kubernetes.loader import Loader
from scanner.loaders.terraform.loader import Loader as TerraformLoader
from scanner.model import Demand, Limits, Loaded, LoadOptions, NativeResource, Resource, ResourceGraph
from scanner.normalise import demand_of, link, load_tables, normalise
from scanner.source.document import Document
from scanner.source.parse import parse_document
from scanner.source.texts import discover_texts

TABLES = load_tables()


def documents(texts: Mapping[str, str | bytes] | str, limits: Limits | None = None) -> list[Document]:
    """The parsed texts, by file name; one text is `m.yaml`."""
    named = {"m.yaml": texts} if isinstance(texts, str) else texts
    dedented = {name: dedent(text) if isinstance(text, str) else text for name, text in named.items()}
    found = discover_texts(dedented, limits or Limits())
    for document in found.documents:
        parse_document(document, limits or Limits())
    return list(found.documents)


def load(
    texts: Mapping[str, str | bytes] | str, *, demand: Demand | None = None, limits: Limits | None = None
) -> Loaded:
    """What the loader makes of manifests."""
    options = LoadOptions(limits=limits or Limits())
    return Loader().load(documents(texts, limits), demand=demand, options=options)


def addresses(loaded: Loaded) -> list[str]:
    return [each.address for each in loaded.resources]


def codes(loaded: Loaded) -> list[str]:
    return [each.code for each in loaded.diagnostics]


def the(loaded: Loaded, address: str) -> NativeResource:
    (found,) = (each for each in loaded.resources if each.address == address)
    return found


def graph(texts: Mapping[str, str | bytes] | str) -> ResourceGraph:
    """The graph of manifests and Terraform files."""
    found, demand = documents(texts), demand_of(TABLES, None)
    parts = [
        Loader().load(found, demand=demand, options=LoadOptions()),
        TerraformLoader(data_sources={}, roots=(".",)).load(found, demand=demand, options=LoadOptions()),
    ]
    natives = [each for part in parts for each in part.resources]
    return link(normalise(natives, TABLES), TABLES, roots=[root for part in parts for root in part.roots])


def node(found: ResourceGraph, kind: str, name: str = "") -> Resource:
    """The node of a kind (without `kubernetes.`), by its `name` where there are several."""
    nodes = found.by_kind.get(f"kubernetes.{kind}", ())
    (one,) = (each for each in nodes if not name or each.read("name") == name)
    return one


def values(one: Resource) -> dict[str, Any]:
    """Every attribute that is no relation; relations as the addresses of what they lead to."""
    return {name: _plain(one.read(name)) for name in one.attributes}


def _plain(value: Any) -> Any:
    if isinstance(value, Resource):
        return value.read("name") if "name" in value.attributes else value.kind
    return [_plain(each) for each in value] if isinstance(value, list) else value
