"""The catalogues that come with us: complete, in agreement with the rules and kinds there are, in our own words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.model import Framework
from scanner.normalise import load_tables
from scanner.policy.catalogue import check_frameworks
from scanner.policy.frameworks import framework, load_frameworks
from scanner.policy.selection import select

FRAMEWORKS = {each.id: each for each in load_frameworks()}
COUNTS = {
    "cis-aws-7.0.0": (70, {"yes": 30, "partial": 30, "no": 10}),
    "cis-eks-1.8.0": (50, {"yes": 26, "partial": 17, "no": 7}),
    "cis-kubernetes-2.0.1": (34, {"yes": 20, "partial": 11, "no": 3}),
    "hipaa-security-rule-2013": (69, {"partial": 23, "no": 46}),
    "pci-dss-4.0.1": (280, {"yes": 3, "partial": 70, "no": 207}),
}
MOST_GAPS = {"cis-aws-7.0.0": 20, "cis-kubernetes-2.0.1": 4}
"""Assessable `yes`, but no rule yet."""


@pytest.fixture(params=sorted(COUNTS))
def catalogue(request: pytest.FixtureRequest) -> Framework:
    return FRAMEWORKS[request.param]


def test_each_framework_is_complete() -> None:
    assert FRAMEWORKS.keys() == COUNTS.keys()
    for id, (total, judged) in COUNTS.items():
        assert len(FRAMEWORKS[id].controls) == total
        assert Counter(each.assessable for each in FRAMEWORKS[id].controls) == judged
    groups = {each.section for each in FRAMEWORKS["pci-dss-4.0.1"].controls}
    assert len(groups) == 71


def test_ids_are_unique_and_sections_are_known(catalogue: Framework) -> None:
    ids = [each.id for each in catalogue.controls]
    assert len(set(ids)) == len(ids)
    assert {each.section for each in catalogue.controls} <= catalogue.sections.keys()


def test_what_is_mapped_exists_and_compiles() -> None:
    rules, kinds = select()[1], load_tables().kinds
    found = [f"{each.path}: {each.message} {each.hint}" for each in check_frameworks(FRAMEWORKS.values(), rules, kinds)]
    assert found == []


def test_nothing_speaks_to_a_control_that_is_not_assessable(catalogue: Framework) -> None:
    assert [each.id for each in catalogue.controls if each.assessable == "no" and each.rules] == []


def test_what_is_assessable_has_a_rule_or_says_why_not(catalogue: Framework) -> None:
    for each in catalogue.controls:
        assert each.assessable == "no" or bool(each.rules) != bool(each.gap), each.id
        assert each.assessable != "no" or not each.gap, each.id
    open_questions = [each.id for each in catalogue.controls if each.assessable == "yes" and not each.rules]
    assert len(open_questions) <= MOST_GAPS.get(catalogue.id, 50), open_questions


def test_what_people_must_show_is_named(catalogue: Framework) -> None:
    for each in catalogue.controls:
        if each.assessable != "yes" or not each.rules:
            assert each.manual_evidence, each.id


def test_covered_is_no_more_than_the_rules_say(catalogue: Framework) -> None:
    for each in catalogue.controls:
        assert each.assessable == "yes" or each.covered != "full", each.id


def test_titles_are_our_own(catalogue: Framework) -> None:
    titles = [each.title for each in catalogue.controls]
    assert [each for each in titles if re.match(r"(?i)ensure|minimi[sz]e the|limit use of", each)] == []
    assert [title for title, count in Counter(titles).items() if count > 1] == []


def test_the_document_has_the_right_figures(catalogue: Framework) -> None:
    page = (Path(__file__).parents[2] / "docs" / "frameworks.md").read_text(encoding="utf-8")
    judged = Counter(each.assessable for each in catalogue.controls)
    mapped = sum(bool(each.rules) for each in catalogue.controls)
    gaps = sum(bool(each.gap) for each in catalogue.controls)
    figures = (len(catalogue.controls), judged["yes"], judged["partial"], judged["no"], mapped, gaps)
    assert f"| `{catalogue.id}` | {' | '.join(map(str, figures))} |" in page


def test_disagreements_are_found() -> None:
    rules, kinds = select()[1], load_tables().kinds
    sound = framework("cis-aws-7.0.0")
    control = next(each for each in sound.controls if each.id == "6.3")
    mapped = control.rules[0]

    def said(**changes: object) -> str:
        wrong = replace(sound, controls=(replace(control, **changes),))  # type: ignore[arg-type]  # any field
        return "\n".join(f"{each.message} {each.hint}" for each in check_frameworks([wrong], rules, kinds))

    assert said() == ""
    assert "did you mean `aws-ec2-sg-ingress-ssh`" in said(rules=(replace(mapped, rule="aws-ec2-sg-ingres-ssh"),))
    assert "did you mean `ports`" in said(rules=(replace(mapped, params={"port": [22]}),))
    assert "no attribute" in said(rules=(replace(mapped, where="rule.cidr_list == null"),))
    assert "bool" in said(rules=(replace(mapped, where="rule.from_port"),))
    assert "which is not in `population`" in said(population=("aws.s3.bucket",))
    assert "did you mean `aws.s3.bucket`" in said(population=("aws.s3.buckets", "aws.ec2.security_group_rule"))
