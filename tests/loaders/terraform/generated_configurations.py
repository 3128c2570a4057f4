"""Generates Terraform configurations of AWS resources with modules, `for_each`, `dynamic` and a variable left unset.

The texts are neutral: `aws_x.y.$attr` stands for an attribute that is configured, `aws_x.y.%attr` for one that the
provider computes. What is written of them, for us and for the real terraform, is in `configurations_oracle`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .generated_resources import MAKERS, Kinds, Resource


@dataclass(frozen=True)
class Folder:
    """One module directory: what is the same in both writings, and its resources."""

    text: str
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True)
class Configuration:
    """A root module with the modules it calls."""

    folders: dict[str, Folder]
    """By path; the root is empty."""
    files: dict[str, str]
    """Files of variable values."""
    unset: str
    """What the plan gives the variable `unset`; a scan may leave it without value."""
    types: Counter[str] = field(default_factory=Counter)


UNSET = {
    "string": (
        ["prod", "10.0.0.0/8", "0.0.0.0/0", "aws:kms", ""],
        'var.unset == "prod"', "var.unset", "length(var.unset)", "[var.unset]", 'var.unset == "" ? {} : { unset = 1 }',
    ),
    "bool": (
        ["true", "false"],
        "var.unset", 'var.unset ? "on" : "off"', "var.unset ? 7 : 0", 'var.unset ? ["0.0.0.0/0"] : []',
        "{ for x in var.unset ? [1, 2] : [] : tostring(x) => x }",
    ),
    "number": (
        ["0", "1", "2", "22"],
        "var.unset > 1", '"n${var.unset}"', "var.unset", '["10.${var.unset}.0.0/16"]',
        "{ for x in range(min(var.unset, 2)) : \"n${x}\" => x }",
    ),
    "list(string)": (
        ["[]", '["0.0.0.0/0"]', '["10.0.0.0/8", "::/0"]'],
        "length(var.unset) > 0", 'join(",", var.unset)', "length(var.unset)", "var.unset",
        "{ for i, x in var.unset : tostring(i) => i }",
    ),
    "object({ on = optional(bool, true), cidrs = optional(list(string), [\"0.0.0.0/0\"]), n = optional(number) })": (
        ["{}", "{ on = false, cidrs = [], n = 3 }", '{ cidrs = ["10.0.0.0/8"], n = 30 }'],
        "var.unset.on", "jsonencode(var.unset)", "coalesce(var.unset.n, 5)", "var.unset.cidrs",
        "{ for x in var.unset.cidrs : x => length(x) }",
    ),
    "map(object({ open = optional(bool, false), port = optional(number, 22) }))": (
        ["{}", "{ a = {} }", "{ a = { open = true }, b = { port = 3389, open = true } }"],
        "anytrue([for x in var.unset : x.open])", 'join("-", keys(var.unset))', "length(var.unset)",
        '[for k, x in var.unset : x.open ? "0.0.0.0/0" : "10.0.0.0/8"]', "{ for k, x in var.unset : k => x.port }",
    ),
}  # fmt: skip
"""Type of the unset variable to texts of values, and expressions over it: bool, string, number, CIDRs, a map."""

VARIABLES = """
variable "unset" {{
  type = {type}
}}
variable "env" {{
  type = string
}}
variable "secure" {{
  type    = bool
  default = {secure}
}}
variable "password" {{
  type      = string
  default   = "correct-horse-battery"
  sensitive = true
}}
variable "settings" {{
  type = object({{
    encrypted = optional(bool, {encrypted})
    days      = optional(number, {days})
    cidrs     = optional(list(string), ["10.0.0.0/8"])
    algorithm = optional(string)
    deep      = optional(object({{ port = optional(number, 22), on = optional(bool) }}), {{}})
  }})
  default  = {{}}
  nullable = false
}}
variable "volumes" {{
  type = map(object({{ encrypted = optional(bool), size = optional(number, 8), port = optional(number, 443) }}))
  default = {{
    a = {{ encrypted = {secure} }}
    b = {{ size = 20, port = "{port}" }}
  }}
}}
variable "rules" {{
  type = list(object({{ port = number, cidrs = optional(list(string), ["0.0.0.0/0"]), about = optional(string) }}))
}}
locals {{
  prefix   = "${{var.env}}-app"
  private  = [for i in range(2) : cidrsubnet("10.0.0.0/8", 8, i)]
  world    = ["0.0.0.0/0"]
  names    = toset(["{name}", "logs", var.env])
  flags    = merge({{ rotate = {encrypted} }}, var.secure ? {{ strict = true }} : {{}})
  by_port  = {{ for r in var.rules : "p${{r.port}}" => r if r.port > 0 }}
  on       = {on}
  text     = {string}
  number   = {number}
  cidrs    = {cidrs}
  map      = {map}
  common   = {{ for k, v in {{ Env = var.env, Team = "x" }} : lower(k) => upper(v) }}
}}
"""

TFVARS = 'env = "{env}"\nrules = [\n  {{ port = 22{cidrs} }},\n  {{ port = "{port}", about = "two" }},\n]\n'

STORE = """
variable "name" {{
  type = string
}}
variable "secure" {{
  type     = bool
  default  = {secure}
  nullable = false
}}
variable "cidrs" {{
  type    = list(string)
  default = ["0.0.0.0/0"]
}}
variable "key" {{
  default = null
}}
variable "options" {{
  type = object({{ versioned = optional(bool, {secure}), days = optional(number), list = optional(list(string), []) }})
  default = {{}}
}}
locals {{
  on      = var.secure
  text    = "${{var.name}}-in"
  number  = coalesce(var.options.days, 7)
  cidrs   = concat(var.cidrs, var.options.list)
  private = ["10.1.0.0/16"]
  world   = ["0.0.0.0/0"]
  names   = toset(["x", var.name])
  map     = {{ for c in distinct(var.cidrs) : c => length(c) }}
  prefix  = var.name
  common  = {{ module = path.module }}
}}
{calls}
output "name" {{
  value = {name}
}}
output "key" {{
  value = var.key
}}
output "secure" {{
  value = local.on && var.options.versioned
}}
output "cidrs" {{
  value = local.cidrs
}}
"""

GUARD = """
variable "bucket" {}
variable "secure" {
  type = bool
}
locals {
  on      = var.secure
  text    = "guard"
  number  = var.secure ? 30 : 0
  cidrs   = var.secure ? [] : ["0.0.0.0/0"]
  private = ["10.2.0.0/16"]
  world   = ["::/0"]
  names   = toset(["g"])
  map     = { g = 1 }
  prefix  = "guard"
  common  = {}
}
output "on" {
  value = local.on
}
"""

ROOT_KINDS = Kinds(
    bools=(
        "true", "false", "var.secure", "local.on", "var.settings.encrypted", 'var.env == "prod"', "!var.secure",
        'lookup(local.flags, "strict", false)', "local.on ? true : var.secure", "length(var.rules) > 1",
        "coalesce(var.settings.deep.on, local.on)", "alltrue([for r in var.rules : r.port > 100])", "null",
        'try(local.flags.strict, tobool("false"))', "var.secure && local.on", 'contains(local.names, "prod")',
        'module.store["a"].secure', "one(module.many[*].secure)", "module.many[0].secure || local.on",
    ),
    texts=(
        '"plain"', '"${local.prefix}-x"', "local.text", 'format("%s-%02d", var.env, local.number)',
        'upper(var.env)', 'module.store["b"].name', "module.many[0].name", '"${module.store["a"].name}/${local.text}"',
    ),
    numbers=("7", "0", "22", "local.number", "var.settings.days", "length(local.names)", "var.settings.deep.port",
             "max(local.number, 1)", "null", 'var.volumes["b"].size * 2'),
    cidrs=(
        'local.world', "local.private", "var.settings.cidrs", "local.cidrs", "concat(local.private, local.cidrs)",
        "var.secure ? local.private : local.world", "flatten([for r in var.rules : r.cidrs])", "[]",
        'module.store["a"].cidrs', 'distinct(concat(local.world, ["::/0"]))', "local.on ? local.private : local.world",
        '[local.text == "prod" ? "0.0.0.0/0" : "10.9.0.0/16"]', "null",
    ),
    collections=("var.rules", "values(local.by_port)", 'slice(var.rules, 0, local.on ? 1 : 0)',
                 '[for r in var.rules : r if r.port != 22]', 'local.on ? var.rules : []',
                 "[for k, v in local.map : { port = v, cidrs = local.world, about = k }]"),
    each=(
        "for_each = var.volumes", "for_each = local.names", "count = 2", "count = local.on ? 1 : 0",
        "for_each = local.map", "count = length(local.cidrs)", "for_each = { for k, v in local.map : \"m${k}\" => v }",
        "count = var.secure ? 0 : 1", "for_each = local.on ? var.volumes : {}",
    ),
)  # fmt: skip

STORE_KINDS = Kinds(
    bools=("true", "false", "var.secure", "local.on", "var.options.versioned", "var.secure || local.on", "null"),
    texts=('"in"', "local.text", "var.name", '"${path.module}/${var.name}"', "upper(local.text)"),
    numbers=("7", "local.number", "var.options.days", "length(var.cidrs)", "null"),
    cidrs=("var.cidrs", "local.cidrs", "local.private", "local.world", "var.options.list", "null"),
    collections=("[for i, c in local.cidrs : { port = i + 22, cidrs = [c], about = null }]", "[]"),
    each=("for_each = local.names", "count = 2", "count = var.secure ? 1 : 0", "for_each = toset(var.cidrs)"),
)
GUARD_KINDS = Kinds(
    bools=("true", "local.on", "!var.secure"),
    texts=('"g"', "local.text"),
    numbers=("local.number", "1"),
    cidrs=("local.cidrs", "local.world", "local.private"),
    collections=("[for c in local.cidrs : { port = 3389, cidrs = [c], about = c }]",),
    each=("for_each = local.names", "count = local.on ? 1 : 0"),
)

CALLS = """
module "store" {{
  source   = "./store"
  for_each = {{ a = {bool}, b = false }}
  name     = "${{each.key}}-${{var.env}}"
  secure   = each.value
  cidrs    = {cidrs}
  key      = {key}
  options  = {options}
}}
module "many" {{
  source = "./store"
  count  = 1
  name   = "many${{count.index}}"
  secure = {inner}
}}
module "some" {{
  source = "./store"
  {each}
  name   = {name}
}}
"""


def configuration(seed: int) -> Configuration:
    """One configuration; the same for the same seed."""
    chance = random.Random(seed)
    kind = list(UNSET)[seed % len(UNSET)]
    values, on, text, number, cidrs, mapping = UNSET[kind]

    def flag() -> str:
        return chance.choice(("true", "false"))

    variables = VARIABLES.format(
        type=kind, secure=flag(), encrypted=flag(), days=chance.choice((0, 7, 400)), port=chance.choice((22, 443)),
        name=chance.choice(("prod", "data")), on=on, string=text, number=number, cidrs=cidrs, map=mapping,
    )  # fmt: skip
    root = _resources(chance, ROOT_KINDS, chance.sample(sorted(MAKERS), 8))
    inner = _resources(chance, STORE_KINDS, ["bucket", *chance.sample(sorted(set(MAKERS) - {"bucket"}), 2)])
    guard = _resources(chance, GUARD_KINDS, chance.sample(sorted(set(MAKERS) - {"bucket"}), 1))
    key = next((f"{made.address}.%arn" for made in root if made.type == "aws_kms_key" and not made.repeat), "null")
    calls = CALLS.format(
        bool=chance.choice(("true", "var.secure", "local.on")), cidrs=chance.choice(("local.cidrs", "local.world")),
        options=chance.choice(("{}", "{ versioned = local.on }", "{ days = var.settings.days, list = local.private }")),
        inner=chance.choice(("null", "local.on", "var.secure")), key=key,
        each=chance.choice(("count = local.on ? 1 : 0", "for_each = local.map", "for_each = local.names")),
        name=chance.choice(('"some"', "local.text", "local.prefix")),
    )  # fmt: skip
    store = STORE.format(
        secure=flag(), name=_bucket_name(inner),
        calls='module "guard" {\n  source = "../guard"\n  bucket = var.name\n  secure = local.on\n}',
    )  # fmt: skip
    given = 'settings = { days = "90", encrypted = true }\n'
    settings = chance.choice(("", "settings = {}\n", given, "settings = null\n"))
    listed = chance.choice(("", ', cidrs = ["10.0.0.0/8"]', ", cidrs = []", ", cidrs = null"))
    files = {
        "terraform.tfvars": TFVARS.format(env="wrong" if seed % 3 == 0 else "prod", cidrs=listed, port=3389),
        "z.auto.tfvars": settings + (f'env = "{chance.choice(("prod", "dev"))}"\n' if seed % 3 == 0 else ""),
    }
    folders = {"": Folder(variables + calls, root), "store": Folder(store, inner), "guard": Folder(GUARD, guard)}
    types = Counter(made.type for folder in folders.values() for made in folder.resources)
    return Configuration(folders, files, chance.choice(_wanted(values, (*root, *inner, *guard))), types)


def _resources(chance: random.Random, kinds: Kinds, makers: Sequence[str]) -> tuple[Resource, ...]:
    """One group of resources of each maker, in the order of the makers, which is that of their references."""
    made: list[Resource] = []
    for name in [each for each in MAKERS if each in makers]:
        made += MAKERS[name](kinds.bound(chance, made))
    return tuple(made)


def _wanted(values: list[str], resources: Sequence[Resource]) -> list[str]:
    """The values of the unset variable; none is empty where a bucket may be named by it: AWS takes no empty name."""
    names = [made.body.attributes["bucket"] for made in resources if made.type == "aws_s3_bucket"]
    if not any(name.startswith(("local.text", "upper(local.text", "var.name", "module.")) for name in names):
        return values
    return [value for value in values if value not in ("", "[]", "{}")]


def _bucket_name(resources: Sequence[Resource]) -> str:
    """An expression for the name of the first bucket."""
    bucket = next(made for made in resources if made.type == "aws_s3_bucket")
    if not bucket.repeat:
        return f"{bucket.address}.$bucket"
    many = f"[for x in {bucket.address} : x.$bucket]"
    return f'join(",", {many})'
