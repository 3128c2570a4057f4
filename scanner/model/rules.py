"""Rules, packs and frameworks as data: what was written, read and checked, but not compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

SEVERITIES: Final = ("critical", "high", "medium", "low")
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Expression:
    """The text of an expression and where it begins in its file."""

    text: str
    path: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a rule must judge in the way named."""

    outcome: str
    """fail, pass, unknown or not_applicable."""
    format: str
    """terraform, cloudformation, kubernetes."""
    text: str
    name: str = ""
    """What the example shows, when it is not plain."""
    line: int = 0
    owned: bool = False
    """Whether the text holds all that its account has, as `account-roots` of a configuration would say."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its file says it."""

    id: str
    topic: str
    title: str
    severity: str
    kinds: tuple[str, ...]
    bound_as: str
    """The name the expressions bind the resource to; empty: the kind's own."""
    formats: tuple[str, ...]
    """The formats in which the thing can be said; empty: all that set what it reads."""
    when: Expression | None
    condition: Expression
    negated: bool
    """True for `fail_if`: the condition must be false."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Parameter values: the defaults, or what the configuration says instead."""
    param_types: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    message: Expression | None = None
    expect: str = ""
    """What the deciding value must be, in a few words: `must be true`."""
    unless: tuple[str, ...] = ()
    why: str = ""
    fix: Mapping[str, str] = field(default_factory=dict)
    """`summary`: what to change, in a sentence; a snippet a format."""
    links: tuple[str, ...] = ()
    same_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    path: str = ""
    line: int = 0
    pack: str = ""


@dataclass(frozen=True, slots=True)
class Rulepack:
    """A set of rules that is versioned as one."""

    name: str
    version: str
    digest: str
    """sha256:... over its files' names and bytes."""
    rules: tuple[Rule, ...]
