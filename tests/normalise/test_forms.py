"""What Terraform lets one write in several forms reads the same: inline or in a resource of its own."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.model import NativeResource, Resource
from scanner.normalise import load_tables
from tests.normalise.natives import children, graph_of, native, only, ref

TABLES = load_tables()
BUCKET = ref("aws_s3_bucket.b.id")
SSE = {"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}], "bucket_key_enabled": True}
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*"}]}'

S3 = {
    "acl": ("acl", {"acl": "public-read"}, "aws_s3_bucket_acl", {"acl": "public-read"}),
    "grants": (
        "grants",
        {"grant": [{"uri": "u", "permissions": ["READ"]}]},
        "aws_s3_bucket_acl",
        {"access_control_policy": [{"grant": [{"grantee": [{"uri": "u"}], "permission": "READ"}]}]},
    ),
    "versioning": (
        "versioning.enabled",
        {"versioning": [{"enabled": True}]},
        "aws_s3_bucket_versioning",
        {"versioning_configuration": [{"status": "Enabled"}]},
    ),
    "mfa_delete": (
        "versioning.mfa_delete",
        {"versioning": [{"enabled": True, "mfa_delete": True}]},
        "aws_s3_bucket_versioning",
        {"versioning_configuration": [{"status": "Enabled", "mfa_delete": "Enabled"}]},
    ),
    "encryption": (
        "encryption.algorithm",
        {"server_side_encryption_configuration": [{"rule": [SSE]}]},
        "aws_s3_bucket_server_side_encryption_configuration",
        {"rule": [SSE]},
    ),
    "bucket_key": (
        "encryption.bucket_key",
        {"server_side_encryption_configuration": [{"rule": [SSE]}]},
        "aws_s3_bucket_server_side_encryption_configuration",
        {"rule": [SSE]},
    ),
    "logging": (
        "logging.prefix",
        {"logging": [{"target_bucket": "l", "target_prefix": "p"}]},
        "aws_s3_bucket_logging",
        {"target_bucket": "l", "target_prefix": "p"},
    ),
    "lifecycle": (
        "lifecycle",
        {"lifecycle_rule": [{"id": "x", "enabled": True, "expiration": [{"days": 9}]}]},
        "aws_s3_bucket_lifecycle_configuration",
        {"rule": [{"id": "x", "status": "Enabled", "expiration": [{"days": 9}]}]},
    ),
    "cors": (
        "cors",
        {"cors_rule": [{"allowed_origins": ["*"], "allowed_methods": ["GET"]}]},
        "aws_s3_bucket_cors_configuration",
        {"cors_rule": [{"allowed_origins": ["*"], "allowed_methods": ["GET"]}]},
    ),
    "website": ("website", {"website": [{}]}, "aws_s3_bucket_website_configuration", {}),
    "object_lock": (
        "object_lock",
        {"object_lock_configuration": [{"object_lock_enabled": "Enabled"}]},
        "aws_s3_bucket_object_lock_configuration",
        {},
    ),
}


@pytest.mark.parametrize(("name", "inline", "type", "apart"), S3.values(), ids=S3)
def test_a_bucket_reads_the_same_inline_and_apart(
    name: str, inline: dict[str, Any], type: str, apart: dict[str, Any]
) -> None:
    one = only(graph_of([native("aws_s3_bucket.b", inline)], TABLES), "aws.s3.bucket")
    pair = [native("aws_s3_bucket.b", {}), native(f"{type}.s", {"bucket": BUCKET, **apart})]
    other = only(graph_of(pair, TABLES), "aws.s3.bucket")
    bare = only(graph_of([native("aws_s3_bucket.b", {})], TABLES), "aws.s3.bucket")
    assert one.attributes[name] == other.attributes[name]
    assert one.attributes[name] != bare.attributes[name]


def test_a_bucket_policy_reads_the_same_inline_and_apart() -> None:
    apart = [native("aws_s3_bucket.b", {}), native("aws_s3_bucket_policy.p", {"bucket": BUCKET, "policy": POLICY})]
    found = []
    for natives in ([native("aws_s3_bucket.b", {"policy": POLICY})], apart):
        graph = graph_of(natives, TABLES)
        (statement,) = only(graph, "aws.s3.bucket").attributes["policy"]["statements"]
        found.append({**statement.attributes, "owner": statement.attributes["owner"].address})
    assert found[0] == found[1]


GROUP = ref("aws_security_group.g.id")
INLINE = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "description": "d"}
RULE = {**INLINE, "type": "ingress", "security_group_id": GROUP}
VPC_RULE = {
    "from_port": 22, "to_port": 22, "ip_protocol": "tcp", "cidr_ipv4": "0.0.0.0/0", "description": "d",
    "security_group_id": GROUP,
}  # fmt: skip


def rules(*natives: NativeResource) -> list[Resource]:
    return children(graph_of(natives, TABLES), "aws.ec2.security_group_rule")


def shown(node: Resource) -> dict[str, Any]:
    derived = {name: node.read(name) for name in ("ports.from", "ports.to")}
    return {**node.attributes, **derived, "group": node.attributes["group"].address}


@pytest.mark.parametrize(
    "natives",
    [
        [native("aws_security_group.g", {"ingress": [{**INLINE, "protocol": "6", "from_port": "22"}]})],
        [native("aws_security_group.g", {}), native("aws_security_group_rule.r", RULE)],
        [native("aws_security_group.g", {}), native("aws_security_group_rule.r", {**RULE, "protocol": "6"})],
        [native("aws_security_group.g", {}), native("aws_vpc_security_group_ingress_rule.r", VPC_RULE)],
        [native("aws_default_security_group.g", {"ingress": [INLINE]})],
    ],
    ids=["inline", "rule", "numbered", "vpc rule", "default group"],
)
def test_an_open_rule_reads_the_same_in_every_form(natives: list[NativeResource]) -> None:
    (plain,) = rules(native("aws_security_group.g", {"ingress": [INLINE]}))
    (found,) = rules(*natives)
    assert {**shown(found), "group": ""} == {**shown(plain), "group": ""}


def test_a_second_rule_is_judged_whatever_the_first_says() -> None:
    first, second = rules(native("aws_security_group.g", {"ingress": [{"self": True}, INLINE]}))
    assert (first.attributes["self"], first.attributes["cidrs"]) == (True, [])
    assert second.attributes["cidrs"] == ["0.0.0.0/0"]


def test_every_protocol_means_every_port() -> None:
    (node,) = rules(
        native("aws_security_group.g", {}),
        native("aws_vpc_security_group_ingress_rule.r", {"ip_protocol": "-1", "security_group_id": GROUP}),
    )
    assert (node.attributes["protocol"], node.read("ports.from"), node.read("ports.to")) == ("any", 0, 65535)


def test_a_managed_policy_reads_the_same_on_the_role_and_apart() -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    apart = [
        native("aws_iam_role.r", {"name": "r"}),
        native("aws_iam_role_policy_attachment.a", {"role": ref("aws_iam_role.r.name"), "policy_arn": arn}),
    ]
    listed = [
        native("aws_iam_role.r", {"name": "r"}),
        native("aws_iam_policy_attachment.a", {"roles": ["r"], "policy_arn": arn}),
    ]
    for natives in ([native("aws_iam_role.r", {"name": "r", "managed_policy_arns": [arn]})], apart, listed):
        node = only(graph_of(natives, TABLES), "aws.iam.attachment")
        assert node.attributes["policy_arn"] == arn
        assert node.attributes["principal"].attributes["attachments"] == [node]
        assert node.attributes["policy"].code == "unresolved"


def test_group_memberships_are_a_user_s_groups() -> None:
    natives = [
        native("aws_iam_user.u", {"name": "u"}),
        native("aws_iam_group.g", {"name": "g"}),
        native("aws_iam_group.h", {"name": "h"}),
        native("aws_iam_user_group_membership.m", {"user": ref("aws_iam_user.u.name"), "groups": ["g"]}),
        native("aws_iam_group_membership.n", {"users": ["u"], "group": ref("aws_iam_group.h.name")}),
    ]
    graph = graph_of(natives, TABLES)
    user = only(graph, "aws.iam.user")
    assert sorted(group.address for group in user.attributes["groups"]) == ["aws_iam_group.g", "aws_iam_group.h"]
    assert [group.attributes["users"] for group in graph.by_kind["aws.iam.group"]] == [[user], [user]]


def test_account_wide_settings_reach_resources() -> None:
    natives = [
        native("aws_s3_bucket.b", {}),
        native("aws_s3_account_public_access_block.a", {"block_public_acls": True}),
        native("aws_ebs_volume.v", {"encrypted": False}),
        native("aws_ebs_encryption_by_default.e", {}),
    ]
    graph = graph_of(natives, TABLES)
    bucket, volume = only(graph, "aws.s3.bucket"), only(graph, "aws.ec2.volume")
    assert (bucket.read("blocked.acls"), bucket.read("blocked.policy")) == (True, False)
    assert volume.read("effective.encrypted") is True
