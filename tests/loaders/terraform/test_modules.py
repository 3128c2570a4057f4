"""Module calls: inputs, outputs, instances, roots, what is missing and what goes round in circles."""

import json

from scanner.model import Limits, Unknown
from tests.loaders.terraform.estates import by_address, codes, load

CHILD = (
    'variable "name" {}\nresource "aws_s3_bucket" "this" {\n bucket = var.name\n}\noutput "id" {\n'
    ' value = aws_s3_bucket.this.id\n}\noutput "name" {\n value = var.name\n}'
)


def test_inputs_and_outputs_pass_through_a_call():
    loaded = load(
        {
            "main.tf": 'module "m" {\n source = "./child"\n name = "logs"\n}\nresource "aws_x" "a" {\n'
            " id = module.m.id\n name = module.m.name\n}",
            "child/main.tf": CHILD,
        }
    )
    found = by_address(loaded)
    assert loaded.roots == (".",)
    assert found["module.m.aws_s3_bucket.this"].attributes == {"bucket": "logs"}
    assert found["aws_x.a"].attributes["id"].identities == ("module.m.aws_s3_bucket.this.id",)
    assert found["aws_x.a"].attributes["name"] == "logs"


def test_instances_of_calls_are_addressed_and_linked():
    loaded = load(
        {
            "main.tf": 'module "m" {\n source = "./child"\n for_each = toset(["a", "b"])\n name = each.key\n}\n'
            'module "n" {\n source = "./child"\n count = 2\n name = "n${count.index}"\n}\n'
            'resource "aws_x" "a" {\n for_each = module.m\n id = each.value.id\n n = module.n[*].name\n'
            " one = module.n[1].id\n}",
            "child/main.tf": CHILD,
        }
    )
    found = by_address(loaded)
    assert found['module.m["b"].aws_s3_bucket.this'].attributes["bucket"] == "b"
    assert found["module.n[1].aws_s3_bucket.this"].attributes["bucket"] == "n1"
    attributes = found['aws_x.a["b"]'].attributes
    assert attributes["id"].identities == ('module.m["b"].aws_s3_bucket.this.id',)
    assert attributes["n"] == ["n0", "n1"]
    assert attributes["one"].identities == ("module.n[1].aws_s3_bucket.this.id",)


def test_undecided_call_makes_its_resources_undecided():
    loaded = load(
        {
            "main.tf": 'variable "on" {}\nmodule "m" {\n source = "./child"\n count = var.on ? 1 : 0\n name = "x"\n}\n'
            'resource "aws_x" "a" {\n id = module.m[0].id\n}',
            "child/main.tf": CHILD,
        }
    )
    found = by_address(loaded)
    assert found["module.m[0].aws_s3_bucket.this"].existence.code == "variable"
    assert found["aws_x.a"].attributes["id"].identities == ("module.m[0].aws_s3_bucket.this.id",)


def test_a_directory_is_judged_through_its_callers():
    loaded = load(
        {
            "main.tf": CHILD,
            "examples/one/main.tf": 'module "x" {\n source = "../.."\n name = "one"\n}',
            "examples/two/main.tf": 'module "x" {\n source = "../../"\n name = "two"\n}',
            "modules/alone/main.tf": CHILD,
        }
    )
    assert loaded.roots == ("examples/one", "examples/two", "modules/alone")
    assert [(r.root, r.address) for r in loaded.resources] == [
        ("examples/one", "module.x.aws_s3_bucket.this"),
        ("examples/two", "module.x.aws_s3_bucket.this"),
        ("modules/alone", "aws_s3_bucket.this"),
    ]


def test_a_ring_of_modules_ends_with_a_diagnostic():
    loaded = load(
        {
            "a/main.tf": 'module "b" { source = "../b" }\nresource "aws_x" "a" {}',
            "b/main.tf": 'module "a" { source = "../a" }\nresource "aws_x" "b" {}',
        }
    )
    assert [r.address for r in loaded.resources] == ["aws_x.a", "module.b.aws_x.b"]
    assert codes(loaded) == ["GR-LIMIT-EVAL"]


