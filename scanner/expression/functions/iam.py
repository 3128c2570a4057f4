"""IAM policy documents: `iam.*`. Statements, principals and conditions as the kind `aws.iam.statement` has them.

Every answer is three-valued: True, False, or None for open, which becomes an Unknown at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from scanner.expression import types as t
from scanner.expression.functions.narrowing import condition_narrows, is_made
from scanner.expression.functions.patterns import glob, may_fit
from scanner.expression.functions.table import FALSE, Function
from scanner.expression.values import derived, first_unknown, may_be, surely_string
from scanner.model import OneOf, Resource, Spelled, Type, Unknown

Answer = bool | None
_OPEN: Final = Unknown("undecided", "part of the policy is not known")


def any_of(answers: Iterable[Answer]) -> Answer:
    """Three-valued or."""
    result: Answer = False
    for answer in answers:
        if answer is True:
            return True
        if answer is None:
            result = None
    return result


def all_of(answers: Iterable[Answer]) -> Answer:
    """Three-valued and."""
    return negated(any_of(negated(answer) for answer in answers))


def negated(answer: Answer) -> Answer:
    """Three-valued not."""
    return None if answer is None else not answer


def _settled(answer: Answer, *causes: Any) -> bool | Unknown:
    return answer if answer is not None else _open(_cause(causes))


def _open(cause: Unknown | None) -> Unknown:
    return derived(_OPEN if cause is None else cause)


def _cause(value: Any) -> Unknown | None:
    """The first Unknown in arguments, looking into statements."""
    if isinstance(value, Resource):
        return _cause([value.read(name) for name in _STATEMENT if name in value.attributes])
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return next((found for item in value if (found := _cause(item)) is not None), None)
    return value if isinstance(value, Unknown) else None


_STATEMENT: Final = ("allow", "actions", "not_actions", "resources", "not_resources", "conditions")


def _elements(value: Any) -> tuple[list[Any], bool]:
    """The known elements of a list, and whether there may be more."""
    if isinstance(value, Unknown):
        return list(value.contains), True
    return (value if isinstance(value, list) else [] if value is None else [value]), False


def _any_element(value: Any, question: Callable[[Any], Answer]) -> Answer:
    elements, more = _elements(value)
    return any_of([*map(question, elements), None if more else False])


# Principals


def is_anyone(principals: Any) -> bool | Unknown:
    """Whether everyone is among the principals: `"Principal": "*"` or `{"AWS": "*"}`, which mean the same.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html: in a principal a
    `*` stands alone; it cannot match part of a name.
    """
    return _settled(_any_element(principals, _everyone), principals)


def _everyone(principal: Any) -> Answer:
    if isinstance(principal, Unknown):
        return None
    if not isinstance(principal, dict):
        return False
    return all_of([_word(principal.get("id"), ("*",)), _word(principal.get("type"), ("*", "aws"))])


def _word(value: Any, words: tuple[str, ...]) -> Answer:
    """Whether a text is one of some words, ignoring case."""
    if isinstance(value, Unknown):
        if isinstance(value, OneOf) and value.code != "secret":
            return _same_for_all(_word(each, words) for each in value.choices)
        if isinstance(value, Spelled):
            return None if any(may_be(value, word) or may_be(value, word.upper()) for word in words) else False
        fits = any(word.startswith(value.prefix.lower()) and word.endswith(value.suffix.lower()) for word in words)
        return None if fits or not surely_string(value) else False
    return isinstance(value, str) and value.lower() in words


def _same_for_all(answers: Iterable[Answer]) -> Answer:
    found = set(answers)
    return found.pop() if len(found) == 1 else None


def deciding_principal(principals: Any) -> tuple[int | str, ...] | None:
    """Which principal is everyone."""
    for place, principal in enumerate(principals if isinstance(principals, list) else []):
        if _everyone(principal) is True:
            return (place,)
    return None


# Conditions


def is_narrowed(conditions: Any) -> bool | Unknown:
    """Whether a statement for everyone is, by one of its conditions, for somebody in particular.

    All conditions must hold, so one is enough. What narrows is in `narrowing`.
    """
    return _settled(_any_element(conditions, condition_narrows), conditions)


# Actions


def matches(patterns: Any, action: Any) -> bool | Unknown:
    """Whether one of the patterns covers an action. Case does not matter; `*` and `?` are wildcards.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    if not isinstance(action, str):
        return derived(action)
    return _settled(_covers(patterns, action), patterns)


def _covers(patterns: Any, action: str) -> Answer:
    return _any_element(patterns, lambda pattern: may_fit(pattern, action))


def deciding_pattern(patterns: Any, action: Any) -> tuple[int | str, ...] | None:
    """Which pattern covers the action."""
    for place, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        if isinstance(action, str) and may_fit(pattern, action) is True:
            return (place,)
    return None


# Resources


