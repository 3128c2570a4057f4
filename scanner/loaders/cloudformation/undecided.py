"""What an undecided condition makes of the values it chooses between."""

from __future__ import annotations

from typing import Any

from scanner.loaders.cloudformation.values import choices_of, common_prefix, common_suffix, one_of, same
from scanner.model import Block, Unknown

_MOST_CHOICES = 20
_MOST_PAIRS = 10_000


def perhaps(value: Any, why: Unknown) -> Any:
    """An element that may not be there: a mapping as a block in doubt, anything else Unknown."""
    if isinstance(value, dict):
        return Block(value, existence=why)
    return Unknown(why.code, why.text, span=why.span)


def perhaps_all(value: Any, why: Unknown) -> Any:
    """A property that may not be there; of a list of mappings, each may not."""
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return [Block(each, existence=why) for each in value]
    return perhaps(value, why)


def combined(then: Any, other: Any, why: Unknown) -> Any:
    """What is known of a value that is one of two."""
    if same(then, other) is True:
        return then
    if isinstance(then, dict) and isinstance(other, dict):
        return _mappings(then, other, why)
    if isinstance(then, list) and isinstance(other, list):
        return _lists(then, other, why)
    return _scalars(then, other, why)


def _mappings(then: dict[str, Any], other: dict[str, Any], why: Unknown) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key in (*then, *(key for key in other if key not in then)):
        if key in then and key in other:
            out[key] = combined(then[key], other[key], why)
        else:
            out[key] = perhaps_all(then[key] if key in then else other[key], why)
    return out


def _lists(then: list[Any], other: list[Any], why: Unknown) -> Any:
    if len(then) * len(other) > _MOST_PAIRS:
        return Unknown(why.code, why.text, span=why.span, not_null=True)
    if all(isinstance(each, dict) for each in (*then, *other)):
        shared = [each for each in then if any(same(each, one) is True for one in other)]
        rest = [each for each in (*then, *other) if not any(same(each, one) is True for one in shared)]
        return [*shared, *(Block(each, existence=why) for each in rest)]
    if len(then) == len(other):
        return [combined(one, two, why) for one, two in zip(then, other, strict=True)]
    shared = [each for each in then if any(same(each, one) is True for one in other)]
    return Unknown(why.code, why.text, span=why.span, not_null=True, contains=tuple(shared))


def _scalars(then: Any, other: Any, why: Unknown) -> Unknown:
    choices = (*(choices_of(then) or ()), *(choices_of(other) or ()))
    sure = all(value.not_null if isinstance(value, Unknown) else value is not None for value in (then, other))
    secret = next((value for value in (then, other) if isinstance(value, Unknown) and value.code == "secret"), None)
    if secret is not None:
        return Unknown("secret", secret.text, span=secret.span, not_null=sure, literal=secret.literal)
    if choices_of(then) and choices_of(other) and len(choices) <= _MOST_CHOICES:
        return one_of(choices, Unknown(why.code, why.text, span=why.span))
    heads = [_edge(value, "prefix") for value in (then, other)]
    tails = [_edge(value, "suffix") for value in (then, other)]
    return Unknown(
        why.code,
        why.text,
        span=why.span,
        not_null=sure,
        prefix=common_prefix(heads),
        suffix=common_suffix(tails),
    )


def _edge(value: Any, side: str) -> str:
    if isinstance(value, Unknown):
        return str(getattr(value, side))
    return value if isinstance(value, str) else ""
