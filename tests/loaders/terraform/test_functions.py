"""Functions: what terraform 1.11 does not have, files, results with unknown parts, and the table."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scanner.loaders.terraform.functions import FUNCTIONS, function
from scanner.loaders.terraform.functions.call import implementation
from scanner.loaders.terraform.functions.characters import clusters
from scanner.loaders.terraform.values import to_plain
from scanner.model import Encoded, Unknown

from .expressions import VALUES, value_of

FILES = {
    "a.txt": b"hello\n",
    "bad.bin": b"\xff",
    "t.tmpl": b"Hi ${name}%{ for x in list } ${x}%{ endfor }",
    "policy.json.tmpl": b'{"Resource": "${arn}/*"}',
    "nested.tmpl": b'${templatefile("t.tmpl", {})}',
    "sub/b.json": b"{}",
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_implemented_or_says_why_not(name: str) -> None:
    known = function(name)
    assert known is not None
    if not known.unevaluated and name not in ("try", "can"):
        assert callable(implementation(name))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('base64gunzip("H4sIAAAAAAAA/8tIzcnJBwCGphA2BQAAAA==")', "hello"),
        ('urldecode("a%20b+c")', "a b c"),
        ('can(urldecode("%zz"))', False),
        ('cidrcontains("10.0.0.0/8", "10.1.2.3")', True),
        ('cidrcontains("10.0.0.0/8", "10.0.0.0/7")', False),
        ('can(cidrcontains("10.0.0.0/8", "::1"))', False),
        ("false && upper(null) == 1", False),
        ("true || upper(null) == 1", True),
        ('element(["a", "b", "c"], -1)', "c"),
    ],
)
def test_what_opentofu_and_later_versions_add(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('file("a.txt")', "hello\n"),
        ('can(file("missing"))', False),
        ('can(file("bad.bin"))', False),
        ('filebase64("bad.bin")', "/w=="),
        ('fileexists("a.txt")', True),
        ('fileexists("missing")', False),
        ('filesha1("a.txt")', "f572d396fae9206628714fb2ce00f72e94f2258f"),
        ('fileset(".", "*.tmpl")', ["nested.tmpl", "policy.json.tmpl", "t.tmpl"]),
        ('fileset(".", "**/*.{json,txt}")', ["a.txt", "sub/b.json"]),
        ('templatefile("t.tmpl", { name = "bob", list = [1, 2] })', "Hi bob 1 2"),
        ('can(templatefile("t.tmpl", { name = "bob" }))', False),
        ('can(templatefile("nested.tmpl", {}))', False),
        ('templatestring("$${x}-$${x}", { x = 1 })', "1-1"),
    ],
)
def test_files_are_read_through_the_scope(text: str, expected: object) -> None:
    assert to_plain(value_of(text, files=FILES)) == expected


@pytest.mark.parametrize("text", ['file("/etc/passwd")', 'file("~/.ssh/id_rsa")', 'pathexpand("~/x")', 'filemd5("/x")'])
def test_files_outside_the_root_are_unknown(text: str) -> None:
    assert value_of(text).code == "path_escape"


def test_template_file_with_unknown_parts_is_a_document() -> None:
    value = to_plain(value_of('templatefile("policy.json.tmpl", { arn = var.arn })', files=FILES))
    assert isinstance(value, Encoded)
    assert value.document["Resource"].suffix == "/*"


def test_yamlencode_of_unknown_parts_is_a_document() -> None:
    value = value_of('yamlencode({ a = var.arn, b = "c" })')
    assert isinstance(value, Encoded)
    assert (value.language, value.document["b"]) == ("yaml", "c")
    assert value_of("yamldecode(yamlencode({ a = var.arn })).a").identities == VALUES["arn"].identities


@pytest.mark.parametrize(
    ("text", "prefix", "suffix"),
    [
        ('join("/", ["a", var.id, "b"])', "a/", "/b"),
        ('format("%s-%s", "x", var.id)', "x-", ""),
        ('formatlist("%s/*", [var.arn])[0]', "arn:", "/*"),
        ("upper(var.arn)", "ARN:", ""),
        ('trimprefix(var.arn, "a")', "rn:", ""),
        ('trimsuffix("${var.id}.com.", ".")', "", ".com"),
        ('trimspace("  ${var.id} x ")', "", " x"),
        ('replace("a.${var.id}.b", ".", "-")', "a-", "-b"),
        ("jsonencode([var.id])", "[", ""),
    ],
)
def test_texts_with_unknown_parts_keep_their_ends(text: str, prefix: str, suffix: str) -> None:
    value = value_of(text)
    assert isinstance(value, Unknown)
    assert (value.prefix, value.suffix) == (prefix, suffix)


@pytest.mark.parametrize(
    ("text", "contains"),
    [
        ('compact(["a", var.unset, ""])', ("a",)),
        ('distinct(concat(["a"], var.list))', ("a",)),
        ('setunion(["a"], var.list)', ("a",)),
        ('setintersection(concat(["a", "b"], var.list), ["a"])', ("a",)),
        ('sort(concat(["b"], var.list))', ("b",)),
        ('formatlist("%s/32", concat(["1.2.3.4"], var.list))', ("1.2.3.4/32",)),
        ('concat(["a"], var.list)[*]', ("a",)),
    ],
)
def test_lists_of_unknown_length_say_what_they_contain(text: str, contains: tuple[str, ...]) -> None:
    value = value_of(text)
    assert isinstance(value, Unknown)
    assert value.contains == contains


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("length(compact([var.arn, var.arn]))", 2),
        ('substr(var.arn, 0, 3)', "arn"),
        ("length(zipmap([\"a\"], [var.unset]))", 1),
        ('setsubtract([], [var.unset])', []),
        ('matchkeys(["a"], ["k"], [])', []),
        ('index(["a", var.unset], "a")', 0),
        ("sum([1, 2.5])", 3.5),
        ("merge({ a = var.unset }, { a = 1 }).a", 1),
        ("length(merge({ a = var.unset }, { b = 1 }))", 2),
        ('chunklist(["a", var.unset, "c"], 2)[1][0]', "c"),
        ("coalesce(null, \"x\", var.unset)", "x"),
        ("length(setproduct([var.unset], [1, 2]))", 2),
    ],
)  # fmt: skip
def test_what_is_certain_is_known(text: str, expected: object) -> None:
    assert to_plain(value_of(text)) == expected


@pytest.mark.parametrize("call", ["setsubtract(toset([]), {})", "setintersection(toset([]), {})"])
def test_an_empty_set_is_not_known_where_an_unknown_may_make_it_an_error(call: str) -> None:
    """`[["a", {}, true], []]` has no element type, so a conditional would not look at that side."""
    open_ = call.format('[["a", {}, var.unset], []]')
    assert isinstance(value_of(open_), Unknown)
    assert to_plain(value_of(f"false ? {open_} : toset([4])")) == [4]


def test_characters_are_what_a_reader_counts() -> None:
    assert clusters("e\u0301🇩🇪👨‍👩‍👧a\r\n") == ["e\u0301", "🇩🇪", "👨‍👩‍👧", "a", "\r\n"]
    assert value_of('length("🇩🇪🇫🇷")') == 2


def test_regular_expressions_take_linear_time() -> None:
    assert value_of('regexall("(x+x+)+y", join("", [for i in range(1000) : "xxxxxxxxxxxxxxxxxxxx"]))') == []


def test_an_ordinary_expression_imports_no_heavy_module() -> None:
    code = (
        "import sys\n"
        "from scanner.loaders.terraform.evaluate import evaluate, Budget\n"
        "from scanner.source.hcl import parse_expression\n"
        "evaluate(parse_expression('merge({a = upper(\"x\")}, {b = length([1])})'), None, Budget())\n"
        "print(*sorted({'re2', 'yaml', 'hashlib', 'datetime', 'ipaddress', 'uuid', 'zlib'} & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
