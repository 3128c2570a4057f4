"""`count` and `for_each`: how many there are, what they are called, what they see, how references select them."""

import pytest

from scanner.loaders.terraform.instances import quoted
from scanner.model import Unknown
from tests.loaders.terraform.estates import by_address, codes, load, one


def test_count_zero_makes_nothing():
    assert load('resource "aws_x" "a" { count = 0 }').resources == ()


def test_count_makes_numbered_instances_that_know_their_index():
    loaded = load('resource "aws_x" "a" {\n count = 2\n name = "n${count.index}"\n}')
    assert {address: r.attributes["name"] for address, r in by_address(loaded).items()} == {
        "aws_x.a[0]": "n0",
        "aws_x.a[1]": "n1",
    }


def test_unknown_count_makes_one_that_may_not_exist():
    resource = one('variable "n" {}\nresource "aws_x" "a" {\n count = var.n\n name = "x"\n}')
    assert resource.address == "aws_x.a"
    assert resource.existence is not None
    assert resource.existence.code == "variable"
    assert resource.existence.span.start_line == 1
    assert resource.attributes == {"name": "x"}


@pytest.mark.parametrize("count", ["-1", "1.5", "null", '"many"', "[]"])
def test_wrong_count_is_invalid_and_still_judged(count: str):
    resource = one(f'resource "aws_x" "a" {{\n count = {count}\n name = "x"\n}}')
    assert resource.existence.code == "invalid"
    assert resource.attributes["name"] == "x"


def test_count_over_the_limit_is_one_instance_and_a_diagnostic():
    loaded = load('resource "aws_x" "a" {\n count = 999999999999\n}')
    assert [r.existence.code for r in loaded.resources] == ["budget"]
    assert codes(loaded) == ["GR-LIMIT-EVAL"]


def test_for_each_over_a_map_gives_key_and_value():
    loaded = load(
        'resource "aws_x" "a" {\n for_each = { b = 1, a = var.v }\n k = each.key\n v = each.value\n}\nvariable "v" {}'
    )
    found = by_address(loaded)
    assert list(found) == ['aws_x.a["a"]', 'aws_x.a["b"]']
    assert found['aws_x.a["b"]'].attributes == {"k": "b", "v": 1}
    assert found['aws_x.a["a"]'].attributes["v"].identities == ("var.v",)
    assert found['aws_x.a["a"]'].existence is None


def test_for_each_over_a_set_with_an_unknown_element_keeps_the_known_ones():
    loaded = load('variable "v" {}\nresource "aws_x" "a" {\n for_each = toset(["p", var.v])\n}')
    assert [(r.address, r.existence is None) for r in loaded.resources] == [("aws_x.a", False), ('aws_x.a["p"]', True)]


def test_for_each_over_a_list_is_invalid():
    assert one('resource "aws_x" "a" { for_each = ["a"] }').existence.code == "invalid"


def test_for_each_chained_over_another_resource():
    loaded = load(
        'resource "aws_s3_bucket" "b" {\n for_each = toset(["p", "q"])\n bucket = "x-${each.key}"\n}\n'
        'resource "aws_s3_bucket_versioning" "v" {\n for_each = aws_s3_bucket.b\n bucket = each.value.id\n'
        " name = each.value.bucket\n}"
    )
    attributes = by_address(loaded)['aws_s3_bucket_versioning.v["q"]'].attributes
    assert attributes["bucket"].identities == ('aws_s3_bucket.b["q"].id',)
    assert attributes["bucket"].not_null
    assert attributes["name"] == "x-q"


def test_splat_over_counted_resources_keeps_identities():
    loaded = load(
        'resource "aws_s3_bucket" "b" {\n count = 2\n}\n'
        'resource "aws_x" "a" {\n all = aws_s3_bucket.b[*].arn\n first = aws_s3_bucket.b.0.id\n'
        " one = one(aws_s3_bucket.c[*].id)\n}\n"
        'resource "aws_s3_bucket" "c" {\n count = 1\n}'
    )
    attributes = by_address(loaded)["aws_x.a"].attributes
    assert [item.identities for item in attributes["all"]] == [("aws_s3_bucket.b[0].arn",), ("aws_s3_bucket.b[1].arn",)]
    assert attributes["first"].identities == ("aws_s3_bucket.b[0].id",)
    assert attributes["one"].identities == ("aws_s3_bucket.c[0].id",)


