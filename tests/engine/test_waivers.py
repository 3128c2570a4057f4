"""Waivers end to end: every syntax in the places where it may stand and in one where it must not work, expiry,
demands of the configuration, and what is refused."""

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

TODAY = date(2026, 11, 22)
SSH = "aws-ec2-sg-ingress-ssh"
ESCALATE = "kubernetes-container-may-escalate"
OURS = f'groundrule:ignore {SSH} reason="a bastion"'

RULE = """\
id: local-queue-open
title: A queue is not encrypted
severity: high
resource: aws.sqs.queue
fail_if: queue.managed_encryption == false
at: managed_encryption
message: not encrypted
same_as: {kics: [aaaa-1], cfn-nag: [W48], cfn-guard: [SQS_ENCRYPTED]}
"""


def group(**marks: str) -> str:
    """A security group that fails in its second rule; `marks` are put at named places."""
    at = {name: f" {text}" for name, text in marks.items()}
    return f"""\
{marks.get("file", "")}
{marks.get("above", "")}
resource "aws_security_group" "a" {{{at.get("header", "")}
{marks.get("top", "")}
  name = "a"{at.get("name", "")}

{marks.get("inside", "")}

{marks.get("nested", "")}
  ingress {{{at.get("block", "")}
    from_port = 22
    to_port   = 22
    protocol  = "tcp"
{marks.get("attribute", "")}
    cidr_blocks = [{at.get("open", "")}
      "10.0.0.0/8",
      "0.0.0.0/0",{at.get("element", "")}
    ]{at.get("beside", "")}
  }}

  description = <<-EOT
    {marks.get("heredoc", "")}
  EOT
{marks.get("last", "")}
}}{at.get("end", "")}

resource "aws_vpc" "other" {{{at.get("elsewhere", "")}
  cidr_block = "10.0.0.0/8"
  tags = {{ note = "{marks.get("string", "")}" }}
}}
{marks.get("tail", "")}
"""


def judged(text: str, *, name: str = "main.tf", rules: tuple[str, ...] = (SSH,), **options: object) -> ScanResult:
    given = ScanOptions(rules=rules, passes=False, today=TODAY, **options)  # type: ignore[arg-type]
    return scan_texts({name: text}, given)


def statuses(result: ScanResult) -> list[str]:
    return [each.status for each in result.findings if each.outcome != "pass"]


def states(result: ScanResult) -> list[str]:
    return [each.state for each in result.waivers]


