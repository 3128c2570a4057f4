"""The AWS resources of generated configurations: groups that refer to one another, with random attributes."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Body:
    """Attributes and nested blocks, in neutral texts."""

    attributes: Mapping[str, str]
    blocks: tuple[tuple[str, Body], ...] = ()
    dynamic: str = ""
    """For a nested block: the collection of a `dynamic` one. The block's own name is the iterator's."""


Nested = tuple[str, Body]
"""A nested block with its name."""


@dataclass(frozen=True)
class Resource:
    """One resource block."""

    type: str
    name: str
    body: Body
    repeat: str = ""
    """`count = ...` or `for_each = ...`."""

    @property
    def address(self) -> str:
        """As others refer to it."""
        return f"{self.type}.{self.name}"


@dataclass(frozen=True)
class Kinds:
    """Expressions by what they give, in the scope of one module."""

    bools: tuple[str, ...]
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    cidrs: tuple[str, ...]
    collections: tuple[str, ...]
    each: tuple[str, ...]

    def bound(self, chance: random.Random, made: Sequence[Resource]) -> Choice:
        """The kinds with what chooses among them."""
        return Choice(self, chance, made)


@dataclass
class Choice:
    """Chooses expressions for one group of resources."""

    kinds: Kinds
    chance: random.Random
    made: Sequence[Resource]
    repeat: str = ""
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def repeated(self) -> Choice:
        """Sometimes for many instances; expressions may then be of the one."""
        repeat = self.chance.choice(self.kinds.each) if self.chance.random() < 0.55 else ""
        extra = {
            "": {},
            "count": {"text": ('"n${count.index}"',), "bool": ("count.index == 0",), "number": ("count.index",)},
            "for_each": {"text": ("each.key", '"x-${each.key}"'), "bool": ('each.key == "a"',)},
        }[repeat.partition(" ")[0]]
        if "var.volumes" in repeat:
            extra = {**extra, "bool": ("each.value.encrypted", "each.value.encrypted"), "number": ("each.value.port",)}
        return replace(self, repeat=repeat, extra=extra)

    def bool(self) -> str:
        """True, false, sometimes null."""
        return self._one("bool", self.kinds.bools)

    def text(self) -> str:
        """A string."""
        return self._one("text", self.kinds.texts)

    def number(self) -> str:
        """A number, sometimes null."""
        return self._one("number", self.kinds.numbers)

    def cidrs(self) -> str:
        """A list of address ranges, sometimes null."""
        return self._one("cidrs", self.kinds.cidrs)

    def given(self, **attributes: str) -> dict[str, str]:
        """The attributes, each left out now and then."""
        return {name: text for name, text in attributes.items() if self.chance.random() < 0.75}

    def pick(self, *texts: str) -> str:
        """One of the texts."""
        return self.chance.choice(texts)

    def key(self, attribute: str = "%arn") -> str:
        """A key that is made here, or null."""
        return self.of("aws_kms_key", attribute) or "null"

    def of(self, type: str, attribute: str) -> str:
        """An attribute of one instance of a type made before; empty where there is none."""
        found = [made for made in self.made if made.type == type]
        return self.one(self.chance.choice(found), attribute) if found else ""

    def one(self, made: Resource, attribute: str) -> str:
        """An attribute of one instance."""
        if not made.repeat:
            return f"{made.address}.{attribute}"
        if made.repeat == self.repeat:
            return f"{made.address}[{'count.index' if made.repeat.startswith('count') else 'each.key'}].{attribute}"
        if made.repeat.startswith("count"):
            return f"try({made.address}[0].{attribute}, null)"
        return f"try(values({made.address})[0].{attribute}, null)"

    def _one(self, name: str, texts: tuple[str, ...]) -> str:
        own = self.extra.get(name, ())
        return self.chance.choice(own if own and self.chance.random() < 0.4 else texts)

    def resource(self, type: str, name: str, attributes: Mapping[str, str], *blocks: Nested) -> Resource:
        """A resource that repeats as chosen."""
        return Resource(type, name, Body(attributes, blocks), self.repeat)

    def block(self, name: str, attributes: Mapping[str, str], *blocks: Nested, on: str = "") -> Nested:
        """A nested block; with `on`, a dynamic one over a collection."""
        return name, Body(attributes, blocks, on)

    def maybe(self, name: str, attributes: Mapping[str, str], *blocks: Nested) -> tuple[Nested, ...]:
        """A nested block: always there, never, or there if something is true."""
        roll = self.chance.random()
        if roll < 0.25:
            return ()
        if roll < 0.6:
            return (self.block(name, attributes, *blocks),)
        condition = next(each for each in iter(self.bool, "") if each not in ("null", "each.value.encrypted"))
        if "coalesce" in condition or "try" in condition:
            condition = "local.on"
        return (self.block(name, attributes, *blocks, on=f"({condition}) ? [1] : []"),)


def _statement(choose: Choice, resource: str) -> str:
    effect = choose.pick('"Allow"', '"Allow"', '"Deny"', 'local.on ? "Allow" : "Deny"')
    action = choose.pick('"*"', '["s3:GetObject"]', '["kms:*", "s3:*"]', '"iam:PassRole"')
    principal = choose.pick('"*"', '{ AWS = "*" }', '{ Service = "lambda.amazonaws.com" }', "{ AWS = local.text }")
    condition = choose.pick("", 'Condition = { Bool = { "aws:SecureTransport" = "false" } }')
    return f"{{\nEffect = {effect}\nAction = {action}\nPrincipal = {principal}\nResource = {resource}\n{condition}\n}}"


def _policy(choose: Choice, resource: str, principal: bool = True) -> str:
    statement = _statement(choose, resource)
    if not principal:
        statement = "\n".join(line for line in statement.split("\n") if not line.startswith("Principal"))
    before = choose.pick("", "", "for s in local.on ? [1] : [1, 2] : ")
    listed = f"[{before}{statement}]"
    return f'jsonencode({{ Version = "2012-10-17", Statement = {listed} }})'


def _key(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    given = choose.given(
        enable_key_rotation=choose.bool(), is_enabled=choose.bool(), deletion_window_in_days=choose.number(),
        policy=_policy(choose, '"*"'), tags="local.common",
    )  # fmt: skip
    return [choose.resource("aws_kms_key", "key", given)]


def _group(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    inline = [
        choose.block(
            "ingress",
            {"from_port": "ingress.value.port", "to_port": "ingress.value.port", "protocol": '"tcp"',
             "cidr_blocks": "ingress.value.cidrs", "description": "ingress.value.about"},
            on=choose.pick(*choose.kinds.collections),
        ),
        choose.block("egress", {"from_port": "0", "to_port": "0", "protocol": '"-1"', "cidr_blocks": choose.cidrs()}),
    ]  # fmt: skip
    if choose.chance.random() < 0.5:
        fixed = {"from_port": "22", "to_port": choose.pick("22", "local.number + 22"), "protocol": '"tcp"'}
        inline.insert(0, choose.block("ingress", {**fixed, "cidr_blocks": choose.cidrs(), "self": choose.bool()}))
    group = choose.resource("aws_security_group", "group", {"name": choose.text()}, *inline)
    target = choose.one(group, "%id")
    rules = [
        choose.resource(
            "aws_security_group_rule", "rule",
            {"type": '"ingress"', "security_group_id": target, "from_port": choose.pick("22", "0", "3389"),
             "to_port": choose.pick("22", "65535", "3389"), "protocol": choose.pick('"tcp"', '"-1"'),
             "cidr_blocks": choose.cidrs()},
        ),
        choose.resource(
            "aws_vpc_security_group_ingress_rule", "rule",
            {"security_group_id": target, "ip_protocol": '"tcp"', "from_port": choose.number(), "to_port": "22",
             "cidr_ipv4": choose.pick('"0.0.0.0/0"', "try(local.cidrs[0], null)", '"10.0.0.0/8"')},
        ),
    ]  # fmt: skip
    return [group, choose.chance.choice(rules)]


def _bucket(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    bucket = choose.resource("aws_s3_bucket", "logs", {"bucket": choose.text(), "tags": "local.common"})
    mine = choose.one(bucket, choose.pick("%id", "%id", "$bucket"))
    arn = choose.one(bucket, "%arn")
    algorithm = choose.pick('"AES256"', '"aws:kms"', 'local.on ? "aws:kms" : "AES256"')
    default = choose.block(
        "apply_server_side_encryption_by_default", {"sse_algorithm": algorithm, "kms_master_key_id": choose.key()}
    )
    status = choose.pick('"Enabled"', 'local.on ? "Enabled" : "Suspended"', '"Suspended"')
    block = choose.given(
        block_public_acls=choose.bool(), block_public_policy=choose.bool(), ignore_public_acls=choose.bool(),
        restrict_public_buckets=choose.bool(),
    )  # fmt: skip
    acl = choose.pick('"public-read"', '"private"')
    versioning = choose.block("versioning_configuration", {"status": status})
    satellites = [
        choose.resource("aws_s3_bucket_public_access_block", "logs", {"bucket": mine, **block}),
        choose.resource("aws_s3_bucket_versioning", "logs", {"bucket": mine}, versioning),
        choose.resource(
            "aws_s3_bucket_server_side_encryption_configuration", "logs", {"bucket": mine},
            choose.block("rule", {"bucket_key_enabled": choose.bool()}, default),
        ),
        choose.resource("aws_s3_bucket_acl", "logs", {"bucket": mine, "acl": acl}),
        choose.resource(
            "aws_s3_bucket_policy", "logs",
            {"bucket": mine, "policy": _policy(choose, choose.pick('"*"', f'[{arn}, "${{{arn}}}/*"]'))},
        ),
        choose.resource("aws_s3_bucket_logging", "logs", {"bucket": mine, "target_bucket": mine}),
    ]  # fmt: skip
    return [bucket, *choose.chance.sample(satellites, 3)]


def _volume(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    given = choose.given(encrypted=choose.bool(), size=choose.number(), kms_key_id=choose.key())
    return [choose.resource("aws_ebs_volume", "disk", {"availability_zone": '"eu-west-1a"', **given})]


def _instance(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    tokens = choose.pick('"required"', '"optional"', 'local.on ? "required" : "optional"')
    groups = choose.of("aws_security_group", "%id")
    script = "<<-EOT\n  #!/bin/sh\n  export NAME=${local.text}\nEOT"
    given = choose.given(
        associate_public_ip_address=choose.bool(), monitoring=choose.bool(), ebs_optimized=choose.bool(),
        user_data=choose.pick('"echo plain"', script),
        vpc_security_group_ids=f"[{groups}]" if groups else "[]",
    )  # fmt: skip
    blocks = (
        *choose.maybe("metadata_options", {"http_tokens": tokens, "http_put_response_hop_limit": choose.number()}),
        *choose.maybe("root_block_device", choose.given(encrypted=choose.bool(), kms_key_id=choose.key())),
    )
    return [choose.resource("aws_instance", "host", {"ami": '"ami-1"', **given}, *blocks)]


def _role(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    trust = "\n".join(line for line in _policy(choose, "null").split("\n") if not line.startswith("Resource"))
    role = choose.resource("aws_iam_role", "role", {"name": choose.text(), "assume_role_policy": trust})
    policy = _policy(choose, choose.pick('"*"', "[local.text]"), principal=False)
    attached = choose.resource(
        "aws_iam_role_policy_attachment", "role",
        {"role": choose.one(role, "$name"), "policy_arn": choose.pick(
            '"arn:aws:iam::aws:policy/AdministratorAccess"', '"arn:aws:iam::aws:policy/${local.text}"')},
    )  # fmt: skip
    inline = choose.resource("aws_iam_role_policy", "role", {"role": choose.one(role, "%id"), "policy": policy})
    managed = choose.resource("aws_iam_policy", "policy", {"name": choose.text(), "policy": policy})
    return [role, *choose.chance.sample([attached, inline, managed], 2)]


def _database(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    given = choose.given(
        storage_encrypted=choose.bool(), publicly_accessible=choose.bool(), backup_retention_period=choose.number(),
        multi_az=choose.bool(), deletion_protection=choose.bool(), iam_database_authentication_enabled=choose.bool(),
        enabled_cloudwatch_logs_exports=choose.pick("[]", '["audit"]', "local.on ? [\"audit\"] : []"),
        auto_minor_version_upgrade=choose.bool(), copy_tags_to_snapshot=choose.bool(), kms_key_id=choose.key(),
    )  # fmt: skip
    secret = choose.pick("local.text", "null") if "var.env" not in "".join(choose.kinds.bools) else "var.password"
    return [choose.resource("aws_db_instance", "db", {"engine": '"mysql"', "password": secret, **given})]


def _trail(choose: Choice) -> list[Resource]:
    given = choose.given(
        is_multi_region_trail=choose.bool(), enable_log_file_validation=choose.bool(), enable_logging=choose.bool(),
        include_global_service_events=choose.bool(), kms_key_id=choose.key(),
    )  # fmt: skip
    where = choose.of("aws_s3_bucket", "%id") or '"logs"'
    selected = choose.given(read_write_type='"All"', include_management_events=choose.bool())
    events = choose.maybe("event_selector", selected)
    attributes = {"name": choose.text(), "s3_bucket_name": where, **given}
    return [choose.resource("aws_cloudtrail", "trail", attributes, *events)]


def _messaging(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    topic = choose.resource(
        "aws_sns_topic", "topic", {"name": choose.text(), **choose.given(kms_master_key_id=choose.key("%id"))}
    )
    queue = choose.resource(
        "aws_sqs_queue", "queue",
        {"name": choose.text(), **choose.given(sqs_managed_sse_enabled=choose.bool(), kms_master_key_id=choose.key())},
    )  # fmt: skip
    policy = choose.resource(
        "aws_sqs_queue_policy", "queue",
        {"queue_url": choose.one(queue, "%id"), "policy": _policy(choose, choose.one(queue, "%arn"))},
    )  # fmt: skip
    return [topic, queue, policy]


def _function(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    role = choose.of("aws_iam_role", "%arn") or '"arn:aws:iam::123456789012:role/x"'
    blocks = (
        *choose.maybe("tracing_config", {"mode": choose.pick('"Active"', 'local.on ? "Active" : "PassThrough"')}),
        *choose.maybe("environment", {"variables": '{ NAME = local.text, ENV = "x" }'}),
    )
    function = choose.resource(
        "aws_lambda_function", "fn",
        {"function_name": choose.text(), "role": role, "runtime": choose.pick('"python3.12"', '"nodejs12.x"'),
         **choose.given(kms_key_arn=choose.key(), reserved_concurrent_executions=choose.number())},
        *blocks,
    )  # fmt: skip
    name = choose.one(function, choose.pick("$function_name", "%arn"))
    who = choose.pick('"*"', '"s3.amazonaws.com"', 'local.on ? "*" : "sns.amazonaws.com"')
    authorization = choose.pick('"NONE"', '"AWS_IAM"')
    url = choose.resource("aws_lambda_function_url", "fn", {"function_name": name, "authorization_type": authorization})
    allowed = {"function_name": name, "principal": who, "action": '"lambda:InvokeFunction"'}
    return [function, choose.chance.choice((url, choose.resource("aws_lambda_permission", "fn", allowed)))]


def _logs(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    given = choose.given(retention_in_days=choose.number(), kms_key_id=choose.key())
    return [choose.resource("aws_cloudwatch_log_group", "logs", {"name": choose.text(), **given})]


def _registry(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    given = choose.given(image_tag_mutability=choose.pick('"MUTABLE"', '"IMMUTABLE"'), force_delete=choose.bool())
    blocks = (
        *choose.maybe("image_scanning_configuration", {"scan_on_push": choose.bool()}),
        *choose.maybe("encryption_configuration", {"encryption_type": '"KMS"', "kms_key": choose.key()}),
    )
    return [choose.resource("aws_ecr_repository", "images", {"name": choose.text(), **given}, *blocks)]


def _secret(choose: Choice) -> list[Resource]:
    choose = choose.repeated()
    secret = choose.resource(
        "aws_secretsmanager_secret", "secret", {"name": choose.text(), **choose.given(kms_key_id=choose.key())}
    )
    rotation = choose.resource(
        "aws_secretsmanager_secret_rotation", "secret", {"secret_id": choose.one(secret, "%id")},
        choose.block("rotation_rules", {"automatically_after_days": choose.number()}),
    )  # fmt: skip
    return [secret, rotation][: choose.chance.randint(1, 2)]


MAKERS: Mapping[str, Callable[[Choice], list[Resource]]] = {
    "key": _key, "group": _group, "bucket": _bucket, "volume": _volume, "instance": _instance, "role": _role,
    "database": _database, "trail": _trail, "messaging": _messaging, "function": _function, "logs": _logs,
    "registry": _registry, "secret": _secret,
}  # fmt: skip
"""In the order in which their references point backwards."""
