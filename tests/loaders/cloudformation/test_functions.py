"""Each intrinsic function, on known and on unknown values."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from scanner.loaders.cloudformation.values import OneOf
from scanner.model import Encoded, Unknown
from tests.loaders.cloudformation.reading import by_address, codes, load, resource, value

SECTIONS = """Transform: AWS::LanguageExtensions
Parameters:
  Env: {Type: String, Default: prod}
  Names: {Type: CommaDelimitedList, Default: "a, b,c"}
  Size: {Type: Number, Default: 3}
  Open: {Type: String}
  Word: {Type: String, AllowedValues: [ab-x, ac-x]}
Mappings:
  Sizes:
    prod: {size: big, list: [x, y], same: s}
    dev: {size: bag, list: [x], same: s}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Equals [!Ref Env, dev]
  IsOpen: !Equals [!Ref Open, "yes"]
"""

KNOWN = [
    ("!Ref Env", "prod"),
    ("{Ref: Env}", "prod"),
    ("!Ref Names", ["a", "b", "c"]),
    ("!Ref Size", "3"),
    ("!Ref AWS::NoValue", "absent"),
    ("[a, !Ref AWS::NoValue, b]", ["a", "b"]),
    ('!Sub "x-${Env}-${!Env}"', "x-prod-${Env}"),
    ('!Sub ["${A}/${Env}", {A: !Ref Size}]', "3/prod"),
    ('!Sub ["${A}", {A: !Sub "${Env}!"}]', "prod!"),
    ("!If [IsProd, 1, 2]", 1),
    ("!If [IsDev, 1, 2]", 2),
    ("!If [IsDev, 1, !Ref AWS::NoValue]", "absent"),
    ("{a: !If [IsDev, 1, !Ref AWS::NoValue], b: 2}", {"b": 2}),
    ('!Join [":", [arn, 1, true, !Ref Env]]', "arn:1:true:prod"),
    ('!Join [",", !Ref Names]', "a,b,c"),
    ('!Join ["", []]', ""),
    ("!Select [1, !Ref Names]", "b"),
    ('!Select ["0", [x]]', "x"),
    ('!Select [1, !Split ["/", "a/b/c"]]', "b"),
    ('!Split [",", "a,,b"]', ["a", "", "b"]),
    ("!FindInMap [Sizes, !Ref Env, size]", "big"),
    ("!FindInMap [Sizes, !Ref Env, list]", ["x", "y"]),
    ("!FindInMap [Sizes, none, size, {DefaultValue: !Ref Env}]", "prod"),
    ("!FindInMap [Sizes, !Ref Open, same]", "s"),
    ('{"Fn::Base64": hello}', base64.b64encode(b"hello").decode()),
    ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
    ('!Cidr ["2001:db8::/56", 1, 64]', ["2001:db8::/64"]),
    ("{Fn::Length: !Ref Names}", 3),
    ("{Fn::Length: [1, 2]}", 2),
    ("{Fn::ToJsonString: {a: !Ref Env, b: [1, true, null]}}", '{"a":"prod","b":[1,true,null]}'),
    ("{Ref: Env, other: 1}", {"Ref": "Env", "other": 1}),
    ("{Fn::ForEach::L: [X, [p, q], {'k${X}': !Ref X}], z: 1}", {"kp": "p", "kq": "q", "z": 1}),
    ("{Fn::ForEach::L: [X, [10.0.0.0/8], {'k&{X}': '${X}'}]}", {"k100008": "10.0.0.0/8"}),
]


@pytest.mark.parametrize(("expression", "expected"), KNOWN)
def test_value_of_known_parts(expression: str, expected: Any) -> None:
    assert value(expression, SECTIONS) == expected


UNKNOWN = [
    ("!Ref Open", "variable", ("Open",), "", ""),
    ("!Ref Other", "computed", ("Other.Ref",), "", ""),
    ("!GetAtt Other.TopicArn", "computed", ("Other.TopicArn",), "arn:", ""),
    ("{Fn::GetAtt: [Other, TopicName]}", "computed", ("Other.TopicName",), "", ""),
    ("{Fn::GetAtt: Other.Endpoint.Port}", "computed", ("Other.Endpoint:Port",), "", ""),
    ('!Sub "${Other.TopicName}"', "computed", ("Other.TopicName",), "", ""),
    ('!Sub "a-${Other}-b"', "computed", ("a-${Other.Ref}-b",), "a-", "-b"),
    ("!Ref AWS::Region", "computed", ("AWS::Region",), "", ""),
    ('!Sub "arn:${AWS::Partition}:s3:::x"', "computed", ("arn:${AWS::Partition}:s3:::x",), "arn:", ":s3:::x"),
    ('!Join ["/", [a, !Ref Open, b]]', "variable", ("a/${Open}/b",), "a/", "/b"),
    ('!Join ["", [!Ref Other]]', "computed", ("Other.Ref",), "", ""),
    ("!ImportValue shared", "data", ("Fn::ImportValue(shared)",), "", ""),
    ('!GetAZs ""', "computed", ("Fn::GetAZs(AWS::Region)",), "", ""),
    ('!Select [0, !GetAZs ""]', "computed", ("Fn::GetAZs(AWS::Region)[0]",), "", ""),
    ('!Split ["/", !Ref Open]', "variable", ("Fn::Split(/, Open)",), "", ""),
    ("!FindInMap [Sizes, !Ref Open, size]", "variable", (), "b", "g"),
    ("!If [IsOpen, cat, cut]", "variable", (), "c", "t"),
    ("!Ref Word", "variable", ("Word",), "a", "-x"),
    ('"{{resolve:ssm:name:1}}"', "data", ("resolve:ssm:name:1",), "", ""),
    ('"a{{resolve:secretsmanager:n}}"', "secret", ("a${resolve:secretsmanager:n}",), "a", ""),
    ("{Fn::Base64: !Ref Open}", "variable", (), "", ""),
    ("{Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://x}}}", "data", (), "", ""),
    ("{Fn::Transform: {Name: Upper, Parameters: {Text: a}}}", "computed", (), "", ""),
]


@pytest.mark.parametrize(("expression", "code", "identities", "prefix", "suffix"), UNKNOWN)
def test_value_of_unknown_parts(
    expression: str, code: str, identities: tuple[str, ...], prefix: str, suffix: str
) -> None:
    found = value(expression, SECTIONS)
    assert isinstance(found, Unknown)
    assert (found.code, found.identities, found.prefix, found.suffix) == (code, identities, prefix, suffix)


def test_split_of_an_unknown_text_knows_the_elements_before_it() -> None:
    assert value('!Select [1, !Split ["/", !Sub "a/b/${Open}"]]', SECTIONS) == "b"
    assert isinstance(value('!Select [2, !Split ["/", !Sub "a/b/${Open}"]]', SECTIONS), Unknown)


def test_join_over_a_split_keeps_the_known_start() -> None:
    found = value('!Join ["-", !Split ["/", !Sub "a/b/${Open}"]]', SECTIONS)
    assert found.prefix == "a-b"


def test_text_of_a_document_with_holes_stays_a_document() -> None:
    document = '{"Statement": [{"Resource": "${Other.TopicArn}/*", "Port": ${Size}, "N": ${Open}}]}'
    found = value(f"!Sub '{document}'", SECTIONS)
    assert isinstance(found, Encoded)
    statement = found.document["Statement"][0]
    assert statement["Port"] == 3
    assert (statement["Resource"].prefix, statement["Resource"].suffix) == ("arn:", "/*")
    assert statement["N"].identities == ("Open",)


def test_to_json_string_with_unknown_parts_stays_a_document() -> None:
    found = value("{Fn::ToJsonString: {Resource: !GetAtt Other.TopicArn}}", SECTIONS)
    assert isinstance(found, Encoded)
    assert found.document["Resource"].identities == ("Other.TopicArn",)


def test_cidr_of_an_unknown_block_has_a_known_length() -> None:
    assert [each.code for each in value("!Cidr [!Ref Open, 3, 8]", SECTIONS)] == ["variable"] * 3


def test_choices_are_kept_for_conditions_to_come() -> None:
    found = value("!FindInMap [Sizes, !Ref Open, size]", SECTIONS)
    assert isinstance(found, OneOf)
    assert found.choices == ("big", "bag")


WRONG = [
    ("!Ref Nothing", "GR-REFERENCE"),
    ("!GetAtt Nothing.Arn", "GR-REFERENCE"),
    ('!Sub "${Nothing}"', "GR-REFERENCE"),
    ("!FindInMap [Sizes, none, size]", "GR-REFERENCE"),
    ("!FindInMap [None, prod, size]", "GR-REFERENCE"),
    ("!Select [5, [a]]", "GR-TYPE"),
    ("!Select [x, [a]]", "GR-TYPE"),
    ("!Select [0, text]", "GR-TYPE"),
    ("!Select 0", "GR-TYPE"),
    ("!Join [1, [a]]", "GR-TYPE"),
    ("!Join [a, {b: c}]", "GR-TYPE"),
    ("!Join [a, [[b]]]", "GR-TYPE"),
    ("!Split ['', a]", "GR-TYPE"),
    ("!GetAtt Other", "GR-TYPE"),
    ("{Ref: [a]}", "GR-TYPE"),
    ("!Sub {a: b}", "GR-TYPE"),
    ("!If [IsProd]", "GR-TYPE"),
    ("!If [Nowhere, 1, 2]", "GR-REFERENCE"),
    ("!Cidr [10.0.0.0/16, 999, 8]", "GR-TYPE"),
    ("!Cidr [nonsense, 1, 8]", "GR-TYPE"),
    ("!Cidr [10.0.0.0/30, 1, 8]", "GR-TYPE"),
    ("{Fn::Length: text}", "GR-TYPE"),
    ("{Fn::Base64: [a]}", "GR-TYPE"),
    ("{Fn::Nonsense: 1}", "GR-UNSUPPORTED"),
    ("{Fn::ForEach::L: [X, text, {a: b}]}", "GR-TYPE"),
    ("{Fn::ForEach::L: 7}", "GR-TYPE"),
    ("!Sub '${Names}'", "GR-TYPE"),
]


@pytest.mark.parametrize(("expression", "code"), WRONG)
def test_nonsense_is_unknown_and_told_of(expression: str, code: str) -> None:
    loaded = load(f"{SECTIONS}\n{resource(expression)}")
    found = by_address(loaded)["R"].attributes["P"]
    found = next(iter(found.values())) if isinstance(found, dict) else found
    assert isinstance(found, Unknown)
    assert not found.deferred
    assert [each[0] for each in codes(loaded)] == [code]
    assert codes(loaded)[0][1] > 0
