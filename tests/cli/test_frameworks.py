"""`groundrule frameworks`, `scan --framework`, and what `explain` says of controls."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scanner.cli.main import group
from scanner.errors import UsageError

TRAIL = 'resource "aws_cloudtrail" "a" {\n  name = "a"\n  s3_bucket_name = "b"\n}\n'


def run(*words: str) -> Result:
    return CliRunner().invoke(group, words, catch_exceptions=True)


@pytest.fixture
def root(tmp_path: Path) -> str:
    (tmp_path / "main.tf").write_text(TRAIL)
    return str(tmp_path)


def test_list_shows_every_framework_and_how_far_it_goes() -> None:
    text = run("frameworks", "list").output
    assert text.startswith("cis-aws-7.0.0 ")
    assert "280 controls: " in text
    assert max(map(len, text.splitlines())) <= 100
    rows = json.loads(run("frameworks", "list", "--format", "json").output)
    assert [(each["id"], each["counts"]["controls"]) for each in rows] == [
        ("cis-aws-7.0.0", 70),
        ("cis-eks-1.8.0", 50),
        ("cis-kubernetes-2.0.1", 34),
        ("hipaa-security-rule-2013", 69),
        ("pci-dss-4.0.1", 280),
    ]
    for each in rows:
        counts = each["counts"]
        assert counts["controls"] == counts["full"] + counts["part"] + counts["no_rule"] + counts["manual"]


@pytest.mark.parametrize("id", ["cis-aws-7.0.0", "hipaa-security-rule-2013", "pci-dss-4.0.1"])
def test_show_has_a_line_for_every_control(id: str) -> None:
    text = run("frameworks", "show", id).output
    whole = json.loads(run("frameworks", "show", id, "--json").output)
    beginnings = [line.split()[0] for line in text.splitlines() if line.startswith("  ") and line.strip()]
    assert [each for each in (control["id"] for control in whole["controls"]) if each not in beginnings] == []
    assert max(map(len, text.splitlines())) <= 100


def test_show_tells_everything_of_one_control() -> None:
    text = run("frameworks", "show", "cis-aws-7.0.0", "6.4").output
    for part in (
        "6.4",
        "aws-ec2-sg-ingress-ssh   in part",
        "where cidr.is_world",
        "ports = [22]",
        "To be shown by hand",
    ):
        assert part in text
    data = json.loads(run("frameworks", "show", "cis-aws-7.0.0", "6.4", "--json").output)
    assert data["framework"] == "cis-aws-7.0.0"
    assert data["rules"][0]["params"] == {"ports": [22], "protocols": ["tcp", "udp", "any"]}


def test_a_misspelt_id_is_answered_with_the_nearest(root: str) -> None:
    for words in (("frameworks", "show", "cis-aws-7.0.1"), ("scan", root, "--framework", "cis-aws-7.0.1")):
        error = run(*words).exception
        assert isinstance(error, UsageError)
        assert error.hint == "did you mean `cis-aws-7.0.0`?"


def test_scan_keeps_the_rules_of_a_framework(root: str) -> None:
    both = run("scan", root, "--framework", "cis-aws-7.0.0", "--framework", "cis-eks-1.8.0", "-f", "json")
    data = json.loads(both.output)
    assert [each["id"] for each in data["frameworks"]] == ["cis-aws-7.0.0", "cis-eks-1.8.0"]
    assert len(data["controls"]) == 120
    results = {(each["framework"], each["id"]): each for each in data["controls"]}
    said = results["cis-aws-7.0.0", "4.2"]
    assert said["result"] == "not-satisfied"
    (tally,) = said["rules"]
    assert (tally["examined"], tally["fail"]) == (1, 1)
    (finding,) = [each for each in data["results"] if each["rule"] == tally["rule"]]
    assert tally["fingerprints"] == [finding["fingerprint"]]
    assert "4.2" in finding["frameworks"]["cis-aws-7.0.0"]
    assert {each["rule"] for each in data["results"]} <= {
        mapped["rule"] for each in data["controls"] for mapped in each["rules"]
    }


def test_a_scan_without_frameworks_has_no_controls(root: str) -> None:
    data = json.loads(run("scan", root, "-f", "json").output)
    assert (data["frameworks"], data["controls"], data["control_results"]) == ([], [], [])
    assert any(each["frameworks"] for each in data["results"])


def test_controls_as_a_table_are_those_of_every_framework(root: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run("scan", root, "-f", "csv-controls").output)))
    assert len(rows) == 70 + 50 + 34 + 69 + 280
    assert {each["result"] for each in rows if each["control"] == "cis-aws-7.0.0:4.2"} == {"not-satisfied"}


def test_explain_names_the_controls_of_a_rule() -> None:
    text = run("explain", "aws-ec2-sg-ingress-ssh").output
    assert "Speaks to" in text
    assert "6.3 in part (some of its findings)" in text
