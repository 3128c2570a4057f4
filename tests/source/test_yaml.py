"""Located YAML: values, places, streams, budgets, CloudFormation's short forms."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.model import Limits, Unknown
from scanner.source.document import Document
from scanner.source.located import LocatedDict, LocatedList
from scanner.source.scalars import NotFinite, plain_value
from scanner.source.yaml import parse_yaml


def read(text: str, kind: str = "kubernetes", limits: Limits | None = None) -> Document:
    document = Document("x.yaml", "", "yaml", kind, text.encode("utf-8", "surrogatepass"))
    parse_yaml(document, limits or Limits())
    return document


def codes(document: Document) -> list[str]:
    return [diagnostic.code for diagnostic in document.diagnostics]


def _same_to_both(text: str) -> bool:
    """Whether PyYAML, which writes the texts, takes a plain scalar for what we take it for."""
    if text in ("y", "Y", "n", "N"):
        return False  # booleans for Kubernetes, text for PyYAML
    try:
        return bool(plain_value(text) == text or yaml.safe_load(text) != text)
    except (NotFinite, yaml.YAMLError):
        return False


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6).filter(_same_to_both),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(values, st.sampled_from([True, False]))
@settings(max_examples=300)
def test_parse_yaml_reads_what_pyyaml_writes(value: Any, flow: bool) -> None:
    document = read(yaml.safe_dump(value, default_flow_style=flow))
    assert document.diagnostics == []
    assert document.tree == ([] if value is None else [value])


def touch(document: Document, node: Any, seen: set[int]) -> None:
    """Every place lies inside the text and inside its container."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, LocatedDict):
        assert 0 <= node.start <= node.end <= len(document.data)
        assert set(node.spans) == set(node)
        for a, b, c, d in node.spans.values():
            assert 0 <= a <= b <= d <= len(document.data)
            assert c <= d
        for value in node.values():
            touch(document, value, seen)
    elif isinstance(node, LocatedList):
        assert len(node.spans) == len(node)
        for value in node:
            touch(document, value, seen)


_texts = st.lists(
    st.sampled_from(
        ["a: ", "- ", "\n", "  ", "{", "}", "[", "]", "&x ", "*x", "!Ref ", "!!int ", "|\n", "---\n", "'", '"']
    )
    | st.sampled_from(["b", "1", "yes", "<<: ", "? ", ": ", "#", "\t", ".inf", "...\n", "%YAML 1.1\n", "é", ",", "\0"]),
    max_size=16,
).map("".join)


@given(_texts | st.text(max_size=30), st.sampled_from(["kubernetes", "cloudformation"]))
@settings(max_examples=600)
@example("a: &x\n  b: *x\n", "kubernetes")
@example("&a : *a", "kubernetes")
def test_parse_yaml_never_raises_and_places_lie_inside(text: str, kind: str) -> None:
    document = read(text, kind)
    for value in document.tree:
        touch(document, value, set())
    for diagnostic in document.diagnostics:
        assert diagnostic.span is None or diagnostic.span.start_line <= len(document.data.splitlines()) + 1


def test_parse_yaml_places_are_exact() -> None:
    text = "é: &k {x: [1, 'ü']}\nlist:\n  - a: b\n    c: |\n      text\n  - d\n"
    document = read(text)
    root = document.tree[0]
    data = document.data

    def cut(span: tuple[int, ...]) -> list[str]:
        return [data[a:b].decode() for a, b in zip(span[::2], span[1::2], strict=True)]

    assert cut(root.spans["é"]) == ["é", "&k {x: [1, 'ü']}"]
    assert cut(root["é"].spans["x"]) == ["x", "[1, 'ü']"]
    assert [cut(span) for span in root["é"]["x"].spans] == [["1"], ["'ü'"]]
    assert cut(root["list"].spans[0]) == ["a: b\n    c: |\n      text\n"]
    assert cut(root["list"][0].spans["c"]) == ["c", "|\n      text\n"]
    assert cut(root["list"].spans[1]) == ["d"]
    assert document.position(root["list"][0].spans["c"][0]) == (4, 5)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_parse_yaml_counts_lines_whatever_ends_them(end: str) -> None:
    document = read("a: 1\nb:\n  c: x\n".replace("\n", end))
    assert document.position(document.tree[0]["b"].spans["c"][2]) == (3, 6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True), ("Off", False), ("on", True), ("NO", False), ("y", "y"), ("~", None), ("", None),
        ("017", 15), ("0o17", 15), ("0x1F", 31), ("0b11", 3), ("1_000", 1000), ("-5", -5), ("08", "08"), ("0", 0),
        ("1e3", 1000.0), ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("22:22", "22:22"), ("2010-09-09", "2010-09-09"),
        ("0123456789ab", "0123456789ab"), ("1.2.3", "1.2.3"), ("nope", "nope"), ("-", "-"),
    ],
)  # fmt: skip
def test_plain_value_is_what_kubernetes_and_cloudformation_read(text: str, value: Any) -> None:
    found = plain_value(text)
    assert found == value
    assert type(found) is type(value)


def test_parse_yaml_merges_without_overriding() -> None:
    document = read("base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\none:\n  <<: *b\n  y: 9\ntwo: {<<: [*b, *m]}\n")
    root = document.tree[0]
    assert root["one"] == {"y": 9, "x": 1}
    assert root["two"] == {"x": 1, "y": 2, "z": 4}
    span = root["one"].spans["x"]
    assert document.data[span[0] : span[3]] == b"x: 1"


