"""Which of our rules a waiver speaks of: by id, or by what the rules' `same_as` says of another tool's checks."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from scanner import policy
from scanner.model import Rule, Waiver
from scanner.policy.rules import suggestion

OWN: Final = ("groundrule", "file", "annotation", "metadata")
"""The syntaxes that name our own rules."""

_TOOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "checkov": ("checkov",),
    "trivy": ("trivy", "tfsec"),
    "tfsec": ("trivy", "tfsec"),
    "kics": ("kics",),
    "cfn-nag": ("cfn-nag", "cfn_nag"),
    "cfn-guard": ("cfn-guard", "cfn_guard", "guard"),
    "kube-linter": ("kube-linter", "kube_linter"),
}
"""Syntax to the keys of `same_as` that its ids stand under."""
_short_id = re.compile(r"([A-Z]+)(\d{1,4})").fullmatch


class Resolved(NamedTuple):
    """The rules that a waiver speaks of."""

    rules: tuple[str, ...]
    problem: str = ""
    """Why it is refused."""
    unheard: bool = False
    """Whether it is another tool's and names a check that none of our rules is the same as."""


class RuleNames:
    """The ids of rules, and what other tools call them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._ids: set[str] = set()
        self._others: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for rule in rules:
            self._ids.add(rule.id)
            for tool, ids in rule.same_as.items():
                for id in ids:
                    self._others[tool][_normal(tool, id)].add(rule.id)

    def resolve(self, waiver: Waiver) -> Resolved:
        """The rules that a waiver speaks of."""
        name = waiver.rule
        if not name:
            return Resolved((), "it names no rule")
        if waiver.syntax in OWN:
            return self._own(name)
        if name == "*" and waiver.syntax == "kics":
            # KICS names no query here. What was written for it speaks of what it checks, and of nothing else.
            return Resolved(tuple(sorted({rule for rules in self._others["kics"].values() for rule in rules})))
        if not name.strip("*"):
            return Resolved((), "`*` would waive every rule: name those that are meant")
        found = self._same(waiver.syntax, name)
        if not found and waiver.syntax in ("trivy", "tfsec"):
            found = self._same(waiver.syntax, trivy_id(name))
        return Resolved(tuple(sorted(found)), unheard=not found)

    def _same(self, syntax: str, name: str) -> set[str]:
        return {rule for tool in _TOOLS[syntax] for rule in self._others[tool].get(_normal(tool, name), ())}

    def _own(self, name: str) -> Resolved:
        if name in self._ids:
            return Resolved((name,))
        if "*" in name:
            return Resolved((), f"`{_shown(name)}`: a rule is named by its whole id, never by `*`")
        near = suggestion(name, sorted(self._ids))
        return Resolved((), f"there is no rule `{_shown(name)}`" + (f": {near}" if near else ""))


def _normal(tool: str, id: str) -> str:
    """An id as it is compared: Trivy has AVD-AWS-0107 and AWS-0107, KSV001 and KSV-0001 for the same check.
    https://github.com/aquasecurity/trivy-checks/blob/main/CHECKS.md"""
    if tool == "kics":
        return id.lower()
    if tool in ("kube-linter", "kube_linter"):
        return id
    id = id.upper()
    if tool in ("trivy", "tfsec"):
        id = id.removeprefix("AVD-")
        if match := _short_id(id):
            return f"{match[1]}-{int(match[2]):04}"
    return id


@cache
def _trivy_names() -> Mapping[str, str]:
    """Trivy's long names of its checks, which are tfsec's only ones, with their ids: `long_id` and those aliases that
    differ from it in the service alone, of https://github.com/aquasecurity/trivy-checks/tree/main/checks"""
    names: Mapping[str, str] = json.loads(Path(policy.__file__).with_name("trivy_names.json").read_bytes())
    return names


def trivy_id(name: str) -> str:
    """The id of the check that a long name is of; empty for none."""
    return _trivy_names().get(name.lower(), "")


def _shown(name: str) -> str:
    return name if len(name) <= 60 else name[:57] + "..."
