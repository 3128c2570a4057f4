"""A rule's expressions compiled against the kinds they read, with errors placed in the rule's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from scanner.errors import ExpressionError, PolicyError
from scanner.expression import Message, Program, compile_expression, compile_message, parse_type
from scanner.model import Expression, Kind, Rule, Type
from scanner.policy.places import place_of, place_of_words
from scanner.policy.rules import FORMATS, suggestion


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to judge resources. Holds no state of any evaluation."""

    rule: Rule
    bound_as: str
    when: Program | None
    condition: Program
    message: Message | None
    reads: frozenset[tuple[str, str]]
    """(kind, attribute) pairs that any of its expressions, or its `at`, reads."""


def compile_rule(rule: Rule, kinds: Mapping[str, Kind]) -> CompiledRule:
    """Compiles and type-checks. Raises PolicyError that names the file, the key and, by caret, the place."""
    bound_as = rule.bound_as or _bound_as(rule, kinds)
    names = _names(rule, bound_as, kinds)
    when = _program(rule, "when", rule.when, names) if rule.when else None
    condition = _program(rule, "fail_if" if rule.negated else "assert", rule.condition, names)
    message = _message(rule, rule.message, names) if rule.message else None
    reads = condition.reads | (when.reads if when else frozenset()) | (message.reads if message else frozenset())
    return CompiledRule(rule, bound_as, when, condition, message, reads | _at(rule, kinds))


def compile_condition(rule: Rule, key: str, expression: Expression, kinds: Mapping[str, Kind]) -> Program:
    """A further condition on what a rule binds, such as a control's `where`; `key` names it in errors."""
    return _program(rule, key, expression, _names(rule, rule.bound_as or _bound_as(rule, kinds), kinds))


def _names(rule: Rule, bound_as: str, kinds: Mapping[str, Kind]) -> _Names:
    bindings = {
        bound_as: Type("ref", kinds=rule.kinds),
        "params": Type("record", record="params"),
        "context": Type("map", item=Type("string")),
        "root": Type("root"),
    }
    return _Names(bindings, kinds, {"params": _params(rule)})


def _bound_as(rule: Rule, kinds: Mapping[str, Kind]) -> str:
    natives = [kind for kind in rule.kinds if "/" in kind]
    for kind in natives:
        format, _, type_ = kind.partition("/")
        if format not in FORMATS or not type_:
            near = "" if format in FORMATS else suggestion(format, FORMATS)
            hint = near or f"FORMAT/TYPE, where FORMAT is one of {', '.join(FORMATS)}"
            raise _wrong(rule, f"`{kind}` is no native type", hint)
    if natives and len(natives) < len(rule.kinds):
        raise _wrong(rule, "`resource` is about native types or about kinds, not about both")
    names = {kinds[kind].bound_as for kind in rule.kinds if kind in kinds}
    unknown = [kind for kind in rule.kinds if kind not in kinds and "/" not in kind]
    if unknown:
        raise _wrong(rule, f"`{unknown[0]}` is no kind of resource", suggestion(unknown[0], list(kinds)))
    if len(names) > 1:
        raise _wrong(rule, "a rule about several kinds needs `as`, the name it binds them to")
    return names.pop() if names else "resource"


class _Names(NamedTuple):
    """What a rule's expressions may name."""

    bindings: Mapping[str, Type]
    kinds: Mapping[str, Kind]
    records: Mapping[str, Mapping[str, Type]]


def _params(rule: Rule) -> dict[str, Type]:
    found: dict[str, Type] = {}
    for name in rule.params:
        try:
            found[name] = parse_type(rule.param_types.get(name, "dyn"))
        except ValueError as error:
            raise _wrong(rule, f"parameter `{name}`: {error}") from error
    return found


def _program(rule: Rule, key: str, expression: Expression, names: _Names) -> Program:
    bindings, kinds, records = names
    try:
        return compile_expression(expression.text, bindings=bindings, kinds=kinds, records=records, expect="bool")
    except ExpressionError as error:
        raise _placed(rule, key, error) from error


def _message(rule: Rule, message: Expression, names: _Names) -> Message:
    bindings, kinds, records = names
    try:
        return compile_message(message.text, bindings=bindings, kinds=kinds, records=records)
    except ExpressionError as error:
        raise _placed(rule, "message", error) from error


def _wrong(rule: Rule, message: str, hint: str = "") -> PolicyError:
    line, column = place_of_words(rule.path, message)
    return PolicyError(message, hint=hint, path=rule.path, line=line, column=column)


def _placed(rule: Rule, key: str, error: ExpressionError) -> PolicyError:
    """The same error at its place in the rule's file, with the caret below it; a rule without a file has its column
    counted in the expression."""
    before = sum(not each.isspace() for each in error.text[: error.offset])
    place = place_of(rule.path, key, before)
    line = error.text.count("\n", 0, error.offset) + 1
    column = error.offset - error.text.rfind("\n", 0, error.offset)
    where = "" if place.line else f", line {line} column {column}"
    return PolicyError(
        f"`{key}` of rule {rule.id}{where}: {error.message}\n{error.caret()}",
        hint=error.hint,
        path=rule.path,
        line=place.line,
        column=place.column,
    )


def _at(rule: Rule, kinds: Mapping[str, Kind]) -> frozenset[tuple[str, str]]:
    """The attribute that `at` names counts as read. Raises PolicyError if no kind of the rule has it."""
    if rule.at and all("/" in kind for kind in rule.kinds):
        return frozenset((kind, rule.at.partition(".")[0]) for kind in rule.kinds)
    at = rule.at
    while at and not (holders := [kind for kind in rule.kinds if kind in kinds and at in kinds[kind].attributes]):
        at = at.rpartition(".")[0]
    if not rule.at:
        return frozenset()
    if not holders and all(kind in kinds for kind in rule.kinds):
        names = [name for kind in rule.kinds for name in kinds[kind].attributes]
        raise _wrong(rule, f"`at` names no attribute of {rule.kinds[0]}: {rule.at}", suggestion(rule.at, names))
    return frozenset((kind, at) for kind in holders)
