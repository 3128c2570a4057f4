"""What the outcomes mean together: their order, the counts, and the exit code of the gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scanner.model import (
    ERROR,
    FAIL,
    NOT_APPLICABLE,
    PASS,
    SEVERITIES,
    UNKNOWN,
    Diagnostic,
    Finding,
    NativeResource,
    RootSummary,
    Summary,
)

if TYPE_CHECKING:
    from scanner.engine.evaluate import Evaluation

CLEAN, FAILED, USAGE, INCOMPLETE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes; see DESIGN's contract."""

NEVER = "never"


@dataclass(frozen=True, slots=True)
class Gate:
    """What makes a scan fail."""

    fail_on: str = "low"
    """The least severity that fails; `never` for none."""
    fail_on_unknown: bool = False
    allow_incomplete: bool = False


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """By path, line, column, rule and address, so that two runs give the same bytes."""

    def key(finding: Finding) -> tuple[str, int, int, str, str, str]:
        span = finding.location
        place = (span.path, span.start_line, span.start_column) if span else ("", 0, 0)
        return (*place, finding.rule.id, finding.resource.address, finding.fingerprint)

    return _numbered(sorted(findings, key=key))


def summarise(outcomes: Iterable[str], *, rules: int, resources: int, waived: int = 0) -> Summary:
    """The counts of a scan; a waived failure counts as waived, not as failed."""
    counts = Counter(outcomes)
    return Summary(
        resources=resources,
        rules=rules,
        passed=counts[PASS],
        failed=counts[FAIL] - waived,
        unknown=counts[UNKNOWN],
        not_applicable=counts[NOT_APPLICABLE],
        error=counts[ERROR],
        waived=waived,
    )


def by_root(
    natives: Iterable[NativeResource], evaluations: Iterable[Evaluation], findings: Iterable[Finding] = ()
) -> tuple[RootSummary, ...]:
    """The counts of each root that has resources, by path; its format is that of its first resource. Failures under a
    waiver, as `findings` have them, do not count as failed."""
    resources: Counter[str] = Counter()
    formats: dict[str, str] = {}
    for native in natives:
        resources[native.root] += 1
        formats.setdefault(native.root, native.format)
    outcomes: Counter[tuple[str, str]] = Counter((each.resource.native.root, each.outcome) for each in evaluations)
    waived = Counter(each.resource.root for each in findings if each.outcome == FAIL and each.status == "waived")
    return tuple(
        RootSummary(
            root,
            formats[root],
            resources[root],
            outcomes[root, FAIL] - waived[root],
            outcomes[root, UNKNOWN],
            outcomes[root, PASS],
        )
        for root in sorted(resources)
    )


def exit_code(findings: Sequence[Finding], diagnostics: Sequence[Diagnostic], gate: Gate, *, scanned: bool) -> int:
    """1 before 3 before 0. `scanned`: whether any file of a known format was found."""
    if any(_fails(finding, gate) for finding in findings):
        return FAILED
    incomplete = (
        not scanned
        or any(each.level == "error" for each in diagnostics)
        or any(finding.outcome == ERROR for finding in findings)
    )
    return INCOMPLETE if incomplete and not gate.allow_incomplete else CLEAN


def _fails(finding: Finding, gate: Gate) -> bool:
    if finding.status == "waived" or gate.fail_on == NEVER:
        return False
    wanted = SEVERITIES[: SEVERITIES.index(gate.fail_on) + 1]
    outcomes = (FAIL, UNKNOWN) if gate.fail_on_unknown else (FAIL,)
    return finding.outcome in outcomes and finding.rule.severity in wanted


def _numbered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings that nothing else tells apart get a number behind their fingerprint: by what decided them, and only
    where that is the same by their order."""
    alike: dict[str, list[int]] = {}
    for index, finding in enumerate(findings):
        alike.setdefault(finding.fingerprint, []).append(index)
    numbered = list(findings)
    for same in alike.values():
        same.sort(key=lambda index: (findings[index].value_digest, index))
        for count, index in enumerate(same[1:], 2):
            finding = findings[index]
            numbered[index] = replace(finding, fingerprint=f"{finding.fingerprint}-{count}")
    return tuple(numbered)