def test_values_of_a_for_each_resource_keep_identities():
    loaded = load(
        'resource "aws_s3_bucket" "b" {\n for_each = toset(["p"])\n}\n'
        'resource "aws_x" "a" {\n v = values(aws_s3_bucket.b)[0].id\n w = [for b in aws_s3_bucket.b : b.arn]\n}'
    )
    attributes = by_address(loaded)["aws_x.a"].attributes
    assert attributes["v"].identities == ('aws_s3_bucket.b["p"].id',)
    assert attributes["w"][0].identities == ('aws_s3_bucket.b["p"].arn',)


def test_undecided_resources_link_instance_to_instance():
    loaded = load(
        'variable "names" {}\n'
        'resource "aws_s3_bucket" "b" {\n for_each = var.names\n}\n'
        'resource "aws_s3_bucket_versioning" "v" {\n for_each = var.names\n bucket = aws_s3_bucket.b[each.key].id\n}\n'
        'resource "aws_s3_bucket" "c" {\n count = var.names == 1 ? 1 : 0\n}\n'
        'resource "aws_s3_bucket_versioning" "w" {\n bucket = aws_s3_bucket.c[0].id\n}'
    )
    found = by_address(loaded)
    assert found["aws_s3_bucket_versioning.v"].attributes["bucket"].identities == ("aws_s3_bucket.b.id",)
    assert found["aws_s3_bucket_versioning.w"].attributes["bucket"].identities == ("aws_s3_bucket.c[0].id",)


def test_length_of_an_undecided_resource_is_not_known():
    loaded = load(
        'variable "n" {}\nresource "aws_s3_bucket" "b" {\n count = var.n\n}\n'
        'resource "aws_x" "a" {\n n = length(aws_s3_bucket.b)\n m = length(aws_s3_bucket.b[*].id)\n}'
    )
    attributes = by_address(loaded)["aws_x.a"].attributes
    assert isinstance(attributes["n"], Unknown)
    assert isinstance(attributes["m"], Unknown)


def test_splat_over_no_instances_is_empty():
    loaded = load(
        'resource "aws_s3_bucket" "b" {\n count = 0\n}\nresource "aws_x" "a" {\n'
        ' v = try(aws_s3_bucket.b[0].id, "none")\n w = aws_s3_bucket.b[*].id\n}'
    )
    assert by_address(loaded)["aws_x.a"].attributes == {"v": "none", "w": []}


@pytest.mark.parametrize(
    ("key", "printed"),
    [
        ("a", '"a"'), ("", '""'), ('q"q', '"q\\"q"'), ("b\\s", '"b\\\\s"'), ("$x", '"$x"'), ("${x}", '"$${x}"'),
        ("%{if}", '"%%{if}"'), ("n\nt\t", '"n\\n'
                                          't\\t"'), ("é", '"é"'), ("\u200b", '"\\u200b"'), ("a b/c.d", '"a b/c.d"'),
    ],
)  # fmt: skip
def test_keys_are_printed_as_terraform_prints_them(key: str, printed: str):
    assert quoted(key) == printed


def test_what_may_not_be_there_is_not_taken_for_granted():
    keys = 'variable "n" {}\nresource "aws_kms_key" "k" {\n count = var.n\n description = "written"\n}\n'
    attributes = by_address(
        load(
            keys + 'resource "aws_x" "a" {\n arn = aws_kms_key.k[0].arn\n tried = try(aws_kms_key.k[0].arn, null)\n'
            ' one = one(aws_kms_key.k[*].arn)\n text = try(aws_kms_key.k[0].description, "other")\n'
            " can = can(aws_kms_key.k[0].arn)\n local = try(local.arn, null)\n"
            " inner = can(aws_kms_key.k[0].arn) ? try(aws_kms_key.k[0].arn, null) : null\n}\n"
            "locals {\n arn = aws_kms_key.k[0].arn\n}"
        )
    )["aws_x.a"].attributes
    named = ("aws_kms_key.k.arn",)
    assert [attributes[name].identities for name in ("arn", "tried", "one", "local")] == [named] * 4
    assert [attributes[name].not_null for name in ("arn", "tried", "one", "local")] == [True, False, False, True]
    assert attributes["text"].code == "variable"
    assert (attributes["can"].code, attributes["can"].type) == ("variable", "bool")
    assert attributes["inner"].not_null is False
