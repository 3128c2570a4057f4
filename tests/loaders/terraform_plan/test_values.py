from __future__ import annotations

import hashlib
from typing import Any

from scanner.model import Encoded, Unknown
from tests.loaders.terraform_plan.plans import (
    by_address,
    change,
    configured,
    constant,
    load,
    managed,
    plan,
    refers,
)


def attributes(values: Any, unknown: Any, expressions: Any, **more: Any) -> Any:
    """The attributes of one instance beside a bucket whose id and ARN are not known."""
    bucket = managed("aws_s3_bucket.b", {})
    other = managed("aws_s3_bucket.c", {})
    changes = [change(f"aws_s3_bucket.{name}", {"id": True, "arn": True}) for name in "bc"]
    configuration = [configured(f"aws_s3_bucket.{name}", {}) for name in "bc"]
    tree = plan(
        [bucket, other, managed("aws_x.y", values)],
        [*changes, change("aws_x.y", unknown, **more)],
        [*configuration, configured("aws_x.y", expressions)],
    )
    return by_address(load(tree))["aws_x.y"].attributes


def names(value: Any) -> Any:
    assert isinstance(value, Unknown), value
    return value.identities


def test_unknown_is_absent_when_the_configuration_does_not_mention_it() -> None:
    assert attributes({"a": 1}, {"id": True, "ingress": True}, {"a": constant(1)}) == {"a": 1}


def test_unknown_is_computed_when_the_configuration_mentions_it() -> None:
    found = attributes({}, {"bucket": True}, {"bucket": refers("aws_s3_bucket.b.id", "aws_s3_bucket.b")})["bucket"]
    assert (found.code, found.identities, found.not_null) == ("computed", ("aws_s3_bucket.b.id",), True)
    assert found.text == "aws_s3_bucket.b.id is known after apply"
    assert found.span is not None


def test_unknown_has_no_name_when_a_function_makes_it() -> None:
    assert names(attributes({}, {"a": True}, {"a": {}})["a"]) == ()


def test_unknown_is_absent_when_the_configuration_says_null() -> None:
    assert attributes({}, {"a": True}, {"a": constant(None)}) == {}


def test_everything_mentioned_is_unknown_when_the_whole_is() -> None:
    found = attributes({}, True, {"a": refers("aws_s3_bucket.b.id")})
    assert [*found] == ["a"]


def test_lists_are_known_element_by_element() -> None:
    both = refers("aws_s3_bucket.b.id", "aws_s3_bucket.b", "aws_s3_bucket.c.arn", "aws_s3_bucket.c")
    found = attributes({"a": [None, "known", None]}, {"a": [True, False, True]}, {"a": both})["a"]
    assert (names(found[0]), found[1], names(found[2])) == (("aws_s3_bucket.b.id",), "known", ("aws_s3_bucket.c.arn",))


def test_elements_that_older_formats_leave_out_are_there() -> None:
    found = attributes({"a": []}, {"a": [True]}, {"a": refers("aws_s3_bucket.b.id")})["a"]
    assert [names(each) for each in found] == [("aws_s3_bucket.b.id",)]


def test_a_wholly_unknown_list_contains_what_it_is_made_from() -> None:
    found = attributes({}, {"a": True}, {"a": refers("aws_s3_bucket.b.id", "aws_s3_bucket.c.id")})["a"]
    assert found.identities == ()
    assert [each.identities for each in found.contains] == [("aws_s3_bucket.b.id",), ("aws_s3_bucket.c.id",)]


def test_blocks_are_known_attribute_by_attribute() -> None:
    blocks = [{"port": constant(80), "target": refers("aws_s3_bucket.b.arn")}]
    found = attributes({"a": [{"port": 80}]}, {"a": [{"target": True, "made": True}]}, {"a": blocks})["a"]
    assert [*found[0]] == ["port", "target"]
    assert names(found[0]["target"]) == ("aws_s3_bucket.b.arn",)


def test_blocks_are_told_by_their_constants_when_they_are_planned_in_another_order() -> None:
    blocks = [
        {"port": constant(443), "from": refers("aws_s3_bucket.b.id")},
        {"port": constant(80), "from": refers("aws_s3_bucket.c.id")},
    ]
    values = {"a": [{"port": 80}, {"port": 443}]}
    found = attributes(values, {"a": [{"from": True}, {"from": True}]}, {"a": blocks})["a"]
    assert [names(each["from"]) for each in found] == [("aws_s3_bucket.c.id",), ("aws_s3_bucket.b.id",)]


def test_empty_blocks_state_nothing() -> None:
    assert attributes({"a": [{}]}, {"a": [{"ip": True}]}, {"a": [{}]}) == {"a": [{}]}


def test_single_blocks_are_objects() -> None:
    found = attributes({"a": {"x": 1}}, {"a": {"y": True, "z": True}}, {"a": {"y": refers("aws_s3_bucket.b.id")}})
    assert [*found["a"]] == ["x", "y"]


