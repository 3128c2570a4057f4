"""Placeholders in policy documents give way to computed values, and the statements stay readable."""

import pytest

from scanner.api import ScanOptions, scan_texts

RULE = "aws-s3-bucket-plain-http"
STATEMENT = (
    '{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = ["_ARN_", "_ARN_/*"],'
    ' Condition = { Bool = { "aws:SecureTransport" = "false" } } }'
)


def outcome(policy: str) -> str:
    text = f"""
variable "u" {{}}
resource "aws_s3_bucket" "b" {{}}
resource "aws_s3_bucket_policy" "b" {{
  bucket = aws_s3_bucket.b.id
  policy = {policy}
}}
"""
    [found] = scan_texts({"main.tf": text}, ScanOptions(rules=(RULE,))).findings
    return found.outcome


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (f'replace(jsonencode({{ Statement = [{STATEMENT}] }}), "_ARN_", aws_s3_bucket.b.arn)', "pass"),
        (
            f'replace(jsonencode({{ Id = aws_s3_bucket.b.id, Statement = [{STATEMENT}] }}), "_ARN_", "arn:aws:s3:::b")',
            "pass",
        ),
        (f'replace(jsonencode({{ Statement = [{STATEMENT}] }}), "_ARN_", var.u)', "unknown"),
        (f'replace(jsonencode({{ Statement = [{STATEMENT}] }}), "e", aws_s3_bucket.b.arn)', "unknown"),
        (f'replace(jsonencode({{ _ARN_ = 1, Statement = [{STATEMENT}] }}), "_ARN_", aws_s3_bucket.b.arn)', "unknown"),
        ('replace(jsonencode({ Statement = [] }), "_ARN_", aws_s3_bucket.b.arn)', "fail"),
    ],
)
def test_outcome(policy: str, expected: str) -> None:
    assert outcome(policy) == expected


def test_end_of_a_text_beside_the_placeholder_is_kept() -> None:
    policy = (
        f'replace(replace(jsonencode({{ Statement = [{STATEMENT}] }}), "_ARN_", aws_s3_bucket.b.arn),'
        ' "_ID_", aws_s3_bucket.b.id)'
    )
    assert outcome(policy) == "pass"
