"""Nested blocks as native trees, `dynamic` ones among them."""

from scanner.model import Block
from tests.loaders.terraform.estates import one


def attributes(body: str, before: str = ""):
    return one(f'{before}\nresource "aws_x" "a" {{\n{body}\n}}').attributes


def test_blocks_are_lists_and_attributes_used_as_blocks_stay_as_they_are():
    assert attributes("ingress {\n p = 1\n inner {\n  q = 2\n }\n}\nroute = [{ r = 3 }]") == {
        "ingress": [{"p": 1, "inner": [{"q": 2}]}],
        "route": [{"r": 3}],
    }


def test_dynamic_blocks_unroll_with_iterator_and_nesting():
    body = """
  ingress {
    port = 1
  }
  dynamic "ingress" {
    for_each = { b = [20, 21], a = [10] }
    iterator = rule
    content {
      port = rule.key
      dynamic "range" {
        for_each = rule.value
        content {
          n = "${rule.key}${range.key}=${range.value}"
        }
      }
    }
  }
"""
    assert attributes(body) == {
        "ingress": [
            {"port": 1},
            {"port": "a", "range": [{"n": "a0=10"}]},
            {"port": "b", "range": [{"n": "b0=20"}, {"n": "b1=21"}]},
        ]
    }


def test_a_dynamic_block_over_an_unknown_collection_is_one_block_that_may_not_be_there():
    body = 'dynamic "ingress" {\n for_each = var.v\n content {\n  port = ingress.value.port\n  open = true\n }\n}'
    (block,) = attributes(body, 'variable "v" {}')["ingress"]
    assert isinstance(block, Block)
    assert block.existence.code == "variable"
    assert block["open"] is True
    assert block["port"].code == "variable"


def test_a_dynamic_block_over_nothing_makes_nothing():
    assert attributes('dynamic "ingress" {\n for_each = []\n content {}\n}') == {"ingress": []}


def test_only_what_is_demanded_is_there():
    text = 'resource "aws_x" "a" {\n p = 1\n q = 2\n b {}\n c {}\n}\nresource "aws_y" "a" { p = aws_x.a.q }'
    from tests.loaders.terraform.estates import by_address, load

    found = by_address(load(text, demand={"aws_x": frozenset(("p", "b", "z")), "aws_y": frozenset(("p",))}))
    assert found["aws_x.a"].attributes == {"p": 1, "b": [{}]}
    assert found["aws_y.a"].attributes == {"p": 2}


def test_a_type_that_is_not_demanded_has_no_attributes():
    assert one('resource "aws_x" "a" { p = 1 }', demand={}).attributes == {}


def test_references_to_attributes_give_what_is_configured_or_an_identity():
    text = """
variable "v" {}
resource "aws_s3_bucket" "b" {
  bucket = "logs-${var.v}"
  acl    = "private"
  policy = var.v
}
resource "aws_x" "a" {
  acl    = aws_s3_bucket.b.acl
  bucket = aws_s3_bucket.b.bucket
  policy = aws_s3_bucket.b.policy
  arn    = aws_s3_bucket.b.arn
  paths  = "${aws_s3_bucket.b.arn}/*"
  region = aws_s3_bucket.b.region
}
"""
    from tests.loaders.terraform.estates import by_address, load

    found = by_address(load(text))["aws_x.a"].attributes
    assert found["acl"] == "private"
    assert (found["bucket"].prefix, found["bucket"].identities) == ("logs-", ("aws_s3_bucket.b.bucket",))
    assert found["policy"].identities == ("aws_s3_bucket.b.policy", "var.v")
    assert (found["arn"].code, found["arn"].identities, found["arn"].not_null) == (
        "computed",
        ("aws_s3_bucket.b.arn",),
        True,
    )
    assert (found["paths"].suffix, found["paths"].identities) == ("/*", ())
    assert not found["region"].not_null


def test_a_nested_block_that_is_referred_to_may_have_computed_attributes():
    text = """
resource "aws_eks_cluster" "c" {
  vpc_config {
    subnet_ids = ["a"]
    deep {
      x = 1
    }
  }
}
resource "aws_x" "a" {
  group  = aws_eks_cluster.c.vpc_config[0].cluster_security_group_id
  subnet = aws_eks_cluster.c.vpc_config[0].subnet_ids[0]
  deep   = aws_eks_cluster.c.vpc_config[0].deep[0].x
  all    = aws_eks_cluster.c.vpc_config[*].vpc_id
}
"""
    from tests.loaders.terraform.estates import by_address, load

    found = by_address(load(text))["aws_x.a"].attributes
    assert found["group"].identities == ("aws_eks_cluster.c.vpc_config[0].cluster_security_group_id",)
    assert (found["subnet"], found["deep"]) == ("a", 1)
    assert found["all"][0].code == "computed"


def test_json_syntax_knows_blocks_by_the_table_it_is_given():
    from scanner.loaders.terraform.loader import Loader
    from tests.loaders.terraform.estates import load

    text = (
        '{"variable": {"v": {"default": 1}},'
        ' "resource": {"aws_x": {"a": {"rule": {"n": "${var.v}"}, "tags": {"k": "v"}}}}}'
    )
    loaded = load({"main.tf.json": text}, loader=Loader(block_names={"aws_x": {"rule": {}}}))
    (resource,) = loaded.resources
    assert resource.attributes["rule"] == [{"n": 1}]
    assert resource.attributes["tags"] == {"k": "v"}
    assert resource.provenance.place(("rule", 0, "n")).chain[0].what == "var.v"
