"""Calls: functions of the table, macros, and the few forms that are neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.expression import types as t
from scanner.expression.functions import FUNCTIONS
from scanner.expression.functions.table import Function
from scanner.expression.syntax import (
    AllOf,
    Broken,
    Call,
    Choose,
    DynamicPath,
    Field,
    Has,
    Ident,
    Invoke,
    Literal,
    Local,
    Loop,
    Node,
    Read,
    Select,
    Stated,
)
from scanner.model import Type

if TYPE_CHECKING:
    from scanner.expression.checker import Checker

_MACROS: Final = {"all": (2,), "exists": (2,), "exists_one": (2,), "existsOne": (2,), "map": (2, 3), "filter": (2,)}
_SPECIAL: Final = ("has", "first", "either", "is_given", "is_literal", "dyn")


def check_invoke(checker: Checker, node: Invoke) -> Node:
    """What a call means."""
    target = node.target
    if target is None:
        return _special(checker, node) if node.name in _SPECIAL else _function(checker, node, node.name, node.arguments)
    dotted = _dotted(target)
    if dotted and f"{dotted}.{node.name}" in FUNCTIONS and not _is_local(checker, dotted):
        return _function(checker, node, f"{dotted}.{node.name}", node.arguments)
    if node.name == "all" and len(node.arguments) == 1:
        return _all_of(checker, node, target)
    if len(node.arguments) in _MACROS.get(node.name, ()):
        return _macro(checker, node, target)
    return _function(checker, node, node.name, [target, *node.arguments], member=True)


def _dotted(node: Node) -> str:
    names = []
    while isinstance(node, Select):
        names.append(node.name)
        node = node.base
    return ".".join([node.name, *reversed(names)]) if isinstance(node, Ident) else ""


def _is_local(checker: Checker, dotted: str) -> bool:
    return any(local.name == dotted.partition(".")[0] for local in checker.locals)


def _function(checker: Checker, node: Invoke, name: str, arguments: list[Node], *, member: bool = False) -> Node:
    function = FUNCTIONS.get(name)
    if function is None or not (function.member if member else function.plain):
        return _unknown_function(checker, node, name, function, member)
    nodes = [checker.check(argument) if function.secret else checker.value(argument) for argument in arguments]
    if not function.takes(len(nodes)):
        checker.complain(f"{name} is called as {function.signature}", node.offset)
        return Broken(node.offset, f"no such overload: {name} with {len(nodes)} arguments")
    checker.reads.update(function.reads)
    for index, argument in enumerate(nodes):
        _fit(checker, function, index, argument)
    return Call(node.offset, function, nodes, type=_result(function, nodes))


def _fit(checker: Checker, function: Function, index: int, argument: Node) -> None:
    parameter = function.parameter(index)
    if function.secret and argument.type.name == "secret":
        if isinstance(argument, (Read, Field)):
            argument.secret = False
        return
    if not t.accepts(parameter, argument.type):
        wanted, found = t.describe(parameter), t.describe(argument.type)
        checker.complain(f"{function.name} wants {wanted}, this is {found}", argument.offset)


def _result(function: Function, arguments: list[Node]) -> Type:
    """The result of the functions that give back their list, or an element of it, is as precise as their argument."""
    first = arguments[0].type if arguments else t.DYN
    if function.result.name == "list" and function.result.item == t.DYN and first.name == "list":
        return first if function.name != "flatten" else t.LIST
    if function.result.name == "dyn" and first.name == "list" and function.name in ("min", "max", "sum"):
        return first.item or t.DYN
    return function.result


def _unknown_function(checker: Checker, node: Invoke, name: str, function: Function | None, member: bool) -> Node:
    from scanner.expression.checker import suggestion

    if function is not None:
        hint = f"call it as {function.signature}"
    elif name in _SPECIAL or name in _MACROS:
        hint = f"{name} takes other arguments"
    else:
        hint = suggestion(name, [*FUNCTIONS, *_MACROS, *_SPECIAL])
    checker.complain(f"there is no function {name}", node.offset, hint)
    if member and not isinstance(node.target, (Ident, Select)) and node.target is not None:
        checker.check(node.target)
    return Broken(node.offset, f"no such function: {name}")


# Macros


def _macro(checker: Checker, node: Invoke, target: Node) -> Node:
    variable_node = node.arguments[0]
    if not isinstance(variable_node, Ident):
        raise checker.error(f"{node.name} wants a name for the element first", variable_node.offset, "x.exists(e, ...)")
    source = checker.value(target)
    checker.count += 1
    variable = Local(variable_node.offset, variable_node.name, checker.count, type=_element(checker, node, source))
    checker.locals.append(variable)
    loop = _loop(checker, node, source, variable)
    checker.locals.pop()
    return loop


def _element(checker: Checker, node: Invoke, source: Node) -> Type:
    if source.type.name not in ("list", "map", "dyn"):
        checker.complain(f"{node.name} goes through a list or map, this is {t.describe(source.type)}", node.offset)
    return (source.type.item or t.DYN) if source.type.name == "list" else t.DYN


def _loop(checker: Checker, node: Invoke, source: Node, variable: Local) -> Loop:
    macro = "exists_one" if node.name == "existsOne" else node.name
    body = node.arguments[1:]
    if macro == "map":
        condition = checker.condition(body[0], "map") if len(body) == 2 else None
        step = checker.value(body[-1])
        return Loop(node.offset, macro, source, variable, condition, step, type=Type("list", item=step.type))
    condition = checker.condition(body[0], macro)
    type_ = t.BOOL if macro != "filter" else source.type if source.type.name == "list" else t.LIST
    return Loop(node.offset, macro, source, variable, condition, type=type_)


# Forms


def _special(checker: Checker, node: Invoke) -> Node:
    arguments = node.arguments
    if node.name in ("first", "either"):
        return _choose(checker, node)
    if len(arguments) != 1:
        raise checker.error(f"{node.name} takes one argument", node.offset)
    if node.name == "dyn":
        inner = checker.value(arguments[0])
        return Call(node.offset, FUNCTIONS["dyn"], [inner], type=t.DYN)
    if node.name == "has":
        return _has(checker, node, arguments[0])
    argument = checker.check(arguments[0])
    if not isinstance(argument, (Read, Field, DynamicPath)):
        raise checker.error(f"{node.name} wants an attribute", arguments[0].offset, f"{node.name}(x.attribute)")
    return Stated(node.offset, node.name, argument, type=t.BOOL)


def _has(checker: Checker, node: Invoke, argument: Node) -> Node:
    if not isinstance(argument, Select):
        raise checker.error("has wants a selection", argument.offset, "has(x.name)")
    base = checker.value(argument.base)
    if base.type.name in ("ref", "record"):
        hint = f"compare it: x.{argument.name} != null"
        checker.complain("every attribute that is declared exists", node.offset, hint)
    return Has(node.offset, base, argument.name, type=t.BOOL)


def _choose(checker: Checker, node: Invoke) -> Node:
    arguments = [checker.value(argument) for argument in node.arguments]
    if not arguments:
        raise checker.error(f"{node.name} takes at least one argument", node.offset)
    if node.name == "either":
        for argument in arguments:
            if argument.type.name not in ("bool", "null", "dyn"):
                checker.complain(f"either wants bool, this is {t.describe(argument.type)}", argument.offset)
        return Choose(node.offset, "either", arguments, type=t.BOOL)
    joined: Type | None = arguments[0].type
    for argument in arguments[1:]:
        joined = None if joined is None else t.join(joined, argument.type)
        if joined is None:
            checker.complain(f"first has different types, this is {t.describe(argument.type)}", argument.offset)
            break
    return Choose(node.offset, "first", arguments, type=joined or t.DYN)


def _all_of(checker: Checker, node: Invoke, target: Node) -> Node:
    base, kind = checker.value(target), node.arguments[0]
    if not isinstance(kind, Literal) or not isinstance(kind.value, str):
        raise checker.error("all wants the name of a kind in quotes", kind.offset, 'root.all("aws.s3.bucket")')
    if checker.kinds and kind.value not in checker.kinds and "/" not in kind.value:
        from scanner.expression.checker import suggestion

        checker.complain(f"there is no kind {kind.value}", kind.offset, suggestion(kind.value, checker.kinds))
    if base.type.name not in ("root", "dyn") and base.type.kinds != ("root",):
        checker.complain("only root has all(kind)", node.offset)
    if isinstance(base, DynamicPath):
        raise checker.error("only root has all(kind)", node.offset)
    checker.kinds_listed.add(kind.value)
    return AllOf(node.offset, base, kind.value, type=Type("list", item=Type("ref", kinds=(kind.value,))))
