"""Operators and conditionals, with what each makes of an Unknown or sensitive operand.

Equality that may be undecided is `equals`; what two values that may both come to be have in common is `merged`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform import evaluate_numbers as numbers
from scanner.loaders.terraform.conversion import convert, unknown_of
from scanner.loaders.terraform.evaluate_equality import equals, merged
from scanner.loaders.terraform.types import (
    BOOL,
    DYNAMIC,
    NULL,
    NUMBER,
    OPEN,
    STRING,
    Collection,
    TupleType,
    Type,
    has_dynamic,
    object_type,
    type_name,
    type_of,
    unify,
)
from scanner.loaders.terraform.values import EvalError, Marked, Value, is_null
from scanner.model import Unknown
from scanner.source.hcl import ast

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame

_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
    "%": numbers.modulo,
}
_ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def placed(error: EvalError, node: ast.Expr) -> EvalError:
    """The error, claimed by the node unless a node further inside has done so."""
    if error.start < 0:
        error.start, error.end = node.start, node.end
    return error


def unary(node: ast.Unary, frame: Frame) -> Value:
    """`-x` and `!x`."""
    frame.budget.enter()
    wanted = BOOL if node.operator == "!" else NUMBER
    try:
        value = _operand(frame.handlers[node.operand.__class__](node.operand, frame), wanted)
        result = _unary(node.operator, value)
    except EvalError as error:
        raise placed(error, node) from None
    frame.budget.depth -= 1
    return result


def _unary(sign: str, value: Value) -> Value:
    if value.__class__ is Marked:
        return Marked(_unary(sign, value.value))
    if isinstance(value, Unknown):
        return unknown_of(value, BOOL if sign == "!" else NUMBER)
    return not value if sign == "!" else numbers.negate(value)


def _operand(value: Value, type: Type) -> Value:
    """The operand as a bool or number; not null."""
    converted = convert(value, type)
    if is_null(converted.value if converted.__class__ is Marked else converted):
        raise EvalError("argument must not be null")
    return converted


def binary(node: ast.Binary, frame: Frame) -> Value:
    """All binary operators. Long chains `a || b || c ...` are walked, not recursed into."""
    frame.budget.enter()
    spine = [node]
    left = node.left
    while left.__class__ is ast.Binary:
        spine.append(left)
        left = left.left
    frame.budget.steps -= len(spine)
    try:
        value = frame.handlers[left.__class__](left, frame)
        for step in reversed(spine):
            value = _apply(step, value, frame)
    except EvalError as error:
        raise placed(error, node) from None
    frame.budget.depth -= 1
    return value


def _result_type(sign: str) -> Type:
    return NUMBER if sign in _ARITHMETIC else BOOL


def _apply(node: ast.Binary, left: Value, frame: Frame) -> Value:
    sign = node.operator
    right = node.right
    try:
        if sign == "&&" or sign == "||":
            return _logical(sign == "||", left, right, frame)
        return _combine(sign, left, frame.handlers[right.__class__](right, frame), frame)
    except EvalError as error:
        raise placed(error, node) from None


def _weigh(frame: Frame, *values: Value) -> None:
    for value in values:
        if isinstance(value, list | dict):
            frame.budget.weigh(value)


def _combine(sign: str, left: Value, right: Value, frame: Frame) -> Value:
    if left.__class__ is Marked or right.__class__ is Marked:
        plain = _combine(
            sign,
            left.value if left.__class__ is Marked else left,
            right.value if right.__class__ is Marked else right,
            frame,
        )
        return Marked(plain)
    if sign == "==" or sign == "!=":
        _weigh(frame, left, right)
        same = equals(left, right)
        return (same if sign == "==" else not same) if same.__class__ is bool else same
    left, right = _operand(left, NUMBER), _operand(right, NUMBER)
    if isinstance(left, Unknown):
        return unknown_of(left, _result_type(sign))
    if isinstance(right, Unknown):
        return unknown_of(right, _result_type(sign))
    compare = _ORDER.get(sign)
    return compare(left, right) if compare else _ARITHMETIC[sign](left, right)


def _logical(controlling: bool, left: Value, right_node: ast.Expr, frame: Frame) -> Value:
    """`&&` (controlled by False) and `||` (by True): either operand can decide alone."""
    left = _operand(left, BOOL)
    plain = left.value if left.__class__ is Marked else left
    if plain is controlling:
        return left
    right = _operand(frame.handlers[right_node.__class__](right_node, frame), BOOL)
    marked = left.__class__ is Marked or right.__class__ is Marked
    right = right.value if right.__class__ is Marked else right
    result = right if right is controlling or not isinstance(plain, Unknown) else plain
    if isinstance(result, Unknown):
        result = unknown_of(result, BOOL)
    return Marked(result) if marked else result


class _Failed:
    """One side of a conditional that is an error, which matters only if it is taken."""

    __slots__ = ("error", "type")

    def __init__(self, error: EvalError, type: Type) -> None:
        self.error = error
        self.type = type


def conditional(node: ast.Conditional, frame: Frame) -> Value:
    """`c ? a : b`. Both sides are evaluated, since the result has the type they unify to; an error in the side
    that is not taken does not matter."""
    frame.budget.enter()
    condition = _condition(node, frame)
    yes, no = _branch(node.yes, frame), _branch(node.no, frame)
    plain = condition.value if condition.__class__ is Marked else condition
    marked = Marked in (condition.__class__, yes.__class__, no.__class__)
    if marked:
        yes, no = (side.value if side.__class__ is Marked else side for side in (yes, no))
    _weigh(frame, yes, no)
    try:
        result = _chosen(plain, yes, no)
    except EvalError as error:
        raise placed(error, node) from None
    frame.budget.depth -= 1
    return Marked(result) if marked else result


def _condition(node: ast.Conditional, frame: Frame) -> Value:
    try:
        value = frame.handlers[node.condition.__class__](node.condition, frame)
        if is_null(value.value if value.__class__ is Marked else value):
            raise EvalError("the condition value is null")
        return convert(value, BOOL)
    except EvalError as error:
        raise placed(error, node.condition) from None


def _branch(node: ast.Expr, frame: Frame) -> Value:
    """The value of one side, or a `_Failed`."""
    depth = frame.budget.depth
    try:
        return frame.handlers[node.__class__](node, frame)
    except EvalError as error:
        frame.budget.depth = depth
        return _Failed(placed(error, node), _type_despite(node, frame))


def _type_despite(node: ast.Expr, frame: Frame) -> Type:
    """The type that an expression would have without the error in it, as far as its form tells."""
    if isinstance(node, ast.Binary | ast.Unary):
        return _result_type(node.operator)
    if isinstance(node, ast.Template):
        return STRING
    if isinstance(node, ast.TupleExpr):
        return TupleType(tuple(_tolerant_type(item, frame) for item in node.items))
    if isinstance(node, ast.ObjectExpr):
        names = [_branch(key, frame) for key, _ in node.items]
        if all(isinstance(name, str) for name in names):
            items = [_tolerant_type(item, frame) for _, item in node.items]
            return object_type(dict(zip(names, items, strict=True)))
    if isinstance(node, ast.Splat):
        source = _branch(node.target, frame)
        return TupleType((NULL,) * len(source)) if source.__class__ is list else DYNAMIC
    return DYNAMIC


def _tolerant_type(node: ast.Expr, frame: Frame) -> Type:
    side = _branch(node, frame)
    if side.__class__ is not _Failed:
        return type_of(side)
    return NULL if side.type == DYNAMIC else side.type


def _chosen(condition: Value, yes: Value, no: Value) -> Value:
    if isinstance(condition, Unknown):
        return _undecided(condition, yes, no)
    taken, other = (yes, no) if condition else (no, yes)
    if taken.__class__ is not _Failed and taken.__class__ is other.__class__ and taken.__class__ in (str, bool, int):
        return taken
    type = _unified(yes, no)
    if taken.__class__ is _Failed:
        raise taken.error
    return taken if type in OPEN else convert(taken, type)


def _undecided(condition: Unknown, yes: Value, no: Value) -> Value:
    """The condition is not known. An error on one side may be guarded by it, so the other side's type stands."""
    if yes.__class__ is _Failed or no.__class__ is _Failed:
        return unknown_of(condition, _unified(yes, no), not_null=False)
    type = _unified(yes, no)
    if type not in OPEN:
        try:
            yes, no = convert(yes, type), convert(no, type)
        except EvalError:
            return unknown_of(condition, type, not_null=False)
    return merged(yes, no, condition)


def _unified(yes: Value, no: Value) -> Type:
    """The type of the result; `dynamic` where it is not known and nothing converts."""
    types = [side.type if side.__class__ is _Failed else type_of(side) for side in (yes, no)]
    if yes is None:
        return types[1]
    if no is None:
        return types[0]
    if DYNAMIC in types:
        return DYNAMIC
    unified = unify(types)
    if any(isinstance(side, Unknown) and has_dynamic(side.type) for side in (yes, no)):
        return Collection(unified.kind, DYNAMIC) if isinstance(unified, Collection) else DYNAMIC
    if unified is None:
        raise EvalError(
            "the true and false result expressions must have consistent types: "
            f"{type_name(types[0])} and {type_name(types[1])}"
        )
    return unified
