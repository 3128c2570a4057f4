from __future__ import annotations

import hashlib
import json
from typing import Any

from scanner.model import NativeResource, SourceSpan
from tests.loaders.terraform_plan.plans import Tree, change, configured, constant, load, managed, plan, refers

TREE = plan(
    [
        managed(
            "aws_x.y",
            {"ä": "ü", "name": "n", "rule": [{"port": 80}, {"port": 443}], "route": [{"to": "a"}], "none": None},
        )
    ],
    [change("aws_x.y", {"key": True, "made": True, "rule": [{}, {"from": True}]})],
    [
        configured(
            "aws_x.y",
            {
                "name": refers("var.name"),
                "rule": [{"port": constant(80)}, {"port": constant(443), "from": refers("aws_z.z.id")}],
                "key": refers("aws_z.z.arn", "aws_z.z"),
                "none": refers("var.nothing"),
            },
        )
    ],
    variables={"name": {"value": "n"}, "nothing": {"value": None}},
)
TREE["configuration"]["root_module"]["variables"] = {"name": {"default": "n"}}


def only(tree: Tree, **more: Any) -> NativeResource:
    (found,) = load(tree, **more).resources
    return found


def shown(tree: str, span: SourceSpan) -> str:
    """What stands at a span of one line."""
    line = tree.splitlines()[span.start_line - 1]
    return line[span.start_column - 1 : span.end_column - 1 if span.end_line == span.start_line else None]


def test_a_resource_stands_where_it_is_planned() -> None:
    text = json.dumps(TREE, indent=2, ensure_ascii=False)
    found = only(TREE)
    assert shown(text, found.span) == '"address": "aws_x.y"'
    assert shown(text, found.provenance.place(("ä",)).span) == '"ä": "ü"'
    assert shown(text, found.provenance.place(("rule", 1, "port")).span) == '"port": 443'
    assert found.provenance.place(("rule", 1, "port")).attribute == "rule[1].port"


def test_a_resource_without_address_stands_where_its_object_opens() -> None:
    entry = {name: part for name, part in managed("aws_x.y", {}).items() if name != "address"}
    for each in (entry, {**entry, "address": "aws_x.y"}):
        tree = plan([each])
        assert shown(json.dumps(tree, indent=2), only(tree).span) == "{"
    moved = plan([], [change("aws_x.y", None, after={})])
    assert shown(json.dumps(moved, indent=2), only(moved).span) == '"address": "aws_x.y"'


def test_a_plan_of_one_line_has_columns() -> None:
    text = json.dumps(TREE, ensure_ascii=False)
    found = only(TREE, indent=None)
    assert shown(text, found.span) == '"address": "aws_x.y"'
    assert shown(text, found.provenance.place(("name",)).span) == '"name": "n"'


def test_a_text_of_which_a_hash_is_planned_stands_in_the_configuration() -> None:
    digest = hashlib.sha1(b"#!/bin/sh").hexdigest()
    stated = [configured("aws_x.z", {}), configured("aws_x.y", {"user_data": constant("#!/bin/sh")})]
    tree = plan([managed("aws_x.y", {"user_data": digest})], [], stated)
    found = only(tree)
    place = found.provenance.place(("user_data",))
    assert found.attributes["user_data"] == "#!/bin/sh"
    assert shown(json.dumps(tree, indent=2), place.span) == '"constant_value": "#!/bin/sh"'
    assert (place.attribute, place.exact) == ("user_data", True)


def test_the_nearest_object_is_shown_when_nothing_stands_there() -> None:
    found = only(TREE)
    assert not found.provenance.place(("key",)).exact
    assert found.provenance.place(("key",)).span == found.span
    inner = found.provenance.place(("rule", 1, "from"))
    assert not inner.exact
    assert inner.span.start_line == found.provenance.place(("rule", 1, "port")).span.start_line - 1


def test_the_text_is_shown_for_what_is_inside_it() -> None:
    found = only(plan([managed("aws_x.y", {"policy": "{}"})]))
    assert found.provenance.place(("policy", "Statement", 0)).exact


def test_the_chain_names_what_the_value_was_made_from() -> None:
    found = only(TREE)
    (step,) = found.provenance.place(("name",)).chain
    assert (step.what, step.text) == ("var.name", '"n"')
    assert step.location is not None
    assert [each.what for each in found.provenance.place(("key",)).chain] == ["aws_z.z.arn"]
    assert [each.what for each in found.provenance.place(("rule", 1, "from")).chain] == ["aws_z.z.id"]
    assert found.provenance.place(()).chain == ()


