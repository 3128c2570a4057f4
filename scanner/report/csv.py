"""Findings as a table for spreadsheets, one a row, in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from scanner.model.results import PASS, Finding, ScanResult
from scanner.report.interface import WriteOptions
from scanner.report.redaction import Screen, screen

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


class Writer:
    """Writes the table, with a header row."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """Fail, unknown and error, and passes where they are asked for, in the order of the result."""
        shown = screen(result)
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(COLUMNS)
        for finding in result.findings:
            if finding.outcome != PASS or options.show_passes:
                table.writerow([_cell(value, shown) for value in _row(finding)])
        return text.getvalue()


def _row(finding: Finding) -> Iterator[str]:
    rule, resource, span, waiver = finding.rule, finding.resource, finding.location, finding.waiver
    yield from (rule.severity, finding.outcome, finding.status, rule.id, rule.title, finding.message)
    yield from (resource.address, resource.kind, resource.type, resource.format)
    yield from (span.path, str(span.start_line), str(span.start_column)) if span else ("", "", "")
    yield from (finding.attribute, finding.expected or rule.expect, finding.reason.text if finding.reason else "")
    yield f"{waiver.reason} (until {waiver.expires})" if waiver and waiver.expires else waiver.reason if waiver else ""
    yield " ".join(f"{name}:{control}" for name, controls in sorted(finding.frameworks.items()) for control in controls)
    yield finding.fingerprint


def _cell(text: str, shown: Screen) -> str:
    text = shown.show(text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
