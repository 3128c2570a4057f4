"""What rules say of IAM documents: the parts that decide, the spellings of a statement, and where a document stands."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from scanner.api import ScanOptions, scan, scan_texts

ADMIN = "aws-iam-policy-full-admin"
WRITES = "aws-iam-policy-writes-everywhere"
PASSROLE = "aws-iam-policy-passrole-any"
ESCALATION = "aws-iam-policy-privilege-escalation"
TRUST = "aws-iam-role-trusts-anyone"

BESIDE = """
variable "v" {}
data "aws_caller_identity" "me" {}
data "aws_service_principal" "ec2" { service_name = "ec2" }
resource "aws_s3_bucket" "data" { bucket_prefix = "data" }
"""


def outcomes(text: str | Mapping[str, str], rule: str) -> list[str]:
    """The outcomes in the order of the statements; a statement to which the rule does not apply has none."""
    texts = {"main.tf": text} if isinstance(text, str) else text
    result = scan_texts(texts, ScanOptions(rules=(rule,)))
    assert [each.message for each in result.diagnostics if each.level == "error"] == []
    assert [each.message for each in result.findings if each.outcome == "error"] == []
    return [each.outcome for each in result.findings]


def policy(statements: str) -> str:
    document = f'jsonencode({{ Version = "2012-10-17", Statement = {statements} }})'
    return f'{BESIDE}resource "aws_iam_policy" "p" {{ policy = {document} }}\n'


def trust(statement: str) -> str:
    statement = f'{{ Effect = "Allow", Action = "sts:AssumeRole", {statement} }}'
    document = f'jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})'
    return f'{BESIDE}resource "aws_iam_role" "r" {{ assume_role_policy = {document} }}\n'


# Parts that are not known


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param("aws_s3_bucket.data.arn", id="computed"),
        pytest.param('"${aws_s3_bucket.data.arn}/*"', id="computed, with a wildcard behind"),
        pytest.param('[aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]', id="both in a list"),
        pytest.param('"arn:aws:s3:::${var.v}"', id="a variable in an ARN"),
        pytest.param('"arn:aws:sqs:*:${data.aws_caller_identity.me.account_id}:*"', id="data in an ARN"),
    ],
)
@pytest.mark.parametrize("rule", [ADMIN, WRITES, PASSROLE, ESCALATION])
def test_wildcard_action_on_a_resource_that_is_not_everything_passes(resource: str, rule: str) -> None:
    assert outcomes(policy(f'[{{ Effect = "Allow", Action = "*", Resource = {resource} }}]'), rule) == ["pass"]


@pytest.mark.parametrize("rule", [ADMIN, WRITES, PASSROLE, ESCALATION])
def test_wildcard_action_on_a_variable_is_unknown(rule: str) -> None:
    assert outcomes(policy('[{ Effect = "Allow", Action = "*", Resource = var.v }]'), rule) == ["unknown"]


def test_known_statement_fails_beside_one_that_is_not_known() -> None:
    known = '{ Effect = "Allow", Action = "*", Resource = "*" }'
    text = policy(f'[{known}, {{ Effect = "Allow", Action = var.v, Resource = "*" }}]')
    assert sorted(outcomes(text, ADMIN)) == ["fail", "unknown"]


def test_known_statement_fails_beside_statements_of_unknown_number() -> None:
    text = policy('concat([{ Effect = "Allow", Action = "*", Resource = "*" }], var.v)')
    assert sorted(outcomes(text, ADMIN)) == ["fail", "unknown"]
    assert outcomes(text, WRITES).count("fail") == 1


def test_known_statement_passes_beside_one_that_is_not_known() -> None:
    text = policy('[{ Effect = "Allow", Action = "s3:Get*", Resource = "*" }, var.v]')
    assert sorted(outcomes(text, ADMIN)) == ["pass", "unknown"]


def test_one_known_resource_decides_in_a_list_with_unknown_ones() -> None:
    assert outcomes(policy('[{ Effect = "Allow", Action = "*", Resource = [var.v, "*"] }]'), ADMIN) == ["fail"]


def test_document_of_a_variable_is_unknown_once() -> None:
    assert outcomes('variable "v" {}\nresource "aws_iam_policy" "p" { policy = var.v }', ADMIN) == ["unknown"]


# Spellings of a statement


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param('{ Effect = "Allow", Action = "*", Resource = "*" }', id="single object"),
        pytest.param('[{ Effect = "Allow", Action = "*", Resource = "*" }]', id="texts"),
        pytest.param('[{ Effect = "Allow", Action = ["*"], Resource = ["*"] }]', id="lists"),
        pytest.param('[{ Effect = "Allow", Action = ["s3:Get*", "*:*"], Resource = "*" }]', id="one of two"),
    ],
)
def test_full_grant_fails_however_it_is_written(statements: str) -> None:
    assert outcomes(policy(statements), ADMIN) == ["fail"]


def test_deny_of_everything_is_no_grant() -> None:
    statement = '[{ Effect = "Deny", Action = "*", Resource = "*" }]'
    assert outcomes(policy(statement), ADMIN) == []
    assert outcomes(policy(statement), ESCALATION) == ["pass"]


def test_not_action_grants_what_it_does_not_name() -> None:
    statement = '[{ Effect = "Allow", NotAction = ["s3:*"], Resource = "*" }]'
    assert outcomes(policy(statement), ADMIN) == ["pass"]
    assert outcomes(policy(statement), WRITES) == ["fail"]
    assert outcomes(policy(statement), PASSROLE) == ["fail"]
    assert outcomes(policy(statement), ESCALATION) == ["fail"]


def test_not_action_does_not_grant_what_it_names() -> None:
    statement = '[{ Effect = "Allow", NotAction = ["IAM:*", "lambda:*", "glue:*"], Resource = "*" }]'
    assert outcomes(policy(statement), PASSROLE) == ["pass"]
    assert outcomes(policy(statement), ESCALATION) == ["pass"]


def test_deny_takes_away_what_another_statement_grants() -> None:
    grant = '{ Effect = "Allow", Action = "iam:*", Resource = "*" }'
    assert outcomes(policy(f"[{grant}]"), ESCALATION) == ["fail"]
    deny = '{ Effect = "Deny", Action = "iam:*", Resource = "*" }'
    assert outcomes(policy(f"[{grant}, {deny}]"), ESCALATION) == ["pass"]


def test_deny_with_a_condition_takes_nothing_away() -> None:
    grant = '{ Effect = "Allow", Action = "iam:*", Resource = "*" }'
    condition = '{ BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } }'
    deny = f'{{ Effect = "Deny", Action = "iam:*", Resource = "*", Condition = {condition} }}'
    assert outcomes(policy(f"[{grant}, {deny}]"), ESCALATION) == ["fail"]


def test_grant_is_put_together_of_two_statements() -> None:
    role, machine = (f'{{ Effect = "Allow", Action = "{each}", Resource = "*" }}' for each in ("iam:Pass*", "ec2:Run*"))
    assert outcomes(policy(f"[{role}, {machine}]"), ESCALATION) == ["fail"]
    assert outcomes(policy(f"[{machine}]"), ESCALATION) == ["pass"]


# Who is trusted


@pytest.mark.parametrize(
    "principal",
    [
        pytest.param('Principal = "*"', id="everybody"),
        pytest.param('Principal = { AWS = "*" }', id="every account"),
        pytest.param('Principal = { AWS = ["arn:aws:iam::111122223333:root", "*"] }', id="one of two"),
        pytest.param('Principal = { AWS = [var.v, "*"] }', id="one of two, the other not known"),
        pytest.param('Principal = { Service = "ec2.amazonaws.com", AWS = "*" }', id="beside a service"),
        pytest.param('Principal = { Service = "*" }', id="every service"),
        pytest.param('NotPrincipal = { AWS = "arn:aws:iam::111122223333:root" }', id="everybody but one"),
    ],
)
def test_trust_in_everybody_fails(principal: str) -> None:
    assert outcomes(trust(principal), TRUST) == ["fail"]


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:PrincipalOrgID", '"o-1234567890"'),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", '["o-1234567890/r-ab12/*"]'),
        ("StringEquals", "aws:PrincipalAccount", "data.aws_caller_identity.me.account_id"),
        ("StringEquals", "aws:SourceAccount", '"111122223333"'),
        ("ArnLike", "aws:SourceArn", '"arn:aws:s3:::data"'),
        ("ArnEquals", "AWS:sourcearn", '"arn:aws:s3:::data-${var.v}"'),
        ("StringEquals", "aws:SourceArn", "aws_s3_bucket.data.arn"),
        ("ArnLike", "aws:SourceArn", "aws_s3_bucket.data.arn"),
        ("ArnEquals", "aws:SourceArn", '["${aws_s3_bucket.data.arn}"]'),
        ("StringLike", "aws:SourceArn", '"${aws_s3_bucket.data.arn}/*"'),
        ("StringEquals", "aws:SourceVpce", '"vpce-0123"'),
        ("IpAddress", "aws:SourceIp", '["203.0.113.0/24"]'),
    ],
)
def test_trust_in_everybody_passes_when_a_condition_narrows_it(operator: str, key: str, value: str) -> None:
    text = trust(f'Principal = "*", Condition = {{ "{operator}" = {{ "{key}" = {value} }} }}')
    assert outcomes(text, TRUST) == ["pass"]


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringNotEquals", "aws:PrincipalOrgID", '"o-1234567890"'),
        ("StringEqualsIfExists", "aws:PrincipalOrgID", '"o-1234567890"'),
        ("StringLike", "aws:PrincipalOrgID", '"*"'),
        ("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", '["o-1234567890/*"]'),
        ("StringEquals", "sts:ExternalId", '"4711"'),
        ("Bool", "aws:SecureTransport", '"true"'),
        ("IpAddress", "aws:SourceIp", '["203.0.113.0/24", "0.0.0.0/0"]'),
        ("StringEquals", "aws:ResourceOrgID", '"o-1234567890"'),
    ],
)
def test_trust_in_everybody_fails_when_the_condition_does_not_narrow_it(operator: str, key: str, value: str) -> None:
    text = trust(f'Principal = "*", Condition = {{ "{operator}" = {{ "{key}" = {value} }} }}')
    assert outcomes(text, TRUST) == ["fail"]


@pytest.mark.parametrize(
    "principal",
    [
        pytest.param('Principal = { Service = "ec2.amazonaws.com" }', id="service"),
        pytest.param('Principal = { AWS = "111122223333" }', id="account"),
        pytest.param('Principal = { AWS = "arn:aws:iam::${var.v}:root" }', id="account that is not known"),
        pytest.param('Principal = { Service = ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"] }', id="services"),
        pytest.param("Principal = { Service = data.aws_service_principal.ec2.name }", id="service that is not known"),
    ],
)
def test_trust_in_somebody_passes(principal: str) -> None:
    assert outcomes(trust(principal), TRUST) == ["pass"]


def test_trust_in_a_variable_is_unknown() -> None:
    assert outcomes(trust("Principal = { AWS = var.v }"), TRUST) == ["unknown"]


# Where a document stands

DOCUMENT = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
    {"Effect": "Allow", "Action": "*", "Resource": "*"}
  ]
}
"""
IN_ONE_FILE = {
    "jsonencode": """resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::data/*" },
      { Effect = "Allow", Action = "*", Resource = "*" },
    ]
  })
}
""",
    "heredoc": f'resource "aws_iam_policy" "p" {{\n  policy = <<EOF\n{DOCUMENT}EOF\n}}\n',
    "heredoc with a part that is not known": 'variable "v" {}\nresource "aws_iam_policy" "p" {\n  policy = <<-EOF\n'
    + DOCUMENT.replace("data/", "${var.v}/")
    + "EOF\n}\n",
    "data source": """data "aws_iam_policy_document" "p" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::data/*"]
  }
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.p.json }
""",
}
READ_FROM_A_FILE = {
    "file": 'file("${path.module}/policy.json")',
    "templatefile": 'templatefile("policy.tftpl", { action = "*" })',
    "decoded and encoded": 'jsonencode(merge(jsondecode(file("policy.json")), { Version = "2012-10-17" }))',
}


