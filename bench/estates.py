"""Generated inputs of a known size for the measurements."""

from __future__ import annotations

from pathlib import Path

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
