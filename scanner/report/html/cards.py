"""The card of a framework: every count, a bar of them, and the same in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.model.frameworks import ControlResult, Framework
from scanner.report.html.geometry import Segment, bar
from scanner.report.html.states import CONTROLS, UNTESTED, State
from scanner.report.redaction import Screen


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


def card(framework: Framework, controls: Iterable[ControlResult], shown: Screen) -> Card:
    """The card of a framework."""
    results = [each.result for each in controls if each.framework == framework.id]
    counts = Counter(results)
    states = [(state, counts[name]) for name, state in CONTROLS.items()]
    tested = [(state, counts[name]) for name, state in CONTROLS.items() if name not in UNTESTED]
    number = sum(count for _, count in tested)
    rest = [f"{counts[name]} {CONTROLS[name].word.lower()}" for name in UNTESTED if counts[name]]
    words = [f"{count} {state.word.lower()}" for state, count in tested if count]
    label = ", ".join([f"{framework.title}: {number} of {len(results)} tested", *rest])
    return Card(
        id=shown.show(framework.id),
        title=shown.show(framework.title),
        authority=shown.show(framework.authority),
        counts=states,
        total=len(results),
        tested=number,
        scale=bar([("ink", number), ("man", len(results) - number)], gap=0.4),
        bar=bar([(state.key, count) for state, count in tested]),
        label=shown.show(f"{label}. Of those tested: {', '.join(words)}" if words else label),
        note=_assessable(framework),
        licence=shown.show(" ".join(framework.licence.split())),
    )


def _assessable(framework: Framework) -> str:
    counts = Counter(control.assessable for control in framework.controls)

    def words() -> Iterator[str]:
        yield f"{counts['yes'] or 'None'} can be decided from code for the resources scanned"
        yield f"{counts['partial']} in part"
        yield f"{counts['no']} not at all"

    return ", ".join(words()) + "."
