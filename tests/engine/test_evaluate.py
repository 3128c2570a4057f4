"""Outcomes: three-valued, isolated, and sound when values are not known."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.api import ScanOptions, scan_texts
from scanner.engine.evaluate import Evaluator
from scanner.model import (
    Expression,
    NativeResource,
    Place,
    Resource,
    ResourceGraph,
    Rule,
    SourceSpan,
    Unknown,
)
from scanner.normalise import load_tables
from scanner.policy.compile import compile_rule
from scanner.policy.selection import select

TABLES = load_tables()
RULES = {rule.id: rule for rule in select()[1]}
SPAN = SourceSpan("main.tf", 1, 1, 1, 10)


class Nowhere:
    """A place for values that were made here and stand in no file."""

    def place(self, path: tuple[str | int, ...]) -> Place:
        return Place(SPAN, "", False)

    def places(self, resource: Resource, attribute: str, element: tuple[str | int, ...] = ()) -> list[Place]:
        return []

    def is_given(self, *_: object) -> bool:
        return False

    def is_literal(self, *_: object) -> bool:
        return False


def node(kind: str, root: str = ".", **values: object) -> Resource:
    native = NativeResource("terraform", "t", "t.a", root, {}, SPAN, Nowhere())
    attributes = {name: each.default for name, each in TABLES.kinds[kind].attributes.items() if not each.derive}
    empty = {name: [] for name, each in TABLES.kinds[kind].attributes.items() if each.type.name in ("list", "refs")}
    return Resource(kind, native, {**attributes, **empty, **values}, locator=Nowhere())


def outcome(rule: Rule, resource: Resource) -> tuple[str, str]:
    graph = ResourceGraph((resource,), (resource.native,), {resource.kind: (resource,)})
    [found] = Evaluator(graph).run([compile_rule(rule, TABLES.kinds)])
    return found.outcome, found.error


def rule(condition: str, *, when: str = "", negated: bool = False) -> Rule:
    base = RULES["aws-s3-bucket-no-versioning"]
    return replace(
        base, condition=Expression(condition), when=Expression(when) if when else None, negated=negated, at="acl"
    )


UNKNOWN = Unknown("variable", "var.a has no value")


@pytest.mark.parametrize(
    ("condition", "when", "negated", "acl", "expected"),
    [
        ('bucket.acl == "private"', "", False, "private", "pass"),
        ('bucket.acl == "private"', "", False, "public-read", "fail"),
        ('bucket.acl == "private"', "", False, UNKNOWN, "unknown"),
        ('bucket.acl == "private"', "", True, "private", "fail"),
        ('bucket.acl == "private"', "", True, UNKNOWN, "unknown"),
        ('bucket.acl == "private"', "bucket.acl != null", False, None, "not_applicable"),
        ('bucket.acl == "private"', 'bucket.acl == "x"', False, UNKNOWN, "unknown"),
        ("bucket.name == null", 'bucket.acl == "x"', False, UNKNOWN, "pass"),
        ("bucket.name != null", 'bucket.acl == "x"', False, UNKNOWN, "unknown"),
        ('bucket.acl == "private" && bucket.name != null', "", False, UNKNOWN, "fail"),
    ],
)
def test_outcome(condition: str, when: str, negated: bool, acl: object, expected: str) -> None:
    assert outcome(rule(condition, when=when, negated=negated), node("aws.s3.bucket", acl=acl))[0] == expected


def test_type_error_is_an_error_outcome_of_that_rule() -> None:
    found, message = outcome(rule("bucket.lifecycle[3].expires_days > 7"), node("aws.s3.bucket"))
    assert found == "error"
    assert message


def test_failure_is_not_repeated_where_unless_says_so() -> None:
    first = rule('bucket.acl == "private"')
    second = replace(rule("bucket.name != null"), id="aws-second", unless=(first.id,))
    bucket = node("aws.s3.bucket")
    graph = ResourceGraph((bucket,), (bucket.native,), {bucket.kind: (bucket,)})
    found = Evaluator(graph).run([compile_rule(each, TABLES.kinds) for each in (first, second)])
    assert [(each.compiled.rule.id, each.outcome) for each in found] == [
        (first.id, "fail"),
        ("aws-second", "not_applicable"),
    ]


class Counted(tuple[Resource, ...]):
    """Nodes that count how often somebody goes over all of them."""

    walks = 0

    def __iter__(self) -> Iterator[Resource]:
        self.walks += 1
        return super().__iter__()


def test_roots_are_told_apart_in_one_walk() -> None:
    roots = [node("aws.s3.bucket", root=f"live/{index}") for index in range(50)]
    bucket = roots[0]
    nodes = Counted(roots)
    evaluator = Evaluator(ResourceGraph(tuple(nodes), tuple(each.native for each in nodes), {bucket.kind: nodes}))
    nodes.walks = 0
    own = compile_rule(rule('root.all("aws.s3.bucket").size() == 1'), TABLES.kinds)
    assert {each.outcome for each in evaluator.run([own])} == {"pass"}
    walks = nodes.walks
    assert walks <= 3
    assert evaluator.environment(own, roots[7])["root"].all(bucket.kind) == [roots[7]]
    assert nodes.walks == walks


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_rule_gives_no_error_where_nothing_is_stated_or_known(rule: Rule) -> None:
    for kind in rule.kinds:
        declared = TABLES.kinds[kind].attributes
        derived = {name: None for name in declared if declared[name].derive}
        assert outcome(rule, node(kind, **derived))[0] != "error", outcome(rule, node(kind, **derived))
        unknowns = {name: Unknown("computed", "x") for name in declared}
        found, message = outcome(rule, node(kind, **unknowns))
        assert found in ("unknown", "not_applicable", "pass"), (found, message)


ASK = """
id: local-role-there
title: A role of some kind is there
severity: low
resource: aws.ec2.instance
assert: root.all("aws.iam.role").exists(r, r.name == null)
message: no role
"""


def test_resource_of_an_undecided_number_satisfies_no_search(tmp_path: Path) -> None:
    rule = tmp_path / "local-role-there.yaml"
    rule.write_text(ASK)
    text = 'variable "n" {}\nresource "aws_instance" "a" {}\nresource "aws_iam_role" "r" {\n  count = %s\n}\n'

    def outcome(count: str) -> str:
        result = scan_texts({"main.tf": text % count}, ScanOptions(rules=(str(rule),)))
        return result.findings[0].outcome

    assert outcome("1") == "pass"
    assert outcome("var.n") == "unknown"
    assert outcome("0") == "fail"
