"""What the rules of each control said, counted: every node that a rule examined lies in exactly one of its counts.

What the counts mean for the control is worked out in `scanner.engine.controls`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from scanner.engine.evaluate import Evaluation, Evaluator
from scanner.engine.mapped import Mappings
from scanner.expression import EvaluationError
from scanner.model import (
    ERROR,
    FAIL,
    NOT_APPLICABLE,
    PASS,
    Control,
    ControlRule,
    Finding,
    Framework,
    Resource,
    RuleTally,
    Unknown,
)
from scanner.normalise.tables import half_of
from scanner.policy.compile import CompiledRule
from scanner.policy.frameworks import Mapped

_FORMATS: Final = {"terraform": "Terraform", "cloudformation": "CloudFormation", "kubernetes": "Kubernetes"}
RUN: Final = "run"
OFF: Final = "off"
BROKEN: Final = "broken"
_PASSED, _FAILED, _ELSEWHERE, _UNKNOWN, _WAIVED, _ERROR = (
    "passed", "failed", "failed_elsewhere", "unknown", "waived", "error",
)  # fmt: skip


class Again(NamedTuple):
    """A rule that one control wants judged with its own parameters."""

    framework: str
    control: str
    rule: str


class Judged(NamedTuple):
    """One run of rules and what was made of it: `findings` refer to `evaluations` by number."""

    evaluations: Sequence[Evaluation]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Count:
    """What the rules of one control said together."""

    tallies: tuple[RuleTally, ...]
    resources: int
    settings: int
    undecided: int = 0
    """Failures of which it is not known whether they concern the control."""
    beyond: tuple[str, ...] = ()
    """In words: what its rules cannot judge in the format it is written in."""


class Examination:
    """One scan's evaluations, to be counted control by control."""

    def __init__(
        self,
        usual: Judged,
        again: Mapping[Again, Judged],
        evaluator: Evaluator,
        mappings: Mappings,
        rules: Iterable[CompiledRule],
    ) -> None:
        """`again`: what was judged once more, with the parameters that a control demands."""
        self._usual = _by_rule(usual)
        self._again = {key: _by_rule(judged).get(key.rule, []) for key, judged in again.items()}
        self._evaluator = evaluator
        self._mappings = mappings
        self._rules = {each.rule.id: each for each in rules}

    def count(self, framework: Framework, control: Control, off: Iterable[str]) -> Count:
        """The counts of one control. `off`: the rules that did not run."""
        switched_off = set(off)
        natives: set[tuple[str, str]] = set()
        tallies: list[RuleTally] = []
        beyond: list[str] = []
        undecided = 0
        for rule in control.rules:
            if rule.rule in switched_off:
                tallies.append(RuleTally(rule.rule, rule.covers, OFF))
                continue
            tally, unclear = self._tally(framework, control, rule, natives)
            tallies.append(tally)
            undecided += unclear
            beyond += self._beyond(rule.rule, control)
        settings = sum(each.examined for each in tallies)
        return Count(tuple(tallies), len(natives), settings, undecided, tuple(beyond))

    def _beyond(self, id: str, control: Control) -> Iterator[str]:
        """What a rule would judge, but cannot in the format that it is written in."""
        compiled = self._rules[id]
        if not compiled.rule.formats:
            return
        kinds = [kind for kind in compiled.rule.kinds if kind in control.population]
        formats = {
            half_of(node.native.format)
            for node in self._evaluator.graph.of_kinds(kinds)
            if half_of(node.native.format) not in compiled.rule.formats and self._applies(compiled, node)
        }
        for format in sorted(formats):
            yield f"the rule {id} cannot judge {', '.join(kinds)} in {_FORMATS.get(format, format)}"

    def _applies(self, compiled: CompiledRule, node: Resource) -> bool:
        """Whether a rule would be about a node of another format; what cannot be decided counts."""
        try:
            return (
                compiled.when is None
                or compiled.when.evaluate(self._evaluator.environment(compiled, node)) is not False
            )
        except EvaluationError:
            return True

    def _tally(
        self, framework: Framework, control: Control, rule: ControlRule, natives: set[tuple[str, str]]
    ) -> tuple[RuleTally, int]:
        kinds = frozenset(control.population)
        mapped = Mapped(
            framework.id, control.id, rule.rule, rule.covers, rule.where, rule.params, kinds, framework.path
        )
        counts: Counter[str] = Counter()
        fingerprints: list[tuple[int, str]] = []
        undecided, state = 0, RUN
        for evaluation, finding in self._judged(Again(framework.id, control.id, rule.rule)):
            if evaluation.resource.kind not in mapped.kinds:
                continue
            if finding is None and evaluation.outcome != PASS:
                state = OFF  # its findings are switched off in this path
                continue
            verdict, unclear = self._verdict(mapped, evaluation, finding)
            undecided += unclear
            counts[verdict] += 1
            natives.add((evaluation.resource.native.root, evaluation.resource.address))
            if finding is not None and verdict not in (_PASSED, _ELSEWHERE):
                fingerprints.append((finding.evaluation, finding.fingerprint))
        if counts[_ERROR]:
            state = BROKEN
        listed = tuple(dict.fromkeys(fingerprint for _, fingerprint in fingerprints))
        return RuleTally(rule.rule, rule.covers, state, counts.total(), **counts, findings=listed), undecided

    def _judged(self, key: Again) -> list[tuple[Evaluation, Finding | None]]:
        return self._again[key] if key in self._again else self._usual.get(key.rule, [])

    def _verdict(self, mapped: Mapped, evaluation: Evaluation, finding: Finding | None) -> tuple[str, bool]:
        """The count that an evaluation belongs to, and whether it is undecided if it concerns the control."""
        if evaluation.outcome == PASS or finding is None:
            return _PASSED, False
        if evaluation.outcome == ERROR:
            return _ERROR, False
        failed = evaluation.outcome in (FAIL, NOT_APPLICABLE)
        concerns = self._mappings.concerns(mapped, evaluation, self._evaluator)
        if concerns is False:
            return (_ELSEWHERE if failed else _PASSED), False
        if finding.status == "waived" and failed:
            return _WAIVED, False
        if isinstance(concerns, Unknown):
            return _UNKNOWN, failed
        return (_FAILED if failed else _UNKNOWN), False


def _by_rule(judged: Judged) -> dict[str, list[tuple[Evaluation, Finding | None]]]:
    """Every rule's evaluations (but those that do not apply) with their findings. A failure that another rule's stands
    for, by `unless`, has that one's finding."""
    findings = {each.evaluation: each for each in judged.findings}
    numbers = {
        (each.compiled.rule.id, id(each.resource)): number
        for number, each in enumerate(judged.evaluations)
        if each.outcome == FAIL
    }
    found: dict[str, list[tuple[Evaluation, Finding | None]]] = {}
    for number, each in _examined(judged.evaluations):
        shown = numbers.get((each.instead, id(each.resource)), number) if each.instead else number
        found.setdefault(each.compiled.rule.id, []).append((each, findings.get(shown)))
    return found


def _examined(evaluations: Sequence[Evaluation]) -> Iterator[tuple[int, Evaluation]]:
    for number, each in enumerate(evaluations):
        if each.outcome != NOT_APPLICABLE or each.instead:
            yield number, each
