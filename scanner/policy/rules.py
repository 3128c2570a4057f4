"""Rule files: a YAML tree checked key by key and made a `Rule`, and the examples that it carries.

Expressions are kept as text here; `scanner.policy.compile` compiles them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from scanner.errors import PolicyError
from scanner.model import FAIL, NOT_APPLICABLE, PASS, SEVERITIES, UNKNOWN, Example, Expression, Rule

KEYS: Final = (
    "id", "topic", "title", "severity", "resource", "as", "formats", "when", "params", "assert", "fail_if", "at",
    "expect", "message", "unless", "why", "fix", "links", "same_as", "examples",
)  # fmt: skip
"""The keys of a rule file, in the order in which they are written."""

REQUIRED: Final = ("id", "title", "severity", "resource", "message")
FORMATS: Final = ("terraform", "cloudformation", "kubernetes")
EXAMPLE_OUTCOMES: Final = (FAIL, PASS, UNKNOWN, NOT_APPLICABLE)
RULE_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


def read_rule(tree: Any, *, path: str, pack: str = "") -> Rule:
    """The rule a file's tree says. Raises PolicyError for a key, word or shape that does not fit."""
    check = _Checker(path)
    check.shape(tree)
    kinds = check.strings(tree, "resource")
    negated = "fail_if" in tree
    params, param_types = check.params(tree.get("params") or {})
    return Rule(
        id=tree["id"],
        topic=str(tree.get("topic") or ""),
        title=str(tree["title"]).strip(),
        severity=check.word(tree["severity"], "severity", SEVERITIES),
        kinds=kinds,
        bound_as=str(tree.get("as") or ""),
        formats=tuple(check.word(each, "formats", FORMATS) for each in check.strings(tree, "formats")),
        when=check.expression(tree, "when"),
        condition=check.needed_expression(tree, "fail_if" if negated else "assert"),
        negated=negated,
        params=params,
        param_types=param_types,
        at=str(tree.get("at") or ""),
        message=check.expression(tree, "message"),
        expect=str(tree.get("expect") or "").strip(),
        unless=check.strings(tree, "unless"),
        why=" ".join(str(tree.get("why") or "").split()),
        fix=check.texts(tree, "fix"),
        links=check.strings(tree, "links"),
        same_as={tool: check.strings(tree["same_as"], tool) for tool in tree.get("same_as") or {}},
        path=path,
        pack=pack,
    )


def read_examples(tree: Any, *, path: str) -> tuple[Example, ...]:
    """The examples of a rule file: under each outcome a list of `{terraform: text, name: ..., owned: true}`."""
    check = _Checker(path)
    found: list[Example] = []
    for outcome, cases in (tree.get("examples") or {}).items():
        check.word(outcome, "examples", EXAMPLE_OUTCOMES)
        for case in cases or ():
            if not isinstance(case, dict):
                raise check.error(f"an example of `{outcome}` must be a map of a format to a text")
            name, owned = str(case.get("name") or ""), case.get("owned") is True
            for format in case.keys() - {"name", "owned"}:
                check.word(format, f"examples.{outcome}", (*FORMATS, "terraform_plan"))
                found.append(Example(outcome, format, str(case[format]), name, owned=owned))
    return tuple(found)


class _Checker:
    """Checks the parts of one file and names it in errors."""

    def __init__(self, path: str) -> None:
        self.path = path

    def error(self, message: str, hint: str = "") -> PolicyError:
        return PolicyError(message, hint=hint, path=self.path)

    def shape(self, tree: Any) -> None:
        if not isinstance(tree, dict):
            raise self.error("a rule file holds one map", hint="begin with `id: ...`")
        for key in tree:
            if key not in KEYS:
                raise self.error(f"`{key}` is no key of a rule", hint=suggestion(str(key), KEYS))
        for key in REQUIRED:
            if not tree.get(key):
                raise self.error(f"the rule has no `{key}`")
        if not isinstance(tree["id"], str) or not RULE_ID.fullmatch(tree["id"]):
            raise self.error(f"`{tree['id']}` is no rule id", hint="write words in lower case with hyphens between")
        if ("assert" in tree) == ("fail_if" in tree):
            raise self.error("a rule has exactly one of `assert` and `fail_if`")

    def word(self, value: Any, key: str, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            hint = suggestion(str(value), allowed) or "one of " + ", ".join(allowed)
            raise self.error(f"`{value}` does not fit `{key}`", hint=hint)
        return str(value)

    def strings(self, tree: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = tree.get(key)
        if value is None:
            return ()
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in values):
            raise self.error(f"`{key}` takes words")
        return tuple(values)

    def texts(self, tree: Mapping[str, Any], key: str) -> dict[str, str]:
        value = tree.get(key) or {}
        if isinstance(value, str):
            return {"summary": value.strip()}
        if not isinstance(value, dict):
            raise self.error(f"`{key}` takes a text, or a map of texts")
        return {str(name): str(text).strip("\n") for name, text in value.items()}

    def expression(self, tree: Mapping[str, Any], key: str) -> Expression | None:
        value = tree.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(f"`{key}` takes an expression", hint="put it in quotes")
        return Expression(value.strip(), self.path)

    def needed_expression(self, tree: Mapping[str, Any], key: str) -> Expression:
        found = self.expression(tree, key)
        if found is None or not found.text:
            raise self.error(f"`{key}` is empty")
        return found

    def params(self, tree: Any) -> tuple[dict[str, Any], dict[str, str]]:
        if not isinstance(tree, dict):
            raise self.error("`params` takes a map of a name to its type and default")
        values: dict[str, Any] = {}
        types: dict[str, str] = {}
        for name, entry in tree.items():
            if not isinstance(entry, dict) or set(entry) - {"type", "default", "text"} or "default" not in entry:
                raise self.error(f"parameter `{name}` needs `type` and `default`")
            values[str(name)] = entry["default"]
            types[str(name)] = str(entry.get("type") or "dyn")
        return values, types


def suggestion(word: str, allowed: tuple[str, ...] | list[str]) -> str:
    """`did you mean ...?`, or nothing when no allowed word is near."""
    near = get_close_matches(word, allowed, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""
