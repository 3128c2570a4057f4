"""Input variables: where values come from and which wins, types, defaults, nullability, sensitivity."""

from scanner.model import Unknown
from tests.loaders.terraform.estates import by_address, codes, load, one

USE = '\nresource "aws_x" "a" { v = var.v }'


def value(declaration: str, **options):
    return one(f'variable "v" {{\n{declaration}\n}}{USE}', **options).attributes.get("v")


def test_a_variable_without_value_is_unknown_with_its_own_identity_and_line():
    unknown = value("")
    assert (unknown.code, unknown.identities, unknown.span.start_line) == ("variable", ("var.v",), 1)
    assert unknown.text == "var.v has no value"


def test_a_default_is_converted_to_the_type():
    assert value("type = string\ndefault = 5") == "5"
    assert value('type = list(number)\ndefault = ["1", 2]') == [1, 2]
    assert value("default = null") is None


def test_a_default_of_the_wrong_type_is_invalid():
    assert value('type = number\ndefault = "many"').code == "invalid"


def test_optional_attributes_take_their_defaults_all_the_way_in():
    declaration = (
        "type = map(object({ port = optional(number, 22), open = optional(bool), name = string }))\n"
        'default = { a = { name = "x" } }'
    )
    assert value(declaration) == {"a": {"name": "x", "port": 22, "open": None}}


def test_a_broken_type_is_reported_and_accepts_anything():
    loaded = load('variable "v" {\n type = list(nope)\n default = 1\n}' + USE)
    assert loaded.resources[0].attributes == {"v": 1}
    assert codes(loaded) == ["GR-TYPE"]


def test_values_win_in_terraforms_order():
    files = {
        "main.tf": "".join(f'variable "{name}" {{\n default = "default"\n}}\n' for name in "abcdef")
        + 'resource "aws_x" "a" {\n v = [var.a, var.b, var.c, var.d, var.e, var.f]\n}',
        "terraform.tfvars": "".join(f'{name} = "terraform"\n' for name in "bcdef"),
        "a.auto.tfvars": "".join(f'{name} = "a"\n' for name in "cdef"),
        "b.auto.tfvars": "".join(f'{name} = "b"\n' for name in "def"),
        "prod.tfvars": 'e = "prod"\nf = "prod"\nundeclared = 1\n',
    }
    loaded = load(files, var_files=("/estate/prod.tfvars",), variables={"f": "option"})
    assert loaded.resources[0].attributes["v"] == ["default", "terraform", "a", "b", "prod", "option"]


def test_a_tfvars_file_that_nobody_names_is_not_read():
    loaded = load({"main.tf": 'variable "v" {}' + USE, "prod.tfvars": 'v = "prod"'})
    assert loaded.resources[0].attributes["v"].code == "variable"


def test_a_file_of_values_that_is_not_there_is_an_error():
    loaded = load('variable "v" {}' + USE, var_files=("nowhere.tfvars",))
    assert [(d.code, d.level) for d in loaded.diagnostics] == [("GR-VARIABLES", "error")]


def test_values_of_the_command_line_are_read_by_type():
    assert value("type = string", variables={"v": "[1]"}) == "[1]"
    assert value("", variables={"v": "[1]"}) == "[1]"
    assert value("type = list(number)", variables={"v": "[1, 2]"}) == [1, 2]
    assert value("type = bool", variables={"v": "true"}) is True
    assert value("type = number", variables={"v": "7"}) == 7


def test_tfvars_of_one_root_do_not_reach_another():
    files = {
        "a/main.tf": 'variable "v" {}' + USE,
        "b/main.tf": 'variable "v" {}' + USE,
        "a/terraform.tfvars": 'v = "x"',
    }
    values = {r.root: r.attributes["v"] for r in load(files).resources}
    assert values["a"] == "x"
    assert isinstance(values["b"], Unknown)


