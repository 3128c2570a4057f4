"""What stands below a control: for each of its rules a sum that adds up, and its violations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from scanner.model.frameworks import Control, ControlRule, RuleTally
from scanner.model.results import PASS, ScanResult
from scanner.model.rules import Rule
from scanner.report.html.embed import Data
from scanner.report.html.states import FINDINGS, State, state_of
from scanner.report.redaction import Screen
from scanner.report.wording import counted, place_of

_ROWS: Final = 900
"""Violations that stand in the page itself, over all controls; the script has the others."""
_FEWEST: Final = 3

TERMS: Final = (
    ("passed", "sat", "passed"),
    ("failed", "fail", "failed"),
    ("error", "nev", "rule error"),
    ("unknown", "unk", "unknown"),
    ("waived", "exc", "waived"),
    ("failed_elsewhere", "na", "failed on what is another control"),
)
"""The parts that a tally's settings add up from: field, colour, words."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One finding below a control."""

    number: int
    state: State
    address: str
    message: str
    place: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Tally:
    """One rule below a control: a sum that adds up, and its violations."""

    rule: str
    title: str
    covers: str
    why: str
    total: str
    terms: str
    remark: str
    violations: list[Violation]
    listed: int
    """How many there are, in the page or not."""
    passed: int
    """How many passes the script can list; 0 where it cannot."""
    index: int


class Tallies:
    """Works out what stands below the controls of a result."""

    def __init__(self, result: ScanResult, shown: Screen, data: Data) -> None:
        self._shown, self._findings, self._data = shown, data.findings, data
        self._rules: dict[str, Rule] = {rule.id: rule for pack in result.packs for rule in pack.rules}
        self._rules.update({rule.id: rule for rule in result.rules})
        self._passes = Counter(each.rule.id for each in result.findings if each.outcome == PASS)
        lists = [len(data.of(tally.findings)) for each in result.controls for tally in each.tallies]
        self._most = max(_FEWEST, _ROWS // max(sum(1 for each in lists if each), 1))

    def tally(self, index: int, tally: RuleTally, control: Control) -> Tally:
        """What one rule said for a control; `index` is its place there."""
        rule = self._rules.get(tally.rule)
        numbers = self._data.of(tally.findings)
        mapped = {each.rule: each for each in control.rules}
        reason = mapped[tally.rule].why if tally.rule in mapped else ""
        own = _own(mapped.get(tally.rule), rule)
        terms = [f"{getattr(tally, name)} {word}" for name, _, word in TERMS if getattr(tally, name)]
        listed = numbers if len(numbers) <= self._most else numbers[: self._most]
        return Tally(
            rule=self._shown.show(tally.rule),
            title=self._shown.show(rule.title if rule else tally.rule),
            covers="covers in full" if tally.covers == "full" else "covers in part",
            why=self._shown.show(sentence(reason)),
            total=counted(tally.examined, "setting"),
            terms=" + ".join(terms),
            remark=self._shown.show(" ".join([_remark(tally), own]).strip()),
            violations=[self._violation(number) for number in listed],
            listed=len(numbers),
            passed=0 if own or tally.passed != self._passes[tally.rule] else tally.passed,
            index=index,
        )

    def _violation(self, number: int) -> Violation:
        finding, show = self._findings[number], self._shown.show
        return Violation(
            number=number,
            state=FINDINGS[state_of(finding)],
            address=show(finding.resource.address),
            message=show(finding.message or finding.rule.title),
            place=show(place_of(finding.location)),
            expected=show(f"{finding.attribute} {finding.expected or finding.rule.expect}".strip()),
            actual=show(finding.actual),
        )


def rank(tally: RuleTally) -> int:
    """Rules with violations first, then those that did not run, then the others."""
    if tally.failed:
        return 0
    return 1 if tally.findings or tally.state != "run" else 2


def _remark(tally: RuleTally) -> str:
    """What the sum of a rule does not say."""
    if tally.state == "off":
        return "This rule was switched off, so nothing was examined."
    return "This rule failed to run on at least one resource." if tally.state == "broken" else ""


def _own(mapped: ControlRule | None, rule: Rule | None) -> str:
    """The parameters that a framework demands of a rule, where they are not the rule's."""
    usual = rule.params if rule else {}
    differ = {name: value for name, value in (mapped.params if mapped else {}).items() if usual.get(name) != value}
    words = ", ".join(f"{name} = {_listed(value)}" for name, value in sorted(differ.items()))
    return f"Judged with what this control demands: {words}." if words else ""


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def sentence(text: str) -> str:
    """A clause of a catalogue as a sentence."""
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "?", "!")) else ".")
