"""No control is failed by a finding that it does not speak of: a pair of texts for every mapping with a condition."""

from __future__ import annotations

import pytest

from scanner.api import ScanOptions, scan_texts
from scanner.model import FAIL, ControlResult
from scanner.policy.frameworks import Mapped, load_mappings
from tests.engine.where_examples import CASES, Case

CONDITIONAL = [each for each in load_mappings() if each.where]


def _name(mapped: Mapped) -> str:
    return f"{mapped.framework}:{mapped.control} {mapped.rule}"


def _case(mapped: Mapped) -> Case:
    key = f"{mapped.framework}:{mapped.control}"
    found = [each for each in CASES if each.rule == mapped.rule and key in each.controls]
    assert found, f"where_examples.py has no pair of texts for {_name(mapped)}: {mapped.where}"
    return found[0]


def _judge(mapped: Mapped, text: str, kubernetes: bool) -> tuple[ControlResult, list[str]]:
    options = ScanOptions(rules=(mapped.rule,), frameworks=(mapped.framework,))
    result = scan_texts({"pod.yaml" if kubernetes else "main.tf": text}, options)
    assert any(each.outcome == FAIL for each in result.findings), result.findings
    said = next(each for each in result.controls if each.control.id == mapped.control)
    failures = [each for each in result.findings if each.outcome == FAIL]
    named = [control for each in failures for control in each.frameworks.get(mapped.framework, ())]
    return said, named


@pytest.mark.parametrize("mapped", CONDITIONAL, ids=_name)
def test_a_failure_inside_the_condition_fails_the_control(mapped: Mapped) -> None:
    case = _case(mapped)
    said, named = _judge(mapped, case.inside, case.kubernetes)
    assert said.result == "not-satisfied"
    assert mapped.control in named


@pytest.mark.parametrize("mapped", CONDITIONAL, ids=_name)
def test_a_failure_outside_the_condition_leaves_the_control_alone(mapped: Mapped) -> None:
    case = _case(mapped)
    said, named = _judge(mapped, case.outside, case.kubernetes)
    assert said.result != "not-satisfied"
    tally = next(each for each in said.tallies if each.rule == mapped.rule)
    assert (tally.failed, tally.unknown) == (0, 0)
    assert tally.failed_elsewhere > 0
    assert mapped.control not in named


def test_no_pair_is_left_over() -> None:
    mapped = {(each.rule, f"{each.framework}:{each.control}") for each in CONDITIONAL}
    assert [key for case in CASES for key in case.controls if (case.rule, key) not in mapped] == []