@pytest.mark.parametrize("place", IN_ONE_FILE)
def test_statements_are_judged_one_by_one_wherever_they_stand(place: str) -> None:
    assert sorted(outcomes(IN_ONE_FILE[place], ADMIN)) == ["fail", "pass"]


@pytest.mark.parametrize("place", READ_FROM_A_FILE)
def test_statements_of_a_file_are_judged_one_by_one(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policy.json").write_text(DOCUMENT)
    (tmp_path / "policy.tftpl").write_text(DOCUMENT.replace('"Action": "*"', '"Action": "${action}"'))
    (tmp_path / "main.tf").write_text(f'resource "aws_iam_policy" "p" {{ policy = {READ_FROM_A_FILE[place]} }}\n')
    monkeypatch.chdir(tmp_path)
    result = scan(["."], ScanOptions(rules=(ADMIN,)))
    assert sorted(each.outcome for each in result.findings) == ["fail", "pass"]


@pytest.mark.parametrize("place", ["jsonencode", "heredoc"])
def test_finding_stands_at_the_action_that_decided(place: str) -> None:
    text = IN_ONE_FILE[place]
    result = scan_texts({"main.tf": text}, ScanOptions(rules=(ADMIN,), passes=False))
    location = result.findings[0].location
    assert location is not None
    assert text.splitlines()[location.start_line - 1][location.start_column - 1 :].startswith('"*"')


def test_data_source_for_each_policy_is_judged_for_each() -> None:
    text = """
locals { rights = { read = "s3:Get*", all = "*" } }
data "aws_iam_policy_document" "p" {
  for_each = local.rights
  statement {
    actions   = [each.value]
    resources = ["*"]
  }
}
resource "aws_iam_role_policy" "p" {
  for_each = local.rights
  role     = "app"
  policy   = data.aws_iam_policy_document.p[each.key].json
}
"""
    result = scan_texts({"main.tf": text}, ScanOptions(rules=(ADMIN,)))
    found = {each.resource.address: each.outcome for each in result.findings}
    assert found == {'aws_iam_role_policy.p["all"]': "fail", 'aws_iam_role_policy.p["read"]': "pass"}
