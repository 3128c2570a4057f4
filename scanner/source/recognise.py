"""What a file is, by its name and by marks in its content. Nothing is parsed here."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Recognised(NamedTuple):
    """The syntax and the meaning of a file; see Document.format and Document.kind."""

    format: str
    kind: str


_BY_ENDING: Final = (
    (".tfvars.json", Recognised("json", "tfvars")),
    (".tf.json", Recognised("tf_json", "terraform")),
    (".tofu.json", Recognised("tf_json", "terraform")),
    (".tf", Recognised("hcl", "terraform")),
    (".tofu", Recognised("hcl", "terraform")),
    (".tfvars", Recognised("tfvars", "tfvars")),
    (".terraform.lock.hcl", Recognised("hcl", "lock")),
)
TERRAGRUNT: Final = frozenset(("terragrunt.hcl", "terragrunt.hcl.json", "terragrunt.stack.hcl"))
"""Files that only Terragrunt reads; they are recognised so that somebody says so."""
KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""How kustomize finds its files: https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#kustomization. It
reads them without apiVersion and kind too."""
_JSON: Final = (".json", ".template")
_YAML: Final = (".yaml", ".yml")
_CLOUDFORMATION: Final = re.compile(rb"""["']?Type["']?\s*:\s*["']?(?:AWS|Custom|Alexa)::""").search
_PLAN: Final = re.compile(rb'"(?:planned_values|resource_changes)"\s*:').search
_RESOURCES: Final = re.compile(rb"""(?:^|[\n\r{,\s"'])Resources["']?\s*:""").search
_API_VERSION: Final = re.compile(rb"""\bapiVersion["']?\s*:""").search
_KIND: Final = re.compile(rb"""\bkind["']?\s*:""").search
_HCL: Final = re.compile(
    rb"^(?:resource|data|module|provider|variable|output|locals|terraform|moved|import|check|removed)"
    rb"[ \t]*(?:[ \t\"][^\r\n{=]*)?\{",
    re.MULTILINE,
).search


def by_name(name: str) -> Recognised | None:
    """What a file name alone says; for JSON and YAML a Recognised without a kind; None: not ours."""
    for ending, recognised in _BY_ENDING:
        if name.endswith(ending):
            return recognised
    if name in TERRAGRUNT:
        return Recognised("json" if name.endswith(".json") else "hcl", "terraform")
    if name.endswith(KUSTOMIZATIONS) and name.rpartition("/")[2] in KUSTOMIZATIONS:
        return Recognised("yaml", "kubernetes")
    if name.endswith(_YAML):
        return Recognised("yaml", "")
    if name.endswith(_JSON):
        return Recognised("json", "")
    return None


def by_content(data: bytes, format: str) -> Recognised:
    """What a text is whose name says at most its format (empty: not even that)."""
    if not format:
        if _HCL(data):
            return Recognised("hcl", "terraform")
        format = "yaml"
    if format == "json" and not data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        format = "yaml"
    elif data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"' in data[:200]:
        format = "json" if format == "yaml" and _looks_like_json(data) else format
    return Recognised(format, _kind(data, format))


def _looks_like_json(data: bytes) -> bool:
    return data.rstrip()[-1:] == b"}" and re.match(rb"\s*\{\s*(?:\"[^\"\n]*\"\s*:|\})", data) is not None


def _kind(data: bytes, format: str) -> str:
    if format == "json" and b'"format_version"' in data and _PLAN(data):
        return "terraform_plan"
    if b"AWSTemplateFormatVersion" in data or (b"::" in data and _RESOURCES(data) and _CLOUDFORMATION(data)):
        return "cloudformation"
    if b"apiVersion" in data and _API_VERSION(data) and _KIND(data):
        return "kubernetes"
    return "other"
