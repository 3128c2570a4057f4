"""Where values stand and where they come from: the place, the chain, what is given and what is literal."""

import pytest

from scanner.loaders.terraform.provenance import path_text
from tests.loaders.terraform.estates import by_address, load


def place(files, path, address=None, **options):
    found = by_address(load(files, **options))
    resource = found[address] if address else next(iter(found.values()))
    return resource.provenance.place(path)


def shown(chain):
    """what, text and path:line of each step."""
    return [
        (step.what, step.text, f"{step.location.path}:{step.location.start_line}" if step.location else "")
        for step in chain
    ]


def at(place):
    return (place.span.start_line, place.span.start_column, place.span.end_column)


def test_an_attribute_is_placed_on_its_expression():
    found = place('resource "aws_x" "a" {\n  acl = "public"\n}', ("acl",))
    assert at(found) == (2, 9, 17)
    assert (found.attribute, found.exact, found.chain) == ("acl", True, ())


def test_the_resource_itself_is_its_header():
    found = place('resource "aws_x" "a" {\n  acl = "public"\n}', ())
    assert (at(found), found.attribute, found.exact) == ((1, 1, 21), "", True)


def test_elements_of_literals_are_placed_on_themselves():
    text = 'resource "aws_x" "a" {\n  ingress {\n  }\n  ingress {\n    cidrs = ["10.0.0.0/8", "0.0.0.0/0"]\n  }\n}'
    found = place(text, ("ingress", 1, "cidrs", 1))
    assert at(found) == (5, 28, 39)
    assert found.attribute == "ingress[1].cidrs[1]"
    text = 'resource "aws_x" "a" {\n  tags = { a = 1, "b c" = { d = 2 } }\n}'
    found = place(text, ("tags", "b c", "d"))
    assert (at(found), found.attribute) == ((2, 33, 34), 'tags["b c"].d')


def test_what_is_not_written_is_placed_on_the_nearest_block():
    text = 'resource "aws_x" "a" {\n  rule {\n    n = 1\n  }\n}'
    found = place(text, ("rule", 0, "sse", 0, "key"))
    assert (at(found), found.exact, found.attribute) == ((2, 3, 7), False, "rule[0].sse[0].key")
    found = place(text, ("nope",))
    assert (at(found), found.exact) == ((1, 1, 21), False)
    found = place('resource "aws_x" "a" {\n  tags = { a = 1 }\n}', ("tags", "b"))
    assert (at(found), found.exact) == ((2, 10, 19), False)


def test_the_chain_leads_through_module_argument_and_local_to_the_tfvars_line():
    files = {
        "main.tf": 'variable "office_cidr" {}\nlocals {\n  admin_cidr = var.office_cidr\n}\n'
        'module "network" {\n  source     = "./network"\n  admin_cidr = local.admin_cidr\n}',
        "network/sg.tf": 'variable "admin_cidr" {}\nresource "aws_x" "a" {\n  cidr = var.admin_cidr\n}',
        "prod.auto.tfvars": '\noffice_cidr = "0.0.0.0/0"\n',
    }
    found = place(files, ("cidr",))
    assert (found.span.path, at(found)) == ("network/sg.tf", (3, 10, 24))
    assert shown(found.chain) == [
        ("module.network.admin_cidr", "local.admin_cidr", "main.tf:7"),
        ("local.admin_cidr", "var.office_cidr", "main.tf:3"),
        ("var.office_cidr", '"0.0.0.0/0"', "prod.auto.tfvars:2"),
    ]


def test_the_chain_ends_at_a_default_at_the_command_line_or_at_the_variable_itself():
    text = (
        'variable "v" {\n  default = false\n}\nvariable "w" {\n}\nresource "aws_x" "a" {\n  v = var.v\n  w = var.w\n}'
    )
    assert shown(place(text, ("v",)).chain) == [("var.v", "false", "main.tf:2")]
    assert shown(place(text, ("w",)).chain) == [("var.w", "no value", "main.tf:4")]
    assert shown(place(text, ("w",), variables={"w": "x"}).chain) == [("var.w", '"x"', "")]


