"""The loader as a whole: hostile input, files, cost, and that one bad resource stops no other."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.loaders.terraform.loader import Loader
from scanner.model import Limits, LoadOptions
from tests.loaders.terraform.estates import by_address, codes, document, load, one, write

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
    began = time.process_time()
    loaded = load(files, limits=Limits(steps=100_000))
    assert time.process_time() - began < 5
    assert "GR-LIMIT-EVAL" in codes(loaded)


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


def test_a_thousand_resources_are_loaded_in_a_quarter_of_a_second():
    block = (
        'resource "aws_s3_bucket" "b{0}" {{\n bucket = "b-{0}"\n tags = {{\n  e = var.e\n }}\n versioning {{\n'
        "  enabled = true\n }}\n}}\n"
    )
    files = {f"f{i}.tf": "".join(block.format(i * 50 + j) for j in range(50)) for i in range(20)}
    documents = [document(path, text) for path, text in {**files, "v.tf": 'variable "e" { default = 1 }'}.items()]
    began = time.process_time()
    loaded = Loader().load(
        documents, demand={"aws_s3_bucket": frozenset(("bucket", "versioning", "tags"))}, options=LoadOptions()
    )
    assert time.process_time() - began < 0.25
    assert len(loaded.resources) == 1000


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
