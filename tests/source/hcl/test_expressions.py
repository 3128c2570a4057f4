"""The trees of expressions: shapes that a value alone does not show, and their places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scanner.source.document import Document
from scanner.source.hcl import ast, parse_expression, parse_template


def shape(node: Any) -> Any:
    """A tree as nested tuples, without places."""
    if isinstance(node, ast.Expr):
        return (type(node).__name__, *(shape(getattr(node, name)) for name in type(node).__slots__))
    if isinstance(node, list | tuple):
        return [shape(item) for item in node]
    return node


def variable(name: str) -> Any:
    return ("Variable", name)


def literal(value: Any) -> Any:
    return ("Literal", value)


X, Y = variable("x"), variable("y")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x.a[0]", ("Index", literal(0), ("GetAttr", "a", X))),
        ("x.0.a", ("GetAttr", "a", ("Index", literal(0), X))),
        ("x.*.a", ("Splat", ("GetAttr", "a", ("SplatItem",)), False, X)),
        ("x.*.a[0]", ("Index", literal(0), ("Splat", ("GetAttr", "a", ("SplatItem",)), False, X))),
        ("x[*].a[0]", ("Splat", ("Index", literal(0), ("GetAttr", "a", ("SplatItem",))), True, X)),
        ("x[*]", ("Splat", ("SplatItem",), True, X)),
        ("f(x, y...)", ("Call", [X, Y], True, "f")),
        ("f()", ("Call", [], False, "f")),
        ("provider::a::b(x)", ("Call", [X], False, "provider::a::b")),
        ("x - y - 1", ("Binary", ("Binary", X, "-", Y), "-", literal(1))),
        ("x || y && x", ("Binary", X, "||", ("Binary", Y, "&&", X))),
        ("-x.a", ("Unary", ("GetAttr", "a", X), "-")),
        ("!x == y", ("Binary", ("Unary", X, "!"), "==", Y)),
        ('"${x}"', ("TemplateWrap", X)),
        ('"a${x}"', ("Template", ["a", X])),
        ('" ${~ x }"', ("Template", [X])),
        ('"$${x}"', literal("${x}")),
        ('"%{ if x }a%{ endif }"', ("Template", [("TemplateIf", X, None, literal("a"))])),
        ("{ a = 1, (x) = 2, x.y = 3 }", None),
        ("true", literal(True)),
        ("null", literal(None)),
        ("trueish", variable("trueish")),
        ("10000000000000000000000000000001", literal(10000000000000000000000000000001)),
        ("0.1", literal(Decimal("0.1"))),
        ("1.0", literal(1)),
        ("[for k, v in x : v if y]", ("ForExpr", X, Y, False, None, "k", variable("v"), "v")),
        ("{for v in x : v => y...}", ("ForExpr", X, None, True, variable("v"), None, Y, "v")),
    ],
)
def test_parse_expression_gives_the_tree(text: str, expected: Any) -> None:
    found = shape(parse_expression(text))
    if expected is not None:
        assert found == expected
    else:
        assert found[1] == [[literal("a"), literal(1)], [X, literal(2)], [("GetAttr", "y", X), literal(3)]]


def test_parse_expression_gives_places_in_bytes() -> None:
    expr = parse_expression('é + f("ü", x)', offset=100)
    assert isinstance(expr, ast.Binary)
    assert (expr.start, expr.end) == (100, 115)
    call = expr.right
    assert isinstance(call, ast.Call)
    assert [(arg.start, arg.end) for arg in call.args] == [(107, 111), (113, 114)]


@pytest.mark.parametrize("text", ["", "1 +", "a b", '"', "[1", "a.b.*.c.*.d", "f(x... , y)", "{a}", "'x'"])
def test_parse_expression_gives_invalid_and_a_diagnostic_when_it_is_none(text: str) -> None:
    document = Document("x.tf.json", "", "tf_json", "terraform", b" " * 50)
    assert isinstance(parse_expression(text, document, 7), ast.Invalid)
    assert [d.code for d in document.diagnostics] == ["GR-PARSE"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('plain\\n "q"', literal('plain\\n "q"')),
        ("${x}", ("TemplateWrap", X)),
        ("a ${x}\nb", ("Template", ["a ", X, "\nb"])),
        ("", literal("")),
        ("$", literal("$")),
        (
            "%{ for v in x }${v}%{ endfor }",
            ("Template", [("TemplateFor", ("Template", [variable("v")]), X, None, "v")]),
        ),
    ],
)
def test_parse_template_reads_a_text_without_quotes(text: str, expected: Any) -> None:
    assert shape(parse_template(text)) == expected
