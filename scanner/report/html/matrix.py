"""The frameworks' cards and the matrix of controls: what is counted, and what stands below each control."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scanner.model.frameworks import Control, ControlResult, ControlRule, Framework, RuleTally
from scanner.model.results import ScanResult
from scanner.model.rules import SEVERITIES, Rule
from scanner.report.html.anchors import anchor
from scanner.report.html.embed import Data
from scanner.report.html.geometry import Segment, bar
from scanner.report.html.states import CONTROLS, FINDINGS, UNTESTED, State, state_of
from scanner.report.redaction import Screen
from scanner.report.wording import counted, place_of

_ROWS: Final = 900
"""Violations that stand in the page itself, over all controls; the script has the others."""
_FEWEST: Final = 3

_TERMS: Final = (
    ("passed", "sat", "passed"),
    ("failed", "fail", "failed"),
    ("error", "nev", "rule error"),
    ("unknown", "unk", "unknown"),
    ("waived", "exc", "waived"),
    ("failed_elsewhere", "na", "failed on what is another control"),
)
"""The parts that a tally's settings add up from: field, colour, words."""

_SENTENCES: Final = ("why", "gap", "manual_evidence", "absence")


@dataclass(frozen=True, slots=True)
class Card:
    """One framework and its counts."""

    id: str
    title: str
    authority: str
    counts: list[tuple[State, int]]
    total: int
    tested: int
    scale: list[Segment]
    bar: list[Segment]
    label: str
    """The same in words, for those who do not see it."""
    note: str
    licence: str


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


@dataclass(frozen=True, slots=True)
class Row:
    """One control of the matrix."""

    anchor: str
    control: Control
    texts: dict[str, str]
    state: State
    severity: str
    reason: str
    bar: list[Segment]
    label: str
    resources: int
    examined: str
    population: str
    """The kinds the control is about."""
    tallies: list[Tally]
    idle: list[str]
    """Rules that found nothing that they apply to."""
    number: int


@dataclass(frozen=True, slots=True)
class Group:
    """The controls of one framework, by section."""

    card: Card
    sections: list[tuple[str, list[Row]]]
    open: list[Row]
    """The controls that need evidence of one's own."""


