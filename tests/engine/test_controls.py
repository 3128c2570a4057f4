"""What a scan says of a control: the precedence of results, one by one, and sums that add up."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.api import ScanOptions, scan, scan_texts
from scanner.engine.controls import Unread, control_results, unread_inputs
from scanner.engine.options import PathSettings
from scanner.engine.tallies import Count
from scanner.model import (
    CONTROL_RESULTS,
    Control,
    ControlResult,
    ControlRule,
    Diagnostic,
    Framework,
    InputRecord,
    RuleTally,
    ScanResult,
    SourceSpan,
)

AWS = "cis-aws-7.0.0"
OPEN_SSH = """
resource "aws_security_group" "a" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
CLOSED_SSH = OPEN_SSH.replace("0.0.0.0/0", "10.0.0.0/8")
TRAIL = """
resource "aws_cloudtrail" "a" {
  name                       = "a"
  s3_bucket_name             = "b"
  enable_log_file_validation = %s
}
"""


def _scan(text: str, name: str = "main.tf", **options: object) -> ScanResult:
    return scan_texts({name: text}, ScanOptions(frameworks=(AWS,), **options))  # type: ignore[arg-type]  # any option


def _said(result: ScanResult, id: str) -> ControlResult:
    return next(each for each in result.controls if each.control.id == id)


def _result(text: str, id: str, **options: object) -> tuple[str, str]:
    said = _said(_scan(text, **options), id)
    return said.result, said.reason


# Each result by a scan.


def test_manual() -> None:
    assert _result(OPEN_SSH, "2.4") == ("manual", "")


def test_no_rule() -> None:
    result, reason = _result(OPEN_SSH, "6.6")
    assert (result, bool(reason)) == ("no-rule", True)


def test_not_satisfied() -> None:
    assert _result(OPEN_SSH, "6.3") == ("not-satisfied", "")


def test_not_evaluated_when_a_rule_is_skipped() -> None:
    said = _result(CLOSED_SSH, "6.3", skip=("aws-ec2-sg-ingress-rdp",))
    assert said == ("not-evaluated", "the rule aws-ec2-sg-ingress-rdp did not run: it was skipped")


def test_not_evaluated_when_a_rule_is_below_the_least_severity() -> None:
    result, reason = _result(TRAIL % "true", "4.2", min_severity="critical")
    assert (result, reason) == (
        "not-evaluated",
        "the rule aws-cloudtrail-trail-no-validation did not run: its severity, medium, is below critical",
    )


def test_not_evaluated_when_a_file_of_the_format_cannot_be_read() -> None:
    texts = {"main.tf": CLOSED_SSH, "broken.tf": 'resource "aws_sqs_queue" "q" {\n  name = = "q"\n}\n'}
    result = scan_texts(texts, ScanOptions(frameworks=(AWS,)))
    said = _said(result, "6.3")
    assert said.result == "not-evaluated"
    assert said.reason.startswith("broken.tf")


def test_a_broken_file_of_another_format_does_not_count() -> None:
    texts = {"main.tf": CLOSED_SSH, "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n"}
    result = scan_texts(texts, ScanOptions(frameworks=("cis-kubernetes-2.0.1", AWS)))
    assert _said(result, "6.3").result == "satisfied-in-scope"
    assert any(each.status == "failed" or each.path == "pod.yaml" for each in result.inputs)
    assert _said(result, "5.2.2").result == "not-evaluated"


def test_not_evaluated_where_a_rule_cannot_judge_the_format() -> None:
    template = "Resources:\n  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n"
    said = _said(_scan(template, "template.yaml"), "6.5")
    assert (said.result, said.reason) == (
        "not-evaluated",
        "the rule aws-ec2-vpc-default-sg-unmanaged cannot judge aws.ec2.vpc in CloudFormation",
    )


def test_a_group_that_no_format_adopts_is_no_question() -> None:
    template = "Resources:\n  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g}}\n"
    assert _said(_scan(template, "template.yaml"), "6.5").result == "no-population"


def test_unknown() -> None:
    text = 'variable "on" { type = bool }\n' + TRAIL % "var.on"
    assert _result(text, "4.2") == ("unknown", "")


def test_unknown_when_it_is_not_known_whether_a_failure_concerns_the_control() -> None:
    text = """
variable "arn" {}
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_role_policy_attachment" "a" {
  role       = "r"
  policy_arn = var.arn
}
"""
    result = _scan(text)
    said = _said(result, "2.14")
    assert said.result == "unknown"
    assert said.reason == "it could not be decided whether 1 finding concerns the control"
    assert said.tallies[0].unknown == 1
    (finding,) = [each for each in result.findings if each.rule.id == "aws-iam-policy-full-admin"]
    assert finding.frameworks[AWS] == ("2.14",)


