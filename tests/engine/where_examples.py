"""For every mapping with a condition: a text whose failure concerns the control, and one whose failure does not."""

from __future__ import annotations

from typing import Final, NamedTuple


class Case(NamedTuple):
    """`controls`: framework and control ids that have the same rule and the same condition."""

    rule: str
    controls: tuple[str, ...]
    inside: str
    outside: str
    kubernetes: bool = False


def _group_rule(ports: str, cidrs: str, protocol: str = "tcp") -> str:
    first, last = ports.split("-")
    key = "ipv6_cidr_blocks" if ":" in cidrs else "cidr_blocks"
    return f"""
resource "aws_security_group" "a" {{
  ingress {{
    from_port = {first}
    to_port   = {last}
    protocol  = "{protocol}"
    {key} = ["{cidrs}"]
  }}
}}
"""


def _acl_rule(cidr: str, ports: str, protocol: str = "tcp") -> str:
    first, last = ports.split("-")
    key = "ipv6_cidr_block" if ":" in cidr else "cidr_block"
    return f"""
resource "aws_network_acl" "a" {{
  vpc_id = "vpc-1"
  ingress {{
    rule_no   = 100
    action    = "allow"
    protocol  = "{protocol}"
    from_port = {first}
    to_port   = {last}
    {key} = "{cidr}"
  }}
}}
"""


def _trail(arguments: str, more: str = "") -> str:
    return f"""
resource "aws_s3_bucket" "logs" {{ bucket = "logs-of-trails" }}
resource "aws_cloudtrail" "a" {{
  name           = "a"
  s3_bucket_name = aws_s3_bucket.logs.id
  {arguments}
}}
{more}
"""


_GOOD_TRAIL: Final = """
resource "aws_cloudtrail" "good" {
  name                  = "good"
  s3_bucket_name        = "elsewhere"
  is_multi_region_trail = true
}
"""
_OBJECT_TRAIL: Final = """
resource "aws_cloudtrail" "objects" {
  name           = "objects"
  s3_bucket_name = "elsewhere"
  event_selector {
    read_write_type = "All"
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}
"""
_BUCKET: Final = 'resource "aws_s3_bucket" "b" { bucket = "b-of-examples" }\n'


def _bucket_policy(statement: str) -> str:
    return (
        _BUCKET
        + f"""
resource "aws_s3_bucket_policy" "b" {{
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ {statement} }}] }})
}}
"""
    )


def _versioning(more: str) -> str:
    return (
        _BUCKET
        + f"""
resource "aws_s3_bucket_versioning" "b" {{
  bucket = aws_s3_bucket.b.id
  versioning_configuration {{
    status = "Enabled"
    {more}
  }}
}}
"""
    )


def _policy(statement: str, *, attached: bool = False) -> str:
    text = f"""
resource "aws_iam_policy" "p" {{
  name   = "p"
  policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ {statement} }}] }})
}}
"""
    if attached:
        text += (
            'resource "aws_iam_role_policy_attachment" "p" {\n  role = "r"\n  policy_arn = aws_iam_policy.p.arn\n}\n'
        )
    return text


def _role(principal: str) -> str:
    return f"""
resource "aws_iam_role" "r" {{
  name = "r"
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", {principal} }}]
  }})
}}
"""


def _instance(data: str) -> str:
    return (
        f'resource "aws_instance" "i" {{\n  ami = "ami-1"\n  instance_type = "t3.micro"\n  user_data = "{data}"\n}}\n'
    )


def _passwords(arguments: str) -> str:
    return f'resource "aws_iam_account_password_policy" "p" {{\n  {arguments}\n}}\n'


def _cluster_role(groups: str, resources: str, verbs: str) -> str:
    return f"""
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: r}}
rules:
- apiGroups: {groups}
  resources: {resources}
  verbs: {verbs}
"""


def _binding(subject: str) -> str:
    return f"""
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: b}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}
subjects: [{{{subject}}}]
"""


def _pod(context: str = "", container: str = "") -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: p, namespace: shop}}
spec:
  {context}
  containers:
  - name: c
    image: example.com/c@sha256:{"0" * 64}
    {container}
"""


def _config_map(value: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  setting: {value}\n"


def _network_policy(namespace: str) -> str:
    return f"""
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: other, namespace: {namespace}}}
spec:
  podSelector: {{matchLabels: {{app: other}}}}
  policyTypes: [Ingress]
