"""What is wrong with a rule that runs all the same: what it lacks, what it cannot see, what it says of itself.

Each check is a function of a `Subject`; whether the examples are judged as they say is `scanner.engine.examples`'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from scanner.engine.constant import constant_value
from scanner.engine.natives import refuse_mapped
from scanner.errors import ExpressionError, PolicyError
from scanner.model import FAIL, PASS, Example, Kind, KindAttribute, Rule
from scanner.normalise import Tables
from scanner.policy.compile import CompiledRule, compile_rule
from scanner.policy.places import place_of, place_of_words

PARAMETER: Final = re.compile(r"\{params\.([A-Za-z_][A-Za-z_0-9]*)\}")


class Remark(NamedTuple):
    """One thing that is wrong with a rule, at its place."""

    path: str
    line: int
    column: int
    check: str
    """The name of the check: no-fix, constant, ..."""
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {self.message} [{self.check}]"


@dataclass(frozen=True)
class Surroundings:
    """What a rule is looked at against."""

    tables: Tables
    rules: frozenset[str]
    """Every id there is."""
    mapped: frozenset[str]
    """Ids that a framework's control names."""
    unmapped: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Pack to the rules of which it says that no control asks for them, and why; other packs are not asked."""

    @cached_property
    def setters(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """(kind, attribute) to the formats that have a native entry which sets it."""
        found: dict[tuple[str, str], set[str]] = {}
        for entry in self.tables.entries():
            kind = entry.kind or entry.into
            names = [(kind, name) for name in (*entry.set, *entry.add)]
            for node in entry.nodes:
                names += [(node.kind, name) for name in (*node.set, *((node.owner,) if node.owner else ()))]
            for each in names:
                found.setdefault(each, set()).add(entry.half)
        return {name: frozenset(halves) for name, halves in found.items()}

    @cached_property
    def formats(self) -> Mapping[str, frozenset[str]]:
        """Kind to the formats that have something of it."""
        found: dict[str, set[str]] = {}
        for (kind, _), halves in self.setters.items():
            found.setdefault(kind, set()).update(halves)
        return {kind: frozenset(halves) for kind, halves in found.items()}


class Subject(NamedTuple):
    """One rule under inspection."""

    rule: Rule
    compiled: CompiledRule
    examples: Sequence[Example]
    around: Surroundings

    def remark(self, key: str, check: str, message: str) -> Remark:
        """A remark at a key of the rule's file."""
        return Remark(self.rule.path, *place_of(self.rule.path, key), check, message)

    @property
    def formats(self) -> frozenset[str]:
        """The formats that the rule judges; empty for what is worked out, whatever the format."""
        natives = {kind.partition("/")[0] for kind in self.rule.kinds if "/" in kind}
        said = frozenset(self.rule.formats) or frozenset(natives)
        return said or frozenset().union(*(self.around.formats.get(kind, ()) for kind in self.rule.kinds))


def lint(rule: Rule, examples: Sequence[Example], around: Surroundings) -> list[Remark]:
    """Everything there is to say of a rule; of one whose expressions do not compile, only that."""
    try:
        refuse_mapped((rule,), around.tables)
        compiled = compile_rule(rule, around.tables.kinds)
    except PolicyError as error:
        return [of_error(error, rule.path)]
    subject = Subject(rule, compiled, examples, around)
    return [remark for check in CHECKS for remark in check(subject)]


def of_error(error: PolicyError, path: str) -> Remark:
    """What makes a rule unusable, as a remark: without the caret, with the hint behind."""
    cause = error.__cause__
    plain = cause.message if isinstance(cause, ExpressionError) else error.message
    message = f"{plain}; {error.hint}" if error.hint else plain
    place = (error.line, error.column or 1) if error.line else place_of_words(error.path or path, plain)
    return Remark(error.path or path, *place, "error", message)


def _todo(subject: Subject) -> Iterator[Remark]:
    rule = subject.rule
    for key, value in (("title", rule.title), ("expect", rule.expect), ("why", rule.why), ("fix", str(rule.fix))):
        if re.search(r"\bTODO\b", value):
            yield subject.remark(key, "todo", f"`{key}` is still to be written")


def _examples(subject: Subject) -> Iterator[Remark]:
    outcomes = {each.outcome for each in subject.examples}
    for outcome in (FAIL, PASS):
        if outcome not in outcomes:
            yield subject.remark("examples", f"no-{outcome}-example", f"the rule has no example that must {outcome}")
    for format in sorted(subject.formats):
        if not any(each.format.removesuffix("_plan") == format for each in subject.examples):
            message = f"the rule judges {format}, and has no example of it"
            yield subject.remark("examples", "no-example", message)


def _words(subject: Subject) -> Iterator[Remark]:
    rule = subject.rule
    for key, value in (("why", rule.why), ("topic", rule.topic), ("expect", rule.expect)):
        if not value:
            yield subject.remark(key, f"no-{key}", f"the rule has no `{key}`")
    if not rule.links:
        yield subject.remark("links", "no-links", "the rule links to nothing that explains it")
    for link in rule.links:
        if not link.startswith("https://"):
            yield subject.remark("links", "bad-link", f"`{link}` is no https address")