class Matrix:
    """Works out the cards and groups of a result."""

    def __init__(self, result: ScanResult, shown: Screen, data: Data) -> None:
        self._shown, self._findings, self._data = shown, data.findings, data
        self._result = result
        self._rules: dict[str, Rule] = {rule.id: rule for pack in result.packs for rule in pack.rules}
        self._rules.update({rule.id: rule for rule in result.rules})
        self._passes = Counter(each.rule.id for each in result.findings if each.outcome == "pass")
        lists = [len(data.of(tally.findings)) for each in result.controls for tally in each.tallies]
        self._most = max(_FEWEST, _ROWS // max(sum(1 for each in lists if each), 1))

    def cards(self) -> list[Card]:
        """One a framework, in the order of the result."""
        return [self._card(each) for each in self._result.frameworks]

    def chips(self) -> list[tuple[State, int]]:
        """Every result a control may have, with how many have it."""
        counts = Counter(each.result for each in self._result.controls)
        return [(state, counts[name]) for name, state in CONTROLS.items()]

    def groups(self) -> list[Group]:
        """The controls of each framework, in the order of its catalogue."""
        groups = []
        numbered = list(enumerate(self._result.controls))
        for framework in self._result.frameworks:
            rows: dict[str, list[Row]] = {}
            untested = []
            for number, each in numbered:
                if each.framework == framework.id:
                    row = self._row(number, each)
                    title = framework.sections.get(each.control.section, each.control.section)
                    rows.setdefault(self._shown.show(title), []).append(row)
                    if each.result in UNTESTED:
                        untested.append(row)
            groups.append(Group(self._card(framework), list(rows.items()), untested))
        return groups

    def _card(self, framework: Framework) -> Card:
        results = [each.result for each in self._result.controls if each.framework == framework.id]
        counts = Counter(results)
        states = [(state, counts[name]) for name, state in CONTROLS.items()]
        tested = [(state, counts[name]) for name, state in CONTROLS.items() if name not in UNTESTED]
        number = sum(count for _, count in tested)
        rest = [f"{counts[name]} {CONTROLS[name].word.lower()}" for name in UNTESTED if counts[name]]
        words = [f"{count} {state.word.lower()}" for state, count in tested if count]
        label = ", ".join([f"{framework.title}: {number} of {len(results)} tested", *rest])
        return Card(
            id=self._shown.show(framework.id),
            title=self._shown.show(framework.title),
            authority=self._shown.show(framework.authority),
            counts=states,
            total=len(results),
            tested=number,
            scale=bar([("ink", number), ("man", len(results) - number)], gap=0.4),
            bar=bar([(state.key, count) for state, count in tested]),
            label=self._shown.show(f"{label}. Of those tested: {', '.join(words)}" if words else label),
            note=_assessable(framework),
            licence=self._shown.show(" ".join(framework.licence.split())),
        )

    def _row(self, number: int, each: ControlResult) -> Row:
        control = each.control
        parts = [(key, sum(getattr(tally, name) for tally in each.tallies)) for name, key, _ in _TERMS]
        words = [f"{count} {word}" for (_, count), (_, _, word) in zip(parts, _TERMS, strict=True) if count]
        tallies = [(tally, self._tally(index, tally, control)) for index, tally in enumerate(each.tallies)]
        examined = f"{counted(each.resources, 'resource')}, {counted(each.settings, 'setting')} examined"
        names = ("id", "title", "mark", "profile")
        texts = {name: self._shown.show(getattr(control, name)) for name in names}
        return Row(
            anchor=anchor(each),
            control=control,
            texts=texts | {name: self._shown.show(_sentence(getattr(control, name))) for name in _SENTENCES},
            state=CONTROLS[each.result],
            severity=self._severity(each),
            reason=self._shown.show(_sentence(each.reason if each.reason != control.gap else "")),
            bar=bar(parts, gap=0),
            label=f"{examined}: {', '.join(words)}" if words else examined,
            resources=each.resources,
            examined=examined,
            population=self._shown.show(", ".join(control.population)),
            tallies=[
                tally for _, tally in sorted(tallies, key=lambda pair: _rank(pair[0])) if tally.terms or tally.remark
            ],
            idle=[self._shown.show(tally.rule) for tally, shown in tallies if not (shown.terms or shown.remark)],
            number=number,
        )

    def _severity(self, each: ControlResult) -> str:
        """The worst severity of what failed."""
        found = {
            self._findings[number].rule.severity
            for tally in each.tallies
            for number in self._data.of(tally.findings)
            if state_of(self._findings[number]) in ("failed", "expired")
        }
        return next((severity for severity in SEVERITIES if severity in found), "")

    def _tally(self, index: int, tally: RuleTally, control: Control) -> Tally:
        rule = self._rules.get(tally.rule)
        numbers = self._data.of(tally.findings)
        mapped = {each.rule: each for each in control.rules}
        reason = mapped[tally.rule].why if tally.rule in mapped else ""
        own = _own(mapped.get(tally.rule), rule)
        terms = [f"{getattr(tally, name)} {word}" for name, _, word in _TERMS if getattr(tally, name)]
        listed = numbers if len(numbers) <= self._most else numbers[: self._most]
        return Tally(
            rule=self._shown.show(tally.rule),
            title=self._shown.show(rule.title if rule else tally.rule),
            covers="covers in full" if tally.covers == "full" else "covers in part",
            why=self._shown.show(_sentence(reason)),
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


def _rank(tally: RuleTally) -> int:
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


def _sentence(text: str) -> str:
    """A clause of a catalogue as a sentence."""
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "?", "!")) else ".")


def _assessable(framework: Framework) -> str:
    counts = Counter(control.assessable for control in framework.controls)

    def words() -> Iterator[str]:
        yield f"{counts['yes'] or 'None'} can be decided from code for the resources scanned"
        yield f"{counts['partial']} in part"
        yield f"{counts['no']} not at all"

    return ", ".join(words()) + "."
