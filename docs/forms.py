"""The forms in which an attribute can be written: what the coverage page shows, and what `tests/forms` sets.

A form is one path of one native type of a format. A plan has the forms of Terraform.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from scanner.normalise import Tables
from scanner.normalise.mapping import CONST, FIRST, JOIN, RECORDS, Entry, Field, NodeSpec
from scanner.normalise.tables import half_of
from scanner.plugins import LOADERS

OWN: Final = "own"
NODE: Final = "node"
SET: Final = "set"
ADD: Final = "add"
OWNER: Final = "owner"


class Form(NamedTuple):
    """One way to set one attribute of a kind."""

    kind: str
    attribute: str
    half: str
    type: str
    """The native type. For a manifest that lies in a Terraform resource, that of the manifest."""
    role: str
    """OWN of the resource, of a child NODE, SET or ADD by a satellite, or OWNER by standing in it."""
    entry: Entry
    field: Field | None
    choice: int
    """Which of the field's paths."""
    node: NodeSpec | None = None
    carrier: str = ""
    """The Terraform resource in which the manifest lies."""

    @property
    def where(self) -> str:
        """The native path; empty for what is said by the resource being there."""
        inside = self.node.each[0].text if self.node is not None else ""
        if self.field is None or self.field.mode == CONST:
            return inside
        path = self.field.paths[self.choice]
        if path.text == "$" or path.start == "^":
            return inside if path.text == "$" else path.text.removeprefix("^")
        return f"{inside}.{path.text}" if inside and inside != "$" else path.text


def formats() -> tuple[str, ...]:
    """The formats that have a loader, in the order of the page."""
    first = ("terraform", "terraform_plan", "cloudformation", "kubernetes")
    return tuple(sorted(LOADERS, key=lambda each: (first.index(each) if each in first else len(first), each)))


def halves() -> tuple[str, ...]:
    """The halves of the tables that these formats read."""
    return tuple(dict.fromkeys(half_of(each) for each in formats()))


def forms(tables: Tables, chosen: Iterable[str] | None = None) -> Iterator[Form]:
    """Every form of every attribute, for the halves chosen, else for those that have a loader."""
    wanted = set(halves() if chosen is None else chosen)
    manifests = [each for each in tables.entries() if each.half == "kubernetes"]
    for entry in tables.entries():
        if entry.half not in wanted:
            continue
        if entry.at is None:
            yield from _of_entry(entry)
        else:
            for each in manifests:
                yield from (form._replace(half=entry.half, carrier=entry.type) for form in _of_entry(each))


def _of_entry(entry: Entry) -> Iterator[Form]:
    if entry.kind:
        yield from _of_fields(entry, entry.kind, OWN, entry.set)
    if entry.into:
        yield from _of_fields(entry, entry.into, SET, entry.set)
        yield from _of_fields(entry, entry.into, ADD, entry.add)
    for node in entry.nodes:
        yield from _of_fields(entry, node.kind, NODE, node.set, node)
        if node.owner:
            yield Form(node.kind, node.owner, entry.half, entry.type, OWNER, entry, None, 0, node)


def _of_fields(
    entry: Entry, kind: str, role: str, fields: Mapping[str, Field], node: NodeSpec | None = None
) -> Iterator[Form]:
    for name, field in fields.items():
        if field.mode == CONST and field.const is None:
            continue  # it says that such a resource has no say in it
        several = len(field.paths) if field.mode in (FIRST, JOIN, RECORDS) else 1
        for choice in range(several):
            yield Form(kind, name, entry.half, entry.type, role, entry, field, choice, node)


def page(tables: Tables) -> Iterator[str]:
    """The lines of the coverage page."""
    found: dict[tuple[str, str], list[Form]] = {}
    for form in forms(tables):
        found.setdefault((form.kind, form.attribute), []).append(form)
    yield "# Coverage\n"
    yield "Which forms fill which attribute. A cell names native types with the path that is read, or without one where"
    yield "it is enough that such a resource is there; a Terraform plan"
    yield "is read like its source, so it has the forms of Terraform. A Kubernetes manifest in a `kubernetes_manifest`"
    yield "or `kubectl_manifest` has those of its kind. `tests/forms` sets every one of these and leaves it out."
    yield "What no form fills is worked out by the program; see [the kinds](kinds.md).\n"
    yield from _summary(tables, found)
    for name in sorted({kind for kind, _ in found}):
        yield f"## {name}\n"
        yield f"| attribute | {' | '.join(_title(each) for each in formats())} |"
        yield "|---" * (1 + len(formats())) + "|"
        for attribute in tables.kinds[name].attributes:
            if (name, attribute) in found:
                cells = " | ".join(_cell(each, found[name, attribute]) for each in formats())
                yield f"| `{attribute}` | {cells} |"
        yield ""


def _summary(tables: Tables, found: dict[tuple[str, str], list[Form]]) -> Iterator[str]:
    yield f"| kind | attributes | {' | '.join(_title(each) for each in formats())} |"
    yield "|---" * (2 + len(formats())) + "|"
    for name in sorted({kind for kind, _ in found}):
        filled = [{form.half for form in found.get((name, each), ())} for each in tables.kinds[name].attributes]
        counts = [sum(half_of(each) in halves for halves in filled) for each in formats()]
        yield f"| {name} | {sum(map(bool, filled))} | {' | '.join(map(str, counts))} |"
    yield ""


def _title(format_name: str) -> str:
    titles = {"terraform": "Terraform", "terraform_plan": "plan", "cloudformation": "CloudFormation"}
    return titles.get(format_name, format_name.capitalize())


def _cell(format_name: str, found: Iterable[Form]) -> str:
    mine = [form for form in found if form.half == half_of(format_name) and not form.carrier]
    if format_name != half_of(format_name):
        return "the same" if mine else ""
    by_path: dict[str, list[str]] = {}
    for form in mine:
        by_path.setdefault(form.where, []).append(form.type)
    return "; ".join(_types(types) + (f" `{where}`" if where else "") for where, types in sorted(by_path.items()))


def _types(types: list[str]) -> str:
    return ", ".join(f"`{each}`" for each in sorted(set(types)))
