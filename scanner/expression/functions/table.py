"""What a function of the library is: signature, behaviour under null and Unknown, and its code.

The functions themselves are in the modules beside this one; `FUNCTIONS` in the package gathers them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from scanner.expression import types as t
from scanner.expression.errors import Failure
from scanner.expression.values import CelError, choices_of, derived, first_unknown, is_int, type_name
from scanner.model import OneOf, Type, Unknown

ERROR: Final = "error"
"""A null argument is a CEL error, as it is for CEL's own functions."""
NULL: Final = "null"
"""A null first argument gives null: there is nothing to ask."""
FALSE: Final = "false"
"""A null first argument gives false: what is not there has no such property."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function that expressions may call."""

    name: str
    parameters: tuple[Type, ...]
    result: Type
    doc: str
    """One line for the reference."""
    call: Callable[..., Any]
    """Its code. A strict one sees known values of the declared types only; an absorbing one sees Unknowns too.
    Raises `Failure` for a CEL error."""
    member: bool = False
    """Whether it may be called as `first.name(rest)`."""
    plain: bool = True
    """Whether it may be called as `name(first, rest)`."""
    variadic: bool = False
    """Whether the last parameter may be given again."""
    optional: int = 0
    """How many of the last parameters may be left out."""
    absorbing: bool = False
    """Whether known parts of the arguments may decide although others are Unknown; a strict function is
    Unknown as soon as anything in its arguments is, unless it is one of a few for which the answer is the same."""
    null: str = ERROR
    secret: bool = False
    """Whether it may look at a secret."""
    reads: tuple[tuple[str, str], ...] = ()
    """(kind, attribute) of what it reads of resources inside its arguments."""
    deciding: Callable[..., tuple[int | str, ...] | None] | None = None
    """The path of the element of the first argument that decided, for pointing at it."""

    @property
    def signature(self) -> str:
        """How it is called, as the reference shows it."""
        names = [t.describe(parameter) for parameter in self.parameters]
        required = len(names) - self.optional
        words = names[:required] + [f"[{name}]" for name in names[required:]] + (["..."] if self.variadic else [])
        if self.member and not self.plain:
            return f"{words[0]}.{self.name}({', '.join(words[1:])}) -> {t.describe(self.result)}"
        return f"{self.name}({', '.join(words)}) -> {t.describe(self.result)}"

    def takes(self, count: int) -> bool:
        """Whether it can be called with that many arguments."""
        return len(self.parameters) - self.optional <= count and (self.variadic or count <= len(self.parameters))

    def parameter(self, index: int) -> Type:
        """The type of an argument by its place."""
        return self.parameters[min(index, len(self.parameters) - 1)]


def apply(function: Function, arguments: tuple[Any, ...]) -> Any:
    """The result of a call: a value, an Unknown or a CelError.

    An error among the arguments comes before an Unknown: whatever the Unknown turns out to be, the call fails.
    """
    for argument in arguments:
        if argument.__class__ is CelError:
            return argument
    if (result := _for_each_choice(function, arguments)) is not None:
        return result
    if not function.absorbing and (unknown := first_unknown(arguments)) is not None:
        return derived(unknown)
    # The first argument last: when it is null the answer may be settled, but only of a call that is right otherwise.
    for index in range(len(arguments) - 1, -1, -1):
        argument = arguments[index]
        if argument is None and index == 0 and function.null != ERROR:
            return _of_null(function, arguments[1:])
        if not _fits(function.parameter(index), argument):
            return CelError(f"no such overload: {function.name}({', '.join(map(type_name, arguments))})")
    try:
        return function.call(*arguments)
    except Failure as failure:
        return CelError(str(failure))


def _for_each_choice(function: Function, arguments: tuple[Any, ...]) -> Any:
    """The result where one argument is one of a few: what all of them give, or one of what they give. None where
    that decides nothing: a choice gives an error, an Unknown, or more than a scalar."""
    places = [place for place, argument in enumerate(arguments) if choices_of(argument) is not None]
    if len(places) != 1:
        return None
    place, unknown = places[0], arguments[places[0]]
    results: dict[tuple[type, Any], Any] = {}
    for each in unknown.choices:
        result = apply(function, (*arguments[:place], each, *arguments[place + 1 :]))
        if not isinstance(result, bool | int | float | str | None):
            return None
        results[(result.__class__, result)] = result
    found = tuple(results.values())
    return found[0] if len(found) == 1 else OneOf(found, Unknown(unknown.code, unknown.text, span=unknown.span))


def _of_null(function: Function, others: tuple[Any, ...]) -> Any:
    unknown = next((other for other in others if isinstance(other, Unknown)), None)
    if unknown is not None:
        # It may turn out to be null too, or an error, and then the call is one.
        return derived(unknown)
    return None if function.null == NULL else False


_CLASSES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,), "bool": (bool,), "float": (float,), "list": (list,), "map": (dict,), "record": (dict,),
    "bytes": (bytes,),
}  # fmt: skip


def _fits(parameter: Type, argument: Any) -> bool:
    if parameter.name == "dyn" or isinstance(argument, Unknown):
        return True
    if argument is None:
        return False
    if parameter.name == "int":
        return is_int(argument)
    classes = _CLASSES.get(parameter.name)
    return classes is None or isinstance(argument, classes)
