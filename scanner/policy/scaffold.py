"""A new rule file: one that loads and whose example holds, with everything that is to be written marked by TODO."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from scanner.errors import UsageError
from scanner.model import Kind
from scanner.policy.rules import FORMATS, RULE_ID, suggestion

TODO: Final = "TODO"
TRIED: Final = 12
"""Attributes that are tried before the examples are written for what comes of the last one."""

Judge = Callable[[str, str, str], str]
"""Given the text of a rule, a format and the text of an example: the outcome."""


def scaffold(
    id: str, kind: str, kinds: Mapping[str, Kind], types: Mapping[str, Mapping[str, str]], judge: Judge
) -> str:
    """The text of a rule file about a kind, or about a native type (`terraform/aws_foo`).

    `types`: kind to a native type in each format that has one. The rule begins with an attribute that fails where
    nothing is stated. Raises UsageError for an id that is none, and for a kind that there is not.
    """
    if not RULE_ID.fullmatch(id):
        raise UsageError(f"`{id}` is no rule id", hint="write words in lower case with hyphens between")
    bound_as, natives, attributes = _native(kind) if "/" in kind else _mapped(kind, kinds, types)
    outcomes: dict[str, str] = {}
    text = ""
    for attribute in attributes[:TRIED]:
        text = _text(id, kind, bound_as, attribute, natives)
        outcomes = {format: judge(text, format, _joined(_resource(format, natives[format]))) for format in natives}
        if set(outcomes.values()) == {"fail"}:
            break
    return text + "\n".join(_examples(natives, outcomes)) + "\n"


def _native(kind: str) -> tuple[str, dict[str, str], list[str]]:
    format, _, native = kind.partition("/")
    if format not in FORMATS or not native:
        hint = f"FORMAT/TYPE, where FORMAT is one of {', '.join(FORMATS)}"
        raise UsageError(f"`{kind}` is no native type", hint=hint)
    return "resource", {format: native}, ["spec" if format == "kubernetes" else "name"]


def _mapped(
    kind: str, kinds: Mapping[str, Kind], types: Mapping[str, Mapping[str, str]]
) -> tuple[str, dict[str, str], list[str]]:
    if kind not in kinds:
        hint = suggestion(kind, list(kinds)) or "docs/reference/kinds.md lists them all"
        raise UsageError(f"`{kind}` is no kind of resource", hint=hint)
    if kind not in types:
        raise UsageError(f"no native type is a `{kind}`", hint="copy a rule that is about it instead")
    return kinds[kind].bound_as, dict(types[kind]), _attributes(kinds[kind])


def _attributes(kind: Kind) -> list[str]:
    """Attributes to begin with: plain ones that can be left out first."""
    plain = [each for each in kind.attributes.values() if not each.derive and each.type.name in _PLAIN]
    ordered = sorted(plain, key=lambda each: each.default is not None)
    return [each.name for each in ordered] or list(kind.attributes)


def _text(id: str, kind: str, bound_as: str, attribute: str, natives: Mapping[str, str]) -> str:
    return _joined(
        [
            f"id: {id}",
            f"topic: {id.replace('-', '.')}",
            f"title: {TODO} what is wrong, in a few words and without a full stop",
            "severity: medium                      # critical, high, medium or low",
            f"resource: {kind}",
            f"# {TODO}: just one of `assert` (must be true) and `fail_if` (must be false); a `when` above it narrows.",
            f"fail_if: {bound_as}.{attribute} == null",
            f"at: {attribute}",
            f"expect: must be {TODO}",
            f"message: '{{{bound_as}}} states no {attribute}'",
            "why: >-",
            f"  {TODO} Two sentences that a reviewer believes: what can happen, and what the setting does about it.",
            "fix:",
            f"  summary: {TODO} what to change, in a sentence.",
            *_snippets(natives, "  "),
            "links: []",
            "same_as: {}                           # {checkov: [CKV_AWS_1], trivy: [AWS-0001]}",
        ]
    )


def _examples(natives: Mapping[str, str], outcomes: Mapping[str, str]) -> Iterator[str]:
    yield "examples:"
    yield f"  # {TODO}: texts that must fail, pass and stay unknown, in each format."
    for outcome in dict.fromkeys(outcomes.values()):
        yield f"  {outcome}:"
        yield "    - name: nothing is stated"
        yield from _snippets({format: natives[format] for format in natives if outcomes[format] == outcome}, "      ")


def _snippets(natives: Mapping[str, str], indent: str) -> Iterator[str]:
    for format, native in natives.items():
        yield f"{indent}{format}: |"
        yield from (f"{indent}  {line}" for line in _resource(format, native))


def _resource(format: str, native: str) -> list[str]:
    """The least text that has a resource of a native type."""
    if format == "terraform":
        return [f'resource "{native}" "example" {{', "}"]
    if format == "cloudformation":
        return ["Resources:", "  Example:", f"    Type: {native}"]
    version = next((version for version, kinds in _GROUPS.items() if re.fullmatch(kinds, native)), "v1")
    return [f"apiVersion: {version}", f"kind: {native}", "metadata: {name: example}"]


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


_PLAIN: Final = ("bool", "string", "int", "float", "text", "quantity")
_GROUPS: Final = {
    "apps/v1": "Deployment|StatefulSet|DaemonSet|ReplicaSet",
    "batch/v1": "Job|CronJob",
    "networking.k8s.io/v1": "Ingress|NetworkPolicy",
    "policy/v1": "PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1": "Role|ClusterRole|RoleBinding|ClusterRoleBinding",
}
"""API group and version of built-in kinds: https://kubernetes.io/docs/reference/kubernetes-api/"""
