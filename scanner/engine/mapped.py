"""The controls that a scan's findings speak to: the frameworks' mappings, their conditions compiled.

`where` is judged like a rule, three-valued, with what the rule binds. What follows for a control is worked out in
`scanner.engine.controls`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from scanner.engine.evaluate import Evaluation, Evaluator
from scanner.expression import EvaluationError, Program
from scanner.model import ERROR, NOT_APPLICABLE, PASS, Finding, Kind, Unknown
from scanner.policy.catalogue import compile_where
from scanner.policy.compile import CompiledRule, compile_rule
from scanner.policy.frameworks import Mapped

UNDECIDED: Final = Unknown("undecided", "whether the finding concerns the control is not known")
_NONE: Final[tuple[Mapped, ...]] = ()


@dataclass(frozen=True, slots=True)
class Mappings:
    """The mappings of the rules in use, by rule."""

    by_rule: Mapping[str, tuple[Mapped, ...]]
    programs: Mapping[tuple[str, str], Program]
    """(rule id, condition) to the compiled condition."""
    variants: Mapping[tuple[str, str], CompiledRule] = field(default_factory=dict)
    """(rule id, parameters) to the rule with the parameters that some control demands instead of its own."""

    def widened(self, rules: Iterable[CompiledRule]) -> list[CompiledRule]:
        """The rules, each also reading what the conditions on its findings read."""
        extra: dict[str, frozenset[tuple[str, str]]] = {}
        for (rule, _), program in self.programs.items():
            extra[rule] = extra.get(rule, frozenset()) | program.reads
        return [
            replace(each, reads=each.reads | extra[each.rule.id]) if each.rule.id in extra else each for each in rules
        ]

    def of(self, rule: str) -> tuple[Mapped, ...]:
        """What a rule speaks to."""
        return self.by_rule.get(rule, _NONE)

    def allows(self, mapped: Mapped, evaluation: Evaluation, evaluator: Evaluator) -> bool:
        """Whether a control that demands other parameters than the rule has finds nothing where the rule does."""
        variant = self.variants.get((mapped.rule, repr(mapped.params)))
        if variant is None or evaluation.outcome in (PASS, ERROR):
            return False
        return evaluator.judge(variant, evaluation.resource).outcome in (PASS, NOT_APPLICABLE)

    def concerns(self, mapped: Mapped, evaluation: Evaluation, evaluator: Evaluator) -> bool | Unknown:
        """Whether the outcome of a rule on a node concerns a control: never if the node is of a kind that the control
        is not about, else as its condition says."""
        if evaluation.resource.kind not in mapped.kinds:
            return False
        if not mapped.where:
            return True
        program = self.programs[mapped.rule, mapped.where]
        try:
            value = program.evaluate(evaluator.environment(evaluation.compiled, evaluation.resource))
        except EvaluationError:
            return UNDECIDED
        return value if isinstance(value, bool | Unknown) else UNDECIDED


def compile_mappings(mappings: Iterable[Mapped], rules: Sequence[CompiledRule], kinds: Mapping[str, Kind]) -> Mappings:
    """The mappings of these rules. Raises PolicyError for a condition that does not compile."""
    known = {each.rule.id: each.rule for each in rules}
    by_rule: dict[str, list[Mapped]] = {}
    programs: dict[tuple[str, str], Program] = {}
    variants: dict[tuple[str, str], CompiledRule] = {}
    for each in mappings:
        rule = known.get(each.rule)
        if rule is None:
            continue
        by_rule.setdefault(each.rule, []).append(each)
        demanded, key = {**rule.params, **each.params}, (each.rule, repr(each.params))
        if demanded != rule.params and key not in variants:
            variants[key] = compile_rule(replace(rule, params=demanded), kinds)
        if each.where and (each.rule, each.where) not in programs:
            programs[each.rule, each.where] = compile_where(
                each.where, rule, kinds, path=each.path, control=each.control
            )
    return Mappings({rule: tuple(found) for rule, found in by_rule.items()}, programs, variants)


def name_controls(
    findings: Sequence[Finding], evaluations: Sequence[Evaluation], evaluator: Evaluator, mappings: Mappings
) -> tuple[Finding, ...]:
    """The findings, each with the controls it concerns or may concern: those of its rule, and those of the rules that
    it stands for by their `unless`. Not among them is a control that demands other parameters and finds nothing."""
    stands_for: dict[tuple[str, int], list[Evaluation]] = {}
    for each in evaluations:
        if each.instead:
            stands_for.setdefault((each.instead, id(each.resource)), []).append(each)
    named = []
    for finding in findings:
        judged = evaluations[finding.evaluation]
        also = stands_for.get((finding.rule.id, id(judged.resource)), []) if stands_for else []
        controls = _controls([judged, *also], evaluator, mappings)
        named.append(replace(finding, frameworks=controls) if controls else finding)
    return tuple(named)


def _controls(
    evaluations: Iterable[Evaluation], evaluator: Evaluator, mappings: Mappings
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for judged in evaluations:
        rule = judged.compiled.rule
        for mapped in mappings.of(rule.id):
            if mappings.allows(mapped, judged, evaluator):
                continue
            whole = judged.outcome in (PASS, ERROR) and judged.resource.kind in mapped.kinds
            if whole or mappings.concerns(mapped, judged, evaluator) is not False:
                controls = found.setdefault(mapped.framework, [])
                if mapped.control not in controls:
                    controls.append(mapped.control)
    return {framework: tuple(controls) for framework, controls in found.items()}
