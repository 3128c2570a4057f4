"""Controls in the report for people at a terminal: per framework, how many came to what, and which of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scanner.model.frameworks import (
    CONTROL_UNKNOWN,
    EXCEPTED,
    MANUAL,
    NO_POPULATION,
    NO_RULE,
    NOT_EVALUATED,
    NOT_SATISFIED,
    PARTIAL_EVIDENCE,
    SATISFIED,
    ControlResult,
)
from scanner.model.results import ScanResult
from scanner.report.layout import pad, wrap
from scanner.report.style import Style

WORDS: Final = {
    NOT_SATISFIED: "not satisfied",
    NOT_EVALUATED: "not evaluated",
    CONTROL_UNKNOWN: "unknown",
    EXCEPTED: "excepted",
    PARTIAL_EVIDENCE: "partial evidence",
    SATISFIED: "satisfied in scope",
    NO_POPULATION: "no population",
    NO_RULE: "no rule",
    MANUAL: "manual",
}
"""Every result in words, in the order in which they are shown."""

_NAMED: Final = (NOT_SATISFIED, NOT_EVALUATED, CONTROL_UNKNOWN, EXCEPTED, PARTIAL_EVIDENCE, SATISFIED)
"""Results whose controls are listed; of the others only the number."""
_INKS: Final = {NOT_SATISFIED: "red", NOT_EVALUATED: "yellow", CONTROL_UNKNOWN: "magenta", SATISFIED: "green"}
_LABEL: Final = 18
_INDENT: Final = 4


def control_lines(result: ScanResult, style: Style, width: int) -> Iterator[list[str]]:
    """One entry a framework. Every control is counted once."""
    for framework in result.frameworks:
        controls = [each for each in result.controls if each.framework == framework.id]
        yield [f"    {framework.id}   {len(controls)} controls", *_results(controls, style, width)]


def _results(controls: Sequence[ControlResult], style: Style, width: int) -> Iterator[str]:
    for result, words in WORDS.items():
        ids = [each.control.id for each in controls if each.result == result]
        if not ids:
            continue
        lead = f"{' ' * _INDENT}{style.paint(pad(words, _LABEL), _INKS.get(result, ''))}  {len(ids):>3}  "
        room = _INDENT + _LABEL + 7
        listed = wrap("  ".join(ids), width - room) if result in _NAMED else [""]
        yield (lead + listed[0].strip()).rstrip()
        yield from (" " * room + line.strip() for line in listed[1:])
