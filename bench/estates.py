"""Generated inputs of a known size for the measurements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BUCKET = """resource "aws_s3_bucket" "b{n}" {{
  bucket = "estate-{n}"
  acl    = "{acl}"
  tags   = {{ Name = "estate-{n}", Stage = "prod" }}
  versioning {{
    enabled = {flag}
  }}
  server_side_encryption_configuration {{
    rule {{
      apply_server_side_encryption_by_default {{
        sse_algorithm = "AES256"
      }}
    }}
  }}
}}
"""

GROUP = """resource "aws_security_group" "g{n}" {{
  name        = "estate-{n}"
  description = "group {n}"
  ingress {{
    description = "web"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }}
  ingress {{
    description = "admin"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["{cidr}"]
  }}
}}
"""


def terraform(directory: Path, count: int, *, per_file: int = 50) -> Path:
    """`count` resources, half buckets and half security groups, `per_file` in a file."""
    directory.mkdir(parents=True, exist_ok=True)
    texts = [_resource(number) for number in range(count)]
    for start in range(0, count, per_file):
        (directory / f"f{start // per_file:04}.tf").write_text("\n".join(texts[start : start + per_file]))
    return directory


def _resource(number: int) -> str:
    if number % 2:
        return GROUP.format(n=number, cidr="0.0.0.0/0" if number % 20 == 1 else "10.1.0.0/16")
    acl = "public-read" if number % 20 == 0 else "private"
    return BUCKET.format(n=number, acl=acl, flag="true" if number % 3 else "false")


def plan(directory: Path, count: int) -> Path:
    """A plan of `count` resources to create, half buckets and half security groups, on one line."""
    directory.mkdir(parents=True, exist_ok=True)
    resources = [_planned(number) for number in range(count)]
    changes = [
        {**{key: each[key] for key in each if key != "values"},
         "change": {"actions": ["create"], "before": None, "after": each["values"],
                    "after_unknown": {"id": True, "arn": True}, "before_sensitive": False, "after_sensitive": {}}}
        for each in resources
    ]  # fmt: skip
    configured = [
        {"address": each["address"], "mode": "managed", "type": each["type"], "name": each["name"],
         "provider_config_key": "aws", "schema_version": 0,
         "expressions": {name: {"constant_value": value} for name, value in each["values"].items()}}
        for each in resources
    ]  # fmt: skip
    tree = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}},
            "root_module": {"resources": configured},
        },
    }
    (directory / "tfplan.json").write_text(json.dumps(tree))
    return directory


def _planned(number: int) -> dict[str, Any]:
    kind, values = ("aws_security_group", _group(number)) if number % 2 else ("aws_s3_bucket", _bucket(number))
    name = f"r{number}"
    return {
        "address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "schema_version": 0,
        "provider_name": "registry.terraform.io/hashicorp/aws", "values": values, "sensitive_values": {},
    }  # fmt: skip


def _bucket(number: int) -> dict[str, Any]:
    return {
        "bucket": f"estate-{number}",
        "acl": "public-read" if number % 20 == 0 else "private",
        "tags": {"Name": f"estate-{number}"},
        "versioning": [{"enabled": bool(number % 3), "mfa_delete": False}],
        "server_side_encryption_configuration": [
            {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]}
        ],
    }


def _group(number: int) -> dict[str, Any]:
    def rule(port: int, cidr: str) -> dict[str, Any]:
        return {
            "from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": [cidr], "ipv6_cidr_blocks": [],
            "prefix_list_ids": [], "security_groups": [], "self": False, "description": "",
        }  # fmt: skip

    admin = "0.0.0.0/0" if number % 20 == 1 else "10.1.0.0/16"
    return {
        "name": f"estate-{number}",
        "description": f"group {number}",
        "ingress": [rule(443, "10.0.0.0/8"), rule(22, admin)],
    }


CFN_BUCKET = """  Bucket{n}:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "estate-${{AWS::AccountId}}-{n}"
      AccessControl: {acl}
      VersioningConfiguration:
        Status: {status}
      Tags:
        - Key: Stage
          Value: !Ref Stage
"""

CFN_GROUP = """  Group{n}:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: group {n}
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 10.0.0.0/8
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: {cidr}
"""


def cloudformation(directory: Path, count: int, *, per_file: int = 50) -> Path:
    """`count` resources, half buckets and half security groups, `per_file` in a template."""
    directory.mkdir(parents=True, exist_ok=True)
    for start in range(0, count, per_file):
        body = "".join(_cfn_resource(number) for number in range(start, min(start + per_file, count)))
        head = "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Stage:\n    Type: String\n    Default: prod\n"
        (directory / f"t{start // per_file:04}.yaml").write_text(f"{head}Resources:\n{body}")
    return directory


def _cfn_resource(number: int) -> str:
    if number % 2:
        return CFN_GROUP.format(n=number, cidr="0.0.0.0/0" if number % 20 == 1 else "10.1.0.0/16")
    acl = "PublicRead" if number % 20 == 0 else "Private"
    return CFN_BUCKET.format(n=number, acl=acl, status="Enabled" if number % 3 else "Suspended")


DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{n}
  namespace: shop
  labels: {{app: app-{n}}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: app-{n}}}
  template:
    metadata:
      labels: {{app: app-{n}}}
    spec:
      serviceAccountName: app
      containers:
        - name: web
          image: nginx:{tag}
          ports:
            - containerPort: 8080
          securityContext:
            runAsNonRoot: {non_root}
            allowPrivilegeEscalation: false
          resources:
            limits: {{cpu: 500m, memory: 256Mi}}
            requests: {{cpu: 100m, memory: 128Mi}}
"""


def kubernetes(directory: Path, count: int, *, per_file: int = 50) -> Path:
    """`count` Deployments, `per_file` in a stream."""
    directory.mkdir(parents=True, exist_ok=True)
    for start in range(0, count, per_file):
        texts = [
            DEPLOYMENT.format(n=number, tag="1.27" if number % 3 else "latest", non_root=str(bool(number % 2)).lower())
            for number in range(start, min(start + per_file, count))
        ]
        (directory / f"m{start // per_file:04}.yaml").write_text("---\n".join(texts))
    return directory
