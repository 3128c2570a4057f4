"""Plans that are broken on purpose: nothing raises, and what can be read is read."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.loaders.terraform_plan.join import join
from scanner.loaders.terraform_plan.loader import Loader
from scanner.model import Loaded, LoadOptions
from tests.loaders.terraform_plan.plans import change, configured, constant, document, load, managed, plan, refers

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def whole() -> Any:
    """A plan that has something of everything that is read."""
    inner = {
        "resources": [
            configured("aws_a.a", {"x": refers("var.v"), "r": [{"p": constant(1), "q": refers("each.value.id")}]})
        ],
        "variables": {"v": {"default": 1, "sensitive": True}},
        "outputs": {"o": {"expression": refers("aws_a.a.id", "aws_a.a"), "sensitive": True}},
    }
    call = {
        "module": inner,
        "expressions": {"v": refers("module.n.o", "module.n")},
        "for_each_expression": refers("aws_b.b"),
    }
    child = {"address": 'module.m["k"]', "resources": [managed('module.m["k"].aws_a.a', {"x": "t", "r": [{"p": 1}]})]}
    more = {"sensitive_values": {"x": True, "r": [{"p": True}]}}
    tree = plan(
        [managed("aws_b.b", {"x": "s", "user_data": "0" * 40}, **more)],
        [
            change("aws_b.b", {"id": True, "r": [{"q": True}]}, after_sensitive={"x": True}),
            change('module.m["k"].aws_a.a', {"id": True, "x": True, "r": [{"q": True}]}),
            change("data.aws_d.d", {"id": True, "json": True}, "read", mode="data", after={"a": 1}),
        ],
        [
            configured("aws_b.b", {"x": refers("data.aws_d.d"), "r": [{"q": refers("module.m")}]}),
            configured("data.aws_d.d", {}),
        ],
        modules={"m": call},
        children=[child],
        variables={"v": {"value": "secret"}},
    )
    tree["planned_values"]["outputs"] = {"o": {"sensitive": True, "value": "v"}}
    return tree


def paths(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found += paths(value, (*path, key))
    return found


PATHS = paths(whole())


def ask(loaded: Loaded) -> None:
    for resource in loaded.resources:
        for path in [(), *((name,) for name in resource.attributes), ("r", 0, "q"), ("r", 5), ("none", "x", 1)]:
            resource.provenance.place(path)
            resource.provenance.is_given(path)
            resource.provenance.is_literal(path)
    join(loaded.resources, loaded.resources)


def loaded_with_tables(tree: Any) -> Loaded:
    return load(tree, data_sources={"aws_d": lambda body: (body, {})}, object_attributes={"aws_b": ["r"]})


@pytest.mark.parametrize("junk", [None, True, 0, 1.5, "x", [], {}, [None], [[]], {"a": None}, ["x"]])
def test_wrong_types_cost_little_wherever_they_are(junk: Any) -> None:
    for path in PATHS:
        tree = whole()
        inside = tree
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = copy.deepcopy(junk)
        ask(loaded_with_tables(tree))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), JUNK), min_size=1, max_size=4))
def test_nothing_raises_on_any_plan(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    tree = whole()
    for path, junk in changes:
        inside = tree
        try:
            for step in path[:-1]:
                inside = inside[step]
            inside[path[-1]] = junk
        except (KeyError, IndexError, TypeError):
            continue
    ask(loaded_with_tables(json.dumps(tree)))


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, '{"planned_values": {"root_module": ' + '{"child_modules": [' * 90]
)
def test_broken_and_deep_texts_give_nothing(text: str) -> None:
    assert load(text).resources == ()


def test_modules_may_be_as_deep_as_the_limit() -> None:
    child: Any = {"address": "module.m", "resources": [managed("aws_x.y", {"a": 1})]}
    for _ in range(80):
        child = {"address": "module.m", "child_modules": [child]}
    assert len(load(plan([], children=[child])).resources) == 1


def test_diagnostics_do_not_flood() -> None:
    loaded = load(plan([5] * 1000))  # type: ignore[list-item]  # broken on purpose
    assert len(loaded.diagnostics) == 50


def test_diagnostics_show_no_values() -> None:
    tree = plan([{**managed("aws_x.y", {}), "values": "hunter2!"}], [change("aws_x.y", "hunter2!")])
    assert "hunter2" not in repr(load(tree).diagnostics)


def test_duplicate_keys_and_odd_ends_of_lines_do_not_confuse_places() -> None:
    resource = '{"address": "aws_x.y", "mode": "managed", "type": "aws_x", "name": "y", "values": {"a": 1}}'
    text = '\r\n{"format_version": "1.2",\r"planned_values": {"root_module":\n{"resources": [], "resources": [\n %s]}}}'
    loader = Loader()
    found = loader.load([document(text % resource)], demand=None, options=LoadOptions()).resources[0]
    assert found.span[1:3] == (5, 3)
    assert found.provenance.place(("a",)).span[1:3] == (5, 2 + resource.index('"a"'))
