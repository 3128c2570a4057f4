"""IAM policies: who is anyone, what narrows, which action is covered and allowed."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.expression import FUNCTIONS
from scanner.expression.functions.table import apply
from scanner.model import Fragments, OneOf, Spelled, Unknown
from tests.expression.kinds import resource

U = Unknown("computed", "known after apply")


def ref(identity: str) -> Unknown:
    return Unknown("computed", "known after apply", identities=(identity,))


def asked(name: str, *arguments: Any) -> Any:
    result = apply(FUNCTIONS[name], arguments)
    return "unknown" if isinstance(result, Unknown) else result


def principal(id_: Any, type_: Any = "AWS") -> dict[str, Any]:
    return {"type": type_, "id": id_}


@pytest.mark.parametrize(
    ("principals", "answer"),
    [
        (None, False), ([], False), ([principal("*", "*")], True), ([principal("*")], True), ([principal("*",
        "Service")], False),
        ([principal("arn:aws:iam::1:root")], False), ([principal("123"), principal("*")], True),
        ([principal(U)], "unknown"), ([principal(U), principal("*")], True), ([U, principal("*")], True),
        (U, "unknown"),
        ([principal(Unknown("computed", "", prefix="arn:aws:iam::"))], False), ([principal(U, "Service")], False),
        ([principal("*", U)], "unknown"), (Unknown("data", "", contains=(principal("*"),)), True),
    ],
)  # fmt: skip
def test_is_anyone(principals: Any, answer: Any):
    assert asked("iam.is_anyone", principals) == answer


def condition(operator: Any, key: Any, *values: Any) -> list[dict[str, Any]]:
    return [{"operator": operator, "key": key, "values": list(values)}]


@pytest.mark.parametrize(
    ("conditions", "answer"),
    [
        (None, False), ([], False),
        (condition("StringEquals", "aws:PrincipalOrgID", "o-1"), True),
        (condition("StringEquals", "AWS:principalorgid", "o-1"), True),
        (condition("StringLike", "aws:PrincipalOrgPaths", "o-1/*"), True),
        (condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/*"), True),
        (condition("ForAnyValue:StringLikeIfExists", "aws:PrincipalOrgPaths", "o-1/*"), True),
        (condition("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-1/*"), False),
        (condition("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1"), False),
        (condition("StringNotEquals", "aws:PrincipalOrgID", "o-1"), False),
        (condition("StringLike", "aws:PrincipalOrgID", "*"), False),
        (condition("StringLike", "aws:PrincipalOrgID", "o-1", "*"), False),
        (condition("StringEquals", "aws:ResourceOrgID", "o-1"), False),
        (condition("StringEquals", "aws:SourceAccount", "123456789012"), True),
        (condition("ArnLike", "aws:SourceArn", "arn:aws:s3:::logs"), True),
        (condition("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*"), False),
        (condition("ArnEquals", "aws:SourceArn", "*"), False),
        (condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"), False),
        (condition("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:alarms"), False),
        (condition("ArnLike", "aws:SourceArn", "arn:aws:sns:eu-west-1:1*:alarms"), True),
        (condition("ArnLike", "aws:SourceArn", "arn:aws:sns:*:123456789012:*"), True),
        (condition("ArnNotLike", "aws:SourceArn", "arn:aws:s3:::logs"), False),
        (condition("StringEquals", "aws:SourceVpce", "vpce-1"), True), (condition("StringEquals",
        "aws:SourceVpc", "vpc-1"), True),
        (condition("StringEquals", "aws:PrincipalAccount", "1"), True), (condition("ArnLike", "aws:PrincipalArn",
        "arn:aws:iam::1:*"), True),
        (condition("IpAddress", "aws:SourceIp", "10.0.0.0/8"), True), (condition("IpAddress", "aws:SourceIp",
        "0.0.0.0/0"), False),
        (condition("IpAddress", "aws:SourceIp", "10.0.0.0/8", "::/0"), False), (condition("NotIpAddress",
        "aws:SourceIp", "10.0.0.0/8"), False),
        (condition("Null", "aws:PrincipalOrgID", "false"), False), (condition("Bool", "aws:SecureTransport",
        "true"), False),
        (condition("Bool", "aws:SecureTransport", "true") + condition("StringEquals", "aws:SourceVpce",
        "vpce-1"), True),
        (condition("StringEquals", "aws:SourceArn", U), True),
        (condition("ArnLike", "aws:SourceArn", U), "unknown"),
        (condition("ArnLike", "aws:SourceArn", Unknown("computed", "", prefix="arn:aws:sns:eu-west-1:1:")), True),
        (condition("ArnLike", "aws:SourceArn", ref("aws_s3_bucket.b.arn")), True),
        (condition("StringLike", "aws:SourceArn", ref("aws_s3_bucket.b.arn")), True),
        (condition("StringLike", "aws:SourceAccount", ref("aws_organizations_account.a.id")), True),
        (condition("ArnLike", "aws:SourceArn", ref("aws_s3_bucket.b.arn"), "*"), False),
        (condition("ArnLike", "aws:SourceArn", Unknown("computed", "", prefix="arn:", suffix="/*")), True),
        (condition("ArnLike", "aws:SourceArn", ref("aws_x.b.content")), "unknown"),
        (condition("ArnLike", "aws:SourceArn", Unknown("variable", "", identities=("var.a_arn",))), "unknown"),
        (condition("ArnLike", "aws:SourceArn", Unknown("data", "", prefix="arn:aws:s3:::", suffix="*")), "unknown"),
        (condition("ArnLike", "aws:SourceArn", Unknown("data", "", prefix="arn:aws:sns:", suffix=":topic")), True),
        (condition("ArnLike", "aws:SourceArn", Unknown("variable", "", prefix="arn:aws:sns:", suffix=":t")), "unknown"),
        (condition("ArnLike", "aws:SourceArn", Unknown("variable", "", prefix="arn:aws:sns::*:", suffix="c")), False),
        (condition("StringEquals", U, "x"), "unknown"), (condition(U, "aws:SourceArn", "x"), "unknown"), (U, "unknown"),
        (condition("StringEquals", U, "x") + condition("StringEquals", "aws:SourceVpce", "vpce-1"), True),
    ],
)  # fmt: skip
def test_is_narrowed(conditions: Any, answer: Any):
    assert asked("iam.is_narrowed", conditions) == answer


@pytest.mark.parametrize(
    ("patterns", "action", "answer"),
    [
        (["*"], "s3:GetObject", True), (["s3:*"], "s3:GetObject", True), (["S3:get*"], "s3:GetObject", True),
        (["s3:GetObjec?"], "s3:GetObject", True), (["s3:Get"], "s3:GetObject", False),
        (["iam:*"], "s3:GetObject", False),
        (None, "s3:GetObject", False), ([U], "s3:GetObject", "unknown"), ([U, "*"], "s3:GetObject", True),
        ([Unknown("variable", "", prefix="ec2:")], "s3:GetObject", False),
        ([Unknown("variable", "", suffix=":Put*")], "s3:GetObject", False), (["*:*"], "s3:GetObject", True),
        (["*a*a*a*a*a*a*a*a*b"], "a" * 200, False),
    ],
)  # fmt: skip
def test_matches(patterns: Any, action: str, answer: Any):
    assert asked("iam.matches", patterns, action) == answer


def statement(**values: Any) -> Any:
    empty = {name: [] for name in ("actions", "not_actions", "resources", "not_resources", "conditions")}
    return resource("aws.iam.statement", {"allow": True, **empty, **values})


ALLOW_S3 = statement(actions=["s3:*"], resources=["*"])
DENY = statement(allow=False, actions=["s3:PutObject"], resources=["*"])
DENY_SOME = statement(allow=False, actions=["s3:PutObject"], resources=["arn:aws:s3:::b/*"])
DENY_IF = statement(
    allow=False, actions=["*"], resources=["*"], conditions=condition("Bool", "aws:MultiFactorAuthPresent", "false")
)


@pytest.mark.parametrize(
    ("statements", "actions", "answer"),
    [
        ([ALLOW_S3], ["s3:GetObject", "s3:PutObject"], True), ([ALLOW_S3], ["s3:GetObject", "iam:PassRole"], False),
        ([ALLOW_S3, DENY], ["s3:PutObject"], False), ([ALLOW_S3, DENY], ["s3:GetObject"], True),
        ([ALLOW_S3, DENY_SOME], ["s3:PutObject"], True), ([ALLOW_S3, DENY_IF], ["s3:PutObject"], True),
        ([], ["a:b"], False),
        ([statement(not_actions=["iam:*"], resources=["*"])], ["s3:PutObject"], True),
        ([statement(not_actions=["iam:*"], resources=["*"])], ["iam:PassRole"], False),
        ([ALLOW_S3, statement(allow=False, not_actions=["iam:*"], resources=["*"])], ["s3:PutObject"], False),
        ([ALLOW_S3, U], ["s3:PutObject"], "unknown"), ([U], ["s3:PutObject"], "unknown"),
        ([ALLOW_S3, statement(allow=U, actions=["iam:*"], resources=["*"])], ["s3:PutObject"], True),
        ([statement(actions=U)], ["s3:PutObject"], "unknown"),
        ([statement(actions=["iam:*", U]), DENY], ["s3:PutObject"], False),
        (Unknown("data", "", contains=(ALLOW_S3,)), ["s3:PutObject"], "unknown"), (U, ["s3:PutObject"], "unknown"),
        (Unknown("data", "", contains=(DENY,)), ["s3:PutObject"], False),
    ],
)  # fmt: skip
def test_allows_all(statements: Any, actions: list[str], answer: Any):
    assert asked("iam.allows_all", {"version": None, "statements": statements}, actions) == answer


def test_allows_all_of_no_document_is_false():
    assert asked("iam.allows_all", None, ["a:b"]) is False
    assert asked("iam.allows_all", U, ["a:b"]) == "unknown"


@pytest.mark.parametrize(
    ("resources", "answer"),
    [
        (None, False), ([], False), (["*"], True), (["arn:aws:s3:::b", "*"], True), (["arn:*"], True),
        (["arn:aws:iam::111122223333:role/*"], True), (["arn:*:iam::*:*"], True), (["arn:aws:iam::1:r*"], True),
        (["arn:aws:iam::111122223333:role/tasks/*"], False), (["arn:aws:iam::111122223333:user/*"], False),
        (["arn:aws:sns:eu-west-1:1:role/*"], False), (["arn:aws:iam::1:role/app"], False),
        ([ref("aws_iam_role.r.arn")], False), ([Unknown("computed", "", prefix="arn:", suffix="/*")], False),
        ([Unknown("data", "", prefix="arn:aws:iam::", suffix=":role/*")], True),
        ([Unknown("data", "", prefix="arn:aws:iam::", suffix=":role/app")], False),
        ([Unknown("data", "", prefix="arn:", suffix=":iam::1:role/*")], True),
        ([Unknown("data", "", prefix="arn:", suffix=":s3:::b/*")], False),
        ([Unknown("variable", "", prefix="arn:aws:iam::1:role/")], "unknown"),
        ([Unknown("variable", "", prefix="arn:aws:s3:::")], False),
        ([Unknown("variable", "", prefix="arn:aws:sqs:*:", suffix=":*")], False),
        ([Unknown("variable", "", prefix="arn:aws:", suffix="::1:role/*")], "unknown"),
        ([Unknown("variable", "", suffix="-app")], False), (["x:y"], False),
        ([U], "unknown"), (U, "unknown"), ([U, "*"], True), (Unknown("variable", "", contains=("*",)), True),
    ],
)  # fmt: skip
def test_covers_every_role(resources: Any, answer: Any):
    assert asked("iam.covers_every", resources, "iam", "role") == answer


ARN = Unknown("computed", "", identities=("aws_s3_bucket.b.arn",), not_null=True, prefix="arn:")
ACCOUNT = Spelled("0123456789", Unknown("computed", "the account"))
VARIABLE = Unknown("variable", "var.x has no value", identities=("var.x",))


def text(*pieces: Any) -> Unknown:
    return Fragments(list(pieces), next(each for each in pieces if isinstance(each, Unknown)))


@pytest.mark.parametrize(
    ("resources", "answer"),
    [
        (None, False), ([], False), (["*"], True), (["arn:*"], True), (["arn:aws:s3:::b"], False),
        (["arn:aws:s3:::b", "arn:aws:s3:::b/*"], True), (["arn:aws:s3:::b*"], True), (["arn:aws:s3:::*"], True),
        (["arn:aws:s3:::b/logs/*"], False), (["arn:aws:s3:::b/*/x"], False), (["arn:aws:s3:::b/"], False),
        (["arn:aws:s3:::*/logs/*"], False), (["b/*"], False), ([""], False),
        ([ARN], False), ([text(ARN, "/*")], True), ([ARN, text(ARN, "/*")], True), ([text(ARN, "*")], True),
        ([text(ARN, "/AWSLogs/", ACCOUNT, "/*")], False), ([text(ARN, "/", ACCOUNT, "/*")], False),
        ([text("arn:aws:s3:::", ref("aws_s3_bucket.b.id"), "/*")], True),
        ([text("arn:", Spelled("aws-", U), ":s3:::", ref("Data.Ref"), "/*")], True),
        ([text("arn:aws:s3:::logs-", ACCOUNT, "/*")], True), ([text("arn:aws:s3:::logs-", ACCOUNT)], False),
        ([text("arn:aws:s3:::", VARIABLE, "/*")], "unknown"), ([text(VARIABLE, "/*")], "unknown"),
        ([text(VARIABLE, "/logs/*")], False), ([text(ARN, "/", VARIABLE, "/*")], False),
        ([text(ARN, "/", VARIABLE, "*")], "unknown"),
        ([text(ARN, "/logs/", VARIABLE, "/*")], False), ([VARIABLE], "unknown"), ([VARIABLE, "*"], True),
        ([Unknown("computed", "", prefix="arn:", suffix="/*")], "unknown"),
        ([Unknown("computed", "", prefix="arn:", suffix="/logs")], False),
        ([OneOf(("arn:aws:s3:::b/*", "*"), U)], True), ([OneOf(("arn:aws:s3:::b/*", "x"), U)], "unknown"),
        (U, "unknown"), (Unknown("data", "", contains=("*",)), True),
    ],
)  # fmt: skip
def test_covers_objects(resources: Any, answer: Any):
    assert asked("iam.covers_objects", resources, None) == answer


def test_covers_objects_of_the_bucket_that_has_the_same_unknown_name():
    assert asked("iam.covers_objects", [text("arn:aws:s3:::", VARIABLE, "/*")], VARIABLE) is True
    assert asked("iam.covers_objects", [text("arn:aws:s3:::", VARIABLE, "-a/*")], text(VARIABLE, "-b")) is True


def test_is_anyone_knows_what_an_unknown_principal_cannot_be():
    assert asked("iam.is_anyone", [principal(ACCOUNT)]) is False
    assert asked("iam.is_anyone", [principal(OneOf(("111122223333", "444455556666"), U))]) is False
    assert asked("iam.is_anyone", [principal(OneOf(("111122223333", "*"), U))]) == "unknown"
    assert asked("iam.is_anyone", [principal(Spelled("*x", U))]) == "unknown"