def test_excepted() -> None:
    waived = OPEN_SSH.replace(
        'resource "aws',
        '# groundrule:ignore aws-ec2-sg-ingress-ssh reason="a bastion" expires=2999-01-01\nresource "aws',
    )
    said = _said(_scan(waived), "6.3")
    assert said.result == "excepted"
    assert said.tallies[0].waived == 1


def test_an_expired_waiver_excepts_nothing() -> None:
    waived = OPEN_SSH.replace(
        'resource "aws',
        '# groundrule:ignore aws-ec2-sg-ingress-ssh reason="a bastion" expires=2020-01-01\nresource "aws',
    )
    assert _result(waived, "6.3")[0] == "not-satisfied"


def test_no_population() -> None:
    assert _result(OPEN_SSH, "4.2") == ("no-population", "")


def test_partial_evidence() -> None:
    database = 'resource "aws_db_instance" "d" {\n  publicly_accessible = false\n}\n'
    assert _result(database, "3.2.3") == ("partial-evidence", "")


def test_satisfied_in_scope() -> None:
    assert _result(TRAIL % "true", "4.2") == ("satisfied-in-scope", "")


# Precedence, without a scan.

ONE = RuleTally("r", "full", "run", 1)
COUNTS = {
    "not-satisfied": ONE._replace(failed=1),
    "not-evaluated": ONE._replace(state="broken", error=1),
    "unknown": ONE._replace(unknown=1),
    "excepted": ONE._replace(waived=1),
    "no-population": RuleTally("r", "full", "run"),
    "partial-evidence": ONE._replace(passed=1),
    "satisfied-in-scope": ONE._replace(passed=1),
}


def _decide(tallies: tuple[RuleTally, ...], *, covered: str = "full", unread: tuple[Unread, ...] = ()) -> str:
    rules = tuple(ControlRule(each.rule, each.covers, "why") for each in tallies)
    control = Control("1", "t", "yes", "why", covered=covered, rules=rules)
    framework = Framework("f-1", "t", "1", "a", "l", (control,))
    counted = Count(tallies, 1, sum(each.examined for each in tallies))
    (said,) = control_results(
        [framework], lambda *_: counted, off={}, unread=unread, formats={"r": frozenset({"terraform"})}
    )
    return said.result


@pytest.mark.parametrize("first", list(COUNTS)[:4])
@pytest.mark.parametrize("second", COUNTS)
def test_the_first_that_holds_is_the_result(first: str, second: str) -> None:
    covered = "part" if second == "partial-evidence" else "full"
    results = {
        _decide(pair, covered=covered) for pair in ((COUNTS[first], COUNTS[second]), (COUNTS[second], COUNTS[first]))
    }
    assert results == {min(first, second, key=CONTROL_RESULTS.index)}


def test_each_alone_is_its_own_result() -> None:
    for result, tally in COUNTS.items():
        assert _decide((tally,), covered="part" if result == "partial-evidence" else "full") == result


def test_what_was_not_read_counts_where_the_rule_looks() -> None:
    broken = Unread("terraform", "a.tf could not be read")
    assert _decide((COUNTS["satisfied-in-scope"],), unread=(broken,)) == "not-evaluated"
    assert _decide((COUNTS["not-satisfied"],), unread=(broken,)) == "not-satisfied"
    assert _decide((COUNTS["unknown"],), unread=(broken,)) == "not-evaluated"
    assert _decide((COUNTS["satisfied-in-scope"],), unread=(Unread("kubernetes", "pod.yaml"),)) == "satisfied-in-scope"
    assert _decide((COUNTS["satisfied-in-scope"],), unread=(Unread("", "x.json"),)) == "not-evaluated"


def test_control_that_nothing_speaks_to() -> None:
    controls = (
        Control("1", "t", "no", "why"),
        Control("2", "t", "partial", "why", gap="nothing speaks to it"),
    )
    framework = Framework("f-1", "t", "1", "a", "l", controls)
    said = control_results([framework], lambda *_: Count((), 0, 0), off={}, unread=(), formats={})
    assert [(each.result, each.reason) for each in said] == [("manual", ""), ("no-rule", "nothing speaks to it")]


