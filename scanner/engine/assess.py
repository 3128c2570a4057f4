"""A scan's part in frameworks, in the order of its steps: what to read, what to judge again, what to say of controls.

assessment = prepare(options, compiled, tables)     # before loading: conditions read attributes too
findings = assessment.named(findings, evaluations, evaluator)
assessment.examine(findings, evaluations, evaluator, settle)
result = assessment.conclude(result)                # when everything is known of the inputs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scanner.engine.controls import control_results, rules_off, unread_inputs
from scanner.engine.evaluate import Evaluation, Evaluator
from scanner.engine.mapped import Mappings, compile_mappings, name_controls
from scanner.engine.options import ScanOptions
from scanner.engine.tallies import OFF, Again, Count, Examination, Judged
from scanner.model import Control, Finding, Framework, Kind, Rule, RuleTally, ScanResult
from scanner.normalise import Tables
from scanner.policy.catalogue import with_params
from scanner.policy.compile import CompiledRule, compile_rule
from scanner.policy.frameworks import framework, load_frameworks, load_mappings

Settle = Callable[[Evaluator, Sequence[Evaluation]], tuple[Finding, ...]]
HALVES: Final = frozenset({"terraform", "cloudformation", "kubernetes"})


@dataclass(slots=True)
class Assessment:
    """What one scan knows of frameworks; filled step by step."""

    options: ScanOptions
    frameworks: tuple[Framework, ...]
    mappings: Mappings
    rules: list[CompiledRule]
    """The rules to judge, each reading what the conditions on its findings read."""
    again: Mapping[Again, CompiledRule]
    examination: Examination | None = None
    control_findings: tuple[Finding, ...] = ()

    def named(
        self, findings: Sequence[Finding], evaluations: Sequence[Evaluation], evaluator: Evaluator
    ) -> tuple[Finding, ...]:
        """The findings with the controls they speak to."""
        if not self.mappings.by_rule:
            return tuple(findings)
        return name_controls(findings, evaluations, evaluator, self.mappings)

    def examine(
        self, findings: Sequence[Finding], evaluations: Sequence[Evaluation], evaluator: Evaluator, settle: Settle
    ) -> None:
        """Judges again what a control wants judged with its own parameters, and keeps everything to be counted."""
        if not self.frameworks:
            return
        judged = {}
        for key, compiled in self.again.items():
            once_more = evaluator.run([compiled])
            marked = [_marked(each, key) for each in settle(evaluator, once_more)]
            judged[key] = Judged(once_more, marked)
        self.control_findings = tuple(each for found in judged.values() for each in found.findings)
        self.examination = Examination(Judged(evaluations, findings), judged, evaluator, self.mappings, self.rules)

    def conclude(self, result: ScanResult, tables: Tables, known: Sequence[Rule]) -> ScanResult:
        """The result with every control of the frameworks asked for."""
        off = rules_off(known, result.rules, why_off(self.options, self.frameworks))
        controls = control_results(
            self.frameworks,
            lambda each, control: self._count(each, control, off),
            off=off,
            unread=unread_inputs(result.inputs, result.diagnostics),
            formats=_formats(known, tables),
        )
        return replace(
            result,
            frameworks=self.frameworks,
            controls=controls,
            control_findings=self.control_findings,
            skipped_rules=tuple(sorted(off.items())),
        )

    def _count(self, framework: Framework, control: Control, off: Mapping[str, str]) -> Count:
        if self.examination is not None:
            return self.examination.count(framework, control, off)
        states = {rule.rule: OFF if rule.rule in off else "run" for rule in control.rules}
        return Count(tuple(RuleTally(each.rule, each.covers, states[each.rule]) for each in control.rules), 0, 0)


def wanted_frameworks(options: ScanOptions) -> tuple[Framework, ...]:
    """The frameworks whose controls are to be worked out. Raises UsageError with the nearest id."""
    if not options.frameworks and not options.controls:
        return ()
    every = load_frameworks()
    ids = dict.fromkeys(options.frameworks)
    return tuple(framework(id, every) for id in ids) if ids else every


def prepare(
    options: ScanOptions, frameworks: tuple[Framework, ...], rules: Sequence[CompiledRule], kinds: Mapping[str, Kind]
) -> Assessment:
    """What the scan's rules have to do with frameworks. Raises PolicyError for a catalogue that does not fit."""
    wanted = options.name_controls or bool(frameworks)
    mappings = compile_mappings(load_mappings() if wanted else (), rules, kinds)
    by_id = {each.rule.id: each for each in rules}
    again = {
        Again(each.id, control.id, mapped.rule): compile_rule(with_params(by_id[mapped.rule].rule, mapped), kinds)
        for each in frameworks
        for control in each.controls
        for mapped in control.rules
        if mapped.rule in by_id and with_params(by_id[mapped.rule].rule, mapped) != by_id[mapped.rule].rule
    }
    return Assessment(options, frameworks, mappings, mappings.widened(rules), again)


def why_off(options: ScanOptions, frameworks: Sequence[Framework]) -> Callable[[Rule], str]:
    """Says why a known rule was not selected."""
    mapped = rules_of(frameworks)

    def why(rule: Rule) -> str:
        if rule.id in options.skip:
            return "it was skipped"
        if options.frameworks and rule.id not in mapped:
            return "it speaks to no control of the frameworks asked for"
        if options.rules and rule.id not in options.rules and rule.pack not in options.rules:
            return "it is not among the rules asked for"
        return f"its severity, {rule.severity}, is below {options.min_severity}"

    return why


def rules_of(frameworks: Sequence[Framework]) -> frozenset[str]:
    """The ids of the rules that speak to a control of these frameworks."""
    return frozenset(mapped.rule for each in frameworks for control in each.controls for mapped in control.rules)


def _marked(finding: Finding, key: Again) -> Finding:
    """A finding that counts for one control alone."""
    return replace(
        finding,
        fingerprint=f"{finding.fingerprint}@{key.framework}:{key.control}",
        frameworks={key.framework: (key.control,)},
    )


def _formats(rules: Sequence[Rule], tables: Tables) -> dict[str, frozenset[str]]:
    """Rule id to the formats in which what it looks at can be written."""
    halves: dict[str, set[str]] = {}
    for entry in tables.entries():
        for kind in (entry.kind, entry.into, *(node.kind for node in entry.nodes)):
            halves.setdefault(kind, set()).add(entry.half)
    return {
        rule.id: frozenset(rule.formats) or frozenset().union(*(halves.get(kind) or HALVES for kind in rule.kinds))
        for rule in rules
    }
