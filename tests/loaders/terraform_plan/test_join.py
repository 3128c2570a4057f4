from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from scanner.loaders.terraform_plan.join import join
from scanner.model import NativeResource, PathStep, Place, SourceSpan, Unknown
from tests.loaders.terraform_plan.plans import change, configured, load, managed, plan, refers

HEADER = SourceSpan("main.tf", 3, 1, 3, 20)


@dataclass(frozen=True)
class Written:
    """A provenance that answers with the path it was asked for."""

    given: bool = True

    def place(self, path: tuple[PathStep, ...]) -> Place:
        return Place(HEADER, "/".join(str(step) for step in path), exact=True)

    def is_given(self, path: tuple[PathStep, ...]) -> bool:
        return self.given

    def is_literal(self, path: tuple[PathStep, ...]) -> bool:
        return path == ("a",)


def source(address: str, attributes: Any, *, root: str = "infra", **more: Any) -> NativeResource:
    native = address.split("[")[0].split(".")[-2]
    return NativeResource("terraform", native, address, root, attributes, HEADER, Written(), scope="aws", **more)


def planned(values: Any, unknown: Any = None, expressions: Any = None, **more: Any) -> tuple[NativeResource, ...]:
    tree = plan(
        [managed("aws_x.y", values, **more)], [change("aws_x.y", unknown)], [configured("aws_x.y", expressions or {})]
    )
    return load(tree).resources


def joined(values: Any, unknown: Any, expressions: Any, stated: Any, **more: Any) -> NativeResource:
    return join(planned(values, unknown, expressions, **more), [source("aws_x.y", stated)]).resources[0]


def test_places_are_those_of_the_source() -> None:
    found = joined({"a": 1}, None, {}, {"a": 1})
    assert (found.format, found.root, found.span) == ("terraform_plan", "infra", HEADER)
    assert found.provenance.place(("a",)).attribute == "a"
    assert found.provenance.is_given(("a",))
    assert found.provenance.is_literal(("a",))
    assert not found.provenance.is_literal(("b",))


def test_the_plan_is_the_truth() -> None:
    found = join(planned({"a": 1}), [source("aws_x.y", {"a": 2}), source("aws_x.gone", {})])
    assert [each.attributes for each in found.resources] == [{"a": 1}]
    assert found.dropped == ("aws_x.gone",)
    assert found.without_source == ()


def test_existence_is_that_of_the_plan() -> None:
    undecided = source("aws_x.y", {}, existence=Unknown("variable", "var.create has no value"))
    found = join(planned({}), [undecided])
    assert found.resources[0].existence is None
    tree = plan([managed("aws_x.y[0]", {}), managed("aws_x.y[1]", {})])
    both = join(load(tree).resources, [undecided])
    assert [each.span for each in both.resources] == [HEADER] * 2
    assert both.dropped == ()


def test_what_only_the_plan_has_keeps_its_place() -> None:
    tree = plan([managed("aws_x.y", {}), managed("aws_x.z", {})])
    found = join(load(tree).resources, [source("aws_x.y", {})])
    assert found.without_source == ("aws_x.z",)
    assert [(each.root, each.span.path) for each in found.resources] == [("infra", "main.tf"), ("infra", "plan.json")]


def test_sources_of_another_configuration_are_left_alone() -> None:
    other = source("aws_q.q", {}, root="elsewhere")
    found = join(planned({}), [source("aws_x.y", {}), other])
    assert found.resources[1] is other
    none = join(planned({}), [other])
    assert (none.root, none.without_source) == ("plan.json", ("aws_x.y",))
    assert len(none.resources) == 2


def test_unknown_values_are_taken_from_the_source() -> None:
    expressions = {"a": refers("aws_z.z.id")}
    assert joined({}, {"a": True}, expressions, {"a": "known"}).attributes == {"a": "known"}
    better = Unknown("computed", "", prefix="arn:")
    assert joined({}, {"a": True}, expressions, {"a": better}).attributes["a"] is better
    worse = Unknown("variable", "var.a has no value")
    assert joined({}, {"a": True}, expressions, {"a": worse}).attributes["a"].code == "computed"
    assert joined({}, {"a": True}, expressions, {}).attributes["a"].code == "computed"


def test_blocks_that_no_plan_shows_are_taken_from_the_source() -> None:
    assert joined({}, {"ingress": True}, {}, {"ingress": [{"port": 22}]}).attributes == {"ingress": [{"port": 22}]}
    assert joined({}, {"made": True}, {}, {}).attributes == {}


def test_what_a_plan_without_configuration_does_not_know_may_be_what_nobody_states() -> None:
    tree = plan(
        [managed("aws_x.y", {"rule": [{"port": 80, "to": None}, {"port": 443}], "to": None})],
        [change("aws_x.y", {"made": True, "name": True, "rule": [{"from": True, "made": True}, {"made": True}]})],
    )
    assert isinstance(load(tree).resources[0].attributes["made"], Unknown)
    stated = {"name": "n", "to": "t", "rule": [{"port": 80, "from": "a", "to": "t"}]}
    found = join(load(tree).resources, [source("aws_x.y", stated)]).resources[0].attributes
    assert (found["name"], found["made"], found["to"]) == ("n", None, None)
    assert found["rule"][0] == {"port": 80, "from": "a", "to": None, "made": None}
    assert isinstance(found["rule"][1]["made"], Unknown)


def test_parts_are_taken_from_the_block_that_agrees() -> None:
    values, unknown = {"rule": [{"port": 80}, {"port": 443}]}, {"rule": [{"from": True}, {"from": True}]}
    stated = {"rule": [{"port": 443, "from": "b"}, {"port": 80, "from": "a"}]}
    found = joined(values, unknown, {}, stated)
    assert found.attributes == {"rule": [{"port": 80, "from": "a"}, {"port": 443, "from": "b"}]}
    assert found.provenance.place(("rule", 0, "from")).attribute == "rule/1/from"
    assert found.provenance.place(("rule", 1)).attribute == "rule/0"


def test_secrets_stay_secret() -> None:
    found = joined({"a": "hunter2!"}, None, {}, {"a": "hunter2!"}, sensitive_values={"a": True})
    assert found.attributes["a"].code == "secret"


def test_a_hash_is_replaced_by_its_text() -> None:
    text = "#!/bin/sh"
    digest = hashlib.sha1(text.encode()).hexdigest()
    expressions = {"user_data": refers("local.text")}
    assert joined({"user_data": digest}, None, expressions, {"user_data": text}).attributes["user_data"] == text


def test_long_lists_are_paired_in_order() -> None:
    values = {"a": [{"n": index} for index in range(5000)]}
    found = joined(values, None, {}, {"a": values["a"][::-1]})
    assert found.provenance.place(("a", 4000, "n")).attribute == "a/4000/n"


def test_nothing_joined_is_nothing() -> None:
    assert join((), ()).resources == ()
