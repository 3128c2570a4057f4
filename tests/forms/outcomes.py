"""What every rule says of every case, to be compared where all that the rule reads is equal."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from scanner.engine.evaluate import Evaluator
from scanner.model import Resource, ResourceGraph
from scanner.normalise import Tables
from scanner.policy.compile import CompiledRule
from tests.forms.readings import comparable
from tests.forms.trees import TARGET

Read = tuple[str, str]
"""Kind and attribute."""


class Judged(NamedTuple):
    """One rule in one root."""

    rule: str
    read: str
    """Everything that the rule reads of the root's resources, as text."""
    outcomes: tuple[str, ...]


def judge(graph: ResourceGraph, rules: Sequence[CompiledRule], tables: Tables) -> dict[str, list[Judged]]:
    """Root to what the rules say of what is under test in it."""
    nodes: dict[str, list[Resource]] = {}
    for node in graph.nodes:
        nodes.setdefault(node.native.root, []).append(node)
    found: dict[tuple[str, str], list[str]] = {}
    for each in Evaluator(graph).run(rules):
        if TARGET not in each.resource.address.lower():
            found.setdefault((each.resource.native.root, each.compiled.rule.id), []).append(each.outcome)
    by_id = {each.rule.id: each for each in rules}
    reads = {each.rule.id: each.reads.union(*(by_id[one].reads for one in each.rule.unless)) for each in rules}
    judged: dict[str, list[Judged]] = {}
    for (root, rule), outcomes in found.items():
        read = _read(nodes[root], reads[rule], set(by_id[rule].rule.kinds), tables)
        judged.setdefault(root, []).append(Judged(rule, read, tuple(sorted(outcomes))))
    return judged


def _read(nodes: Sequence[Resource], reads: Set[Read], own: Set[str], tables: Tables) -> str:
    found: list[tuple[str, bool, list[str]]] = []
    kinds = {kind for kind, _ in reads} | own
    for node in nodes:
        if node.kind in kinds:
            names = sorted(name for kind, name in reads if kind == node.kind and name in node.attributes)
            # A list that a format cannot state is null, and must be judged like one that is empty.
            values = [repr(comparable(node, name, tables)).replace("[]", "None") for name in names]
            found.append((node.kind, TARGET in node.address.lower(), values))
    return repr(sorted(found))
