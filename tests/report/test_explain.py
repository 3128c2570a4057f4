"""The explanation of a rule."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from scanner.model.kinds import Kind, KindAttribute, Type
from scanner.report.explain import Mapped, explain_rule
from scanner.report.interface import WriteOptions
from scanner.report.layout import width_of
from tests.report import samples, snapshot, strategies

LIST_OF_STRING = Type("list", item=Type("string"))
KINDS = {
    "aws.ec2.security_group_rule": Kind(
        "aws.ec2.security_group_rule",
        "rule",
        attributes={
            "direction": KindAttribute("direction", Type("string")),
            "cidrs": KindAttribute("cidrs", LIST_OF_STRING),
            "protocol": KindAttribute("protocol", Type("string")),
            "ports": KindAttribute("ports", Type("record", record="port_range")),
        },
    )
}
CONTROLS = [
    Mapped("cis-aws-7.0.0", "6.3", "full", "IPv4"),
    Mapped("cis-aws-7.0.0", "6.4", "full", "IPv6"),
    Mapped("pci-dss-4.0.1", "1.3.1", "part"),
]


@pytest.mark.parametrize("width", [60, 100])
def test_explanation_looks_as_reviewed(width: int) -> None:
    text = explain_rule(
        samples.SSH, pack=samples.PACKS[0], kinds=KINDS, controls=CONTROLS, options=WriteOptions(width=width)
    )
    snapshot.check(f"explain-{width}.txt", text)
    assert max(map(width_of, text.splitlines())) <= max(width, 84)


def test_bare_rule_has_only_what_it_says() -> None:
    text = explain_rule(samples.RDS_PUBLIC, options=WriteOptions())
    assert "Why" not in text
    assert "Fix" not in text
    assert text.endswith("\n")


def test_attribute_in_a_string_is_not_read() -> None:
    condition = replace(samples.SSH.condition, text='rule.cidrs == ["rule.protocol"] && rule.owner.name.matches("x")')
    text = explain_rule(replace(samples.SSH, condition=condition, when=None), options=WriteOptions())
    assert "Reads      cidrs   owner.name\n" in text


@given(strategies.TEXTS, strategies.TEXTS)
@settings(max_examples=50, deadline=None)
def test_any_rule_is_explained_without_control_characters(title: str, why: str) -> None:
    rule = replace(samples.SSH, title=title, why=why, fix={"summary": why, "terraform": title})
    text = explain_rule(rule, options=WriteOptions())
    assert not any(ord(character) < 32 and character != "\n" for character in text)