def test_the_chain_never_shows_a_secret() -> None:
    tree = {**TREE, "variables": {"name": {"value": "hunter2!"}}}
    module = {**TREE["configuration"]["root_module"], "variables": {"name": {"sensitive": True}}}
    found = only({**tree, "configuration": {"root_module": module}})
    assert [each.text for each in found.provenance.place(("name",)).chain] == [""]


def test_given_is_what_the_configuration_mentions() -> None:
    given = only(TREE, object_attributes={"aws_x": ["route"]}).provenance.is_given
    assert [given((name,)) for name in ("name", "key", "rule", "route")] == [True] * 4
    assert [given((name,)) for name in ("ä", "made", "none", "nowhere")] == [False] * 4
    assert given(("rule", 1, "from"))
    assert not given(("rule", 0, "from"))
    assert given(())


def test_literal_is_a_constant_or_a_default() -> None:
    literal = only(TREE).provenance.is_literal
    assert [literal(path) for path in (("name",), ("rule", 0, "port"), ("rule",))] == [True] * 3
    assert [literal(path) for path in (("key",), ("made",), ("none",), ())] == [False] * 4


def test_what_a_variable_is_given_is_not_in_the_code() -> None:
    changed = {**TREE, "variables": {"name": {"value": "from outside"}}}
    assert only(changed).provenance.is_literal(("name",)) is False


def literal_in_a_module(argument: Tree, **more: Any) -> bool | None:
    """Of what an argument of a module call sets."""
    stated = configured("aws_x.y", {"a": refers("var.a"), "b": refers("var.b"), "c": refers("var.c")})
    inner = {"resources": [stated], "variables": {"a": {"default": 0}, "b": {"default": 1}, "c": {}}}
    child = {"address": "module.m", "resources": [managed("module.m.aws_x.y", {"a": 1, "b": 1, "c": 1})]}
    calls = {"m": {"module": inner, "expressions": {"a": argument}}, **more.pop("modules", {})}
    tree = plan([], [], more.pop("configuration", []), modules=calls, children=[child], **more)
    literal = only(tree).provenance.is_literal
    assert literal(("b",))
    assert literal(("c",)) is None
    return literal(("a",))


def test_literal_goes_through_module_calls() -> None:
    assert literal_in_a_module(constant(1)) is True
    assert literal_in_a_module(refers("local.a")) is None
    assert literal_in_a_module(refers("var.given")) is False


def test_literal_is_a_text_that_a_call_above_states_though_a_local_lies_between() -> None:
    def literal(password: str, argument: Tree, default: str = "") -> bool | None:
        stated = configured("aws_x.y", {"password": refers("var.password")})
        inner = {"module": {"resources": [stated], "variables": {"password": {}}}}
        outer = {
            "module": {
                "module_calls": {"n": {**inner, "expressions": {"password": refers("local.master")}}},
                "variables": {"password": {"default": default}},
            },
            "expressions": {"password": argument},
        }
        planned = managed("module.m.module.n.aws_x.y", {"password": password})
        child = {"address": "module.m", "child_modules": [{"address": "module.m.module.n", "resources": [planned]}]}
        return only(plan([], [], [], modules={"m": outer}, children=[child])).provenance.is_literal(("password",))

    assert literal("not-so-secret", constant("not-so-secret")) is True
    assert literal("not-so-secret", refers("var.x"), default="not-so-secret") is True
    assert literal("not-so-secret", constant("another")) is None
    assert literal("short", constant("short")) is None


def test_literal_goes_through_outputs() -> None:
    outputs = {"o": {"expression": constant(1)}, "p": {"expression": refers("local.p")}}
    modules = {"n": {"module": {"outputs": outputs}}}
    assert literal_in_a_module(refers("module.n.o", "module.n"), modules=modules) is True
    assert literal_in_a_module(refers("module.n[0].o", "module.n"), modules=modules) is True
    assert literal_in_a_module(refers("module.n.p", "module.n"), modules=modules) is None
    assert literal_in_a_module(refers("module.n"), modules=modules) is None


def test_literal_goes_through_attributes() -> None:
    stated = [
        configured("aws_z.z", {"pin": constant(1), "rule": [{"port": constant(1)}]}),
        configured("data.aws_parameter.p", {"name": constant("n")}),
    ]
    for reference, expected in (
        ("aws_z.z.pin", True),
        ("aws_z.z[0].rule[0].port", True),
        ("aws_z.z.id", False),
        ("data.aws_parameter.p.value", False),
        ("aws_z.z", None),
        ("aws_gone.z.id", None),
    ):
        assert literal_in_a_module(refers(reference), configuration=stated) is expected, reference


