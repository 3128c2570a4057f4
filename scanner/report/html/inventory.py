"""What was found, read, tested and left out, with sums that are tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from scanner.model.results import InputRecord, ScanResult
from scanner.report.html.states import State
from scanner.report.redaction import Screen
from scanner.report.selection import with_outcome
from scanner.report.wording import format_name, place_of

_READ_AS: Final = {
    "tfvars": "Terraform variables",
    "modules_manifest": "Terraform modules",
    "lock": "Terraform lock file",
}
FILE_FAILED: Final = State("fail", "Not read")
IN_PART: Final = State("nev", "Not judged in part")
REMARK: Final = State("nop", "Remark")
RULE_ERROR: Final = State("nev", "Rule error")
RULE_OFF: Final = State("nev", "Rule off")
SKIPPED: Final = State("nop", "Skipped")


class Kind(NamedTuple):
    """A kind of resource, how many there are, and how many rules looked at it."""

    name: str
    number: int
    rules: int


class NotRun(NamedTuple):
    """Something that was not tested, or not tested whole."""

    state: State
    code: str
    place: str
    message: str
    hint: str


class RuleCount(NamedTuple):
    """A rule that ran, and its outcomes."""

    id: str
    title: str
    severity: str
    failed: int
    waived: int
    unknown: int
    error: int
    passed: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything found, and what became of it."""

    found: int
    parsed: int
    failed: int
    skipped: int
    reasons: list[tuple[str, int]]
    """Why files were skipped, and how many for each reason."""
    holds: bool
    """Whether found = parsed + failed + skipped, and the reasons add up too."""
    formats: list[tuple[str, int]]
    files: list[tuple[InputRecord, State | None]]
    kinds: list[Kind]
    unruled: int
    """How many of the kinds no rule looks at."""
    unmapped: list[tuple[str, int]]
    roots: list[tuple[str, str, int, int, int, int]]
    rules: list[RuleCount]


def inventory(result: ScanResult, shown: Screen) -> Inventory:
    """The inventory of a result; the sum is worked out, not assumed."""
    kinds = _kinds(result, shown)
    statuses = Counter(record.status for record in result.inputs)
    reasons = Counter(record.reason or "no reason given" for record in result.inputs if record.status == "skipped")
    parts = statuses["parsed"] + statuses["failed"] + statuses["skipped"]
    return Inventory(
        found=len(result.inputs),
        parsed=statuses["parsed"],
        failed=statuses["failed"],
        skipped=statuses["skipped"],
        reasons=[(shown.show(reason), count) for reason, count in sorted(reasons.items())],
        holds=parts == len(result.inputs) and sum(reasons.values()) == statuses["skipped"],
        formats=sorted(Counter(_read_as(each.format) for each in result.inputs if each.status == "parsed").items()),
        files=[_file(record, shown) for record in result.inputs],
        kinds=kinds,
        unruled=sum(not kind.rules for kind in kinds),
        unmapped=[(shown.show(name), count) for name, count in _most_first(result.resources_without_rules)],
        roots=[(shown.show(each.path), format_name(each.format), *each[2:]) for each in result.roots],
        rules=_rules(result, shown),
    )


def _read_as(format: str) -> str:
    return _READ_AS.get(format) or format_name(format)


def _file(record: InputRecord, shown: Screen) -> tuple[InputRecord, State | None]:
    state = {"failed": FILE_FAILED, "skipped": SKIPPED}.get(record.status)
    reason = shown.show(record.reason)
    return record._replace(path=shown.show(record.path), format=_read_as(record.format), reason=reason), state


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _kinds(result: ScanResult, shown: Screen) -> list[Kind]:
    rules = Counter(kind for rule in result.rules for kind in rule.kinds)
    return [Kind(shown.show(name), count, rules[name]) for name, count in _most_first(result.kinds)]


def _rules(result: ScanResult, shown: Screen) -> list[RuleCount]:
    counts: dict[str, Counter[str]] = {rule.id: Counter() for rule in result.rules}
    for each in result.findings:
        state = "waived" if each.status == "waived" else each.outcome
        counts.setdefault(each.rule.id, Counter())[state] += 1
    return [
        RuleCount(
            shown.show(rule.id), shown.show(rule.title), rule.severity,
            *(counts[rule.id][state] for state in ("fail", "waived", "unknown", "error", "pass")),
        )
        for rule in result.rules
    ]  # fmt: skip


def not_run(result: ScanResult, shown: Screen) -> list[NotRun]:
    """Files that could not be read, rules that broke or were off, and everything else the scan has to say."""
    return [
        each._replace(
            code=shown.show(each.code), place=shown.show(each.place),
            message=shown.show(each.message), hint=shown.show(each.hint),
        )
        for each in _left_out(result)
    ]  # fmt: skip


def _left_out(result: ScanResult) -> Iterator[NotRun]:
    failed = {record.path for record in result.inputs if record.status == "failed"}
    for level in ("error", "warning", "note"):
        for item in result.diagnostics:
            if item.level == level:
                state = FILE_FAILED if item.path in failed else IN_PART if level == "error" else REMARK
                yield NotRun(state, item.code, place_of(item.span) or item.path, item.message, item.hint)
        if level == "error":
            for finding in with_outcome(result, "error"):
                place = place_of(finding.location)
                yield NotRun(RULE_ERROR, finding.rule.id, place, finding.message, finding.resource.address)
            yield from (NotRun(RULE_OFF, rule, "", why[:1].upper() + why[1:], "") for rule, why in result.skipped_rules)
