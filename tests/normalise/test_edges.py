"""Relations: references both ways, what is not stated, not here or not certain, derived attributes, scopes."""

from __future__ import annotations

import random
from typing import Any

import pytest

from scanner.errors import PolicyError
from scanner.loaders.terraform.values import Fragments
from scanner.model import NativeResource, OneOf, Resource, Unknown
from scanner.normalise import load_tables, make_tables
from tests.normalise.natives import children, graph_of, native, only, ref, variable

TABLES = make_tables(
    {
        "t.yaml": {
            "kinds": {
                "aws.s3.bucket": {
                    "as": "bucket",
                    "names": ["id", "arn", "bucket"],
                    "records": {"copy": {"to": "ref(aws.s3.bucket)", "on": "bool"}},
                    "attributes": {
                        "name": "string",
                        "open": "bool",
                        "log": "ref(aws.s3.bucket)",
                        "copies": "list(copy)",
                        "logged": "refs(aws.s3.bucket.log)",
                        "trails": "refs(test.trail.buckets)",
                        "account": "ref(aws.account)",
                    },
                    "derive": {"safe": "bucket.open == false || bucket.account.owned", "log_open": "bucket.log.open"},
                },
                "test.trail": {
                    "as": "trail",
                    "attributes": {"buckets": "list(ref(aws.s3.bucket))", "any": "ref(*)"},
                },
                "aws.account": {"as": "account", "attributes": {"owned": "bool=false", "store": "ref(aws.s3.bucket)"}},
            },
            "terraform": {
                "aws_store": {"into": "aws.account", "by": "scope", "set": {"store": "store"}},
                "aws_bucket": {
                    "kind": "aws.s3.bucket",
                    "set": {
                        "name": "bucket",
                        "open": "open",
                        "log": "log",
                        "copies": {"each": "copy[*]", "to": "to", "on": "on"},
                    },
                },
                "aws_trail": {"kind": "test.trail", "set": {"buckets": "buckets[*]", "any": "any"}},
            },
        }
    }
)


def bucket(name: str = "b", **attributes: Any) -> NativeResource:
    return native(f"aws_bucket.{name}", attributes)


def trail(name: str = "t", existence: Unknown | None = None, **attributes: Any) -> NativeResource:
    return native(f"aws_trail.{name}", attributes, existence=existence)


def buckets(*natives: NativeResource, **options: Any) -> list[Resource]:
    return children(graph_of(natives, TABLES, **options), "aws.s3.bucket")


def test_a_name_is_of_the_kind_that_its_attribute_names() -> None:
    """A user, a group and a role may have one name: `user = "example"` is the user."""
    names = {"user": "example", "group": "example", "role": "example"}
    nodes = graph_of(
        [
            *(native(f"aws_iam_{each}.e", {"name": name}) for each, name in names.items()),
            *(native(f"aws_iam_{each}_policy.p", {each: name}) for each, name in names.items()),
            *(native(f"aws_iam_{each}_policy_attachment.a", {each: name}) for each, name in names.items()),
            native("aws_iam_user_policy.elsewhere", {"user": "other"}),
            native("aws_iam_group.other", {"name": "other"}),
            native("aws_iam_policy_attachment.all", {"users": ["example"], "roles": ["example"], "policy_arn": "p"}),
        ],
        load_tables(),
    )
    for each in names:
        (found,) = [node for node in children(nodes, f"aws.iam.{each}") if node.address == f"aws_iam_{each}.e"]
        assert [policy.address for policy in found.attributes["policies"]] == [f"aws_iam_{each}_policy.p"]
        attached = {node.address for node in found.attributes["attachments"]}
        listed = {"aws_iam_policy_attachment.all"} if each != "group" else set()
        assert attached == {f"aws_iam_{each}_policy_attachment.a", *listed}
    (policy,) = [each for each in children(nodes, "aws.iam.policy") if each.address == "aws_iam_user_policy.elsewhere"]
    assert policy.attributes["attached_to"][0].text == "`other` is not in this scan"


