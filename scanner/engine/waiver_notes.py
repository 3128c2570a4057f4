"""What a scan tells about its waivers: those that expired, were refused, or hold for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from scanner.engine.waiver_rules import OWN
from scanner.model import Diagnostic, WaiverRecord
from scanner.model.waivers import EXPIRED, REFUSED, UNUSED

CODE = "GR-WAIVER"
SHOWN = 5
MOST_REFUSED = 20
"""Waivers that an untrusted run refused, told one by one; the register has all."""
UNTRUSTED = "an untrusted run takes no waiver from the files that it scans"
NOT_RUN = "its rule did not run"


def notes(records: Sequence[WaiverRecord], *, cut: bool, today: date) -> list[Diagnostic]:
    """One for each waiver that needs its owner; of other tools' suppressions that come to nothing, one for all."""
    from scanner.source.suppressions import MOST

    found = [note for record in records if record.problem != UNTRUSTED for note in _of(record, today)]
    found += _others(records)
    found += _untrusted([record for record in records if record.problem == UNTRUSTED])
    if cut:
        message = f"there are more than {MOST:,} suppressions; those that follow were not read"
        found.append(Diagnostic("GR-LIMIT-WAIVERS", "warning", message))
    return found


def _untrusted(records: Sequence[WaiverRecord]) -> Iterator[Diagnostic]:
    for record in records[:MOST_REFUSED]:
        name = record.waiver.written or record.waiver.rule or "?"
        yield _note("note", f"refused: the waiver of {name}; {UNTRUSTED}", "", record)
    if len(records) > MOST_REFUSED:
        more = len(records) - MOST_REFUSED
        hint = "`groundrule waivers list --untrusted` shows all."
        yield Diagnostic(CODE, "note", f"refused: {more} more waivers; {UNTRUSTED}", hint)


def _of(record: WaiverRecord, today: date) -> Iterator[Diagnostic]:
    waiver = record.waiver
    name = waiver.written or waiver.rule or "?"
    if record.state == REFUSED:
        yield _note("warning", f"the waiver of {name} is refused: {record.problem}", "", record)
    elif record.state == EXPIRED:
        days = (today - date.fromisoformat(waiver.expires)).days
        ago = f"on {waiver.expires}, {days} day{'' if days == 1 else 's'} ago"
        count = len(record.findings)
        what = f"{count} result{'' if count == 1 else 's'} count again" if count else "nothing needs it any more"
        if count == 1:
            what = "its result counts again"
        hint = "Mend what it accepts, or have it accepted again." if count else "Remove it."
        yield _note("warning", f"the waiver of {name} expired {ago}: {what}", hint, record)
    elif record.state == UNUSED and waiver.syntax in OWN and record.problem != NOT_RUN:
        reason = f": {record.problem}" if record.problem else ""
        where = f" ({waiver.address})" if waiver.address else ""
        hint = "Accept the new value, or mend it." if reason else "Remove it, or put it where the finding is."
        yield _note("warning", f"the waiver of {name}{where} holds for nothing{reason}", hint, record)


def _others(records: Sequence[WaiverRecord]) -> Iterator[Diagnostic]:
    idle = [each for each in records if each.state == UNUSED and each.waiver.syntax not in OWN]
    if idle:
        first = ", ".join(f"{each.waiver.written or each.waiver.rule} ({_place(each)})" for each in idle[:SHOWN])
        was = (
            "1 suppression of another tool holds" if len(idle) == 1 else f"{len(idle)} suppressions of other tools hold"
        )
        hint = "First: " + first + ". `groundrule waivers list` shows why."
        yield Diagnostic(CODE, "note", was + " for nothing here", hint)


def _place(record: WaiverRecord) -> str:
    span = record.waiver.location
    return f"{span.path}:{span.start_line}" if span else "?"


def _note(level: str, message: str, hint: str, record: WaiverRecord) -> Diagnostic:
    span = record.waiver.location
    return Diagnostic(CODE, level, message, hint, span.path if span else "", span)
