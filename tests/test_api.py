"""The library: what a caller gets, and that it is the same every time."""

import json
from pathlib import Path

import pytest

import scanner
from scanner.api import ScanOptions, load_options, report, scan, scan_texts
from scanner.engine.settle import Gate
from scanner.errors import PolicyError, UsageError

SAMPLES = Path(__file__).parent.parent / "samples"
BAD = 'resource "aws_ebs_volume" "a" {\n  encrypted = false\n}\n'


def test_package_offers_scan() -> None:
    assert scanner.scan is scan
    assert scanner.ScanOptions is ScanOptions


def test_two_scans_give_the_same_bytes() -> None:
    first, second = (report(scan([SAMPLES]), "json") for _ in range(2))
    assert first == second


def test_order_of_paths_does_not_matter() -> None:
    parts = [SAMPLES / "infra" / "modules", SAMPLES / "infra" / "prod"]
    assert report(scan(parts), "json") == report(scan(parts[::-1]), "json")


def test_samples_show_fails_unknowns_and_passes() -> None:
    counts = scan([SAMPLES]).summary
    assert counts.failed > 5
    assert counts.unknown > 2
    assert counts.passed > 20
    assert counts.error == 0


def test_passes_are_counted_though_not_listed() -> None:
    listed = scan([SAMPLES], ScanOptions(passes=True))
    short = scan([SAMPLES], ScanOptions(passes=False))
    assert listed.summary == short.summary
    assert {each.outcome for each in short.findings} == {"fail", "unknown"}


def test_inputs_name_every_file() -> None:
    found = {each.path.rpartition("samples/")[2]: each.status for each in scan([SAMPLES]).inputs}
    assert found == {
        path.relative_to(SAMPLES).as_posix(): "parsed"
        for path in SAMPLES.rglob("*")
        if path.is_file() and path.suffix != ".md"
    }


@pytest.mark.parametrize(
    ("gate", "text", "code"),
    [
        (Gate(), BAD, 1),
        (Gate("critical"), BAD, 0),
        (Gate("never"), BAD, 0),
        (Gate(), BAD.replace("false", "true"), 0),
        (Gate(fail_on_unknown=True), 'variable "a" {}\n' + BAD.replace("false", "var.a"), 1),
        (Gate(), 'variable "a" {}\n' + BAD.replace("false", "var.a"), 0),
        (Gate(), BAD.replace("false", "= true"), 3),
        (Gate(allow_incomplete=True), BAD.replace("false", "= true"), 0),
        (Gate(), "", 0),
    ],
)
def test_exit_code(gate: Gate, text: str, code: int) -> None:
    options = ScanOptions(rules=("aws-ec2-volume-unencrypted",), gate=gate)
    assert scan_texts({"main.tf": text}, options).summary.exit_code == code


def test_nothing_to_scan_is_incomplete(tmp_path: Path) -> None:
    assert scan([tmp_path]).summary.exit_code == 3


def test_path_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        scan([tmp_path / "gone"])


def test_limit_that_is_none_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        load_options(limits={"depht": "3"})
    assert load_options(limits={"depth": "3"}).limits.depth == 3


def test_rule_with_a_misspelt_attribute_names_place_and_nearest(tmp_path: Path) -> None:
    rule = tmp_path / "aws-x.yaml"
    rule.write_text(
        "id: aws-x\ntitle: t\nseverity: low\nresource: aws.s3.bucket\nassert: bucket.versionning.enabled\nmessage: m\n"
    )
    with pytest.raises(PolicyError) as caught:
        scan_texts({"main.tf": BAD}, ScanOptions(rules=(str(rule),)))
    assert caught.value.path == str(rule)
    assert "^" in caught.value.message
    assert "versioning" in caught.value.hint


def test_json_of_a_scan_keeps_its_contract() -> None:
    found = json.loads(report(scan([SAMPLES]), "json"))
    assert found["schema"] == "groundrule.scan/1"
    assert set(found) >= {"tool", "summary", "results", "diagnostics", "inputs", "coverage"}
    assert {each["outcome"] for each in found["results"]} == {"fail", "unknown"}
