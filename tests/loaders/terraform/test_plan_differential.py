"""Addresses and values compared with the real `terraform plan`, by way of the built-in `terraform_data`."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scanner.model import Unknown
from tests.loaders.terraform.estates import load, write

pytestmark = pytest.mark.skipif(
    shutil.which("terraform") is None, reason="needs the terraform binary, which is not here"
)

LOOPS = {
    "main.tf": r"""
variable "names" {
  type    = set(string)
  default = ["b", "a", "q\"uote", "dollar${"$"}{x}", "new\nline", "back\\slash", "é", "a.b/c d"]
}
variable "unset_default" {
  type = map(object({
    port = optional(number, 22)
    tags = optional(map(string), { a = "b" })
    deep = optional(object({ x = optional(bool, true) }), {})
  }))
  default = { one = {}, two = { port = "80", deep = {} } }
}
resource "terraform_data" "set" {
  for_each = var.names
  input    = { key = each.key, value = each.value }
}
resource "terraform_data" "count" {
  count = length(var.names) > 2 ? 3 : 0
  input = { index = count.index, last = count.index == 2 }
}
resource "terraform_data" "none" {
  count = 0
  input = 1
}
resource "terraform_data" "chained" {
  for_each = terraform_data.set
  input    = { key = each.key, value = each.value.input, id = each.value.id }
}
resource "terraform_data" "typed" {
  for_each = var.unset_default
  input    = each.value
}
resource "terraform_data" "refs" {
  input = {
    splat   = terraform_data.count[*].input.index
    legacy  = terraform_data.count.*.input
    values  = [for k, v in terraform_data.set : k]
    none    = try(terraform_data.none[0].input, "none")
    one     = one(terraform_data.none[*].input)
    element = element(terraform_data.count, 4).input.index
    output  = terraform_data.count[1].output
  }
}
""",
}

MODULES = {
    "main.tf": r"""
variable "env" {
  default = "dev"
}
variable "from_auto" {}
variable "from_file" {
  type = list(number)
}
locals {
  zones = { for i, z in ["a", "b"] : z => i }
}
module "each" {
  source   = "./child"
  for_each = local.zones
  name     = "${var.env}-${each.key}"
  number   = each.value
}
module "counted" {
  source = "./child"
  count  = 2
  name   = join("/", [path.module, path.root, terraform.workspace])
  number = null
  extra  = { a = count.index }
}
module "off" {
  source = "./child"
  count  = 0
  name   = "off"
}
resource "terraform_data" "outputs" {
  input = {
    all   = [for k, m in module.each : m.full]
    first = module.counted[0].full
    off   = module.off[*].full
    auto  = var.from_auto
    file  = var.from_file
    inner = module.each["b"].inner
  }
}
""",
    "child/main.tf": r"""
variable "name" {
  type = string
}
variable "number" {
  type     = number
  default  = 7
  nullable = false
}
variable "extra" {
  type    = map(string)
  default = {}
}
resource "terraform_data" "this" {
  input = { name = var.name, number = var.number, extra = var.extra, here = path.module }
}
module "inner" {
  source = "../inner"
  value  = terraform_data.this.input
}
output "full" {
  value = "${var.name}:${var.number}"
}
output "inner" {
  value = module.inner.value
}
""",
    "inner/main.tf": r"""
variable "value" {}
resource "terraform_data" "deep" {
  input = merge(var.value, { deep = true, text = file("${path.module}/text.txt") })
}
output "value" {
  value = terraform_data.deep.output
}
""",
    "inner/text.txt": "hello\n",
    "main_override.tf": 'variable "env" {\n  default = "over"\n}\n',
    "terraform.tfvars": 'from_auto = "tfvars"\nfrom_file = [0]\n',
    "b.auto.tfvars": 'from_auto = "b"\n',
    "a.auto.tfvars.json": '{"from_auto": "a", "from_file": ["1", 2]}',
}

NULLS = {
    "main.tf": r"""
variable "null" {
  default = null
}
variable "not_nullable" {
  type     = object({ a = optional(string), b = optional(list(string), ["x"]) })
  default  = {}
  nullable = false
}
variable "sets" {
  type    = set(number)
  default = ["3", 1, 2, 1]
}
locals {
  a       = local.b
  b       = var.null == null ? "null" : "set"
  grouped = { for x in ["aa", "ab", "b"] : substr(x, 0, 1) => x... }
  unknown = terraform_data.id.id
  doc     = jsonencode({ Statement = [{ Effect = "Allow", Resource = ["a", "b"] }] })
}
resource "terraform_data" "id" {
  input = null
}
resource "terraform_data" "a" {
  input = {
    null     = var.null
    object   = var.not_nullable
    sets     = var.sets
    local    = local.a
    grouped  = local.grouped
    number   = 1.50 * 2
    big      = 12345678901234567890
    template = "%{for x in var.sets}<${x}>%{endfor}"
    heredoc  = <<-EOT
      indented
        more ${upper("x")}
    EOT
    unknown  = local.unknown
    partly   = ["known", local.unknown, "${local.unknown}/*"]
    doc      = local.doc
    cond     = length(local.grouped) > 1 ? { x = 1 } : { x = 2 }
  }
}
""",
}


@pytest.mark.parametrize("files", [LOOPS, MODULES, NULLS], ids=["loops", "modules", "nulls"])
def test_addresses_and_values_are_those_of_terraform(files: dict[str, str], tmp_path: Path):
    root = write(files, tmp_path)
    planned = plan(tmp_path)
    texts = {path: text for path, text in files.items() if not path.endswith(".txt")}
    loaded = load(texts, root=root)
    ours = {resource.address: resource for resource in loaded.resources}
    assert sorted(ours) == sorted(planned)
    assert not loaded.diagnostics
    for address, (value, unknown) in planned.items():
        assert_same(ours[address].attributes.get("input"), value, unknown, address)


def plan(folder: Path) -> dict[str, tuple[Any, Any]]:
    """Address to the planned input, and what of it is not known."""
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_CLI_CONFIG_FILE": os.devnull}

    def run(*words: str) -> str:
        command = ["terraform", *words]
        done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
        return done.stdout

    run("init", "-input=false", "-no-color")
    run("plan", "-input=false", "-no-color", "-out=plan.bin", "-lock=false", "-refresh=false")
    shown = json.loads(run("show", "-json", "plan.bin"))
    return {
        change["address"]: (
            change["change"]["after"].get("input"),
            change["change"]["after_unknown"].get("input", False),
        )
        for change in shown["resource_changes"]
        if change["mode"] == "managed"
    }


def assert_same(ours: Any, value: Any, unknown: Any, where: str) -> None:
    """What Terraform knows we know and find the same; what it does not know is unknown to us."""
    if unknown is True:
        assert isinstance(ours, Unknown), where
    elif isinstance(value, dict):
        assert isinstance(ours, dict), where
        assert set(ours) <= set(value) | set(unknown or {}), where
        for key in {**value, **(unknown or {})}:
            inner = unknown.get(key, False) if isinstance(unknown, dict) else False
            assert_same(ours.get(key), value.get(key), inner, f"{where}.{key}")
    elif isinstance(value, list):
        assert isinstance(ours, list), where
        assert len(ours) == len(value), where
        flags = unknown if isinstance(unknown, list) else []
        for index, item in enumerate(value):
            inner = flags[index] if index < len(flags) else False
            assert_same(ours[index], item, inner, f"{where}[{index}]")
    else:
        assert (type(ours), ours) == (type(value), value), where
