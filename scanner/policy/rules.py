"""Rule files: a YAML tree checked key by key and made a `Rule`, and the examples that it carries.

Expressions are kept as text here; `scanner.policy.compile` compiles them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from scanner.errors import PolicyError
from scanner.model import FAIL, NOT_APPLICABLE, PASS, SEVERITIES, UNKNOWN, Example, Expression, Rule
from scanner.policy.places import place_of_words

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
    params, param_types = check.params(_stated(tree, "params"))
    return Rule(
        id=tree["id"],
        topic=check.text(tree, "topic"),
        title=check.text(tree, "title"),
        severity=check.word(tree["severity"], "severity", SEVERITIES),
        kinds=kinds,
        bound_as=check.text(tree, "as"),
        formats=tuple(check.word(each, "formats", FORMATS) for each in check.strings(tree, "formats")),
        when=check.expression(tree, "when"),
        condition=check.needed_expression(tree, "fail_if" if negated else "assert"),
        negated=negated,
        params=params,
        param_types=param_types,
        at=check.text(tree, "at"),
        message=check.expression(tree, "message"),
        expect=check.text(tree, "expect"),
        unless=check.strings(tree, "unless"),
        why=" ".join(check.text(tree, "why").split()),
        fix=check.texts(tree, "fix"),
        links=check.strings(tree, "links"),
        same_as=check.names(tree, "same_as"),
        path=path,
        pack=pack,
    )


def read_examples(tree: Any, *, path: str) -> tuple[Example, ...]:
    """The examples of a rule file: under each outcome a list of `{terraform: text, name: ..., owned: true}`."""
    check = _Checker(path)
    found: list[Example] = []
    outcomes = _stated(tree, "examples")
    if not isinstance(outcomes, dict):
        raise check.error("`examples` takes a map of outcomes")
    for outcome, cases in outcomes.items():
        check.word(outcome, "examples", EXAMPLE_OUTCOMES)
        if cases is not None and not isinstance(cases, list):
            raise check.error(f"the examples of `{outcome}` are a list")
        for case in cases or ():
            found += check.example(outcome, case)
    return tuple(found)


class _Checker:
    """Checks the parts of one file and names it in errors."""

    def __init__(self, path: str) -> None:
        self.path = path

    def error(self, message: str, hint: str = "") -> PolicyError:
        line, column = place_of_words(self.path, message)
        return PolicyError(message, hint=hint, path=self.path, line=line, column=column)

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
        if not all(isinstance(each, str) and each for each in values):
            raise self.error(f"`{key}` takes words")
        return tuple(values)

    def text(self, tree: Mapping[str, Any], key: str) -> str:
        value = tree.get(key)
        if value is not None and not isinstance(value, str):
            raise self.error(f"`{key}` takes a text", hint="put it in quotes")
        return (value or "").strip()

    def names(self, tree: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
        value = _stated(tree, key)
        if not isinstance(value, dict):
            raise self.error(f"`{key}` takes a map of a tool to its names for the rule")
        return {str(tool): self.strings(value, tool) for tool in value}

    def texts(self, tree: Mapping[str, Any], key: str) -> dict[str, str]:
        value = _stated(tree, key)
        if isinstance(value, str):
            return {"summary": value.strip()}
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self.error(f"`{key}` takes a text, or a map of texts")
        return {str(name): text.strip("\n") for name, text in value.items()}

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

    def example(self, outcome: str, case: Any) -> Iterator[Example]:
        if not isinstance(case, dict):
            raise self.error(f"an example of `{outcome}` must be a map of a format to a text")
        name = self.text(case, "name")
        if not isinstance(case.get("owned", False), bool):
            raise self.error("`owned` of an example is true or false")
        for format in case:
            if format not in ("name", "owned"):
                self.word(format, f"examples.{outcome}", (*FORMATS, "terraform_plan"))
                if not isinstance(case[format], str):
                    raise self.error(f"an example in {format} is a text", hint="begin it with `|`")
                yield Example(outcome, format, case[format], name, owned=case.get("owned", False))

    def params(self, tree: Any) -> tuple[dict[str, Any], dict[str, str]]:
        if not isinstance(tree, dict):
            raise self.error("`params` takes a map of a name to its type and default")
        values: dict[str, Any] = {}
        types: dict[str, str] = {}
        for name, entry in tree.items():
            if not isinstance(entry, dict) or "default" not in entry or not entry.keys() <= {"type", "default", "text"}:
                raise self.error(f"parameter `{name}` needs `type` and `default`")
            if not all(isinstance(entry.get(each, ""), str) for each in ("type", "text")):
                raise self.error(f"`type` and `text` of parameter `{name}` are words")
            values[str(name)] = entry["default"]
            types[str(name)] = str(entry.get("type") or "dyn")
        return values, types


def _stated(tree: Mapping[str, Any], key: str) -> Any:
    """What a key holds; an empty map where it is left out or holds nothing."""
    value = tree.get(key)
    return {} if value is None else value


def suggestion(word: str, allowed: tuple[str, ...] | list[str]) -> str:
    """`did you mean ...?`, or nothing when no allowed word is near."""
    near = get_close_matches(word, allowed, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""
