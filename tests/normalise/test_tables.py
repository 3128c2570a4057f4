"""The tables that come with us are well formed, name what exists and can be compiled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scanner.errors import PolicyError
from scanner.model import Type
from scanner.normalise import Tables, load_tables, make_tables
from scanner.normalise import tables as tables_module
from scanner.normalise.declared import STATEMENT_KIND
from scanner.normalise.mapping import Entry
from scanner.source.compiled import parse_yaml

BASE = Path(tables_module.__file__).parent
FILES = sorted((BASE / "mappings").rglob("*.yaml"))
SET_BY_THE_PROGRAM = {"account", "owned", "selects"}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_fits_the_schema(path: Path) -> None:
    schema = json.loads((BASE / "mapping.schema.json").read_text())
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in Draft202012Validator(schema).iter_errors(parse_yaml(path.name, path.read_bytes()))
    ]
    assert errors == []


def test_every_entry_compiles(tables: Tables) -> None:
    for entry in tables.entries():
        if entry.kind:
            tables.entry_readers(entry, None)
        if entry.into:
            tables.satellite_readers(entry, None, entry.set)
            tables.satellite_readers(entry, None, entry.add)
        for spec in entry.nodes:
            tables.node_readers(spec, entry.half, None)


def test_every_type_names_kinds_and_attributes_that_exist(tables: Tables) -> None:
    for kind in tables.kinds.values():
        types = [each.type for each in kind.attributes.values()]
        types += [each for record in kind.records.values() for each in record.values()]
        for declared in (leaf for each in types for leaf in leaves(each)):
            for target in declared.kinds:
                assert target == "*" or target in tables.kinds, (kind.name, target)
            if declared.inverse:
                assert declared.inverse in tables.kinds[declared.kinds[0]].attributes, (kind.name, declared)


def leaves(declared: Type) -> Iterator[Type]:
    yield declared
    if declared.item is not None:
        yield from leaves(declared.item)


def test_every_derived_attribute_compiles(tables: Tables) -> None:
    for kind in tables.kinds.values():
        for attribute in kind.attributes.values():
            if attribute.derive:
                assert tables.derived(kind.name, attribute.name).reads


def test_every_attribute_is_set_by_some_format(tables: Tables) -> None:
    filled = {(kind, name) for entry in tables.entries() for kind, name in attributes_of(entry)}
    for kind in tables.kinds.values():
        if kind.name in (STATEMENT_KIND, "root"):
            continue
        for name, attribute in kind.attributes.items():
            if not attribute.derive and attribute.type.name not in ("refs", "selects"):
                assert (kind.name, name) in filled or name in SET_BY_THE_PROGRAM, (kind.name, name)


def attributes_of(entry: Entry) -> Iterator[tuple[str, str]]:
    for name in (*entry.set, *entry.add):
        yield entry.kind or entry.into, name
    for spec in entry.nodes:
        yield from ((spec.kind, name) for name in (*spec.set, *(spec.absent or ()), *([spec.owner] * bool(spec.owner))))


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"kinds": {"a.b": {"as": "b", "attributes": {"x": "strung"}}}}, "`strung` is no type"),
        ({"kinds": {"a.b": {"as": "b", "attributes": {"x": "int=many"}}}}, "`many` is no int"),
        ({"terraform": {"a_b": {"like": "c_d"}}}, "no entry is named c_d"),
        ({"terraform": {"a_b": {"kind": "a.b", "set": {"x": "y..z"}}}}, "`y..z` is no path"),
    ],
)
def test_a_wrong_table_is_refused(tree: dict[str, Any], message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        make_tables({"wrong.yaml": tree})


def test_a_wrong_field_is_refused_when_it_is_compiled() -> None:
    kinds = {"a.b": {"as": "b", "attributes": {"x": "string"}}}
    tree = {"kinds": kinds, "terraform": {"a_b": {"kind": "a.b", "set": {"y": "y"}}}}
    tables = make_tables({"wrong.yaml": tree})
    entry = tables.entry("terraform", "a_b")
    assert entry is not None
    with pytest.raises(PolicyError, match="has no attribute `y`"):
        tables.entry_readers(entry, None)
