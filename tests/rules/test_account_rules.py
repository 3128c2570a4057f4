"""What rules about an account say of what is not all there: several regions, modules that cannot be read."""

from __future__ import annotations

import pytest

from scanner.api import ScanOptions, scan_texts

USER = 'resource "aws_iam_user" "ann" { name = "ann" }\n'
MODULE = 'module "hub" { source = "somebody/hub/aws" }\n'
STACK = """
Resources:
  Ann:
    Type: AWS::IAM::User
  Elsewhere:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://example.com/hub.yaml
"""


def _outcomes(name: str, text: str, rule: str = "aws-account-no-security-hub", *roots: str) -> list[tuple[str, str]]:
    options = ScanOptions(rules=(rule,), account_roots=roots or (".", name))
    return [
        (each.outcome, each.reason.text if each.reason else "") for each in scan_texts({name: text}, options).findings
    ]


@pytest.mark.parametrize(
    ("name", "text", "why"), [("main.tf", USER + MODULE, "module.hub"), ("s.yaml", STACK, "https")]
)
def test_a_module_that_cannot_be_read_may_hold_what_is_missing(name: str, text: str, why: str) -> None:
    ((outcome, reason),) = _outcomes(name, text)
    assert outcome == "unknown"
    assert why in reason


def test_what_is_there_beside_such_a_module_is_there() -> None:
    text = MODULE + 'resource "aws_securityhub_account" "here" {}\n'
    assert _outcomes("main.tf", text) == [("pass", "")]


def test_nothing_is_asked_of_roots_that_are_not_listed() -> None:
    assert _outcomes("main.tf", USER, "aws-account-no-security-hub", "elsewhere/") == []


def test_each_region_needs_its_own() -> None:
    regions = """
    provider "aws" { region = "eu-west-1" }
    provider "aws" {
      alias  = "us"
      region = "us-east-1"
    }
    resource "aws_securityhub_account" "eu" {}
    resource "aws_s3_bucket" "us" { provider = aws.us }
    """
    assert sorted(outcome for outcome, _ in _outcomes("main.tf", regions)) == ["fail", "pass"]