@pytest.mark.parametrize(
    ("declared", "field"),
    [
        ("ref(aws.s3.bucket)", {"from": "log", "kind": "aws.account"}),
        ("list(ref(aws.s3.bucket))", [{"from": "log", "kind": "aws.account"}]),
    ],
)
def test_a_kind_that_the_attribute_does_not_lead_to_is_refused(declared: str, field: Any) -> None:
    kind = {"as": "thing", "attributes": {"log": declared}}
    entry = {"kind": "test.thing", "set": {"log": field}}
    tables = make_tables({"t.yaml": {"kinds": {"test.thing": kind}, "terraform": {"aws_thing": entry}}})
    with pytest.raises(PolicyError, match=r"aws\.account"):
        graph_of([native("aws_thing.t", {"log": "x"})], tables)


def test_a_reference_is_the_node_it_names() -> None:
    first, second = buckets(bucket("a", log=ref("aws_bucket.b.arn")), bucket("b", bucket="logs"))
    assert first.attributes["log"] is second
    assert second.attributes["logged"] == [first]
    first, second = buckets(bucket("a", log="logs"), bucket("b", bucket="logs"))
    assert first.attributes["log"] is second


def test_a_reference_that_is_not_stated_is_null() -> None:
    (node,) = buckets(bucket())
    assert (node.attributes["log"], node.attributes["logged"], node.attributes["copies"]) == (None, [], [])


def test_a_name_that_both_have_from_a_variable_may_be_null() -> None:
    (node,) = buckets(bucket(bucket=variable("u"), log=variable("u")))
    assert node.attributes["log"].code == "variable"
    assert isinstance(node.attributes["logged"], Unknown)
    sure = Unknown("variable", "", identities=("var.u",), not_null=True)
    (node,) = buckets(bucket(bucket=sure, log=sure))
    assert node.attributes["log"] is node
    first, second = buckets(
        bucket("a", log=Unknown("variable", "", identities=("aws_bucket.b.bucket", "var.u"))),
        bucket("b", bucket=variable("u")),
    )
    assert first.attributes["log"] is second


def test_elements_of_a_list_are_not_null() -> None:
    (node,) = buckets(bucket(bucket=variable("u")), trail(buckets=[variable("u")]))
    assert [each.address for each in node.attributes["trails"]] == ["aws_trail.t"]


def test_a_reference_to_something_not_in_the_scan_is_unknown_but_never_null() -> None:
    (node,) = buckets(bucket(log="elsewhere"))
    assert (node.attributes["log"].code, node.attributes["log"].not_null) == ("unresolved", True)
    assert "`elsewhere` is not in this scan" in node.attributes["log"].text
    (node,) = buckets(bucket(log=variable("x")))
    assert node.attributes["log"].code == "variable"


def test_references_in_records_are_nodes() -> None:
    first, second = buckets(bucket("a", copy=[{"to": ref("aws_bucket.b.id"), "on": True}]), bucket("b"))
    assert first.attributes["copies"] == [{"to": second, "on": True}]


def test_lists_of_references() -> None:
    first, second = buckets(bucket("a"), bucket("b"), trail(buckets=[ref("aws_bucket.a.id"), "other"]))
    (only_trail,) = first.attributes["trails"]
    assert only_trail.attributes["buckets"][0] is first
    assert only_trail.attributes["buckets"][1].code == "unresolved"
    assert second.attributes["trails"] == [], "a literal that names nothing belongs to nothing"


def test_an_inverse_relation_is_of_unknown_length_while_a_candidate_s_target_is_unknown() -> None:
    sure, doubtful = trail("s", buckets=[ref("aws_bucket.a.id")]), trail("d", buckets=[variable("x")])
    first, second = buckets(bucket("a"), bucket("b"), sure, doubtful)
    assert [node.address for node in first.attributes["trails"].contains] == ["aws_trail.s"]
    assert second.attributes["trails"].contains == ()
    assert "aws_trail.d may belong to this one: var.x has no value" in second.attributes["trails"].text


