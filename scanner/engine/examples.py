"""The tests that rules carry: each example judged, and what was judged otherwise named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scanner.model import FAIL, NOT_APPLICABLE, UNKNOWN, Example, Rule, ScanResult

Judge = Callable[[Rule, Example], ScanResult]
"""Scans the text of one example with one rule."""


@dataclass(frozen=True, slots=True)
class ExampleReport:
    """How many examples were judged, and a line for each that was judged otherwise."""

    rules: int
    examples: int
    failures: tuple[str, ...]


def judge_examples(cases: Sequence[tuple[Rule, tuple[Example, ...]]], judge: Judge) -> ExampleReport:
    """Judges every example of every rule."""
    failures: list[str] = []
    for rule, examples in cases:
        if not examples:
            failures.append(f"{rule.id}: the rule has no examples")
        for number, example in enumerate(examples, 1):
            failures += _failure(rule, example, number, judge(rule, example))
    return ExampleReport(len(cases), sum(len(examples) for _, examples in cases), tuple(failures))


def outcome_of(result: ScanResult) -> str:
    """The outcome of an example as a whole: one failure makes it fail, then one unknown unknown."""
    outcomes = {finding.outcome for finding in result.findings}
    for outcome in ("error", FAIL, UNKNOWN, "pass"):
        if outcome in outcomes:
            return outcome
    return NOT_APPLICABLE


def _failure(rule: Rule, example: Example, number: int, result: ScanResult) -> list[str]:
    name = f"{rule.id}: {example.outcome} example {number}" + (f" ({example.name})" if example.name else "")
    broken = [each for each in result.diagnostics if each.level == "error"]
    if broken:
        return [f"{name}, {example.format}: {broken[0].message}"]
    found = outcome_of(result)
    if found == example.outcome:
        return []
    seen = "; ".join(sorted(f"{each.resource.address} {each.outcome}: {each.message}" for each in result.findings))
    return [f"{name}, {example.format}: judged {found}" + (f" [{seen}]" if seen else "")]
