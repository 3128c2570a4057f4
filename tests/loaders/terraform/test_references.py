"""References found in expressions without evaluating them."""

from scanner.loaders.terraform.references import find_reference, references, traversal, walk
from scanner.source.hcl import parse_expression
from scanner.source.hcl.ast import Literal, Variable


def test_a_traversal_keeps_literal_steps_and_expressions():
    found = traversal(parse_expression('aws_x.a["k"].b[0][var.i]'))
    assert found is not None
    assert found.root == "aws_x"
    assert found.steps[:4] == ("a", "k", "b", 0)


def test_a_call_is_no_traversal():
    assert traversal(parse_expression("upper(var.a)")) is None


def test_every_reference_is_found_once_in_its_longest_form():
    expr = parse_expression('merge(var.a.b, { (local.k) = "${aws_x.y[count.index].id}" }, [for m in module.m : m.out])')
    found = sorted((one.root, *(step for step in one.steps if isinstance(step, str))) for one in references(expr))
    assert found == [
        ("aws_x", "y", "id"),
        ("count", "index"),
        ("local", "k"),
        ("m", "out"),
        ("module", "m"),
        ("var", "a", "b"),
    ]


def test_a_reference_is_located_in_its_expression():
    text = "upper(var.a) + data.t.n.x + var.b"
    expr = parse_expression(text)
    for root, name, shown in (("var", "b", "var.b"), ("data.t", "n", "data.t.n"), ("var", "z", text)):
        start, end = find_reference(expr, root, name)
        assert text[start:end] == shown


def test_walking_visits_every_part():
    nodes = list(walk(parse_expression('a ? b[c] : "x${d}"')))
    assert {node.name for node in nodes if isinstance(node, Variable)} == {"a", "b", "c", "d"}
    assert not any(isinstance(node, Literal) and node.value is None for node in nodes)
