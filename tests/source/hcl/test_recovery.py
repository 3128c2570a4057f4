"""A broken block costs that block: what is kept, and what is said where."""

from __future__ import annotations

import pytest

from scanner.model import Limits
from scanner.source.document import Document
from scanner.source.hcl import parse_hcl

BEFORE = 'resource "a" "first" {\n  x = 1\n}\n\n'
AFTER = (
    '\nresource "a" "second" {\n  y = "v"\n  z {\n    q = [1]\n  }\n}\n\n'
    'variable "third" {\n  default = <<EOT\ntext }\nresource "in" "text" {\nEOT\n}\n'
)
HEAD = 'resource "b" "bad" {\n'


def parse(text: str, format: str = "hcl") -> Document:
    document = Document("main.tf", "", format, "terraform", text.encode())
    parse_hcl(document, Limits())
    return document


@pytest.mark.parametrize(
    ("broken", "line", "message"),
    [
        pytest.param(HEAD + "  v {\n    e = true\n}\n", 2, "`{` is not closed", id="missing brace of an inner block"),
        pytest.param(HEAD + "  v = 1\n", 1, "`{` is not closed", id="missing brace"),
        pytest.param(
            HEAD + "  v = {\n    a = 1\n  w = 2\n}\n", 2, "`{` is not closed", id="missing brace of an object"
        ),
        pytest.param(HEAD + '  v = "abc\n  w = 1\n}\n', 2, "no closing quote", id="missing quote"),
        pytest.param(HEAD + '  v = abc"\n  w = "x"\n}\n', 2, "closing quote", id="missing opening quote"),
        pytest.param('resource "b" "bad {\n v = 1\n}\n', 1, "no closing quote", id="missing quote of a label"),
        pytest.param(HEAD + "  v =\n  w = 1\n}\n", 2, "`v` has no value", id="missing value"),
        pytest.param(HEAD + '  v = ["a", "b"\n  w = 1\n}\n', 2, "`[` is not closed", id="missing bracket"),
        pytest.param(HEAD + "  v = max(1, 2\n  w = 1\n}\n", 2, "`(` is not closed", id="missing parenthesis"),
        pytest.param(HEAD + "  v = [1 2]\n}\n", 2, "where `,` or `]` should stand", id="missing comma"),
        pytest.param(HEAD + "  v = 1\n  }\n  w = 1\n}\n", 5, "closes nothing", id="extra brace inside"),
        pytest.param(HEAD + "  v = = 1\n}\n", 2, "`=` where a value", id="equals twice"),
        pytest.param(HEAD + "  v = 1 w = 2\n}\n", 2, "on the same line", id="two on one line"),
        pytest.param(HEAD + "  v = <<EOF\nabc\n}\n", 2, "no closing `EOF`", id="unterminated heredoc"),
        pytest.param(HEAD + "  v = <<EOT\nabc\n}\n", 2, "no closing `EOT`", id="unterminated heredoc of the same mark"),
        pytest.param(HEAD + '  v = "${var.x"\n}\n', 2, "`${` is not closed", id="unterminated interpolation"),
        pytest.param(HEAD + '  v = "%{ if a }x"\n}\n', 2, "has no `%{ endif }`", id="unterminated directive"),
        pytest.param(HEAD + "  v = a ? b\n}\n", 2, "this `?` has no `:`", id="half a condition"),
        pytest.param(HEAD + "  v = 1 /* abc\n}\n", 2, "comment has no closing", id="unterminated comment"),
        pytest.param(HEAD + "  v = 'a'\n}\n", 2, "double quotes", id="single quotes"),
        pytest.param(HEAD + "<<<<<<< HEAD\n  v = 1\n=======\n  v = 2\n>>>>>>> x\n}\n", 2, "merge conflict", id="merge"),
        pytest.param(HEAD + " \x01\x02 \x7f\n}\n", 2, "neither an argument nor a block", id="binary"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_parse_hcl_keeps_the_neighbours_when_a_block_is_broken(broken: str, line: int, message: str, end: str) -> None:
    document = parse((BEFORE + broken + AFTER).replace("\n", end))
    assert [block.labels[-1] for block in document.tree.blocks] == ["first", "second", "third"]
    assert len(document.diagnostics) == 1
    found = document.diagnostics[0]
    assert found.span is not None
    assert (found.code, found.level, found.span.start_line) == ("GR-PARSE", "error", line + 4)
    assert message in found.message
    assert found.hint
    assert document.status == "parsed"


def test_parse_hcl_keeps_a_block_when_only_a_brace_after_it_is_too_many() -> None:
    document = parse(BEFORE + "}\n" + AFTER)
    assert [block.labels[-1] for block in document.tree.blocks] == ["first", "second", "third"]
    assert [d.message for d in document.diagnostics] == ["this `}` closes nothing"]


def test_parse_hcl_loses_only_what_is_between_merge_markers() -> None:
    conflict = f"<<<<<<< HEAD\n{HEAD}  v = 1\n}}\n=======\n{HEAD}  v = 2\n}}\n>>>>>>> x\n"
    document = parse(BEFORE + conflict + AFTER)
    assert [block.labels[-1] for block in document.tree.blocks] == ["first", "second", "third"]
    assert [d.message for d in document.diagnostics] == ["an unresolved merge conflict"]


def test_parse_hcl_keeps_all_good_blocks_when_ten_are_broken() -> None:
    breaks = ["v = {", 'v = "a', "v =", "v = [1", "v = <<X", 'v = "${a"', "v = = 1", "v = 'a'", "v = (1", "w {"]
    text = "".join(
        f'{HEAD}  {broken}\n}}\n\nresource "a" "good{i}" {{\n  x = {i}\n}}\n' for i, broken in enumerate(breaks)
    )
    document = parse(text)
    assert [block.labels[-1] for block in document.tree.blocks] == [f"good{i}" for i in range(10)]
    assert len(document.diagnostics) == 10


def test_parse_hcl_does_not_take_headers_in_comments_for_blocks_when_something_is_broken() -> None:
    comment = '/*\nresource "c" "commented" {\n  x = 1\n}\n*/\n'
    document = parse(f"{HEAD}  v = =\n}}\n{comment}{AFTER}")
    assert [block.labels[-1] for block in document.tree.blocks] == ["second", "third"]


def test_parse_hcl_keeps_the_other_lines_of_tfvars_when_one_is_broken() -> None:
    document = parse('a = 1\nb = "x\nc = 3\nd = [1\ne = 5\n', "tfvars")
    assert list(document.tree.attributes) == ["a", "c", "e"]
    assert [d.span.start_line for d in document.diagnostics if d.span] == [2, 4]


def test_parse_hcl_keeps_the_first_value_and_the_others_when_an_argument_is_repeated() -> None:
    body = parse("a {\n  x = 1\n  x = 2\n  x = 3\n}\n")
    block = body.tree.blocks[0].body
    assert block.attributes["x"].expr.value == 1
    assert [duplicate.expr.value for duplicate in block.duplicates] == [2, 3]
    assert [(d.code, d.level, d.span.start_line) for d in body.diagnostics if d.span] == [
        ("GR-DUP-KEY", "warning", 3),
        ("GR-DUP-KEY", "warning", 4),
    ]


def test_parse_hcl_fails_the_block_and_not_the_process_when_brackets_are_too_deep() -> None:
    document = parse(BEFORE + "locals {\n  x = " + "[" * 20_000 + "]" * 20_000 + "\n}\n" + AFTER)
    assert [block.labels[-1] for block in document.tree.blocks] == ["first", "second", "third"]
    assert [d.code for d in document.diagnostics] == ["GR-LIMIT-DEPTH"]


@pytest.mark.parametrize("piece", ["!", "-", "a ? b : ", "f(", "{a=", '"${', "a[", "1+", "a.", "a[*]", "(", "%{"])
def test_parse_hcl_ends_when_anything_is_repeated_without_end(piece: str) -> None:
    document = parse("x = " + piece * 5_000 + "\n")
    assert document.diagnostics
    assert document.status == "failed"


def test_parse_hcl_fails_the_file_when_it_has_nul() -> None:
    document = parse("a = 1\nb\0 = 2\n")
    assert [d.code for d in document.diagnostics] == ["GR-ENCODING"]
    assert document.status == "failed"


@pytest.mark.parametrize(
    "text", ["", "\n", "# only\n", "\ufeffa = 1", "a = 1", "a {}", "a {}\r\n", "/* x */ a = 1 // y"]
)
def test_parse_hcl_says_nothing_when_a_small_text_is_valid(text: str) -> None:
    assert parse(text).diagnostics == []
