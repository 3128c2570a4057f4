"""Fields: where values come from, words, defaults, records, and how Unknown spreads through each."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.model import Unknown
from tests.normalise.natives import maybe, native, ref, thing, thing_tables, variable

ENABLED = {"from": "status", "values": {"Enabled": True, "*": False}}


@pytest.mark.parametrize(
    ("declared", "field", "tree", "expected"),
    [
        ("string", "a", {"a": "x"}, "x"),
        ("string", "a.b", {"a": [{"b": "x"}]}, "x"),
        ("string", "a.b", {"a": []}, None),
        ("string", "a.b", {}, None),
        ("string", {"const": "x"}, {}, "x"),
        ("string", {"first": ["a", "b"]}, {"b": "x"}, "x"),
        ("string", {"first": ["a", "b"]}, {"a": "", "b": "x"}, "x"),
        ("bool", ENABLED, {"status": "Enabled"}, True),
        ("bool", ENABLED, {"status": "Suspended"}, False),
        ("bool", ENABLED, {}, None),
        ("bool", {"from": "a", "values": {"Enabled": True}}, {"a": True}, True),
        ("string", {"from": "a", "values": {"none": None}}, {"a": "none"}, None),
        ("string", {"from": "a", "values": {"true": "yes"}}, {"a": True}, "yes"),
        ("int", {"from": "a", "default": 6}, {}, 6),
        ("int", {"from": "a", "default": 6}, {"a": "7"}, 7),
        ("bool", {"from": "b.a", "default": {"when": "b", "then": False}}, {"b": [{}]}, False),
        ("bool", {"from": "b.a", "default": {"when": "b", "then": False}}, {}, None),
        ("bool=true", "a", {}, True),
        ("bool=true", "a", {"a": False}, False),
        ("list(string)", "a[*]", {"a": ["x", "y"]}, ["x", "y"]),
        ("list(string)", "a[*]", {}, []),
        ("list(string)", "a", {}, None),
        ("list(string)", "a", {"a": "x"}, ["x"]),
        ("list(string)", ["a[*]", "b"], {"a": ["x"], "b": "y"}, ["x", "y"]),
        ("list(string)", ["a", "b"], {}, []),
        ("list(string)", "a[*].b[*]", {"a": [{"b": ["x"]}, {"b": ["y"]}, {}]}, ["x", "y"]),
        ("list(string)", {"from": "a", "as": "csv"}, {"a": "x,y"}, ["x", "y"]),
        ("list(string)", "a", {"a": ["x", "y"]}, ["x", "y"]),
        ("map(string)", {"from": "a[*]", "as": "pairs(k, v)"}, {"a": [{"k": "x", "v": 1}]}, {"x": "1"}),
        ("string", "a.b", {"a": [{"b": "x"}, {"b": "x"}]}, "x"),
    ],
)
def test_field_gives(declared: str, field: Any, tree: dict[str, Any], expected: Any) -> None:
    assert thing({"out": declared}, {"out": field}, tree)["out"] == expected


@pytest.mark.parametrize(
    ("declared", "field", "tree", "code"),
    [
        ("string", "a", {"a": variable("x")}, "variable"),
        ("string", "a.b", {"a": variable("x")}, "variable"),
        ("string", "a.b", {"a": [maybe({"b": "x"})]}, "undecided"),
        ("string", "a.b.c", {"a": [maybe({"b": [{"c": "x"}]})]}, "undecided"),
        ("string", {"first": ["a", "b"]}, {"a": variable("x"), "b": "y"}, "variable"),
        ("bool", ENABLED, {"status": variable("x")}, "variable"),
        ("string", "a.b", {"a": [{"b": "x"}, {"b": "y"}]}, "conflict"),
        ("bool", {"from": "b.a", "default": {"when": "b", "then": False}}, {"b": [maybe({})]}, "undecided"),
        ("bool", {"from": "b", "as": "present"}, {"b": [maybe({})]}, "undecided"),
        ("list(string)", "a[*]", {"a": variable("x")}, "variable"),
        ("int", "a", {"a": "many"}, "invalid"),
    ],
)
def test_field_is_unknown(declared: str, field: Any, tree: dict[str, Any], code: str) -> None:
    found = thing({"out": declared}, {"out": field}, tree)["out"]
    assert isinstance(found, Unknown)
    assert found.code == code


def test_what_a_block_that_may_not_exist_leaves_out_is_null_either_way() -> None:
    assert thing({"out": "string"}, {"out": "a.b"}, {"a": [maybe({"c": 1})]})["out"] is None


def test_a_block_that_may_not_exist_changes_nothing_where_it_says_the_same() -> None:
    tree = {"a": [{"b": "x"}, maybe({"b": "x"})]}
    assert thing({"out": "string"}, {"out": "a.b"}, tree)["out"] == "x"


def test_the_reason_of_an_undecided_value_is_the_block_s() -> None:
    found = thing({"out": "string"}, {"out": "a.b"}, {"a": [maybe({"b": "x"}, "count")]})["out"]
    assert found.text == "var.count has no value"
    assert found.span.path == "variables.tf"


def test_an_unknown_keeps_its_identity_through_a_field() -> None:
    unknown = ref("aws_s3_bucket.b.id")
    assert thing({"out": "string"}, {"out": "a"}, {"a": unknown})["out"] is unknown


def test_an_unknown_part_of_a_joined_list_hides_its_length_only() -> None:
    found = thing({"out": "list(string)"}, {"out": ["a[*]", "b[*]"]}, {"a": ["x"], "b": variable("b")})["out"]
    assert isinstance(found, Unknown)
    assert found.contains == ("x",)


def test_a_list_with_an_unknown_element_has_a_known_length() -> None:
    unknown = variable("x")
    assert thing({"out": "list(string)"}, {"out": "a[*]"}, {"a": ["x", unknown]})["out"] == ["x", unknown]


def test_a_default_depends_on_the_provider_s_version() -> None:
    field = {"from": "a", "default": {"aws < 6": False, "*": True}}
    old, new = ({"versions": {"aws": version}} for version in ("~> 5.0", "6.1.0"))
    assert thing({"out": "bool"}, {"out": field}, {}, **old)["out"] is False
    assert thing({"out": "bool"}, {"out": field}, {}, **new)["out"] is True


def test_an_attribute_that_no_field_sets_is_null_or_the_kind_s_default() -> None:
    assert thing({"a": "string", "b": "int", "c": "bool=false"}, {"a": "a"}, {}) == {"a": None, "b": None, "c": False}


RECORDS = {"entry": {"name": "string", "words": "list(string)", "on": "bool", "other": "string"}}
ENTRIES = {
    "each": "entry[*]",
    "name": "name",
    "words": "words[*]",
    "on": {"from": "status", "values": {"Enabled": True, "*": False}},
}


def records(tree: dict[str, Any]) -> Any:
    return thing({"out": "list(entry)"}, {"out": ENTRIES}, tree, records=RECORDS)["out"]


def test_records_have_every_field() -> None:
    assert records({"entry": [{"name": "x", "words": ["y"], "status": "Enabled"}, {}]}) == [
        {"name": "x", "words": ["y"], "on": True, "other": None},
        {"name": None, "words": [], "on": None, "other": None},
    ]
    assert records({}) == []


def test_a_record_that_may_not_exist_hides_the_length() -> None:
    found = records({"entry": [{"name": "x"}, maybe({"name": "y"})]})
    assert isinstance(found, Unknown)
    assert found.code == "undecided"
    assert [each["name"] for each in found.contains] == ["x"]


def test_an_unknown_record_is_one_element() -> None:
    unknown = variable("x")
    assert records({"entry": [unknown]}) == [unknown]
    assert isinstance(records({"entry": unknown}), Unknown)


def test_records_of_map_entries_know_their_key() -> None:
    fields = {"each": ["first[*]", "more{}"], "name": "$key", "words": "words[*]"}
    tree = {"first": [{"words": ["a"]}], "more": {"k": {"words": ["b"]}}}
    found = thing({"out": "list(entry)"}, {"out": fields}, tree, records=RECORDS)["out"]
    assert [(each["name"], each["words"]) for each in found] == [(None, ["a"]), ("k", ["b"])]


def test_a_record_reads_the_enclosing_resource() -> None:
    fields = {"each": "entry[*]", "name": "^title"}
    tree = {"title": "t", "entry": [{}]}
    assert thing({"out": "list(entry)"}, {"out": fields}, tree, records=RECORDS)["out"][0]["name"] == "t"


def test_an_empty_string_is_a_value_outside_terraform() -> None:
    from scanner.normalise import normalise

    tables = thing_tables({"out": "string"}, {"out": "A"}, half="cloudformation")
    one = native("Thing", {"A": ""}, format="cloudformation", type="X::Y::Thing")
    (node,) = normalise([one], tables).resources
    assert node.attributes["out"] == ""
