"""When a waiver holds: expiry, demands of the configuration, untrusted runs, waiver files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scanner.api import ScanOptions, scan, scan_texts
from scanner.engine.options import WaiverPolicy
from scanner.engine.settle import Gate
from scanner.model import LoadOptions, ScanResult
from tests.engine.waived import OURS, RULE, SSH, TODAY, group, judged, states, statuses


@pytest.mark.parametrize(("today", "status", "code"), [((2027, 1, 31), "waived", 0), ((2027, 2, 1), "expired", 1)])
def test_it_expires_the_day_after_its_last(today: tuple[int, int, int], status: str, code: int) -> None:
    options = ScanOptions(rules=(SSH,), passes=False, today=date(*today))
    result = scan_texts({"main.tf": group(above=f"# {OURS} expires=2027-01-31")}, options)
    assert statuses(result) == [status]
    assert result.summary.exit_code == code
    assert (result.summary.failed, result.summary.waived) == (code, 1 - code)
    if code:
        (finding,) = result.findings
        assert finding.waiver is not None
        assert finding.waiver.days_past == 1
        (note,) = [each for each in result.diagnostics if each.code == "GR-WAIVER"]
        assert note.message == f"the waiver of {SSH} expired on 2027-01-31, 1 day ago: its result counts again"
        assert states(result) == ["expired"]


def test_one_in_force_comes_before_one_that_expired() -> None:
    text = group(above=f"# {OURS} expires=2026-01-31\n# {OURS} expires=2027-01-31")
    result = judged(text)
    assert statuses(result) == ["waived"]
    assert states(result) == ["expired", "in-force"]


@pytest.mark.parametrize(
    ("policy", "text", "problem"),
    [
        (WaiverPolicy(reason=True), f"groundrule:ignore {SSH}", "a reason"),
        (WaiverPolicy(reason=True), f"groundrule:ignore {SSH} reason=x", ""),
        (WaiverPolicy(reason=True), "checkov:skip=CKV_AWS_24", "a reason"),
        (WaiverPolicy(reason=True), "checkov:skip=CKV_AWS_24:why", ""),
        (WaiverPolicy(approver=True), f"groundrule:ignore {SSH} reason=x", "an approver"),
        (WaiverPolicy(approver=True), f"groundrule:ignore {SSH} approver=ciso", ""),
        (WaiverPolicy(approver=True), "checkov:skip=CKV_AWS_24:why", "an approver"),
        (WaiverPolicy(days=90), f"groundrule:ignore {SSH}", "an expiry within 90 days"),
        (WaiverPolicy(days=90), f"groundrule:ignore {SSH} expires=2027-02-20", ""),
        (WaiverPolicy(days=90), f"groundrule:ignore {SSH} expires=2027-02-21", "at most 90 days"),
        (WaiverPolicy(days=90), f"groundrule:ignore {SSH} created=2026-10-01 expires=2027-01-01", "at most 90 days"),
        (WaiverPolicy(days=90), f"groundrule:ignore {SSH} created=2027-10-01 expires=2027-12-01", "at most 90 days"),
        (WaiverPolicy(days=90), "checkov:skip=CKV_AWS_24:why", "an expiry within 90 days"),
    ],
)
def test_demands_of_the_configuration_hold_for_every_syntax(policy: WaiverPolicy, text: str, problem: str) -> None:
    result = judged(group(top=f"# {text}"), waiver_policy=policy)
    assert statuses(result) == ["new" if problem else "waived"]
    assert problem in result.waivers[0].problem
    assert states(result) == ["refused" if problem else "in-force"]


def test_an_untrusted_run_takes_none_from_the_scanned_files() -> None:
    result = judged(group(above=f"# {OURS}", top="# checkov:skip=CKV_AWS_24:x"), untrusted=True)
    assert statuses(result) == ["new"]
    assert states(result) == ["refused", "refused"]
    assert result.circumstances.refused == (
        f"waiver of {SSH} at main.tf:2",
        "waiver of CKV_AWS_24 at main.tf:4",
    )
    assert [each.message.split(";")[0] for each in result.diagnostics if each.code == "GR-WAIVER"] == [
        f"refused: the waiver of {SSH}",
        "refused: the waiver of CKV_AWS_24",
    ]


def test_what_an_untrusted_run_refuses_is_listed_whatever_else_is_wrong(tmp_path: Path) -> None:
    marks = "# checkov:skip=*:x\n" * 20 + f"# {OURS}\n"
    result = waived_by_file(tmp_path, "", group(above=marks), untrusted=True)
    assert len(result.circumstances.refused) == 21
    assert next(each.message for each in result.diagnostics if each.code == "GR-WAIVER").startswith("refused: 1 more")


def test_an_untrusted_run_takes_the_files_of_the_command_line(tmp_path: Path) -> None:
    result = waived_by_file(tmp_path, f"waivers: [{{rule: {SSH}, address: '*.a'}}]", untrusted=True)
    assert statuses(result) == ["waived"]
    assert [path.rpartition("/")[2] for path, _ in result.circumstances.configuration] == ["w.yaml"]


def test_roots_count_failures_without_waivers() -> None:
    (root,) = judged(group(above=f"# {OURS}")).roots
    assert root.failed == 0


def test_an_undecided_outcome_stays_undecided_but_no_longer_fails() -> None:
    text = group(above=f"# {OURS}").replace('"0.0.0.0/0"', "var.open") + 'variable "open" {}\n'
    for gate, mark, code in ((Gate(fail_on_unknown=True), OURS, 0), (Gate(fail_on_unknown=True), "", 1)):
        result = judged(text.replace(OURS, mark), gate=gate)
        (finding,) = result.findings
        assert (finding.outcome, finding.status) == ("unknown", "waived" if mark else "new")
        assert (result.summary.unknown, result.summary.waived, result.summary.exit_code) == (1, 0, code)


def test_a_waiver_whose_rule_did_not_run_is_no_news() -> None:
    result = judged(group(above="# groundrule:ignore aws-s3-bucket-no-versioning"))
    assert result.waivers[0].problem == "its rule did not run"
    assert not [each for each in result.diagnostics if each.code == "GR-WAIVER"]


def test_suppressions_of_other_tools_that_hold_for_nothing_are_told_once() -> None:
    result = judged(group(top="#checkov:skip=CKV_AWS_99999:x\n#checkov:skip=CKV_AWS_25:x"))
    (note,) = [each for each in result.diagnostics if each.code == "GR-WAIVER"]
    assert (note.level, note.message) == ("note", "2 suppressions of other tools hold for nothing here")
    assert states(result) == ["unused", "unused"]


def waived_by_file(tmp_path: Path, entries: str, text: str = "", **options: Any) -> ScanResult:
    (tmp_path / "w.yaml").write_text(entries)
    return judged(text or group(), waivers=(str(tmp_path / "w.yaml"),), **options)


@pytest.mark.parametrize(
    ("address", "holds"),
    [
        ("aws_security_group.a", True),
        ("aws_security_group.*", True),
        ("*.a", True),
        ("aws_security_group.?", False),
        ("aws_security_group", False),
        ("AWS_security_group.a", False),
        ("aws_security_group.[a]", False),
    ],
)
def test_a_file_names_addresses_and_patterns(tmp_path: Path, address: str, holds: bool) -> None:
    result = waived_by_file(tmp_path, f"waivers: [{{rule: {SSH}, address: '{address}'}}]")
    assert statuses(result) == ["waived" if holds else "new"]
    assert states(result) == ["in-force" if holds else "unused"]


def test_a_file_may_name_one_instance_and_one_root(tmp_path: Path) -> None:
    count = group().replace('name = "a"', 'name = "a"\n  count = 2')
    (tmp_path / "w.yaml").write_text(f"waivers: [{{rule: {SSH}, address: 'aws_security_group.a[1]', root: east}}]")
    options = ScanOptions(rules=(SSH,), passes=False, today=TODAY, waivers=(str(tmp_path / "w.yaml"),))
    result = scan_texts({"east/main.tf": count, "west/main.tf": count}, options)
    assert {(each.resource.root, each.resource.address): each.status for each in result.findings} == {
        ("east", "aws_security_group.a[0]"): "new",
        ("east", "aws_security_group.a[1]"): "waived",
        ("west", "aws_security_group.a[0]"): "new",
        ("west", "aws_security_group.a[1]"): "new",
    }


def test_a_value_digest_holds_while_the_value_does(tmp_path: Path) -> None:
    digest = judged(group()).findings[0].value_digest
    entry = f"waivers: [{{rule: {SSH}, address: aws_security_group.a, value_digest: '{digest}'}}]"
    assert statuses(waived_by_file(tmp_path, entry)) == ["waived"]
    result = waived_by_file(tmp_path, entry, group().replace("from_port = 22", "from_port = 20"))
    assert statuses(result) == ["new"]
    assert "no longer the one that was accepted" in result.waivers[0].problem


def test_an_unknown_rule_in_a_file_ends_the_scan_with_its_place(tmp_path: Path) -> None:
    from scanner.errors import PolicyError

    with pytest.raises(PolicyError, match="did you mean") as caught:
        waived_by_file(tmp_path, "waivers:\n- {rule: aws-ec2-sg-ingres-ssh, address: x}")
    assert (caught.value.line, caught.value.column) == (2, 3)


def test_a_rule_of_a_pack_is_known_though_it_does_not_run(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text("name: local\nversion: 1.0.0\n")
    for severity in ("low", "high"):
        text = RULE.replace("local-queue-open", f"local-queue-{severity}").replace(
            "severity: high", f"severity: {severity}"
        )
        (pack / f"local-queue-{severity}.yaml").write_text(text)
    entry = "waivers: [{rule: local-queue-low, address: x}]"
    result = waived_by_file(tmp_path, entry, rules=(str(pack),), min_severity="high")
    assert result.waivers[0].problem == "its rule did not run"


def test_a_bad_file_is_bad_where_nothing_is_scanned_too(tmp_path: Path) -> None:
    from scanner.errors import PolicyError

    (tmp_path / "w.yaml").write_text("waivers: [{rule: '*', address: '*'}]")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PolicyError, match="would waive everything"):
        scan([str(tmp_path / "empty")], ScanOptions(waivers=(str(tmp_path / "w.yaml"),)))


def test_a_plan_is_waived_in_its_sources(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(group(above=f"# {OURS}"))
    values = {
        "name": "a",
        "ingress": [{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}],
    }
    resource = {"address": "aws_security_group.a", "mode": "managed", "type": "aws_security_group", "name": "a",
                "provider_name": "registry.terraform.io/hashicorp/aws", "values": values}  # fmt: skip
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    given = {"rules": (SSH,), "passes": False, "today": TODAY}
    joined = scan([str(tmp_path / "main.tf")], ScanOptions(**given, plan=str(tmp_path / "plan.json")))
    assert [(each.resource.format, each.status) for each in joined.findings] == [("terraform_plan", "waived")]
    alone = scan([str(tmp_path / "plan.json")], ScanOptions(**given))
    assert statuses(alone) == ["new"]


def test_workspaces_of_trivy() -> None:
    text = group(above="#trivy:ignore:AVD-AWS-0107:ws:prod-*")
    assert statuses(judged(text, load=LoadOptions(workspace="prod-eu"))) == ["waived"]
    assert statuses(judged(text, load=LoadOptions(workspace="dev"))) == ["new"]


def test_a_hostile_repository_waives_nothing() -> None:
    marks = "# checkov:skip=*:all\n#tfsec:ignore:*\n#trivy:ignore:*\n# groundrule:ignore *\n# kics-scan ignore\n"
    text = marks + 'resource "aws_s3_bucket" "b" {\n  acl = "public-read-write"\n}\n'
    result = judged(text, rules=("aws-s3-bucket-public-acl",))
    assert statuses(result) == ["new"]
    assert set(states(result)) == {"refused"}
    assert len(result.waivers) == 5
