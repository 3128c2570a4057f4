"""Plans that Terraform itself writes, of its built-in `terraform_data`, which needs no network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scanner.loaders.terraform_plan.plan import counted
from scanner.model import Loaded, Unknown
from tests.loaders.terraform_plan.plans import by_address, load

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="the terraform binary is not here")

MAIN = """
variable "names" {
  type    = set(string)
  default = ["a", "b"]
}
variable "password" {
  type      = string
  sensitive = true
  default   = "hunter2-long"
}
variable "nothing" {
  type    = string
  default = null
}
resource "terraform_data" "base" {
  for_each = var.names
  input    = each.key
}
resource "terraform_data" "user" {
  for_each = var.names
  input    = terraform_data.base[each.key].id
}
resource "terraform_data" "chained" {
  for_each = terraform_data.base
  input    = each.value.id
}
resource "terraform_data" "counted" {
  count = 2
  input = { secret = var.password, plain = "p", id = terraform_data.base["a"].id }
}
resource "terraform_data" "list" {
  input = [terraform_data.base["a"].id, "known", terraform_data.counted[0].id]
}
resource "terraform_data" "from_module" {
  input = module.m["a"].out
}
module "m" {
  source   = "./m"
  for_each = var.names
  target   = terraform_data.base[each.key].id
  nothing  = var.nothing
}
output "password" {
  value     = var.password
  sensitive = true
}
"""
MODULE = """
variable "target" {}
variable "nothing" { default = null }
resource "terraform_data" "inner" {
  input            = var.target
  triggers_replace = var.nothing
}
output "out" { value = terraform_data.inner.id }
"""


def terraform(folder: Path, *arguments: str) -> str:
    config = folder / "cli.tfrc"
    config.write_text("")
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(config), "CHECKPOINT_DISABLE": "1"}
    command = ["terraform", *arguments]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("configuration")
    (folder / "m").mkdir()
    (folder / "main.tf").write_text(MAIN)
    (folder / "m" / "main.tf").write_text(MODULE)
    terraform(folder, "init", "-input=false", "-no-color")
    return folder


@pytest.fixture(scope="module")
def tree(folder: Path) -> Any:
    terraform(folder, "plan", "-out=plan", "-input=false", "-no-color")
    return json.loads(terraform(folder, "show", "-json", "plan"))


@pytest.fixture(scope="module")
def loaded(tree: Any) -> Loaded:
    return load(tree)


def names(value: Any) -> Any:
    assert isinstance(value, Unknown), value
    return value.identities


def test_every_planned_resource_is_loaded(loaded: Loaded, tree: Any) -> None:
    assert len(loaded.resources) == counted(tree) == 12
    assert loaded.diagnostics == ()


def test_values_are_linked_instance_to_instance(loaded: Loaded) -> None:
    found = by_address(loaded)
    for key in ("a", "b"):
        expected = (f'terraform_data.base["{key}"].id',)
        for address in (f'terraform_data.user["{key}"]', f'terraform_data.chained["{key}"]'):
            assert names(found[address].attributes["input"]) == expected
        assert names(found[f'module.m["{key}"].terraform_data.inner'].attributes["input"]) == expected
    through = names(found["terraform_data.from_module"].attributes["input"])
    assert through == ('module.m["a"].terraform_data.inner.id',)


def test_known_parts_are_known(loaded: Loaded) -> None:
    found = by_address(loaded)
    listed = found["terraform_data.list"].attributes["input"]
    assert listed[1] == "known"
    assert [names(listed[index])[0] for index in (0, 2)] == [
        'terraform_data.base["a"].id',
        "terraform_data.counted[0].id",
    ]
    counted_one = found["terraform_data.counted[1]"].attributes["input"]
    assert (counted_one["plain"], counted_one["secret"].code) == ("p", "secret")
    assert found['module.m["a"].terraform_data.inner'].attributes["triggers_replace"] is None


def test_secrets_are_found(loaded: Loaded) -> None:
    assert loaded.secrets == ("hunter2-long",)
    assert "hunter2" not in repr([each.attributes for each in loaded.resources])


def test_a_plan_after_applying_keeps_and_deletes(folder: Path, tree: Any, tmp_path: Path) -> None:
    assert tree
    shutil.copytree(folder, tmp_path / "applied")
    terraform(tmp_path / "applied", "apply", "-input=false", "-no-color", "-auto-approve", "plan")
    state = load(json.loads(terraform(tmp_path / "applied", "show", "-json")))
    assert len(state.resources) == 12
    terraform(tmp_path / "applied", "plan", "-out=next", "-input=false", "-no-color", '-var=names=["a","c"]')
    after = json.loads(terraform(tmp_path / "applied", "show", "-json", "next"))
    found = load(after)
    assert len(found.resources) == counted(after)
    addresses = by_address(found)
    assert 'terraform_data.user["b"]' not in addresses
    assert isinstance(addresses['terraform_data.user["a"]'].attributes["input"], str)
    assert names(addresses['terraform_data.user["c"]'].attributes["input"]) == ('terraform_data.base["c"].id',)
