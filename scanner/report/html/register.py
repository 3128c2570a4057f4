"""The register of waivers: what each excuses, until when, and who is said to have approved it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from scanner.model.results import ScanResult
from scanner.model.waivers import EXPIRED, IN_FORCE, WAIVER_STATES, WaiverRecord
from scanner.report.html.geometry import Line, Scale
from scanner.report.html.states import WAIVERS, State
from scanner.report.redaction import Screen
from scanner.report.wording import counted, place_of

WIDTH: Final = 132
"""Of the drawing of a waiver's time."""
_SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register of waivers."""

    state: State
    rule: str
    written: str
    address: str
    reason: str
    people: str
    place: str
    history: str
    problem: str
    flags: list[str]
    line: Line
    css: str
    start: str
    end: str
    findings: list[int]


def register(result: ScanResult, shown: Screen, numbers: Mapping[str, int]) -> list[Entry]:
    """The register: expired and refused waivers first. `numbers` are those of the findings, by fingerprint."""
    today = _date(result.circumstances.today or result.circumstances.time) or date(1970, 1, 1)
    dates = [day for each in result.waivers for day in _dates(each) if day]
    scale = Scale(dates, today, WIDTH)
    ranked = sorted(result.waivers, key=lambda each: WAIVER_STATES.index(each.state))
    return [_entry(each, shown, scale, today, numbers) for each in ranked]


def register_caption(result: ScanResult) -> str:
    """How many waivers there are, by state."""
    counts = Counter(each.state for each in result.waivers)
    parts = [f"{counts[state]} {WAIVERS[state].word.lower()}" for state in WAIVER_STATES if counts[state]]
    again = " Expired ones fail again." if counts[EXPIRED] else ""
    return f"{counted(len(result.waivers), 'waiver')}: {', '.join(parts)}.{again}"


def _entry(record: WaiverRecord, shown: Screen, scale: Scale, today: date, numbers: Mapping[str, int]) -> Entry:
    waiver, show = record.waiver, shown.show
    start, end = _dates(record)
    return Entry(
        state=WAIVERS[record.state],
        rule=show(waiver.rule),
        written=show(f"{waiver.syntax}: {waiver.written}" if waiver.written else waiver.syntax),
        address=show(waiver.address) or "What stands there",
        reason=show(waiver.reason) or "No reason given",
        people=show(" ".join(_people(record))),
        place=show(place_of(waiver.location)),
        history=show(f"commit {record.commit[:7]} by {record.author}, {record.date}" if record.commit else ""),
        problem=show(record.problem),
        flags=list(_flags(record, end, today)),
        line=scale.line(start, end),
        css={EXPIRED: "expired", IN_FORCE: "used"}.get(record.state, "unused"),
        start=show(waiver.created or record.date),
        end=show(waiver.expires),
        findings=sorted(numbers[each] for each in record.findings if each in numbers),
    )


def _people(record: WaiverRecord) -> Iterator[str]:
    waiver = record.waiver
    if waiver.owner:
        yield f"Owner {waiver.owner}."
    yield f"Approver {waiver.approver} (not verified)." if waiver.approver else "No approver stated."
    if waiver.ticket:
        yield f"{waiver.ticket}."


def _flags(record: WaiverRecord, end: date | None, today: date) -> Iterator[str]:
    waiver = record.waiver
    same = {waiver.owner, record.author} - {""}
    if waiver.approver and waiver.approver in same:
        yield "Approved by the person who asked for it or wrote it"
    if record.state == IN_FORCE and end is not None and end - today <= _SOON:
        yield f"Expires in {counted((end - today).days, 'day')}"
    if not waiver.expires:
        yield "Never expires"


def _dates(record: WaiverRecord) -> Sequence[date | None]:
    return _date(record.waiver.created or record.date), _date(record.waiver.expires)


def _date(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text[:10])
    return None
