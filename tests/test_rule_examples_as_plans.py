"""Every Terraform example of every rule, as the plan that Terraform would make of it: the same outcome."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from scanner import api, plugins
from scanner.engine.evaluate import Evaluator
from scanner.model import ERROR, FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Example, NativeResource, Rule
from scanner.normalise import load_tables
from scanner.policy.compile import compile_rule
from scanner.policy.packs import load_examples
from scanner.policy.selection import load_built_in
from scanner.source.texts import discover_texts
from tests.forms.natives import REASONS, NoPlan, plan_of, says_less
from tests.forms.readings import graph_of
from tests.forms.texts import tops

OPTIONS: Final = api.ScanOptions()
WORST: Final = (ERROR, FAIL, UNKNOWN, PASS)
LEFT_OUT: Final = 0.03
"""The share of examples that may be without a plan: their meaning is only in the source, by one of REASONS."""
LESS: Final = 0.12
"""The share of examples that hold a text or list of which a part is known: a plan has none of it, and may say unknown
where the source decides."""


class Planned(NamedTuple):
    """An example in both kinds of plan."""

    rule: Rule
    example: Example
    number: int
    plans: tuple[str, ...]
    less: bool
    """Whether the plan must say less than the source."""
    reason: str
    """Why there is no plan."""


@cache
def examples() -> list[Planned]:
    """Every example, made a plan."""
    by_type = {each.type: tops(each) for each in load_tables().entries() if each.half == "terraform"}
    found = []
    for rule in [rule for pack in load_built_in() for rule in pack.rules]:
        path = Path(rule.path)
        path = path if path.is_file() else plugins.built_in_packs().parent / path
        for number, example in enumerate(load_examples(path), 1):
            if example.format == "terraform":
                found.append(_planned(rule, example, number, by_type))
    return found


def _planned(rule: Rule, example: Example, number: int, by_type: dict[str, set[str]]) -> Planned:
    natives = _natives(example.text)
    by_value = "each.value." in example.text
    try:
        made = [plan_of(natives, by_type, computed=each, by_value=by_value) for each in (False, True)]
    except NoPlan as reason:
        return Planned(rule, example, number, (), False, str(reason))
    return Planned(rule, example, number, tuple(map(json.dumps, made)), says_less(natives), "")


def _natives(text: str) -> tuple[NativeResource, ...]:
    found = discover_texts({"main.tf": text}, OPTIONS.load.limits)
    api.parse(found.documents, OPTIONS, lambda *_: None)
    (loaded,) = api.load(found.documents, None, OPTIONS, found)
    return loaded.resources


def _name(each: Planned) -> str:
    return f"{each.rule.id}: {each.example.outcome} example {each.number} {each.example.name}".rstrip()


@cache
def outcomes(computed: int) -> tuple[dict[int, str], list[str]]:
    """Place in `examples` to what its rule says of its plan, all plans read at once; and what was complained of."""
    tables = load_tables()
    texts = {f"e{at}/plan.json": each.plans[computed] for at, each in enumerate(examples()) if each.plans}
    owned = tuple(f"e{at}/" for at, each in enumerate(examples()) if each.example.owned)
    graph, diagnostics = graph_of(texts, tables, owned)
    evaluator = Evaluator(graph)
    found: dict[int, str] = {}
    for rule in {each.rule.id: each.rule for each in examples()}.values():
        said: dict[str, set[str]] = {}
        for each in evaluator.run([compile_rule(rule, tables.kinds)]):
            said.setdefault(each.resource.native.root, set()).add(each.outcome)
        for at, each in enumerate(examples()):
            if each.rule.id == rule.id and each.plans:
                found[at] = next((one for one in WORST if one in said.get(f"e{at}/plan.json", ())), NOT_APPLICABLE)
    return found, sorted({each.message for each in diagnostics if each.level == "error"})


@pytest.mark.parametrize("computed", [0, 1], ids=["null", "computed"])
def test_a_plan_of_an_example_has_its_outcome(computed: int) -> None:
    found, complaints = outcomes(computed)
    assert complaints == []
    assert [
        f"{_name(examples()[at])}: judged {outcome}"
        for at, outcome in found.items()
        if outcome != examples()[at].example.outcome and not (examples()[at].less and outcome == UNKNOWN)
    ] == []


def test_few_examples_are_left_out() -> None:
    left_out = [each.reason for each in examples() if each.reason]
    assert set(left_out) <= REASONS
    assert len(left_out) <= LEFT_OUT * len(examples())


def test_few_examples_hold_what_a_plan_does_not_say() -> None:
    assert sum(each.less for each in examples()) <= LESS * len(examples())