PLACES = (
    "above",
    "header",
    "top",
    "inside",
    "nested",
    "block",
    "attribute",
    "open",
    "element",
    "beside",
    "last",
    "end",
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("marks", ["# {}", "// {}", "/* {} */", "/*\n * {}\n */"])
def test_our_own_comment_holds_above_beside_and_inside(place: str, marks: str) -> None:
    if "\n" in marks and place not in ("above", "top", "inside", "nested", "attribute", "last"):
        return
    result = judged(group(**{place: marks.format(OURS)}))
    assert statuses(result) == ["waived"]
    assert states(result) == ["in-force"]
    assert result.summary.waived == 1
    assert result.summary.failed == 0
    assert result.summary.exit_code == 0
    (finding,) = result.findings
    assert finding.waiver is not None
    assert (finding.waiver.reason, finding.waiver.syntax) == ("a bastion", "groundrule")
    assert result.waivers[0].findings == (finding.fingerprint,)


@pytest.mark.parametrize(
    ("place", "state"),
    [("name", "unused"), ("elsewhere", "unused"), ("tail", "refused"), ("heredoc", ""), ("string", "")],
)
def test_our_own_comment_does_not_hold_elsewhere(place: str, state: str) -> None:
    result = judged(group(**{place: f"# {OURS}".replace('"', "" if place == "string" else '"')}))
    assert statuses(result) == ["new"]
    assert result.summary.exit_code == 1
    assert states(result) == ([state] if state else [])


def test_a_comment_in_an_interpolation_of_a_string_is_none() -> None:
    text = group(above='locals {\n  x = "a ${lookup({}, "}# {", "b")} # groundrule:ignore ' + SSH + '"\n}')
    assert judged(text).waivers == ()


def test_a_comment_above_stands_right_above() -> None:
    assert statuses(judged(group(above=f"# {OURS}\n"))) == ["new"]
    assert statuses(judged(group(above=f"# {OURS}\n# because of that"))) == ["waived"]


def test_only_the_nested_block_below_is_meant() -> None:
    ingress = 'ingress {\n from_port = 22\n to_port = 22\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]\n}\n'
    other = ingress.replace("0.0.0.0/0", "::/0").replace("cidr_blocks", "ipv6_cidr_blocks")
    text = f'resource "aws_security_group" "a" {{\n# {OURS}\n{ingress}{other}}}\n'
    assert sorted(statuses(judged(text))) == ["new", "waived"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("groundrule:ignore", "names no rule"),
        ("groundrule:ignore *", "never by `*`"),
        ("groundrule:ignore aws-*", "never by `*`"),
        ("groundrule:ignore aws-ec2-sg-ingres-ssh", f"did you mean `{SSH}`?"),
        (f"groundrule:ignore {SSH} expiry=2027-01-01", "did you mean `expires`?"),
        (f"groundrule:ignore {SSH} expires=31.1.2027", "is no date"),
        (f"groundrule:ignore {SSH} reason=a bastion", "is not KEY=VALUE"),
        (f"groundrule:ignore {SSH} reason=a reason=b", "given twice"),
        ("checkov:skip=*:all", "would waive every rule"),
        ("trivy:ignore:*", "would waive every rule"),
        ("tfsec:ignore:*", "would waive every rule"),
        ("trivy:ignore:AVD-AWS-0107[from_port=22]", "conditions are not read"),
        ("trivy:ignore:AVD-AWS-0107:exp:soon", "is no date"),
        ("trivy:ignore:AVD-AWS-0107:ws:prod", "workspace prod only"),
    ],
)
def test_what_is_refused_waives_nothing_and_says_why(text: str, problem: str) -> None:
    place = "top" if text.startswith("checkov") else "above"
    result = judged(group(**{place: f"# {text}"}))
    assert statuses(result) == ["new"]
    assert states(result) == ["refused"]
    assert problem in result.waivers[0].problem
    assert any(each.code == "GR-WAIVER" and problem in each.message for each in result.diagnostics)


def test_several_rules_and_every_key() -> None:
    text = (
        f'# groundrule:ignore {SSH},aws-ec2-sg-no-description reason="the \\"old\\" one" expires=2027-01-31 '
        "owner=net approver=ciso ticket=SEC-1 created=2026-11-01"
    )
    record = next(each for each in judged(group(above=text)).waivers if each.waiver.rule == SSH)
    waiver = record.waiver
    assert (waiver.reason, waiver.expires, waiver.owner, waiver.approver) == (
        'the "old" one',
        "2027-01-31",
        "net",
        "ciso",
    )
    assert (waiver.ticket, waiver.created) == ("SEC-1", "2026-11-01")


@pytest.mark.parametrize(
    ("place", "text", "holds"),
    [
        ("top", "#checkov:skip=CKV_AWS_24:a bastion", True),
        ("name", "#checkov:skip=CKV_AWS_24:a bastion", True),
        ("element", "# see checkov:skip=CKV_AWS_24:a bastion", True),
        ("last", '#checkov:skip=CKV_AWS_24:"a bastion"', True),
        ("above", "#checkov:skip=CKV_AWS_24:a bastion", False),
        ("header", "#checkov:skip=CKV_AWS_24:a bastion", False),
        ("heredoc", "#checkov:skip=CKV_AWS_24:a bastion", False),
        ("above", "#trivy:ignore:AVD-AWS-0107", True),
        ("above", "# trivy:ignore:AWS-0001 trivy:ignore:aws-0107", True),
        ("above", "#trivy:ignore:aws-ec2-no-public-ingress-sgr:exp:2027-01-01", True),
        ("above", "#trivy:ignore:AVD-AWS-0107:ws:default", True),
        ("above", "#trivy:ignore:AWS-0107\n#tfsec:ignore:AWS006", True),
        ("header", "#trivy:ignore:AVD-AWS-0107", True),
        ("nested", "#trivy:ignore:AVD-AWS-0107", True),
        ("attribute", "#trivy:ignore:AVD-AWS-0107", True),
        ("open", "#tfsec:ignore:aws-ec2-no-public-ingress-sgr", True),
        ("above", "#trivy:ignore:AVD-AWS-0107\n# and more", False),
        ("beside", "#trivy:ignore:AVD-AWS-0107", False),
        ("inside", "#trivy:ignore:AVD-AWS-0107", False),
        ("heredoc", "#trivy:ignore:AVD-AWS-0107", False),
        ("above", "#tfsec:ignore:aws-ec2-no-public-ingress-sgr", True),
        ("tail", "#tfsec:ignore:aws-ec2-no-public-ingress-sgr", False),
    ],
)
def test_checkov_trivy_and_tfsec_in_terraform(place: str, text: str, holds: bool) -> None:
    assert statuses(judged(group(**{place: text}))) == ["waived" if holds else "new"]


