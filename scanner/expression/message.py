"""Message templates: text with expressions in braces, `{rule.cidrs} may reach {params.ports}`; `{{` is a brace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scanner.errors import ExpressionError
from scanner.expression.errors import EvaluationError
from scanner.expression.functions.conversions import number_text
from scanner.expression.lexer import next_token
from scanner.expression.program import Program, compile_expression
from scanner.expression.values import BoolKey, Duration, Timestamp, TypeValue
from scanner.model import Kind, Resource, Type, Unknown

_NOTHING: Final[Mapping[str, Any]] = {}
_MAX_ITEMS: Final = 20


class Message:
    """A template whose expressions are compiled."""

    __slots__ = ("parts", "reads", "text")

    def __init__(self, text: str, parts: tuple[str | Program, ...]) -> None:
        self.text = text
        self.parts = parts
        self.reads = frozenset(read for part in parts if isinstance(part, Program) for read in part.reads)

    def render(self, environment: Mapping[str, Any]) -> str:
        """The text with values. Never raises: what cannot be worked out is printed as that."""
        return "".join(part if isinstance(part, str) else _shown(part, environment) for part in self.parts)


def compile_message(
    text: str,
    *,
    bindings: Mapping[str, Type],
    kinds: Mapping[str, Kind] = _NOTHING,
    records: Mapping[str, Mapping[str, Type]] = _NOTHING,
    checked: bool = True,
) -> Message:
    """Compiles a template. Raises ExpressionError with the offset in the whole template."""
    parts: list[str | Program] = []
    literal, position = "", 0
    while position < len(text):
        character = text[position]
        if character in "{}" and text[position : position + 2] == character * 2:
            literal, position = literal + character, position + 2
        elif character == "{":
            end = _closing(text, position)
            parts += [literal, _expression(text, position + 1, end, bindings, kinds, records, checked)]
            literal, position = "", end + 1
        else:
            literal, position = literal + character, position + 1
    return Message(text, tuple(part for part in [*parts, literal] if part != ""))


def _closing(text: str, start: int) -> int:
    depth, position = 0, start
    while position < len(text):
        token = next_token(text, position)
        depth += {"{": 1, "}": -1}.get(token.kind, 0)
        if depth == 0:
            return position
        position = token.end
    raise ExpressionError("the brace is not closed", text=text, offset=start, hint="a brace in the text is {{")


def _expression(text: str, start: int, end: int, bindings: Any, kinds: Any, records: Any, checked: bool) -> Program:
    try:
        return compile_expression(
            text[start:end], bindings=bindings, kinds=kinds, records=records, checked=checked, secrets_shown=True
        )
    except ExpressionError as error:
        raise ExpressionError(error.message, text=text, offset=start + error.offset, hint=error.hint) from None


def _shown(program: Program, environment: Mapping[str, Any]) -> str:
    try:
        return show(program.evaluate(environment))
    except EvaluationError as error:
        return f"(cannot be worked out: {error.message})"


def show(value: Any) -> str:
    """A value as a message shows it: null is "not set", an Unknown its reason, a secret "(secret)"."""
    if value is None:
        return "not set"
    if isinstance(value, Unknown):
        return "(secret)" if value.code == "secret" else f"(unknown: {value.text or value.code})"
    if isinstance(value, Resource):
        return value.address
    if isinstance(value, (bool, BoolKey)):
        return str(value.value if isinstance(value, BoolKey) else value).lower()
    if isinstance(value, (list, tuple)):
        return _listed(list(value))
    if isinstance(value, dict):
        return _listed([f"{show(key)}: {show(item)}" for key, item in list(value.items())[: _MAX_ITEMS + 1]])
    return _scalar(value)


def _listed(items: list[Any]) -> str:
    if not items:
        return "none"
    shown = [show(item) for item in items[:_MAX_ITEMS]]
    return ", ".join(shown) + (f" and {len(items) - _MAX_ITEMS} more" if len(items) > _MAX_ITEMS else "")


def _scalar(value: Any) -> str:
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, (Duration, Timestamp)):
        return f"{value.nanoseconds / 1e9:g}s"
    return value.name if isinstance(value, TypeValue) else str(value)
