"""`.tf.json` gives the same bodies as the native syntax."""

from __future__ import annotations

import json
from typing import Any

from scanner.model import Limits
from scanner.source.document import Document
from scanner.source.hcl import ast, body_from_json, parse_hcl
from scanner.source.json import parse_json
from tests.source.hcl.test_expressions import shape

BLOCKS: dict[str, dict[str, dict[str, Any]]] = {
    "resource": {"aws_security_group": {"ingress": {}, "egress": {}}, "a": {"b": {"c": {}}}}
}


def read(tree: Any) -> tuple[Document, ast.Body]:
    document = Document("x.tf.json", "", "tf_json", "terraform", json.dumps(tree).encode())
    parse_json(document, Limits())
    return document, body_from_json(document, BLOCKS)


def outline(body: ast.Body) -> Any:
    attributes = {name: shape(attribute.expr) for name, attribute in body.attributes.items()}
    return attributes, [(block.type, block.labels, outline(block.body)) for block in body.blocks]


def test_body_from_json_equals_the_native_body() -> None:
    native = Document(
        "x.tf",
        "",
        "hcl",
        "terraform",
        b'resource "aws_security_group" "s" {\n  name = "x-${var.n}"\n  depends_on = [aws_x.y]\n'
        b"  tags = { a = 1 }\n  ingress {\n    from_port = 22\n  }\n  ingress {\n    from_port = 1.5\n  }\n"
        b'  dynamic "egress" {\n    for_each = "${var.e}"\n'
        b'    content {\n      to_port = "${egress.value}"\n    }\n  }\n'
        b"  lifecycle {\n    ignore_changes = [tags]\n  }\n}\n"
        b'variable "n" {\n  type = list(string)\n  default = null\n}\nlocals {\n  q = true\n}\n',
    )
    parse_hcl(native, Limits())
    _, body = read(
        {
            "//": "a comment",
            "resource": {
                "aws_security_group": {
                    "s": {
                        "name": "x-${var.n}",
                        "depends_on": ["aws_x.y"],
                        "tags": {"a": 1},
                        "ingress": [{"from_port": 22}, {"from_port": 1.5}],
                        "dynamic": {"egress": {"for_each": "${var.e}", "content": {"to_port": "${egress.value}"}}},
                        "lifecycle": {"ignore_changes": ["tags"], "//": "why"},
                    }
                }
            },
            "variable": [{"n": {"type": "list(string)", "default": None}}],
            "locals": {"q": True},
        }
    )
    assert outline(body) == outline(native.tree)


def test_body_from_json_takes_defaults_of_variables_literally() -> None:
    _, body = read({"variable": {"n": {"default": "${lit}"}}})
    assert shape(body.blocks[0].body.attributes["default"].expr) == ("Literal", "${lit}")


def test_body_from_json_keeps_an_object_when_the_schema_has_no_such_block() -> None:
    _, body = read({"resource": {"aws_security_group": {"s": {"ingres": [{"from_port": 22}]}}}})
    assert "ingres" in body.blocks[0].body.attributes


def test_body_from_json_places_values_where_they_stand() -> None:
    document, body = read({"resource": {"a": {"x": {"b": {"c": {"d": "v"}}}}}})
    attribute = body.blocks[0].body.blocks[0].body.blocks[0].body.attributes["d"]
    assert document.data[attribute.start : attribute.end] == b'"d": "v"'
    assert document.data[attribute.expr.start : attribute.expr.end] == b'"v"'


def test_body_from_json_tells_what_has_no_shape_and_keeps_the_rest() -> None:
    document, body = read({"module": 5, "bogus": {}, "resource": {"a": {"x": [1, {"y": 2}], "z": None}}, "data": []})
    assert [block.labels for block in body.blocks] == [["a", "x"]]
    assert [d.code for d in document.diagnostics] == ["GR-PARSE"] * 3


def test_body_from_json_never_raises_when_shapes_are_odd() -> None:
    trees: list[Any] = [[], None, 7, "x", [[[]]], {"resource": [[{"a": [{"b": [[]]}]}]]}, {"terraform": {"backend": 3}}]
    for tree in trees:
        _, body = read(tree)
        outline(body)
