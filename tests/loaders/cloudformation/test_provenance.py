"""Where values stand and how they came there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.loaders.cloudformation.reading import by_address, load

TEXT = """Parameters:
  EnableRecovery:
    Type: String
    Default: false
  Cidrs: {Type: CommaDelimitedList, Default: "0.0.0.0/0,::/0"}
  Open: {Type: String}
  Password: {Type: String, NoEcho: true, Default: hunter2}
Conditions:
  IsProd: !Equals [a, a]
  IsOpen: !Equals [!Ref Open, x]
Mappings:
  M: {prod: {port: 22}}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Delete
    Metadata: {"aws:cdk:path": App/Table/Resource}
    Properties:
      Recovery:
        Enabled: !Ref EnableRecovery
      Port: !FindInMap [M, prod, port]
      Name: !Sub "x-${EnableRecovery}-${Open}"
      Whole: !Sub "${EnableRecovery}"
      Secret: !Ref Password
      Arn: !GetAtt Other.Arn
      Picked: !Select [1, [a, b]]
      Cidr: !Ref Cidrs
      Rules:
        - !If [IsOpen, {A: 1}, !Ref AWS::NoValue]
        - !If [IsProd, !Ref AWS::NoValue, {A: 9}]
        - A: 2
        - !If
          - IsProd
          - A: 3
          - A: 4
        - !If [IsOpen, {A: 5}, {A: 6}]
      Policy: !Sub '{"A": ["${Open}"]}'
      Block: !GetAtt Other.Cidr
      Doubt: !If [IsOpen, 1, 2]
  Other: {Type: AWS::SNS::Topic, Properties: {Cidr: 10.0.0.0/8}}
"""
# Lines count the header of `load` too.
PLACES: list[tuple[tuple[Any, ...], tuple[int, int, int], bool, list[tuple[str, str, int]]]] = [
    (("Recovery", "Enabled"), (21, 18, 37), True, [("Parameters.EnableRecovery", "Default: false", 5)]),
    (("Recovery",), (20, 7, 37), True, []),
    (("Recovery", "Missing"), (20, 7, 15), False, []),
    (("Missing",), (15, 3, 8), False, []),
    ((), (15, 3, 8), True, []),
    (("Port",), (22, 13, 39), True, [("Mappings.M.prod.port", "22", 13)]),
    (("Whole",), (24, 14, 38), True, [("Parameters.EnableRecovery", "Default: false", 5)]),
    (
        ("Name",), (23, 13, 47), True,
        [("Parameters.EnableRecovery", "Default: false", 5), ("Parameters.Open", "no value", 7)],
    ),
    (("Secret",), (25, 15, 28), True, [("Parameters.Password", "Default: a secret", 8)]),
    (("Arn",), (26, 12, 29), True, [("Other.Arn", "AWS::SNS::Topic", 41)]),
    (("Picked",), (27, 31, 32), True, []),
    (("Cidr", 1), (28, 13, 23), True, [("Parameters.Cidrs", 'Default: "0.0.0.0/0,::/0"', 6)]),
    (("Rules", 0, "A"), (30, 28, 29), True, []),
    (("Rules", 1, "A"), (32, 14, 15), True, []),
    (("Rules", 2, "A"), (35, 16, 17), True, [("Conditions.IsProd", "true", 10)]),
    (("Rules", 3, "A"), (37, 28, 29), True, []),
    (("Rules", 4, "A"), (37, 36, 37), True, []),
    (("Policy", "A", 0), (38, 15, 40), True, [("Parameters.Open", "no value", 7)]),
    (("Block",), (39, 14, 32), True, [("Other.Cidr", "10.0.0.0/8", 41)]),
    (("Doubt",), (40, 14, 32), True, [("Conditions.IsOpen", "not known", 11)]),
    (("_DeletionPolicy",), (17, 21, 27), True, []),
]  # fmt: skip


@pytest.mark.parametrize(("path", "where", "exact", "chain"), PLACES)
def test_place(path: tuple[Any, ...], where: tuple[int, int, int], exact: bool, chain: list[Any]) -> None:
    found = by_address(load(TEXT))["Table"].provenance.place(path)
    assert (found.span.start_line, found.span.start_column, found.span.end_column) == where
    assert found.exact is exact
    steps = [(step.what, step.text, step.location.start_line if step.location else 0) for step in found.chain]
    assert steps == [*chain, ("construct path", "App/Table/Resource", 18)]


@pytest.mark.parametrize(
    ("path", "given", "literal"),
    [
        (("Recovery", "Enabled"), True, True),
        (("Recovery",), True, True),
        (("Recovery", "Missing"), False, False),
        (("Missing",), False, False),
        (("Port",), True, True),
        (("Name",), True, False),
        (("Whole",), True, True),
        (("Secret",), True, True),
        (("Arn",), True, False),
        (("Cidr", 1), True, True),
        (("Rules", 2, "A"), True, True),
        (("Block",), True, True),
        (("Doubt",), True, False),
        ((), True, False),
    ],
)
def test_given_and_literal(path: tuple[Any, ...], given: bool, literal: bool) -> None:
    found = by_address(load(TEXT))["Table"].provenance
    assert (found.is_given(path), found.is_literal(path)) == (given, literal)
