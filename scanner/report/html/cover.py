"""The cover: of what, when and with what, what the gate said, and the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from scanner.model.results import Circumstances, ScanResult
from scanner.model.waivers import EXPIRED
from scanner.report.html.states import State
from scanner.report.redaction import Screen
from scanner.report.selection import failures, is_complete, severity_counts, unread_files
from scanner.report.wording import counted, format_name

LIMITS: Final = (
    "This report describes the configuration written in the files listed, at the commit named, evaluated with the"
    " variables listed, on the date given. It is not evidence of what is deployed, of operation over a period, or of"
    " anything outside these files. It tests all resources found, without sampling. It is no certification,"
    " assessment or legal opinion, and is not endorsed by CIS, PCI SSC or HHS."
)
OPINION: Final = "Not a compliance opinion."

PASSED: Final = State("sat", "Passed")
FAILED: Final = State("fail", "Failed")
INCOMPLETE: Final = State("nev", "Incomplete")

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


class Figure(NamedTuple):
    """One number of the first line, and what it is made of."""

    name: str
    number: int
    remarks: list[str]


class Fact(NamedTuple):
    """A line of the cover: plain words, a text as it is written somewhere, a digest, a link."""

    name: str
    words: str = ""
    code: str = ""
    digest: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first screen says."""

    name: str
    lead: list[tuple[str, bool]]
    """The sentence below the name, in parts; true for what is a fact."""
    gate: State
    gate_remark: str
    figures: list[Figure]
    read: list[Fact]
    tested_with: list[Fact]
    short: str
    """What stands at the foot of each page: commit and branch."""
    time: str


def cover(result: ScanResult, shown: Screen) -> Cover:
    """The cover of a result."""
    facts, show = result.circumstances, shown.show
    return Cover(
        name=show(facts.repository) or "Scan",
        lead=[(show(text), strong) for text, strong in _lead(result)],
        gate=_gate(result),
        gate_remark=_gate_remark(result),
        figures=_figures(result),
        read=[_shown(each, shown) for each in _read(result)],
        tested_with=[_shown(each, shown) for each in _tested_with(result)],
        short=show(_short(facts)),
        time=minutes(facts.time),
    )


def minutes(time: str) -> str:
    """`2026-11-22 06:14 UTC` of an ISO time; empty for none."""
    return f"{time[:10]} {time[11:16]} UTC" if time else ""


def _shown(fact: Fact, shown: Screen) -> Fact:
    return Fact(*map(shown.show, fact))


def _lead(result: ScanResult) -> Iterator[tuple[str, bool]]:
    facts, summary = result.circumstances, result.summary
    formats = sorted({format_name(root.format) for root in result.roots})
    yield "What the code says about ", False
    yield counted(summary.resources, "resource"), True
    if formats:
        yield f" in {_listed(formats)}", False
    if facts.commit:
        yield ", at commit ", False
        yield facts.commit[:7], True
        if facts.dirty:
            yield " with changes", True
    yield ", tested against ", False
    yield counted(summary.rules, "rule"), True
    if result.frameworks:
        yield f" and {counted(len(result.frameworks), 'framework')}", False
    if facts.time:
        yield " on ", False
        yield _day(facts.time), True
    yield ".", False


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _day(time: str) -> str:
    day = datetime.fromisoformat(time)
    return f"{day.day}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}"


def _gate(result: ScanResult) -> State:
    return {0: PASSED, 1: FAILED}.get(result.summary.exit_code, INCOMPLETE)


def _gate_remark(result: ScanResult) -> str:
    facts = result.circumstances
    options = f"--fail-on {facts.fail_on}" if facts.fail_on else ""
    if facts.fail_on_unknown:
        options += " --fail-on-unknown"
    incomplete = "" if is_complete(result) and result.summary.exit_code != 3 else "The scan is incomplete."
    return " ".join(filter(None, [f"{options}." if options else "", incomplete, OPINION]))