def test_the_chain_goes_into_the_part_that_is_asked_about():
    text = (
        'locals {\n  rules = [\n    { cidrs = ["10.0.0.0/8"] },\n    { cidrs = ["0.0.0.0/0"] },\n  ]\n}\n'
        'resource "aws_x" "a" {\n  dynamic "ingress" {\n    for_each = local.rules\n    content {\n'
        "      cidrs = ingress.value.cidrs\n    }\n  }\n}"
    )
    found = place(text, ("ingress", 1, "cidrs", 0))
    assert at(found)[0] == 11
    assert shown(found.chain) == [
        ("ingress.value", "local.rules", "main.tf:9"),
        ("local.rules", '"0.0.0.0/0"', "main.tf:4"),
    ]


def test_each_value_leads_to_the_element_of_for_each():
    text = (
        'resource "aws_x" "a" {\n  for_each = {\n    p = { open = false }\n    q = { open = true }\n  }\n'
        "  open = each.value.open\n}"
    )
    found = place(text, ("open",), 'aws_x.a["q"]')
    assert shown(found.chain) == [("each.value", "true", "main.tf:4")]
    text = 'resource "aws_x" "a" {\n  for_each = toset([\n    "p",\n    "q",\n  ])\n  name = each.key\n}'
    assert shown(place(text, ("name",), 'aws_x.a["q"]').chain) == [("each.key", '"q"', "main.tf:4")]


@pytest.mark.parametrize(
    ("expression", "line"),
    [
        ("var.on ? local.a : local.b", 2),
        ("var.off ? local.a : local.b", 3),
        ("try(local.m.nope, local.b)", 3),
        ("coalesce(null, local.a)", 2),
        ('lookup(local.m, "k", local.b)', 4),
        ('lookup(local.m, "z", local.b)', 3),
        ("merge({ k = 1 }, local.m).k", None),
        ("tostring(local.a)", 2),
        ("sensitive(local.a)", 2),
        ("concat([], [local.b])[0]", None),
        ("local.m.k", 4),
        ('local.m["k"]', 4),
    ],
)
def test_the_chain_follows_what_supplied_the_value(expression: str, line: int | None):
    text = (
        'locals {\n  a = "a"\n  b = "b"\n  m = { k = "k" }\n}\n'
        'variable "on" {\n  default = true\n}\nvariable "off" {\n  default = false\n}\n'
        f'resource "aws_x" "a" {{\n  v = {expression}\n}}'
    )
    chain = place(text, ("v",)).chain
    assert (chain[-1].location.start_line if chain else None) == line


def test_merged_tags_are_placed_on_the_argument_that_has_the_key():
    text = (
        'locals {\n  common = { team = "a" }\n}\nresource "aws_x" "a" {\n'
        '  tags = merge(local.common, { name = "n" })\n}'
    )
    assert at(place(text, ("tags", "name"))) == (5, 39, 42)
    assert shown(place(text, ("tags", "team")).chain) == [("local.common", '"a"', "main.tf:2")]


def test_elements_of_encoded_documents_are_placed_in_the_code():
    text = (
        'resource "aws_x" "a" {\n  policy = jsonencode({\n    Statement = [{\n      Effect = "Allow"\n'
        '      Principal = "*"\n    }]\n  })\n'
        '  heredoc = <<-EOT\n    {\n      "Version": "2012-10-17",\n      "Statement": [\n'
        '        {"Effect": "Deny", "Resource": "${aws_x.b["k"].arn}/{}"},\n'
        '        {"Effect": "Allow",\n         "Principal": {"AWS": "*"}}\n      ]\n    }\n  EOT\n}\n'
        'resource "aws_x" "b" {\n  for_each = { k = 1 }\n}'
    )
    assert at(place(text, ("policy", "Statement", 0, "Principal"), "aws_x.a")) == (5, 19, 22)
    found = place(text, ("heredoc", "Statement", 1, "Principal", "AWS"), "aws_x.a")
    assert (at(found), found.attribute) == ((14, 31, 34), "heredoc.Statement[1].Principal.AWS")
    assert at(place(text, ("heredoc", "Statement", 1), "aws_x.a"))[0] == 13
    assert at(place(text, ("heredoc", "Nope"), "aws_x.a"))[0] == 8