def test_calls_nested_over_the_limit_end_with_a_diagnostic():
    files = {f"m{i}/main.tf": f'module "m" {{ source = "../m{i + 1}" }}\nresource "aws_x" "a" {{}}' for i in range(6)}
    loaded = load(files, limits=Limits(modules=3))
    assert len(loaded.resources) == 4
    assert codes(loaded) == ["GR-LIMIT-EVAL", "GR-MODULE"][:1]


def test_a_module_that_is_not_downloaded_is_named_once_and_leaves_what_depends_on_it_unknown():
    loaded = load(
        'module "vpc" {\n source = "terraform-aws-modules/vpc/aws"\n}\n'
        'resource "aws_x" "a" {\n id = module.vpc.vpc_id\n subnets = module.vpc.subnets[0]\n}'
    )
    attributes = by_address(loaded)["aws_x.a"].attributes
    assert attributes["id"].code == "module_missing"
    assert attributes["id"].identities == ("module.vpc.vpc_id",)
    assert [(d.code, d.level, d.span.start_line) for d in loaded.diagnostics] == [("GR-MODULE", "note", 1)]
    assert "terraform init" in loaded.diagnostics[0].hint


def test_what_an_unloaded_module_is_handed_is_recorded():
    loaded = load(
        'resource "aws_s3_bucket" "b" {\n bucket = "literal"\n}\nresource "aws_s3_bucket" "c" {}\n'
        'resource "aws_s3_bucket" "d" {}\n'
        "locals {\n all = { c = aws_s3_bucket.c.arn }\n}\n"
        'module "m" {\n source = "registry/x/aws"\n bucket = aws_s3_bucket.b.bucket\n others = local.all\n}'
    )
    handed = {r.address: [name for name, _ in r.handed_to] for r in loaded.resources}
    assert handed == {"aws_s3_bucket.b": ["bucket"], "aws_s3_bucket.c": ["arn"], "aws_s3_bucket.d": []}


def test_downloaded_modules_are_found_through_the_manifest():
    manifest = json.dumps(
        {"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Source": "x/y/aws", "Dir": ".terraform/modules/m"}]}
    )
    loaded = load(
        {
            "main.tf": 'module "m" {\n source = "x/y/aws"\n name = "n"\n}',
            ".terraform/modules/modules.json": manifest,
            ".terraform/modules/m/main.tf": CHILD,
        }
    )
    assert by_address(loaded)["module.m.aws_s3_bucket.this"].attributes == {"bucket": "n"}
    assert loaded.roots == (".",)
    place = loaded.resources[0].provenance.place(("bucket",))
    assert (place.span.path, place.span.start_line) == ("main.tf", 1)
    assert place.chain[0].what == "module.m.aws_s3_bucket.this.bucket"
    assert place.chain[0].location.path == ".terraform/modules/m/main.tf"


def test_paths_outside_the_scan_are_refused():
    manifest = json.dumps({"Modules": [{"Key": "m", "Dir": "../../../etc"}]})
    loaded = load(
        {
            "main.tf": 'module "m" { source = "x/y/aws" }\nmodule "n" { source = "../../etc" }\n'
            'resource "aws_x" "a" { v = module.n.x }',
            ".terraform/modules/modules.json": manifest,
        }
    )
    assert codes(loaded) == ["GR-PATH-ESCAPE", "GR-PATH-ESCAPE"]
    assert loaded.resources[0].attributes["v"].code == "path_escape"


