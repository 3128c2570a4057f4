"""The words, glyphs and colours of every state that the report shows; everywhere the same."""

from __future__ import annotations

from typing import Final, NamedTuple

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
)
from scanner.model.results import ERROR, FAIL, PASS, Finding
from scanner.model.waivers import EXPIRED, IN_FORCE, REFUSED, UNUSED


class State(NamedTuple):
    """How one state is shown: never by colour alone."""

    key: str
    """Names the glyph, the colour and, in bars, the pattern."""
    word: str
    sentence: str = ""


CONTROLS: Final = {
    NOT_SATISFIED: State(
        "fail",
        "Not satisfied",
        "At least one resource in scope violates a mapped rule. Violations accepted in a baseline count.",
    ),
    NOT_EVALUATED: State(
        "nev",
        "Not evaluated",
        "A mapped rule was switched off, failed to run, or an input of its format could not be read.",
    ),
    CONTROL_UNKNOWN: State(
        "unk", "Unknown", "At least one resource could not be decided; no violation was found."
    ),
    EXCEPTED: State(
        "exc",
        "Excepted",
        "All violations are covered by unexpired waivers. The control is not met by configuration; a waiver is not"
        " a PCI compensating control.",
    ),
    PARTIAL_EVIDENCE: State(
        "par", "Partial evidence", "No violation was found, but the rules cover only part of the control."
    ),
    SATISFIED: State(
        "sat",
        "Satisfied in scope",
        "Every resource in scope passed every mapped rule, and the rules cover all technical conditions we name.",
    ),
    NO_POPULATION: State(
        "nop", "No population", "No resource of the kinds concerned was in the code scanned."
    ),
    NO_RULE: State(
        "nor",
        "No rule",
        "Code could show this at least in part, but no rule here speaks to it yet. Supply evidence of your own.",
    ),
    MANUAL: State("man", "Manual", "Cannot be decided from code. Supply evidence of your own."),
}  # fmt: skip
"""By result, in the order of display: worst first, what was not tested last. It is not the order of precedence."""

UNTESTED: Final = (NO_RULE, MANUAL)
"""Results of controls that no rule speaks to."""

FAILED: Final = "failed"
WAIVED: Final = "waived"
FINDINGS: Final = {
    FAILED: State("fail", "Failed"),
    EXPIRED: State("fail", "Expired", "Failed again, since its waiver has expired."),
    "unknown": State("unk", "Unknown"),
    ERROR: State("nev", "Rule error"),
    WAIVED: State("exc", "Waived"),
}
"""By the state of a finding, in the order of display."""

WAIVERS: Final = {
    EXPIRED: State("fail", "Expired"),
    REFUSED: State("nev", "Refused"),
    IN_FORCE: State("exc", "In force"),
    UNUSED: State("nop", "Unused"),
}

PASSED: Final = State("sat", "Passed")


def state_of(finding: Finding) -> str:
    """The key in FINDINGS of a finding that did not pass."""
    if finding.outcome == FAIL:
        return finding.status if finding.status in (WAIVED, EXPIRED) else FAILED
    assert finding.outcome != PASS
    return finding.outcome
