"""`data.aws_iam_policy_document` gives the document the provider gives, and says where each part is from."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Encoded, Unknown
from scanner.normalise.data_sources import DATA_SOURCES, policy_document
from tests.normalise.natives import maybe, ref, variable


def document(**body: Any) -> Any:
    attributes, _ = policy_document(body)
    found = attributes["json"]
    return found.document if isinstance(found, Encoded) else json.loads(found)


def one(**block: Any) -> dict[str, Any]:
    (found,) = document(statement=[block])["Statement"]
    return dict(found)


def test_defaults_are_the_provider_s() -> None:
    assert document(statement=[{"actions": ["a"]}]) == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "a"}],
    }
    assert document() == {"Version": "2012-10-17"}


def test_a_whole_statement() -> None:
    found = one(
        sid="A", effect="Deny", not_actions=["b", "c"], not_resources=["r"],
        principals=[{"type": "AWS", "identifiers": ["1", "2"]}, {"type": "AWS", "identifiers": ["3"]}],
        not_principals=[{"type": "Service", "identifiers": ["s"]}],
        condition=[
            {"test": "Bool", "variable": "k", "values": ["false"]},
            {"test": "StringLike", "variable": "l", "values": ["a", "b"]},
            {"test": "StringLike", "variable": "l", "values": ["c"]},
        ],
    )  # fmt: skip
    assert found == {
        "Sid": "A",
        "Effect": "Deny",
        "NotAction": ["c", "b"],
        "NotResource": "r",
        "Principal": {"AWS": ["2", "1", "3"]},
        "NotPrincipal": {"Service": "s"},
        "Condition": {"Bool": {"k": "false"}, "StringLike": {"l": ["a", "b", "c"]}},
    }


def test_everyone_is_a_star_and_aws_star_is_not() -> None:
    assert one(principals=[{"type": "*", "identifiers": ["*"]}])["Principal"] == "*"
    assert one(principals=[{"type": "AWS", "identifiers": ["*"]}])["Principal"] == {"AWS": "*"}


def test_an_ampersand_stands_for_a_policy_variable() -> None:
    assert one(resources=["a/&{aws:username}"])["Resource"] == "a/${aws:username}"
    assert one(actions=["&{x}"])["Action"] == "&{x}"


def test_documents_are_merged_by_sid() -> None:
    source = json.dumps({"Version": "2008-10-17", "Statement": [{"Sid": "S", "Action": "old"}, {"Action": "plain"}]})
    override = json.dumps({"Statement": {"Sid": "O", "Action": "over"}})
    found = document(
        source_policy_documents=[source],
        statement=[{"sid": "S", "actions": ["new"]}, {"sid": "O", "actions": ["mine"]}],
        override_policy_documents=[override, ""],
    )
    assert found["Version"] == "2012-10-17"
    assert [each["Action"] for each in found["Statement"]] == ["new", "plain", "over"]


def test_an_unknown_document_hides_statements_and_an_override_may_replace_those_with_sids() -> None:
    blocks = [{"sid": "S", "actions": ["a"]}, {"actions": ["b"]}]
    found = document(source_policy_documents=[variable("x")], statement=blocks)["Statement"]
    assert [each["Action"] for each in found.contains] == ["a", "b"]
    found = document(override_policy_documents=variable("x"), statement=blocks)["Statement"]
    assert [each["Action"] for each in found.contains] == ["b"]


def test_unknown_parts_stay_where_they_are() -> None:
    arn = ref("aws_s3_bucket.b.arn")
    assert one(actions=["a"], resources=[arn])["Resource"] == [arn]
    assert isinstance(one(principals=variable("x"))["Principal"], Unknown)
    assert isinstance(one(principals=[{"type": variable("x"), "identifiers": ["a"]}])["Principal"], Unknown)
    assert isinstance(one(condition=[variable("x")])["Condition"], Unknown)
    attributes, _ = policy_document({"statement": [{"resources": [arn]}]})
    assert (attributes["json"].prefix, attributes["json"].code) == ("{", "computed")


def test_a_statement_that_may_not_exist_stays_one() -> None:
    (found,) = document(statement=[maybe({"actions": ["a"]})])["Statement"]
    assert found.existence is not None
    assert isinstance(document(statement=variable("x"))["Statement"], Unknown)


def test_parts_know_where_they_come_from() -> None:
    body = {
        "source_policy_documents": [json.dumps({"Statement": [{"Action": "x"}]})],
        "statement": [
            {
                "actions": ["a", "b"],
                "principals": [{"type": "AWS", "identifiers": ["1", "2"]}],
                "condition": [{"test": "Bool", "variable": "k", "values": ["v"]}],
            }
        ],
    }
    _, origins = policy_document(body)
    at = ("json", "Statement", 1)
    assert origins["json", "Statement", 0] == ("source_policy_documents", 0)
    assert origins[at] == ("statement", 0)
    assert origins[*at, "Action", 0] == ("statement", 0, "actions", 1), "the provider sorts backwards"
    assert origins[*at, "Principal", "AWS", 1] == ("statement", 0, "principals", 0, "identifiers", 0)
    assert origins[*at, "Condition", "Bool", "k"] == ("statement", 0, "condition", 0, "values", 0)


def test_the_table_names_it() -> None:
    assert DATA_SOURCES["aws_iam_policy_document"] is policy_document


LEAF = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.builds(lambda: variable("x"))
TREE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)
BLOCK = st.dictionaries(
    st.sampled_from(["sid", "effect", "actions", "resources", "principals", "not_principals", "condition"]),
    TREE | st.lists(st.fixed_dictionaries({"type": TREE, "identifiers": TREE, "test": TREE, "values": TREE})),
)


@given(st.fixed_dictionaries({"statement": st.lists(BLOCK, max_size=2), "source_policy_documents": TREE}))
def test_it_never_raises(body: dict[str, Any]) -> None:
    policy_document(body)
