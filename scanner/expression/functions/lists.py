"""Lists: the functions of Kubernetes' and CEL's list libraries that rules need.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library
"""

from __future__ import annotations

import itertools
from typing import Any, Final

from scanner.expression import types as t
from scanner.expression.arithmetic import calculate
from scanner.expression.equality import equal, ordered
from scanner.expression.errors import Failure
from scanner.expression.functions.table import Function
from scanner.expression.values import CelError
from scanner.model import Type

MAX_ELEMENTS: Final = 100_000
"""Elements of a list that a function may make, and comparisons that it may make."""


def distinct(items: list[Any]) -> list[Any]:
    """Each element once, the first of equals."""
    result: list[Any] = []
    seen: set[str] = set()
    compared = 0
    for item in items:
        if item.__class__ is str:
            if item not in seen:
                seen.add(item)
                result.append(item)
            continue
        compared += len(result)
        if compared > MAX_ELEMENTS:
            raise Failure("the list is too long for distinct")
        if not any(equal(item, other) is True for other in result):
            result.append(item)
    return result


def is_sorted(items: list[Any]) -> bool:
    """Whether no element is less than the one before it."""
    return all(_is_less(later, earlier) is False for earlier, later in itertools.pairwise(items))


def _is_less(left: Any, right: Any) -> bool:
    answer = ordered("<", left, right)
    if isinstance(answer, CelError):
        raise Failure(answer.message)
    return answer is True


def total(items: list[Any]) -> Any:
    """The sum; 0 of nothing."""
    result: Any = items[0] if items else 0
    for item in items[1:]:
        result = calculate("+", result, item)
    if items and not isinstance(result, (int, float)):
        raise Failure("no such overload: sum of a list that is not all numbers")
    return result


def least(*arguments: Any) -> Any:
    """The least of a list."""
    return _extreme(arguments[0], "min")


def greatest(*arguments: Any) -> Any:
    """The greatest of a list."""
    return _extreme(arguments[0], "max")


def _extreme(items: list[Any], name: str) -> Any:
    if not items:
        raise Failure(f"{name} of an empty list")
    best = items[0]
    for item in items[1:]:
        if _is_less(item, best) if name == "min" else _is_less(best, item):
            best = item
    return best


def flatten(items: list[Any]) -> list[Any]:
    """The elements of the lists in a list, one level deep."""
    result: list[Any] = []
    for item in items:
        result.extend(item) if isinstance(item, list) else result.append(item)
        if len(result) > MAX_ELEMENTS:
            raise Failure("the list is too long")
    return result


def _member(name: str, call: Any, result: Type, doc: str) -> Function:
    return Function(name=name, parameters=(t.LIST,), result=result, call=call, doc=doc, member=True, plain=False)


TABLE: Final = (
    _member("distinct", distinct, t.LIST, "Each element once, the first of equals."),
    _member("isSorted", is_sorted, t.BOOL, "Whether no element is less than the one before it."),
    _member("sum", total, t.DYN, "The sum of a list of numbers; 0 of nothing."),
    _member("min", least, t.DYN, "The least element of a list that is not empty."),
    _member("max", greatest, t.DYN, "The greatest element of a list that is not empty."),
    _member("flatten", flatten, t.LIST, "The elements of the lists in a list, one level deep."),
)
