"""Every form of every attribute, set and left out, in every format that can write it: equal values, equal outcomes.

The forms are those of the coverage page (`docs/forms.py`), so a form that nothing here sets fails the test.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any, Final, NamedTuple

import pytest

from docs.forms import ADD, NODE, OWN, SET, Form, formats, forms
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
from tests.forms.words import Word

TABLES: Final = load_tables()
EVERY: Final = list(forms(TABLES))
SPOKEN: Final = vocabulary(TABLES, EVERY)
KINDS: Final = sorted({kind for kind, _ in SPOKEN})

DEFAULTS_DIFFER: Final[dict[Attribute, str]] = {
    # CloudFormation: no default in the schema; without a group all is recorded, in a group that lists types it is not.
    # https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationRecorder.html
    # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/config_configuration_recorder
    ("aws.config.recorder", "all_supported"): "true in Terraform's schema, whatever else the group states",
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
    # https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rds/instance.go
    ("aws.rds.instance", "backup_days"): "CloudFormation takes the service's 1, the provider sends 0",
    # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (PubliclyAccessible)
    # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance
    ("aws.rds.instance", "public"): "false in Terraform's schema; in CloudFormation it depends on the subnet group",
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-eventbridgeconfiguration.html
    # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_notification
    ("aws.s3.bucket", "event_bridge"): "an EventBridgeConfiguration turns it on by being there",
    # Where the account says no, what the provider sends for the pod wins:
    # https://github.com/hashicorp/terraform-provider-kubernetes/blob/v3.2.1/kubernetes/schema_pod_spec.go
    # https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
    ("kubernetes.workload", "automount_token"): "the provider sends true, a manifest leaves it to the service account",
}
"""Attributes that, left out, mean one thing in one format and another in another."""

OTHER_THINGS: Final[dict[str, str]] = {
    # https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceMonitoring.html: on unless stated
    "aws_launch_configuration": "launch configuration",
    "AWS::AutoScaling::LaunchConfiguration": "launch configuration",
    # https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html: it is there already, and gives addresses
    "aws_default_subnet": "default subnet",
    # https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rds/cluster_instance.go
    "aws_rds_cluster_instance": "instance of a cluster",
    # https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_object_lock_configuration
    "aws_s3_bucket_object_lock_configuration": "resource that is there to turn it on",
}
"""Native types that are no plain example of their kind: they are compared among themselves."""

OUTCOMES_DIFFER: Final = {
    "aws-rds-instance-public": "`public`, left out, is false in Terraform and not known in CloudFormation",
}
"""Rules that say different things of a resource that states nothing."""


class Heard(NamedTuple):
    """One value that was read."""

    form: Form
    way: str
    value: Any
    word: Word | None
    held: bool


Outcomes = set[tuple[str, ...]]
"""What a rule said, in each of several roots."""


class All(NamedTuple):
    """Everything that was read in all formats."""

    set: dict[Attribute, list[Heard]]
    silent: dict[Attribute, list[Heard]]
    wrong: list[str]
    diagnostics: list[tuple[str, Diagnostic]]
    judged: dict[str, list[tuple[str, Judged]]]
    """Rule to (way, what it said) in each root."""
    bare: dict[tuple[str, str, str], dict[str, Outcomes]]
    """Rule, kind and thing to what it says in each half of resources that state nothing."""


@cache
def heard() -> All:
    """Writes, loads and reads every case in every way, once."""
    bare: Any = defaultdict(lambda: defaultdict(set))
    found = All(defaultdict(list), defaultdict(list), [], [], defaultdict(list), bare)
    rules = [compile_rule(rule, TABLES.kinds) for pack in load_built_in() for rule in pack.rules]
    read_by_rules = {read for rule in rules for read in rule.reads}
    setting, leaving = setting_cases(TABLES, SPOKEN, read_by_rules), silent_cases(TABLES, EVERY)
    for format_name in formats():
        for way in EMITTERS[format_name]:
            for cases in (setting[half_of(format_name)], leaving[half_of(format_name)]):
                read = read_cases(cases, TABLES, format_name, way)
                _listen(found, cases, read, way)
                for root, judged in judge(read.graph, rules, TABLES).items():
                    _hear(found, cases[int(root.partition("/")[0][1:])], judged, way)
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


def _hear(found: All, case: Case, judged: list[Judged], way: str) -> None:
    bare = case.silent and not case.held and case.form.role == OWN
    thing = OTHER_THINGS.get(case.form.entry.type, "")
    for each in judged:
        found.judged[each.rule].append((way, each))
        if bare:
            found.bare[each.rule, case.kind, thing][case.half].add(each.outcomes)


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
def test_what_is_left_out_reads_the_same_in_every_form_unless_formats_differ(kind: str) -> None:
    keys = {key for key in SPOKEN if key[0] == kind}
    different = {key for key in keys if any(len(values) > 1 for values in _left_out(key).values())}
    assert different == {key for key in DEFAULTS_DIFFER if key[0] == kind}


def test_other_things_read_otherwise_in_some_attribute() -> None:
    values: dict[str, set[str]] = defaultdict(set)
    for key in SPOKEN:
        for (thing, held), found in _left_out(key).items():
            if found != _left_out(key).get(("", held), found):
                values[thing] |= found
    assert set(OTHER_THINGS.values()) == set(values)


def _left_out(key: Attribute) -> dict[tuple[str, bool], set[str]]:
    """Thing and whether its container is there to the values of forms that could state one."""
    values: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for each in heard().silent[key]:
        if not words.says_by_being_there(each.form):
            held = each.held or each.form.role in (SET, ADD)
            value = "nothing" if each.value in (None, []) else repr(each.value)
            values[OTHER_THINGS.get(each.form.entry.type, ""), held].add(value)
    return values


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


def test_a_rule_says_the_same_of_what_states_nothing_unless_formats_differ() -> None:
    different = {rule for (rule, *_), halves in heard().bare.items() if len({*map(frozenset, halves.values())}) > 1}
    assert different == set(OUTCOMES_DIFFER)


def _format_of(way: str) -> str:
    return next(half_of(name) for name, ways in EMITTERS.items() if way in ways)