"""


_KEY_TEXT: Final = (
    "-----BEGIN RSA PRIVATE KEY-----MIIEpAIBAAKCAQEA7bq98Xk2ZfR3yTnVw5Lp0sGd-----END RSA PRIVATE KEY-----"
)
_ACCESS_KEY: Final = (
    "export AWS_ACCESS_KEY_ID=AKIA"
    + "Q7ZK4M2XW9RT5LBN AWS_SECRET_ACCESS_KEY="
    + "wJalrXUtnFEMIK7MDENGbPxRfiCYq8Zt3Lm0Vs5d"
)
_PASSWORD: Final = "export DB_PASSWORD=Tr0ub4dor-and-3"
_ANYONE_WRITES: Final = (
    'Effect = "Allow", Principal = "*", Action = "s3:PutObject", Resource = "arn:aws:s3:::b-of-examples/*"'
)
_ANYONE_READS: Final = _ANYONE_WRITES.replace("s3:PutObject", "s3:GetObject")
_OTHERS_READ: Final = _ANYONE_READS.replace(
    'Principal = "*"', 'NotPrincipal = { AWS = "arn:aws:iam::111122223333:root" }'
)
_OLD_TLS: Final = (
    'Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "arn:aws:s3:::b-of-examples/*", '
    'Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }'
)
_ALL: Final = 'Effect = "Allow", Action = "*", Resource = "*"'
_ALL_BUT: Final = 'Effect = "Allow", NotAction = "aws-portal:*", Resource = "*"'
_PUTS_IMAGES: Final = 'Effect = "Allow", Action = "ecr:PutImage", Resource = "*"'
_PUTS_OBJECTS: Final = 'Effect = "Allow", Action = "s3:PutObject", Resource = "*"'


def _in(framework: str, *controls: str) -> tuple[str, ...]:
    return tuple(f"{framework}:{control}" for control in controls)


def _aws(*controls: str) -> tuple[str, ...]:
    return _in("cis-aws-7.0.0", *controls)


def _pci(*controls: str) -> tuple[str, ...]:
    return _in("pci-dss-4.0.1", *controls)


def _hipaa(*controls: str) -> tuple[str, ...]:
    return _in("hipaa-security-rule-2013", *controls)


def _clusters(kubernetes: str, eks: str) -> tuple[str, ...]:
    return ("cis-kubernetes-2.0.1:" + kubernetes, "cis-eks-1.8.0:" + eks)


_LOG_GROUP: Final = 'resource "aws_cloudwatch_log_group" "g" {\n  name = "g"\n  retention_in_days = 30\n}\n'
_SINGLE: Final = "is_multi_region_trail = false"
_OFF: Final = "enable_logging = false"

CASES: Final = (
    Case("aws-cloudtrail-trail-single-region", _aws("4.1"), _trail(_SINGLE), _trail(_SINGLE, _GOOD_TRAIL)),
    Case("aws-cloudtrail-trail-off", _aws("4.1"), _trail(_OFF), _trail(_OFF, _GOOD_TRAIL)),
    Case("aws-cloudtrail-bucket-no-access-log", _pci("10.2.1.3"), _trail(""), _trail("", _OBJECT_TRAIL)),
    Case(
        "aws-cloudtrail-bucket-public",
        _pci("10.3.2"),
        _trail(
            "", 'resource "aws_s3_bucket_acl" "l" {\n  bucket = aws_s3_bucket.logs.id\n  acl = "public-read-write"\n}'
        ),
        _trail("", 'resource "aws_s3_bucket_acl" "l" {\n  bucket = aws_s3_bucket.logs.id\n  acl = "public-read"\n}'),
    ),
    Case(
        "aws-ec2-network-acl-ingress-admin-port",
        _aws("6.2"),
        _acl_rule("0.0.0.0/0", "22-22"),
        _acl_rule("::/0", "22-22"),
    ),
    Case("aws-ec2-sg-ingress-ssh", _aws("6.3"), _group_rule("22-22", "0.0.0.0/0"), _group_rule("22-22", "::/0")),
    Case("aws-ec2-sg-ingress-ssh", _aws("6.4"), _group_rule("22-22", "::/0"), _group_rule("22-22", "0.0.0.0/0")),
    Case(
        "aws-ec2-sg-ingress-rdp", _aws("6.3"), _group_rule("3389-3389", "0.0.0.0/0"), _group_rule("3000-4000", "::/0")
    ),
    Case(
        "aws-ec2-sg-ingress-rdp", _aws("6.4"), _group_rule("3389-3389", "::/0"), _group_rule("3000-4000", "0.0.0.0/0")
    ),
    Case(
        "aws-ec2-sg-ingress-most-ports",
        _pci("1.2.6", "2.2.5", "2.2.7"),
        _group_rule("0-65535", "0.0.0.0/0"),
        _group_rule("1024-65535", "0.0.0.0/0"),
    ),
    Case("aws-ec2-user-data-secret", _pci("3.6.1.2", "3.7.3"), _instance(_KEY_TEXT), _instance(_PASSWORD)),
    Case("aws-ec2-user-data-secret", _aws("2.16"), _instance(_ACCESS_KEY), _instance(_PASSWORD)),
    Case(
        "aws-iam-password-policy-simple",
        _hipaa("164.308(a)(5)(ii)(D)"),
        _passwords("minimum_password_length = 14"),
        _passwords("require_numbers = true"),
    ),
    Case(
        "aws-iam-password-policy-simple",
        _pci("8.3.6"),
        _passwords("require_lowercase_characters = true"),
        _passwords("require_numbers = true\n  require_lowercase_characters = true"),
    ),
    Case("aws-iam-policy-full-admin", _aws("2.14"), _policy(_ALL, attached=True), _policy(_ALL)),
    Case("aws-iam-policy-writes-everywhere", _pci("7.3.3"), _policy(_ALL_BUT), _policy(_PUTS_OBJECTS)),
    Case("aws-iam-policy-writes-everywhere", ("cis-eks-1.8.0:5.1.2",), _policy(_PUTS_IMAGES), _policy(_PUTS_OBJECTS)),
    Case(
        "aws-iam-role-trusts-anyone",
        _aws("2.21"),
        _role('Principal = { AWS = "*" }'),
        _role('Principal = { Service = "*" }'),
    ),
    Case(
        "aws-s3-bucket-no-access-log",
        (*_hipaa("164.312(b)"), *_pci("10.2.1", "10.2.1.1")),
        _BUCKET,
        _BUCKET + _OBJECT_TRAIL,
    ),
    Case(
        "aws-s3-bucket-no-mfa-delete",
        _aws("3.1.2"),
        _versioning('mfa_delete = "Disabled"'),
        _versioning(""),
    ),
    Case(
        "aws-logs-group-short-retention",
        _pci("10.5.1"),
        _LOG_GROUP + _trail('cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.g.arn}:*"'),
        _LOG_GROUP,
    ),
    Case("aws-s3-bucket-plain-http", _aws("3.1.1"), _BUCKET, _bucket_policy(_OLD_TLS)),
    Case(
        "aws-s3-bucket-policy-public",
        _hipaa("164.312(c)(1)"),
        _bucket_policy(_ANYONE_WRITES),
        _bucket_policy(_ANYONE_READS),
    ),
    Case("aws-s3-bucket-policy-public", _pci("7.3.3"), _bucket_policy(_OTHERS_READ), _bucket_policy(_ANYONE_READS)),
    Case(
        "aws-s3-bucket-public-acl",
        _hipaa("164.312(c)(1)"),
        'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n  acl = "public-read-write"\n}\n',
        'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n  acl = "public-read"\n}\n',
    ),
    Case(
        "kubernetes-binding-cluster-admin",
        (*_hipaa("164.308(a)(3)(i)"), *_pci("7.2.2")),
        _binding("kind: User, name: ann, apiGroup: rbac.authorization.k8s.io"),
        _binding("kind: ServiceAccount, name: robot, namespace: shop"),
        kubernetes=True,
    ),
    Case(
        "kubernetes-binding-cluster-admin",
        _pci("7.2.5"),
        _binding("kind: ServiceAccount, name: robot, namespace: shop"),
        _binding("kind: User, name: ann, apiGroup: rbac.authorization.k8s.io"),
        kubernetes=True,
    ),
    Case(
        "kubernetes-config-map-password",
        _pci("3.6.1.2", "3.7.3"),
        _config_map(f'"{_KEY_TEXT}"'),
        _config_map('"DB_PASSWORD=Tr0ub4dor-and-3"'),
        kubernetes=True,
    ),
    Case(
        "kubernetes-container-may-escalate",
        ("cis-kubernetes-2.0.1:5.6.3",),
        _pod(),
        _pod(container="securityContext: {readOnlyRootFilesystem: false}"),
        kubernetes=True,
    ),
    Case(
        "kubernetes-container-writable-root",
        ("cis-kubernetes-2.0.1:5.6.3",),
        _pod(),
        _pod(container="securityContext: {allowPrivilegeEscalation: false}"),
        kubernetes=True,
    ),
    Case(
        "kubernetes-container-no-seccomp",
        ("cis-kubernetes-2.0.1:5.6.2",),
        _pod(),
        _pod("securityContext: {seccompProfile: {type: RuntimeDefault}}", "securityContext: {privileged: true}"),
        kubernetes=True,
    ),
    Case(
        "kubernetes-role-creates-pods",
        _clusters("5.1.4", "4.1.4"),
        _cluster_role('[""]', "[pods]", "[create]"),
        _cluster_role("[apps]", "[deployments]", "[create]"),
        kubernetes=True,
    ),
    Case(
        "kubernetes-role-escalates",
        _clusters("5.1.8", "4.1.8"),
        _cluster_role("[rbac.authorization.k8s.io]", "[roles]", "[escalate]"),
        _cluster_role('[""]', "[serviceaccounts/token]", "[create]"),
        kubernetes=True,
    ),
    Case(
        "kubernetes-role-escalates",
        _clusters("5.1.10", "4.1.10"),
        _cluster_role('[""]', "[nodes/proxy]", "[create]"),
        _cluster_role('[""]', "[serviceaccounts/token]", "[create]"),
        kubernetes=True,
    ),
    Case(
        "kubernetes-role-escalates",
        _clusters("5.1.13", "4.1.12"),
        _cluster_role('[""]', "[serviceaccounts/token]", "[create]"),
        _cluster_role('[""]', "[nodes/proxy]", "[create]"),
        kubernetes=True,
    ),
    Case(
        "kubernetes-workload-no-network-policy",
        _clusters("5.3.2", "4.3.2"),
        _pod(),
        _pod() + _network_policy("shop"),
        kubernetes=True,
    ),
)