def test_a_named_file_of_values_reaches_every_root_that_declares_its_names():
    files = {
        "one/main.tf": 'variable "a" {}\nresource "aws_x" "a" {\n v = var.a\n}',
        "two/main.tf": 'variable "b" {}\nvariable "a" {\n default = "own"\n}\nresource "aws_x" "a" {\n'
        " v = [var.a, var.b]\n}",
        "three/main.tf": 'variable "c" {}\nresource "aws_x" "a" {\n v = var.c\n}',
        "one/prod.tfvars": 'a = "A"\n',
    }
    loaded = load(files, var_files=("one/prod.tfvars",))
    found = {resource.root: resource.attributes["v"] for resource in loaded.resources}
    assert found["one"] == "A"
    assert found["two"][0] == "A"
    assert (found["two"][1].code, found["three"].code) == ("variable", "variable")
    assert loaded.diagnostics == ()


def test_null_given_to_a_variable_that_is_not_nullable_is_its_default():
    loaded = load(
        {
            "main.tf": 'module "m" {\n source = "./c"\n v = null\n w = null\n}',
            "c/main.tf": 'variable "v" {\n default = 1\n nullable = false\n}\nvariable "w" {\n default = 1\n}\n'
            'resource "aws_x" "a" {\n v = var.v\n w = var.w\n}',
        }
    )
    assert loaded.resources[0].attributes == {"v": 1}


def test_sensitive_values_are_secret_and_their_texts_are_kept_back():
    loaded = load(
        'variable "v" {\n default = "hunter2"\n sensitive = true\n}\nresource "aws_x" "a" {\n v = "p=${var.v}"\n}'
    )
    secret = loaded.resources[0].attributes["v"]
    assert (secret.code, secret.literal) == ("secret", True)
    assert "hunter2" in loaded.secrets


def test_secrets_are_kept_back_even_when_nothing_reads_them():
    loaded = load(
        {"main.tf": 'variable "v" {\n default = "first"\n sensitive = true\n}', "terraform.tfvars": 'v = "second"'}
    )
    assert set(loaded.secrets) == {"first", "second"}


def test_a_sensitive_output_stays_secret():
    loaded = load(
        {
            "main.tf": 'module "m" { source = "./c" }\nresource "aws_x" "a" { v = module.m.o }',
            "c/main.tf": 'output "o" {\n value = "pw"\n sensitive = true\n}',
        }
    )
    assert loaded.resources[0].attributes["v"].code == "secret"


def test_a_resource_handed_to_a_typed_variable_keeps_identity():
    loaded = load(
        {
            "main.tf": 'resource "aws_s3_bucket" "b" {}\nmodule "m" {\n source = "./c"\n any = aws_s3_bucket.b\n'
            " typed = aws_s3_bucket.b\n}",
            "c/main.tf": 'variable "any" {}\nvariable "typed" {\n type = object({ id = string })\n}\n'
            'resource "aws_x" "a" {\n v = var.any.id\n w = var.typed.id\n}',
        }
    )
    attributes = by_address(loaded)["module.m.aws_x.a"].attributes
    assert attributes["v"].identities == ("aws_s3_bucket.b.id",)
    assert attributes["w"].identities == ("aws_s3_bucket.b.id",)


def test_an_undeclared_variable_is_unresolved_and_reported_where_it_is_written():
    loaded = load('resource "aws_x" "a" {\n  v = "${upper(var.nope)}!"\n}')
    assert [(d.code, d.level, d.span.start_line, d.span.start_column) for d in loaded.diagnostics] == [
        ("GR-REFERENCE", "warning", 2, 16)
    ]
    assert loaded.resources[0].attributes["v"].code == "unresolved"


def test_values_in_json_are_read_after_terraform_tfvars_and_keep_their_places():
    files = {
        "main.tf": 'variable "v" {}\nvariable "w" {}\nresource "aws_x" "a" {\n v = var.v\n w = var.w\n}',
        "terraform.tfvars": 'v = "first"\nw = 1',
        "terraform.tfvars.json": '{"v": {"a": ["${x}", 2.5, true, null]}}',
    }
    (resource,) = load(files).resources
    assert resource.attributes == {"v": {"a": ["${x}", 2.5, True, None]}, "w": 1}
    step = resource.provenance.place(("v", "a", 1)).chain[-1]
    assert (step.text, step.location.path, step.location.start_column) == ("2.5", "terraform.tfvars.json", 22)
