"""Each function of the table behaves under null and Unknown as its entry says, and never contradicts a value."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings

from scanner.expression import FUNCTIONS
from scanner.expression.functions.table import ERROR, FALSE, NULL, apply
from scanner.expression.values import CelError, Duration, first_unknown
from scanner.model import OneOf, Unknown
from tests.expression.kinds import resource
from tests.expression.strategies import WORDS, Veil, agrees, seeds

CIDRS = [
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "::/0",
    "::/1",
    "8000::/1",
    "10.0.0.0/8",
    "10.1.2.3",
    "10.1.2.3/32",
    "x",
    "",
]
ARNS = [
    "arn:aws:iam::123456789012:role/a/*",
    "arn:aws:s3:::bucket/key",
    "arn:aws:sns:eu-west-1:1:topic",
    "*",
    "arn:",
    "a",
]
DIGEST = "@sha256:" + "0123456789abcdef" * 4
IMAGES = [
    "nginx",
    "nginx:1.2",
    "r.io:5000/a/b",
    "r.io/a:latest" + DIGEST,
    "a" + DIGEST,
    "x@sha256:latest",
    "a/b:",
    "localhost/x:y",
]
ACTIONS = ["*", "s3:*", "s3:Get*", "s3:GetObject", "iam:PassRole", "iam:P?ssRole", "IAM:*", ""]
OBJECTS = [
    "*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b*",
    "arn:aws:s3:::b/logs/*",
    "arn:*:s3:::*/**",
    "arn:aws:*",
    "arn:aws:s3:::my-b/AWSLogs/111122223333/*",
    "b/*",
    "b",
]
OPERATORS = [
    "StringEquals",
    "StringLike",
    "ArnLike",
    "ArnEquals",
    "StringNotEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "Bool",
]
KEYS = [
    "aws:PrincipalOrgID",
    "aws:SourceArn",
    "aws:SourceIp",
    "AWS:sourceaccount",
    "aws:ResourceOrgID",
    "aws:SecureTransport",
]
VALUES = [*ARNS, *CIDRS, "o-123", "123456789012", "true"]
TEXTS = [
    *WORDS,
    "AKIAABCDEFGHIJKLMNOP",
    "db_password: hunter2hunter2",
    "DB_PASSWORD",
    "token_url",
    "100Mi",
    "0.5",
    "1e3",
    "1h30m",
]


class Arguments:
    """Makes arguments that suit a function."""

    def __init__(self, source: random.Random) -> None:
        self.source = source

    def some(self, values: list[Any], most: int = 4) -> list[Any]:
        return [self.source.choice(values) for _ in range(self.source.randrange(most))]

    def principal(self) -> dict[str, Any]:
        return {"type": self.source.choice(["*", "AWS", "Service"]), "id": self.source.choice(["*", "123", *ARNS])}

    def condition(self) -> dict[str, Any]:
        prefix = self.source.choice(["", "", "ForAnyValue:", "ForAllValues:"])
        suffix = self.source.choice(["", "", "IfExists"])
        operator = f"{prefix}{self.source.choice(OPERATORS)}{suffix}"
        return {"operator": operator, "key": self.source.choice(KEYS), "values": self.some(VALUES, 3)}

    def document(self) -> dict[str, Any]:
        return {"version": "2012-10-17", "statements": [self.statement() for _ in range(self.source.randrange(4))]}

    def statement(self) -> Any:
        return resource(
            "aws.iam.statement",
            {
                "allow": self.source.random() < 0.7, "actions": self.some(ACTIONS, 3),
                "not_actions": self.some(ACTIONS, 2),
                "resources": self.some(["*", *ARNS], 3),
                "conditions": [self.condition()] if self.source.random() < 0.3 else [],
            },
        )  # fmt: skip

    def of(self, name: str) -> list[Any]:
        """Arguments for a function."""
        pick = self.source.choice
        special = {
            "cidr.is_world": lambda: [self.some(CIDRS, 5)], "cidr.contains": lambda: [pick(CIDRS), pick(CIDRS)],
            "iam.is_anyone": lambda: [[self.principal() for _ in range(self.source.randrange(3))]],
            "iam.is_narrowed": lambda: [[self.condition() for _ in range(self.source.randrange(3))]],
            "iam.matches": lambda: [self.some(ACTIONS), pick(ACTIONS)],
            "iam.covers_objects": lambda: [self.some(OBJECTS), pick(["b", "my-b", None])],
            "iam.allows_all": lambda: [self.document(), self.some(ACTIONS[3:5], 3)],
        }  # fmt: skip
        if name in special:
            return special[name]()
        function = FUNCTIONS[name]
        count = len(function.parameters) - self.source.randrange(function.optional + 1)
        return [self.plain(name, function.parameter(index).name) for index in range(count)]

    def plain(self, name: str, type_: str) -> Any:
        pick = self.source.choice
        if name.startswith(("image.", "arn.")):
            return pick(IMAGES + ARNS)
        if type_ == "int":
            return pick([0, 1, 2, -1])
        if type_ == "list":
            return (
                self.some(TEXTS) if name == "join" else pick([self.some(TEXTS), self.some([1, 2, 3]), [[1], ["a"], []]])
            )
        return pick(TEXTS) if type_ == "string" else pick([*TEXTS, 1, 2.5, True, None, [1], {"a": 1}, Duration(5)])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_never_contradicts_what_an_unknown_turns_out_to_be(name: str):
    @given(seeds())
    @settings(max_examples=300, deadline=None)
    def law(source: random.Random) -> None:
        known = Arguments(source).of(name)
        if source.random() < 0.1:
            known[0] = None
        veil = Veil(source, source.choice([0.1, 0.3, 0.6]))
        veiled = [veil.veiled(argument) for argument in known]
        answer = apply(FUNCTIONS[name], tuple(veiled))
        truth = apply(FUNCTIONS[name], tuple(known))
        if isinstance(answer, CelError) or isinstance(truth, CelError):
            assert isinstance(answer, Unknown) or isinstance(answer, CelError) == isinstance(truth, CelError), (
                veiled,
                known,
            )
        else:
            assert agrees(answer, truth), (veiled, known, answer, truth)

    law()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_strict_function_is_unknown_when_any_part_of_an_argument_is(name: str):
    function = FUNCTIONS[name]
    if function.absorbing:
        return
    for seed in range(50):
        arguments = Arguments(random.Random(seed)).of(name)
        arguments[seed % len(arguments)] = Unknown("variable", "var.x has no value", identities=("var.x",), prefix="a")
        result = apply(function, tuple(arguments))
        assert isinstance(result, Unknown)
        assert (result.code, result.text, result.identities, result.prefix) == (
            "variable",
            "var.x has no value",
            (),
            "",
        )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_treats_null_as_its_entry_says(name: str):
    function = FUNCTIONS[name]
    arguments = Arguments(random.Random(1)).of(name)
    if function.parameters[0].name == "dyn":
        return
    result = apply(function, (None, *arguments[1:]))
    assert {ERROR: lambda: isinstance(result, CelError), NULL: lambda: result is None, FALSE: lambda: result is False}[
        function.null
    ]()


def test_absorbing_functions_decide_more_than_strict_ones_could():
    """For each absorbing function there are arguments with an Unknown that it decides all the same."""
    decided = set()
    for name, function in FUNCTIONS.items():
        for seed in range(600):
            source = random.Random(seed)
            veiled = tuple(Veil(source, 0.3).veiled(argument) for argument in Arguments(source).of(name))
            if any(isinstance(each, OneOf) for each in veiled):
                continue  # its choices are gone through for every function
            if first_unknown(veiled) is not None and not isinstance(apply(function, veiled), (Unknown, CelError)):
                decided.add(name)
                break
    absorbing = {name for name, function in FUNCTIONS.items() if function.absorbing}
    assert decided == absorbing


def test_every_function_is_documented():
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert function.doc.endswith(".")
        assert function.signature