def test_wholly_unknown_blocks_are_put_together_from_the_configuration() -> None:
    blocks = [{"port": constant(80), "from": refers("aws_s3_bucket.b.id"), "none": constant(None)}]
    (found,) = attributes({}, {"a": True}, {"a": blocks})["a"]
    assert found["port"] == 80
    assert names(found["from"]) == ("aws_s3_bucket.b.id",)
    assert "none" not in found


def test_parts_of_dynamic_blocks_are_unknown_though_nothing_mentions_them() -> None:
    found = attributes({"a": [{"port": 80}]}, {"a": [{"cidr_blocks": True}]}, {})["a"]
    assert found[0]["port"] == 80
    assert names(found[0]["cidr_blocks"]) == ()


def test_without_a_configuration_what_is_not_known_may_be_stated() -> None:
    """But for blocks: those that are written are planned part by part."""

    def blocks() -> Any:
        return {"aws_x": {"versioning": {}, "rule": {}}}

    values = {"a": 1, "rule": [{"port": 80}]}
    masks = {"b": True, "rule": [{"from": True}], "ingress": True, "versioning": True}
    whole = plan([managed("aws_x.y", values)], [change("aws_x.y", masks)])
    bare = {name: part for name, part in whole.items() if name != "configuration"}
    inner = {"address": "module.m", "resources": [managed("module.m.aws_x.y", values)]}
    module = plan([], [change("module.m.aws_x.y", masks)], [], children=[inner])
    for tree in (whole, bare, module):
        (found,) = load(tree, object_attributes={"aws_x": ["ingress"]}, block_names=blocks).resources
        assert [*found.attributes] == ["a", "b", "rule"]
        assert found.attributes["a"] == 1
        for each in (found.attributes["b"], found.attributes["rule"][0]["from"]):
            assert (each.code, each.identities) == ("computed", ())
        given = found.provenance.is_given
        assert [given(path) for path in (("b",), ("rule", 0, "from"), ("versioning",), ("ingress",))] == [
            None,
            None,
            False,
            False,
        ]


def test_a_data_source_that_is_planned_is_as_it_is_planned() -> None:
    """Its change says the same in every plan that Terraform writes; what is planned counts in one that was edited."""
    address = "data.aws_iam_policy_document.d"
    changed = change(address, {"json": True, "sid": True}, "read", mode="data", after={"principals": ["123456789012"]})
    planned = {**managed(address, {"principals": ["*"], "sid": None}), "mode": "data"}
    tree = plan(
        [managed("aws_s3_bucket_policy.p", {}), planned],
        [change("aws_s3_bucket_policy.p", {"policy": True}), changed],
        [
            configured("aws_s3_bucket_policy.p", {"policy": refers(f"{address}.json", address)}),
            configured(address, {"principals": constant(["123456789012"])}),
        ],
    )
    made = {"aws_iam_policy_document": lambda body: ({"json": str(body["principals"])}, {})}
    (found,) = load(tree, data_sources=made).resources
    assert found.attributes["policy"] == "['*']"


def test_only_what_is_demanded_is_loaded() -> None:
    tree = plan([managed("aws_x.y", {"a": 1, "b": 2}), managed("aws_z.y", {"a": 1})])
    found = load(tree, demand={"aws_x": frozenset({"b", "c"})})
    assert [each.attributes for each in found.resources] == [{"b": 2}, {}]


def test_tags_are_the_effective_ones() -> None:
    values = {"tags": {"a": "1"}, "tags_all": {"a": "1", "owner": "o"}}
    unknown = {"tags_all": {"id": True}, "tags": {"id": True}}
    found = attributes(values, unknown, {"tags": refers("aws_s3_bucket.b.id")})["tags"]
    assert [*found] == ["a", "owner", "id"]
    assert names(found["id"]) == ("aws_s3_bucket.b.id",)
    assert attributes({"tags": None, "tags_all": {}}, None, {}) == {"tags": None, "tags_all": {}}
    assert attributes({"tags": {"a": "1"}}, {"tags_all": True}, {"tags": constant({})}) == {"tags": {"a": "1"}}


def test_a_sensitive_default_is_literal() -> None:
    tree = plan([managed("aws_x.y", {"p": "hunter2!"}, sensitive_values={"p": True})], [], [])
    tree["configuration"]["root_module"] = {
        "resources": [configured("aws_x.y", {"p": refers("var.p")})],
        "variables": {"p": {"sensitive": True, "default": "hunter2!"}},
    }
    assert load(tree).resources[0].attributes["p"].literal
    assert not load({**tree, "variables": {"p": {"value": "other"}}}).resources[0].attributes["p"].literal


