"""The matrix of controls, by framework and section."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from scanner.model.frameworks import Control, ControlResult
from scanner.model.results import ScanResult
from scanner.model.rules import SEVERITIES
from scanner.report.html.anchors import anchor
from scanner.report.html.cards import Card, card
from scanner.report.html.embed import Data
from scanner.report.html.geometry import Segment, bar
from scanner.report.html.states import CONTROLS, UNTESTED, State, state_of
from scanner.report.html.tallies import TERMS, Tallies, Tally, rank, sentence
from scanner.report.redaction import Screen
from scanner.report.wording import counted

_SENTENCES: Final = ("why", "gap", "manual_evidence", "absence")


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
        self._tallies = Tallies(result, shown, data)

    def cards(self) -> list[Card]:
        """One a framework, in the order of the result."""
        return [card(each, self._result.controls, self._shown) for each in self._result.frameworks]

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
            groups.append(Group(card(framework, self._result.controls, self._shown), list(rows.items()), untested))
        return groups

    def _row(self, number: int, each: ControlResult) -> Row:
        control = each.control
        parts = [(key, sum(getattr(tally, name) for tally in each.tallies)) for name, key, _ in TERMS]
        words = [f"{count} {word}" for (_, count), (_, _, word) in zip(parts, TERMS, strict=True) if count]
        tallies = [(tally, self._tallies.tally(index, tally, control)) for index, tally in enumerate(each.tallies)]
        examined = f"{counted(each.resources, 'resource')}, {counted(each.settings, 'setting')} examined"
        names = ("id", "title", "mark", "profile")
        texts = {name: self._shown.show(getattr(control, name)) for name in names}
        return Row(
            anchor=anchor(each),
            control=control,
            texts=texts | {name: self._shown.show(sentence(getattr(control, name))) for name in _SENTENCES},
            state=CONTROLS[each.result],
            severity=self._severity(each),
            reason=self._shown.show(sentence(each.reason if each.reason != control.gap else "")),
            bar=bar(parts, gap=0),
            label=f"{examined}: {', '.join(words)}" if words else examined,
            resources=each.resources,
            examined=examined,
            population=self._shown.show(", ".join(control.population)),
            tallies=[
                tally for _, tally in sorted(tallies, key=lambda pair: rank(pair[0])) if tally.terms or tally.remark
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
