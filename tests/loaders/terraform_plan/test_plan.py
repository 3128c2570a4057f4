from __future__ import annotations

from typing import Any

import pytest

from scanner.loaders.terraform_plan.plan import counted, is_plan
from tests.loaders.terraform_plan.plans import by_address, change, load, managed, plan


def test_instances_are_the_managed_resources_of_all_modules() -> None:
    inner = {"address": "module.a[0].module.b", "resources": [managed("module.a[0].module.b.aws_vpc.v", {"x": 1})]}
    outer = {"address": "module.a[0]", "child_modules": [inner]}
    data = {**managed("data.aws_ami.x", {}), "mode": "data"}
    loaded = load(plan([managed('aws_vpc.v["k"]', {"x": 2}), data], children=[outer]))
    assert [each.address for each in loaded.resources] == ['aws_vpc.v["k"]', "module.a[0].module.b.aws_vpc.v"]
    assert all(each.format == "terraform_plan" and each.root == "plan.json" for each in loaded.resources)
    assert loaded.roots == ("plan.json",)
    assert loaded.diagnostics == ()


def test_deleted_and_forgotten_are_not_resources_when_they_are_planned_all_the_same() -> None:
    names = ["made", "kept", "changed", "replaced", "gone", "forgotten"]
    actions = [["create"], ["no-op"], ["update"], ["delete", "create"], ["delete"], ["forget"]]
    changes = [change(f"aws_vpc.{name}", None, *action) for name, action in zip(names, actions, strict=True)]
    tree = plan([managed(f"aws_vpc.{name}", {}) for name in names], changes)
    assert {each.address for each in load(tree).resources} == {f"aws_vpc.{name}" for name in names[:4]}
    assert counted(tree) == 4


def test_deposed_objects_and_data_reads_count_for_nothing() -> None:
    deposed = {**change("aws_vpc.v", None, "delete"), "deposed": "abc"}
    read = change("data.aws_ami.a", {"id": True}, "read", mode="data", after={})
    tree = plan([managed("aws_vpc.v", {})], [deposed, change("aws_vpc.v"), read])
    assert [each.address for each in load(tree).resources] == ["aws_vpc.v"]
    assert counted(tree) == 1


def test_what_only_the_changes_have_is_a_resource_too() -> None:
    tree = plan([], [change("aws_vpc.v", None, after={"cidr_block": "10.0.0.0/8"})])
    found = by_address(load(tree))["aws_vpc.v"]
    assert found.attributes == {"cidr_block": "10.0.0.0/8"}
    assert found.provenance.place(("cidr_block",)).exact


def test_a_plan_without_changes_is_read() -> None:
    tree = plan([managed("aws_vpc.v", {"cidr_block": "10.0.0.0/8"})])
    assert [each.attributes for each in load(tree).resources] == [{"cidr_block": "10.0.0.0/8"}]
    assert counted(tree) is None


def test_a_shown_state_is_read() -> None:
    old = {**managed("aws_vpc.v", {"id": "old"}), "deposed_key": "abc"}
    tree = {"format_version": "1.0", "values": {"root_module": {"resources": [managed("aws_vpc.v", {"id": "v"}), old]}}}
    assert [each.attributes for each in load(tree).resources] == [{"id": "v"}]


@pytest.mark.parametrize("tree", [{}, [], 1, None, {"format_version": "1.2"}, {"values": {"root_module": {}}}, "{", ""])
def test_what_is_no_plan_gives_nothing(tree: Any) -> None:
    assert not is_plan(tree)
    loaded = load(tree)
    assert (loaded.resources, loaded.roots, loaded.diagnostics) == ((), (), ())


@pytest.mark.parametrize(
    ("more", "level", "words"),
    [
        ({"format_version": "2.0"}, "warning", "format 2.0"),
        ({"errored": True}, "warning", "failed"),
        ({"complete": False}, "warning", "not complete"),
        ({"format_version": 1}, "error", "/format_version is a number"),
        ({"resource_changes": {}}, "error", "/resource_changes is an object where a plan has a list"),
        ({"configuration": []}, "warning", "/configuration is a list"),
        ({"variables": [1]}, "warning", "/variables is a list"),
    ],
)
def test_header_says_what_the_reader_must_know(more: dict[str, Any], level: str, words: str) -> None:
    loaded = load({**plan([managed("aws_vpc.v", {})]), **more})
    assert [each.address for each in loaded.resources] == ["aws_vpc.v"]
    (found,) = loaded.diagnostics
    assert (found.code, found.level, found.path) == ("GR-PLAN", level, "plan.json")
    assert words in found.message
    assert found.span is not None


def test_one_broken_resource_costs_only_itself() -> None:
    nameless = {**managed("aws_vpc.x", {}), "address": "not an address"}
    broken: list[Any] = [5, {"mode": "managed"}, {**managed("aws_vpc.w", {}), "values": "x"}, nameless]
    loaded = load(plan([*broken, managed("aws_vpc.v", {"a": 1})]))
    assert {each.address for each in loaded.resources} == {"aws_vpc.v", "aws_vpc.w"}
    messages = [each.message for each in loaded.diagnostics]
    assert messages == [
        "/planned_values/root_module/resources/0 is a number where a plan has an object",
        "a resource has neither an address nor a type and a name",
        "/planned_values/root_module/resources/2/values is a string where a plan has an object",
        "'not an address' is no address of a resource",
    ]
    assert [each.span and each.span.start_line > 1 for each in loaded.diagnostics] == [True] * 4


def test_a_resource_without_an_address_is_named_by_its_parts() -> None:
    entry = {"mode": "managed", "type": "aws_vpc", "name": "v", "index": "k", "values": {}}
    assert [each.address for each in load(plan([entry])).resources] == ['aws_vpc.v["k"]']


def test_a_resource_planned_twice_is_told() -> None:
    loaded = load(plan([managed("aws_vpc.v", {"a": 1}), managed("aws_vpc.v", {"a": 2})]))
    assert [each.attributes for each in loaded.resources] == [{"a": 1}]
    assert "twice" in loaded.diagnostics[0].message
