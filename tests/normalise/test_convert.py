"""Native values become values of the declared type, or an Unknown of code `invalid` and a complaint."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Unknown
from scanner.normalise import normalise
from scanner.normalise.context import Context
from scanner.normalise.convert import converter
from scanner.normalise.declared import parse_type
from tests.normalise.natives import maybe, native, thing_tables, variable


def converted(declared: str, value: Any, *, blank_is_absent: bool = True) -> Any:
    context = Context(native("x_thing.t"))
    return converter(parse_type(declared, {}), "a", blank_is_absent=blank_is_absent)(value, context)


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        ("string", "a", "a"),
        ("string", 22, "22"),
        ("string", 2.0, "2"),
        ("string", True, "true"),
        ("string", ["a"], "a"),
        ("string", [], None),
        ("string", "", None),
        ("string", None, None),
        ("int", 22, 22),
        ("int", "22", 22),
        ("int", "-1", -1),
        ("int", 22.0, 22),
        ("float", "1.5", 1.5),
        ("bool", True, True),
        ("bool", "true", True),
        ("bool", "False", False),
        ("bool", ["true"], True),
        ("list(string)", ["a", 1], ["a", "1"]),
        ("list(string)", "a", ["a"]),
        ("list(string)", ["a", None, ""], ["a"]),
        ("list(int)", ["1"], [1]),
        ("map(string)", {"a": 1}, {"a": "1"}),
        ("map(string)", [{"a": 1}], {"a": "1"}),
        ("secret", "s3cret", "s3cret"),
        ("quantity", 1, "1"),
        ("dyn", {"a": [1]}, {"a": [1]}),
    ],
)
def test_value_becomes_the_declared_type(declared: str, value: Any, expected: Any) -> None:
    found = converted(declared, value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("int", "many"),
        ("int", True),
        ("int", 1.5),
        ("bool", "yes"),
        ("bool", 1),
        ("string", {"a": 1}),
        ("string", ["a", "b"]),
        ("float", "x"),
        ("map(string)", "a"),
    ],
)
def test_value_that_does_not_convert_is_invalid(declared: str, value: Any) -> None:
    found = converted(declared, value)
    assert isinstance(found, Unknown)
    assert found.code == "invalid"


def test_a_blank_is_absent_in_terraform_only() -> None:
    assert converted("string", "", blank_is_absent=False) == ""


def test_an_unknown_stays_what_it_will_be() -> None:
    unknown = variable("x")
    assert converted("string", unknown) is unknown
    assert converted("int", [unknown]) is unknown


def test_an_unknown_element_leaves_the_length_known() -> None:
    unknown = variable("x")
    assert converted("list(string)", ["a", unknown]) == ["a", unknown]


def test_an_unknown_list_keeps_what_it_certainly_has() -> None:
    found = converted("list(int)", Unknown("variable", contains=("1",)))
    assert isinstance(found, Unknown)
    assert found.contains == (1,)


def test_an_unknown_where_a_list_is_expected_is_one_element_only_if_it_is_not_null() -> None:
    certain = Unknown("computed", not_null=True)
    assert converted("list(string)", certain) == [certain]
    assert isinstance(converted("list(string)", variable("x")), Unknown)


def test_what_a_text_ends_with_is_nothing_to_a_number_or_truth() -> None:
    either = Unknown("variable", "has no value", suffix="e", identities=("var.x",), not_null=True)
    for declared in ("bool", "int", "float"):
        found = converted(declared, either)
        assert (found.suffix, found.identities, found.not_null) == ("", ("var.x",), True)
    assert converted("string", either) is either


def test_a_map_in_a_block_that_may_not_exist_is_undecided() -> None:
    assert converted("map(string)", [maybe({"a": "b"})]).code == "undecided"


def test_a_value_that_does_not_convert_is_reported_once() -> None:
    tables = thing_tables({"days": "int"}, {"days": "days"})
    (found,) = normalise([native("x_thing.t", {"days": "many"}, line=7)], tables).diagnostics
    assert (found.code, found.level) == ("GR-VALUE", "warning")
    assert found.message == "x_thing.t: `days` cannot be 'many'"
    assert found.span is not None
    assert found.span.start_line == 7


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.builds(lambda: variable("x")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
TYPES = ["string", "int", "float", "bool", "secret", "list(string)", "list(list(int))", "map(bool)", "iam_document"]


@given(st.sampled_from(TYPES), VALUES)
def test_conversion_never_raises(declared: str, value: Any) -> None:
    converted(declared, value)