@pytest.fixture
def rule(tmp_path: Path) -> str:
    (tmp_path / "local-queue-open.yaml").write_text(RULE)
    return str(tmp_path / "local-queue-open.yaml")


QUEUE = 'resource "aws_sqs_queue" "q" {{ {2}\n{3}\n  sqs_managed_sse_enabled = false\n{4}\n}}\n'


@pytest.mark.parametrize(
    ("places", "holds"),
    [
        ({0: "# kics-scan disable=AAAA-1,bbbb-2"}, True),
        ({0: "# a licence\n# kics-scan disable=aaaa-1"}, True),
        ({1: 'resource "aws_vpc" "v" {}\n# kics-scan disable=aaaa-1'}, False),
        ({3: "# kics-scan disable=aaaa-1"}, False),
        ({1: "# kics-scan ignore-block"}, True),
        ({3: "# kics-scan ignore-line"}, True),
        ({4: "# kics-scan ignore-line"}, False),
        ({4: "# kics-scan ignore-block"}, False),
        ({0: "# kics-scan ignore"}, False),
        ({0: "# kics-scan enable=aaaa-1"}, False),
    ],
)
def test_kics_in_terraform(rule: str, places: dict[int, str], holds: bool) -> None:
    marks = [places.get(number, "") for number in range(5)]
    text = marks[0] + "\n" + marks[1] + "\n" + QUEUE.format("", "", marks[2], marks[3], marks[4])
    assert statuses(judged(text, rules=(rule,))) == ["waived" if holds else "new"]


MODULE = """\
resource "aws_security_group" "c" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.cidrs
  }
}
variable "cidrs" {}
"""
CALL = """\
{0}
module "a" {{ {1}
  source = "./m"
  cidrs  = ["0.0.0.0/0"] {2}
}}
module "b" {{
  source = "./m"
  cidrs  = ["0.0.0.0/0"]
}}
"""


@pytest.mark.parametrize("place", [0, 1, 2])
def test_on_a_module_call_it_holds_for_what_is_inside_that_call(place: int) -> None:
    texts = {
        "main.tf": CALL.format(*(f"# {OURS}" if number == place else "" for number in range(3))),
        "m/main.tf": MODULE,
    }
    result = scan_texts(texts, ScanOptions(rules=(SSH,), passes=False, today=TODAY))
    assert {each.resource.address: each.status for each in result.findings} == {
        "module.a.aws_security_group.c": "waived",
        "module.b.aws_security_group.c": "new",
    }


def test_in_a_module_it_holds_for_every_call() -> None:
    texts = {"main.tf": CALL.format("", "", ""), "m/main.tf": f"# {OURS}\n{MODULE}"}
    result = scan_texts(texts, ScanOptions(rules=(SSH,), passes=False, today=TODAY))
    assert statuses(result) == ["waived", "waived"]
    assert len(result.waivers[0].findings) == 2


