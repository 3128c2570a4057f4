"""Waivers in Terraform: each syntax where it may stand, and where it must not work."""

from __future__ import annotations

import pytest

from scanner.api import ScanOptions, scan_texts
from tests.engine.waived import OURS, SSH, TODAY, group, judged, states, statuses

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
