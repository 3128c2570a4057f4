"""Laws: the two paths agree, and no Unknown is ever decided otherwise than its value would be."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import ExpressionError
from scanner.expression import EvaluationError, Program, compile_expression
from scanner.model import Unknown
from tests.expression.kinds import BINDINGS, KINDS, RECORDS
from tests.expression.strategies import Environments, Expressions, Veil, agrees, seeds

EXPRESSIONS = 10_000
ERROR = "error"


def compiled(text: str) -> Program:
    return compile_expression(text, bindings=BINDINGS, kinds=KINDS, records=RECORDS)


def outcome(run: Any, environment: dict[str, Any]) -> Any:
    """(value, None), or (None, the error)."""
    try:
        return run(environment), None
    except EvaluationError as error:
        return None, error.message


def made(source: random.Random) -> tuple[str, Program]:
    kind = source.choice(["bool", "bool", "bool", "int", "string", "strings"])
    text = Expressions(source).make(kind, source.randrange(1, 5))
    return text, compiled(text)


def same(left: Any, right: Any) -> bool:
    if left[1] is not None or right[1] is not None:
        return left[1] == right[1]
    return agrees(left[0], right[0]) and isinstance(left[0], Unknown) == isinstance(right[0], Unknown)


def test_fast_path_agrees_with_exact_path():
    values = fast = 0
    for seed in range(EXPRESSIONS):
        source = random.Random(seed)
        text, program = made(source)
        environment = Environments(source, nulls=0.02).make()
        if source.random() < 0.2:
            environment = Veil(source, 0.1).environment(environment)
        exact = outcome(program.evaluate_exactly, environment)
        assert same(outcome(program.evaluate, environment), exact), (seed, text)
        values += exact[1] is None and not isinstance(exact[0], Unknown)
        fast += program.runs_fast(environment)
    # Most must say something, and most of these must not have needed the exact path.
    assert values > EXPRESSIONS * 0.6
    assert fast > values * 0.8


@given(seeds())
@settings(max_examples=3000, deadline=None)
def test_definite_result_stays_when_unknowns_become_known(source: random.Random):
    text, program = made(source)
    known = Environments(source, nulls=0.1).make()
    veiled = Veil(source, source.choice([0.05, 0.3, 0.7])).environment(known)
    value, error = outcome(program.evaluate, veiled)
    if isinstance(value, Unknown):
        return
    true_value, true_error = outcome(program.evaluate, known)
    assert (error is None) == (true_error is None), (text, error, true_error)
    assert error is not None or agrees(value, true_value), (text, value, true_value)


@given(seeds())
@settings(max_examples=500, deadline=None)
def test_trace_gives_the_result_of_evaluation(source: random.Random):
    text, program = made(source)
    environment = Veil(source, 0.1).environment(Environments(source).make())
    value, error = outcome(program.evaluate_exactly, environment)
    trace = program.trace(environment)
    assert (trace.error.message if trace.error else None) == error, text
    assert same((trace.value, None), (value, None)), text
    read = {(id(each.resource), each.attribute) for each in trace.reads}
    assert {(id(each.resource), each.attribute) for each in trace.deciding} <= read, text


@given(st.text(alphabet="abthing.flag[](){}?:!&|=<>+-*/%,'\"\\0129ux \n`", max_size=60), st.booleans())
@settings(max_examples=2000, deadline=None)
def test_any_text_compiles_or_is_refused(text: str, checked: bool):
    environment = Environments(random.Random(len(text))).make()
    try:
        program = compile_expression(text, bindings=BINDINGS, kinds=KINDS, records=RECORDS, checked=checked)
    except ExpressionError as error:
        program, refused = None, error
    if program is None:
        assert refused.caret()
        assert 0 <= refused.offset <= len(text)
        return
    assert same(outcome(program.evaluate, environment), outcome(program.evaluate_exactly, environment))


@given(seeds())
@settings(max_examples=1000, deadline=None)
def test_broken_expression_is_refused_or_runs(source: random.Random):
    """Expressions that are nearly right: a piece is taken out or doubled."""
    text = Expressions(source).make("bool", 4)
    start = source.randrange(len(text))
    end = start + source.randrange(1, 6)
    broken = text[:start] + source.choice(["", text[start:end] * 2]) + text[end:]
    try:
        program = compile_expression(
            broken, bindings=BINDINGS, kinds=KINDS, records=RECORDS, checked=source.random() < 0.5
        )
    except ExpressionError:
        return
    environment = Environments(source).make()
    assert same(outcome(program.evaluate, environment), outcome(program.evaluate_exactly, environment)), broken
