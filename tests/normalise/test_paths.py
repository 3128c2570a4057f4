"""Paths parse to steps and lead to values, each with the native path it stands at."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.errors import PolicyError
from scanner.model import Unknown
from scanner.normalise.context import Context
from scanner.normalise.paths import Item, parse_path, walk
from tests.normalise.natives import maybe, native, variable

Pairs = list[tuple[Any, tuple[str | int, ...]]]


def found(text: str, tree: Any) -> Pairs:
    context = Context(native("x_thing.t", tree))
    return [(item.value, item.path) for item in walk(parse_path(text), Item(tree), tree, context.decode).items]


@pytest.mark.parametrize(
    ("text", "tree", "expected"),
    [
        ("a", {"a": 1}, [(1, ("a",))]),
        ("a.b", {"a": {"b": 1}}, [(1, ("a", "b"))]),
        ("a.b", {"a": [{"b": 1}]}, [(1, ("a", 0, "b"))]),
        ("a[*]", {"a": [1, 2]}, [(1, ("a", 0)), (2, ("a", 1))]),
        ("a[*]", {"a": 1}, [(1, ("a",))]),
        ("a[*]", {"a": {"b": 1}}, [({"b": 1}, ("a",))]),
        ("a[*]", {}, []),
        ("a[*].b", {"a": [{"b": 1}, {"b": 2}]}, [(1, ("a", 0, "b")), (2, ("a", 1, "b"))]),
        ("a[*].b[*]", {"a": [{"b": [1]}, {"b": [2]}]}, [(1, ("a", 0, "b", 0)), (2, ("a", 1, "b", 0))]),
        ("a[K=x].v", {"a": [{"K": "y", "v": 1}, {"K": "x", "v": 2}]}, [(2, ("a", 1, "v"))]),
        ("a[K=x.y-z].v", {"a": [{"K": "x.y-z", "v": 2}]}, [(2, ("a", 0, "v"))]),
        ("a{}", {"a": {"k": 1, "l": 2}}, [(1, ("a", "k")), (2, ("a", "l"))]),
        ("json(p).a", {"p": '{"a": 7}'}, [(7, ("p", "a"))]),
        ("json(p)[*]", {"p": '[{"a": 7}]'}, [({"a": 7}, ("p", 0))]),
        ("json(q.p).a.b", {"q": [{"p": '{"a": {"b": 7}}'}]}, [(7, ("q", 0, "p", "a", "b"))]),
        ("^a", {"a": 1}, [(1, ("a",))]),
    ],
)
def test_walk_finds_values_at_native_paths(text: str, tree: Any, expected: Pairs) -> None:
    assert found(text, tree) == expected


def test_walk_keeps_the_key_of_a_map_entry() -> None:
    tree = {"a": {"k": {"v": 1}}}
    items = walk(parse_path("a{}.v"), Item(tree), tree, Context(native("x_thing.t")).decode).items
    assert [(item.value, item.key) for item in items] == [(1, "k")]


def test_a_step_into_an_unknown_is_unknown_but_not_the_same_value() -> None:
    ((value, path),) = found("a.b", {"a": variable("x")})
    assert isinstance(value, Unknown)
    assert (value.code, value.identities, path) == ("variable", (), ("a", "b"))


def test_each_of_an_unknown_hides_an_unknown_number() -> None:
    tree = {"a": Unknown("variable", "?", contains=(1,))}
    result = walk(parse_path("a[*]"), Item(tree), tree, Context(native("x_thing.t")).decode)
    assert [item.value for item in result.items] == [1]
    assert result.rest is tree["a"]


def test_a_block_that_may_not_exist_says_so_of_what_is_in_it() -> None:
    tree = {"a": [maybe({"b": 1}), {"b": 2}]}
    items = walk(parse_path("a[*].b"), Item(tree), tree, Context(native("x_thing.t")).decode).items
    assert [(item.value, item.existence is None) for item in items] == [(1, False), (2, True)]


def test_an_entry_whose_key_is_not_known_may_be_the_one() -> None:
    tree = {"a": [{"K": variable("k"), "v": 1}]}
    result = walk(parse_path("a[K=x].v"), Item(tree), tree, Context(native("x_thing.t")).decode)
    assert result.items == []
    assert result.rest is tree["a"][0]["K"]


def test_a_shaped_path_tries_the_names_of_the_terraform_provider() -> None:
    names = [step.names for step in parse_path("spec.initContainers[*].policies", True).steps if step.names]
    assert names == [
        ("spec",),
        ("init_containers", "init_container", "initContainers"),
        ("policies", "policy"),
    ]


@pytest.mark.parametrize("text", ["", "a..b", ".a", "a[", "a[*]b", "json(a", "a{", "a b"])
def test_parse_refuses_what_is_no_path(text: str) -> None:
    with pytest.raises(PolicyError, match="is no path"):
        parse_path(text)
