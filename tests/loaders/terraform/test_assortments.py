"""Collections of which it is known what their elements can be, and not how many they have."""

import pytest

from scanner.model import Unknown
from tests.loaders.terraform.estates import one


def blocks(for_each: str, content: str = "v = b.value") -> list:
    dynamic = f'dynamic "b" {{\n for_each = {for_each}\n content {{\n {content}\n }}\n }}'
    return one(f'variable "u" {{}}\nresource "aws_x" "a" {{\n {dynamic}\n}}').attributes.get("b", [])


@pytest.mark.parametrize(
    "for_each",
    [
        "[for i in range(var.u) : { v = false, i = i }]", "[for i in var.u : { v = false, i = i }]",
        "[for i in var.u : { v = false, i = i } if i != 1]", "{ for i in var.u : i => { v = false, i = i } }",
        "[for i in var.u : { v = false, i = i }][*]",
        "length(var.u) > 0 ? [for i in var.u : { v = false, i = i }] : []",
        "[for each in [for i in var.u : { v = false, i = i }] : merge(each, { w = 1 })]",
    ],
)  # fmt: skip
def test_every_element_is_alike(for_each: str):
    [block] = blocks(for_each, "v = b.value.v\n i = b.value.i")
    assert isinstance(block.existence, Unknown)
    assert block["v"] is False
    assert isinstance(block["i"], Unknown)


def test_what_may_be_left_out_is_made_of_what_may_be_there():
    made = blocks("var.u ? [1, 2] : []")
    assert [(block["v"], block.existence.code) for block in made] == [(1, "variable"), (2, "variable")]
    assert [block["v"] for block in blocks("var.u ? { a = { x = 1 } } : {}", "v = b.value.x")] == [1]
    assert [block["v"] for block in blocks('var.u ? ["a"] : ["b", "c"]')] == ["a", "b", "c"]
    assert [block["v"] for block in blocks("[for x in (var.u ? [1, 2] : []) : x * 2]")] == [2, 4]


def test_elements_that_a_condition_lets_out_are_never_there():
    assert blocks("[for i in var.u : i if false]") == []
    assert [block["v"] for block in blocks("[for x in (var.u ? [1, 2] : []) : x if x > 1]")] == [2]


def test_elements_beside_those_that_are_known_may_be_there():
    made = blocks("concat([1], var.u)")
    assert [isinstance(block["v"], Unknown) for block in made] == [False, True]


def test_an_error_in_an_element_leaves_it_unknown():
    [block] = blocks("[for i in var.u : { v = [].x }]", "v = b.value.v")
    assert isinstance(block["v"], Unknown)


def test_defaults_of_a_type_are_not_taken_for_what_is_given():
    text = (
        'variable "u" {}\nmodule "m" {\n source = "./m"\n more = [for i in var.u : { b = 1 }]\n}\n',
        'variable "more" {\n type = list(object({ a = optional(bool, true) }))\n}\nresource "aws_x" "a" {\n'
        ' dynamic "b" {\n for_each = var.more\n content {\n v = b.value.a\n }\n }\n}',
    )
    [block] = one({"main.tf": text[0], "m/main.tf": text[1]}).attributes["b"]
    assert isinstance(block["v"], Unknown)


def test_shared_elements_are_weighed():
    doubling = "".join(f" l{i + 1} = [for i in var.u : [local.l{i}, local.l{i}]]\n" for i in range(40))
    text = (
        f'variable "u" {{}}\nlocals {{\n l0 = [for i in var.u : [1, 2]]\n{doubling}}}\n'
        'resource "aws_x" "a" {\n dynamic "b" {\n for_each = local.l40\n content {\n v = b.value\n }\n }\n}'
    )
    assert one(text).address == "aws_x.a"