def covers_every(patterns: Any, service: Any, kind: Any) -> bool | Unknown:
    """Whether one of the patterns covers every resource of a type in an account: `*`, `arn:aws:iam::1:role/*`.

    The ARN of something that is made when the code is applied is one resource, as is what begins with it.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if not isinstance(service, str) or not isinstance(kind, str):
        return derived(service if isinstance(service, Unknown) else kind)
    return _settled(_any_element(patterns, lambda pattern: _covers_type(pattern, service, kind)), patterns)


def deciding_resource(patterns: Any, service: Any, kind: Any) -> tuple[int | str, ...] | None:
    """Which pattern covers them all."""
    for place, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        if _covers_type(pattern, service, kind) is True:
            return (place,)
    return None


_NAME: Final = "a-name-that-nobody-uses"


def _covers_type(pattern: Any, service: str, kind: str) -> Answer:
    if isinstance(pattern, Unknown):
        return _open_covers(pattern, service, kind)
    if not isinstance(pattern, str):
        return False
    parts = pattern.split(":", 5)
    if len(parts) < 6:
        return glob(pattern, f"arn:aws:{service}:::{kind}/{_NAME}")
    return glob(parts[2], service) and glob(parts[5], f"{kind}/{_NAME}")


def _open_covers(pattern: Unknown, service: str, kind: str) -> Answer:
    """Of a pattern that is not known, by its beginning and its end."""
    if is_made(pattern):
        return False
    head, tail = pattern.prefix.split(":", 5), pattern.suffix.split(":")
    if len(head) > 3 and not glob(head[2], service):
        return False
    if not glob(f"*{pattern.suffix.rpartition(':')[2]}", f"{kind}/{_NAME}"):
        return False
    # What stands between is a field, or less than one: data of the account, its partition or region.
    missing = 7 - len(head) - len(tail)
    if len(head) != 3 and len(head) > 1 and len(tail) > 1 and missing == 0:
        return _covers_type(f"{pattern.prefix}?{pattern.suffix}", service, kind)
    return None


def allows_all(document: Any, actions: Any) -> bool | Unknown:
    """Whether a document allows each of the actions on some resource.

    An action is allowed when an Allow statement covers it, by Action or by NotAction, whatever its resources and
    conditions, and no Deny takes it away: an explicit Deny wins, but here only one without conditions, on every
    resource.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    if isinstance(actions, Unknown) or isinstance(document, Unknown) or first_unknown(actions) is not None:
        return _open(first_unknown([document, actions]))
    statements = document.get("statements")
    return _settled(all_of(_allowed(statements, action) for action in actions), document)


def _allowed(statements: Any, action: Any) -> Answer:
    if not isinstance(action, str):
        return False
    granted = _any_element(statements, lambda one: _granted(one, action))
    taken = _any_element(statements, lambda one: _denied(one, action))
    return all_of([granted, negated(taken)])


def _granted(statement: Any, action: str) -> Answer:
    if not isinstance(statement, Resource):
        return None if isinstance(statement, Unknown) else False
    return all_of([_truth(statement.read("allow"), True), _named(statement, "actions", "not_actions", action)])


def _denied(statement: Any, action: str) -> Answer:
    if not isinstance(statement, Resource):
        return None if isinstance(statement, Unknown) else False
    return all_of(
        [
            _truth(statement.read("allow"), False),
            _named(statement, "actions", "not_actions", action),
            _any_element(statement.read("resources"), lambda resource: _word(resource, ("*",))),
            _empty(statement.read("conditions")),
        ]
    )


def _truth(value: Any, wanted: bool) -> Answer:
    return None if isinstance(value, Unknown) else value is wanted


def _empty(value: Any) -> Answer:
    if isinstance(value, Unknown):
        return False if value.contains else None
    return not value


def _named(statement: Resource, listed: str, excepted: str, action: str) -> Answer:
    """Whether a statement is about an action: its Action names it, or its NotAction is there and does not."""
    exceptions = statement.read(excepted)
    others = all_of([negated(_empty(exceptions)), negated(_covers(exceptions, action))])
    return any_of([_covers(statement.read(listed), action), others])


_TEXTS: Final = Type("list", item=t.STRING)
_RECORDS: Final = Type("list", item=t.DYN)

TABLE: Final = (
    Function(
        name="iam.is_anyone", parameters=(_RECORDS,), result=t.BOOL, call=is_anyone, absorbing=True, null=FALSE,
        deciding=deciding_principal, doc="Whether everyone is among the principals; one known principal may decide.",
    ),
    Function(
        name="iam.is_narrowed", parameters=(_RECORDS,), result=t.BOOL, call=is_narrowed, absorbing=True, null=FALSE,
        doc="Whether conditions keep it to an organisation, account, source ARN, VPC endpoint or address; one decides.",
    ),
    Function(
        name="iam.matches", parameters=(_TEXTS, t.STRING), result=t.BOOL, call=matches, absorbing=True, null=FALSE,
        deciding=deciding_pattern, doc="Whether patterns cover an action; one known pattern may decide.",
    ),
    Function(
        name="iam.covers_every", parameters=(_TEXTS, t.STRING, t.STRING), result=t.BOOL, call=covers_every,
        absorbing=True, null=FALSE, deciding=deciding_resource,
        doc="Whether patterns cover every resource of a service's type; a computed ARN is one.",
    ),
    Function(
        name="iam.allows_all", parameters=(Type("record", record="iam_document"), _TEXTS), result=t.BOOL,
        call=allows_all, absorbing=True, null=FALSE, reads=tuple((t.STATEMENT, name) for name in _STATEMENT),
        doc="Whether a document allows each of the actions (wildcards, NotAction, Deny); known statements may decide.",
    ),
)  # fmt: skip
