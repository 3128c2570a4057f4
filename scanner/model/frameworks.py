"""Frameworks, their controls, and what a scan says of each control.

The texts are our own; ids are the publishers'. How a result is worked out is `scanner.engine.controls`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

MANUAL: Final = "manual"
NO_RULE: Final = "no-rule"
NOT_SATISFIED: Final = "not-satisfied"
NOT_EVALUATED: Final = "not-evaluated"
CONTROL_UNKNOWN: Final = "unknown"
EXCEPTED: Final = "excepted"
NO_POPULATION: Final = "no-population"
PARTIAL_EVIDENCE: Final = "partial-evidence"
SATISFIED: Final = "satisfied-in-scope"
CONTROL_RESULTS: Final = (
    MANUAL,
    NO_RULE,
    NOT_SATISFIED,
    NOT_EVALUATED,
    CONTROL_UNKNOWN,
    EXCEPTED,
    NO_POPULATION,
    PARTIAL_EVIDENCE,
    SATISFIED,
)
"""In the order of precedence: the first that holds is the control's result."""


@dataclass(frozen=True, slots=True)
class ControlRule:
    """One rule that speaks to a control."""

    rule: str
    """The rule's id."""
    covers: str
    """full: the rule alone settles the control for the resources it judges; part: it does not."""
    why: str
    where: str = ""
    """CEL over what the rule binds: the findings that concern the control; empty for all."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """The rule's parameters as this framework demands them."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a framework."""

    id: str
    title: str
    assessable: str
    """yes: every technical condition can be decided from code; partial; no. It never means that the control is met."""
    why: str
    """Why it is assessable so."""
    covered: str = "none"
    """What all its rules settle together: full, part or none."""
    rules: tuple[ControlRule, ...] = ()
    population: tuple[str, ...] = ()
    """The kinds it is about."""
    section: str = ""
    mark: str = ""
    """The publisher's own mark: automated, manual, required, addressable, ..."""
    profile: str = ""
    absence: str = ""
    """What is asked of things that are missing from an account."""
    manual_evidence: str = ""
    """What an assessor would ask for."""
    gap: str = ""
    """Why no rule speaks to it although it is assessable."""


@dataclass(frozen=True, slots=True)
class Framework:
    """The complete catalogue of one version of a framework."""

    id: str
    """Ends in the version: cis-aws-7.0.0."""
    title: str
    version: str
    authority: str
    licence: str
    controls: tuple[Control, ...]
    sections: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    digest: str = ""
    path: str = ""


class RuleTally(NamedTuple):
    """What one rule said for one control; the counts are of nodes (settings examined) and add up to `examined`."""

    rule: str
    covers: str
    state: str
    """run; off (not selected); broken (an error outcome)."""
    examined: int = 0
    passed: int = 0
    failed: int = 0
    failed_elsewhere: int = 0
    """Failures that lie outside the mapping's `where`: they are another control's."""
    unknown: int = 0
    waived: int = 0
    error: int = 0
    findings: tuple[str, ...] = ()
    """Fingerprints of the findings counted as failed, unknown, waived or error, in the order of the result."""


@dataclass(frozen=True, slots=True)
class ControlResult:
    """What the scan says of one control."""

    framework: str
    control: Control
    result: str
    """One of CONTROL_RESULTS."""
    reason: str = ""
    """Why, in a sentence, where the counts do not say it: which rule was off, which file could not be read."""
    tallies: tuple[RuleTally, ...] = ()
    resources: int = 0
    """Distinct native resources that its rules examined."""
    settings: int = 0
    """Nodes examined, summed over its rules."""
