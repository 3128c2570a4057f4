"""What must be evaluated so that a selection of attributes can be read, and nothing else."""

from __future__ import annotations

from scanner.normalise import closure, demand_of, load_tables, make_tables
from scanner.normalise.demand import Reads

TABLES = load_tables()


def demand(reads: Reads, *kinds: str) -> dict[str, frozenset[str]]:
    return dict(demand_of(TABLES, reads, kinds))


def test_an_attribute_needs_its_paths_and_the_names_that_join_its_satellites() -> None:
    found = demand([("aws.s3.bucket", "versioning.enabled")])
    assert found["aws_s3_bucket"] == {"versioning", "id", "arn", "bucket", "BucketName", "Arn"}
    assert found["aws_s3_bucket_versioning"] == {"bucket", "versioning_configuration"}
    assert "aws_s3_bucket_acl" not in found
    assert "aws_instance" not in found


def test_a_relation_needs_the_names_of_its_target() -> None:
    found = demand([("aws.cloudtrail.trail", "bucket")])
    assert "s3_bucket_name" in found["aws_cloudtrail"]
    assert "bucket" in found["aws_s3_bucket"]
    assert "versioning" not in found["aws_s3_bucket"]


def test_an_inverse_relation_needs_the_reference() -> None:
    found = demand([("aws.ec2.vpc", "flow_logs")])
    assert {"vpc_id", "subnet_id", "eni_id"} <= found["aws_flow_log"]


def test_a_derived_attribute_needs_what_it_reads_through_relations() -> None:
    wanted = closure(TABLES, [("aws.s3.bucket", "blocked.acls")])
    assert {"account", "blocked.acls", "public_access.block_acls"} <= wanted["aws.s3.bucket"]
    assert "s3.block_acls" in wanted["aws.account"]
    assert "block_public_acls" in demand([("aws.s3.bucket", "blocked.acls")])["aws_s3_account_public_access_block"]


def test_children_need_where_they_are_and_their_key() -> None:
    found = demand([("aws.ec2.security_group_rule", "cidrs")])
    assert {"ingress", "egress"} <= found["aws_security_group"]
    assert "description" not in found["aws_security_group"]
    assert "cidr_blocks" in found["aws_security_group_rule"]


def test_statements_need_every_document() -> None:
    found = demand([], "aws.iam.statement")
    assert "policy" in found["aws_s3_bucket_policy"]
    assert "assume_role_policy" in found["aws_iam_role"]
    assert "inline_policy" in found["aws_iam_role"]


def test_a_kind_that_is_judged_needs_only_its_names() -> None:
    assert demand([], "aws.s3.bucket")["aws_s3_bucket"] == {"id", "arn", "bucket", "BucketName", "Arn"}


def test_without_reads_everything_mapped_is_needed() -> None:
    found = demand_of(TABLES, None)
    assert {"versioning", "logging", "cors_rule", "bucket"} <= found["aws_s3_bucket"]


def test_joining_by_attributes_needs_them() -> None:
    kinds = {"test.stage": {"as": "stage", "attributes": {"name": "string", "on": "bool"}}}
    entries = {
        "x_stage": {"kind": "test.stage", "set": {"name": "name"}},
        "x_on": {"into": "test.stage", "by": {"name": "stage"}, "set": {"on": "on"}},
    }
    tables = make_tables({"t.yaml": {"kinds": kinds, "terraform": entries}})
    found = demand_of(tables, [("test.stage", "on")])
    assert found == {"x_on": {"on", "stage"}, "x_stage": {"name"}}
