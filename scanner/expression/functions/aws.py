"""Names in AWS, and patterns: `arn.*`, `glob`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

from typing import Final

from scanner.expression import types as t
from scanner.expression.functions.patterns import glob
from scanner.expression.functions.table import FALSE, NULL, Function


def _parts(arn: str) -> list[str] | None:
    """partition, service, region, account, resource; None for what is no ARN."""
    parts = arn.split(":", 5)
    return parts[1:] if len(parts) == 6 and parts[0] == "arn" else None


def name(arn: str) -> str | None:
    """What the resource of an ARN is called: behind the last `/` or `:`. Null for what is no ARN."""
    parts = _parts(arn)
    if parts is None:
        return None
    resource = parts[4]
    return resource[max(resource.rfind("/"), resource.rfind(":")) + 1 :]


def service(arn: str) -> str | None:
    """The service of an ARN: `s3`. Null for what is no ARN."""
    parts = _parts(arn)
    return None if parts is None else parts[1]


def account(arn: str) -> str | None:
    """The account of an ARN; null for what is no ARN or names no account (buckets)."""
    parts = _parts(arn)
    return None if parts is None else parts[3] or None


TABLE: Final = (
    Function(
        name="arn.name", parameters=(t.STRING,), result=t.STRING, call=name, null=NULL,
        doc="What the resource of an ARN is called, behind the last / or :; null for what is no ARN.",
    ),
    Function(
        name="arn.service", parameters=(t.STRING,), result=t.STRING, call=service, null=NULL,
        doc="The service of an ARN; null for what is no ARN.",
    ),
    Function(
        name="arn.account", parameters=(t.STRING,), result=t.STRING, call=account, null=NULL,
        doc="The account of an ARN; null where there is none.",
    ),
    Function(
        name="glob", parameters=(t.STRING, t.STRING), result=t.BOOL, null=FALSE,
        call=lambda text, pattern: glob(pattern, text),
        doc="Whether a text fits a pattern, where * is any characters and ? is one.",
    ),
)  # fmt: skip
