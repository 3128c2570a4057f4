"""The loader as a whole: hostile input, files, cost, and that one bad resource stops no other."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.api import ScanOptions, scan
from scanner.loaders.terraform.loader import Loader
from scanner.model import Limits, LoadOptions
from tests.loaders.terraform.estates import by_address, calls, codes, document, load, one, write

CONTROL = 'resource "aws_security_group" "control" {\n  open = true\n}\n'


def control_is_found(loaded) -> bool:
    return by_address(loaded)["aws_security_group.control"].attributes == {"open": True}


def test_growth_beyond_all_bounds_is_over_budget():
    grow = "".join(f"  l{i} = flatten([for a in local.l{i - 1} : local.l{i - 1}])\n" for i in range(1, 12))
    loaded = load(
        {
            "main.tf": f'locals {{\n  l0 = ["x", "x", "x", "x", "x", "x", "x", "x", "x", "x"]\n{grow}}}\n'
            'resource "aws_x" "b" {\n  count = length(local.l11)\n  name = "n"\n  pad = format("%999999999s", "x")\n}',
            "control.tf": CONTROL,
        }
    )
    resource = by_address(loaded)["aws_x.b"]
    assert resource.existence.code == "budget"
    assert resource.attributes["name"] == "n"
    assert resource.attributes["pad"].code == "budget"
    assert set(codes(loaded)) == {"GR-LIMIT-EVAL"}
    assert control_is_found(loaded)


def test_a_module_that_includes_itself_ends():
    loaded = load({"main.tf": 'module "m" {\n source = "./."\n}\nmodule "n" {\n source = "../estate"\n}\n' + CONTROL})
    assert codes(loaded) == ["GR-LIMIT-EVAL", "GR-LIMIT-EVAL"]
    assert control_is_found(loaded)


def test_modules_that_call_two_of_the_next_are_over_budget_in_the_end():
    files = {
        f"m{i}/main.tf": "".join(f'module "{name}" {{ source = "../m{i + 1}" }}\n' for name in "ab") for i in range(25)
    }
    files["m25/main.tf"] = CONTROL
    for steps in (50_000, 100_000):
        assert codes(load(files, limits=Limits(steps=steps))) == ["GR-LIMIT-EVAL"]
        assert calls(lambda steps=steps: load(files, limits=Limits(steps=steps))) < steps


def test_resources_times_resources_are_over_budget_in_the_end():
    files = {
        "main.tf": 'module "m" {\n source = "./c"\n count = 1000\n}\n' + CONTROL,
        "c/main.tf": 'resource "aws_x" "a" {\n count = 1000\n}',
    }
    loaded = load(files, limits=Limits(steps=1_000_000))
    assert len(loaded.resources) < 30_000
    assert "GR-LIMIT-EVAL" in codes(loaded)
    assert control_is_found(loaded)


@pytest.mark.parametrize(
    "expression",
    [
        'file("../../../../etc/passwd")', 'file("/etc/passwd")', 'file("/no/such/file")',
        'filebase64("/proc/self/environ")',
        'templatefile("/etc/shadow", {})', 'join(",", fileset("/", "**"))', 'fileexists("/root/.aws/credentials")',
        'file("link")', 'file("up/secret")', 'try(file("/etc/passwd"), "x")', 'can(file("/etc/passwd"))',
    ],
)  # fmt: skip
def test_files_outside_are_never_read_and_whether_they_exist_is_never_told(expression: str, tmp_path: Path):
    inside = tmp_path / "inside"
    root = write({"main.tf": f'resource "aws_x" "a" {{\n  v = {expression}\n}}'}, inside)
    (tmp_path / "secret").write_text("HOSTILE")
    (inside / "link").symlink_to(tmp_path / "secret")
    (inside / "up").symlink_to(tmp_path)
    loaded = load((inside / "main.tf").read_text(), root=root)
    assert loaded.resources[0].attributes["v"].code == "path_escape"
    assert codes(loaded) == ["GR-PATH-ESCAPE"]


def test_files_inside_are_read_relative_to_the_root_module(tmp_path: Path):
    files = {
        "live/main.tf": 'module "m" { source = "../mod" }\nresource "aws_x" "a" {\n  v = file("own.txt")\n}',
        "mod/main.tf": 'resource "aws_x" "b" {\n  v = templatefile("${path.module}/t.tpl", { n = "N" })\n'
        '  w = fileset(path.module, "*.tpl")\n}',
    }
    root = write({**files, "live/own.txt": "own", "mod/t.tpl": "hello ${n}"}, tmp_path)
    found = by_address(load(files, root=root))
    assert found["aws_x.a"].attributes == {"v": "own"}
    assert found["module.m.aws_x.b"].attributes == {"v": "hello N", "w": ["t.tpl"]}


def test_files_are_found_when_the_scanned_directory_is_a_link(tmp_path: Path):
    files = {"main.tf": 'resource "aws_x" "a" {\n  v = file("own.txt")\n}'}
    write({**files, "own.txt": "own"}, tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    loader = Loader(roots=(str(tmp_path / "real"),))
    assert one(files, root=str(tmp_path / "link"), loader=loader).attributes == {"v": "own"}


def test_nothing_outside_the_given_roots_is_read_though_documents_span_more(tmp_path: Path):
    files = {"a/main.tf": 'resource "aws_x" "a" {\n  v = file("../c/own.txt")\n}', "b/main.tf": ""}
    root = write({**files, "c/own.txt": "own"}, tmp_path)
    loader = Loader(roots=(f"{root}/a", f"{root}/b"))
    assert one(files, root=root, loader=loader).attributes["v"].code == "path_escape"


def test_a_bad_resource_stops_no_other():
    text = """