@pytest.mark.parametrize(
    ("main", "values", "holds"),
    [
        (f'variable "open" {{\n  # {OURS}\n  default = "0.0.0.0/0"\n}}\n', "", True),
        (f'# {OURS}\nvariable "open" {{\n  default = "0.0.0.0/0"\n}}\n', "", True),
        (f'variable "open" {{\n  default = "0.0.0.0/0" # {OURS}\n}}\n', "", True),
        ('variable "open" {}\n', f'open = "0.0.0.0/0" # {OURS}\n', True),
        ('variable "open" {}\n', f'# {OURS}\nopen = "0.0.0.0/0"\n', True),
        ('variable "open" {}\n', f'open = "0.0.0.0/0"\n# {OURS}\nother = 1\n', False),
        (f'variable "open" {{ # {OURS}\n}}\n', 'open = "0.0.0.0/0"\n', False),
    ],
)
def test_it_holds_for_what_gets_its_value_from_there(main: str, values: str, holds: bool) -> None:
    texts = {"main.tf": group().replace('"0.0.0.0/0"', "var.open") + main, "terraform.tfvars": values}
    result = scan_texts(texts, ScanOptions(rules=(SSH,), passes=False, today=TODAY))
    assert statuses(result) == ["waived" if holds else "new"]


def test_a_call_of_a_call_counts() -> None:
    texts = {
        "main.tf": f'# {OURS}\nmodule "x" {{\n  source = "./outer"\n}}\n',
        "outer/main.tf": CALL.format("", "", "").replace("./m", "../m"),
        "m/main.tf": MODULE,
    }
    assert statuses(scan_texts(texts, ScanOptions(rules=(SSH,), passes=False, today=TODAY))) == ["waived", "waived"]


TEMPLATE = """\
{file}
Resources:
  # nothing
  Other:
    Type: AWS::SNS::Topic
{above}
  Group: {beside}
{top}
    Type: AWS::EC2::SecurityGroup
    Metadata:
      {metadata}
    Properties: {properties}
      GroupDescription: "x {string}"
      SecurityGroupIngress:
{item}
        - IpProtocol: tcp {first}
          FromPort: 22
          ToPort: 22
          CidrIp: 0.0.0.0/0 {value}
{last}
      Tags:
        - Key: k
          Value: |
            {scalar}
            text
"""
CFN_PLACES = {
    "file": "{}", "above": "  {}", "beside": "{}", "top": "    {}", "metadata": "{}", "properties": "{}",
    "string": "{}", "item": "        {}", "first": "{}", "value": "{}", "last": "          {}", "scalar": "{}",
}  # fmt: skip


def template(**marks: str) -> str:
    filled = {name: form.format(marks[name]) if name in marks else "" for name, form in CFN_PLACES.items()}
    filled["metadata"] = filled["metadata"] or "a: b"
    return TEMPLATE.format(**filled)


@pytest.mark.parametrize("place", ["above", "beside", "top", "properties", "item", "first", "value", "last"])
def test_our_own_comment_in_a_template(place: str) -> None:
    result = judged(template(**{place: f"# {OURS}"}), name="t.yaml")
    assert statuses(result) == ["waived"], result.waivers


@pytest.mark.parametrize("place", ["file", "string", "scalar"])
def test_our_own_comment_where_it_must_not_work_in_a_template(place: str) -> None:
    mark = f"# groundrule:ignore {SSH}"
    assert statuses(judged(template(**{place: mark}), name="t.yaml")) == ["new"]


@pytest.mark.parametrize(
    ("place", "text", "holds"),
    [
        ("metadata", f"groundrule: {{ignore: [{{rule: {SSH}, reason: x, expires: 2027-01-31}}]}}", True),
        ("metadata", f"groundrule: {{ignore: [{{rule: [{SSH}], ticket: 7}}]}}", True),
        ("metadata", f"groundrule: {{ignore: ['{SSH} reason=x']}}", True),
        ("metadata", f"groundrule: {{ignore: [{{rule: {SSH}, until: 2027-01-31}}]}}", False),
        ("metadata", f"groundrule: {{ignore: [{{rule: {SSH}, expires: 2026-01-31}}]}}", False),
        ("metadata", "groundrule: {ignore: [{reason: x}]}", False),
        ("metadata", "groundrule: {ignore: [7]}", False),
        ("metadata", "checkov: {skip: [{id: CKV_AWS_24, comment: x}]}", True),
        ("metadata", "checkov: {skip: [{comment: x}]}", False),
        ("file", f"Metadata: {{groundrule: {{ignore: [{{rule: {SSH}}}]}}}}", False),
        ("file", "Metadata: {checkov: {skip: [{id: CKV_AWS_24}]}}", False),
        ("top", "#checkov:skip=CKV_AWS_24:x", True),
        ("value", "#checkov:skip=CKV_AWS_24:x", True),
        ("above", "#checkov:skip=CKV_AWS_24:x", False),
        ("scalar", "#checkov:skip=CKV_AWS_24:x", False),
        ("above", "#trivy:ignore:AVD-AWS-0107", True),
        ("beside", "#trivy:ignore:AVD-AWS-0107", True),
        ("value", "#trivy:ignore:AVD-AWS-0107", True),
        ("last", "#trivy:ignore:AVD-AWS-0107", False),
        ("scalar", "#trivy:ignore:AVD-AWS-0107", False),
        ("above", "#trivy:ignore:*", False),
    ],
)
def test_metadata_and_other_tools_in_a_template(place: str, text: str, holds: bool) -> None:
    result = judged(template(**{place: text}), name="t.yaml")
    assert (statuses(result) == ["waived"]) == holds, result.waivers


