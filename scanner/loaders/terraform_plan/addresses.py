"""Addresses and references as Terraform prints them, taken apart into steps. What they mean is not known here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_STEP: Final = re.compile(r'\[(?:[^\[\]"]*|"(?:[^"\\]++|\\.)*+")\]|[^.\[\]"]+|(\.)', re.DOTALL)


class Address(NamedTuple):
    """The address of one resource instance. Keys are text with their brackets, `[0]` or `["a"]`; empty for none."""

    modules: tuple[tuple[str, str], ...]
    """Name and key of each module call, outermost first."""
    resource: str
    """Without key: `aws_s3_bucket.b`, `data.aws_ami.a`."""
    key: str

    @property
    def module(self) -> str:
        """The address of the module instance, empty for the root module."""
        return ".".join(f"module.{name}{key}" for name, key in self.modules)


def steps(text: str) -> tuple[str, ...]:
    """The steps of a reference: `a.b["x.y"].c` is `a`, `b`, `["x.y"]`, `c`. Empty where it is no reference."""
    found: list[str] = []
    position, after_dot = 0, True
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or (match[1] and after_dot):
            return ()
        if not match[1]:
            found.append(match[0])
        position, after_dot = match.end(), bool(match[1])
    return () if after_dot else tuple(found)


def parse(text: str) -> Address | None:
    """The parts of a resource instance's address; None where it is none."""
    rest = steps(text)
    modules: list[tuple[str, str]] = []
    while len(rest) > 1 and rest[0] == "module":
        name, key, rest = _keyed(rest, 1)
        modules.append((name, key))
    width = 3 if rest[:1] == ("data",) else 2
    if len(rest) < width or any(is_key(step) for step in rest[:width]):
        return None
    _, key, after = _keyed(rest, width - 1)
    return None if after else Address(tuple(modules), ".".join(rest[:width]), key)


def _keyed(found: tuple[str, ...], at: int) -> tuple[str, str, tuple[str, ...]]:
    """The name at a position, the key that follows it, and what comes after both."""
    key = found[at + 1] if len(found) > at + 1 and is_key(found[at + 1]) else ""
    return found[at], key, found[at + 1 + bool(key) :]


def is_key(step: str) -> bool:
    """Whether a step is a key in brackets."""
    return step.startswith("[")


def join(parts: Iterable[str]) -> str:
    """The reference that has these steps."""
    return "".join(part if is_key(part) or not at else f".{part}" for at, part in enumerate(parts))


def without_keys(parts: Iterable[str]) -> str:
    """The reference that has these steps but for the keys."""
    return ".".join(part for part in parts if not is_key(part))


def leaves(references: Iterable[str]) -> list[str]:
    """The references that stand for themselves, each once, in order.

    Terraform lists `a.b.c`, then `a.b`, then `a`, for one `a.b.c`; see `marshalExpression` in
    https://github.com/hashicorp/terraform/blob/main/internal/command/jsonconfig/expression.go
    """
    kept: list[str] = []
    for reference in references:
        if kept and (kept[-1] == reference or _is_unwrapped(reference, kept[-1])):
            continue
        kept.append(reference)
    return list(dict.fromkeys(kept))


def _is_unwrapped(reference: str, longer: str) -> bool:
    return longer.startswith(reference) and longer[len(reference)] in ".["
