"""Values that are one of a few (`OneOf`): what is done with each choice, and what stands in for a null one.

What cannot be done with every choice leaves a plain Unknown. Of a secret the choices are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from scanner.model import OneOf, Unknown
from scanner.normalise.paths import beyond

_MOST: Final = 64
"""Choices beyond which a value is plainly unknown."""


def one_of(choices: Iterable[Any], like: Unknown, *, identities: tuple[str, ...] = ()) -> Unknown:
    """An Unknown that is one of these, each told once by value and type; plain where one is no scalar. `identities` are
    those of what the choices were made from, where equal ones give equal ones."""
    kept: dict[tuple[type, Any], Any] = {}
    for each in choices:
        if not (each is None or isinstance(each, bool | int | float | str)) or len(kept) > _MOST:
            return beyond(like)
        kept[(each.__class__, each)] = each
    found = OneOf(tuple(kept.values()), beyond(like))
    found.identities = identities
    return found


def mapped(value: OneOf, change: Callable[[Any], Any]) -> Unknown:
    """One of what the choices become."""
    if value.code == "secret":
        return beyond(value)
    return one_of([change(each) for each in value.choices], value)


def may_be_null(value: Any) -> bool:
    """Whether something else may stand in for a value that is one of a few."""
    return isinstance(value, OneOf) and None in value.choices


def filled(value: Any, default: Any) -> Any:
    """A value, with the default where it is, or may be, null."""
    if value is None:
        return default
    if not may_be_null(value):
        return value
    if isinstance(default, OneOf) and default.code == "secret":
        return beyond(default)
    instead = default.choices if isinstance(default, OneOf) else (default,)
    return one_of([*(each for each in value.choices if each is not None), *instead], value)


def blank_as_null(value: Any) -> Any:
    """The empty string among the choices as null."""
    if not isinstance(value, OneOf) or "" not in value.choices:
        return value
    return mapped(value, lambda each: None if each == "" else each)


def settled(value: Any) -> Any:
    """A value for whom null is no answer: what may be null is plainly unknown."""
    return beyond(value) if may_be_null(value) else value
