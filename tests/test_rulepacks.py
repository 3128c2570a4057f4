"""Every rule file that comes with us is well formed, and its examples are judged as they say."""

from pathlib import Path

import pytest

from scanner.api import ScanOptions, judge_rules, scan_texts
from scanner.model import Rule
from scanner.plugins import built_in_packs
from scanner.policy.packs import load_examples
from scanner.policy.rules import KEYS
from scanner.policy.selection import select
from scanner.source.compiled import parse_yaml

FILES = sorted(
    path
    for path in built_in_packs().rglob("*.yaml")
    if path.stem != "pack" and path.relative_to(built_in_packs()).parts[0] != "frameworks"
)
RULES = {rule.id: rule for rule in select()[1]}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_examples_are_judged_as_they_say(path: Path) -> None:
    report = judge_rules((path.stem,))
    assert report.examples >= 3
    assert report.failures == ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_keys_stand_in_the_order_of_the_convention(path: Path) -> None:
    keys = list(parse_yaml(path.name, path.read_bytes()))
    assert keys == [key for key in KEYS if key in keys]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rule_has_enough_examples(path: Path) -> None:
    outcomes = [each.outcome for each in load_examples(path)]
    wanted = 2 if RULES[path.stem].severity in ("critical", "high") else 1
    assert outcomes.count("fail") >= wanted
    assert outcomes.count("pass") >= wanted
    assert "unknown" in outcomes


@pytest.mark.parametrize("path", [path for path in FILES if path.stem.startswith("aws-")], ids=lambda path: path.stem)
def test_aws_rule_has_examples_and_a_mend_in_cloudformation(path: Path) -> None:
    rule = RULES[path.stem]
    if rule.formats and "cloudformation" not in rule.formats:
        return
    outcomes = [each.outcome for each in load_examples(path) if each.format == "cloudformation"]
    wanted = 2 if rule.severity in ("critical", "high") else 1
    assert outcomes.count("fail") >= wanted
    assert outcomes.count("pass") >= wanted
    assert rule.fix["cloudformation"]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_mends_it_in_cloudformation_passes(rule: Rule) -> None:
    if "cloudformation" not in rule.fix:
        return
    options = ScanOptions(rules=(rule.id,), account_roots=("template.yaml",))
    result = scan_texts({"template.yaml": rule.fix["cloudformation"]}, options)
    assert {each.outcome for each in result.findings} == {"pass"}
    assert [each for each in result.diagnostics if each.level == "error"] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_words_of_a_rule_are_complete(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.fix["summary"].endswith(".")
    assert not rule.title.endswith(".")
    assert rule.expect
    assert rule.topic
    assert rule.links
