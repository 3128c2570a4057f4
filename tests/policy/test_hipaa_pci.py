"""The catalogues of HIPAA and PCI DSS: complete, in our own words, and no more than their rules can say."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from scanner.api import ScanOptions, scan_texts
from scanner.model import Control, Framework, RuleTally
from scanner.normalise import load_tables
from scanner.policy.catalogue import check_frameworks
from scanner.policy.frameworks import framework, load_frameworks
from scanner.policy.selection import select

CATALOGUES = load_frameworks()
HIPAA = framework("hipaa-security-rule-2013", CATALOGUES)
PCI = framework("pci-dss-4.0.1", CATALOGUES)
BOTH = (HIPAA, PCI)
RULES = select()[1]


def _control(within: Framework, id: str) -> Control:
    return next(each for each in within.controls if each.id == id)


def test_every_control_is_there_with_its_judgement() -> None:
    assert Counter(each.assessable for each in HIPAA.controls) == {"partial": 23, "no": 46}
    assert Counter(each.assessable for each in PCI.controls) == {"yes": 3, "partial": 70, "no": 207}
    assert [each.id for each in PCI.controls if each.assessable == "yes"] == ["8.3.6", "8.3.7", "10.5.1"]


def test_every_section_of_the_rule_has_its_controls() -> None:
    assert Counter(each.section for each in HIPAA.controls) == {
        "164.308": 31, "164.310": 12, "164.312": 12, "164.314": 9, "164.316": 5,
    }  # fmt: skip
    assert all(each.id.startswith(each.section) for each in HIPAA.controls)


def test_groups_of_pci_are_its_sections() -> None:
    groups = [each for each in PCI.sections if "." in each]
    assert len(groups) == 71
    assert sorted(PCI.sections.keys() - groups) == sorted([*map(str, range(1, 13)), "A1", "A2", "A3"])
    assert list(dict.fromkeys(each.section for each in PCI.controls)) == groups
    assert all(each.id.startswith(f"{each.section}.") for each in PCI.controls)


def test_designations_are_those_of_the_regulation() -> None:
    assert Counter(each.mark for each in HIPAA.controls) == {"standard": 17, "required": 30, "addressable": 22}
    marks = {each.id: each.mark for each in HIPAA.controls}
    assert marks["164.308(a)(1)(ii)(C)"] == "required"
    assert marks["164.308(a)(7)(ii)(D)"] == marks["164.308(a)(7)(ii)(E)"] == "addressable"
    assert marks["164.312(a)(2)(iv)"] == "addressable"
    assert marks["164.316(a)"] == "standard"
    assert [marks[f"164.316(b)(2)({each})"] for each in ("i", "ii", "iii")] == ["required"] * 3


def test_requirements_for_service_providers_only_are_marked() -> None:
    marked = [each.id for each in PCI.controls if each.mark == "service-providers"]
    assert len(marked) == 25
    assert {"3.6.1.1", "8.3.10.1", "11.5.1.1", "12.9.2", "A1.1.1", "A2.1.3"} <= set(marked)
    assert [each.id for each in PCI.controls if each.mark == "issuers"] == ["3.3.3"]


@pytest.mark.parametrize("within", BOTH, ids=lambda each: each.id)
def test_what_is_mapped_fits_the_rules_there_are(within: Framework) -> None:
    assert [str(error) for error in check_frameworks([within], RULES, load_tables().kinds)] == []


@pytest.mark.parametrize("within", BOTH, ids=lambda each: each.id)
def test_no_more_is_claimed_than_rules_can_say(within: Framework) -> None:
    assert [each.id for each in within.controls if each.assessable == "no" and (each.rules or each.gap)] == []
    assert [each.id for each in within.controls if each.assessable != "no" and bool(each.rules) == bool(each.gap)] == []
    assert {each.covered for each in within.controls} == {"part", "none"}
    assert {mapped.covers for each in within.controls for mapped in each.rules} == {"part"}


@pytest.mark.parametrize("within", BOTH, ids=lambda each: each.id)
def test_the_document_has_the_right_figures(within: Framework) -> None:
    page = (Path(__file__).parents[2] / "docs" / "frameworks.md").read_text(encoding="utf-8")
    judged = Counter(each.assessable for each in within.controls)
    mapped = sum(bool(each.rules) for each in within.controls)
    gaps = sum(bool(each.gap) for each in within.controls)
    figures = (len(within.controls), judged["yes"], judged["partial"], judged["no"], mapped, gaps)
    assert f"| `{within.id}` | {' | '.join(map(str, figures))} |" in page


@pytest.mark.parametrize("within", BOTH, ids=lambda each: each.id)
def test_each_control_says_why_and_what_an_assessor_asks_for(within: Framework) -> None:
    assert [each.id for each in within.controls if not (each.why and each.manual_evidence and each.section)] == []


@pytest.mark.parametrize("within", BOTH, ids=lambda each: each.id)
def test_titles_are_short_and_our_own(within: Framework) -> None:
    titles = [*(each.title for each in within.controls), *within.sections.values()]
    assert [each for each in titles if re.match(r"(?i)ensure|implement|establish", each)] == []
    assert [each for each in titles if len(each.split()) > 16] == []
    same = [title for title, count in Counter(each.title for each in within.controls).items() if count > 1]
    assert same == []


@pytest.mark.parametrize("within", BOTH, ids=lambda each: each.id)
def test_a_rule_that_gives_way_to_another_comes_with_it(within: Framework) -> None:
    # A failure that is not reported beside another's counts all the same, but the reader looks for the one reported.
    gives_way = {rule.id: set(rule.unless) for rule in RULES}
    for control in within.controls:
        mapped = {each.rule for each in control.rules}
        whole = {each.rule for each in control.rules if not each.where}
        assert {each: gives_way[each] - mapped for each in whole if gives_way[each] - mapped} == {}, control.id


def test_thresholds_are_those_of_pci() -> None:
    def params(id: str) -> list[Mapping[str, object]]:
        return [each.params for each in _control(PCI, id).rules if each.params]

    assert params("8.3.6") == [{"length": 12}]
    assert params("8.3.7") == [{"passwords": 4}]
    assert params("8.3.9") == [{"days": 90}]


def _said(within: Framework, control: str, rule: str, text: str, name: str = "main.tf") -> RuleTally:
    result = scan_texts({name: text}, ScanOptions(frameworks=(within.id,)))
    found = next(each for each in result.controls if each.control.id == control)
    return next(each for each in found.tallies if each.rule == rule)


POLICY = """
resource "aws_iam_account_password_policy" "p" {
  minimum_password_length      = %d
  require_numbers              = true
  require_lowercase_characters = %s
  password_reuse_prevention    = %d
}
"""


@pytest.mark.parametrize(("text", "failed"), [(POLICY % (12, "true", 4), 0), (POLICY % (11, "false", 3), 1)])
def test_a_password_policy_is_judged_by_what_pci_demands(text: str, failed: int) -> None:
    assert _said(PCI, "8.3.6", "aws-iam-password-policy-short", text).failed == failed
    assert _said(PCI, "8.3.6", "aws-iam-password-policy-simple", text).failed == failed
    assert _said(PCI, "8.3.7", "aws-iam-password-policy-reuse", text).failed == failed


BUCKET = 'resource "aws_s3_bucket" "data" { bucket = "data" }\n'
TRAIL = """
resource "aws_cloudtrail" "all" {
  name           = "all"
  s3_bucket_name = "logs"
  event_selector {
    data_resource {
      type   = "AWS::S3::Object"
      values = ["%s"]
    }
  }
}
"""


@pytest.mark.parametrize(("trail", "failed"), [("", 1), (TRAIL % "arn:aws:s3", 0), (TRAIL % "arn:aws:s3:::other/", 1)])
def test_a_trail_of_object_access_stands_for_an_access_log(trail: str, failed: int) -> None:
    assert _said(HIPAA, "164.312(b)", "aws-s3-bucket-no-access-log", BUCKET + trail).failed == failed
    assert _said(PCI, "10.2.1.1", "aws-s3-bucket-no-access-log", BUCKET + trail).failed == failed


BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: %s, name: ann, namespace: a}]
"""


