"""Every form of every attribute, set and left out, in every format that can write it: equal values, equal outcomes.

The forms are those of the coverage page (`docs/forms.py`), so a form that nothing here sets fails the test.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any, Final, NamedTuple

import pytest

from docs.forms import ADD, NODE, SET, Form, formats, forms
from scanner.model import Diagnostic
from scanner.normalise import load_tables
from scanner.normalise.tables import half_of
from scanner.policy.compile import compile_rule
from scanner.policy.selection import load_built_in
from tests.forms import words
from tests.forms.bodies import OBJECTS
from tests.forms.bundles import Attribute, setting_cases, silent_cases, vocabulary
from tests.forms.outcomes import Judged, judge
from tests.forms.readings import Read, comparable, read_cases
from tests.forms.texts import EMITTERS
from tests.forms.trees import Case
from tests.forms.words import Ref, Word

TABLES: Final = load_tables()
EVERY: Final = list(forms(TABLES))
SPOKEN: Final = vocabulary(TABLES, EVERY)
KINDS: Final = sorted({kind for kind, _ in SPOKEN})

DEFAULTS_DIFFER: Final[dict[Attribute, str]] = {
    ("aws.cloudtrail.trail", "global_events"): "a default in Terraform's schema, none in CloudFormation's",
    ("aws.config.recorder", "all_supported"): "a default in Terraform's schema, none in CloudFormation's",
    ("aws.ec2.launch_template", "monitoring"): "on for launch configurations, not stated for launch templates",
    ("aws.ec2.subnet", "ipv6_on_creation"): "a default of aws_subnet; computed for the default subnet",
    ("aws.ec2.subnet", "public_ip"): "a default of aws_subnet; the default subnet gives each launch an address",
    ("aws.kms.key", "multi_region"): "a default in CloudFormation's schema, computed in Terraform",
    ("aws.lambda.function", "concurrency"): "-1 is Terraform's word for no reservation",
    ("aws.rds.instance", "backup_days"): "CloudFormation's schema says 1, Terraform sends 0",
    ("aws.rds.instance", "insights.enabled"): "computed for the instances of a cluster",
    ("aws.rds.instance", "public"): "a default of aws_db_instance; else it depends on the subnet group",
    ("aws.s3.bucket", "event_bridge"): "CloudFormation's EventBridgeConfiguration turns it on by being there",
    ("aws.s3.bucket", "object_lock"): "the configuration of its own turns it on unless it says otherwise",
    ("kubernetes.container", "allow_escalation"): "a default in the provider's schema, none in the API's",
    ("kubernetes.service_account", "automount_token"): "a default in the provider's schema, none in the API's",
    ("kubernetes.workload", "automount_token"): "a default in the provider's schema, none in the API's",
}
"""Attributes that, left out, read differently from form to form, since the schemas say different things."""

NOT_RESOLVED: Final = {("aws.account", "ec2.ebs_key")}
"""References that are not followed yet: the account is no resource of its own when references are."""


class Heard(NamedTuple):
    """One value that was read."""

    form: Form
    way: str
    value: Any
    word: Word | None
    held: bool


class All(NamedTuple):
    """Everything that was read in all formats."""

    set: dict[Attribute, list[Heard]]
    silent: dict[Attribute, list[Heard]]
    wrong: list[str]
    diagnostics: list[tuple[str, Diagnostic]]
    judged: dict[str, list[tuple[str, Judged]]]
    """Rule to (way, what it said) in each root."""


@cache
def heard() -> All:
    """Writes, loads and reads every case in every way, once."""
    found = All(defaultdict(list), defaultdict(list), [], [], defaultdict(list))
    rules = [compile_rule(rule, TABLES.kinds) for pack in load_built_in() for rule in pack.rules]
    read_by_rules = {read for rule in rules for read in rule.reads}
    setting, leaving = setting_cases(TABLES, SPOKEN, read_by_rules), silent_cases(TABLES, EVERY)
    for format_name in formats():
        for way in EMITTERS[format_name]:
            for cases in (setting[half_of(format_name)], leaving[half_of(format_name)]):
                read = read_cases(cases, TABLES, format_name, way)
                _listen(found, cases, read, way)
                for judged in judge(read.graph, rules, TABLES).values():
                    for each in judged:
                        found.judged[each.rule].append((way, each))
    return found


def _listen(found: All, cases: list[Case], read: Read, way: str) -> None:
    found.diagnostics.extend((way, each) for each in read.diagnostics)
    for case, nodes in zip(cases, read.nodes, strict=True):
        if len(nodes) != 1:
            found.wrong.append(f"{way}: {len(nodes)} nodes of {case.kind} from {case.form.type} {case.form.where}")
            continue
        for form, word in case.settings:
            value = comparable(nodes[0], form.attribute, TABLES)
            found.set[form.kind, form.attribute].append(Heard(form, way, value, word, False))
        for form in case.silent:
            value = comparable(nodes[0], form.attribute, TABLES)
            found.silent[form.kind, form.attribute].append(Heard(form, way, value, None, case.held))


def test_every_case_makes_the_one_node_it_is_about() -> None:
    assert heard().wrong == []


def test_what_is_written_is_read_without_complaint() -> None:
    assert sorted({(way, each.code, each.message) for way, each in heard().diagnostics}) == []


def test_every_format_is_written() -> None:
    assert [each for each in formats() if each not in EMITTERS] == []


def test_every_form_of_the_coverage_page_is_set_to_what_is_no_default() -> None:
    covered = {
        (_name(each.form), format_name)
        for key, found in heard().set.items()
        for each in found
        for format_name, ways in EMITTERS.items()
        if each.way in ways and not _is_default(each, key)
    }
    wanted = {(_name(form), name) for form in EVERY for name in formats() if half_of(name) == form.half}
    assert sorted(wanted - covered) == []


def _name(form: Form) -> tuple[str, ...]:
    return (form.kind, form.attribute, form.half, form.carrier, form.type, form.role, form.where)


def _is_default(each: Heard, key: Attribute) -> bool:
    default = TABLES.kinds[key[0]].attributes[key[1]].default
    own = each.form.field.default if each.form.field is not None else None
    return each.value is None or each.value == [] or (each.value == default and each.value == own)


@pytest.mark.parametrize("kind", KINDS)
def test_a_word_reads_the_same_in_every_form(kind: str) -> None:
    failures = []
    for key in [each for each in SPOKEN if each[0] == kind]:
        for each in heard().set[key]:
            assert each.word is not None
            wanted = _wanted(each, key)
            if each.value != wanted or type(each.value) is not type(wanted):
                failures.append(f"{_shown(each)}: {each.value!r} for {wanted!r}")
    assert failures == []


def _shown(each: Heard) -> str:
    return f"{each.form.attribute} by {each.form.carrier} {each.form.type} {each.form.where} ({each.way})"


def _wanted(each: Heard, key: Attribute) -> Any:
    assert each.word is not None
    if key in NOT_RESOLVED:
        return ("unknown", "computed", []) if isinstance(each.word.value, Ref) else each.word.value
    wanted = words.expected(each.form, each.word, TABLES.kinds[key[0]])
    return _hidden(wanted) if _is_hidden(each) else wanted


def _is_hidden(each: Heard) -> bool:
    """A plan's configuration never mentions an attribute that is written as blocks, so it names no reference in it."""
    top = each.form.where.partition("[")[0]
    return each.form.role == NODE and each.way in EMITTERS["terraform_plan"] and top in OBJECTS.get(each.form.type, ())


