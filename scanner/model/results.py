"""What a scan says: diagnostics, evaluations, findings, and the whole result that writers show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from scanner.model.frameworks import ControlResult, Framework
from scanner.model.rules import Rule, Rulepack
from scanner.model.spans import SourceSpan, Step
from scanner.model.waivers import WaiverRecord

PASS: Final = "pass"
FAIL: Final = "fail"
UNKNOWN: Final = "unknown"
NOT_APPLICABLE: Final = "not_applicable"
ERROR: Final = "error"
OUTCOMES: Final = (FAIL, UNKNOWN, ERROR, PASS, NOT_APPLICABLE)

LEVELS: Final = ("error", "warning", "note")


class Diagnostic(NamedTuple):
    """Something about the input, or about the scan itself, that its reader must know."""

    code: str
    """GR-PARSE, GR-LIMIT-EVAL, ..."""
    level: str
    """error: something was not judged, the scan is incomplete; warning; note."""
    message: str
    hint: str = ""
    path: str = ""
    span: SourceSpan | None = None


class ResourceName(NamedTuple):
    """How a finding names the resource it is about."""

    address: str
    kind: str
    type: str
    format: str
    root: str = ""
    """The root module, stack or manifest set in which the address is unique."""


class UnknownReason(NamedTuple):
    """Why an outcome is unknown."""

    code: str
    text: str
    location: SourceSpan | None


class AppliedWaiver(NamedTuple):
    """The waiver that gave a finding its status `waived` or `expired`."""

    reason: str
    location: SourceSpan | None
    """Where the waiver is written."""
    expires: str = ""
    """The date as ISO 8601 writes it, `2027-01-31`; empty for none."""
    days_past: int = 0
    """How many days ago it expired; 0 while it is in force."""
    approver: str = ""
    """As stated, not verified."""
    syntax: str = "groundrule"


@dataclass(frozen=True, slots=True)
class Finding:
    """The judgement of one rule on one resource that a report names (all but not_applicable)."""

    rule: Rule
    outcome: str
    message: str
    resource: ResourceName
    location: SourceSpan | None
    attribute: str = ""
    """The native path that decided: ingress[1].cidr_blocks."""
    because: tuple[Step, ...] = ()
    reason: UnknownReason | None = None
    status: str = "new"
    """new, known, waived, expired or worsened."""
    if_created: bool = False
    fingerprint: str = ""
    expected: str = ""
    """What the deciding value must be, in a few words."""
    frameworks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waiver: AppliedWaiver | None = None
    """For `waived` and `expired`: the waiver that says so."""
    value_digest: str = ""
    """Covers the deciding values, sensitive ones as a constant; changes when they do, and `fingerprint` does not."""
    actual: str = ""
    """The deciding value as the code says it; secrets are redacted by writers."""
    evaluation: int = -1
    """The number of the evaluation that it tells of, within its scan; no report shows it."""


class InputRecord(NamedTuple):
    """One file that was found, and what became of it."""

    path: str
    format: str
    sha256: str
    status: str
    """parsed, failed or skipped."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a scan."""

    resources: int = 0
    rules: int = 0
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    not_applicable: int = 0
    error: int = 0
    waived: int = 0
    exit_code: int = 0


class RootSummary(NamedTuple):
    """The counts of one root module, stack or manifest set."""

    path: str
    format: str
    resources: int
    failed: int
    unknown: int
    passed: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an auditor asks of a scan: of what, when, with what settings."""

    time: str = ""
    """UTC as ISO 8601 writes it, to the second."""
    repository: str = ""
    """The name of the directory that holds the repository, or of the scanned directory."""
    commit: str = ""
    branch: str = ""
    dirty: bool | None = None
    """Whether a scanned file differs from the commit; None where there is no repository."""
    paths: tuple[str, ...] = ()
    """The paths given."""
    variables: tuple[tuple[str, str], ...] = ()
    """Files and words that set variables, parameters, workspace and context: (option, value)."""
    settings: tuple[tuple[str, str, str], ...] = ()
    """(key, value, origin) of every setting that is not the default."""
    configuration: tuple[tuple[str, str], ...] = ()
    """(path, sha256) of configuration and waiver files in use."""
    refused: tuple[str, ...] = ()
    """What an untrusted run refused, in words."""
    fail_on: str = ""
    fail_on_unknown: bool = False
    tool_digest: str = ""
    """sha256:... over the names and bytes of the tool's own files."""
    today: str = ""
    """The day by which waivers expired, as ISO 8601 writes it, where it is not that of `time`."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Everything a scan found out; each writer is a view of one."""

    version: str
    """The tool's own version."""
    packs: tuple[Rulepack, ...]
    rules: tuple[Rule, ...]
    """The rules that were selected, by id."""
    findings: tuple[Finding, ...]
    """fail, unknown, error and pass, sorted by path, line, rule, address."""
    summary: Summary
    diagnostics: tuple[Diagnostic, ...] = ()
    inputs: tuple[InputRecord, ...] = ()
    roots: tuple[RootSummary, ...] = ()
    """Root modules, stacks and manifest sets that have resources, by path."""
    resources_without_rules: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Path to line number to text: the lines that a code frame may show."""
    frameworks: tuple[Framework, ...] = ()
    """The frameworks whose controls were worked out."""
    controls: tuple[ControlResult, ...] = ()
    """One for every control of `frameworks`, in their order."""
    control_findings: tuple[Finding, ...] = ()
    """Findings of rules judged again with the parameters that one control demands. They count for that control alone
    (it is in their `frameworks`), and are no findings of the scan."""
    waivers: tuple[WaiverRecord, ...] = ()
    """The register, by place."""
    skipped_rules: tuple[tuple[str, str], ...] = ()
    """(rule id, why) for known rules that did not run."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """Kind to nodes of it."""
    circumstances: Circumstances = field(default_factory=Circumstances)
    secrets: tuple[str, ...] = ()
    """Texts that must appear in no output."""
    seconds: float = 0.0