@pytest.mark.parametrize(
    ("place", "text", "holds"),
    [
        ("file", "# kics-scan disable=6e856af2-62d7-4ba2-adc1-73b62cef9cc1", True),
        ("file", "# kics-scan disable=00000000-62d7-4ba2-adc1-73b62cef9cc1", False),
        ("above", "# kics-scan disable=6e856af2-62d7-4ba2-adc1-73b62cef9cc1", False),
        ("above", "# kics-scan ignore-block", True),
        ("item", "# kics-scan ignore-block", True),
        ("last", "# kics-scan ignore-block", False),
        ("first", "# kics-scan ignore-block", False),
        ("value", "# kics-scan ignore-line", True),
        ("last", "# kics-scan ignore-line", False),
        ("scalar", "# kics-scan ignore-block", False),
        ("string", "# kics-scan ignore-block", False),
    ],
)
def test_kics_in_a_template(place: str, text: str, holds: bool) -> None:
    result = judged(template(**{place: text}), name="t.yaml")
    assert (statuses(result) == ["waived"]) == holds, result.waivers


@pytest.mark.parametrize(
    ("place", "text", "holds"),
    [
        ("file", "# kics-scan disable=5572cc5e-1e4c-4113-92a6-7a8a3bd25e6d", True),
        ("file", "---\n# kics-scan ignore-block", True),
        ("item", "# kics-scan ignore-block", True),
        ("above", "# kics-scan ignore-line", True),
        ("item", "# kics-scan ignore-line", False),
        ("scalar", "# kics-scan ignore-block", False),
    ],
)
def test_kics_in_a_manifest(place: str, text: str, holds: bool) -> None:
    result = judged(pod(**{place: text}), name="pod.yaml", rules=(ESCALATE,))
    assert statuses(result) == ["waived" if holds else "new"], result.waivers


@pytest.mark.parametrize(
    ("metadata", "holds"),
    [
        ("cfn_nag: {rules_to_suppress: [{id: W48, reason: x}]}", True),
        ("cfn_nag: {rules_to_suppress: {id: W48}}", False),
        ("cfn_nag: {rules_to_suppress: [{reason: x}]}", False),
        ("guard: {SuppressedRules: [SQS_ENCRYPTED]}", True),
        ("guard: {SuppressedRules: [OTHER]}", False),
    ],
)
def test_cfn_nag_and_guard(rule: str, metadata: str, holds: bool) -> None:
    queue = "  Q:\n    Type: AWS::SQS::Queue\n    {}\n    Properties: {{SqsManagedSseEnabled: false}}\n"
    inside = "Resources:\n" + queue.format(f"Metadata: {{{metadata}}}")
    assert statuses(judged(inside, name="t.yaml", rules=(rule,))) == ["waived" if holds else "new"]
    outside = f"Metadata: {{{metadata}}}\nResources:\n" + queue.format("DeletionPolicy: Delete")
    assert statuses(judged(outside, name="t.yaml", rules=(rule,))) == ["new"]