def _figures(result: ScanResult) -> list[Figure]:
    summary = result.summary
    failed = failures(result)
    severities = [f"{count}\u00a0{severity}" for severity, count in severity_counts(failed)]
    expired = sum(each.status == EXPIRED for each in failed)
    tests = summary.passed + summary.failed + summary.unknown + summary.error + summary.waived
    not_applicable = f"{summary.not_applicable} {'does' if summary.not_applicable == 1 else 'do'} not apply"
    errors = [f"; {counted(summary.error, 'rule error')}"] if summary.error else []
    return [
        Figure("Failed", summary.failed, [f"{each}," for each in severities[:-1]] + severities[-1:]),
        Figure("Unknown", summary.unknown, ["undecided, with the reason for each", *errors]),
        Figure("Waived", summary.waived, [_expired(expired)]),
        Figure("Passed", summary.passed, [f"of {counted(tests, 'test')};", not_applicable]),
    ]


def _expired(number: int) -> str:
    if not number:
        return "none has expired"
    return f"{number} more {'fails' if number == 1 else 'fail'} again: expired"


def _read(result: ScanResult) -> Iterator[Fact]:
    facts = result.circumstances
    files = sum(record.status == "parsed" for record in result.inputs)
    yield Fact("Scope", f"{counted(files, 'file')} under", " ".join(facts.paths) or ".", href="#files")
    yield Fact("Commit", "" if facts.commit else "None: not a git repository, or without a commit", facts.commit)
    if facts.commit:
        yield Fact("Branch", "" if facts.branch else "None is checked out", facts.branch)
    yield Fact("Working tree", _tree(facts))
    files_of_variables = [record.path for record in result.inputs if record.format == "tfvars"]
    for number, name in enumerate(files_of_variables):
        yield Fact("" if number else "Variables", code=name)
    for number, (option, value) in enumerate(facts.variables):
        yield Fact("" if number or files_of_variables else "Variables", code=f"{option} {value}")
    if not (files_of_variables or facts.variables):
        yield Fact("Variables", "None given; workspace default")
    unread, skipped = len(unread_files(result)), Counter(each.status for each in result.inputs)["skipped"]
    yield Fact("Not read", f"{counted(unread, 'file')} whole or in part", href="#notrun" if unread else "")
    yield Fact("Skipped", counted(skipped, "file or folder", "files and folders"), href="#inventory" if skipped else "")


def _tree(facts: Circumstances) -> str:
    if facts.dirty is None:
        return "Cannot be compared with a commit"
    return "Changed: a scanned file differs from the commit" if facts.dirty else "Clean: no scanned file differs"


def _tested_with(result: ScanResult) -> Iterator[Fact]:
    facts = result.circumstances
    yield Fact("Evaluated", f"{facts.time[:10]} {facts.time[11:19]} UTC" if facts.time else "Time not recorded")
    if facts.today:
        yield Fact("Waivers", f"as of {facts.today}")
    yield Fact("groundrule", result.version, digest=facts.tool_digest)
    for pack in result.packs:
        yield Fact(f"Pack {pack.name}", pack.version, digest=pack.digest)
    for framework in result.frameworks:
        yield Fact("Framework", code=framework.id, digest=framework.digest)
    for path, digest in facts.configuration:
        yield Fact("Configuration", code=path, digest=digest if ":" in digest else f"sha256:{digest}")
    if not facts.configuration:
        yield Fact("Configuration", "No configuration or waiver file")
    for key, value, origin in facts.settings:
        yield Fact("Setting", code=f"{key} = {value}", words=f"{origin}:")
    for each in facts.refused:
        yield Fact("Refused", each)


def _short(facts: Circumstances) -> str:
    words = [facts.commit[:7], f"on {facts.branch}" if facts.branch else "", "with changes" if facts.dirty else ""]
    return " ".join(filter(None, words)) if facts.commit else ""
