"""Rules and packs built by hand for the tests of writers."""

from __future__ import annotations

from typing import Any

from scanner.model.rules import Expression, Rule, Rulepack


def rule(name: str, title: str, severity: str, kind: str, **more: Any) -> Rule:
    return Rule(
        id=name,
        topic=more.pop("topic", name.replace("-", ".")),
        title=title,
        severity=severity,
        kinds=(kind,),
        bound_as=more.pop("bound_as", kind.rpartition(".")[2]),
        formats=more.pop("formats", ()),
        when=more.pop("when", None),
        condition=more.pop("condition", Expression("true")),
        negated=more.pop("negated", False),
        **more,
    )


SSH = rule(
    "aws-ec2-sg-ingress-ssh",
    "SSH is open to the whole internet",
    "critical",
    "aws.ec2.security_group_rule",
    topic="aws.ec2.sg.ingress_ssh",
    bound_as="rule",
    formats=("terraform", "cloudformation"),
    when=Expression('rule.direction == "ingress"'),
    condition=Expression(
        'cidr.is_world(rule.cidrs) && rule.protocol in ["tcp", "any"]'
        " && params.ports.exists(p, rule.ports.from <= p && p <= rule.ports.to)"
    ),
    negated=True,
    params={"ports": [22]},
    param_types={"ports": "list(int)"},
    at="cidrs",
    message=Expression("{rule.cidrs} may reach port {params.ports}"),
    expect="must not be 0.0.0.0/0 or ::/0 for port 22",
    why=(
        "A host that answers SSH to everyone is found within minutes, and every weak or leaked key then works from"
        " anywhere. Naming the networks that administer it removes that exposure."
    ),
    fix={
        "summary": "name the networks that administer these hosts",
        "terraform": '-  cidr_ipv4 = "0.0.0.0/0"\n+  cidr_ipv4 = "203.0.113.0/24"\n',
        "cloudformation": "-  CidrIp: 0.0.0.0/0\n+  CidrIp: 203.0.113.0/24\n",
    },
    links=("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",),
    same_as={"checkov": ("CKV_AWS_24",), "trivy": ("AWS-0107",)},
    pack="aws",
)
RDS = rule(
    "aws-rds-instance-unencrypted",
    "Database storage is not encrypted",
    "high",
    "aws.rds.instance",
    expect="must be true",
    why="Snapshots and replicas inherit the plain storage.",
    fix={
        "summary": "set storage_encrypted = true; an existing instance must be restored from an encrypted snapshot",
        "terraform": "storage_encrypted = true\n",
    },
    pack="aws",
)
RDS_PUBLIC = rule(
    "aws-rds-instance-public", "A database is reachable from the internet", "critical", "aws.rds.instance"
)
LAMBDA = rule(
    "aws-lambda-function-public",
    "Anyone may invoke a function",
    "critical",
    "aws.lambda.permission",
    expect="must name an account, or a service with a source",
    fix={"summary": "add SourceArn or SourceAccount"},
    pack="aws",
)
PITR = rule(
    "aws-dynamodb-table-no-pitr",
    "A table cannot be restored to a point in time",
    "medium",
    "aws.dynamodb.table",
    expect="must be true",
    fix={"summary": "enable point-in-time recovery"},
)
ROOT_USER = rule(
    "kubernetes-container-may-run-as-root",
    "A container may run as root",
    "high",
    "kubernetes.container",
    expect="securityContext.runAsNonRoot is not set; must be true",
    fix={"summary": "set runAsNonRoot: true"},
    pack="kubernetes",
)
BLOCK = rule(
    "aws-s3-bucket-no-public-access-block", "Nothing blocks public access to a bucket", "high", "aws.s3.bucket"
)
VERSIONING = rule(
    "aws-s3-bucket-unversioned",
    "A bucket keeps no versions",
    "low",
    "aws.s3.bucket",
    expect="must be Enabled",
    fix={"summary": "add an aws_s3_bucket_versioning with status Enabled"},
)
QUEUE = rule("aws-sqs-queue-unencrypted", "A queue is not encrypted", "high", "aws.sqs.queue")

RULES = tuple(sorted((SSH, RDS, RDS_PUBLIC, LAMBDA, PITR, ROOT_USER, BLOCK, VERSIONING, QUEUE), key=lambda r: r.id))
PACKS = (
    Rulepack("aws", "1.4.0", "sha256:" + "a1" * 32, RULES),
    Rulepack("kubernetes", "1.2.0", "sha256:" + "b2" * 32, ()),
)
