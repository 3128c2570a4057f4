"""Laws of the HCL front end: it never raises, places lie inside the text, and others read the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scanner.model import Limits
from scanner.source.document import Document
from scanner.source.hcl import ast, parse_expression, parse_hcl, parse_template
from tests.source.hcl import second_readers, strategies


def parse(data: bytes, format: str = "hcl") -> Document:
    document = Document("main.tf", "", format, "terraform", data)
    parse_hcl(document, Limits())
    return document


def expressions(body: ast.Body) -> list[ast.Expr]:
    """Every expression in a body, at any depth."""
    pending: list[Any] = [body]
    out: list[ast.Expr] = []
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Body):
            pending += [*node.attributes.values(), *node.duplicates, *node.blocks]
        elif isinstance(node, ast.Attribute):
            pending.append(node.expr)
        elif isinstance(node, ast.Block):
            pending.append(node.body)
        elif isinstance(node, list | tuple):
            pending += node
        elif isinstance(node, ast.Expr):
            out.append(node)
            pending += [getattr(node, name) for name in type(node).__slots__]
    return out


@given(st.one_of(st.text(max_size=80), strategies.fragments), st.sampled_from(["hcl", "tfvars"]))
@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@example('a = "${', "hcl")
@example("resource {", "hcl")
@example('x = "\\', "hcl")
def test_parse_hcl_never_raises_and_places_lie_inside(text: str, format: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    document = parse(data, format)
    lines = len(data.splitlines()) + 1
    for expr in expressions(document.tree):
        assert 0 <= expr.start <= expr.end <= len(data)
    for diagnostic in document.diagnostics:
        assert diagnostic.span is not None
        assert 1 <= diagnostic.span.start_line <= diagnostic.span.end_line <= lines
        assert diagnostic.message.isprintable()


@given(strategies.fragments)
@settings(max_examples=300)
def test_parse_expression_and_template_never_raise(text: str) -> None:
    parse_expression(text)
    parse_template(text)


@given(strategies.files)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_parse_hcl_agrees_with_tree_sitter_when_valid(text: str) -> None:
    theirs = second_readers.tree_sitter_structure(text.encode())
    document = parse(text.encode())
    assert document.diagnostics == []
    if theirs is not None:  # its grammar lacks some valid forms, such as braces in a heredoc after `$`
        assert second_readers.our_structure(document.tree) == theirs


@given(strategies.files)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_parse_hcl_agrees_with_python_hcl2_when_valid(text: str) -> None:
    hcl2 = pytest.importorskip("hcl2")
    try:
        theirs = hcl2.loads(text)
    except Exception:  # it refuses some valid texts; then it says nothing
        return
    document = parse(text.encode())
    assert second_readers.literal_differences(document.tree, theirs) == []


@given(strategies.files, st.sampled_from(["\r\n", "\r"]))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_lines_are_the_same_whatever_ends_them(text: str, end: str) -> None:
    plain, other = parse(text.encode()), parse(text.replace("\n", end).encode())
    assert [d.message for d in other.diagnostics] == [d.message for d in plain.diagnostics]
    assert _lines(plain, plain.tree) == _lines(other, other.tree)


def _lines(document: Document, body: ast.Body) -> list[Any]:
    attributes = [
        (name, document.position(a.start), document.position(a.value_start)) for name, a in body.attributes.items()
    ]
    return [attributes, [(b.type, document.position(b.start), _lines(document, b.body)) for b in body.blocks]]


@given(strategies.files, strategies.fragments.filter(lambda text: "\0" not in text), strategies.files)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_blocks_before_a_broken_one_are_kept(before: str, broken: str, after: str) -> None:
    kept = len(parse(before.encode()).tree.blocks)
    blocks = parse((before + '\nresource "b" "r" {\n' + broken + "\n" + after).encode()).tree.blocks
    assert [block.type for block in blocks[:kept]] == [block.type for block in parse(before.encode()).tree.blocks]