def _fix(subject: Subject) -> Iterator[Remark]:
    fix = subject.rule.fix
    if not fix.get("summary"):
        yield subject.remark("fix", "no-fix", "`fix` has no `summary`")
    if not fix.keys() - {"summary"} and not subject.formats:
        yield subject.remark("fix", "no-fix", "`fix` shows no code")
    for format in sorted(subject.formats - fix.keys()):
        yield subject.remark("fix", "no-fix", f"the rule judges {format}, and `fix` does not show what to write in it")


def _controls(subject: Subject) -> Iterator[Remark]:
    rule = subject.rule
    said = subject.around.unmapped.get(rule.pack)
    if said is None:
        return
    if rule.id not in subject.around.mapped and not said.get(rule.id):
        hint = "map it, or say why there is none under `without_control` of its pack.yaml"
        yield subject.remark("id", "no-mapping", f"no control of a framework asks for the rule; {hint}")
    if rule.id in subject.around.mapped and rule.id in said:
        yield subject.remark("id", "no-mapping", "pack.yaml says that no control asks for the rule, and one does")


def _constants(subject: Subject) -> Iterator[Remark]:
    rule, compiled = subject.rule, subject.compiled
    for key, program in (("when", compiled.when), ("fail_if" if rule.negated else "assert", compiled.condition)):
        if program is None:
            continue
        for text, value in constant_value(program, compiled, subject.around.tables.kinds):
            yield subject.remark(key, "constant", f"`{text}` is always {str(value).lower()}, whatever the resource has")


def _attributes(subject: Subject) -> Iterator[Remark]:
    """Attributes that are never set in a format that the rule claims: there it judges nothing but a default."""
    around, rule = subject.around, subject.rule
    for kind, name in sorted(subject.compiled.reads):
        declared = around.tables.kinds.get(kind)
        if declared is None or _worked_out(declared, name, around):
            continue
        setters = around.setters.get((kind, name), frozenset())
        key = next((key for key in ("fail_if", "assert", "when", "at", "message") if name in _text(rule, key)), "id")
        if not setters:
            yield subject.remark(key, "unset-attribute", f"no format sets the attribute `{name}` of {kind}")
        elif kind in rule.kinds and name in subject.compiled.condition.text:
            for format in sorted(set(rule.formats) - setters):
                yield subject.remark("formats", "unset-attribute", f"{format} never sets `{name}` of {kind}")


def _worked_out(kind: Kind, name: str, around: Surroundings) -> bool:
    """Whether the program fills an attribute itself: derived ones, other ends of references, scopes, statements."""
    declared: KindAttribute = kind.attributes[name]
    ours = kind.name not in around.formats or (kind.name, name) == ("aws.account", "owned")
    to_account = declared.type.name == "ref" and declared.type.kinds == ("aws.account",)
    return bool(declared.derive) or declared.type.name in ("refs", "selects") or ours or to_account


def _text(rule: Rule, key: str) -> str:
    if key in ("fail_if", "assert"):
        return rule.condition.text if (key == "fail_if") == rule.negated else ""
    expression = {"when": rule.when, "message": rule.message}.get(key)
    return rule.at if key == "at" else expression.text if expression else ""


def _facts(subject: Subject) -> Iterator[Remark]:
    """A number that can be set elsewhere, and is not shown, leaves the reader without what was demanded."""
    rule = subject.rule
    texts = {"message": rule.message.text if rule.message else "", "expect": rule.expect}
    judged = " ".join(each.text for each in (rule.condition, rule.when) if each)
    for name, type_ in rule.param_types.items():
        if f"params.{name}" not in judged:
            yield subject.remark(f"params.{name}", "unused-parameter", f"nothing reads the parameter `{name}`")
        elif type_ == "int" and not any(f"params.{name}" in text for text in texts.values()):
            message = f"neither `message` nor `expect` shows the parameter `{name}`, which decides"
            yield subject.remark("message", "message-facts", message)
        for key, text in texts.items():
            for number in _numbers(rule.params[name]):
                if f"params.{name}" not in text and re.search(rf"(?<![\w.{{]){number}(?![\w.])", text):
                    message = f"`{key}` says {number}, which the parameter `{name}` may change; write {{params.{name}}}"
                    yield subject.remark(key, "message-facts", message)
    for name in PARAMETER.findall(rule.expect):
        if name not in rule.params:
            yield subject.remark("expect", "error", f"`expect` shows the parameter `{name}`, which the rule has not")


def _numbers(value: Any) -> Iterable[int]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, int) and not isinstance(each, bool)]


def _others(subject: Subject) -> Iterator[Remark]:
    for other in subject.rule.unless:
        if other not in subject.around.rules:
            yield subject.remark("unless", "unknown-rule", f"`unless` names `{other}`, and there is no such rule")


CHECKS: Final[Sequence[Callable[[Subject], Iterable[Remark]]]] = (
    _todo, _words, _examples, _fix, _controls, _constants, _attributes, _facts, _others,
)  # fmt: skip
"""In the order of their remarks."""
