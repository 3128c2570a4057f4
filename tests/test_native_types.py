"""Rules about native types that no table maps: typed dyn, null where nothing is stated, in every format."""

import json
from pathlib import Path

import pytest

from scanner.api import ScanOptions, scan_texts
from scanner.errors import PolicyError

HEAD = "id: my-rule\ntitle: t\nseverity: low\nmessage: 'm {{resource.name}}'\nat: name\nresource: {resource}\n"


def judged(folder: Path, resource: str, condition: str, texts: dict[str, str], **context: str) -> dict[str, str]:
    """Address to outcome."""
    path = folder / "my-rule.yaml"
    path.write_text(HEAD.format(resource=resource) + f"fail_if: {json.dumps(condition)}\n")
    result = scan_texts(texts, ScanOptions(rules=(str(path),), context=context))
    assert [each for each in result.diagnostics if each.level == "error"] == []
    return {each.resource.address: each.outcome for each in result.findings}


TERRAFORM = """
variable "v" {}
resource "aws_foo" "a" {
  name = "bad"
  list = ["x"]
  setting {
    key = "k"
  }
}
resource "aws_foo" "b" {}
resource "aws_foo" "c" {
  name = var.v
}
resource "aws_bar" "d" {
  name = "bad"
}
"""


@pytest.mark.parametrize(
    ("condition", "outcomes"),
    [
        ("resource.name == 'bad'", "fail pass unknown"),
        ("resource.name == null", "pass fail unknown"),
        ("resource.list != null && resource.list.exists(x, x == 'x')", "fail pass pass"),
        ("resource.setting != null && resource.setting[0].key == 'k'", "fail pass pass"),
        ("resource.setting != null && resource.setting.exists(s, has(s.nope))", "pass pass pass"),
        ("is_given(resource.name)", "fail pass fail"),
        ("resource.name == 1", "pass pass unknown"),
        ("resource.name > 1", "error error unknown"),
        ("root.all('terraform/aws_bar').exists(b, b.name == resource.name)", "fail pass unknown"),
    ],
)
def test_terraform_types(tmp_path: Path, condition: str, outcomes: str) -> None:
    found = judged(tmp_path, "terraform/aws_foo", condition, {"main.tf": TERRAFORM})
    assert [found[f"aws_foo.{name}"] for name in "abc"] == outcomes.split()
    assert len(found) == 3


def test_a_plan_has_the_same_types(tmp_path: Path) -> None:
    resource = {"address": "aws_foo.a", "mode": "managed", "type": "aws_foo", "name": "a", "values": {"name": "bad"}}
    plan = {"format_version": "1.2", "planned_values": {"root_module": {"resources": [resource]}}}
    texts = {"plan.json": json.dumps(plan)}
    assert judged(tmp_path, "terraform/aws_foo", "resource.name == 'bad'", texts) == {"aws_foo.a": "fail"}


def test_cloudformation_types(tmp_path: Path) -> None:
    texts = {"t.yaml": "Resources:\n  A:\n    Type: AWS::Foo::Bar\n    Properties: {name: bad, L: [{K: 1}]}\n"}
    for condition in ("resource.name == 'bad'", "resource.L[0].K == 1", "resource.M == null"):
        assert judged(tmp_path, "cloudformation/AWS::Foo::Bar", condition, texts) == {"A": "fail"}


def test_kubernetes_kinds(tmp_path: Path) -> None:
    texts = {"m.yaml": "apiVersion: acme.io/v1\nkind: Gadget\nmetadata: {name: g}\nspec: {size: 3}\n"}
    found = judged(tmp_path, "kubernetes/Gadget", "resource.spec.size > 2 && resource.metadata.name == 'g'", texts)
    assert list(found.values()) == ["fail"]


def test_the_context_can_decide(tmp_path: Path) -> None:
    condition = "'env' in context && context.env == 'prod' && resource.name == 'bad'"
    assert judged(tmp_path, "terraform/aws_bar", condition, {"main.tf": TERRAFORM}, env="prod") == {"aws_bar.d": "fail"}
    assert judged(tmp_path, "terraform/aws_bar", condition, {"main.tf": TERRAFORM}, env="dev") == {"aws_bar.d": "pass"}
    assert judged(tmp_path, "terraform/aws_bar", condition, {"main.tf": TERRAFORM}) == {"aws_bar.d": "pass"}


@pytest.mark.parametrize(
    ("resource", "message", "hint"),
    [
        ("terraform/aws_s3_bucket", "`terraform/aws_s3_bucket` is mapped", "`resource: aws.s3.bucket`"),
        ("terrafrom/aws_foo", "`terrafrom/aws_foo` is no native type", "did you mean `terraform`?"),
        ("terraform/", "`terraform/` is no native type", "FORMAT/TYPE"),
        ("helm/x", "`helm/x` is no native type", "FORMAT/TYPE"),
        ("[terraform/aws_foo, aws.s3.bucket]", "not about both", ""),
    ],
)
def test_what_cannot_be_judged_is_refused(tmp_path: Path, resource: str, message: str, hint: str) -> None:
    with pytest.raises(PolicyError) as caught:
        judged(tmp_path, resource, "resource.name == null", {"main.tf": TERRAFORM})
    assert message in caught.value.message
    assert hint in caught.value.hint
