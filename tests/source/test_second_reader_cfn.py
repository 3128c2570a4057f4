"""Two readers of templates agree; where one is made to differ, the difference is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.model import Limits
from scanner.source.document import Document
from scanner.source.parse import parse_document
from scanner.source.second_reader_cfn import compare, cross_check

SAMPLES = sorted(
    path
    for ending in ("*.yaml", "*.yml", "*.json", "*.template")
    for path in (Path(__file__).parent.parent.parent / "samples").rglob(ending)
    if b"AWSTemplateFormatVersion" in path.read_bytes()
)
TEXT = """AWSTemplateFormatVersion: 2010-09-09
Description: |
  two
  lines
Parameters:
  Time: {Type: String, Default: 12:30, On: yes}
Mappings: {M: {012345678901: {a: 012345678901, b: 0.5, c: null}}}
Resources:
  A: &a
    Type: AWS::S3::Bucket
    Properties:
      Name: !Sub "${B}-x"
      List: [!Ref B, !GetAtt B.Arn.C, !If [X, 1, true], !GetAtt [B, Arn], {Fn::GetAtt: B.Arn}]
      Code: !Base64
        Fn::Join: ["", [a]]
      Nested: !GetAtt [!Sub "B", !Ref C]
  B: *a
"""
JSON = '{"Resources": {"A": {"Type": "A::B", "n": [1, 2.5, true, null, "\\u00e9"], "f": {"Fn::GetAtt": ["a", "b"]}}}}'


def read(text: str, name: str = "t.yaml") -> Document:
    format = "json" if name.endswith(".json") else "yaml"
    document = Document(name, "", format, "cloudformation", text.encode())
    parse_document(document, Limits())
    return document


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_readers_agree_on_the_samples(path: Path) -> None:
    assert cross_check(read(path.read_text(encoding="utf-8"), path.name)) == []


def test_readers_agree_on_every_sort_of_value() -> None:
    assert cross_check(read(TEXT)) == []
    assert cross_check(read(JSON, "t.json")) == []


CHANGES = {
    "text": ("AWS::S3::Bucket", "AWS::S3::Bicket"),
    "number": ("b: 0.5", "b: 0.25"),
    "bool": ("On: yes", "On: no"),
    "null": ("c: null", "c: 0"),
    "time": ("12:30", "12:31"),
    "key": ("Code:", "Kode:"),
    "tag": ("!Ref B", "!Sub B"),
    "attribute": ("B.Arn.C", "B.Arn.D"),
    "length": ("[!Ref B, ", "["),
    "missing key": ("  B: *a\n", ""),
    "block text": ("  lines", "  limes"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_difference_is_found(change: tuple[str, str]) -> None:
    import cfn_flip

    assert TEXT.count(change[0]) >= 1
    (tree,) = read(TEXT.replace(*change, 1)).tree
    found = list(compare(tree, cfn_flip.load_yaml(TEXT)))
    assert found
    assert all(0 <= each.start <= each.end <= len(TEXT.encode()) for each in found)


def test_difference_stands_at_its_line() -> None:
    import cfn_flip

    document = read(TEXT.replace("b: 0.5", "b: 0.25"))
    (found,) = compare(document.tree[0], cfn_flip.load_yaml(TEXT))
    assert (found.ours, found.theirs) == ("0.25", "0.5")
    assert document.position(found.start)[0] == 7


@pytest.mark.parametrize("text", ["a: [", "", "7", "a: 1\n---\nb: 2\n"])
def test_what_is_no_single_template_is_not_compared(text: str) -> None:
    assert cross_check(read(text)) == []


def test_what_the_other_cannot_read_is_told_of() -> None:
    (found,) = cross_check(read("a: &x {b: 1}\nc: {<<: *x, d: 2}\n"))
    assert found.code == "GR-CROSS-CHECK"


def test_aliases_are_compared_once() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 4)}]\n" for n in range(1, 10))
    assert cross_check(read("l0: &l0 [x, x]\n" + levels)) == []
