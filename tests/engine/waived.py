"""Texts with waivers in them, and what a scan makes of them: for the tests beside this file."""

from __future__ import annotations

from datetime import date

from scanner.api import ScanOptions, scan_texts
from scanner.model import ScanResult

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
