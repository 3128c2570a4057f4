"""Back from an attribute, or an element of one, to the native paths that state it."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.model import Resource, Unknown
from scanner.normalise import load_tables, normalise
from tests.normalise.natives import children, graph_of, native, only, ref, thing_tables, variable

TABLES = load_tables()
RECORDS = {"entry": {"name": "string", "words": "list(string)"}}


def node(declared: str, field: Any, tree: dict[str, Any], **more: Any) -> Resource:
    tables = thing_tables({"out": declared, "other": "string"}, {"out": field}, records=RECORDS)
    (found,) = normalise([native("x_thing.t", tree, **more)], tables).resources
    return found


@pytest.mark.parametrize(
    ("declared", "field", "tree", "element", "expected"),
    [
        ("string", "a", {"a": "x"}, (), ["a"]),
        ("string", "a.b", {"a": [{"b": "x"}]}, (), ["a[0].b"]),
        ("string", {"first": ["a", "b"]}, {"b": "x"}, (), ["b"]),
        ("string", {"first": ["a", "b"]}, {"a": "x", "b": "y"}, (), ["a"]),
        ("string", "json(p).a", {"p": '{"a": "x"}'}, (), ["p.a"]),
        ("list(string)", "a[*]", {"a": ["x", "y"]}, (), ["a[0]", "a[1]"]),
        ("list(string)", "a[*]", {"a": ["x", "y"]}, (1,), ["a[1]"]),
        ("list(string)", "a", {"a": ["x", "y"]}, (1,), ["a[1]"]),
        ("list(string)", ["a[*]", "b"], {"a": ["x"], "b": "y"}, (1,), ["b"]),
        ("list(entry)", {"each": "e[*]", "name": "n", "words": "w[*]"}, {"e": [{}, {"n": "x"}]}, (1,), ["e[1]"]),
        ("list(entry)", {"each": "e[*]", "name": "n"}, {"e": [{}, {"n": "x"}]}, (1, "name"), ["e[1].n"]),
        ("list(entry)", {"each": "e[*]", "words": "w[*]"}, {"e": [{"w": ["x", "y"]}]}, (0, "words", 1), ["e[0].w[1]"]),
        ("list(entry)", {"each": "e{}", "name": "$key"}, {"e": {"k": 1}}, (0,), ["e.k"]),
    ],
)
def test_places(declared: str, field: Any, tree: dict[str, Any], element: Any, expected: list[str]) -> None:
    found = node(declared, field, tree)
    assert [place.attribute for place in found.locator.places(found, "out", element)] == expected
    assert found.locator.is_given(found, "out")


U = variable("u")


@pytest.mark.parametrize(
    ("tree", "element", "expected"),
    [
        ({"a": U}, (), ["a"]),
        ({"a": ["x"], "b": U}, (), ["b", "a[0]"]),
        ({"a": ["x"], "b": U}, (0,), ["a[0]"]),
        ({"b": U}, (0,), ["b"]),
        ({"a": [U]}, (), ["a[0]"]),
        ({"a": Unknown("variable", "", contains=("x", "y"))}, (), ["a"]),
    ],
)
def test_a_joined_list_that_is_not_known_points_at_what_is_not(tree: Any, element: Any, expected: list[str]) -> None:
    found = node("list(string)", ["a[*]", "b[*]"], tree)
    assert [place.attribute for place in found.locator.places(found, "out", element)] == expected
    assert found.locator.is_given(found, "out")


def test_a_child_s_unknown_list_stands_in_its_block() -> None:
    graph = graph_of([native("aws_security_group.g", {"ingress": [{}, {"ipv6_cidr_blocks": U}]})], TABLES)
    rule = children(graph, "aws.ec2.security_group_rule")[1]
    assert [each.attribute for each in rule.locator.places(rule, "cidrs")] == ["ingress[1].ipv6_cidr_blocks"]


def test_records_behind_what_is_not_known_point_at_it() -> None:
    found = node("list(entry)", {"each": "e[*].f[*]", "name": "n"}, {"e": [{"f": U}, {"f": [{"n": "x"}]}]})
    assert [place.attribute for place in found.locator.places(found, "out")] == ["e[0].f", "e[1].f[0]"]


def test_one_field_of_a_record_may_be_given_or_literal() -> None:
    tree = {"e": [{"n": "x"}, {"n": "y"}, {}]}
    found = node("list(entry)", {"each": "e[*]", "name": "n"}, tree, elsewhere=[("e", 1, "n")])
    assert [found.locator.is_given(found, "out", (index, "name")) for index in range(3)] == [True, True, False]
    assert [found.locator.is_literal(found, "out", (index, "name")) for index in range(3)] == [True, False, False]


def test_what_is_not_stated_points_at_where_it_would_stand() -> None:
    found = node("string", "a.b", {"a": [{}]})
    (place,) = found.locator.places(found, "out")
    assert (place.attribute, place.exact) == ("a[0].b", False)
    assert not found.locator.is_given(found, "out")
    assert not found.locator.is_literal(found, "out")


def test_an_attribute_that_the_format_cannot_set_points_at_the_header() -> None:
    found = node("string", "a", {}, line=4)
    (place,) = found.locator.places(found, "other")
    assert (place.span.start_line, place.attribute) == (4, "")


def test_a_default_is_not_given() -> None:
    found = node("int", {"from": "a", "default": 6}, {})
    assert found.attributes["out"] == 6
    assert not found.locator.is_given(found, "out")


def test_what_a_variable_supplies_is_given_but_not_literal() -> None:
    found = node("string", "a", {"a": "x"}, elsewhere=[("a",)])
    assert found.locator.is_given(found, "out")
    assert not found.locator.is_literal(found, "out")
    assert node("string", "a", {"a": "x"}).locator.is_literal(node("string", "a", {"a": "x"}), "out")


def test_a_satellite_s_attribute_stands_in_the_satellite() -> None:
    natives = [
        native("aws_s3_bucket.b", {}, line=1),
        native(
            "aws_s3_bucket_versioning.v",
            {"bucket": ref("aws_s3_bucket.b.id"), "versioning_configuration": [{"status": "Suspended"}]},
            line=7,
        ),
    ]
    bucket = only(graph_of(natives, TABLES), "aws.s3.bucket")
    (place,) = bucket.locator.places(bucket, "versioning.enabled")
    assert (place.span.start_line, place.attribute) == (7, "versioning_configuration[0].status")
    assert bucket.locator.is_given(bucket, "versioning.enabled")
    assert bucket.locator.places(bucket, "acl")[0].span.start_line == 1


def test_a_child_s_attribute_stands_in_its_block() -> None:
    tree = {"ingress": [{"self": True}, {"cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"], "protocol": "tcp"}]}
    graph = graph_of([native("aws_security_group.g", tree)], TABLES)
    first, second = children(graph, "aws.ec2.security_group_rule")
    (place,) = second.locator.places(second, "cidrs", (1,))
    assert place.attribute == "ingress[1].cidr_blocks[1]"
    assert second.locator.places(second, "group")[0].attribute == "ingress[1]"
    assert first.locator.places(first, "from_port")[0].exact is False


def test_a_derived_attribute_stands_where_what_it_reads_stands() -> None:
    tree = {"bucket": ref("aws_s3_bucket.b.id"), "block_public_acls": False}
    natives = [native("aws_s3_bucket.b", {}), native("aws_s3_bucket_public_access_block.p", tree, line=5)]
    bucket = only(graph_of(natives, TABLES), "aws.s3.bucket")
    assert bucket.read("blocked.acls") is False
    assert bucket.locator.places(bucket, "blocked.acls")[0].attribute == "block_public_acls"


def test_an_unmapped_attribute_stands_where_it_stands() -> None:
    (found,) = normalise([native("x_other.t", {"a": [{"b": 1}]})], TABLES).resources
    assert found.locator.places(found, "a", (0, "b"))[0].attribute == "a[0].b"
    assert found.locator.is_literal(found, "a")