def test_relations_stay_within_a_root() -> None:
    there = native("aws_trail.t", {"buckets": [variable("x"), "logs"]}, root="there")
    (node,) = buckets(bucket(bucket="logs"), there)
    assert node.attributes["trails"] == []


def test_what_may_not_exist_satisfies_no_relation() -> None:
    (node,) = buckets(bucket(), trail(existence=variable("n"), buckets=[ref("aws_bucket.b.id")]))
    assert isinstance(node.attributes["trails"], Unknown)
    assert node.attributes["trails"].contains == ()
    first, _ = buckets(bucket("a", log=ref("aws_bucket.b.id")), native("aws_bucket.b", {}, existence=variable("n")))
    assert first.attributes["log"].code == "undecided"


def test_what_exists_together_is_related() -> None:
    doubt = variable("n")
    pair = [
        native("aws_bucket.b", {}, existence=doubt),
        trail(existence=doubt, buckets=[ref("aws_bucket.b.id")]),
    ]
    (node,) = buckets(*pair)
    assert [each.kind for each in node.attributes["trails"]] == ["test.trail"]


def test_a_module_that_cannot_be_read_may_relate_to_what_it_is_handed() -> None:
    why = Unknown("module_missing", "module.m is not on this disk")
    (node,) = buckets(native("aws_bucket.b", {}, handed_to=(("arn", why),)))
    assert node.attributes["trails"].code == "module_missing"


def test_a_reference_to_anything() -> None:
    graph = graph_of([bucket(), trail(any=ref("aws_bucket.b.arn"))], TABLES)
    assert only(graph, "test.trail").attributes["any"] is only(graph, "aws.s3.bucket")
    assert [(edge.attribute, edge.target.address) for edge in graph.edges] == [("any", "aws_bucket.b")]


def test_a_derived_attribute_is_worked_out_when_it_is_read() -> None:
    (node,) = buckets(bucket(open=True), owned_roots=["."])
    assert node.read("safe") is True
    (node,) = buckets(bucket(open=True))
    assert node.read("safe") is False
    (node,) = buckets(bucket())
    assert node.read("log_open") is None


def test_every_root_and_provider_configuration_is_a_node() -> None:
    natives = [bucket(), native("aws_bucket.w", {}, scope="aws.west"), native("google_x.g", {}, scope="google")]
    graph = graph_of(natives, TABLES, roots=["empty"], owned_roots=["empty"])
    assert [node.key for node in graph.by_kind["aws.account"]] == [("aws",), ("aws.west",)]
    assert {node.address for node in graph.by_kind["aws.account"]} == {"."}
    roots = [(node.attributes["path"], node.attributes["owned"]) for node in graph.by_kind["root"]]
    assert roots == [(".", False), ("empty", True)]
    by_scope = {node.native.scope: node.attributes["account"].key for node in graph.by_kind["aws.s3.bucket"]}
    assert by_scope == {"aws": ("aws",), "aws.west": ("aws.west",)}


def test_a_scope_stands_nowhere_in_the_code() -> None:
    graph = graph_of([bucket()], TABLES)
    account = only(graph, "aws.account")
    assert account.locator.is_given(account, "owned") is False
    assert account.locator.places(account, "owned")[0].exact is False
    assert all(each.type != "aws.account" for each in graph.natives)


ESTATE = [
    native("aws_s3_bucket.a", {"bucket": "a"}),
    native("aws_s3_bucket.b", {"bucket": variable("b")}),
    native("aws_s3_bucket_versioning.v", {"bucket": "a", "versioning_configuration": [{"status": "Enabled"}]}),
    native("aws_s3_bucket_acl.one", {"bucket": ref("aws_s3_bucket.b.id"), "acl": "private"}, line=3),
    native("aws_s3_bucket_acl.two", {"bucket": ref("aws_s3_bucket.b.id"), "acl": "public-read"}, line=9),
    native("aws_s3_bucket_logging.l", {"bucket": variable("b"), "target_bucket": "a"}),
    native("aws_s3_bucket_policy.p", {"bucket": variable("c"), "policy": '{"Statement": {"Effect": "Deny"}}'}),
    native("aws_security_group.g", {"ingress": [{"cidr_blocks": ["10.0.0.0/8"]}, {"self": True}]}),
    native("aws_security_group_rule.r", {"security_group_id": ref("aws_security_group.g.id"), "type": "ingress"}),
    native("aws_ebs_encryption_by_default.e", {"enabled": True}),
    native("aws_ebs_volume.v", {}),
    native("aws_thing.t", {"a": 1}),
]


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_native_resources_does_not_change_the_graph(seed: int) -> None:
    tables = load_tables()
    shuffled = random.Random(seed).sample(ESTATE, len(ESTATE))
    assert shown(shuffled, tables) == shown(ESTATE, tables)


