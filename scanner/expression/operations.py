"""Operations of the exact interpreter on values that are at hand: binary operators, selecting, entering in a map."""

from __future__ import annotations

from typing import Any

from scanner.expression import arithmetic, equality
from scanner.expression.errors import Failure
from scanner.expression.values import CelError, derived, map_key, secret_value, type_name
from scanner.model import Resource, Unknown


def operate(operator: str, left: Any, right: Any, offset: int) -> Any:
    """A binary operator on values that are no errors."""
    if operator == "==" or operator == "!=":
        answer = equality.equal(left, right)
        if answer.__class__ is bool:
            return answer if operator == "==" else not answer
        return answer
    if operator == "in":
        result = equality.contained(left, right)
    elif operator in ("<", "<=", ">", ">="):
        result = equality.ordered(operator, left, right)
    else:
        return arithmetic.calculate(operator, left, right)
    return CelError(result.message, offset) if result.__class__ is CelError else result


def select_names(value: Any, names: list[str]) -> Any:
    """Names selected one after the other; of a resource as many at once as make the name of an attribute."""
    while names:
        if value.__class__ is CelError:
            return value
        if isinstance(value, Unknown):
            return derived(value)
        if isinstance(value, Resource):
            count = _longest(value, names)
            value, names = attribute_of(value, ".".join(names[:count])), names[count:]
        else:
            value, names = entry(value, names[0]), names[1:]
    return value


def attribute_of(resource: Any, name: str, *, secret: bool = False, lenient: bool = False) -> Any:
    """An attribute of a resource as an expression sees it. Raises Failure when it has none of that name."""
    if not isinstance(resource, Resource):
        raise Failure(f"no such field: {name} of {type_name(resource)}")
    try:
        value = resource.read(name)
    except KeyError:
        if lenient:
            return None
        raise Failure(f"{resource.kind} has no attribute {name}") from None
    return masked(value, secret)


def enter(result: dict[Any, Any], key: Any, value: Any) -> None:
    """Puts an entry in a map that a literal makes."""
    if not isinstance(key, (str, int)):
        raise Failure(f"{type_name(key)} cannot be the key of a map")
    key = map_key(key)
    if key in result:
        raise Failure("the same key twice in a map")
    result[key] = value


def masked(value: Any, secret: bool) -> Any:
    """The value, or what is seen of it if it is secret."""
    return secret_value() if secret and value is not None and not isinstance(value, Unknown) else value


def entry(base: Any, name: str) -> Any:
    """A field of a map or record. Raises Failure when there is none."""
    if not isinstance(base, dict):
        raise Failure(f"no such field: {name} of {type_name(base)}")
    if name not in base:
        raise Failure(f"no such key: {name!r}")
    return base[name]


def _longest(resource: Resource, names: list[str]) -> int:
    for count in range(len(names), 1, -1):
        if ".".join(names[:count]) in resource.attributes:
            return count
    return 1
