"""`count` that is one of a few numbers: instances that know their index, and may not be there."""

import pytest

from scanner.model import Limits, Unknown
from tests.loaders.terraform.estates import by_address, codes, load, one

VAR = 'variable "u" {}\nvariable "ports" { default = [22, 80] }\n'


def test_as_many_as_there_may_be_each_with_its_index():
    text = VAR + 'resource "aws_x" "a" {\n count = var.u ? length(var.ports) : 0\n v = var.ports[count.index]\n}'
    found = by_address(load(text))
    assert {address: each.attributes for address, each in found.items()} == {
        "aws_x.a[0]": {"v": 22},
        "aws_x.a[1]": {"v": 80},
    }
    assert {each.existence.code for each in found.values()} == {"variable"}


def test_those_that_are_there_in_any_case_exist():
    text = VAR + 'resource "aws_x" "a" {\n count = var.u ? 1 : var.u == 2 ? 3 : 2\n}'
    found = by_address(load(text))
    assert {address: each.existence is None for address, each in found.items()} == {
        "aws_x.a[0]": True,
        "aws_x.a[1]": False,
        "aws_x.a[2]": False,
    }


@pytest.mark.parametrize(
    "count", ["var.u", "var.u ? var.u : 0", "var.u ? -1 : 1", "var.u ? 0.5 : 0", 'var.u ? "x" : 0', "var.u ? null : 1"]
)
def test_any_other_number_is_one_instance_without_index(count: str):
    resource = one(f'{VAR}resource "aws_x" "a" {{\n count = {count}\n}}')
    assert resource.address == "aws_x.a"
    assert resource.existence is not None


def test_too_many_are_one():
    loaded = load(VAR + 'resource "aws_x" "a" {\n count = var.u ? 50 : 0\n}', limits=Limits(instances=20))
    assert [each.address for each in loaded.resources] == ["aws_x.a"]
    assert codes(loaded) == ["GR-LIMIT-EVAL"]


def test_references_select_instances():
    text = (
        VAR + 'resource "aws_s3_bucket" "b" {\n count = var.u ? 2 : 0\n}\n'
        'resource "aws_x" "a" {\n at = aws_s3_bucket.b[1].id\n tried = try(aws_s3_bucket.b[1].id, null)\n'
        " no = try(aws_s3_bucket.b[2].id, null)\n can = can(aws_s3_bucket.b[0].id)\n n = length(aws_s3_bucket.b)\n"
        " element = element(aws_s3_bucket.b[*].id, 3)\n splat = (aws_s3_bucket.b[*].id)[0]\n"
        " list = [for b in aws_s3_bucket.b : b.arn][1]\n maybe = try((aws_s3_bucket.b[*].id)[1], 5)\n"
        " all = aws_s3_bucket.b[*].id\n some = [for b in aws_s3_bucket.b : b.arn if b.arn != var.u][1]\n}"
    )
    found = by_address(load(text))["aws_x.a"].attributes
    assert found["at"].identities == found["tried"].identities == ("aws_s3_bucket.b[1].id",)
    assert (found["at"].not_null, found["tried"].not_null) == (True, False)
    assert "no" not in found
    assert found["element"].identities == ("aws_s3_bucket.b[1].id",)
    assert found["splat"].identities == ("aws_s3_bucket.b[0].id",)
    assert found["list"].identities == ("aws_s3_bucket.b[1].arn",)
    assert isinstance(found["n"], Unknown)
    assert isinstance(found["can"], Unknown)
    assert isinstance(found["all"], Unknown)
    assert found["some"].identities == ()
    assert found["maybe"].not_null is False


def test_one_that_may_be_there_is_the_one():
    text = (
        VAR + 'resource "aws_s3_bucket" "b" {\n count = var.u ? 1 : 0\n}\n'
        'resource "aws_x" "a" {\n one = one(aws_s3_bucket.b[*].id)\n i = aws_s3_bucket.b[var.u].id\n'
        ' joined = element(concat(aws_s3_bucket.b[*].id, [""]), 0)\n}'
    )
    found = by_address(load(text))["aws_x.a"].attributes
    assert found["one"].identities == ("aws_s3_bucket.b[0].id",)
    assert found["i"].identities == ("aws_s3_bucket.b[0].id",)


def test_module_calls_are_counted_too():
    files = {
        "main.tf": VAR + 'module "m" {\n source = "./m"\n count = var.u ? 2 : 0\n n = count.index\n}\n'
        'resource "aws_x" "a" {\n v = module.m[1].out\n}',
        "m/main.tf": 'variable "n" {}\nresource "aws_y" "b" {\n n = var.n\n}\noutput "out" {\n value = aws_y.b.id\n}',
    }
    found = by_address(load(files))
    assert found["module.m[1].aws_y.b"].attributes == {"n": 1}
    assert found["module.m[1].aws_y.b"].existence is not None
    assert found["aws_x.a"].attributes["v"].identities == ("module.m[1].aws_y.b.id",)
