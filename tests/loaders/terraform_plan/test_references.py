from __future__ import annotations

from typing import Any

import pytest

from tests.loaders.terraform_plan.plans import (
    Tree,
    by_address,
    change,
    configured,
    constant,
    load,
    managed,
    plan,
    refers,
)


def identities(tree: Tree, address: str, attribute: str = "bucket") -> Any:
    value = by_address(load(tree))[address].attributes.get(attribute)
    return None if value is None else value.identities


def satellite(*references: str, keys: tuple[str, ...] = ("",), targets: tuple[str, ...] = ("",), **more: Any) -> Tree:
    """A policy, or one for each key, of a bucket, or of one of several."""
    buckets = [f"aws_s3_bucket.b{key}" for key in targets]
    policies = [f"aws_s3_bucket_policy.p{key}" for key in keys]
    return plan(
        [managed(address, {}) for address in (*buckets, *policies)],
        [
            *(change(address, {"id": True, "arn": True}) for address in buckets),
            *(change(address, {"bucket": True}) for address in policies),
        ],
        [
            configured("aws_s3_bucket.b", {}),
            configured("aws_s3_bucket_policy.p", {"bucket": refers(*references)}, **more),
        ],
    )


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        (("aws_s3_bucket.b.id", "aws_s3_bucket.b"), ("aws_s3_bucket.b.id",)),
        (("aws_s3_bucket.b.arn", "aws_s3_bucket.b"), ("aws_s3_bucket.b.arn",)),
        (("aws_s3_bucket.b",), ("aws_s3_bucket.b.id",)),
        (("var.unset",), ("var.unset",)),
        (("aws_s3_bucket.b.id", "path.module", "terraform.workspace"), ("aws_s3_bucket.b.id",)),
        (("local.name",), ()),
        (("aws_s3_bucket.other.id",), ()),
        (("module.nowhere.out",), ()),
        (("",), ()),
    ],
)
def test_reference_names_what_the_value_will_be(references: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert identities(satellite(*references), "aws_s3_bucket_policy.p") == expected


def test_known_references_make_null() -> None:
    assert identities(satellite("aws_s3_bucket.b.tags"), "aws_s3_bucket_policy.p") is None
    tree = {**satellite("var.bucket"), "variables": {"bucket": {"value": None}}}
    assert identities(tree, "aws_s3_bucket_policy.p") is None


def test_an_arn_is_concluded_from_what_is_set() -> None:
    tree = plan(
        [managed("aws_kms_key.k", {}), managed("aws_x.y", {})],
        [change("aws_kms_key.k", {"id": True, "arn": True}), change("aws_x.y", {"kms_key_arn": True})],
        [configured("aws_x.y", {"kms_key_arn": refers("aws_kms_key.k")})],
    )
    assert identities(tree, "aws_x.y", "kms_key_arn") == ("aws_kms_key.k.arn",)


@pytest.mark.parametrize("reference", ["each.key", "count.index"])
def test_instances_meet_those_with_the_same_key(reference: str) -> None:
    keys = ('["a"]', '["b"]')
    tree = satellite("aws_s3_bucket.b", reference, keys=keys, targets=keys)
    for key in keys:
        assert identities(tree, f"aws_s3_bucket_policy.p{key}") == (f"aws_s3_bucket.b{key}.id",)


def test_a_stated_key_is_the_one() -> None:
    keys = ("[0]", "[1]")
    tree = satellite("aws_s3_bucket.b[1].id", "aws_s3_bucket.b[1]", "aws_s3_bucket.b", targets=keys)
    assert identities(tree, "aws_s3_bucket_policy.p") == ("aws_s3_bucket.b[1].id",)


def test_all_instances_are_meant_without_a_key() -> None:
    tree = satellite("aws_s3_bucket.b", targets=("[0]", "[1]"))
    value = by_address(load(tree))["aws_s3_bucket_policy.p"].attributes["bucket"]
    assert value.identities == ()
    assert [each.identities for each in value.contains] == [("aws_s3_bucket.b[0].id",), ("aws_s3_bucket.b[1].id",)]


def test_each_value_is_the_instance_when_the_resource_is_gone_through() -> None:
    keys = ('["a"]', '["b"]')
    more = {"for_each_expression": refers("aws_s3_bucket.b")}
    tree = satellite("each.value.id", "each.value", keys=keys, targets=keys, **more)
    assert identities(tree, 'aws_s3_bucket_policy.p["b"]') == ('aws_s3_bucket.b["b"].id',)


def test_what_is_configured_has_the_names_behind_it_too() -> None:
    tree = plan(
        [managed(address, {}) for address in ("aws_s3_bucket.b", "aws_a.a", "aws_x.y")],
        [
            change("aws_s3_bucket.b", {"id": True}),
            change("aws_a.a", {"bucket": True}),
            change("aws_x.y", {"bucket": True}),
        ],
        [
            configured("aws_a.a", {"bucket": refers("aws_s3_bucket.b.id")}),
            configured("aws_x.y", {"bucket": refers("aws_a.a.bucket")}),
        ],
    )
    assert identities(tree, "aws_x.y") == ("aws_a.a.bucket", "aws_s3_bucket.b.id")


def in_modules(keys: tuple[str, ...], *call_references: str) -> Tree:
    """A bucket and a policy, each in a module of its own, of which there is one for each key."""
    buckets = [f"module.bucket{key}.aws_s3_bucket.b" for key in keys]
    policies = [f"module.policy{key}.module.inner.aws_s3_bucket_policy.p" for key in keys]
    children = [
        *(
            {"address": f"module.bucket{key}", "resources": [managed(b, {})]}
            for key, b in zip(keys, buckets, strict=True)
        ),
        *(
            {
                "address": f"module.policy{key}",
                "child_modules": [{"address": f"module.policy{key}.module.inner", "resources": [managed(p, {})]}],
            }
            for key, p in zip(keys, policies, strict=True)
        ),
    ]
    inner = {
        "resources": [configured("aws_s3_bucket_policy.p", {"bucket": refers("var.name")})],
        "variables": {"name": {}},
    }
    outer = {"module_calls": {"inner": {"module": inner, "expressions": {"name": refers("var.target")}}}}
    bucket = {
        "resources": [configured("aws_s3_bucket.b", {})],
        "outputs": {"id": {"expression": refers("aws_s3_bucket.b.id", "aws_s3_bucket.b")}},
    }
    modules = {
        "bucket": {"module": bucket},
        "policy": {"module": outer, "expressions": {"target": refers(*call_references)}},
    }
    changes = [change(b, {"id": True}) for b in buckets] + [change(p, {"bucket": True}) for p in policies]
    return plan([], changes, [], modules=modules, children=children)


def test_references_go_through_variables_and_outputs() -> None:
    tree = in_modules(("",), "module.bucket.id", "module.bucket")
    assert identities(tree, "module.policy.module.inner.aws_s3_bucket_policy.p") == (
        "module.bucket.aws_s3_bucket.b.id",
    )


def test_references_go_to_the_stated_instance_of_a_module() -> None:
    tree = in_modules(("[0]", "[1]"), "module.bucket[1].id", "module.bucket[1]", "module.bucket")
    found = identities(tree, "module.policy[0].module.inner.aws_s3_bucket_policy.p")
    assert found == ("module.bucket[1].aws_s3_bucket.b.id",)


def test_a_variable_with_a_default_is_known() -> None:
    tree = in_modules(("",), "var.bucket")
    tree["configuration"]["root_module"]["variables"] = {"bucket": {"default": None}}
    assert identities(tree, "module.policy.module.inner.aws_s3_bucket_policy.p") is None


def test_what_refers_to_itself_ends() -> None:
    tree = plan(
        [managed("aws_a.a", {}), managed("aws_b.b", {})],
        [change("aws_a.a", {"x": True}), change("aws_b.b", {"x": True})],
        [configured("aws_a.a", {"x": refers("aws_b.b.x")}), configured("aws_b.b", {"x": refers("aws_a.a.x")})],
    )
    assert identities(tree, "aws_a.a", "x")[0] == "aws_b.b.x"


def test_a_long_chain_ends_without_a_name() -> None:
    names = [f"aws_a.a{index}" for index in range(500)]
    tree = plan(
        [managed(name, {}) for name in names],
        [change(name, {"x": True}) for name in names],
        [configured(a, {"x": refers(f"{b}.x")}) for a, b in zip(names, [*names[1:], names[0]], strict=True)],
    )
    assert identities(tree, "aws_a.a0", "x")[0] == "aws_a.a1.x"


def test_many_sources_are_not_all_named() -> None:
    tree = satellite("aws_s3_bucket.b", targets=tuple(f"[{index}]" for index in range(300)))
    value = by_address(load(tree))["aws_s3_bucket_policy.p"].attributes["bucket"]
    assert len(value.contains) == 100


@pytest.mark.parametrize(
    ("key", "providers", "expected"),
    [
        ("aws", {}, "aws"),
        ("aws.west", {}, "aws.west"),
        ("module.a:aws", {}, "aws"),
        ("module.a:aws", {"module.a:aws": {"expressions": {"region": constant("x")}}}, "module.a.aws"),
        ("module.a.module.b:aws", {"module.a:aws": {"expressions": {"region": constant("x")}}}, "module.a.aws"),
        ("", {}, "aws"),
    ],
)
def test_scope_is_the_provider_configuration(key: str, providers: Tree, expected: str) -> None:
    tree = plan([managed("aws_x.y", {})], [], [{**configured("aws_x.y", {}), "provider_config_key": key}])
    tree["configuration"]["provider_config"].update(providers)
    (found,) = load(tree).resources
    assert found.scope == expected
    assert found.versions == {"aws": "~> 5.0"}