@pytest.mark.parametrize(("kind", "persons", "programs"), [("User", 1, 0), ("Group", 1, 0), ("ServiceAccount", 0, 1)])
def test_persons_and_programs_answer_to_their_own_requirements(kind: str, persons: int, programs: int) -> None:
    text, rule = BINDING % kind, "kubernetes-binding-cluster-admin"
    assert _said(PCI, "7.2.2", rule, text, "b.yaml").failed == persons
    assert _said(PCI, "7.2.5", rule, text, "b.yaml").failed == programs
    assert _said(HIPAA, "164.308(a)(3)(i)", rule, text, "b.yaml").failed == persons


@pytest.mark.parametrize(("acl", "failed"), [("public-read", 0), ("public-read-write", 1)])
def test_only_writing_by_everybody_harms_integrity(acl: str, failed: int) -> None:
    text = BUCKET + f'resource "aws_s3_bucket_acl" "data" {{\n bucket = aws_s3_bucket.data.id\n acl = "{acl}"\n}}\n'
    assert _said(HIPAA, "164.312(c)(1)", "aws-s3-bucket-public-acl", text).failed == failed
    assert _said(HIPAA, "164.312(a)(1)", "aws-s3-bucket-public-acl", text).failed == 1


STATEMENT = """
resource "aws_iam_policy" "p" {
  policy = jsonencode({Statement = [{Effect = "Allow", %s = ["s3:*"], Resource = "*"}]})
}
"""


@pytest.mark.parametrize(("key", "failed"), [("Action", 0), ("NotAction", 1)])
def test_allowing_all_but_a_list_is_allowing_by_default(key: str, failed: int) -> None:
    assert _said(PCI, "7.3.3", "aws-iam-policy-writes-everywhere", STATEMENT % key).failed == failed


PORT = """
resource "aws_security_group" "g" {
  ingress {
    from_port   = %d
    to_port     = %d
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""


@pytest.mark.parametrize(
    ("port", "clear", "remote", "store"), [(23, 1, 1, 0), (143, 1, 0, 0), (5900, 0, 1, 0), (5432, 0, 0, 1)]
)
def test_each_requirement_on_ports_has_ports_of_its_own(port: int, clear: int, remote: int, store: int) -> None:
    text, rule = PORT % (port, port), "aws-ec2-sg-ingress-sensitive-port"
    found = {id: _said(PCI, id, rule, text).failed for id in ("1.2.6", "2.2.5", "2.2.7", "1.4.4")}
    assert found == {"1.2.6": clear, "2.2.5": clear, "2.2.7": remote, "1.4.4": store}


@pytest.mark.parametrize(("first", "failed"), [(0, 1), (1024, 0)])
def test_most_ports_are_insecure_ones_only_with_them_among_them(first: int, failed: int) -> None:
    assert _said(PCI, "1.2.6", "aws-ec2-sg-ingress-most-ports", PORT % (first, 65535)).failed == failed
