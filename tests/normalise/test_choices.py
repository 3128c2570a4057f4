"""Values that are one of a few: what fields, conversions, defaults and satellites make of the choices."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.model import OneOf, Unknown
from scanner.normalise.choices import filled, mapped, one_of
from tests.normalise.natives import maybe, thing, variable

WHY = Unknown("undecided", "it may not be there")
ENABLED = {"from": "a.b", "values": {"Enabled": True, "*": False}}


def given(*choices: Any, code: str = "undecided") -> OneOf:
    return OneOf(choices, Unknown(code, "it may not be there"))


def choices(value: Any) -> tuple[Any, ...] | None:
    assert isinstance(value, Unknown)
    return value.choices if isinstance(value, OneOf) else None


@pytest.mark.parametrize(
    ("declared", "field", "blocks", "expected"),
    [
        ("string", "a.b", [maybe({"b": "x"})], ("x", None)),
        ("bool", "a.b", [maybe({"b": "false"})], (False, None)),
        ("bool", "a.b", [maybe({"b": "perhaps"})], None),
        ("int", "a.b", [maybe({"b": "7"})], (7, None)),
        ("bool=true", "a.b", [maybe({"b": False})], (False, True)),
        ("int", {"from": "a.b", "default": 6}, [maybe({"b": 7})], (7, 6)),
        ("bool", ENABLED, [maybe({"b": "Enabled"})], (True, None)),
        ("string", {"from": "a.b", "as": "upper"}, [maybe({"b": "x"})], ("X", None)),
        ("bool", {"from": "a.b", "as": "present"}, [maybe({"b": "x"})], None),
        ("string", "a.b", [maybe({"b": "x"}), maybe({"b": "y"})], ("x", "y", None)),
        ("string", "a.b", [maybe({"b": "x"}), maybe({})], ("x", None)),
        ("string", "a.b", [maybe({"b": "x"}), {"b": "y"}], None),
        ("string", "a.b", [maybe({"b": variable("x")})], None),
        ("string", "a.b", [maybe({"b": given("x", "y")})], ("x", "y", None)),
        ("string", "a.b", [maybe({"b": ""})], (None,)),
        ("list(string)", "a.b", [maybe({"b": "x"})], None),
        ("map(string)", "a.b", [maybe({"b": "x"})], None),
        ("secret", "a.b", [maybe({"b": "x"})], None),
        ("bool", {"from": "a.b", "default": {"when": "c", "then": False}}, [maybe({"b": True})], (True, None)),
    ],
)
def test_a_value_of_a_block_that_may_not_exist(declared: str, field: Any, blocks: list[Any], expected: Any) -> None:
    assert choices(thing({"out": declared}, {"out": field}, {"a": blocks})["out"]) == expected


def test_a_second_place_is_asked_where_the_first_may_be_silent() -> None:
    field = {"out": {"first": ["a.b", "c"]}}
    for second, expected in (("y", ("x", "y")), (None, ("x", None)), ("", ("x", None)), (variable("v"), None)):
        found = thing({"out": "string"}, field, {"a": [maybe({"b": "x"})], "c": second})["out"]
        assert choices(found) == expected


def test_choices_of_a_parameter_are_converted() -> None:
    allowed = OneOf(("true", "false"), variable("x"))
    found = thing({"out": "bool"}, {"out": "a"}, {"a": allowed})["out"]
    assert choices(found) == (True, False)
    assert found.not_null
    assert choices(thing({"out": "bool"}, {"out": "a"}, {"a": OneOf(("true",), Unknown("secret"))})["out"]) is None


def test_what_is_no_scalar_is_plainly_unknown() -> None:
    assert choices(one_of([["x"], None], WHY)) is None
    assert choices(mapped(given("x"), lambda each: [each])) is None
    assert choices(filled(given("x", None), ["y"])) is None
    assert choices(filled(given("x", None), WHY)) is None
    assert choices(filled(given("x", None), given("y", code="secret"))) is None


def test_one_and_true_are_two_choices() -> None:
    assert choices(one_of([1, True, 1, 1.0], WHY)) == (1, True, 1.0)


def test_choices_say_whether_null_is_among_them() -> None:
    assert given("x").not_null
    assert given("x").type == "string"
    assert not given("x", None).not_null
    assert given(1, True).type is None
