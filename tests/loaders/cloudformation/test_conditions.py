"""Conditions in three values, what they imply, and what may not exist."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.model import Block, Unknown
from tests.loaders.cloudformation.reading import by_address, codes, load, value

SECTIONS = """Parameters:
  Env: {Type: String, Default: prod}
  Flag: {Type: String, Default: true}
  Open: {Type: String}
  Word: {Type: String, AllowedValues: [a, b]}
  Password: {Type: String, NoEcho: true, Default: ""}
Conditions:
"""

DECIDED = [
    ("!Equals [!Ref Env, prod]", True),
    ("!Equals [!Ref Env, dev]", False),
    ('!Equals [!Ref Flag, "true"]', True),
    ("!Equals [!Ref Flag, true]", True),
    ("!Not [!Equals [!Ref Env, dev]]", True),
    ("!And [!Equals [1, 1], !Equals [1, '1']]", True),
    ("!And [!Equals [!Ref Open, x], !Equals [1, 2]]", False),
    ("!Or [!Equals [!Ref Open, x], !Equals [1, 1]]", True),
    ("!Equals [!Ref Open, !Ref Open]", True),
    ("!Equals [!Ref Word, c]", False),
    ('!Equals [!Sub "x${Open}", yz]', False),
    ('!Equals [!Sub "${Open}x", yz]', False),
    ('!Equals [!Ref Password, ""]', True),
    ("!Equals [!Ref Open, x]", None),
    ("!Equals [!Ref Word, a]", None),
    ("!Equals [!Ref AWS::Region, us-east-1]", None),
    ("!Not [!Equals [!Ref Open, x]]", None),
    ("!And [!Equals [!Ref Open, x], !Equals [1, 1]]", None),
    ("{Condition: Other}", True),
]


@pytest.mark.parametrize(("definition", "expected"), DECIDED)
def test_condition(definition: str, expected: bool | None) -> None:
    text = f"{SECTIONS}  Other: !Equals [1, 1]\n  C: {definition}\n"
    loaded = load(text + "Resources:\n  R: {Type: AWS::X::Y, Condition: C}\n")
    if expected is None:
        assert isinstance(loaded.resources[0].existence, Unknown)
    else:
        assert [one.existence for one in loaded.resources] == ([None] if expected else [])


UNDECIDED = (
    SECTIONS
    + """  C: !Equals [!Ref Open, x]
  D: !Not [!Condition C]
  Both: !And [!Condition C, !Equals [1, 1]]
"""
)


def test_resource_of_an_undecided_condition_is_judged_as_if_it_holds() -> None:
    properties = "{P: !If [C, 1, 2], Q: !If [D, 1, 2]}"
    text = f"Resources:\n  R: {{Type: AWS::X::Y, Condition: Both, Properties: {properties}}}\n"
    (found,) = load(UNDECIDED + text).resources
    assert found.existence is not None
    assert found.attributes == {"P": 1, "Q": 2}


def test_resources_of_one_condition_share_why_they_may_not_exist() -> None:
    text = UNDECIDED + "Resources:\n  A: {Type: AWS::X::Y, Condition: C}\n  B: {Type: AWS::X::Y, Condition: C}\n"
    first, second = load(text).resources
    assert first.existence is second.existence


def test_branch_is_worked_out_where_its_condition_holds() -> None:
    found = value("!If [C, {a: !If [D, 1, 2]}, !Ref AWS::NoValue]", UNDECIDED)
    assert found == {"a": 2}
    assert isinstance(found, Block)


def test_elements_that_may_not_be_there_are_blocks() -> None:
    found = value("[{a: 1}, !If [C, {b: 1}, !Ref AWS::NoValue], !If [C, {c: 1}, {d: 1}]]", UNDECIDED)
    assert found == [{"a": 1}, {"b": 1}, {"c": 1}, {"d": 1}]
    assert [isinstance(each, Block) for each in found] == [False, True, True, True]


def test_scalar_that_may_not_be_there_makes_the_length_unknown() -> None:
    found = value("[a, !If [C, b, !Ref AWS::NoValue]]", UNDECIDED)
    assert isinstance(found, Unknown)
    assert found.contains == ("a",)


def test_scalar_property_that_may_not_be_there_may_be_null() -> None:
    found = value("!If [C, b, !Ref AWS::NoValue]", UNDECIDED)
    assert isinstance(found, Unknown)
    assert not found.not_null


def test_mappings_of_both_branches_are_merged() -> None:
    found = value("!If [C, {a: 1, b: x1, only: 1}, {a: 1, b: x2}]", UNDECIDED)
    assert found["a"] == 1
    assert found["b"].prefix == "x"
    assert not found["only"].not_null


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("!If [C, same, same]", "same"), ("!If [C, [{a: 1}], [{a: 1}]]", [{"a": 1}]), ("!If [C, 1, 1]", 1)],
)
def test_equal_branches_decide(expression: str, expected: Any) -> None:
    assert value(expression, UNDECIDED) == expected


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ("  A: !Condition B\n  B: !Not [!Condition A]\n", "GR-CYCLE"),
        ("  A: !Condition A\n", "GR-CYCLE"),
        ("  A: !Condition Nowhere\n", "GR-REFERENCE"),
        ("  A: 7\n", "GR-TYPE"),
        ("  A: !Equals [1]\n", "GR-TYPE"),
        ("  A: !Not 3\n", "GR-TYPE"),
        ("  A: {a: b, c: d}\n", "GR-TYPE"),
        ("  A: [!Equals [1, 1]]\n", "GR-TYPE"),
    ],
)
def test_nonsense_is_told_of_and_undecided(conditions: str, code: str) -> None:
    loaded = load(SECTIONS + conditions + "Resources:\n  R: {Type: AWS::X::Y, Condition: A}\n  S: {Type: AWS::X::Y}\n")
    assert isinstance(by_address(loaded)["R"].existence, Unknown)
    assert by_address(loaded)["S"].existence is None
    assert code in [each[0] for each in codes(loaded)]


def test_deep_chains_and_wide_ones_end() -> None:
    deep = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(3000)) + "  C3000: !Equals [1, 1]\n"
    wide = "".join(f"  W{n}: !And [!Condition W{n + 1}, !Condition W{n + 1}]\n" for n in range(60))
    text = SECTIONS + deep + wide + "  W60: !Equals [!Ref Open, x]\nResources:\n"
    text += "  A: {Type: AWS::X::Y, Condition: C0}\n"
    text += "  B: {Type: AWS::X::Y, Condition: W0, Properties: {P: !If [W30, 1, 2]}}\n"
    assert by_address(load(text))["B"].attributes == {"P": 1}
