"""Rules applied to the resources of a graph: one outcome for each pair, three-valued and isolated.

What a report says of an outcome (place, message, fingerprint) is made in `scanner.engine.findings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.expression import EvaluationError
from scanner.model import ERROR, FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Possible, Resource, ResourceGraph, Unknown
from scanner.policy.compile import CompiledRule


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one rule says of one resource."""

    compiled: CompiledRule
    resource: Resource
    outcome: str
    cause: Unknown | None = None
    """For an unknown outcome: the value that left it undecided."""
    error: str = ""
    """For an error outcome: what went wrong."""
    instead: str = ""
    """For a failure that is not reported again, by `unless`: the rule whose failure on the node is reported."""


@dataclass(frozen=True, slots=True)
class RootView:
    """What a rule sees as `root`: the other resources of the same root module, stack or manifest set."""

    nodes: Mapping[str, Sequence[Resource]] = field(default_factory=dict)
    given: Unknown | None = None
    """The existence of the resource that is judged, as if it were there: what depends on the same is there too."""

    def all(self, kind: str) -> list[Resource] | Possible:
        """The nodes of a kind; where the number of some is undecided, which of them may be there."""
        nodes = self.nodes.get(kind, ())
        unsure = [node for node in nodes if node.existence is not None and node.existence is not self.given]
        if not unsure:
            return list(nodes)
        why = Unknown("undecided", f"{unsure[0].address} may not be created", span=unsure[0].native.span)
        sure = tuple(node for node in nodes if node.existence is None or node.existence is self.given)
        return Possible(sure, tuple(unsure), why)


class Evaluator:
    """Evaluates compiled rules on one graph. Holds only what is worked out from the graph."""

    def __init__(self, graph: ResourceGraph, context: Mapping[str, str] | None = None) -> None:
        self.graph = graph
        self.context = dict(context or {})
        self.secrets: frozenset[str] = frozenset()
        """Texts on which nothing that is shown or compared may depend."""
        self._roots: dict[str, RootView] | None = None

    def run(self, rules: Iterable[CompiledRule]) -> list[Evaluation]:
        """Every pair of a rule and a resource of its kinds, `unless` applied."""
        found = [evaluation for rule in rules for evaluation in self._rule(rule)]
        return list(_without_repeated(found))

    def judge(self, compiled: CompiledRule, resource: Resource) -> Evaluation:
        """One rule on one resource of its kinds."""
        return self._judge(compiled, resource, self.environment(compiled, resource))

    def environment(self, compiled: CompiledRule, resource: Resource) -> dict[str, Any]:
        """The bindings under which a rule's expressions are evaluated."""
        return {
            compiled.bound_as: resource,
            "params": compiled.rule.params,
            "context": self.context,
            "root": self._root(resource),
        }

    def _rule(self, compiled: CompiledRule) -> Iterator[Evaluation]:
        formats = compiled.rule.formats
        environments: dict[str, dict[str, Any]] = {}
        for resource in self.graph.of_kinds(compiled.rule.kinds):
            if not formats or resource.native.format.removesuffix("_plan") in formats:
                root = resource.native.root
                environment = environments.get(root)
                if environment is None:
                    environment = environments[root] = self.environment(compiled, resource)
                environment[compiled.bound_as] = resource
                environment["root"] = self._root(resource)
                yield self._judge(compiled, resource, environment)

    def _judge(self, compiled: CompiledRule, resource: Resource, environment: dict[str, Any]) -> Evaluation:
        """One of the three places where any exception is caught: a rule that breaks on a resource is an
        `error` outcome of that pair, and the scan goes on."""
        try:
            outcome, cause = _outcome(compiled, environment)
        except EvaluationError as error:
            return Evaluation(compiled, resource, ERROR, error=str(error))
        except Exception as error:
            return Evaluation(compiled, resource, ERROR, error=f"internal: {type(error).__name__}: {error}")
        return Evaluation(compiled, resource, outcome, cause)

    def _root(self, resource: Resource) -> RootView:
        if self._roots is None:
            self._roots = _by_root(self.graph)
        view = self._roots.get(resource.native.root) or RootView()
        return view if resource.existence is None else RootView(view.nodes, resource.existence)


def _by_root(graph: ResourceGraph) -> dict[str, RootView]:
    """Every root's nodes by kind, in graph order."""
    found: dict[str, dict[str, list[Resource]]] = {}
    for kind, nodes in graph.by_kind.items():
        for node in nodes:
            found.setdefault(node.native.root, {}).setdefault(kind, []).append(node)
    return {root: RootView(nodes) for root, nodes in found.items()}


def _outcome(compiled: CompiledRule, environment: dict[str, Any]) -> tuple[str, Unknown | None]:
    """DESIGN: `when` false is not applicable; `when` unknown passes only if the assertion holds definitely."""
    applies: Any = True if compiled.when is None else compiled.when.evaluate(environment)
    if applies is False:
        return NOT_APPLICABLE, None
    value = compiled.condition.evaluate(environment)
    holds = value if isinstance(value, Unknown) or not compiled.rule.negated else not _truth(value)
    if isinstance(holds, Unknown):
        return UNKNOWN, holds
    if _truth(holds):
        return PASS, None
    if isinstance(applies, Unknown):
        return UNKNOWN, applies
    return FAIL, None


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise EvaluationError("the condition is not true or false", 0)
    return value


def _without_repeated(evaluations: Sequence[Evaluation]) -> Iterator[Evaluation]:
    """Drops failures of rules whose `unless` names a rule that failed on the same node."""
    failed = {(each.compiled.rule.id, id(each.resource)): each for each in evaluations if each.outcome == FAIL}
    for each in evaluations:
        reported = _reported(each, failed, set()) if each.outcome == FAIL and each.compiled.rule.unless else ""
        yield Evaluation(each.compiled, each.resource, NOT_APPLICABLE, instead=reported) if reported else each


def _reported(dropped: Evaluation, failed: Mapping[tuple[str, int], Evaluation], seen: set[str]) -> str:
    """The rule whose failure on the node is reported instead, followed to one that is not itself dropped; empty if
    there is none."""
    for other in dropped.compiled.rule.unless:
        found = failed.get((other, id(dropped.resource)))
        if found is not None and other not in seen:
            seen.add(other)
            return _reported(found, failed, seen) or other
    return ""
