"""Values: numbers to the last digit, sets in order, and the plain form at the edge."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.loaders.terraform import evaluate_numbers as numbers
from scanner.loaders.terraform.conversion import make_set
from scanner.loaders.terraform.types import STRING
from scanner.loaders.terraform.values import EvalError, Map, Marked, Null, Set, first_unknown, to_plain, unmark_deep
from scanner.model import Unknown

from .expressions import ARN, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", 1), ("1.0", 1), ("1e3", 1000), ("-.5", Decimal("-0.5")), ("5.", 5), ("1.50", Decimal("1.5"))],
)
def test_numbers_are_canonical(text: str, expected: object) -> None:
    parsed = numbers.parse_number(text)
    assert parsed == expected
    assert type(parsed) is type(expected)


@pytest.mark.parametrize("text", ["", "x", "1_000", "0x10", " 1", "1e", "١"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(EvalError):
        numbers.parse_number(text)


def test_third_has_terraforms_digits() -> None:
    third = numbers.number_text(numbers.divide(1, 3))
    assert third == "0." + "3" * 154 + "5"


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_integers_are_exact(a: int, b: int) -> None:
    assert numbers.add(a, b) == a + b
    assert numbers.multiply(a, b) == a * b
    assert numbers.subtract(a, b) == a - b


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_decimals_survive_addition_of_nothing(number: Decimal) -> None:
    canonical = numbers.from_decimal(number)
    assert numbers.add(canonical, 0) == canonical
    assert Fraction(numbers.number_text(canonical)) == Fraction(number)


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_modulo_keeps_the_sign_of_the_dividend(a: int, b: int) -> None:
    assert numbers.modulo(-a, b) == -(a % b)
    assert numbers.modulo(a, -b) == a % b


def test_sets_are_distinct_and_sorted() -> None:
    assert make_set(["b", "a", "b"], STRING) == ["a", "b"]
    assert make_set([10, 9, Decimal("9.5")], "number") == [9, Decimal("9.5"), 10]
    assert to_plain(value_of('toset([{ a = "y" }, { a = "x" }])')) == [{"a": "x"}, {"a": "y"}]
    unknown = Unknown("computed")
    assert make_set([unknown, "a", "a"], STRING) == ["a", unknown]


def test_plain_form_is_that_of_native_resources() -> None:
    value = [1, Decimal("1.5"), Null("string"), Map({"a": Set(["x"], STRING)}, STRING), ARN, 2**70]
    plain = to_plain(value)
    assert plain == [1, 1.5, None, {"a": ["x"]}, ARN, 2**70]
    assert [type(item) for item in plain[:4]] == [int, float, type(None), dict]
    assert type(plain[3]["a"]) is list


def test_marks_inside_are_found_and_taken_off() -> None:
    value = {"a": [Marked("x"), 1], "b": "c"}
    bare, marked = unmark_deep(value)
    assert marked
    assert bare == {"a": ["x", 1], "b": "c"}
    assert unmark_deep({"a": 1}) == ({"a": 1}, False)


def test_first_unknown_looks_everywhere() -> None:
    assert first_unknown([1, {"a": [Marked(ARN)]}]) is ARN
    assert first_unknown(["x", {"a": [1]}]) is None
