"""Waivers in templates and manifests: comments, metadata and annotations, where they hold and where not."""

from __future__ import annotations

import json

import pytest

from tests.engine.waived import ESCALATE, OURS, SSH, judged, statuses

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
