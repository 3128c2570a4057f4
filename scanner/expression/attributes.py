"""Attributes of resources by name: which one is meant, what type it has, what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.expression import types as t
from scanner.expression.syntax import DynamicPath, Node, Read, Select
from scanner.model import Kind, Type

if TYPE_CHECKING:
    from scanner.expression.checker import Checker


def resolve_attribute(checker: Checker, base: Node, selects: list[Select]) -> tuple[Node, int]:
    """The read of the longest run of names that is an attribute of the kinds of `base`, and how many names it took."""
    names = base.type.kinds
    open_ = "*" in names
    kinds = list(checker.kinds.values()) if open_ else [checker.kinds[name] for name in names if name in checker.kinds]
    if names and all("/" in name for name in names):
        # Native types without mapping: every attribute may be there, and is null where it is not.
        checker.reads.update((name, selects[0].name) for name in names)
        return Read(selects[0].offset, base, selects[0].name, lenient=True, type=t.DYN), 1
    if not kinds or (not open_ and len(kinds) < len(names)):
        # A kind that nobody describes: whatever it has is found when it runs.
        return DynamicPath(selects[0].offset, base, [select.name for select in selects]), len(selects)
    for count in range(len(selects), 0, -1):
        attribute = ".".join(select.name for select in selects[:count])
        owners = [kind for kind in kinds if attribute in kind.attributes]
        if owners and (open_ or len(owners) == len(kinds)):
            checker.reads.update((kind.name, attribute) for kind in owners)
            type_ = _type_in(owners, attribute)
            secret = any(kind.attributes[attribute].type.name == "secret" for kind in owners)
            offset = selects[0].offset
            return Read(offset, base, attribute, secret=secret, lenient=open_, type=type_), count
    _unknown_attribute(checker, base, kinds, selects)
    return DynamicPath(selects[0].offset, base, [select.name for select in selects]), len(selects)


def _type_in(owners: list[Kind], attribute: str) -> Type:
    result: Type | None = None
    for kind in owners:
        found = t.static_type(kind.attributes[attribute].type, kind.name)
        result = found if result is None else t.join(result, found) or t.DYN
    return result or t.DYN


def _unknown_attribute(checker: Checker, base: Node, kinds: list[Kind], selects: list[Select]) -> None:
    wanted = ".".join(select.name for select in selects)
    first = selects[0]
    lacking = [kind for kind in kinds if not any(_begins(attribute, selects) for attribute in kind.attributes)]
    kind = (lacking or kinds)[0]
    members = [attribute for attribute in kind.attributes if attribute.startswith(f"{first.name}.")]
    if members and len(selects) == 1:
        hint = f"it is a group of {', '.join(member.partition('.')[2] for member in sorted(members)[:12])}"
    else:
        hint = _similar(wanted, first.name, kind)
    checker.complain(f"no attribute `{wanted}` on {kind.name}", first.offset, hint)


def _begins(attribute: str, selects: list[Select]) -> bool:
    return attribute == selects[0].name or attribute.startswith(f"{selects[0].name}.")


def _similar(wanted: str, first: str, kind: Kind) -> str:
    import difflib

    names = list(kind.attributes)
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    if not close:
        close = difflib.get_close_matches(first, sorted({name.partition(".")[0] for name in names}), n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"it has {', '.join(sorted(names))}" if len(names) <= 12 else ""
