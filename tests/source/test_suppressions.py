"""Suppressions in texts of every kind: nothing breaks, what is no comment is none, and spans lie in the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Limits
from scanner.source.parse import parse_document
from scanner.source.suppression_comments import lines_below, read_comment, read_own
from scanner.source.suppressions import Suppression, find_suppressions
from scanner.source.suppressions_hcl import comments
from scanner.source.texts import discover_texts

MARKS = [
    "# groundrule:ignore a-b",
    '// groundrule:ignore a-b reason="x"',
    "/* groundrule:ignore a-b */",
    "#checkov:skip=CKV_1:x",
    "#trivy:ignore:AWS-1",
    "# kics-scan ignore-line",
    "# kics-scan ignore-block",
    "# kics-scan disable=a",
    "# cfn_nag",
    "# SuppressedRules",
    "groundrule.dev/ignore: a-b",
    "checkov.io/skip1: CKV_1",
]
HCL = [
    'a "b" "c" {',
    "}",
    "x = 1",
    'x = "${',
    '"',
    "x = [",
    "]",
    "<<EOT",
    "EOT",
    "x = <<-EOT",
    "{",
    "/*",
    "*/",
    "é",
    "\\",
    "%{",
    "\0",
]
YAML = [
    "Resources:",
    "  A:",
    "    Type: AWS::S3::Bucket",
    "    Metadata:",
    "      cfn_nag: {rules_to_suppress: [{id: W1}]}",
    "      checkov: {skip: [{id: 1}, 7, {id: [x]}]}",
    "      guard: {SuppressedRules: [A, 7]}",
    "      groundrule: {ignore: x}",
    "---",
    "...",
    "- a",
    "- - b",
    "? c",
    "x: &a",
    "y: *a",
    "<<: *a",
    "|",
    "x: |",
    "  text",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    "\t",
    "apiVersion: v1",
    "kind: List",
    "items:",
    "metadata:",
    "  annotations:",
    "!Ref a",
    "é: ü",
    "%YAML 1.1",
    "x: y # z",
]


def found(name: str, text: str) -> list[Suppression]:
    documents = discover_texts({name: text}, Limits()).documents
    for document in documents:
        parse_document(document, Limits())
    return find_suppressions(documents)


def texts(pieces: list[str]) -> st.SearchStrategy[str]:
    line = st.tuples(
        st.sampled_from(["", " ", "  ", "    ", "      "]), st.lists(st.sampled_from([*pieces, *MARKS]), max_size=3)
    )
    lines = st.lists(line.map(lambda parts: parts[0] + " ".join(parts[1])), max_size=14)
    return st.tuples(lines, st.sampled_from(["\n", "\r\n", "\r"])).map(lambda parts: parts[1].join(parts[0]))


def _check(text: str, suppressions: list[Suppression]) -> None:
    last = len(text.splitlines()) + 1
    for waiver, *_ in suppressions:
        for span in (waiver.location, waiver.scope):
            assert span is None or 1 <= span.start_line <= span.end_line <= last + 2
            assert span is None or (span.start_line, span.start_column) <= (span.end_line, span.end_column)


@settings(max_examples=300)
@given(texts(HCL))
def test_no_terraform_text_breaks_it(text: str) -> None:
    _check(text, found("main.tf", text))
    _check(text, found("terraform.tfvars", text))


@settings(max_examples=300)
@given(
    texts(YAML),
    st.sampled_from(
        ["Resources: {}\n", "apiVersion: v1\nkind: Pod\n", "Resources:\n", "apiVersion: v1\nkind: A\n---\n"]
    ),
)
def test_no_yaml_text_breaks_it(text: str, start: str) -> None:
    _check(start + text, found("t.yaml", start + text))


@given(st.text(alphabet='groundle:i=,"\\ \t#*-ab1[]', max_size=60))
def test_no_words_of_a_comment_break_it(text: str) -> None:
    list(read_comment("groundrule:ignore" + text))
    list(read_comment(text + "checkov:skip=A:" + text))
    list(read_comment("trivy:ignore:" + text))
    list(read_comment("kics-scan " + text))
    read_own(" " + text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('x = "# a" # b', [" b"]),
        ('x = "\\"# a" # b', [" b"]),
        ('x = "${f("# a", {b = "}"})} # c" # d', [" d"]),
        ('x = "$${ # a" # b', [" b"]),
        ('x = "%{ if a }# b%{ endif }" # c', [" c"]),
        ("x = <<A\n# a\nA\n# b", [" b"]),
        ("x = <<-A\n  # a\n  A\n// b", [" b"]),
        ("x = <<A\n# a\nAA\n A # no end\n# b", []),
        ('x = "unclosed # a\n# b', [" b"]),
        ("/* a\n * b\n\n # c */ # d", ["a", "b", "c ", " d"]),
        ("/* a", []),
        ("a / b # c", [" c"]),
        ("#a\r#b\r\n#c", ["a", "b", "c"]),
    ],
)
def test_comments_of_hcl(text: str, expected: list[str]) -> None:
    assert [each.text for each in comments(text.encode())] == expected


def test_the_first_line_below_a_block_of_lines() -> None:
    assert lines_below({1, 2, 3, 7}) == {1: 4, 2: 4, 3: 4, 7: 8}


def test_a_word_that_only_begins_like_ours_is_refused() -> None:
    (statement,) = read_comment("groundrule:ignored a-b")
    assert statement.problem
    assert list(read_comment("see groundrule:ignore a-b")) == []


def test_there_is_a_most() -> None:
    from scanner.source.suppressions import MOST

    assert len(found("main.tf", "# groundrule:ignore a-b\n" * (MOST + 5))) == MOST + 1
