"""A compiled expression, and how it is run: optimistically first, exactly where that is not enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from scanner.errors import ExpressionError
from scanner.expression.checker import Checker
from scanner.expression.codegen import generate
from scanner.expression.errors import EvaluationError, OverBudget
from scanner.expression.fast import GIVE_UP
from scanner.expression.interpreter import Interpreter
from scanner.expression.parser import parse
from scanner.expression.syntax import Node
from scanner.expression.trace import Trace, Tracer
from scanner.expression.types import describe
from scanner.expression.values import CelError
from scanner.model import Kind, Type, Unknown

STEPS: Final = 1_000_000
"""Steps that one evaluation may take."""
_NOTHING: Final[Mapping[str, Any]] = {}


class Program:
    """One expression, parsed, checked and ready to run. Immutable but for the code that is made when it first runs."""

    __slots__ = ("_fast", "kinds_listed", "node", "reads", "result_type", "text")

    def __init__(self, text: str, node: Node, reads: frozenset[tuple[str, str]], kinds_listed: frozenset[str]) -> None:
        self.text = text
        self.node = node
        self.result_type = node.type
        self.reads = reads
        """(kind, attribute) of every attribute that is read, through relations too; what a derived attribute
        reads in its turn is not in it."""
        self.kinds_listed = kinds_listed
        """The kinds that `root.all` lists."""
        self._fast: Callable[[Mapping[str, Any], int], Any] | None = None

    def evaluate(self, environment: Mapping[str, Any], *, steps: int = STEPS) -> Any:
        """The value, or an Unknown. Raises EvaluationError for an error that nothing absorbs.

        Over the step budget the result is an Unknown with the code `budget`.
        """
        run = self._fast
        if run is None:
            run = self._fast = generate(self.node)
        try:
            return run(environment, steps)
        except OverBudget:
            return over_budget(steps)
        except GIVE_UP:
            return self.evaluate_exactly(environment, steps=steps)

    def runs_fast(self, environment: Mapping[str, Any], *, steps: int = STEPS) -> bool:
        """Whether the optimistic path is enough for an environment; to measure with."""
        try:
            (self._fast or generate(self.node))(environment, steps)
        except (OverBudget, *GIVE_UP):
            return False
        return True

    def evaluate_exactly(self, environment: Mapping[str, Any], *, steps: int = STEPS) -> Any:
        """`evaluate` by the exact path alone."""
        try:
            result = Interpreter(environment, steps).run(self.node)
        except OverBudget:
            return over_budget(steps)
        if result.__class__ is CelError:
            raise EvaluationError(result.message, result.offset)
        return result

    def trace(self, environment: Mapping[str, Any], *, steps: int = STEPS) -> Trace:
        """How the result comes about. Never raises: an error is in the trace."""
        tracer = Tracer(environment, steps)
        try:
            return tracer.trace(self.node)
        except OverBudget:
            return Trace(over_budget(steps), None, tuple(tracer.reads), ())

    def __repr__(self) -> str:
        return f"<Program {self.text!r}>"


def over_budget(steps: int) -> Unknown:
    """What an evaluation that took too many steps gives."""
    return Unknown("budget", f"the expression takes more than {steps} steps")


def compile_expression(
    text: str,
    *,
    bindings: Mapping[str, Type],
    kinds: Mapping[str, Kind] = _NOTHING,
    records: Mapping[str, Mapping[str, Type]] = _NOTHING,
    checked: bool = True,
    expect: str = "",
    secrets_shown: bool = False,
) -> Program:
    """Parses and checks an expression.

    `bindings` are the names it may use and their types, `kinds` what resources it may reach have, `records`
    the fields of record types that belong to no kind (of `params`). With `expect="bool"` it must be a
    condition. An unchecked expression must only parse. Raises ExpressionError.
    """
    checker = Checker(
        text, bindings=bindings, kinds=kinds, records=records, checked=checked, secrets_shown=secrets_shown
    )
    node = checker.value(parse(text))
    if expect and node.type.name not in (expect, "dyn"):
        raise ExpressionError(
            f"it must be a {expect}, this is {describe(node.type)}", text=text, offset=0,
            hint="compare it: x != null" if node.type.name in ("ref", "string") else "",
        )  # fmt: skip
    return Program(text, node, frozenset(checker.reads), frozenset(checker.kinds_listed))


def require_bool(program: Program) -> None:
    """Raises ExpressionError for an expression that is not a condition."""
    if program.result_type.name not in ("bool", "dyn"):
        found = describe(program.result_type)
        raise ExpressionError(f"it must be a bool, this is {found}", text=program.text, offset=0)
