"""The tables: their columns, and that ids of controls are no numbers to a spreadsheet."""

import csv
import io

from scanner.model import Control, ControlResult, RuleTally, ScanResult, Summary
from scanner.report.csv import CONTROL_COLUMNS, ControlsWriter
from scanner.report.interface import WriteOptions


def test_every_control_is_a_row_with_the_sums_of_its_rules() -> None:
    control = Control("2.10", "Title", "partial", "why", covered="part", mark="manual", manual_evidence="=1+1")
    tallies = (
        RuleTally("aws-a", "full", "run", 6, 1, 1, 1, 1, 1, 1),
        RuleTally("aws-b", "part", "run", 2, 2),
    )
    result = ScanResult(
        "1", (), (), (), Summary(), controls=(ControlResult("f-1", control, "not-satisfied", "", tallies, 3, 8),)
    )
    header, row = csv.reader(io.StringIO(ControlsWriter().write(result, WriteOptions())))
    said = dict(zip(header, row, strict=True))
    assert tuple(header) == CONTROL_COLUMNS
    assert (said["control"], said["result"], said["resources"], said["settings"]) == (
        "f-1:2.10",
        "not-satisfied",
        "3",
        "8",
    )
    assert [said[name] for name in ("pass", "fail", "fail_elsewhere", "unknown", "waived", "error")] == list("311111")
    assert said["rules"] == "aws-a:full aws-b:part"
    assert said["manual_evidence"] == "'=1+1"


def test_a_control_without_rules_counts_nothing() -> None:
    control = Control("1", "Title", "no", "why")
    result = ScanResult("1", (), (), (), Summary(), controls=(ControlResult("f-1", control, "manual"),))
    _, row = csv.reader(io.StringIO(ControlsWriter().write(result, WriteOptions())))
    assert row[CONTROL_COLUMNS.index("pass") : CONTROL_COLUMNS.index("error") + 1] == ["0"] * 6
