"""What fingerprints and value digests depend on, and what not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.api import ScanOptions, scan_texts
from scanner.engine.identity import LONGEST, actual, value_digest
from scanner.expression import Read
from scanner.model import Finding, Unknown

RULES = (
    "aws-ec2-sg-ingress-ssh",
    "aws-s3-bucket-no-versioning",
    "aws-ec2-volume-unencrypted",
    "aws-iam-policy-full-admin",
)

INGRESS = """\
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
  }
"""
IPV6 = INGRESS.replace('cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]', 'ipv6_cidr_blocks = ["::/0"]')
OTHER = '  ingress {\n    from_port = 443\n    to_port = 443\n    protocol = "tcp"\n    self = true\n  }\n'
STATEMENT = '{ Effect = "Allow", Action = "*", Resource = "*" }'
BLOCKS = [
    'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n',
    'resource "aws_ebs_volume" "data" {\n  availability_zone = "a"\n  size = 1\n  encrypted = false\n}\n',
    'resource "aws_ebs_volume" "more" {\n  count = 2\n  availability_zone = "a"\n  encrypted = var.no\n}\n',
    'variable "no" {\n  default = false\n}\n',
    'module "inner" {\n  source = "./inner"\n}\n',
]
VERSIONING = """\
resource "aws_s3_bucket_versioning" "v" {
  bucket = "logs"
  versioning_configuration {
    status = "Disabled"
  }
}
"""
LOGIN = """\
variable "p" {{
  sensitive = true
  default   = "{}"
}}
resource "aws_instance" "a" {{
  user_data = "{}"
}}
"""


def group(parts: list[str]) -> str:
    return 'resource "aws_security_group" "a" {\n' + "".join(parts) + "}\n"


def policy(statements: list[str]) -> str:
    text = "jsonencode({ Statement = [" + ", ".join(statements) + "] })"
    return f'resource "aws_iam_policy" "p" {{\n  policy = {text}\n}}\n'


def findings(texts: dict[str, str]) -> list[Finding]:
    return list(scan_texts(texts, ScanOptions(rules=RULES, passes=False)).findings)


def identities(texts: dict[str, str]) -> set[tuple[str, str, str]]:
    found = findings(texts)
    assert len({each.fingerprint for each in found}) == len(found)
    return {(each.fingerprint, each.resource.address, each.value_digest) for each in found}


WHOLE = {
    "main.tf": "".join([*BLOCKS, group([INGRESS, OTHER, IPV6]), policy([STATEMENT, STATEMENT])]),
    "inner/main.tf": BLOCKS[0] + BLOCKS[1],
}
BEFORE = identities(WHOLE)


def test_there_is_something_to_compare() -> None:
    assert len(BEFORE) >= 8


@settings(max_examples=30)
@given(
    st.randoms(use_true_random=False), st.lists(st.sampled_from(["main", "a", "z", "vpc", "x_override2"]), min_size=1)
)
def test_order_files_and_lines_are_no_part_of_them(mixed: random.Random, names: list[str]) -> None:
    parts = [INGRESS, OTHER, IPV6]
    statements = [STATEMENT, STATEMENT]
    mixed.shuffle(parts)
    blocks = [*BLOCKS, group(parts), policy(statements)]
    mixed.shuffle(blocks)
    texts: dict[str, str] = {}
    for block in blocks:
        name = f"{mixed.choice(names)}.tf"
        shift = "\n" * mixed.randrange(4) + "# a comment\n" * mixed.randrange(3)
        texts[name] = texts.get(name, "") + shift + block
    inner = [BLOCKS[0], "\n\n" + BLOCKS[1]]
    mixed.shuffle(inner)
    texts[f"inner/{mixed.choice(names)}.tf"] = "".join(inner)
    assert identities(texts) == BEFORE


TEMPLATE = {
    "A": "    Type: AWS::EC2::Volume\n    Properties: {AvailabilityZone: a, Size: 1, Encrypted: false}\n",
    "B": "    Type: AWS::S3::Bucket\n",
    "C": "    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: x\n      SecurityGroupIngress:\n"
    "      - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}\n"
    "      - {IpProtocol: tcp, FromPort: 20, ToPort: 22, CidrIp: 0.0.0.0/0}\n",
}
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\nspec:\n  containers:\n"
CONTAINERS = ["  - {name: a, image: a}\n", "  - {name: b, image: b, securityContext: {privileged: true}}\n"]


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_order_and_lines_of_templates_and_manifests_are_no_part_of_them(mixed: random.Random) -> None:
    def template(names: list[str]) -> str:
        shift = "\n" * mixed.randrange(3)
        return "Resources:\n" + "".join(f"{shift}  {name}:\n{TEMPLATE[name]}" for name in names)

    def manifests(names: list[str], containers: list[str]) -> str:
        return "\n---\n\n".join(POD.replace("NAME", name) + "".join(containers) for name in names)

    names, pods, containers = [*TEMPLATE], ["x", "y"], [*CONTAINERS]
    before = {"t.yaml": template(names), "k.yaml": manifests(pods, containers)}
    for each in (names, pods, containers):
        mixed.shuffle(each)
    rules = (*RULES, "kubernetes-container-may-escalate")
    options = ScanOptions(rules=rules, passes=False)
    found = [
        {(each.fingerprint, each.resource.address, each.value_digest) for each in scan_texts(texts, options).findings}
        for texts in (before, {"t.yaml": template(names), "pods.yaml": manifests(pods, containers)})
    ]
    assert len(found[0]) >= 8
    assert found[0] == found[1]


def test_elements_of_a_list_are_no_part_of_them_by_their_position() -> None:
    turned = group([INGRESS.replace('"10.0.0.0/8", "0.0.0.0/0"', '"0.0.0.0/0", "10.0.0.0/8"')])
    assert identities({"main.tf": turned}) == identities({"main.tf": group([INGRESS])})


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (BLOCKS[1], "encrypted = false", "encrypted = var.no"),
        (BLOCKS[1], "encrypted = false", ""),
        (VERSIONING + BLOCKS[0], 'status = "Disabled"', 'status = "Suspended"'),
    ],
)
def test_a_changed_value_outside_a_key_changes_at_most_the_digest(text: str, old: str, new: str) -> None:
    (before,) = findings({"main.tf": text})
    (after,) = findings({"main.tf": text.replace(old, new)})
    assert before.fingerprint == after.fingerprint


def test_a_changed_value_changes_the_digest_alone() -> None:
    volume = 'resource "aws_ebs_volume" "d" {{\n  availability_zone = "a"\n{}}}\n'
    (stated,) = findings({"main.tf": volume.format("  encrypted = false\n")})
    (unstated,) = findings({"main.tf": volume.format("")})
    assert stated.fingerprint == unstated.fingerprint
    assert (stated.actual, unstated.actual) == ("false", "not set")
    assert stated.value_digest != unstated.value_digest


def test_a_changed_key_makes_another_finding() -> None:
    (before,) = findings({"main.tf": group([INGRESS])})
    (after,) = findings({"main.tf": group([INGRESS.replace("10.0.0.0/8", "11.0.0.0/8")])})
    assert before.fingerprint != after.fingerprint


def test_instances_and_roots_are_told_apart() -> None:
    text = BLOCKS[2] + BLOCKS[3]
    assert len(identities({"east/main.tf": text, "west/main.tf": text})) == 4


def test_values_are_taken_in_any_order_and_secrets_as_one() -> None:
    node = object()

    def digest(*values: object, secrets: tuple[str, ...] = ()) -> str:
        return value_digest([Read(node, "x", (), value) for value in values], secrets)  # type: ignore[arg-type]

    assert digest([1, 2], "a") == digest("a", [2, 1])
    assert digest({"a": 1, "b": [{"c": 1}, {"d": 2}]}) == digest({"b": [{"d": 2}, {"c": 1}], "a": 1})
    assert digest(1) != digest(2)
    assert digest(True) != digest(1)
    assert digest(None) != digest(False)
    assert digest("hunter2", secrets=("hunter2", "x")) == digest("x", secrets=("hunter2", "x"))
    assert digest("at-hunter22", secrets=("hunter22",)) == digest("hunter22", secrets=("hunter22",))
    assert digest(Unknown("secret", "one")) == digest(Unknown("secret", "two"))
    assert digest() == ""


def test_what_is_shown_has_no_secret_and_an_end() -> None:
    assert actual(["a", "hunter2"], ("hunter2",)) == "a, (secret)"
    assert actual({"k": "hunter2"}, ("hunter2",)) == "k: (secret)"
    assert actual("port hunter22 on", ("hunter22",)) == "port (secret) on"
    assert actual("postgres://joe:hunter22@h.example") == "(secret)"
    assert actual(None) == "not set"
    long = actual("x" * (LONGEST - 4) + "hunter22" + "y" * 50, ("hunter22",))
    assert len(long) == LONGEST
    assert "hunt" not in long


@pytest.mark.parametrize("form", ["mysql --password={}", "https://joe:{}@example.com/x", "{}"])
def test_no_secret_of_the_code_is_part_of_them(form: str) -> None:
    options = ScanOptions(rules=("aws-ec2-user-data-secret",), passes=False)
    words = ("Tr0ub4dor-and-3", "Tr0ub4dor-and-4")
    before, after = (
        scan_texts({"main.tf": LOGIN.format(word, "mysql --password=" + form.format(word))}, options).findings[0]
        for word in words
    )
    assert before.actual == "(secret)"
    assert (before.fingerprint, before.value_digest) == (after.fingerprint, after.value_digest)
