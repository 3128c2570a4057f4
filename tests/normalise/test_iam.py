"""IAM documents: every spelling of the grammar, unknown parts, and where each part stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.loaders.terraform.values import Fragments
from scanner.model import Encoded, Resource, Unknown
from scanner.normalise import load_tables
from scanner.normalise.context import Context
from scanner.normalise.iam import decode_document
from tests.normalise.natives import children, graph_of, maybe, native, only, ref, variable


def statements(value: Any) -> list[dict[str, Any]]:
    found = decode_document(value, Context(native("x_thing.t")))["statements"]
    return [each.attributes for each in found]


def statement(**elements: Any) -> dict[str, Any]:
    (found,) = statements({"Statement": [{"Effect": "Allow", **elements}]})
    return found


def test_a_whole_statement() -> None:
    found = statement(
        Sid="A", Action="s3:*", Resource=["*"], Principal={"AWS": ["1", "2"], "Service": "ec2.amazonaws.com"},
        Condition={"StringEquals": {"aws:x": "y", "aws:z": ["1"]}, "Bool": {"aws:SecureTransport": False}},
    )  # fmt: skip
    assert found == {
        "sid": "A",
        "allow": True,
        "actions": ["s3:*"],
        "not_actions": [],
        "resources": ["*"],
        "not_resources": [],
        "principals": [
            {"type": "AWS", "id": "1"},
            {"type": "AWS", "id": "2"},
            {"type": "Service", "id": "ec2.amazonaws.com"},
        ],
        "not_principals": [],
        "conditions": [
            {"operator": "StringEquals", "key": "aws:x", "values": ["y"]},
            {"operator": "StringEquals", "key": "aws:z", "values": ["1"]},
            {"operator": "Bool", "key": "aws:SecureTransport", "values": ["false"]},
        ],
    }


@pytest.mark.parametrize(
    ("elements", "name", "expected"),
    [
        ({"Effect": "Deny"}, "allow", False),
        ({"Action": ["a", "b"]}, "actions", ["a", "b"]),
        ({"NotAction": "iam:*"}, "not_actions", ["iam:*"]),
        ({"NotResource": ["a"]}, "not_resources", ["a"]),
        ({"Principal": "*"}, "principals", [{"type": "*", "id": "*"}]),
        ({"Principal": {"AWS": "*"}}, "principals", [{"type": "AWS", "id": "*"}]),
        ({"NotPrincipal": {"AWS": "1"}}, "not_principals", [{"type": "AWS", "id": "1"}]),
        ({"Principal": {"AWS": 123456789012}}, "principals", [{"type": "AWS", "id": "123456789012"}]),
        ({"Condition": {}}, "conditions", []),
        ({}, "sid", None),
    ],
)
def test_an_element_reads(elements: dict[str, Any], name: str, expected: Any) -> None:
    assert statement(**elements)[name] == expected


@pytest.mark.parametrize(
    ("elements", "name"),
    [
        ({"Effect": "Maybe"}, "allow"),
        ({"Effect": variable("x")}, "allow"),
        ({"Action": variable("x")}, "actions"),
        ({"Principal": variable("x")}, "principals"),
        ({"Principal": "nobody"}, "principals"),
        ({"Principal": 7}, "principals"),
        ({"Condition": variable("x")}, "conditions"),
        ({"Condition": {"Bool": variable("x")}}, "conditions"),
        ({"Condition": "x"}, "conditions"),
    ],
)
def test_an_element_is_unknown(elements: dict[str, Any], name: str) -> None:
    assert isinstance(statement(**elements)[name], Unknown)


@pytest.mark.parametrize(
    "value",
    [
        {"Statement": {"Effect": "Allow"}},
        {"Statement": [{"Effect": "Allow"}]},
        '{"Statement": {"Effect": "Allow"}}',
        Encoded({"Statement": [{"Effect": "Allow"}]}, "json", variable("x")),
        [{"Statement": {"Effect": "Allow"}}],
    ],
)
def test_a_document_reads_however_it_is_given(value: Any) -> None:
    assert [each["allow"] for each in statements(value)] == [True]


def test_an_unknown_part_leaves_the_rest_known() -> None:
    arn = ref("aws_s3_bucket.b.arn")
    found = statement(Action="s3:Get*", Resource=[arn, "*"])
    assert found["actions"] == ["s3:Get*"]
    assert found["resources"][1] == "*"
    assert (found["resources"][0].prefix, found["resources"][0].identities) == ("arn:", ("aws_s3_bucket.b.arn",))


@pytest.mark.parametrize("identity", ["AWS::AccountId", "module.a.data.aws_caller_identity.me.account_id"])
def test_the_number_of_an_account_is_one_principal(identity: str) -> None:
    number = Unknown("computed", identities=(identity,), not_null=True)
    for given in (number, [number]):
        ((found,),) = [statement(Principal={"AWS": given})["principals"]]
        assert (found["type"], found["id"].prefix) == ("AWS", "arn:")
    (other,) = statement(Principal={"AWS": [variable("account_id")]})["principals"]
    assert other["id"].prefix == ""


def test_an_unknown_arn_alone_is_one_resource_and_a_variable_any_number() -> None:
    assert len(statement(Resource=ref("aws_s3_bucket.b.arn"))["resources"]) == 1
    assert len(statement(Resource=Unknown("computed", suffix="/*"))["resources"]) == 1
    assert isinstance(statement(Resource=variable("arns"))["resources"], Unknown)


def test_unknown_principals_beside_known_ones() -> None:
    found = statement(Principal={"AWS": variable("x"), "Service": "a"})["principals"]
    assert found[1] == {"type": "Service", "id": "a"}
    assert isinstance(statement(Principal=maybe({"Service": "a"}))["principals"], Unknown)


@pytest.mark.parametrize("text", ["{", "[]x", "7", "[" * 100_000, '{"Statement": 7}'])
def test_a_text_that_is_no_document_is_invalid(text: str) -> None:
    context = Context(native("x_thing.t"))
    found = decode_document(text, context)
    found = found if isinstance(found, Unknown) else found["statements"]
    assert found.code == "invalid"
    assert context.complaints


# As nodes

TABLES = load_tables()


def policies(document: Any) -> list[Resource]:
    graph = graph_of([native("aws_iam_policy.p", {"name": "p", "policy": document})], TABLES)
    return children(graph, "aws.iam.statement")


def test_every_statement_is_a_node_with_owner_and_place() -> None:
    document = json.dumps({"Statement": [{"Effect": "Allow", "Action": ["a", "b"]}, {"Effect": "Deny"}]})
    first, second = policies(document)
    assert (first.attributes["document_of"], first.owner) == ("permissions", first.attributes["owner"])
    assert first.key != second.key
    places = [first.locator.places(first, name)[0].attribute for name in ("actions", "allow", "resources")]
    assert places == ["policy.Statement[0].Action", "policy.Statement[0].Effect", "policy.Statement[0].Resource"]
    assert first.locator.places(first, "actions", (1,))[0].attribute == "policy.Statement[0].Action[1]"


def test_places_of_principals_and_conditions() -> None:
    element = {
        "Effect": "Allow",
        "Principal": {"AWS": ["1", "2"], "Service": "s"},
        "Condition": {"Bool": {"k": "true", "l": "false"}},
    }
    (node,) = policies(json.dumps({"Statement": element}))
    found = [node.locator.places(node, "principals", (index,))[0].attribute for index in range(3)]
    assert found == [f"policy.Statement.Principal.{rest}" for rest in ("AWS[0]", "AWS[1]", "Service")]
    assert node.locator.places(node, "conditions", (1, "values"))[0].attribute == "policy.Statement.Condition.Bool.l"


def test_an_unknown_statement_is_one_node_of_which_nothing_is_known() -> None:
    known, unknown = policies({"Statement": [{"Effect": "Allow"}, variable("x")]})
    assert known.attributes["allow"] is True
    assert isinstance(unknown.attributes["allow"], Unknown)
    assert unknown.existence is None


def test_a_wholly_unknown_policy_is_unknown_and_one_statement_asks() -> None:
    graph = graph_of([native("aws_iam_policy.p", {"policy": variable("x")})], TABLES)
    assert isinstance(only(graph, "aws.iam.policy").attributes["document"], Unknown)
    node = only(graph, "aws.iam.statement")
    assert isinstance(node.attributes["actions"], Unknown)
    assert node.existence is not None


def test_statements_in_unknown_number_keep_the_known_ones() -> None:
    hidden = Unknown("variable", "var.more", contains=({"Effect": "Deny"},))
    graph = graph_of([native("aws_iam_policy.p", {"policy": {"Statement": hidden}})], TABLES)
    known, unknown = children(graph, "aws.iam.statement")
    listed = only(graph, "aws.iam.policy").attributes["document"]["statements"]
    assert listed.contains == (known,)
    assert (known.attributes["allow"], unknown.existence) == (False, listed) or unknown.existence is not None


def test_a_statement_that_may_not_exist() -> None:
    (node,) = policies({"Statement": [maybe({"Effect": "Allow", "Action": "a"})]})
    assert node.attributes["actions"] == ["a"]
    assert node.existence is not None


def test_what_a_document_governs() -> None:
    document = {"Statement": {"Effect": "Allow"}}
    natives = [
        native("aws_iam_role.r", {"assume_role_policy": document, "inline_policy": [{"policy": document}]}),
        native("aws_sns_topic.t", {"policy": document}),
        native("aws_s3_bucket.b", {}),
        native("aws_s3_bucket_policy.p", {"bucket": ref("aws_s3_bucket.b.id"), "policy": document}),
        native("aws_s3_bucket_policy.q", {"bucket": "elsewhere", "policy": document}),
    ]
    found = children(graph_of(natives, TABLES), "aws.iam.statement")
    about = {(node.address, node.attributes["document_of"]) for node in found}
    assert about == {
        ("aws_iam_role.r", "trust"),
        ("aws_iam_role.r", "permissions"),
        ("aws_sns_topic.t", "resource"),
        ("aws_s3_bucket_policy.p", "resource"),
        ("aws_s3_bucket_policy.q", "resource"),
    }
    owners = {node.address: node.attributes["owner"] for node in found if "policy" in node.address}
    assert owners["aws_s3_bucket_policy.p"].address == "aws_s3_bucket.b"
    assert owners["aws_s3_bucket_policy.q"].code == "unresolved"


def test_a_variable_called_an_arn_may_be_a_wildcard() -> None:
    (found,) = statement(Resource=[Unknown("variable", "", identities=("var.bucket_arn",))])["resources"]
    assert found.prefix == ""


def test_a_text_that_begins_with_a_computed_arn_begins_as_one() -> None:
    text = Fragments([ref("aws_s3_bucket.b.arn"), "/*"], ref("aws_s3_bucket.b.arn"))
    (found,) = statement(Resource=text)["resources"]
    assert (found.prefix, found.suffix, found.identities) == ("arn:", "/*", ())


def test_principals_of_one_type_whose_ids_are_not_known_keep_their_type() -> None:
    found = statement(Principal={"Service": variable("services"), "AWS": "111122223333"})["principals"]
    assert [each["type"] for each in found] == ["Service", "AWS"]
    assert isinstance(found[0]["id"], Unknown)


def test_ids_that_a_list_of_unknown_length_has_are_principals() -> None:
    ids = Unknown("variable", "", contains=("*",))
    found = statement(Principal={"AWS": ids})["principals"]
    assert found[0] == {"type": "AWS", "id": "*"}
    assert isinstance(found[1]["id"], Unknown)
