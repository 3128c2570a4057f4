"""Many cases read at once by the real loaders, and what came out of each, in words that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from docs.forms import NODE, OWNER
from scanner import api
from scanner.model import Demand, Diagnostic, Resource, ResourceGraph, Unknown
from scanner.normalise import Tables, demand_of
from scanner.normalise.locator import ChildOrigin
from scanner.normalise.selectors import requirements
from scanner.source.texts import discover_texts
from tests.forms.texts import EMITTERS
from tests.forms.trees import TARGET, Case

OPTIONS: Final = api.ScanOptions(plan="none of the texts")


class Read(NamedTuple):
    """One way of writing every case of a format, read."""

    graph: ResourceGraph
    nodes: list[list[Resource]]
    """Case by case, the nodes under test: none where nothing came of it, several where too much did."""
    diagnostics: list[Diagnostic]


def read_cases(cases: Sequence[Case], tables: Tables, format_name: str, way: str) -> Read:
    """Every case as a root of its own, in one graph."""
    file, emit = EMITTERS[format_name][way]
    texts = {f"c{number}/{file}": emit(case, tables) for number, case in enumerate(cases)}
    graph, diagnostics = graph_of(texts, tables)
    by_root: dict[str, list[Resource]] = {}
    for node in graph.nodes:
        by_root.setdefault(node.native.root.partition("/")[0], []).append(node)
    nodes = [_under_test(by_root.get(f"c{number}", []), case) for number, case in enumerate(cases)]
    return Read(graph, nodes, diagnostics)


def graph_of(
    texts: dict[str, str], tables: Tables, owned: tuple[str, ...] = ()
) -> tuple[ResourceGraph, list[Diagnostic]]:
    """Steps 1 to 5 with every attribute; `owned` are the roots that hold all that their account has."""
    demand: Demand = demand_of(tables, None)
    found = discover_texts(texts, OPTIONS.load.limits)
    diagnostics = [*found.diagnostics, *api.parse(found.documents, OPTIONS, lambda *_: None)]
    loaded = api.load(found.documents, demand, OPTIONS, found)
    normalised = api.normalise(loaded, tables, None)
    diagnostics += [each for part in loaded for each in part.diagnostics] + normalised.diagnostics
    return api.link(normalised, tables, loaded, replace(OPTIONS, account_roots=owned)), diagnostics


def _under_test(nodes: Iterable[Resource], case: Case) -> list[Resource]:
    found = [node for node in nodes if node.kind == case.kind and TARGET not in node.address.lower()]
    if case.form.role in (NODE, OWNER):
        return [node for node in found if _is_child(node, case)]
    return [node for node in found if "" not in node.setters]


def _is_child(node: Resource, case: Case) -> bool:
    origin = node.setters.get("")
    return isinstance(origin, ChildOrigin) and origin.spec is case.form.node and bool(origin.path)


def comparable(node: Resource, attribute: str, tables: Tables) -> Any:
    """What a rule reads, without the addresses that differ from form to form and a selector's spelling."""
    value = node.read(attribute)
    declared = tables.kinds[node.kind].attributes[attribute].type
    return requirements(value, declared) if declared.name == "selector" else _comparable(value)


def _comparable(value: Any) -> Any:
    if isinstance(value, Resource):
        if value.kind == "aws.iam.statement":
            return {name: _comparable(each) for name, each in sorted(value.attributes.items()) if name != "owner"}
        return ("node", value.kind)
    if isinstance(value, Unknown):
        return ("unknown", value.code, [_comparable(each) for each in value.contains])
    if isinstance(value, list):
        return [_comparable(each) for each in value]
    if isinstance(value, dict):
        return {key: _comparable(each) for key, each in sorted(value.items())}
    return value
