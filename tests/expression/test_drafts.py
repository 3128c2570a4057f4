"""The drafted rules, derived attributes and messages compile against the drafted kinds."""

from __future__ import annotations

from scanner.expression import compile_expression, compile_message
from scanner.model import Type
from tests.expression.drafts import draft_kinds, draft_rules


def test_every_drafted_rule_compiles():
    kinds = draft_kinds()
    rules = draft_rules()
    assert len(rules) == 34
    for rule in rules:
        kind = kinds[rule["resource"]]
        bindings = {kind.bound_as: Type("ref", kinds=(kind.name,)), "params": Type("dyn"), "root": Type("root")}
        for key in ("when", "assert", "fail_if"):
            if key in rule:
                program = compile_expression(rule[key], bindings=bindings, kinds=kinds, expect="bool")
                assert program.result_type.name == "bool"
        compile_message(rule["message"], bindings=bindings, kinds=kinds)


def test_every_derived_attribute_compiles():
    kinds = draft_kinds()
    derived = [(kind, each) for kind in kinds.values() for each in kind.attributes.values() if each.derive]
    assert len(derived) == 17
    for kind, attribute in derived:
        compile_expression(attribute.derive, bindings={kind.bound_as: Type("ref", kinds=(kind.name,))}, kinds=kinds)
