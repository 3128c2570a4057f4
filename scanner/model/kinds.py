"""Kinds: what a rule may read of a resource, whatever format it was written in.

Types here are those of kind attributes and of expressions; how a native value becomes one
is the business of `scanner.normalise`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Type:
    """A type of a kind attribute or an expression.

    `name` is one of: string int float bool text secret quantity selector dyn null (scalars; `text`
    is a long string, `secret` reads as never known), list, map (of `item`), record (`record` names
    its fields), ref (one resource of one of `kinds`), refs (a list of resources).
    Every attribute may be null; a type says nothing about that.
    """

    name: str
    item: Type | None = None
    record: str = ""
    """For `record`: its name, unique in the kind; `iam_document` is a built-in record of every kind."""
    kinds: tuple[str, ...] = ()
    """For `ref`: the kinds it may point to, `*` for any."""
    inverse: str = ""
    """For `refs` and `selects`: the attribute of the other kind whose reference points here."""


@dataclass(frozen=True, slots=True)
class KindAttribute:
    """One attribute of a kind. `name` may be dotted (`versioning.enabled`)."""

    name: str
    type: Type
    default: Any = None
    """What it is when no native entry sets it; None is null."""
    derive: str = ""
    """The expression that works it out; then `type` is dyn and no format sets it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What rules may read of one kind of resource."""

    name: str
    bound_as: str
    """The name by which rules bind it: `bucket`."""
    names: tuple[str, ...] = ()
    """Native attributes by which other resources refer to it: id, arn, bucket."""
    attributes: Mapping[str, KindAttribute] = field(default_factory=dict)
    records: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    """Record name to field name to type."""
