"""Compiling a rule: what its expressions may name, and where an error is said to be."""

from __future__ import annotations

import pytest

from scanner.errors import PolicyError
from scanner.model import Expression, Kind, KindAttribute, Rule, Type
from scanner.policy.compile import compile_rule

KINDS = {
    "test.thing": Kind("test.thing", "thing", attributes={"ports": KindAttribute("ports", Type("list", Type("int")))})
}


def rule(condition: str, message: str = "", **types: str) -> Rule:
    return Rule(
        id="t", topic="t", title="t", severity="low", kinds=("test.thing",), bound_as="", formats=(), when=None,
        condition=Expression(condition), negated=True, params=dict.fromkeys(types), param_types=types,
        message=Expression(message) if message else None, path="t.yaml",
    )  # fmt: skip


def test_a_parameter_has_the_type_that_the_rule_gives_it() -> None:
    made = rule("thing.ports.exists(p, p in params.ports)", "{params.ports}", ports="list(int)")
    compiled = compile_rule(made, KINDS)
    assert compiled.reads == {("test.thing", "ports")}


@pytest.mark.parametrize(
    ("condition", "types", "message", "hint"),
    [
        ("thing.ports.exists(p, p in params.prots)", {"ports": "list(int)"}, "params has no prots", "ports"),
        ("params.ports == 'x'", {"ports": "list(int)"}, "no == between list(int) and string", ""),
        ("thing.ports.size() > params.most", {}, "params has no most", ""),
        ("params.most == 1", {"most": "number"}, "parameter `most`: unknown type 'number'", ""),
    ],
)
def test_a_parameter_that_is_not_there_is_an_error(
    condition: str, types: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        compile_rule(rule(condition, **types), KINDS)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_parameter_that_is_not_there_is_an_error_in_the_message_too() -> None:
    with pytest.raises(PolicyError, match="params has no prots"):
        compile_rule(rule("thing.ports.size() > 1", "{params.prots}", ports="list(int)"), KINDS)