def test_metadata_of_a_json_template() -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Metadata": {"groundrule": {"ignore": [{"rule": SSH}]}},
        "Properties": {"GroupDescription": "x", "SecurityGroupIngress": [rule]},
    }
    text = json.dumps({"Resources": {"G": group}})
    result = judged(text, name="t.json")
    assert statuses(result) == ["waived"]
    assert result.waivers[0].waiver.syntax == "metadata"


POD = """\
{file}
apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations:
    {annotation}
spec: {spec}
  containers:
{item}
    - name: web {first}
      image: nginx@sha256:aaaa
      securityContext:
{above}
        allowPrivilegeEscalation: true {beside}
      args:
        - |
          {scalar}
          x
"""
POD_PLACES = {"file": "{}", "annotation": "{}", "spec": "{}", "item": "    {}", "first": "{}", "above": "        {}",
              "beside": "{}", "scalar": "{}"}  # fmt: skip


def pod(**marks: str) -> str:
    filled = {name: form.format(marks[name]) if name in marks else "" for name, form in POD_PLACES.items()}
    filled["annotation"] = filled["annotation"] or "a: b"
    return POD.format(**filled)


@pytest.mark.parametrize(
    ("place", "text", "holds"),
    [
        ("file", f"# groundrule:ignore {ESCALATE}", True),
        ("file", f"---\n# groundrule:ignore {ESCALATE}", True),
        ("file", f"# groundrule:ignore {ESCALATE}\n---", False),
        ("spec", f"# groundrule:ignore {ESCALATE}", True),
        ("item", f"# groundrule:ignore {ESCALATE}", True),
        ("first", f"# groundrule:ignore {ESCALATE}", True),
        ("above", f"# groundrule:ignore {ESCALATE}", True),
        ("beside", f"# groundrule:ignore {ESCALATE}", True),
        ("scalar", f"# groundrule:ignore {ESCALATE}", False),
        ("annotation", f"groundrule.dev/ignore: '{ESCALATE} reason=\"x y\" expires=2027-01-01'", True),
        ("annotation", f"groundrule.dev/ignore-2: {ESCALATE}", True),
        ("annotation", "groundrule.dev/ignore: '*'", False),
        ("annotation", f"groundrule.dev/other: {ESCALATE}", False),
        ("annotation", "checkov.io/skip1: CKV_K8S_20=x", True),
        ("annotation", "bridgecrew.io/skip2: CKV_K8S_20", True),
        ("annotation", "checkov.io/skip1: CKV_K8S_99=x", False),
        ("file", "#checkov:skip=CKV_K8S_20:x", False),
        ("beside", "#checkov:skip=CKV_K8S_20:x", False),
        ("annotation", "ignore-check.kube-linter.io/privilege-escalation-container: x", True),
        ("annotation", "kube-linter.io/ignore-all: x", False),
        ("file", "# trivy:ignore:KSV-0001", False),
        ("beside", "# trivy:ignore:KSV-0001", False),
    ],
)
def test_manifests(place: str, text: str, holds: bool) -> None:
    result = judged(pod(**{place: text}), name="pod.yaml", rules=(ESCALATE,))
    assert statuses(result) == ["waived" if holds else "new"], result.waivers


def test_annotations_of_a_pod_template_and_of_a_label_do_not_work() -> None:
    text = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, labels: {groundrule.dev/ignore: RULE}}\n"
        "spec:\n  template:\n    metadata: {annotations: {groundrule.dev/ignore: RULE, checkov.io/skip1: CKV_K8S_20}}\n"
        "    spec: {containers: [{name: a, image: x, securityContext: {allowPrivilegeEscalation: true}}]}\n"
    ).replace("RULE", ESCALATE)
    assert statuses(judged(text, name="d.yaml", rules=(ESCALATE,))) == ["new"]


def test_an_item_of_a_list_has_its_own_annotations() -> None:
    items = [pod(annotation=f"groundrule.dev/ignore: {ESCALATE}"), pod()]
    body = "".join("- " + text.strip("\n").replace("\n", "\n  ") + "\n" for text in items).replace(
        "name: a\n", "name: b\n", 1
    )
    result = judged("apiVersion: v1\nkind: List\nitems:\n" + body, name="l.yaml", rules=(ESCALATE,))
    assert sorted(statuses(result)) == ["new", "waived"]


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
