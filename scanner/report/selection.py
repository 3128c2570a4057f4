"""Which findings a report shows, in which order, and which of them are one thing in several instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from scanner.model.results import FAIL, Finding, ScanResult
from scanner.model.rules import SEVERITIES
from scanner.model.spans import Step

_RANK: Final = {severity: rank for rank, severity in enumerate(SEVERITIES)}


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one rule at one place: the instances of a resource that is written once."""

    findings: tuple[Finding, ...]

    @property
    def lead(self) -> Finding:
        """The finding that speaks for all."""
        return self.findings[0]

    def message(self) -> str:
        """The message if all say the same, else what the rule finds in general."""
        lead = self.lead
        same = all(finding.message == lead.message for finding in self.findings)
        return (lead.message if same else lead.rule.title) or lead.rule.title or lead.rule.id

    def chains(self) -> list[tuple[Step, ...]]:
        """The different ways on which the instances came to their values."""
        return list(dict.fromkeys(finding.because for finding in self.findings if finding.because))


def failures(result: ScanResult) -> list[Finding]:
    """The findings that count as failed: new, known, worsened or under an expired waiver."""
    return [finding for finding in result.findings if finding.outcome == FAIL and finding.status != "waived"]


def waived(result: ScanResult) -> list[Finding]:
    """The failures under a waiver that is in force."""
    return [finding for finding in result.findings if finding.outcome == FAIL and finding.status == "waived"]


def with_outcome(result: ScanResult, outcome: str) -> list[Finding]:
    """The findings with one outcome, whatever their status."""
    return [finding for finding in result.findings if finding.outcome == outcome]


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By severity; within one severity in the order they have."""
    return sorted(findings, key=severity_rank)


def severity_rank(finding: Finding) -> int:
    """0 for the worst."""
    return _RANK.get(finding.rule.severity, len(_RANK))


def severity_counts(findings: Iterable[Finding]) -> list[tuple[str, int]]:
    """Severities that occur, worst first, with how often."""
    counts = Counter(finding.rule.severity for finding in findings)
    return [(severity, counts[severity]) for severity in sorted(counts, key=lambda name: _RANK.get(name, len(_RANK)))]


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Findings of one rule at one place put together, in the order of the first of each."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        place: object = finding.location if finding.location is not None else finding.resource
        key = (finding.rule.id, finding.outcome, finding.status, place)
        groups.setdefault(key, []).append(finding)
    return [Group(tuple(members)) for members in groups.values()]


def unread_files(result: ScanResult) -> set[str]:
    """The files of which something was not judged: failed to be read, whole or in part."""
    failed = {record.path for record in result.inputs if record.status == "failed"}
    return failed | {item.path for item in result.diagnostics if item.level == "error" and item.path}


def is_complete(result: ScanResult) -> bool:
    """Whether every input was read and every rule ran to its end."""
    return not (result.summary.error or any(item.level == "error" for item in result.diagnostics))
