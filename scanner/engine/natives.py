"""Rules about native types: they hold only for types that no mapping table names, since what is mapped is a kind."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.errors import PolicyError
from scanner.model import Rule
from scanner.normalise import Tables
from scanner.policy.places import place_of_words


def refuse_mapped(rules: Iterable[Rule], tables: Tables) -> None:
    """Raises PolicyError for a rule about a native type that has a kind: it would never see a resource."""
    for rule in rules:
        for kind in rule.kinds:
            format, slash, native = kind.partition("/")
            entry = tables.entry(format, native) if slash else None
            if entry is not None and entry.at is None:
                named = entry.kind or entry.into or next((node.kind for node in entry.nodes), "")
                hint = f"write `resource: {named}`, which every format has"
                message = f"`{kind}` is mapped, so no resource has it as its kind"
                line, column = place_of_words(rule.path, message)
                raise PolicyError(message, hint=hint, path=rule.path, line=line, column=column)


def native_types(tables: Tables) -> dict[str, dict[str, str]]:
    """Kind to a native type in each format that has one, resources of their own before those with parts of the kind."""
    found: dict[str, dict[str, str]] = {}
    entries = list(tables.entries())
    for entry in entries:
        if entry.kind:
            found.setdefault(entry.kind, {}).setdefault(entry.half, entry.type)
    for entry in entries:
        for node in entry.nodes:
            found.setdefault(node.kind, {}).setdefault(entry.half, entry.type)
    return found
