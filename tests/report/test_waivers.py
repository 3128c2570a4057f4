"""The register of waivers as lists and JSON show it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema

from scanner.model import SourceSpan, Waiver, WaiverRecord
from scanner.report import json as json_report
from scanner.report.interface import WriteOptions
from scanner.report.json import Writer
from scanner.report.waivers import record_lines, record_object
from tests.report import snapshot
from tests.report.samples import ESTATE

SCHEMA = json.loads((Path(json_report.__file__).parent / "scan.schema.json").read_text())
WAIVER = Waiver(
    "aws-s3-bucket-no-versioning",
    reason="rebuilt every night",
    location=SourceSpan("infra/main.tf", 7, 3, 7, 60),
    owner="platform@example.com",
    approver="ciso@example.com",
    ticket="SEC-12",
    created="2026-10-01",
    expires="2027-01-31",
)
RECORDS = (
    WaiverRecord(WAIVER, "in-force", ("5f1d" * 8,), commit="3f2a" * 10, author="Jane Doe", date="2026-10-02"),
    WaiverRecord(replace(WAIVER, expires="2026-01-31", approver=""), "expired", ("5f1d" * 8, "6a6a" * 8)),
    WaiverRecord(replace(WAIVER, address="module.*.aws_s3_bucket.b", syntax="file", expires="", reason=""), "unused"),
    WaiverRecord(
        Waiver("*", location=WAIVER.location, syntax="trivy"),
        "refused",
        problem="`*` would waive every rule: name those that are meant",
    ),
    WaiverRecord(replace(WAIVER, written="CKV_AWS_21", syntax="checkov"), "in-force", ("5f1d" * 8,)),
)


def test_a_list_is_as_reviewed() -> None:
    snapshot.check("waivers.txt", "\n".join(line for record in RECORDS for line in record_lines(record)) + "\n")


def test_objects_are_as_reviewed() -> None:
    rows = [record_object(record, lambda text: text) for record in RECORDS]
    snapshot.check("waivers.json", json.dumps(rows, indent=1) + "\n")


def test_the_register_is_part_of_the_json_report_and_fits_its_schema() -> None:
    said: dict[str, Any] = json.loads(Writer().write(replace(ESTATE, waivers=RECORDS), WriteOptions()))
    jsonschema.Draft202012Validator(SCHEMA).validate(said)
    assert [row["state"] for row in said["waivers"]] == ["in-force", "expired", "unused", "refused", "in-force"]
    assert all(row["approver_verified"] is False for row in said["waivers"])


def test_no_secret_of_a_waiver_is_shown() -> None:
    hidden = replace(RECORDS[0], waiver=replace(WAIVER, reason="the password is hunter22-correct"))
    result = replace(ESTATE, waivers=(hidden,), secrets=("hunter22-correct",))
    assert "hunter22" not in Writer().write(result, WriteOptions())
