"""What generated code calls. Everything here gives the exact result or gives up; it never returns an Unknown."""

from __future__ import annotations

from typing import Any, Final

from scanner.expression import arithmetic, equality
from scanner.expression.errors import Bail, Failure
from scanner.expression.functions.table import Function, apply
from scanner.expression.operations import attribute_of, enter, operate, select_names
from scanner.expression.statement import stated
from scanner.expression.values import BoolKey, CelError, Duration, Timestamp, TypeValue, UInt, plain_key
from scanner.model import Block, Resource, Unknown

GIVE_UP: Final = (
    Bail, Failure, TypeError, KeyError, IndexError, AttributeError, ValueError, ZeroDivisionError, OverflowError,
    RecursionError,
)  # fmt: skip
"""What generated code raises when it met something that only the exact path can judge."""

_NONE = type(None)
CLASSES: Final[dict[str, frozenset[type]]] = {
    "string": frozenset({str, _NONE}),
    "bool": frozenset({bool, _NONE}),
    "int": frozenset({int, _NONE}),
    "uint": frozenset({UInt, _NONE}),
    "float": frozenset({float, _NONE}),
    "bytes": frozenset({bytes, _NONE}),
    "list": frozenset({list, _NONE}),
    "map": frozenset({dict, Block, _NONE}),
    "record": frozenset({dict, Block, _NONE}),
    "ref": frozenset({Resource, _NONE}),
    "null": frozenset({_NONE}),
    "secret": frozenset({_NONE}),
    "dyn": frozenset(
        {
            _NONE,
            bool,
            int,
            UInt,
            float,
            str,
            bytes,
            list,
            dict,
            Block,
            Resource,
            Duration,
            Timestamp,
            TypeValue,
            BoolKey,
        }
    ),
}
"""Static type to the classes that its known values have; a value of another class is left to the exact path."""


def reread(resource: Resource, name: str, classes: frozenset[type]) -> Any:
    """An attribute that was not of the class expected: worked out now, if it had only not been read."""
    value = attribute_of(resource, name)
    if value.__class__ not in classes:
        raise Bail
    return value


def equal(left: Any, right: Any) -> bool:
    """`left == right`."""
    answer = equality.equal(left, right)
    if answer.__class__ is not bool:
        raise Bail
    return answer


def contained(item: Any, collection: Any) -> bool:
    """`item in collection`."""
    if item.__class__ is str and collection.__class__ is list:
        if item in collection:
            return True
        for element in collection:
            if isinstance(element, Unknown):
                raise Bail
        return False
    answer = equality.contained(item, collection)
    if answer.__class__ is not bool:
        raise Bail
    return bool(answer)


def known(value: Any) -> Any:
    """A result of the exact operations, if it is a known value."""
    if value.__class__ is CelError or isinstance(value, Unknown):
        raise Bail
    return value


def operated(operator: str, left: Any, right: Any) -> Any:
    """`left operator right`."""
    return known(operate(operator, left, right, 0))


def indexed(base: Any, key: Any) -> Any:
    """`base[key]`."""
    return known(arithmetic.indexed(base, key))


def negated(value: Any) -> Any:
    """`-value`."""
    return known(arithmetic.negated(value))


def called(function: Function, *arguments: Any) -> Any:
    """A call of a function of the table."""
    return known(apply(function, arguments))


def elements(source: Any) -> list[Any]:
    """What a loop goes through."""
    if isinstance(source, list):
        return source
    if isinstance(source, dict):
        return [plain_key(key) for key in source]
    raise Bail


def selected(base: Any, names: list[str]) -> Any:
    """Names selected one after the other from a value of unknown type."""
    return known(select_names(base, names))


def made_map(*entries: tuple[Any, Any]) -> dict[Any, Any]:
    """A map literal."""
    result: dict[Any, Any] = {}
    for key, value in entries:
        enter(result, key, value)
    return result


def has(base: Any, name: str) -> bool:
    """`has(base.name)`."""
    if not isinstance(base, dict):
        raise Bail
    return name in base


def asked(question: str, base: Any, name: str) -> bool:
    """`is_given` or `is_literal`. Where a record stands only the exact path knows."""
    if isinstance(base, dict):
        raise Bail
    return known(stated(question, base, name))  # type: ignore[no-any-return]  # bool when known
