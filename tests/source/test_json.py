"""Located JSON: values as the standard library reads them, places exact, oddities told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.model import Limits, Unknown
from scanner.source.document import Document
from scanner.source.json import parse_json
from scanner.source.located import LocatedDict, LocatedList


def read(text: str | bytes) -> Document:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    document = Document("x.json", "", "json", "terraform_plan", data)
    parse_json(document, Limits())
    return document


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(values, st.sampled_from([None, 1]), st.booleans())
@settings(max_examples=300)
def test_parse_json_reads_what_json_reads_and_places_are_exact(value: Any, indent: int | None, ascii: bool) -> None:
    document = read(json.dumps(value, indent=indent, ensure_ascii=ascii).encode("utf-8", "replace"))
    assert document.diagnostics == []
    assert document.tree == json.loads(document.data)
    check_places(document, document.tree)


def check_places(document: Document, node: Any) -> None:
    """Every place holds the text of its own value."""
    data = document.data
    if isinstance(node, LocatedDict):
        assert json.loads(data[node.start : node.end]) == node
        for key, value in node.items():
            key_start, key_end, start, end = node.spans[key]
            assert json.loads(data[key_start:key_end]) == key
            assert json.loads(data[start:end]) == value
            check_places(document, value)
    elif isinstance(node, LocatedList):
        assert json.loads(data[node.start : node.end]) == node
        for value, (start, end) in zip(node, node.spans, strict=True):
            assert json.loads(data[start:end]) == value
            check_places(document, value)


def touch(node: Any, size: int) -> None:
    if isinstance(node, LocatedDict):
        for span in node.spans.values():
            assert 0 <= span[0] < span[1] <= span[2] < span[3] <= size
        for value in [*node.values(), *(item for values in node.duplicates.values() for item in values)]:
            touch(value, size)
    elif isinstance(node, LocatedList):
        assert len(node.spans) == len(node)
        for value in node:
            touch(value, size)


_texts = st.lists(
    st.sampled_from(['{"a":', "{", "}", "[", "]", ",", ":", '"a"', '"b":', "1", "1e999", "NaN", "-Infinity", "tru"])
    | st.sampled_from(["null", '"', "\\", '"\\ud800"', " ", "\n", "é", "9" * 5000, '{"a":1,"a":[2]}', "/"]),
    max_size=12,
).map("".join)


@given(_texts | st.text(max_size=20))
@settings(max_examples=500)
@example("")
@example('{"a":{"b":1},"a":{"c":[{}]}}')
def test_parse_json_never_raises(text: str) -> None:
    document = read(text)
    touch(document.tree, len(document.data))
    assert document.status == ("parsed" if document.tree is not None or text.strip() == "null" else "failed")


def test_parse_json_keeps_every_reading_when_a_key_is_repeated() -> None:
    document = read('{"a": {"acl": "private", "acl": {"x": 1},\n "acl": ["public"]}}')
    inner = document.tree["a"]
    assert inner["acl"] == ["public"]
    assert inner.duplicates == {"acl": ["private", {"x": 1}, ["public"]]}
    span = inner.duplicates["acl"][1].spans["x"]
    assert document.data[span[0] : span[3]] == b'"x": 1'
    assert [(d.code, d.level, d.span.start_line) for d in document.diagnostics if d.span] == [
        ("GR-DUP-KEY", "warning", 2)
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999999", "9" * 5000, "-" + "9" * 5000])
def test_parse_json_gives_unknown_when_a_number_is_none(number: str) -> None:
    document = read(f'{{"s": "NaN",\n "n": {number}, "m": 1e3, "i": 12}}')
    unknown = document.tree["n"]
    assert isinstance(unknown, Unknown)
    assert unknown.code == "invalid"
    assert unknown.span is not None
    assert (unknown.span.start_line, unknown.span.start_column) == (2, 7)
    assert [d.code for d in document.diagnostics] == ["GR-NUMBER"]
    assert (document.tree["m"], document.tree["i"]) == (1000.0, 12)


def test_parse_json_replaces_lone_surrogates_and_keeps_pairs() -> None:
    document = read('{"\\ud800": ["\\uD83D\\uDE00", "a\\udc00"]}')
    assert document.tree == {"\ufffd": ["😀", "a\ufffd"]}
    assert "\ufffd" in document.tree.spans


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ('{"a": 1,\n}', 2, 1, "key in double quotes"),
        ('{"a" 1}', 1, 6, "`:` should stand"),
        ('{"a": 1\n "b": 2}', 2, 2, "`,` should stand"),
        ('{"a": "x\n}', 1, 9, "closing quote"),
        ("[1, 2", 1, 6, "ends in the middle"),
        ("[1] 2", 1, 5, "more text"),
        ("", 1, 1, "ends in the middle"),
        ("{'a': 1}", 1, 2, "key in double quotes"),
        ('["é", x]', 1, 7, "value should begin"),
    ],
)
def test_parse_json_says_where_and_what_when_it_is_broken(text: str, line: int, column: int, message: str) -> None:
    document = read(text)
    assert document.status == "failed"
    found = document.diagnostics[0]
    assert found.span is not None
    assert (found.code, found.span.start_line, found.span.start_column) == ("GR-PARSE", line, column)
    assert message in found.message


@pytest.mark.parametrize(("depth", "code"), [(200, []), (201, ["GR-LIMIT-DEPTH"]), (100_000, ["GR-LIMIT-DEPTH"])])
def test_parse_json_checks_depth_before_it_parses(depth: int, code: list[str]) -> None:
    assert [d.code for d in read("[" * depth + '"]]]"' + "]" * depth).diagnostics] == code
    if depth > 201:
        assert [d.code for d in read('{"a":' * depth).diagnostics] == code
