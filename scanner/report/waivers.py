"""The register of waivers as reports word and shape it. An approver is always shown as what it is: a statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from scanner.model.results import AppliedWaiver
from scanner.model.spans import SourceSpan
from scanner.model.waivers import WaiverRecord
from scanner.report.wording import counted, place_of

NOT_VERIFIED: Final = "approver as stated, not verified"


def approval(approver: str) -> str:
    """`approver as stated, not verified: NAME`; empty where none is stated."""
    return f"{NOT_VERIFIED}: {approver}" if approver else ""


def waived_by(waiver: AppliedWaiver) -> str:
    """The reason of a waiver, until when it holds, and who is said to have approved it, in one line."""
    until = f"until {waiver.expires}" if waiver.expires else ""
    about = "; ".join(filter(None, (until, approval(waiver.approver))))
    return f"{waiver.reason} ({about})".strip() if about else waiver.reason


def expired_by(waiver: AppliedWaiver) -> str:
    """`waiver expired on DATE: REASON`, and who is said to have approved it."""
    approved = f" ({approval(waiver.approver)})" if waiver.approver else ""
    return f"waiver expired on {waiver.expires}: {waiver.reason}{approved}"


def record_lines(record: WaiverRecord) -> list[str]:
    """A waiver and what came of it, the first line being its state, its rule and its place."""
    waiver = record.waiver
    written = f" (written {waiver.written})" if waiver.written else ""
    expires = f"until {waiver.expires}" if waiver.expires else "without an expiry"
    if record.state == "expired":
        expires = f"expired on {waiver.expires}"
    people = [f"{name} {value}" for name, value in (("owner", waiver.owner), ("ticket", waiver.ticket)) if value]
    about = [expires, *people, *filter(None, [approval(waiver.approver)])]
    history = ""
    if record.commit:
        history = f"line last changed by {record.author} on {record.date}, commit {record.commit[:12]}"
    where = f"for {waiver.address}" if waiver.address else ""
    held = counted(len(record.findings), "result") if record.findings else ""
    return [
        f"{record.state:<9} {waiver.rule or '?'}{written}  {place_of(waiver.location)}",
        *filter(
            None,
            (
                record.problem,
                "; ".join(filter(None, (where, held))),
                f"reason: {waiver.reason}" if waiver.reason else "no reason is given",
                "; ".join(about),
                history,
            ),
        ),
    ]


def record_object(record: WaiverRecord, text: Callable[[str], str]) -> dict[str, Any]:
    """A record as JSON has it. `text` takes out what must not be shown."""
    waiver = record.waiver
    return {
        "state": record.state,
        "rule": text(waiver.rule),
        "written": text(waiver.written),
        "syntax": waiver.syntax,
        "address": text(waiver.address),
        "root": text(waiver.root),
        "reason": text(waiver.reason),
        "owner": text(waiver.owner),
        "approver": text(waiver.approver),
        "approver_verified": False,
        "ticket": text(waiver.ticket),
        "created": waiver.created,
        "expires": waiver.expires,
        "value_digest": text(waiver.value_digest),
        "problem": text(record.problem),
        "fingerprints": list(record.findings),
        "location": _location(waiver.location, text),
        "commit": record.commit,
        "author": text(record.author),
        "date": record.date,
    }


def applied_object(waiver: AppliedWaiver | None, text: Callable[[str], str]) -> dict[str, Any] | None:
    """The waiver of a finding as JSON has it."""
    if waiver is None:
        return None
    return {
        "reason": text(waiver.reason),
        "expires": waiver.expires,
        "approver": text(waiver.approver),
        "approver_verified": False,
        "syntax": waiver.syntax,
        "location": _location(waiver.location, text),
    }


def _location(span: SourceSpan | None, text: Callable[[str], str]) -> dict[str, Any] | None:
    if span is None:
        return None
    return {
        "path": text(span.path),
        "start_line": span.start_line,
        "start_column": span.start_column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
