"""Findings, and controls, as tables for spreadsheets, one a row, in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.frameworks import ControlResult
from scanner.model.results import PASS, Finding, ScanResult
from scanner.report.interface import WriteOptions
from scanner.report.redaction import Screen, screen
from scanner.report.waivers import waived_by

COLUMNS: Final = (
    "severity",
    "outcome",
    "status",
    "rule",
    "title",
    "message",
    "address",
    "kind",
    "type",
    "format",
    "path",
    "line",
    "column",
    "attribute",
    "expected",
    "reason",
    "waiver",
    "frameworks",
    "fingerprint",
)

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""https://owasp.org/www-community/attacks/CSV_Injection; the wide forms count in some spreadsheets."""


CONTROL_COLUMNS: Final = (
    "framework",
    "control",
    "title",
    "result",
    "reason",
    "mark",
    "profile",
    "assessable",
    "covered",
    "resources",
    "settings",
    "pass",
    "fail",
    "fail_elsewhere",
    "unknown",
    "waived",
    "error",
    "rules",
    "manual_evidence",
)


class ControlsWriter:
    """Writes what the scan says of every control, one a row, with a header row."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """The controls of the frameworks asked for, in their order. An id has its framework before it, for spreadsheets
        take 2.10 for a number."""
        return _table(CONTROL_COLUMNS, map(_control_row, result.controls), screen(result))


class Writer:
    """Writes the table, with a header row."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """Fail, unknown and error, and passes where they are asked for, in the order of the result."""
        listed = (finding for finding in result.findings if finding.outcome != PASS or options.show_passes)
        return _table(COLUMNS, map(_row, listed), screen(result))


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]], shown: Screen) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([_cell(value, shown) for value in row])
    return text.getvalue()


def _control_row(said: ControlResult) -> Iterator[str]:
    control, tallies = said.control, said.tallies
    yield from (said.framework, f"{said.framework}:{control.id}", control.title, said.result, said.reason)
    yield from (control.mark, control.profile, control.assessable, control.covered)
    yield from (str(said.resources), str(said.settings))
    for counts in zip(*(each[4:10] for each in tallies), strict=True) if tallies else [()] * 6:
        yield str(sum(counts))
    yield " ".join(f"{each.rule}:{each.covers}" for each in tallies)
    yield control.manual_evidence


def _row(finding: Finding) -> Iterator[str]:
    rule, resource, span, waiver = finding.rule, finding.resource, finding.location, finding.waiver
    yield from (rule.severity, finding.outcome, finding.status, rule.id, rule.title, finding.message)
    yield from (resource.address, resource.kind, resource.type, resource.format)
    yield from (span.path, str(span.start_line), str(span.start_column)) if span else ("", "", "")
    yield from (finding.attribute, finding.expected or rule.expect, finding.reason.text if finding.reason else "")
    yield waived_by(waiver) if waiver else ""
    yield " ".join(f"{name}:{control}" for name, controls in sorted(finding.frameworks.items()) for control in controls)
    yield finding.fingerprint


def _cell(text: str, shown: Screen) -> str:
    text = shown.show(text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