def test_unread_inputs_name_the_file_and_the_format() -> None:
    inputs = [
        InputRecord("a.tf", "terraform", "", "parsed"),
        InputRecord("b.yaml", "kubernetes", "", "failed", "it is too large"),
        InputRecord("c.yaml", "", "", "skipped", "ignored by git"),
        InputRecord("v.tfvars", "tfvars", "", "parsed"),
    ]
    diagnostics = [
        Diagnostic("GR-PARSE", "error", "expected a value", path="a.tf", span=SourceSpan("a.tf", 3, 1, 3, 2)),
        Diagnostic("GR-PARSE", "warning", "odd", path="v.tfvars"),
        Diagnostic("GR-PARSE", "error", "no map", path="v.tfvars"),
    ]
    assert unread_inputs(inputs, diagnostics) == (
        Unread("terraform", "a.tf:3 could not be judged whole: expected a value"),
        Unread("kubernetes", "b.yaml could not be read: it is too large"),
        Unread("terraform", "v.tfvars could not be judged whole: no map"),
    )


# What is counted.


def _adds_up(result: ScanResult) -> None:
    named = {each.fingerprint: each.frameworks for each in (*result.findings, *result.control_findings)}
    assert result.controls
    for said in result.controls:
        for tally in said.tallies:
            parts = (tally.passed, tally.failed, tally.failed_elsewhere, tally.unknown, tally.waived, tally.error)
            assert tally.examined == sum(parts)
            assert set(tally.findings) <= named.keys()
            assert bool(tally.findings) == bool(tally.failed + tally.unknown + tally.waived + tally.error)
            assert all(said.control.id in named[each].get(said.framework, ()) for each in tally.findings)
        assert said.settings == sum(each.examined for each in said.tallies)
        assert said.resources <= said.settings
        assert bool(said.resources) == bool(said.settings)


def test_sums_of_the_samples_add_up() -> None:
    result = scan([str(Path(__file__).parents[2] / "samples")], ScanOptions(controls=True))
    assert len(result.frameworks) == 5
    assert len(result.controls) == sum(len(each.controls) for each in result.frameworks)
    _adds_up(result)


def test_sums_of_many_kinds_of_outcome_add_up() -> None:
    text = (
        OPEN_SSH
        + CLOSED_SSH.replace('"a"', '"c"')
        + TRAIL % "false"
        + 'variable "v" {}\n'
        + OPEN_SSH.replace('"a"', '"d"').replace('"0.0.0.0/0"', "var.v")
    )
    _adds_up(scan_texts({"main.tf": text}, ScanOptions(controls=True)))


def _group(*rules: str) -> str:
    return 'resource "aws_security_group" "a" {\n' + "".join(rules) + "}\n"


def _traffic(direction: str, port: int, cidr: str) -> str:
    return f"""
  {direction} {{
    from_port   = {port}
    to_port     = {port}
    protocol    = "tcp"
    cidr_blocks = ["{cidr}"]
  }}
"""


def test_resources_are_counted_once_and_settings_one_by_one() -> None:
    said = _said(_scan(_group(_traffic("ingress", 22, "0.0.0.0/0"), _traffic("ingress", 80, "10.0.0.0/8"))), "6.3")
    assert (said.resources, said.settings) == (1, 4)
    assert [each.examined for each in said.tallies] == [2, 2]


def test_what_does_not_apply_is_not_examined() -> None:
    said = _said(_scan(_group(_traffic("egress", 22, "0.0.0.0/0"))), "6.3")
    assert (said.result, said.resources, said.settings) == ("no-population", 0, 0)


def test_an_owned_account_is_asked_for_what_is_missing() -> None:
    queue = 'resource "aws_sqs_queue" "q" {}\n'
    assert _result(queue, "2.8")[0] == "no-population"
    assert _result(queue, "2.8", account_roots=(".",))[0] == "not-satisfied"


def test_not_evaluated_where_a_path_switches_a_rule_off() -> None:
    said = _said(_scan(OPEN_SSH, path_settings=(PathSettings("*.tf", skip=("aws-ec2-sg-ingress-ssh",)),)), "6.3")
    assert said.result == "not-evaluated"
    assert "it is switched off for some of the paths" in said.reason


BROKEN = """
id: aws-cloudtrail-trail-no-validation
title: A rule that breaks
severity: low
resource: aws.cloudtrail.trail
assert: '[1, 2][trail.bucket == null ? 7 : 8] == 1'
message: broken
"""


