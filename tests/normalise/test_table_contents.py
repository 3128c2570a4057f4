"""For every entry of every table: what the format sets arrives, and what it leaves out is null or the default.

The native trees are made from the tables' own paths, so a path that is misspelt is not found here; the
paths were checked against the providers' published schemas when the tables were written.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from scanner.model import Kind, NativeResource, Type
from scanner.normalise import load_tables, normalise
from scanner.normalise.mapping import CONST, FIRST, NO_DEFAULT, RECORDS, Entry, Field
from scanner.normalise.paths import DECODE, EACH, ENTRIES, NAME, WHERE, Path, Step
from tests.normalise.natives import native

TABLES = load_tables()
CONVERTED = {
    "ip_protocol": ("6", "tcp"),
    "present": ("x", True),
    "kebab": ("PublicRead", "public-read"),
    "upper": ("http", "HTTP"),
    "base64": (base64.b64encode(b"hello").decode(), "hello"),
    "user_data": ("#!/bin/sh", "#!/bin/sh"),
    "csv": ("a,b", ["a", "b"]),
}


class Sample(NamedTuple):
    """A native value, and what it becomes."""

    value: Any
    expected: Any


def sample(field: Field, declared: Type, kind: Kind, default: Any) -> Sample:
    """A value for the field that is no default."""
    if field.mode == RECORDS:
        assert declared.item is not None
        types = kind.records[declared.item.record]
        return record_sample(field, types, kind)
    if field.values:
        return worded_sample(field.values, declared, default)
    if field.convert.startswith("pairs"):
        key, item = field.convert[6:-1].split(", ")
        return Sample({key: "a", item: "b"}, {"a": "b"})
    if field.convert.startswith(("before", "after")):
        return Sample("a/b", "a" if field.convert.startswith("before") else "b")
    if field.convert:
        return Sample(*CONVERTED[field.convert])
    return typed_sample(declared, default, many=field.paths[0].many)


def worded_sample(words: Mapping[str, Any], declared: Type, default: Any) -> Sample:
    """A word whose meaning is neither null nor the default; else one that no row has, which passes unchanged."""
    for word, meaning in words.items():
        if meaning is not None and meaning != default:
            return Sample("another" if word == "*" else word, meaning)
    return typed_sample(declared, default, many=False)


def typed_sample(declared: Type, default: Any, *, many: bool) -> Sample:
    if declared.name == "list":
        assert declared.item is not None
        inner = typed_sample(declared.item, None, many=False)
        return Sample(inner.value, [inner.expected])
    if declared.name == "map":
        return Sample({"a": "b"}, {"a": "b"})
    if declared.name == "bool":
        return Sample("false" if default is True else "true", default is not True)
    if declared.name in ("int", "float"):
        return Sample("17", 17)
    if declared.name == "record":
        return Sample({"Version": "v", "Statement": []}, {"version": "v", "statements": []})
    return Sample("sample", "sample")


def record_sample(field: Field, types: Mapping[str, Type], kind: Kind) -> Sample:
    value: dict[str, Any] = {}
    expected: dict[str, Any] = dict.fromkeys(types)
    whole: Any = None
    for name, sub in field.fields.items():
        if sub.mode == CONST:
            expected[name] = sub.const
            continue
        if sub.paths[0].text == "$key":
            expected[name] = "k" if any(step.op == ENTRIES for step in field.paths[0].steps) else None
            continue
        made = sample(sub, types[name], kind, None)
        expected[name] = made.expected
        if sub.paths[0].text == "$":
            whole = made.value
        else:
            merge(value, build(sub.paths[0].steps, made.value))
    return Sample(value if whole is None else whole, [expected])


def build(steps: tuple[Step, ...], value: Any) -> Any:
    """The smallest native tree in which the steps lead to the value."""
    if not steps:
        return value
    step, inner = steps[0], build(steps[1:], value)
    if step.op == NAME:
        coming = steps[1].op if len(steps) > 1 else ""
        return {step.names[0]: [inner] if coming == NAME else inner}
    if step.op == EACH:
        return [inner]
    if step.op == ENTRIES:
        return {"k": inner}
    if step.op == WHERE:
        return [{"Other": "x"}, {step.names[0]: step.names[1], **inner}]
    assert step.op == DECODE
    return json.dumps(inner)


def tree_of(path: Path, value: Any) -> dict[str, Any]:
    """`json(p).a` puts its steps for p first, then what is inside."""
    decode = next((number for number, step in enumerate(path.steps) if step.op == DECODE), None)
    if decode is None:
        return dict(build(path.steps, value))
    inside = build(path.steps[decode + 1 :], value)
    return dict(build(path.steps[:decode], json.dumps(inside)))


def merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        have = into.get(key)
        if isinstance(have, list) and isinstance(value, list) and have and isinstance(have[0], dict):
            merge(have[-1], value[-1])
        elif isinstance(have, dict) and isinstance(value, dict):
            merge(have, value)
        else:
            into[key] = value


def made_of(entry: Entry, tree: dict[str, Any]) -> NativeResource:
    return native("x.y", tree, type=entry.type, format=entry.half)


def mapped(entry: Entry, tree: dict[str, Any], name: str) -> Any:
    result = normalise([made_of(entry, tree)], TABLES)
    if entry.kind:
        return result.resources[0].attributes[name]
    (satellite,) = result.satellites
    return {**satellite.values, **satellite.added}[name]


def cases() -> Iterator[tuple[Entry, str, Field]]:
    for entry in TABLES.entries():
        for name, field in (*entry.set.items(), *entry.add.items()):
            yield entry, name, field


def unset(entry: Entry, kind: Kind, name: str, field: Field) -> Any:
    """What the attribute is when the format says nothing."""
    if field.mode == CONST:
        return field.const
    if field.default is not NO_DEFAULT and field.when is None:
        return field.default
    if field.convert == "present":
        return (field.values or {}).get("false", False)
    attribute = kind.attributes[name]
    if attribute.type.name == "list" and (field.mode not in ("from", FIRST) or field.paths[0].many):
        return []
    return attribute.default if entry.kind else None


@pytest.mark.parametrize(("entry", "name", "field"), list(cases()), ids=lambda part: getattr(part, "type", None))
def test_what_is_set_arrives_and_what_is_not_is_absent(entry: Entry, name: str, field: Field) -> None:
    kind = TABLES.kinds[entry.kind or entry.into]
    nothing = unset(entry, kind, name, field)
    whole = field.mode == RECORDS and field.paths[0].text == "$"
    if not whole:
        assert mapped(entry, {}, name) == nothing
    if field.mode == CONST:
        return
    made = sample(field, kind.attributes[name].type, kind, nothing)
    for path in field.paths:
        if field.mode == RECORDS and path is not field.paths[0]:
            continue
        tree = made.value if whole else tree_of(path, made.value)
        assert mapped(entry, tree, name) == made.expected


def child_cases() -> Iterator[tuple[Entry, int]]:
    for entry in TABLES.entries():
        yield from ((entry, number) for number in range(len(entry.nodes)))


@pytest.mark.parametrize(("entry", "number"), list(child_cases()), ids=lambda part: getattr(part, "type", None))
def test_children_arrive(entry: Entry, number: int) -> None:
    spec = entry.nodes[number]
    kind = TABLES.kinds[spec.kind]
    tree: dict[str, Any] = {}
    inner: dict[str, Any] = {}
    expected: dict[str, Any] = {}
    element: Any = inner
    for name, field in spec.set.items():
        if field.mode == CONST:
            expected[name] = field.const
            continue
        path = field.paths[0]
        made = sample(field, kind.attributes[name].type, kind, kind.attributes[name].default)
        expected[name] = made.expected
        if path.text == "$":
            element = made.value
        else:
            merge(tree if path.start == "^" else inner, tree_of(path, made.value))
    merge(tree, tree_of(spec.each[0], element if element is not inner else inner))
    nodes = [each for each in normalise([made_of(entry, tree)], TABLES).resources if each.kind == spec.kind]
    # Other child specs of the entry may add a child that the service makes by itself.
    assert any({name: node.attributes[name] for name in expected} == expected for node in nodes)
