"""Results built by hand for the tests of writers: a believable estate, nothing found, and hostile texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanner.model.results import (
    AppliedWaiver,
    Diagnostic,
    Finding,
    InputRecord,
    ResourceName,
    ScanResult,
    Summary,
    UnknownReason,
)
from scanner.model.rules import Expression, Rule, Rulepack
from scanner.model.spans import SourceSpan, Step

SECRET = "hunter2-correct-horse"


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


def span(path: str, line: int, start: int, end: int, last: int | None = None) -> SourceSpan:
    return SourceSpan(path, line, start, last or line, end)


def terraform(address: str, kind: str) -> ResourceName:
    bare = address.rpartition("module.")[2]
    parts = bare.split(".")
    return ResourceName(address, kind, parts[1] if address.startswith("module.") else parts[0], "terraform")


BECAUSE_OFFICE = (
    Step("module.network.admin_cidr", "local.admin_cidr", span("infra/prod/main.tf", 21, 3, 33)),
    Step("local.admin_cidr", "var.office_cidr", span("infra/prod/main.tf", 8, 3, 33)),
    Step("var.office_cidr", '"0.0.0.0/0"', span("infra/prod/prod.auto.tfvars", 7, 1, 28)),
)

BASTION = Finding(
    SSH,
    "fail",
    "0.0.0.0/0 may reach port 22",
    terraform("module.network.aws_vpc_security_group_ingress_rule.bastion_ssh", "aws.ec2.security_group_rule"),
    span("modules/network/security_groups.tf", 12, 23, 37),
    attribute="cidr_ipv4",
    because=BECAUSE_OFFICE,
    fingerprint="5f1d" * 8,
    expected="must not be 0.0.0.0/0 or ::/0 for port 22",
    frameworks={"cis-aws-7.0.0": ("6.3",), "pci-dss-4.0.1": ("1.3.1",)},
)

LOG_BUCKETS = tuple(
    Finding(
        VERSIONING,
        "fail",
        f"bucket logs-{zone} keeps no versions",
        terraform(f'module.logs["{zone}"].aws_s3_bucket.this', "aws.s3.bucket"),
        span("modules/logs/main.tf", 4, 13, 32),
        attribute="status",
        because=(
            Step(f'module.logs["{zone}"].versioning', "each.value.versioning", span("infra/prod/logs.tf", 9, 3, 40)),
            Step("each.value.versioning", '"Suspended"', span("infra/prod/logs.tf", 3 + number, 20, 31)),
        ),
        fingerprint=f"{number:032x}",
    )
    for number, zone in enumerate(("eu-central-1a", "eu-central-1b", "eu-central-1c"))
)

FAILURES = (
    Finding(
        LAMBDA,
        "fail",
        "anyone may invoke IntakeFunction",
        ResourceName("IntakePermission", "aws.lambda.permission", "AWS::Lambda::Permission", "cloudformation"),
        span("cloudformation/claims-intake.yaml", 89, 18, 21),
        attribute="Principal",
        fingerprint="6a" * 16,
    ),
    Finding(
        PITR,
        "fail",
        "ClaimsTable cannot be restored to a point in time",
        ResourceName("ClaimsTable", "aws.dynamodb.table", "AWS::DynamoDB::Table", "cloudformation"),
        span("cloudformation/claims-intake.yaml", 108, 37, 56),
        attribute="PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
        because=(
            Step("Parameters.EnableRecovery", "Default: false", span("cloudformation/claims-intake.yaml", 7, 5, 19)),
        ),
        status="known",
        fingerprint="7b" * 16,
    ),
    Finding(
        RDS,
        "fail",
        "storage of reporting is not encrypted",
        terraform("aws_db_instance.reporting", "aws.rds.instance"),
        span("infra/prod/databases.tf", 55, 25, 46),
        attribute="storage_encrypted",
        because=(Step("var.encrypt_reporting", "false", span("infra/prod/prod.auto.tfvars", 12, 1, 26)),),
        if_created=True,
        fingerprint="8c" * 16,
    ),
    Finding(
        BLOCK,
        "fail",
        "nothing blocks public access to legacy-uploads",
        terraform("aws_s3_bucket.legacy_uploads", "aws.s3.bucket"),
        span("infra/prod/legacy.tf", 3, 1, 42),
        status="expired",
        fingerprint="9d" * 16,
        waiver=AppliedWaiver("moves to the new estate", span("waivers.yaml", 27, 3, 9), "2026-10-31", 22),
    ),
    Finding(
        BLOCK,
        "fail",
        "nothing blocks public access to www",
        terraform("aws_s3_bucket.www", "aws.s3.bucket"),
        span("infra/prod/legacy.tf", 9, 1, 31),
        status="waived",
        fingerprint="ae" * 16,
        waiver=AppliedWaiver("a public web site", span("waivers.yaml", 12, 3, 9), "2027-01-31"),
    ),
    Finding(
        ROOT_USER,
        "fail",
        "container bff may run as root",
        ResourceName("Deployment/portal/bff", "kubernetes.container", "apps/v1/Deployment", "kubernetes"),
        span("k8s/portal/bff.yaml", 23, 11, 20),
        attribute="spec.template.spec.containers[0]",
        fingerprint="bf" * 16,
    ),
    *LOG_BUCKETS,
    BASTION,
)

UNKNOWNS = (
    Finding(
        QUEUE,
        "unknown",
        "IntakeQueue may be unencrypted",
        ResourceName("IntakeQueue", "aws.sqs.queue", "AWS::SQS::Queue", "cloudformation"),
        span("cloudformation/claims-intake.yaml", 95, 7, 40),
        reason=UnknownReason(
            "import",
            "shared-queue-key is exported by another stack",
            span("cloudformation/claims-intake.yaml", 95, 7, 40),
        ),
        fingerprint="c0" * 16,
    ),
    Finding(
        RDS_PUBLIC,
        "unknown",
        "billing may be public",
        terraform("aws_db_instance.billing", "aws.rds.instance"),
        span("infra/prod/databases.tf", 30, 3, 45),
        attribute="publicly_accessible",
        reason=UnknownReason(
            "variable",
            "var.billing_public has no value; give it with --var or --var-file",
            span("infra/prod/variables.tf", 12, 1, 27),
        ),
        fingerprint="d1" * 16,
    ),
)

PASSES = (
    Finding(
        RDS,
        "pass",
        "",
        terraform("aws_db_instance.billing", "aws.rds.instance"),
        span("infra/prod/databases.tf", 28, 1, 39),
        fingerprint="e2" * 16,
    ),
)

ERRORS = (
    Finding(
        QUEUE,
        "error",
        "no overload of `+` takes int and string",
        terraform("aws_sqs_queue.jobs", "aws.sqs.queue"),
        span("infra/prod/queues.tf", 3, 1, 31),
        fingerprint="f3" * 16,
    ),
)

DIAGNOSTICS = (
    Diagnostic(
        "GR-PARSE",
        "error",
        "mapping values are not allowed here",
        "a mapping cannot start here; quote the value",
        "k8s/reporting/export-job.yaml",
        span("k8s/reporting/export-job.yaml", 14, 16, 17),
    ),
    Diagnostic(
        "GR-LIMIT-EVAL",
        "warning",
        "local.matrix has more than 100,000 elements and is left undecided",
        "raise it with --limit elements=N",
        "infra/prod/main.tf",
        span("infra/prod/main.tf", 40, 3, 60),
    ),
    Diagnostic("GR-IGNORED", "note", "12 files that git ignores were not read"),
)

LINES = {
    "modules/network/security_groups.tf": {12: "  cidr_ipv4         = var.admin_cidr"},
    "infra/prod/databases.tf": {55: "  storage_encrypted   = var.encrypt_reporting"},
    "cloudformation/claims-intake.yaml": {
        89: '      Principal: "*"',
        108: "        PointInTimeRecoveryEnabled: !Ref EnableRecovery",
    },
    "k8s/portal/bff.yaml": {23: "        - name: bff"},
    "k8s/reporting/export-job.yaml": {14: "  args: --since: 24h"},
    "modules/logs/main.tf": {4: "  status\t = var.logs.versioning"},
}

INPUTS = (
    InputRecord("cloudformation/claims-intake.yaml", "cloudformation", "c1" * 32, "parsed"),
    InputRecord("infra/prod/databases.tf", "terraform", "c2" * 32, "parsed"),
    InputRecord("k8s/reporting/export-job.yaml", "kubernetes", "c3" * 32, "failed", "it does not parse"),
    InputRecord("modules/network/security_groups.tf", "terraform", "c4" * 32, "parsed"),
)


def _by_place(finding: Finding) -> tuple[str, int, str, str]:
    assert finding.location is not None
    return finding.location.path, finding.location.start_line, finding.rule.id, finding.resource.address


ESTATE = ScanResult(
    version="1.0.0",
    packs=PACKS,
    rules=RULES,
    findings=tuple(sorted((*FAILURES, *UNKNOWNS, *PASSES), key=_by_place)),
    summary=Summary(
        resources=122, rules=82, passed=173, failed=9, unknown=2, not_applicable=640, error=0, waived=1, exit_code=1
    ),
    diagnostics=DIAGNOSTICS,
    inputs=INPUTS,
    resources_without_rules={"aws_glue_job": 3},
    lines=LINES,
    seconds=2.1,
)

CLEAN = ScanResult(
    version="1.0.0",
    packs=PACKS,
    rules=RULES,
    findings=PASSES,
    summary=Summary(resources=122, rules=82, passed=231),
    inputs=INPUTS[:2],
    seconds=0.3,
)

EMPTY = ScanResult("1.0.0", (), (), (), Summary(exit_code=3))

BROKEN = replace(
    CLEAN,
    findings=ERRORS,
    summary=Summary(resources=1, rules=1, error=1, exit_code=3),
    lines={},
)

EVIL = (
    "a\nb::error::\x1b[2J\x1b]0;pwn\x07 </script><svg onload=alert(1)> @everyone [x](javascript:1)"
    " \u202egnol]]>\x00\ud800"
)

HOSTILE = ScanResult(
    version="1.0.0",
    packs=PACKS,
    rules=RULES,
    findings=(
        Finding(
            RDS,
            "fail",
            f"=cmd|'/C calc'!A0 {EVIL} {SECRET}",
            ResourceName(f'aws_db_instance.x["{EVIL}"]', "aws.rds.instance", "aws_db_instance", "terraform"),
            span("%2e%2e%2fetc?x=1#f .tf", 2, 16, 40),
            attribute=f'tags["{EVIL}"]',
            because=(Step(f"var.{EVIL}", f'"{SECRET}"', span("a\nb::error::x.tf", 1, 1, 5)),),
            expected=EVIL,
            fingerprint="0a" * 16,
            frameworks={"cis-aws-7.0.0": ("2.2.1",)},
        ),
        Finding(
            RDS,
            "unknown",
            EVIL,
            ResourceName("=HYPERLINK(1)", "aws.rds.instance", "aws_db_instance", "terraform"),
            span('=HYPERLINK("http:_evil").tf', 1, 1, 1),
            reason=UnknownReason("variable", EVIL, span("<script>.tf", 1, 1, 2)),
            fingerprint="0b" * 16,
        ),
    ),
    summary=Summary(resources=2, rules=1, failed=1, unknown=1, exit_code=1),
    diagnostics=(Diagnostic("GR-PARSE", "error", EVIL, EVIL, f"{EVIL}.tf", span(f"{EVIL}.tf", 1, 1, 9)),),
    inputs=(InputRecord(f"{EVIL}.tf", "terraform", "0c" * 32, "failed", EVIL),),
    lines={
        "%2e%2e%2fetc?x=1#f .tf": {2: f'\tpassword = "{SECRET}" # \u202e\x1b[31m 日本語'},
        f"{EVIL}.tf": {1: EVIL},
    },
    secrets=(SECRET,),
)
