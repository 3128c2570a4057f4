"""Satellites are joined by every way in which one may name its target, and say what is not certain."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.model import NativeResource, OneOf, Unknown
from scanner.normalise import make_tables
from tests.normalise.natives import children, graph_of, maybe, native, only, ref, variable

TABLES = make_tables(
    {
        "t.yaml": {
            "kinds": {
                "aws.s3.bucket": {
                    "as": "bucket",
                    "names": ["id", "arn", "bucket"],
                    "attributes": {
                        "name": "string",
                        "on": "bool=false",
                        "mode": "string",
                        "entries": "list(string)",
                        "api": "ref(test.api)",
                    },
                },
                "test.api": {"as": "api", "names": ["id"], "attributes": {"name": "string"}},
                "aws.account": {"as": "account", "attributes": {"owned": "bool=false", "strict": "bool"}},
            },
            "terraform": {
                "aws_bucket": {
                    "kind": "aws.s3.bucket",
                    "set": {"name": "bucket", "mode": "mode", "entries": "entries[*]", "api": "api"},
                },
                "x_api": {"kind": "test.api", "set": {"name": "name"}},
                "aws_mode": {
                    "into": "aws.s3.bucket",
                    "by": "bucket",
                    "set": {"mode": "mode", "on": {"from": "status", "values": {"Enabled": True, "*": False}}},
                },
                "aws_entries": {"into": "aws.s3.bucket", "by": "buckets[*]", "add": {"entries": "entries[*]"}},
                "aws_entry": {"into": "aws.s3.bucket", "by": "bucket", "add": {"entries": ["entry"]}},
                "aws_named": {
                    "into": "aws.s3.bucket",
                    "by": {"first": ["bucket", {"name": "name", "api": "api"}]},
                    "set": {"mode": "mode"},
                },
                "aws_strict": {"into": "aws.account", "by": "scope", "set": {"strict": "strict"}},
            },
        }
    }
)


def bucket(name: str = "b", **attributes: Any) -> NativeResource:
    return native(f"aws_bucket.{name}", attributes)


def mode(value: Any, target: Any, name: str = "m", line: int = 5, **more: Any) -> NativeResource:
    return native(f"aws_mode.{name}", {"bucket": target, "mode": value, "status": "Enabled"}, line=line, **more)


def mode_of(*natives: NativeResource) -> Any:
    return only(graph_of(natives, TABLES), "aws.s3.bucket").attributes["mode"]


@pytest.mark.parametrize("name", ["id", "arn", "bucket"])
def test_joins_by_reference(name: str) -> None:
    assert mode_of(bucket(), mode("strict", ref(f"aws_bucket.b.{name}"))) == "strict"


def test_joins_by_literal_name_within_the_root() -> None:
    assert mode_of(bucket(bucket="logs"), mode("strict", "logs")) == "strict"
    assert mode_of(bucket(bucket="logs"), mode("strict", "logs", root="elsewhere")) is None


def test_joins_by_arn() -> None:
    assert mode_of(bucket(bucket="logs"), mode("strict", "arn:aws:s3:::logs")) == "strict"
    assert mode_of(bucket(bucket="logs"), mode("strict", "arn:aws:sns:eu-west-1:1:logs")) is None


def test_joins_by_the_unknown_name_that_both_were_given() -> None:
    named = bucket(bucket=variable("name"))
    assert mode_of(named, mode("strict", variable("name"))) == "strict"
    through = Unknown("variable", identities=("aws_bucket.b.bucket", "var.name"))
    assert mode_of(named, mode("strict", through)) == "strict"


def test_joins_instance_to_instance_through_modules() -> None:
    natives = [
        *(native(f'module.m["{key}"].aws_bucket.b', {}, type="aws_bucket") for key in "xy"),
        *(
            native(
                f'aws_mode.m["{key}"]', {"bucket": ref(f'module.m["{key}"].aws_bucket.b.id'), "mode": key},
                type="aws_mode",
            )
            for key in "xy"
        ),
    ]  # fmt: skip
    nodes = children(graph_of(natives, TABLES), "aws.s3.bucket")
    assert [(node.address, node.attributes["mode"]) for node in nodes] == [
        ('module.m["x"].aws_bucket.b', "x"),
        ('module.m["y"].aws_bucket.b', "y"),
    ]


def test_a_satellite_s_own_id_is_its_target_s() -> None:
    first = native("aws_entries.e", {"buckets": [ref("aws_bucket.b.id")], "entries": []})
    assert mode_of(bucket(), first, mode("strict", ref("aws_entries.e.id"))) == "strict"


def test_satellites_that_name_each_other_join_nothing() -> None:
    natives = [mode("x", ref("aws_mode.two.id"), "one"), mode("y", ref("aws_mode.one.id"), "two")]
    assert mode_of(bucket(), *natives) is None


def test_set_replaces_and_leaves_what_it_does_not_state() -> None:
    node = only(graph_of([bucket(mode="inline"), mode(None, ref("aws_bucket.b.id"))], TABLES), "aws.s3.bucket")
    assert (node.attributes["mode"], node.attributes["on"]) == ("inline", True)
    assert mode_of(bucket(mode="inline"), mode("strict", ref("aws_bucket.b.id"))) == "strict"


def test_add_appends_for_each_of_several_targets() -> None:
    natives = [
        bucket("a", entries=["own"]),
        bucket("b"),
        native("aws_entries.e", {"buckets": [ref("aws_bucket.a.id"), ref("aws_bucket.b.id")], "entries": ["x"]}),
        native("aws_entry.f", {"bucket": ref("aws_bucket.b.id"), "entry": "y"}),
    ]
    nodes = children(graph_of(natives, TABLES), "aws.s3.bucket")
    assert [node.attributes["entries"] for node in nodes] == [["own", "x"], ["x", "y"]]


def test_two_that_disagree_are_a_conflict_with_both_lines() -> None:
    target = ref("aws_bucket.b.id")
    graph = graph_of([bucket(), mode("x", target, "one", 3), mode("y", target, "two", 9)], TABLES)
    node = only(graph, "aws.s3.bucket")
    found = node.attributes["mode"]
    assert found.code == "conflict"
    assert "aws_mode.one (main.tf:3)" in found.text
    assert "aws_mode.two (main.tf:9)" in found.text
    assert [place.span.start_line for place in node.locator.places(node, "mode")] == [3, 9]
    assert node.attributes["on"] is True, "they agree on this"


def test_a_satellite_that_may_not_exist_leaves_undecided_what_it_would_change() -> None:
    doubtful = mode("strict", ref("aws_bucket.b.id"), existence=variable("n"))
    node = only(graph_of([bucket(mode="strict"), doubtful], TABLES), "aws.s3.bucket")
    assert node.attributes["mode"] == "strict", "the same either way"
    assert node.attributes["on"].code == "undecided"
    assert "aws_mode.m may not be created" in node.attributes["on"].text


def test_a_satellite_shares_the_doubt_of_its_target() -> None:
    doubt = variable("n")
    pair = [native("aws_bucket.b", {}, existence=doubt), mode("strict", ref("aws_bucket.b.id"), existence=doubt)]
    assert mode_of(*pair) == "strict"


def test_an_unknown_target_may_be_every_candidate_of_the_root() -> None:
    natives = [bucket("a"), bucket("b", mode="lax"), mode("strict", variable("x"))]
    nodes = children(graph_of(natives, TABLES), "aws.s3.bucket")
    assert [node.attributes["mode"].code for node in nodes] == ["undecided", "undecided"]
    assert "var.x has no value" in nodes[0].attributes["mode"].text
    assert nodes[0].attributes["mode"].span.path == "variables.tf"


def test_a_candidate_with_a_satellite_of_that_type_is_no_candidate() -> None:
    natives = [bucket("a"), bucket("b"), mode("lax", ref("aws_bucket.a.id"), "own"), mode("strict", variable("x"))]
    first, second = children(graph_of(natives, TABLES), "aws.s3.bucket")
    assert first.attributes["mode"] == "lax"
    assert second.attributes["mode"].code == "undecided"


def test_what_names_something_else_of_the_scan_joins_nothing() -> None:
    natives = [bucket(), native("aws_queue.q", {}), mode("strict", ref("aws_queue.q.id"))]
    assert mode_of(*natives) is None


def test_a_literal_that_names_nothing_joins_nothing() -> None:
    assert mode_of(bucket(bucket="logs"), mode("strict", "other")) is None
    assert mode_of(bucket(bucket=variable("x")), mode("strict", "other")) is None


def test_an_unknown_list_of_targets_has_certain_ones() -> None:
    targets = Unknown("variable", "var.more", contains=(ref("aws_bucket.a.id"),))
    natives = [bucket("a"), bucket("b"), native("aws_entries.e", {"buckets": targets, "entries": ["x"]})]
    first, second = children(graph_of(natives, TABLES), "aws.s3.bucket")
    assert first.attributes["entries"] == ["x"]
    assert isinstance(second.attributes["entries"], Unknown)


def test_joins_by_attributes_of_the_target() -> None:
    natives = [
        native("x_api.one", {}),
        native("x_api.two", {}),
        bucket("a", bucket="prod", api=ref("x_api.one.id")),
        bucket("b", bucket="prod", api=ref("x_api.two.id")),
        native("aws_named.n", {"name": "prod", "api": ref("x_api.two.id"), "mode": "strict"}),
    ]
    first, second = children(graph_of(natives, TABLES), "aws.s3.bucket")
    assert (first.attributes["mode"], second.attributes["mode"]) == (None, "strict")
    natives[-1] = native("aws_named.n", {"bucket": ref("aws_bucket.a.id"), "mode": "strict"})
    first, second = children(graph_of(natives, TABLES), "aws.s3.bucket")
    assert (first.attributes["mode"], second.attributes["mode"]) == ("strict", None)


def test_an_attribute_that_is_not_known_leaves_candidates() -> None:
    natives = [
        native("x_api.one", {}),
        bucket("a", bucket="prod", api=variable("api")),
        bucket("b", bucket="test", api=variable("api")),
        native("aws_named.n", {"name": "prod", "api": ref("x_api.one.id"), "mode": "strict"}),
    ]
    first, second = children(graph_of(natives, TABLES), "aws.s3.bucket")
    assert first.attributes["mode"].code == "undecided"
    assert second.attributes["mode"] is None


def test_account_settings_join_the_account_of_their_scope() -> None:
    natives = [native("aws_strict.s", {"strict": True}, scope="aws.west"), bucket()]
    accounts = children(graph_of(natives, TABLES), "aws.account")
    assert [(node.key, node.attributes["strict"]) for node in accounts] == [(("aws",), None), (("aws.west",), True)]


def test_a_module_that_cannot_be_read_may_set_what_it_is_handed() -> None:
    why = Unknown("module_missing", "module.acl is not on this disk")
    node = only(graph_of([native("aws_bucket.b", {}, handed_to=(("id", why),))], TABLES), "aws.s3.bucket")
    assert {name: node.attributes[name].code for name in ("mode", "on", "entries")} == dict.fromkeys(
        ("mode", "on", "entries"), "module_missing"
    )
    stated = native("aws_bucket.b", {"mode": "own"}, handed_to=(("id", why),))
    assert mode_of(stated) == "own"
    assert mode_of(native("aws_bucket.b", {}, handed_to=(("region", why),))) is None


def test_a_block_of_a_satellite_that_may_not_exist() -> None:
    table = {"into": "aws.s3.bucket", "by": "bucket", "set": {"mode": "config.mode"}}
    kind = {"as": "bucket", "names": ["id"], "attributes": {"mode": "string"}}
    entries = {"aws_bucket": {"kind": "aws.s3.bucket", "set": {"mode": "mode"}}, "aws_mode": table}
    tables = make_tables({"t.yaml": {"kinds": {"aws.s3.bucket": kind}, "terraform": entries}})
    satellite = native("aws_mode.m", {"bucket": ref("aws_bucket.b.id"), "config": [maybe({"mode": "x"})]})
    assert only(graph_of([bucket(), satellite], tables), "aws.s3.bucket").attributes["mode"].code == "undecided"


def test_a_satellite_that_may_say_nothing_leaves_open_what_the_target_says() -> None:
    silent = OneOf(("strict", None), Unknown("undecided", "the block may not be there"))
    found = mode_of(bucket(mode="loose"), mode(silent, ref("aws_bucket.b.id")))
    assert isinstance(found, Unknown)
    assert not isinstance(found, OneOf)
