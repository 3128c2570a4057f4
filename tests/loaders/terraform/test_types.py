"""Types of values, unification, conversion, and type constraints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scanner.loaders.terraform.budget import Budget
from scanner.loaders.terraform.constraints import Constraint, conform, parse_type
from scanner.loaders.terraform.conversion import convert
from scanner.loaders.terraform.evaluate import evaluate
from scanner.loaders.terraform.types import (
    BOOL,
    NUMBER,
    STRING,
    Collection,
    ObjectType,
    TupleType,
    type_json,
    type_of,
    unify,
)
from scanner.loaders.terraform.values import EvalError, List, Map, Marked, Null, Set, to_plain
from scanner.model import Unknown
from scanner.source.hcl import parse_expression

from .expressions import Scope, value_of


def constraint(text: str) -> Constraint:
    return parse_type(parse_expression(text), lambda expr: evaluate(expr, Scope({}, {}), Budget()))


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ('["a", 1]', ["tuple", ["string", "number"]]),
        ("{ a = true, b = null }", ["object", {"a": "bool", "b": "dynamic"}]),
        ('tolist(["a", 1])', ["list", "string"]),
        ("toset([])", ["set", "dynamic"]),
        ("tomap({ a = [1], b = [2, 3] })", ["map", ["list", "number"]]),
        ("true ? { a = 1 } : { b = \"x\" }", ["map", "string"]),
        ("true ? [1] : [true, \"x\"]", ["list", "string"]),
        ("true ? null : tolist([1])", ["list", "number"]),
        ('regex("(?P<y>a)", "a")', ["object", {"y": "string"}]),
    ],
)  # fmt: skip
def test_values_have_terraforms_types(text: str, type: object) -> None:
    assert type_json(type_of(value_of(text))) == type


def test_unify_prefers_the_more_general_type() -> None:
    assert unify([NUMBER, STRING, BOOL]) == STRING
    assert unify([NUMBER, BOOL]) is None
    assert unify([Collection("list", NUMBER), Collection("set", STRING)]) == Collection("list", NUMBER)
    assert unify([TupleType((NUMBER,)), TupleType((STRING, BOOL))]) == Collection("list", STRING)
    assert unify([ObjectType((("a", NUMBER),)), TupleType(())]) is None


@pytest.mark.parametrize(
    ("value", "type", "expected"),
    [
        ("12", NUMBER, 12),
        ("1.50", NUMBER, Decimal("1.5")),
        (Decimal("2.5"), STRING, "2.5"),
        ("1", BOOL, True),
        (True, STRING, "true"),
        (["a", 1], Collection("list", STRING), ["a", "1"]),
        (["b", "a", "b"], Collection("set", STRING), ["a", "b"]),
        ([10, 9], Collection("set", NUMBER), [9, 10]),
        ({"a": 1}, Collection("map", STRING), {"a": "1"}),
        ({"a": 1, "b": 2}, ObjectType((("a", STRING),)), {"a": "1"}),
        (Map({"a": "1"}, STRING), ObjectType((("a", NUMBER),)), {"a": 1}),
        (None, STRING, None),
    ],
)  # fmt: skip
def test_convert_follows_terraform(value: object, type: Any, expected: object) -> None:
    assert to_plain(convert(value, type)) == to_plain(expected)


@pytest.mark.parametrize(
    ("value", "type"),
    [("x", NUMBER), ("True", BOOL), (1, BOOL), ([], STRING), ({}, ObjectType((("a", STRING),))),
     ("x", Collection("list", STRING)), (["a"], Collection("map", STRING)), ([[1], "x"], Collection("list", "dynamic")),
     (Set([], NUMBER), TupleType(()))],
)  # fmt: skip
def test_convert_refuses_what_terraform_refuses(value: object, type: Any) -> None:
    with pytest.raises(EvalError):
        convert(value, type)


def test_convert_keeps_unknowns_marks_and_null_types() -> None:
    unknown = Unknown("computed", identities=("a.b",))
    assert convert(unknown, STRING).identities == ("a.b",)
    converted = convert([unknown, "x"], Collection("list", STRING))
    assert isinstance(converted, List)
    assert converted[0].type == STRING
    assert isinstance(convert(Marked(1), STRING), Marked)
    null = convert(None, Collection("list", STRING))
    assert isinstance(null, Null)
    assert null.type == Collection("list", STRING)


def test_optional_attributes_take_their_defaults_all_the_way_in() -> None:
    declared = constraint(
        "map(object({ name = string, port = optional(number, 22), tags = optional(map(string)), "
        "inner = optional(object({ on = optional(bool, true) }), {}) }))"
    )
    given = '{ a = { name = "x" }, b = { name = 1, port = null, inner = { on = "false" } } }'
    value = conform(value_of(given), declared)
    assert to_plain(value) == {
        "a": {"name": "x", "port": 22, "tags": None, "inner": {"on": True}},
        "b": {"name": "1", "port": 22, "tags": None, "inner": {"on": False}},
    }
    assert type_json(type_of(value))[0] == "map"


@pytest.mark.parametrize(
    ("text", "type"),
    [("string", "string"), ("any", "dynamic"), ("list(any)", ["list", "dynamic"]), ("list", ["list", "dynamic"]),
     ('"map"', ["map", "dynamic"]), ("tuple([string, number])", ["tuple", ["string", "number"]]),
     ("set(object({ a = bool }))", ["set", ["object", {"a": "bool"}]])],
)  # fmt: skip
def test_type_constraints_are_read(text: str, type: object) -> None:
    assert type_json(constraint(text).type) == type


@pytest.mark.parametrize("text", ["strnig", "list(1)", "object(string)", "1 + 1", "optional(string)", "var.x"])
def test_what_is_no_type_constraint_is_an_error(text: str) -> None:
    with pytest.raises(EvalError):
        constraint(text)