def shown(natives: list[NativeResource], tables: Any) -> list[str]:
    return [
        repr((node, sorted((name, plain(node.read(name))) for name in node.attributes), node.key))
        for node in graph_of(natives, tables).nodes
    ]


def plain(value: Any) -> str:
    return repr((value, value.contains, value.span)) if isinstance(value, Unknown) else repr(value)


REAL = load_tables()


def test_a_log_group_may_be_named_by_its_arn_and_a_colon() -> None:
    arn = ref("aws_cloudwatch_log_group.g.arn")
    trail = native("aws_cloudtrail.t", {"cloud_watch_logs_group_arn": Fragments([arn, ":*"], arn)})
    other = native("aws_cloudtrail.u", {"cloud_watch_logs_group_arn": Fragments([arn, "/x"], arn)})
    graph = graph_of([trail, other, native("aws_cloudwatch_log_group.g", {"name": "g"})], REAL)
    first, second = children(graph, "aws.cloudtrail.trail")
    assert first.attributes["log_group"] is only(graph, "aws.logs.group")
    assert isinstance(second.attributes["log_group"], Unknown)


def test_a_key_is_found_by_its_alias() -> None:
    alias = native("aws_kms_alias.a", {"name": "alias/data", "target_key_id": ref("aws_kms_key.k.key_id")})
    topics = [
        native("aws_sns_topic.a", {"kms_master_key_id": ref("aws_kms_alias.a.arn")}),
        native("aws_sns_topic.b", {"kms_master_key_id": ref("aws_kms_alias.a.target_key_arn")}),
    ]
    graph = graph_of([native("aws_kms_key.k", {}), alias, *topics], REAL)
    key = only(graph, "aws.kms.key")
    assert key.attributes["aliases"] == ["alias/data"]
    assert [each.attributes["key"] for each in children(graph, "aws.sns.topic")] == [key, key]


def test_an_address_is_an_instance_s() -> None:
    instance = ref("aws_instance.i.id")
    natives = [
        native("aws_instance.i", {}),
        native("aws_eip.a", {"instance": instance}),
        native("aws_eip.b", {}),
        native("aws_eip_association.b", {"allocation_id": ref("aws_eip.b.id"), "instance_id": instance}),
    ]
    found = only(graph_of(natives, REAL), "aws.ec2.instance").attributes["elastic_ips"]
    assert [each.address for each in found] == ["aws_eip.a", "aws_eip.b"]


def test_a_reference_that_is_one_of_a_few_leads_nowhere_for_certain() -> None:
    """A name and an ARN may be of one bucket, so it does not matter that the texts differ."""
    maybe_named = OneOf(("logs", None), Unknown("undecided", "the block may not be there"))
    node, other = buckets(bucket("b", log=maybe_named), bucket("logs", bucket="logs"))
    assert isinstance(node.attributes["log"], Unknown)
    assert not isinstance(node.attributes["log"], OneOf)
    assert isinstance(other.attributes["logged"], Unknown)


def test_what_an_account_names_is_resolved() -> None:
    setting = native("aws_store.s", {"store": ref("aws_bucket.b.id")})
    (node,) = buckets(bucket("b"), setting)
    assert node.attributes["account"].attributes["store"] is node
    (other,) = buckets(bucket("b"), native("aws_store.s", {"store": "elsewhere"}))
    assert other.attributes["account"].attributes["store"].code == "unresolved"
