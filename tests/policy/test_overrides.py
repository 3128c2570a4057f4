"""Severities and parameters that a configuration gives to rules."""

from typing import Any

import pytest

from scanner.errors import PolicyError
from scanner.expression import parse_type
from scanner.model import Expression, Rule
from scanner.policy.overrides import fits, override

RULE = Rule(
    "a-b", "", "t", "low", ("k",), "", (), None, Expression("true"), False,
    params={"days": 30, "names": ["x"]}, param_types={"days": "int", "names": "list(string)"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "type_", "fitting"),
    [
        (1, "int", True), (True, "int", False), (1.5, "int", False), (2**63, "int", False), ("1", "int", False),
        (1, "float", True), (1.5, "float", True), (True, "float", False), ("a", "string", True), (1, "string", False),
        (True, "bool", True), (1, "bool", False), ([1], "list(int)", True), ([1, "a"], "list(int)", False),
        ([], "list(string)", True), ({"a": 1}, "map(int)", True), ({"a": "b"}, "map(int)", False),
        ([[1]], "list(list(int))", True), ({"a": [1, True]}, "dyn", True), (1, "list(int)", False),
    ],
)  # fmt: skip
def test_values_fit_types(value: Any, type_: str, fitting: bool) -> None:
    assert fits(value, parse_type(type_)) is fitting


def test_severity_and_parameters_are_replaced_one_by_one() -> None:
    changed = override({"a-b": RULE}, ["c-d"], {"a-b": "high", "c-d": "low"}, {"a-b": {"days": 7}}, ())["a-b"]
    assert (changed.severity, changed.params) == ("high", {"days": 7, "names": ["x"]})
    assert RULE.params == {"days": 30, "names": ["x"]}


@pytest.mark.parametrize(
    ("params", "message", "hint", "line"),
    [
        ({"a-c": {}}, "params: there is no rule `a-c`", "did you mean `a-b`?", 3),
        ({"a-b": {"dayz": 1}}, "params.a-b.dayz: the rule has no parameter `dayz`", "did you mean `days`?", 4),
        ({"a-b": {"days": "7"}}, "params.a-b.days: it takes int", "the default is 30", 5),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(params: Any, message: str, hint: str, line: int) -> None:
    settings = tuple(
        (key, "1", f"g.toml:{number}")
        for number, key in ((3, "params.a-c.x"), (4, "params.a-b.dayz"), (5, "params.a-b.days"))
    )
    with pytest.raises(PolicyError) as caught:
        override({"a-b": RULE}, [], {}, params, settings)
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert (caught.value.path, caught.value.line) == ("g.toml", line)
