"""Plans, alone and joined to their sources."""

import json
from pathlib import Path

import pytest

from scanner.api import ScanOptions, scan, scan_texts
from scanner.model import FAIL, Finding

VOLUME = "aws-ec2-volume-unencrypted"
SOURCE = """variable "on" {
  type = bool
}

resource "aws_ebs_volume" "a" {
  count     = 2
  encrypted = var.on
}

resource "aws_ebs_volume" "gone" {
}
"""


def plan() -> dict[str, object]:
    values = {"encrypted": False, "size": 1}
    resources = [
        {"address": f"aws_ebs_volume.a[{index}]", "mode": "managed", "type": "aws_ebs_volume", "name": "a",
         "index": index, "provider_name": "registry.terraform.io/hashicorp/aws", "values": values}
        for index in (0, 1)
    ]  # fmt: skip
    changes = [
        {**{key: each[key] for key in each if key != "values"},
         "change": {"actions": ["create"], "before": None, "after": values, "after_unknown": {"id": True}}}
        for each in resources
    ]  # fmt: skip
    gone = {"address": "aws_ebs_volume.old", "mode": "managed", "type": "aws_ebs_volume", "name": "old",
            "change": {"actions": ["delete"], "before": {"encrypted": False}, "after": None}}  # fmt: skip
    configured = {
        "address": "aws_ebs_volume.a", "mode": "managed", "type": "aws_ebs_volume", "name": "a",
        "expressions": {"encrypted": {"references": ["var.on"]}, "size": {"constant_value": 1}},
    }  # fmt: skip
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": [*changes, gone],
        "configuration": {"root_module": {"resources": [configured], "variables": {"on": {}}}},
    }


def failed(findings: tuple[Finding, ...]) -> list[tuple[str, str, int]]:
    return [
        (each.resource.address, each.location.path, each.location.start_line)
        for each in findings
        if each.outcome == FAIL and each.location
    ]


def test_plan_alone_is_judged_at_its_own_lines() -> None:
    text = json.dumps(plan(), indent=1)
    result = scan_texts({"plan.json": text}, ScanOptions(rules=(VOLUME,)))
    assert result.summary.resources == 2
    lines = [number for number, line in enumerate(text.splitlines(), 1) if '"encrypted": false' in line][:2]
    assert failed(result.findings) == [
        ("aws_ebs_volume.a[0]", "plan.json", lines[0]),
        ("aws_ebs_volume.a[1]", "plan.json", lines[1]),
    ]


def test_plan_in_utf16_on_one_line_is_read() -> None:
    data = json.dumps(plan()).encode("utf-16")
    assert len(failed(scan_texts({"plan.json": data}, ScanOptions(rules=(VOLUME,))).findings)) == 2


def test_plan_with_sources_is_placed_on_their_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.tf").write_text(SOURCE)
    (tmp_path / "plan.json").write_text(json.dumps(plan()))
    monkeypatch.chdir(tmp_path)
    result = scan(["src"], ScanOptions(rules=(VOLUME,), plan="plan.json"))
    assert failed(result.findings) == [
        ("aws_ebs_volume.a[0]", "src/main.tf", 7),
        ("aws_ebs_volume.a[1]", "src/main.tf", 7),
    ]
    assert [each.code for each in result.diagnostics] == ["GR-PLAN"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_plan_in_utf16_is_found_on_disk(tmp_path: Path, encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    (tmp_path / "plan.json").write_bytes(mark + json.dumps(plan()).encode(encoding))
    assert len(failed(scan([tmp_path], ScanOptions(rules=(VOLUME,))).findings)) == 2


def test_several_plans_in_memory_are_all_judged() -> None:
    texts = {"a.json": json.dumps(plan()), "b.json": json.dumps(plan())}
    assert len(failed(scan_texts(texts, ScanOptions(rules=(VOLUME,))).findings)) == 4
