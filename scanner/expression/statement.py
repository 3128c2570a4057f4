"""What `is_given`, `is_literal`, `first` and `either` mean, for both paths.

They are not in the table of functions because their arguments are not simply values: the first two ask
about the code that states an attribute, the others stop at the argument that decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from scanner.expression.errors import Failure
from scanner.expression.values import CelError, Computed, choices_of, derived, surely_not_null, type_name
from scanner.model import OneOf, PathStep, Resource, Unknown

_NOT_SHOWN: Final = "the plan does not show where the value comes from"


class Form(NamedTuple):
    """A form that is called like a function, for the reference."""

    signature: str
    doc: str
    absorbing: bool = True


FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "first": Form("first(dyn, ...) -> dyn", "The first that is not null; an Unknown stops it.", absorbing=False),
        "either": Form("either(bool, ...) -> bool", "True if one is, null if none is stated; a known true decides."),
        "is_given": Form("is_given(attribute) -> bool", "Whether the code states it; known for deferred values too."),
        "is_literal": Form("is_literal(attribute) -> bool", "Whether it is written in the code, a default included."),
        "has": Form("has(map.key) -> bool", "Whether a map has a key; attributes that are declared always exist."),
        "exists": Form("list.exists(e, condition) -> bool", "Whether it holds for one; a known element may decide."),
        "all": Form("list.all(e, condition) -> bool", "Whether it holds for each; a known element may decide."),
        "exists_one": Form("list.exists_one(e, condition) -> bool", "Whether it holds for just one.", absorbing=False),
        "filter": Form("list.filter(e, condition) -> list", "The elements it holds for.", absorbing=False),
        "map": Form("list.map(e, [condition], value) -> list", "A value for each element; unknown ones stay so."),
        "root.all": Form('root.all("kind") -> list', "Every resource of a kind in the same root."),
    }
)  # fmt: skip
"""What is not in the table of functions because it does not simply take values."""


def stated(question: str, base: Any, name: str) -> Any:
    """`is_given` or `is_literal` of an attribute of a resource, or of a field of a record.

    A value that somebody will know later (deferred) is no reason not to know what the code says; one that
    we cannot work out at all is. Of a field of a record in no known place only its value is known.
    """
    if base is None:
        return False
    if isinstance(base, Resource):
        try:
            value = base.read(name)
        except KeyError:
            if "/" in base.kind:  # a native type: what is not there is not stated
                return False
            raise Failure(f"{base.kind} has no attribute {name}") from None
        return stated_at(question, Spot(base, name), value)
    if isinstance(base, dict):
        return _stated_in_record(question, base.get(name))
    raise Failure(f"{question} wants an attribute, not part of a {type_name(base)}")


class Spot(NamedTuple):
    """An attribute of a resource, or an element of it."""

    resource: Resource
    attribute: str
    element: tuple[PathStep, ...] = ()

    def within(self, step: PathStep) -> Spot:
        """A part of it."""
        return self._replace(element=(*self.element, step))


def stated_at(question: str, spot: Spot, value: Any) -> Any:
    """`is_given` or `is_literal` of what stands in a place; the loader is asked, which may not know either."""
    locator = spot.resource.locator
    found = (locator.is_given if question == "is_given" else locator.is_literal)(*spot)
    if found:
        return True
    if found is None and value is not None and not (question == "is_literal" and _is_to_come(value)):
        return Unknown("unsupported", _NOT_SHOWN, span=locator.places(*spot)[0].span)
    if not isinstance(value, Unknown):
        return False
    return True if value.literal and spot.element else False if value.deferred else derived(value)


def _is_to_come(value: Any) -> bool:
    """Whether a value is made only when it is applied; a secret one is known already, and kept from us."""
    return isinstance(value, Unknown) and value.deferred and value.code != "secret"


def _stated_in_record(question: str, value: Any) -> Any:
    if not isinstance(value, Unknown):
        return value is not None
    if value.literal or (question == "is_given" and value.deferred):
        return True
    return False if value.deferred else derived(value)


def choose(function: str, arguments: Iterable[Any]) -> Any:
    """`first` or `either` of arguments, which are taken only until one decides."""
    return _first(arguments) if function == "first" else _either(arguments)


def _first(arguments: Iterable[Any]) -> Any:
    maybe: OneOf | None = None
    for value in arguments:
        if maybe is not None and value is not None:
            value = _stood_in(maybe, value)
        if isinstance(value, OneOf) and None in (choices_of(value) or ()):
            maybe = value
        elif isinstance(value, Unknown):
            # If it is certainly not null it is the answer itself, with all that is known of it.
            return value if surely_not_null(value) else derived(value)
        elif value is not None:
            return value
    return maybe


def _stood_in(maybe: OneOf, other: Any) -> Unknown:
    """One of a few of which null is one, with what stands in for it."""
    instead = choices_of(other) if isinstance(other, Unknown) else (other,)
    if instead is None or not all(isinstance(each, bool | int | float | str | None) for each in instead):
        return derived(other if other.__class__ is Computed else maybe)
    known = [each for each in maybe.choices if each is not None]
    return OneOf((*known, *instead), Unknown(maybe.code, maybe.text, span=maybe.span))


def _either(arguments: Iterable[Any]) -> Any:
    unknown: Unknown | None = None
    error: CelError | None = None
    answer: bool | None = None
    for value in arguments:
        if value is True:
            return True
        if isinstance(value, Unknown):
            unknown = value if unknown is None else unknown
        elif value is False:
            answer = False
        elif value is not None:
            error = error or (value if value.__class__ is CelError else CelError(f"either of {type_name(value)}"))
    if unknown is not None:
        return derived(unknown)
    return answer if error is None else error