def test_an_output_and_a_configured_attribute_are_followed():
    files = {
        "main.tf": 'module "m" { source = "./c" }\nresource "aws_x" "a" {\n  name = module.m.name\n}',
        "c/main.tf": 'resource "aws_s3_bucket" "b" {\n  bucket = "logs"\n}\noutput "name" {\n'
        "  value = aws_s3_bucket.b.bucket\n}",
    }
    assert shown(place(files, ("name",), "aws_x.a").chain) == [
        ("module.m.name", "aws_s3_bucket.b.bucket", "c/main.tf:5"),
        ("module.m.aws_s3_bucket.b.bucket", '"logs"', "c/main.tf:2"),
    ]


def test_the_chain_ends_at_what_is_computed():
    text = 'resource "aws_kms_key" "k" {}\nresource "aws_x" "a" {\n  key = aws_kms_key.k.arn\n}'
    assert shown(place(text, ("key",), "aws_x.a").chain) == [("aws_kms_key.k.arn", "known after apply", "main.tf:1")]


def test_a_cycle_does_not_hang_the_chain():
    text = 'locals {\n  a = local.b\n  b = local.a\n}\nresource "aws_x" "a" {\n  v = local.a\n}'
    assert len(place(text, ("v",)).chain) <= 30


def test_given_and_literal():
    text = """
variable "unset" {}
variable "default" {
  default = "d"
}
variable "null" {
  default = null
}
locals {
  composed = "${var.default}-x"
}
resource "aws_x" "a" {
  plain    = "x"
  unset    = var.unset
  default  = var.default
  null     = var.null
  composed = upper(local.composed)
  computed = aws_x.b.id
  mixed    = "${var.default}${aws_x.b.id}"
  now      = formatdate("YYYY", timestamp())
  branch   = var.default == "d" ? "x" : aws_x.b.id
  from_for = [for x in ["a"] : "${x}!"]
  b {
    inner = "x"
  }
}
resource "aws_x" "b" {}
"""
    found = by_address(load(text))["aws_x.a"].provenance
    given = {
        name
        for name in ("plain", "unset", "default", "null", "composed", "computed", "nope")
        if found.is_given((name,))
    }
    assert given == {"plain", "unset", "default", "composed", "computed"}
    names = ("plain", "unset", "default", "composed", "computed", "mixed", "branch", "now", "from_for", "nope")
    assert {name for name in names if found.is_literal((name,))} == {
        "plain",
        "default",
        "composed",
        "branch",
        "from_for",
    }
    assert found.is_given(("b", 0, "inner"))
    assert found.is_literal(("b", 0, "inner"))
    assert not found.is_given(("b", 0, "other"))
    assert not found.is_given(("b", 1, "inner"))


def test_data_sources_that_are_worked_out_keep_the_places_of_their_parts():
    from scanner.loaders.terraform.loader import Loader

    def policy_document(body):
        statements = [{"Action": one["actions"]} for one in body["statement"]]
        origins = {("json", "Statement", i): ("statement", i) for i in range(len(statements))}
        origins |= {("json", "Statement", i, "Action"): ("statement", i, "actions") for i in range(len(statements))}
        from scanner.model import Encoded, Unknown

        return {"json": Encoded({"Statement": statements}, "json", Unknown("data"))}, origins

    text = (
        'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["s3:Get*"]\n  }\n  statement {\n'
        '    actions = ["s3:*"]\n  }\n}\n'
        'resource "aws_x" "a" {\n  policy = data.aws_iam_policy_document.d.json\n}'
    )
    loaded = load(text, loader=Loader(data_sources={"aws_iam_policy_document": policy_document}))
    (resource,) = loaded.resources
    assert resource.attributes["policy"].document["Statement"][1] == {"Action": ["s3:*"]}
    chain = resource.provenance.place(("policy", "Statement", 1, "Action", 0)).chain
    assert shown(chain) == [("data.aws_iam_policy_document.d.json", '"s3:*"', "main.tf:6")]


@pytest.mark.parametrize(
    ("path", "text"),
    [((), ""), (("a", 0, "b"), "a[0].b"), (("tags", "x y"), 'tags["x y"]'), (("tags", "a-b"), "tags.a-b")],
)
def test_paths_are_shown_as_people_write_them(path, text):
    assert path_text(path) == text