resource "aws_x" "bad" {
  a = nope(
  b = 1
}
resource "aws_x" "error" {
  a = 1 + "x"
  b = tonumber("x")
  c = aws_x.missing.id
  d = 4
}
"""
    found = by_address(load({"main.tf": text, "control.tf": CONTROL}))
    attributes = found["aws_x.error"].attributes
    assert [attributes[name].code for name in "abc"] == ["invalid", "invalid", "unresolved"]
    assert attributes["d"] == 4
    assert "aws_security_group.control" in found


def test_terragrunt_files_are_answered_with_how_to_scan_them():
    loaded = load({"terragrunt.hcl": 'terraform {\n source = "x"\n}', "main.tf": CONTROL})
    assert ("GR-UNSUPPORTED", "note") in [(d.code, d.level) for d in loaded.diagnostics]
    assert control_is_found(loaded)


def test_terragrunt_files_are_found_and_are_no_root_module(tmp_path: Path):
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "terragrunt.hcl").write_text('include "root" {\n path = "../x"\n}\ninputs = {\n a = 1\n}\n')
    (tmp_path / "live" / "other.hcl").write_text("x = 1\n")
    result = scan([tmp_path], ScanOptions(rules=("aws-s3-bucket-public-acl",)))
    assert [Path(each.path).name for each in result.inputs] == ["terragrunt.hcl"]
    assert [(each.code, each.level) for each in result.diagnostics] == [("GR-UNSUPPORTED", "error")]
    assert result.summary.exit_code == 3
    assert "terragrunt show -json" in result.diagnostics[0].hint
    assert result.roots == ()


def test_cdktf_output_is_loaded_as_the_json_it_is():
    tree = {
        "//": {"metadata": {"backend": "local", "stackName": "s", "version": "0.20.0"}},
        "provider": {"aws": [{"region": "eu-west-1", "default_tags": [{"tags": {"team": "x"}}]}]},
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "6.0.0"}}},
        "locals": {"port": 22},
        "resource": {
            "aws_security_group": {
                "sg": {
                    "//": {"metadata": {"path": "s/sg", "uniqueId": "sg"}},
                    "ingress": [{"from_port": "${local.port}", "cidr_blocks": ["0.0.0.0/0"]}],
                }
            }
        },
        "output": {"id": {"value": "${aws_security_group.sg.id}"}},
    }
    loaded = load({"cdktf.out/stacks/s/cdk.tf.json": json.dumps(tree)})
    (group,) = loaded.resources
    assert (loaded.diagnostics, loaded.roots) == ((), ("cdktf.out/stacks/s",))
    assert group.attributes["ingress"] == [{"from_port": 22, "cidr_blocks": ["0.0.0.0/0"]}]
    assert group.span.start_line == 1


def test_a_chain_longer_than_the_stack_is_evaluated():
    chain = "".join(f" l{i} = local.l{i + 1}\n" for i in range(1000))
    hops = "".join(f'module "m{i}" {{\n source = "./hop"\n v = module.m{i + 1}.v\n}}\n' for i in range(200))
    resources = "".join(f'resource "aws_x" "r{i}" {{\n v = aws_x.r{i + 1}.v\n}}\n' for i in range(200))
    loaded = load(
        {
            "main.tf": f'locals {{\n{chain} l1000 = "end"\n}}\n{hops}module "m200" {{\n source = "./hop"\n'
            f' v = local.l0\n}}\n{resources}resource "aws_x" "r200" {{\n v = module.m0.v\n}}',
            "hop/main.tf": 'variable "v" {\n type = string\n}\noutput "v" {\n value = var.v\n}',
        }
    )
    assert {resource.attributes["v"] for resource in loaded.resources} == {"end"}
    assert loaded.diagnostics == ()


def test_a_ring_longer_than_the_stack_is_a_cycle():
    ring = "".join(f" l{i} = upper(local.l{(i + 1) % 500})\n" for i in range(500))
    loaded = load(f'locals {{\n{ring}}}\nresource "aws_x" "a" {{\n v = local.l7\n}}\n{CONTROL}')
    assert control_is_found(loaded)
    assert codes(loaded) == ["GR-CYCLE"]


def test_many_roots_are_loaded_and_sorted():
    files = {f"live/{name}/main.tf": 'resource "aws_x" "a" {}' for name in "cab"}
    loaded = load(files)
    assert loaded.roots == ("live/a", "live/b", "live/c")
    assert [r.root for r in loaded.resources] == ["live/a", "live/b", "live/c"]


def test_the_order_of_documents_does_not_matter():
    files = {"a.tf": 'resource "aws_x" "a" { v = local.l }', "b.tf": "locals {\n l = 1\n}", "c.tf": CONTROL}
    documents = [document(path, text) for path, text in files.items()]
    results = [Loader().load(order, demand=None, options=LoadOptions()) for order in (documents, documents[::-1])]
    first, second = ([(r.address, r.attributes) for r in result.resources] for result in results)
    assert first == second


def test_no_documents_give_nothing():
    assert load({}).resources == ()


def test_a_resource_costs_the_same_among_a_thousand():
    block = (
        'resource "aws_s3_bucket" "b{0}" {{\n bucket = "b-{0}"\n tags = {{\n  e = var.e\n }}\n versioning {{\n'
        "  enabled = true\n }}\n}}\n"
    )
    files = {f"f{i}.tf": "".join(block.format(i * 50 + j) for j in range(50)) for i in range(20)}
    documents = [document(path, text) for path, text in files.items()]
    documents.append(document("v.tf", 'variable "e" { default = 1 }'))
    demand = {"aws_s3_bucket": frozenset(("bucket", "versioning", "tags"))}

    def cost(count: int) -> int:
        return calls(lambda: Loader().load(documents[-count:], demand=demand, options=LoadOptions()))

    few, many = cost(3), cost(21)
    assert many < 10.5 * few
    assert many < 200 * 1000


WORDS = st.sampled_from(
    [
        'resource "aws_x" "a" {',
        'module "m" {',
        "}",
        "locals {",
        "count = 2",
        "for_each = local.a",
        'source = "./m"',
        "a = local.b",
        "b = [local.a]",
        'v = aws_x.a["k"].id',
        "w = module.m",
        'dynamic "b" {',
        "content {",
        "for_each = var.v",
        'variable "v" {',
        "default = null",
        "type = object({",
        "x = each.value",
        "providers = {",
        "provider = aws.x[each.key]",
        'data "a" "b" {',
        "p = data.a.b",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=25))
def test_no_text_makes_the_loader_raise(lines: list[str]):
    loaded = load({"main.tf": "\n".join(lines), "m/main.tf": "\n".join(reversed(lines))}, limits=Limits(steps=20_000))
    for resource in loaded.resources:
        for name in resource.attributes:
            resource.provenance.place((name, 0, "x"))
            resource.provenance.is_given((name,))
            resource.provenance.is_literal((name,))
