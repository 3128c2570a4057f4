"""What files declare: override files, duplicates, blocks that are tolerated."""

from tests.loaders.terraform.estates import by_address, codes, load


def test_override_files_replace_attributes_and_blocks_of_a_type():
    loaded = load(
        {
            "main.tf": 'variable "v" {\n default = 1\n}\nlocals {\n l = "main"\n}\nresource "aws_x" "a" {\n p = 1\n'
            " q = 1\n b { n = 1 }\n c { n = 1 }\n v = var.v\n l = local.l\n}",
            "main_override.tf": 'variable "v" {\n default = 2\n}\nlocals {\n l = "over"\n}\nresource "aws_x" "a" {\n'
            " q = 2\n b { n = 2 }\n b { n = 3 }\n}",
            "override.tf": 'resource "aws_x" "a" {\n p = 3\n}',
        }
    )
    resource = loaded.resources[0]
    assert resource.attributes == {"p": 3, "q": 2, "b": [{"n": 2}, {"n": 3}], "c": [{"n": 1}], "v": 2, "l": "over"}
    assert resource.provenance.place(("q",)).span.path == "main_override.tf"
    assert resource.provenance.place(("b", 1, "n")).span.path == "main_override.tf"
    assert resource.provenance.place(("c", 0, "n")).span.path == "main.tf"


def test_the_first_of_two_declarations_is_judged_and_the_second_reported():
    loaded = load(
        {"a.tf": 'resource "aws_x" "a" { n = 1 }', "b.tf": 'resource "aws_x" "a" { n = 2 }\nresource "aws_x" "b" {}'}
    )
    assert by_address(loaded)["aws_x.a"].attributes == {"n": 1}
    assert [(d.code, d.level, d.path) for d in loaded.diagnostics] == [("GR-DUPLICATE", "error", "b.tf")]


def test_a_resource_without_name_does_not_stop_its_neighbours():
    loaded = load('resource "aws_x" {}\nresource "aws_x" "a" {}')
    assert [r.address for r in loaded.resources] == ["aws_x.a"]
    assert codes(loaded) == ["GR-PARSE"]


def test_blocks_that_declare_no_resource_are_tolerated():
    text = """
moved {
  from = aws_x.old
  to   = aws_x.a
}
import {
  to = aws_x.a
  id = "x"
}
removed {
  from = aws_x.gone
}
check "health" {
  assert {
    condition     = true
    error_message = "no"
  }
}
ephemeral "aws_secretsmanager_secret_version" "s" {
  secret_id = "s"
}
resource "aws_x" "a" {
  password_wo         = ephemeral.aws_secretsmanager_secret_version.s.secret_string
  password_wo_version = 1
  lifecycle {
    prevent_destroy = true
  }
  provisioner "local-exec" {
    command = "true"
  }
  depends_on = [aws_x.b]
}
resource "aws_x" "b" {}
"""
    loaded = load(text)
    assert codes(loaded) == []
    attributes = by_address(loaded)["aws_x.a"].attributes
    assert attributes["password_wo"].code == "secret"
    assert sorted(attributes) == ["password_wo", "password_wo_version"]


def test_an_opentofu_file_takes_the_place_of_the_terraform_file_beside_it():
    loaded = load({"main.tf": 'resource "aws_x" "a" { n = 1 }', "main.tofu": 'resource "aws_x" "a" { n = 2 }'})
    assert [r.attributes["n"] for r in loaded.resources] == [2]


def test_an_opentofu_override_file_takes_the_place_of_the_terraform_one():
    loaded = load(
        {
            "main.tf": 'resource "aws_x" "a" {\n n = 1\n}',
            "a_override.tf": 'resource "aws_x" "a" {\n n = 2\n m = 2\n}',
            "a_override.tofu": 'resource "aws_x" "a" {\n n = 3\n}',
            "b.tf.json": '{"resource": {"aws_x": {"b": {"n": 1}}}}',
            "b.tofu.json": '{"resource": {"aws_x": {"b": {"n": 4}}}}',
            "main.tofu.json": '{"resource": {"aws_x": {"c": {"n": 5}}}}',
        }
    )
    assert {r.address: r.attributes for r in loaded.resources} == {
        "aws_x.a": {"n": 3}, "aws_x.b": {"n": 4}, "aws_x.c": {"n": 5},
    }  # fmt: skip


def test_ephemeral_and_write_only_values_are_secret():
    loaded = load(
        'ephemeral "aws_secretsmanager_secret_version" "s" {\n secret_id = "x"\n}\n'
        'variable "token" {\n ephemeral = true\n default = "t0k3n-t0k3n"\n}\n'
        'resource "aws_db_instance" "a" {\n password_wo_version = 1\n'
        " password_wo = ephemeral.aws_secretsmanager_secret_version.s.secret_string\n}\n"
        'resource "aws_ssm_parameter" "b" {\n value_wo = var.token\n}'
    )
    found = by_address(loaded)
    assert found["aws_db_instance.a"].attributes["password_wo"].code == "secret"
    assert found["aws_db_instance.a"].attributes["password_wo_version"] == 1
    assert found["aws_ssm_parameter.b"].attributes["value_wo"].code == "secret"
    assert "t0k3n-t0k3n" in loaded.secrets
    assert loaded.diagnostics == ()


def test_a_local_that_is_defined_by_itself_is_a_cycle():
    loaded = load(
        'locals {\n a = local.b\n b = "${local.a}!"\n}\nresource "aws_x" "a" {\n v = local.a\n}\n'
        'resource "aws_x" "b" { v = 1 }'
    )
    assert by_address(loaded)["aws_x.a"].attributes["v"].code == "cycle"
    assert by_address(loaded)["aws_x.b"].attributes["v"] == 1
    assert codes(loaded) == ["GR-CYCLE"]