def test_parse_yaml_keeps_every_reading_when_a_key_is_repeated() -> None:
    document = read("spec:\n  hostNetwork: false\n  hostNetwork: yes\n")
    assert document.tree[0]["spec"]["hostNetwork"] is True
    assert document.tree[0]["spec"].duplicates == {"hostNetwork": [False, True]}
    assert [(d.code, d.level, d.span.start_line) for d in document.diagnostics if d.span] == [
        ("GR-DUP-KEY", "warning", 3)
    ]


def test_parse_yaml_keeps_keys_as_written() -> None:
    assert read("on: 1\n012: 2\nnull: 3\n").tree == [{"on": 1, "012": 2, "null": 3}]


def test_parse_yaml_expands_short_forms_in_cloudformation() -> None:
    text = (
        "A: !Ref X\nB: !GetAtt X.Arn.Y\nC: !Sub '${X}-b'\nD: !If [c, !Ref X, !Ref 'AWS::NoValue']\n"
        "E: !GetAtt [X, Arn]\nF: !Condition c\nG: !Transform {Name: AWS::Include}\nH: !Sub\n  - a\n  - {b: 1}\n"
        "Version: 2012-10-17\n"
    )
    document = read(text, "cloudformation")
    assert codes(document) == []
    assert document.tree == [
        {
            "A": {"Ref": "X"},
            "B": {"Fn::GetAtt": ["X", "Arn.Y"]},
            "C": {"Fn::Sub": "${X}-b"},
            "D": {"Fn::If": ["c", {"Ref": "X"}, {"Ref": "AWS::NoValue"}]},
            "E": {"Fn::GetAtt": ["X", "Arn"]},
            "F": {"Condition": "c"},
            "G": {"Fn::Transform": {"Name": "AWS::Include"}},
            "H": {"Fn::Sub": ["a", {"b": 1}]},
            "Version": "2012-10-17",
        }
    ]
    touch(document, document.tree[0], set())


def test_parse_yaml_gives_unknown_when_a_tag_is_not_known() -> None:
    document = read("a: !!python/object/apply:os.system [x]\nb: !Ref X\nc: !!str 1\nd: !!int '7'\ne: !!set {x}\n")
    root = document.tree[0]
    assert [type(root[key]) for key in "ab"] == [Unknown, Unknown]
    assert (root["c"], root["d"]) == ("1", 7)
    assert codes(document) == ["GR-YAML-TAG"] * 3


def test_parse_yaml_loses_only_the_broken_document() -> None:
    document = read("a: 1\n---\nb: [1\nc: 2\n---\nd: |\n  x\n---\ne: 1\n\tg: 1\n---\nh: 1\n")
    assert document.tree == [{"a": 1}, {"d": "x\n"}, {"h": 1}]
    assert codes(document) == ["GR-PARSE", "GR-PARSE"]
    lines = [d.span.start_line for d in document.diagnostics if d.span]
    assert 3 <= lines[0] <= 5
    assert 9 <= lines[1] <= 10
    assert "tab" in document.diagnostics[1].message


@pytest.mark.parametrize(
    "text", ["a: 1\nb:\n  c: 1\n d: 2\n", "a: b: c\n", "a: 'x\n", "a: *nope\n", "a: @x\n", "k\nv: 1\n", "\ta: 1\n"]
)
def test_parse_yaml_says_what_to_do_when_broken(text: str) -> None:
    document = read(text)
    assert codes(document) == ["GR-PARSE"]
    assert document.status == "failed"
    assert document.diagnostics[0].hint


@pytest.mark.parametrize("text", ["a: " + "[" * 50_000, "\n".join(" " * i + "a:" for i in range(300)), "- " * 5000])
def test_parse_yaml_stops_when_the_nesting_is_too_deep(text: str) -> None:
    document = read(text + "\n---\nb: 1\n")
    assert codes(document) == ["GR-LIMIT-DEPTH"]
    assert document.tree == [{"b": 1}]


def test_parse_yaml_stops_aliases_at_the_budget() -> None:
    lines = ["a0: &a0 [x, x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]" for i in range(1, 12)]
    document = read("\n".join(lines) + "\nkept: 1\n", limits=Limits(aliases=1000))
    assert document.tree[0]["kept"] == 1
    assert codes(document) == ["GR-LIMIT-ALIAS"]
    assert count(document.tree[0]) <= 1200  # keys that hold a refused alias come on top


def count(node: Any) -> int:
    """The nodes of a tree, those that are shared as often as they are met."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return 1 + sum(count(child) + isinstance(node, dict) for child in children)


def test_parse_yaml_refuses_a_cycle() -> None:
    document = read("m: &m\n  name: x\n  again: *m\n")
    assert document.tree[0]["m"]["again"].code == "cycle"
    assert codes(document) == ["GR-LIMIT-ALIAS"]


@pytest.mark.parametrize(("text", "value"), [("y", True), ("Y", True), ("n", False), ("N", False), ("'y'", "y")])
def test_parse_yaml_reads_booleans_of_one_letter_as_kubernetes_does(text: str, value: Any) -> None:
    assert read(f"a: {text}\n").tree == [{"a": value}]
    assert read(f"a: {text}\n", "cloudformation").tree == [{"a": text.strip("'")}]