def test_provider_configurations_are_the_scope_of_resources():
    loaded = load(
        {
            "main.tf": 'provider "aws" {\n alias = "west"\n}\nresource "aws_x" "a" {}\n'
            'resource "aws_x" "b" { provider = aws.west }\n'
            'module "m" {\n source = "./child"\n providers = {\n  aws = aws.west\n  aws.dr = aws\n }\n}',
            "child/main.tf": 'resource "aws_x" "c" {}\nresource "aws_x" "d" { provider = aws.dr }',
        }
    )
    assert {r.address: r.scope for r in loaded.resources} == {
        "aws_x.a": "aws", "aws_x.b": "aws.west", "module.m.aws_x.c": "aws.west", "module.m.aws_x.d": "aws",
    }  # fmt: skip


def test_default_tags_of_a_provider_for_each_know_their_key():
    text = (
        'variable "u" {}\nprovider "aws" {\n alias = "by"\n for_each = toset(["eu", "us"])\n default_tags {\n'
        "  tags = {\n   region = each.value\n  }\n }\n}\n"
        'resource "aws_x" "a" {\n for_each = toset(["eu", "us"])\n provider = aws.by[each.key]\n tags = {}\n}\n'
        'resource "aws_x" "b" {\n provider = aws.by["eu"]\n tags = {}\n}\n'
        'resource "aws_x" "c" {\n provider = aws.by[var.u]\n tags = {}\n}\n'
        'provider "aws" {\n alias = "un"\n for_each = var.u\n default_tags {\n  tags = { region = each.key }\n }\n}\n'
        'resource "aws_x" "d" {\n provider = aws.un["eu"]\n tags = {}\n}'
    )
    tags = {address: each.attributes["tags"]["region"] for address, each in by_address(load(text)).items()}
    assert (tags['aws_x.a["eu"]'], tags['aws_x.a["us"]'], tags["aws_x.b"]) == ("eu", "us", "eu")
    assert (tags["aws_x.c"].code, tags["aws_x.d"].code) == ("undecided", "variable")


def test_default_tags_lie_under_the_resource_s_own():
    loaded = load(
        'provider "aws" {\n default_tags {\n  tags = {\n   a = "1"\n   b = "2"\n  }\n }\n}\n'
        'resource "aws_x" "a" {\n tags = { b = "3" }\n}\nresource "aws_x" "b" {}',
        demand={"aws_x": frozenset(("tags",))},
    )
    assert [r.attributes["tags"] for r in loaded.resources] == [{"a": "1", "b": "3"}, {"a": "1", "b": "2"}]


def test_versions_come_from_the_lock_file_else_the_constraint():
    required = (
        'terraform {\n required_providers {\n  aws = {\n   source = "hashicorp/aws"\n   version = ">= 5"\n'
        '  }\n  tls = { source = "hashicorp/tls", version = "~> 4" }\n }\n}\nresource "aws_x" "a" {}'
    )
    lock = 'provider "registry.terraform.io/hashicorp/aws" {\n version = "5.31.0"\n}'
    loaded = load({"main.tf": required, ".terraform.lock.hcl": lock})
    assert loaded.resources[0].versions == {"aws": "5.31.0", "tls": "~> 4"}


def test_path_names_are_those_of_terraform():
    loaded = load({
        "live/main.tf": 'module "m" { source = "../child" }',
        "child/main.tf": 'resource "aws_x" "a" {\n m = path.module\n r = path.root\n c = basename(path.cwd)\n'
                         ' w = terraform.workspace\n}',
    }, workspace="prod")  # fmt: skip
    assert loaded.resources[0].attributes == {"m": "../child", "r": ".", "c": "live", "w": "prod"}


def test_an_output_that_does_not_exist_is_unresolved():
    loaded = load(
        {"main.tf": 'module "m" { source = "./c" }\nresource "aws_x" "a" { v = module.m.nope }', "c/main.tf": ""}
    )
    value = loaded.resources[0].attributes["v"]
    assert isinstance(value, Unknown)
    assert value.code == "unresolved"
    assert codes(loaded) == ["GR-REFERENCE"]
