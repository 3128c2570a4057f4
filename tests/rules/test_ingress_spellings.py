"""One rule however a security-group rule is written: spellings of SSH that is open to the world, and what is not."""

import json

import pytest

from scanner.api import ScanOptions, scan_texts

RULE = "aws-ec2-sg-ingress-ssh"

INLINE_BLOCK = """
resource "aws_security_group" "admin" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""

ATTRIBUTE_AS_BLOCK = """
resource "aws_security_group" "admin" {
  ingress = [{
    description      = "ssh", from_port = 22, to_port = 22, protocol = "tcp", self = false
    cidr_blocks      = ["0.0.0.0/0"], ipv6_cidr_blocks = []
    prefix_list_ids  = [], security_groups = []
  }]
}
"""

JSON_SYNTAX = json.dumps(
    {
        "resource": {
            "aws_security_group": {
                "admin": {"ingress": {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}}
            }
        }
    }
)

SEPARATE_RULE_WITH_PROTOCOL_NUMBER = """
resource "aws_security_group" "admin" {}
resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  security_group_id = aws_security_group.admin.id
  from_port         = 22
  to_port           = 22
  protocol          = "6"
  cidr_blocks       = ["0.0.0.0/0"]
}
"""

VPC_RULE_FOR_EVERY_PROTOCOL = """
resource "aws_security_group" "admin" {}
resource "aws_vpc_security_group_ingress_rule" "all" {
  security_group_id = aws_security_group.admin.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
"""

PORTS_AS_TEXT = """
resource "aws_security_group" "admin" {
  ingress {
    from_port   = "22"
    to_port     = "22"
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""

RANGE_THAT_INCLUDES_IT = """
resource "aws_vpc_security_group_ingress_rule" "low" {
  security_group_id = "sg-0123"
  ip_protocol       = "tcp"
  from_port         = 0
  to_port           = 1023
  cidr_ipv4         = "0.0.0.0/0"
}
"""

TWO_HALVES_OF_THE_WORLD = """
resource "aws_security_group" "admin" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]
  }
}
"""

EVERYBODY_OVER_IPV6 = """
resource "aws_security_group" "admin" {
  ingress {
    from_port        = 22
    to_port          = 22
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
  }
}
"""

BEHIND_A_MODULE_AND_A_VARIABLE = {
    "main.tf": """
module "admin" {
  source   = "./group"
  networks = concat(["10.0.0.0/8"], [local.everybody])
}
locals { everybody = format("%s/%d", "0.0.0.0", 0) }
""",
    "group/main.tf": """
variable "networks" { type = list(string) }
resource "aws_security_group" "admin" {
  dynamic "ingress" {
    for_each = { ssh = 22 }
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "TCP"
      cidr_blocks = var.networks
    }
  }
}
""",
}

UDP = INLINE_BLOCK.replace('"tcp"', '"udp"')
PRIVATE_RANGE = INLINE_BLOCK.replace("0.0.0.0/0", "10.0.0.0/8")
HALF_OF_THE_WORLD = INLINE_BLOCK.replace("0.0.0.0/0", "128.0.0.0/1")
ANOTHER_PORT = INLINE_BLOCK.replace("= 22", "= 443")


def outcomes(text: str | dict[str, str]) -> list[str]:
    if isinstance(text, str):
        text = {"main.tf.json" if text.startswith("{") else "main.tf": text}
    result = scan_texts(text, ScanOptions(rules=(RULE,)))
    assert [each.message for each in result.diagnostics if each.level == "error"] == []
    return [each.outcome for each in result.findings]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(INLINE_BLOCK, id="inline block"),
        pytest.param(ATTRIBUTE_AS_BLOCK, id="attribute used as a block"),
        pytest.param(JSON_SYNTAX, id="JSON syntax"),
        pytest.param(SEPARATE_RULE_WITH_PROTOCOL_NUMBER, id="rule of its own with protocol 6"),
        pytest.param(VPC_RULE_FOR_EVERY_PROTOCOL, id="VPC rule with protocol -1"),
        pytest.param(PORTS_AS_TEXT, id="ports as text"),
        pytest.param(RANGE_THAT_INCLUDES_IT, id="range that includes 22"),
        pytest.param(TWO_HALVES_OF_THE_WORLD, id="two halves of the world"),
        pytest.param(EVERYBODY_OVER_IPV6, id="IPv6"),
        pytest.param(BEHIND_A_MODULE_AND_A_VARIABLE, id="through a module"),
    ],
)
def test_world_open_ssh_fails_however_it_is_written(text: str | dict[str, str]) -> None:
    assert outcomes(text) == ["fail"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(UDP, id="UDP"),
        pytest.param(PRIVATE_RANGE, id="private range"),
        pytest.param(HALF_OF_THE_WORLD, id="one half of the world"),
        pytest.param(ANOTHER_PORT, id="another port"),
    ],
)
def test_what_is_not_world_open_ssh_passes(text: str) -> None:
    assert outcomes(text) == ["pass"]


def test_every_spelling_in_one_scan_is_a_finding_of_its_own() -> None:
    texts = {
        f"{number}/main.tf": text
        for number, text in enumerate((INLINE_BLOCK, ATTRIBUTE_AS_BLOCK, PORTS_AS_TEXT, TWO_HALVES_OF_THE_WORLD))
    }
    assert outcomes({**texts, "json/main.tf.json": JSON_SYNTAX}) == ["fail"] * 5


def test_finding_stands_at_the_range_that_opens_it() -> None:
    text = INLINE_BLOCK.replace('["0.0.0.0/0"]', '[\n      "10.0.0.0/8",\n      "0.0.0.0/0",\n    ]')
    result = scan_texts({"main.tf": text}, ScanOptions(rules=(RULE,)))
    location = result.findings[0].location
    assert location is not None
    assert text.splitlines()[location.start_line - 1].strip() == '"0.0.0.0/0",'


def test_rule_without_ports_is_judged_as_open_on_every_port() -> None:
    text = "\n".join(line for line in INLINE_BLOCK.splitlines() if "_port" not in line)
    assert outcomes(text) == ["fail"]