def _hidden(wanted: Any) -> Any:
    if isinstance(wanted, list):
        return [_hidden(each) for each in wanted]
    return ("unknown", "computed", []) if isinstance(wanted, tuple) and wanted[0] == "node" else wanted


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_out_reads_as_its_form_says(kind: str) -> None:
    failures = []
    for key in [each for each in SPOKEN if each[0] == kind]:
        for each in heard().silent[key]:
            wanted = words.silent(each.form, TABLES.kinds[kind], held=each.held)
            if each.value != wanted and not (wanted is None and each.value == []):
                failures.append(f"{_shown(each)}: {each.value!r} for {wanted!r}")
    assert failures == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_out_reads_the_same_in_every_form_unless_schemas_differ(kind: str) -> None:
    keys = {key for key in SPOKEN if key[0] == kind}
    different = {key for key in keys if len(_left_out(key, held=True)) > 1 or len(_left_out(key, held=False)) > 1}
    assert different == {key for key in DEFAULTS_DIFFER if key[0] == kind}


def _left_out(key: Attribute, *, held: bool) -> set[str]:
    """The values of forms that could state one: alone, or in a container or satellite that is there."""
    return {
        "nothing" if each.value in (None, []) else repr(each.value)
        for each in heard().silent[key]
        if (each.held or each.form.role in (SET, ADD)) == held and not words.says_by_being_there(each.form)
    }


def test_every_way_of_writing_a_left_out_attribute_agrees() -> None:
    ways: dict[Any, set[str]] = defaultdict(set)
    for key, found in heard().silent.items():
        for each in found:
            ways[key, _name(each.form), each.held].add(repr(each.value))
    assert [key for key, values in ways.items() if len(values) > 1] == []


def test_a_rule_says_the_same_wherever_it_reads_the_same() -> None:
    failures, compared = [], set()
    for rule, said in heard().judged.items():
        outcomes: dict[str, dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
        for way, each in said:
            outcomes[each.read][each.outcomes].add(way)
        for found in outcomes.values():
            ways = set().union(*found.values())
            compared |= {rule} if len({_format_of(way) for way in ways}) > 1 else set()
            if len(found) > 1:
                failures.append((rule, {key: sorted(value) for key, value in found.items()}))
    assert failures == []
    several = {rule.id for pack in load_built_in() for rule in pack.rules if len(rule.formats) != 1}
    assert sorted(several - compared) == []


def _format_of(way: str) -> str:
    return next(half_of(name) for name, ways in EMITTERS.items() if way in ways)
