"""Evaluations made findings: where the deciding value stands, what the message says, what identifies it.

Only failures, unknowns and errors are traced; a pass stands at its resource.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from scanner.engine.evaluate import Evaluation, Evaluator
from scanner.engine.identity import actual, fingerprint, value_digest
from scanner.expression import EvaluationError, Read, show
from scanner.model import (
    ERROR,
    FAIL,
    PASS,
    UNKNOWN,
    Finding,
    Place,
    ResourceName,
    Rule,
    SourceSpan,
    Unknown,
    UnknownReason,
)
from scanner.model import Resource as Node

_PARAMETER: Final = re.compile(r"\{params\.([A-Za-z_][A-Za-z_0-9]*)\}")


def finding(evaluation: Evaluation, evaluator: Evaluator, number: int = -1) -> Finding:
    """The finding an evaluation (any but not_applicable) stands for; `number` is the evaluation's in its scan."""
    rule, node = evaluation.compiled.rule, evaluation.resource
    read, deciding = _deciding(evaluation, evaluator)
    place, attribute = _place(evaluation, read)
    return Finding(
        rule=rule,
        outcome=evaluation.outcome,
        message=_message(evaluation, evaluator),
        resource=ResourceName(node.address, node.kind, node.native.type, node.native.format, node.native.root),
        location=place.span,
        attribute=place.attribute,
        because=place.chain,
        reason=_reason(evaluation, place),
        if_created=node.existence is not None,
        fingerprint=fingerprint(rule.id, node, attribute, evaluator.secrets),
        expected=_expected(rule, place),
        evaluation=number,
        value_digest=value_digest(deciding, evaluator.secrets),
        actual=_actual(evaluation, read, evaluator),
    )


def _place(evaluation: Evaluation, read: Read | None) -> tuple[Place, str]:
    """Where to point, and the kind's attribute that stands there."""
    node, at = evaluation.resource, evaluation.compiled.rule.at
    header = Place(node.native.span, "", exact=False)
    if read is None:
        return _first(node.locator.places(node, own_attribute(at, node)), header), at
    owner = read.resource
    return _first(owner.locator.places(owner, read.attribute, read.element), header), at or read.attribute


def _actual(evaluation: Evaluation, read: Read | None, evaluator: Evaluator) -> str:
    """The value that decided; where none is known to have, that of the attribute that the rule points at."""
    if read is not None:
        return actual(read.value, evaluator.secrets)
    node = evaluation.resource
    name = own_attribute(evaluation.compiled.rule.at, node)
    return actual(node.read(name), evaluator.secrets) if evaluation.outcome in (PASS, FAIL) and name else ""


def _expected(rule: Rule, place: Place) -> str:
    """What the deciding value must be; where it is not written, which one is meant."""
    expect = _PARAMETER.sub(lambda name: show(rule.params.get(name[1])), rule.expect)
    if place.exact or not rule.at or not expect.startswith("must "):
        return expect
    return f"{rule.at.removeprefix('effective.')} {expect}"


def own_attribute(at: str, node: Node) -> str:
    """The node's own attribute that `at` names or goes through."""
    while at and at not in node.attributes:
        at = at.rpartition(".")[0]
    return at


def _first(places: list[Place], header: Place) -> Place:
    exact = [place for place in places if place.exact]
    return (exact or places or [header])[0]


def _deciding(evaluation: Evaluation, evaluator: Evaluator) -> tuple[Read | None, Sequence[Read]]:
    """The read that decided: of the attribute that `at` names if it was read, else the first one that says
    something written in the code, else the first; and all that had a part in it. A pass is not traced."""
    compiled = evaluation.compiled
    if evaluation.outcome in (ERROR, PASS):
        return None, ()
    try:
        trace = compiled.condition.trace(evaluator.environment(compiled, evaluation.resource))
    except EvaluationError:
        return None, ()
    reads = list(trace.deciding) or list(trace.reads)
    if compiled.rule.at:
        return _named(reads, compiled.rule.at, evaluation.resource), reads
    undecided = [read for read in reads if evaluation.outcome == UNKNOWN and isinstance(read.value, Unknown)]
    return next(iter(undecided or reads), None), reads


def _named(reads: list[Read], at: str, node: Node) -> Read | None:
    """The read that `at` names: of a part (`policy.statements.principals`: of a statement) before the node's own."""
    if at not in node.attributes:
        part = at.rpartition(".")[2]
        of_parts = [read for read in reads if read.attribute == part and read.resource is not node]
        if of_parts:
            return of_parts[-1]
    own = [read for read in reads if read.resource is node and at.startswith(read.attribute)]
    return own[0] if own else None


def _message(evaluation: Evaluation, evaluator: Evaluator) -> str:
    compiled = evaluation.compiled
    if evaluation.outcome == ERROR:
        return f"the rule could not be evaluated: {evaluation.error}"
    if evaluation.outcome == FAIL and compiled.message is not None:
        return compiled.message.render(evaluator.environment(compiled, evaluation.resource))
    return compiled.rule.title


def _reason(evaluation: Evaluation, place: Place) -> UnknownReason | None:
    cause = evaluation.cause
    if evaluation.outcome != UNKNOWN or cause is None:
        return None
    return UnknownReason(cause.code, cause.text or cause.code, cause.span or _origin(place))


def _origin(place: Place) -> SourceSpan | None:
    return place.chain[-1].location if place.chain else place.span
