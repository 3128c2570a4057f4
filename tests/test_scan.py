"""What a scan says of small configurations, from text to findings."""

from collections.abc import Mapping

import pytest

from scanner.api import ScanOptions, scan_texts
from scanner.model import FAIL, PASS, UNKNOWN, Finding

SSH = "aws-ec2-sg-ingress-ssh"
VERSIONING = "aws-s3-bucket-no-versioning"
VOLUME = "aws-ec2-volume-unencrypted"


def findings(text: str | Mapping[str, str], rule: str) -> list[Finding]:
    texts = {"main.tf": text} if isinstance(text, str) else text
    result = scan_texts(texts, ScanOptions(rules=(rule,)))
    assert [each.message for each in result.findings if each.outcome == "error"] == []
    return list(result.findings)


def outcomes(text: str | Mapping[str, str], rule: str) -> list[tuple[str, str]]:
    return [(each.resource.address, each.outcome) for each in findings(text, rule)]


def test_second_ingress_rule_fails_although_the_first_is_to_itself() -> None:
    text = """resource "aws_security_group" "a" {
  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }
}
"""
    [failed] = [each for each in findings(text, SSH) if each.outcome == FAIL]
    assert failed.location is not None
    assert (failed.location.start_line, failed.location.start_column) == (12, 34)
    assert failed.attribute == "ingress[1].cidr_blocks[1]"


LINKS = {
    "by reference": "bucket = aws_s3_bucket.a.id",
    "by literal name": 'bucket = "data"',
    "by its name attribute": "bucket = aws_s3_bucket.a.bucket",
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_versioning_of_its_own_passes_when_linked(link: str) -> None:
    text = f"""
resource "aws_s3_bucket" "a" {{ bucket = "data" }}
resource "aws_s3_bucket_versioning" "a" {{
  {link}
  versioning_configuration {{ status = "Enabled" }}
}}
"""
    assert outcomes(text, VERSIONING) == [("aws_s3_bucket.a", PASS)]


def test_versioning_passes_when_linked_through_a_module_output() -> None:
    texts = {
        "main.tf": """
module "bucket" { source = "./bucket" }
resource "aws_s3_bucket_versioning" "a" {
  bucket = module.bucket.id
  versioning_configuration { status = "Enabled" }
}
""",
        "bucket/main.tf": """
resource "aws_s3_bucket" "this" {}
output "id" { value = aws_s3_bucket.this.id }
""",
    }
    assert outcomes(texts, VERSIONING) == [("module.bucket.aws_s3_bucket.this", PASS)]


def test_versioning_passes_per_instance() -> None:
    text = """
resource "aws_s3_bucket" "a" {
  for_each = toset(["x", "y"])
  bucket   = "data-${each.key}"
}
resource "aws_s3_bucket_versioning" "a" {
  for_each = aws_s3_bucket.a
  bucket   = each.value.id
  versioning_configuration { status = each.key == "x" ? "Enabled" : "Suspended" }
}
"""
    assert outcomes(text, VERSIONING) == [('aws_s3_bucket.a["x"]', PASS), ('aws_s3_bucket.a["y"]', FAIL)]


def test_count_of_zero_yields_no_result() -> None:
    assert outcomes('resource "aws_ebs_volume" "a" {\n  count = 0\n}\n', VOLUME) == []


def test_count_without_value_still_gives_a_result() -> None:
    [failed] = findings('variable "n" {}\nresource "aws_ebs_volume" "a" {\n  count = var.n\n}\n', VOLUME)
    assert failed.outcome == FAIL
    assert failed.if_created


def test_dynamic_block_without_value_still_gives_a_result() -> None:
    text = """
variable "open" { type = list(number) }
resource "aws_security_group" "a" {
  dynamic "ingress" {
    for_each = var.open
    content {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}
"""
    [failed] = findings(text, SSH)
    assert failed.outcome == FAIL
    assert failed.if_created


def test_flag_from_a_variable_without_value_is_unknown_with_the_line_of_the_variable() -> None:
    text = 'variable "on" {\n  type = bool\n}\nresource "aws_ebs_volume" "a" {\n  encrypted = var.on\n}\n'
    [undecided] = findings(text, VOLUME)
    assert undecided.outcome == UNKNOWN
    assert undecided.reason is not None
    assert undecided.reason.code == "variable"
    assert undecided.reason.location is not None
    assert undecided.reason.location.start_line == 1


def test_chain_leads_back_to_the_line_where_the_value_is_written() -> None:
    texts = {
        "main.tf": 'variable "on" {}\nlocals {\n  on = var.on\n}\n'
        'resource "aws_ebs_volume" "a" {\n  encrypted = local.on\n}\n',
        "terraform.tfvars": "on = false\n",
    }
    [failed] = findings(texts, VOLUME)
    assert failed.outcome == FAIL
    steps = [(each.what, each.location.path, each.location.start_line) for each in failed.because if each.location]
    assert steps == [("local.on", "main.tf", 3), ("var.on", "terraform.tfvars", 1)]


def test_optional_attributes_inside_a_map_of_objects_may_be_left_out() -> None:
    text = """
variable "volumes" {
  type = map(object({ encrypted = optional(bool), size = optional(number, 8), extra = optional(any) }))
  default = { a = { encrypted = true }, b = {} }
}
resource "aws_ebs_volume" "a" {
  for_each  = var.volumes
  encrypted = each.value.encrypted
}
"""
    assert outcomes(text, VOLUME) == [('aws_ebs_volume.a["a"]', PASS), ('aws_ebs_volume.a["b"]', FAIL)]


def test_disk_of_the_service_is_open_where_a_block_may_be_stated() -> None:
    text = """
variable "disks" { type = list(string) }
resource "aws_instance" "a" {
  ami           = "ami-0123"
  instance_type = "t3.micro"
  dynamic "root_block_device" {
    for_each = var.disks
    content { encrypted = true }
  }
}
"""
    found = {each.outcome for each in findings(text, "aws-ec2-instance-disk-unencrypted")}
    assert UNKNOWN in found
    assert FAIL not in found


def test_slice_of_a_list_that_is_not_known_has_a_length() -> None:
    text = """
data "aws_availability_zones" "a" {}
locals { zones = slice(data.aws_availability_zones.a.names, 0, 2) }
resource "aws_ebs_volume" "a" {
  count             = length(local.zones)
  availability_zone = local.zones[count.index]
  encrypted         = true
}
"""
    assert outcomes(text, VOLUME) == [("aws_ebs_volume.a[0]", PASS), ("aws_ebs_volume.a[1]", PASS)]


def test_secret_between_two_unknown_parts_of_user_data_is_found() -> None:
    text = """
variable "password" { default = "Aa1234321Bb" }
variable "u" {}
resource "aws_instance" "a" {
  user_data = <<-EOF
    server ${var.u}
    define('DB_PASSWORD', '${var.password}');
    name ${var.u}
  EOF
}
"""
    assert outcomes(text, "aws-ec2-user-data-secret") == [("aws_instance.a", FAIL)]