def test_literal_is_what_is_made_of_literals() -> None:
    stated = [configured("aws_z.z", {"pin": constant(1)})]
    for references, expected in (
        (("aws_z.z.pin", "path.module"), True),
        (("aws_z.z.id", "aws_z.z.arn"), False),
        (("aws_z.z.id", "aws_z.z.pin"), None),
        (("aws_z.z.pin", "local.a"), None),
    ):
        assert literal_in_a_module(refers(*references), configuration=stated) is expected, references


def test_literal_goes_through_for_each() -> None:
    def literal(for_each: Tree, **more: Any) -> bool | None:
        stated = configured("aws_x.y", {"a": refers("each.value"), "b": refers("each.key")}, **more)
        found = only(plan([managed('aws_x.y["k"]', {"a": 1, "b": 1})], [], [{**stated, **for_each}])).provenance
        assert found.is_literal(("b",))
        return found.is_literal(("a",))

    assert literal({"for_each_expression": {}}) is True
    assert literal({"for_each_expression": refers("local.all")}) is None
    assert literal({}) is None


def test_without_a_configuration_nothing_shows_what_is_given_or_literal() -> None:
    bare = {name: part for name, part in TREE.items() if name != "configuration"}
    elsewhere = plan([managed("aws_x.y", {"name": "n", "none": None})], [change("aws_x.y", {"key": True})])
    for tree in (bare, elsewhere):
        found = only(tree).provenance
        assert [found.is_given((name,)) for name in ("name", "key", "none", "nowhere")] == [None, None, False, False]
        assert [found.is_literal((name,)) for name in ("name", "key", "none")] == [None, False, False]


def test_attributes_that_are_written_as_blocks_are_given_without_a_configuration() -> None:
    values = {"route": [{"to": "a", "via": None}], "rule": [{"port": 1}]}
    tree = plan([managed("aws_x.y", values)], [change("aws_x.y", {"route": [{"from": True}], "ingress": True})])
    given = only(tree, object_attributes={"aws_x": ["route", "ingress"]}).provenance.is_given
    assert [given(path) for path in (("route", 0, "to"), ("route", 0, "from"), ("route",))] == [True] * 3
    assert [given(path) for path in (("route", 0, "via"), ("ingress",))] == [False] * 2
    assert given(("rule", 0, "port")) is None


def test_the_path_of_blocks_that_are_not_shown_is_not_literal_for_sure() -> None:
    tree = plan([managed("aws_x.y", {"route": [{"to": "a"}]})], [], [configured("aws_x.y", {})])
    assert only(tree, object_attributes={"aws_x": ["route"]}).provenance.is_literal(("route", 0, "to")) is None


def test_literal_is_what_a_function_makes_of_constants() -> None:
    """Terraform 1.11 writes `{}` for `jsonencode({})`, for `file("x")` and for `timestamp()`."""
    stated = configured("aws_x.y", {"made": {}, "later": {}})
    tree = plan([managed("aws_x.y", {"made": "[]"})], [change("aws_x.y", {"later": True})], [stated])
    literal = only(tree).provenance
    assert literal.is_literal(("made",))
    assert literal.is_literal(("made", "Statement", 0))
    assert not literal.is_literal(("later",))


def test_literal_goes_through_a_document_that_is_written_out() -> None:
    def literal(of: Tree, type: str = "aws_document") -> bool:
        stated = [
            configured("aws_x.y", {"policy": refers(f"data.{type}.d.json", f"data.{type}.d")}),
            configured(f"data.{type}.d", {"statement": [{"actions": constant(["*"]), "resources": of}]}),
        ]
        tree = plan([managed("aws_x.y", {"policy": "{}"})], [], stated)
        found = only(tree, data_sources={"aws_document": lambda body: (body, None)})
        return found.provenance.is_literal(("policy", "Statement", 0))

    assert literal(constant(["*"]))
    assert not literal(refers("var.x"))
    assert not literal(constant(["*"]), "aws_parameter")


def test_given_is_what_is_not_known_inside_an_attribute_that_is_written_as_blocks() -> None:
    values = managed("aws_x.y", {"route": [{"to": "a", "via": None}], "rule": [{"port": 1}]})
    masks = change("aws_x.y", {"route": [{"from": True}], "rule": [{"from": True}], "other": True})
    tree = plan([values], [masks], [configured("aws_x.y", {})])
    given = only(tree, object_attributes={"aws_x": ["route"]}).provenance
    assert given.is_given(("route", 0, "from"))
    assert [given.is_given(path) for path in (("route", 0, "via"), ("rule", 0, "from"), ("other",))] == [False] * 3
