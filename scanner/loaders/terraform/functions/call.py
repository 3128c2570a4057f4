"""Calls a function: arguments, conversions, nulls, Unknowns and marks as its table entry says; `try` and `can`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.conversion import convert
from scanner.loaders.terraform.evaluate_operators import placed
from scanner.loaders.terraform.functions import FUNCTIONS, Function, Parameter, function
from scanner.loaders.terraform.types import BOOL, DYNAMIC, NUMBER
from scanner.loaders.terraform.values import (
    EvalError,
    Fragments,
    LazyObject,
    List,
    Marked,
    Null,
    Set,
    Value,
    first_unknown,
    is_null,
    like,
    unmark,
    unmark_deep,
)
from scanner.model import Unknown
from scanner.source.hcl import ast

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame

Implementation = Callable[..., Value]
"""Takes the frame and the converted arguments. Raises EvalError and BudgetExceeded."""


@cache
def implementation(name: str) -> Implementation:
    """What does the work of a function that is in the table and evaluated."""
    module = import_module(f"scanner.loaders.terraform.functions.{FUNCTIONS[name].family}")
    found: Implementation = module.IMPLEMENTATIONS[name]
    return found


def call(node: ast.Call, frame: Frame) -> Value:
    """The value of a call."""
    name = node.name[6:] if node.name.startswith("core::") else node.name
    if name in _SPECIAL:
        return _SPECIAL[name](node, frame)
    known = function(name)
    if known is None:
        return _unsupported(node, frame)
    frame.budget.enter()
    try:
        result = _result(known, _arguments(node, frame), node, frame)
    except EvalError as error:
        raise placed(error, node) from None
    frame.budget.depth -= 1
    return result


def _unsupported(node: ast.Call, frame: Frame) -> Unknown:
    what = "a provider's function" if "::" in node.name else "not a function that we know"
    return Unknown("unsupported", f"{node.name} is {what}", span=frame.scope.span(node.start, node.end))


def _arguments(node: ast.Call, frame: Frame) -> list[Value] | Unknown:
    """The argument values; an Unknown where it is not known how many there are."""
    handlers = frame.handlers
    if not node.expand:
        return [handlers[arg.__class__](arg, frame) for arg in node.args]
    values = [handlers[arg.__class__](arg, frame) for arg in node.args]
    last = values.pop()
    marked = last.__class__ is Marked
    plain = last.value if marked else last
    if isinstance(plain, Unknown):
        return plain
    if not isinstance(plain, list):
        what = "must not be null" if is_null(plain) else "must be of a tuple, list, or set type"
        raise EvalError(f"the expanding argument (indicated by ...) {what}", node.args[-1].start, node.args[-1].end)
    frame.budget.charge(len(plain))
    if isinstance(plain, List | Set):
        plain = [Null(plain.element) if item is None else item for item in plain]
    return [*values, *(Marked(item) if marked else item for item in plain)]


def _result(known: Function, args: list[Value] | Unknown, node: ast.Call, frame: Frame) -> Value:
    if isinstance(args, Unknown):
        return like(args, None if known.returns == DYNAMIC else known.returns)
    ready, marked, unknown = _ready(known, args, frame)
    result: Value
    if known.unevaluated:
        text = f"{known.name}() is not evaluated: {known.unevaluated}"
        result = Unknown("impure", text, span=frame.scope.span(node.start, node.end), type=known.returns, not_null=True)
    elif unknown is not None:
        result = like(unknown, None if known.returns == DYNAMIC else known.returns, not_null=known.returns != DYNAMIC)
    else:
        result = _checked(implementation(known.name)(frame, *ready), frame)
    return Marked(result) if marked else result


def _ready(known: Function, args: list[Value], frame: Frame) -> tuple[list[Value], bool, Unknown | None]:
    """The arguments as the implementation takes them, whether one was sensitive, and the Unknown, if any, that
    keeps the function from being called."""
    parameters, variadic = known.parameters, known.variadic
    fixed = len(parameters)
    if len(args) < fixed:
        raise EvalError(f'function "{known.name}" is missing a value for "{parameters[len(args)].name}"')
    if len(args) > fixed and variadic is None:
        raise EvalError(f'function "{known.name}" expects only {fixed} argument(s)')
    ready: list[Value] = []
    marked, unknown = False, None
    search = frame.budget.marks
    for position, arg in enumerate(args):
        if isinstance(arg, list | dict):
            frame.budget.weigh(arg)
        parameter: Parameter = parameters[position] if position < fixed else variadic  # type: ignore[assignment]
        if search and not parameter.marked:
            arg, had_mark = _unmarked(arg, parameter)
            marked = marked or had_mark
        arg = _converted(arg, parameter)
        if isinstance(arg, Unknown) and not parameter.unknown:
            unknown = arg if unknown is None else unknown
        ready.append(arg)
    return ready, marked, unknown


def _unmarked(arg: Value, parameter: Parameter) -> tuple[Value, bool]:
    if not parameter.marked_inside:
        return unmark_deep(arg)
    return (arg.value, True) if arg.__class__ is Marked else (arg, False)


def _converted(arg: Value, parameter: Parameter) -> Value:
    if isinstance(arg, LazyObject) and not parameter.lazy:
        arg = arg.materialise()
    if parameter.type != DYNAMIC:
        try:
            arg = convert(arg, parameter.type)
        except EvalError as error:
            raise EvalError(f'invalid value for "{parameter.name}" parameter: {error.message}') from None
    if not parameter.null and is_null(arg):
        raise EvalError(f'invalid value for "{parameter.name}" parameter: argument must not be null')
    return arg


def _checked(result: Value, frame: Frame) -> Value:
    """The result, if it is not too large."""
    if result.__class__ is str:
        frame.budget.charge_text(len(result))
    elif isinstance(result, list | dict):
        frame.budget.weigh(result)
    elif isinstance(result, Unknown) and result.contains:
        frame.budget.weigh(result.contains)
    return result


def _try(node: ast.Call, frame: Frame) -> Value:
    """`try(a, b, ...)`: the first that is no error."""
    frame.budget.enter()
    depth = frame.budget.depth
    args = _unevaluated(node)
    outer = frame.budget.doubt
    for place, arg in enumerate(args):
        frame.budget.doubt = None
        try:
            value = frame.handlers[arg.__class__](arg, frame)
            doubt = frame.budget.doubt
            certain = _certain(value) or (doubt is None and _is_read(arg, frame))
        except EvalError:
            frame.budget.depth = depth
            continue
        finally:
            frame.budget.doubt = outer
        frame.budget.depth = depth - 1
        if doubt is not None:
            return _or_else(value, args[place + 1 :]) if isinstance(value, Unknown) and certain else like(doubt)
        return value if certain else like(_reason(value))
    raise EvalError("no expression succeeded", node.start, node.end)


def _or_else(value: Unknown, others: list[ast.Expr]) -> Unknown:
    """A value that was read, or what stands in for it where it is not there. Of an instance that may not be made the
    identity holds all the same: without it there is nothing of that name."""
    nothing = all(isinstance(each, ast.Literal) and each.value in (None, "") for each in others)
    if nothing:
        return like(value, value.type, identities=value.identities)
    return like(value, identities=value.identities if value.code == "computed" else ())


def _certain(value: Value) -> bool:
    """Whether evaluating has certainly succeeded, although parts may be unknown: they were read, and not computed with
    in a way that can fail once they are known."""
    if isinstance(value, Fragments):
        return all(isinstance(part, str) or (part.not_null and bool(part.identities)) for part in value.parts)
    if isinstance(value, Unknown):
        return bool(value.identities) and value.type not in (NUMBER, BOOL)
    if value.__class__ is Marked:
        return _certain(value.value)
    if isinstance(value, list):
        return all(map(_certain, value))
    return all(map(_certain, value.values())) if isinstance(value, dict) else True


def _is_read(node: ast.Expr, frame: Frame) -> bool:
    """Whether an expression that had a value only reads what something known holds: a name, or attributes and elements
    from a name on, none of them of something unknown. Then that value is no error, known or not."""
    root = node
    while isinstance(root, ast.GetAttr | ast.Index):
        root = root.target
    if root.__class__ is not ast.Variable:
        return False
    steps: list[ast.Expr] = []
    if isinstance(node, ast.GetAttr | ast.Index):
        steps.append(node.target)
    if isinstance(node, ast.Index):
        steps.append(node.key)
    return not any(isinstance(unmark(frame.handlers[step.__class__](step, frame)), Unknown) for step in steps)


def _reason(value: Value) -> Unknown:
    """The first Unknown that is not certain."""
    if isinstance(value, Unknown):
        return value
    inside = value if isinstance(value, list) else value.values() if isinstance(value, dict) else [value.value]
    return next(_reason(item) for item in inside if not _certain(item))


def _can(node: ast.Call, frame: Frame) -> Value:
    """`can(a)`: whether it is no error. An Unknown that is not simply read may turn out to be one."""
    frame.budget.enter()
    depth = frame.budget.depth
    args = _unevaluated(node)
    if len(args) != 1:
        raise EvalError('function "can" expects exactly 1 argument', node.start, node.end)
    outer, frame.budget.doubt = frame.budget.doubt, None
    try:
        value = frame.handlers[args[0].__class__](args[0], frame)
        doubt = frame.budget.doubt
        certain = doubt is None and _is_read(args[0], frame)
    except EvalError:
        return False
    finally:
        frame.budget.doubt = outer
        frame.budget.depth = depth - 1
    if doubt is not None:
        return like(doubt, BOOL, not_null=True)
    unknown = first_unknown([value])
    read = args[0].__class__ in _READS and unknown.__class__ is Unknown
    if unknown is None or certain or (read and unknown.code == "computed"):
        return True
    return like(unknown, BOOL, not_null=True)


def _unevaluated(node: ast.Call) -> list[ast.Expr]:
    if node.expand or not node.args:
        raise EvalError(f"{node.name}() takes expressions, at least one", node.start, node.end)
    return node.args


_READS: Final = frozenset((ast.Variable, ast.GetAttr, ast.Index, ast.Splat))
_SPECIAL: Final[Mapping[str, Callable[[Any, Any], Value]]] = {"try": _try, "can": _can}
