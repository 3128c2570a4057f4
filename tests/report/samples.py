"""Results built by hand for the tests of writers: a believable estate, nothing found, and hostile texts."""

from __future__ import annotations

from dataclasses import replace

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
from scanner.model.spans import SourceSpan, Step
from tests.report.sample_rules import (
    BLOCK,
    LAMBDA,
    PACKS,
    PITR,
    QUEUE,
    RDS,
    RDS_PUBLIC,
    ROOT_USER,
    RULES,
    SSH,
    VERSIONING,
)

__all__ = [
    "BASTION",
    "BROKEN",
    "CLEAN",
    "EMPTY",
    "ESTATE",
    "EVIL",
    "HOSTILE",
    "LOG_BUCKETS",
    "PACKS",
    "RDS_PUBLIC",
    "RULES",
    "SECRET",
    "SSH",
    "UNKNOWNS",
    "SourceSpan",
    "Step",
    "span",
    "terraform",
]

SECRET = "hunter2-correct-horse"


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