def test_sensitive_values_are_secret() -> None:
    values = {
        "password": "hunter2!",
        "user": "u",
        "pin": 12345678,
        "short": "abc",
        "none": None,
        "m": {"k": "deepsecret"},
    }
    tree = plan(
        [managed("aws_x.y", values, sensitive_values={"password": True, "none": True, "m": {"k": True}})],
        [change("aws_x.y", None, after_sensitive={"pin": True, "short": True})],
        [configured("aws_x.y", {"password": constant("hunter2!"), "pin": refers("var.pin")})],
    )
    loaded = load(tree)
    found = loaded.resources[0].attributes
    assert [found[name].code for name in ("password", "pin", "short")] == ["secret"] * 3
    assert (found["password"].literal, found["pin"].literal) == (True, False)
    assert found["m"]["k"].code == "secret"
    assert (found["user"], found["none"]) == ("u", None)
    assert loaded.secrets == ("12345678", "deepsecret", "hunter2!")


def test_secrets_are_found_where_nothing_demands_them() -> None:
    tree = plan(
        [managed("aws_x.y", {"password": "hunter2!"}, sensitive_values={"password": True})],
        variables={"p": {"value": "from-variable"}, "q": {"value": "public"}},
    )
    tree["configuration"]["root_module"]["variables"] = {"p": {"sensitive": True, "default": "from-default"}, "q": {}}
    inner = {"variables": {"k": {"sensitive": True}}}
    tree["configuration"]["root_module"]["module_calls"] = {
        "m": {"module": inner, "expressions": {"k": constant("from-call")}}
    }
    tree["planned_values"]["outputs"] = {"o": {"sensitive": True, "value": ["from-output"]}}
    assert load(tree, demand={}).secrets == ("from-call", "from-default", "from-output", "from-variable", "hunter2!")


def test_secrets_of_what_was_before_are_found() -> None:
    drift = change("aws_x.y", None, before={"p": "was-drift"}, before_sensitive={"p": True})
    tree = plan(
        [managed("aws_x.y", {"p": "is"})],
        [
            change(
                "aws_x.y", None, "update", before={"p": "was-before"}, before_sensitive={"p": True}, after={"p": "is"}
            )
        ],
        resource_drift=[drift],
        output_changes={"o": {"actions": ["create"], "after": "output", "after_sensitive": True}},
        prior_state={
            "values": {
                "root_module": {"resources": [managed("aws_x.y", {"p": "was-state"}, sensitive_values={"p": True})]}
            }
        },
    )
    assert load(tree).secrets == ("output", "was-before", "was-drift", "was-state")


def test_secrets_keep_the_names_of_what_they_will_be() -> None:
    found = attributes({}, {"a": True}, {"a": refers("aws_s3_bucket.b.id")}, after_sensitive={"a": True})["a"]
    assert (found.code, found.identities) == ("secret", ("aws_s3_bucket.b.id",))


def test_write_only_values_are_secret_when_they_are_stated() -> None:
    found = attributes({"key_wo": None, "other_wo": None}, {}, {"key_wo": refers("var.k")})
    assert found["key_wo"].code == "secret"
    assert found["other_wo"] is None


def test_a_hash_is_no_text() -> None:
    text = "#!/bin/sh"
    digest = hashlib.sha1(text.encode()).hexdigest()
    assert attributes({"user_data": digest}, {}, {"user_data": constant(text)}) == {"user_data": text}
    assert attributes({"user_data": digest}, {}, {"user_data": refers("local.t")})["user_data"].code == "unsupported"
    assert attributes({"user_data": "#!/bin/sh"}, {}, {"user_data": refers("local.t")}) == {"user_data": "#!/bin/sh"}


def test_a_data_source_that_is_read_later_is_worked_out() -> None:
    def document(body: Any) -> Any:
        return {"json": Encoded({"Statement": body["statement"]}, "json", Unknown("computed", "in it"))}, {}

    statement = [{"actions": constant(["s3:*"]), "resources": refers("aws_s3_bucket.b.arn")}]
    after = {"statement": [{"actions": ["s3:*"]}]}
    tree = plan(
        [managed("aws_s3_bucket.b", {}), managed("aws_s3_bucket_policy.p", {})],
        [
            change("aws_s3_bucket.b", {"arn": True}),
            change("aws_s3_bucket_policy.p", {"policy": True}),
            change(
                "data.aws_iam_policy_document.d",
                {"id": True, "json": True, "statement": [{"resources": True}]},
                "read",
                mode="data",
                after=after,
            ),
        ],
        [
            configured("aws_s3_bucket_policy.p", {"policy": refers("data.aws_iam_policy_document.d.json")}),
            configured("data.aws_iam_policy_document.d", {"statement": statement}),
        ],
    )
    found = by_address(load(tree, data_sources={"aws_iam_policy_document": document}))
    policy = found["aws_s3_bucket_policy.p"].attributes["policy"]
    assert isinstance(policy, Encoded)
    assert policy.document["Statement"][0]["actions"] == ["s3:*"]
    assert names(policy.document["Statement"][0]["resources"]) == ("aws_s3_bucket.b.arn",)
    without = by_address(load(tree))["aws_s3_bucket_policy.p"].attributes["policy"]
    assert (without.code, without.identities) == ("data", ("data.aws_iam_policy_document.d.json",))