def test_not_evaluated_when_a_rule_breaks(tmp_path: Path) -> None:
    (tmp_path / "aws-cloudtrail-trail-no-validation.yaml").write_text(BROKEN)
    said = _said(_scan(TRAIL % "true", rules=(str(tmp_path),)), "4.2")
    assert (said.result, said.reason) == (
        "not-evaluated",
        "the rule aws-cloudtrail-trail-no-validation broke on 1 resource",
    )
    assert (said.tallies[0].state, said.tallies[0].error, said.tallies[0].examined) == ("broken", 1, 1)


def test_a_failure_that_another_stands_for_still_counts() -> None:
    role = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
"""
    result = scan_texts({"role.yaml": role}, ScanOptions(controls=True))
    said = next(each for each in result.controls if each.framework.startswith("cis-kub") and each.control.id == "5.1.2")
    (reported,) = [each for each in result.findings if each.outcome == "fail"]
    assert reported.rule.id == "kubernetes-role-full-control"
    assert said.result == "not-satisfied"
    assert said.tallies[0].findings == (reported.fingerprint,)
    assert "5.1.2" in reported.frameworks["cis-kubernetes-2.0.1"]


def test_a_framework_has_its_own_parameters() -> None:
    text = 'resource "aws_iam_account_password_policy" "p" {\n  minimum_password_length = 12\n}\n'
    result = scan_texts({"main.tf": text}, ScanOptions(controls=True))
    cis = next(each for each in result.controls if each.framework == AWS and each.control.id == "2.8")
    assert cis.result == "not-satisfied"
    pci = next(each for each in result.controls if each.framework == "pci-dss-4.0.1" and each.control.id == "8.3.6")
    tally = next(each for each in pci.tallies if each.rule == "aws-iam-password-policy-short")
    assert (tally.passed, tally.failed) == (1, 0)
    (finding,) = [each for each in result.findings if each.rule.id == "aws-iam-password-policy-short"]
    assert finding.outcome == "fail"
    assert "8.3.6" not in finding.frameworks.get("pci-dss-4.0.1", ())
    assert finding.frameworks[AWS] == ("2.8",)


def test_a_control_that_asks_for_more_fails_where_the_rule_passes() -> None:
    result = _scan(OPEN_SSH.replace('"tcp"', '"udp"'))
    assert [each.rule.id for each in result.findings if each.outcome == "fail"] == []
    said = _said(result, "6.3")
    assert said.result == "not-satisfied"
    assert {each.fingerprint for each in result.control_findings if each.outcome == "fail"} >= set(
        said.tallies[0].findings
    )


def test_findings_of_a_frameworks_parameters_are_kept_apart() -> None:
    text = OPEN_SSH.replace("22", "445")
    result = _scan(text)
    assert _said(result, "6.1.2").result == "not-satisfied"
    (apart,) = [each for each in result.control_findings if each.outcome == "fail"]
    assert apart.frameworks == {AWS: ("6.1.2",)}
    assert apart.fingerprint.endswith(f"@{AWS}:6.1.2")
    assert _said(result, "6.1.2").tallies[0].findings == (apart.fingerprint,)
    assert apart.fingerprint not in {each.fingerprint for each in result.findings}
    assert result.summary.failed == sum(each.outcome == "fail" for each in result.findings)


def test_the_rules_of_a_framework_are_kept_and_the_others_named() -> None:
    result = _scan(OPEN_SSH)
    mapped = {rule.rule for control in result.frameworks[0].controls for rule in control.rules}
    assert {each.id for each in result.rules} == mapped
    off = dict(result.skipped_rules)
    assert off.keys().isdisjoint(mapped)
    assert off["aws-ec2-sg-egress-any"] == "it speaks to no control of the frameworks asked for"


def test_controls_are_there_when_nothing_was_found() -> None:
    result = scan_texts({}, ScanOptions(frameworks=(AWS,)))
    assert len(result.controls) == 70
    assert {each.result for each in result.controls} == {"manual", "no-rule", "no-population"}


def test_findings_name_their_controls_without_controls_being_asked_for() -> None:
    result = scan_texts({"main.tf": OPEN_SSH})
    assert (result.controls, result.frameworks) == ((), ())
    (finding,) = [each for each in result.findings if each.rule.id == "aws-ec2-sg-ingress-ssh"]
    assert finding.frameworks[AWS] == ("6.3",)
    quick = scan_texts({"main.tf": OPEN_SSH}, ScanOptions(name_controls=False))
    assert all(not each.frameworks for each in quick.findings)
