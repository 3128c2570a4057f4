"""What must be read so that rules can read what they read: through relations, satellites, names and keys.

`closure` says it in kinds and attributes, `demand` in native types and top-level names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scanner.model import Demand, Kind, KindAttribute, Type
from scanner.normalise.declared import STATEMENT_KIND, is_document
from scanner.normalise.mapping import Entry, Target, field_tops, node_tops, target_tops
from scanner.normalise.namespaced import NAMESPACE, READ_OF_TARGETS, is_namespaced
from scanner.normalise.selectors import LABELS, SELECTOR
from scanner.normalise.tables import ACCOUNT_KIND, Tables

Reads = Iterable[tuple[str, str]]
Wanted = Mapping[str, frozenset[str]]
"""Kind to the attributes that will be read; a kind that is not in it is not needed at all."""


def closure(tables: Tables, reads: Reads, kinds: Iterable[str] = ()) -> Wanted:
    """The reads themselves and all that working them out reads."""
    wanted: dict[str, set[str]] = {kind: set() for kind in kinds}
    pending = [(kind, "") for kind in wanted] + list(reads)
    seen: set[tuple[str, str]] = set()
    while pending:
        kind, name = pending.pop()
        if (kind, name) in seen:
            continue
        seen.add((kind, name))
        wanted.setdefault(kind, set())
        declared = tables.kinds.get(kind)
        if declared is None:
            wanted[kind].update((name,) if name else ())
            continue
        if name and name in declared.attributes:
            wanted[kind].add(name)
            pending.extend(_behind(declared.attributes[name], declared, tables))
            pending.extend(_narrowing(declared.attributes[name].type, declared, tables))
        elif not name:
            pending.extend(_of_kind(kind, tables))
    return {kind: frozenset(names) for kind, names in wanted.items()}


def _of_kind(kind: str, tables: Tables) -> Iterator[tuple[str, str]]:
    """What having nodes of a kind needs: a statement needs every document."""
    if kind == STATEMENT_KIND:
        for declared in tables.kinds.values():
            for name, attribute in declared.attributes.items():
                if is_document(attribute.type):
                    yield declared.name, name


def _behind(attribute: KindAttribute, kind: Kind, tables: Tables) -> Iterator[tuple[str, str]]:
    """What working out one attribute reads."""
    if attribute.derive:
        yield from tables.derived(kind.name, attribute.name).reads
    yield from _behind_type(attribute.type, kind)
    for entry in _satellites(tables, kind.name, attribute.name):
        yield from ((kind.name, name) for name in _matched(entry.by))


def _behind_type(declared: Type, kind: Kind) -> Iterator[tuple[str, str]]:
    if declared.name == "refs":
        yield declared.kinds[0], declared.inverse
    elif declared.name in ("ref", "selects"):
        yield from ((target, "") for target in declared.kinds if target != "*")
    elif declared.name == "record":
        for each in kind.records.get(declared.record, {}).values():
            yield from _behind_type(each, kind)
    elif declared.item is not None:
        yield from _behind_type(declared.item, kind)


def _narrowing(declared: Type, kind: Kind, tables: Tables) -> Iterator[tuple[str, str]]:
    """What tells apart the objects of one name, or decides what is selected, in a Kubernetes cluster."""
    while declared.item is not None:
        declared = declared.item
    if declared.name not in ("ref", "selects") or not is_namespaced(declared.kinds):
        return
    yield kind.name, NAMESPACE
    for target in declared.kinds:
        names = READ_OF_TARGETS.get(target, (NAMESPACE,))
        yield from ((target, name) for name in names if target in tables.kinds)
    if declared.name == "selects":
        yield kind.name, SELECTOR
        yield from ((target, LABELS) for target in declared.kinds)


def _satellites(tables: Tables, kind: str, attribute: str) -> Iterator[Entry]:
    for entry in tables.entries():
        if entry.into == kind and (attribute in entry.set or attribute in entry.add):
            yield entry


def _matched(target: Target) -> Iterator[str]:
    """The attributes of a target that its satellites compare."""
    yield from target.attributes
    for each in target.first:
        yield from _matched(each)


def demand(tables: Tables, reads: Reads | None, kinds: Iterable[str] = ()) -> Demand:
    """Native type to the top-level names that something will read; everything mapped when `reads` is None."""
    wanted = None if reads is None else closure(tables, reads, kinds)
    found: dict[str, set[str]] = {}
    for entry in tables.entries():
        tops = set(_entry_tops(entry, wanted, tables))
        if tops or wanted is None:
            found.setdefault(entry.type, set()).update(tops)
    for kind, names in (wanted or {}).items():
        _, slash, native = kind.partition("/")
        if slash:
            found.setdefault(native, set()).update(names)
    return {native: frozenset(names) for native, names in sorted(found.items())}


def _entry_tops(entry: Entry, wanted: Wanted | None, tables: Tables) -> Iterator[str]:
    if entry.at is not None:
        yield from (name for step in entry.at.steps[:1] for name in step.names)
    if entry.kind and (wanted is None or entry.kind in wanted):
        names = None if wanted is None else wanted[entry.kind]
        yield from _named(tables.kinds[entry.kind])
        for name, field in entry.set.items():
            if names is None or name in names:
                yield from field_tops(field)
    if entry.into and (wanted is None or entry.into in wanted):
        yield from _satellite_tops(entry, None if wanted is None else wanted[entry.into])
    for spec in entry.nodes:
        if wanted is None or spec.kind in wanted:
            yield from node_tops(spec, None if wanted is None else wanted[spec.kind])


def _satellite_tops(entry: Entry, names: frozenset[str] | None) -> Iterator[str]:
    touched = [field for name, field in (*entry.set.items(), *entry.add.items()) if names is None or name in names]
    if touched:
        yield from target_tops(entry.by)
    for field in touched:
        yield from field_tops(field)


def _named(kind: Kind) -> Iterator[str]:
    """The configured names by which others may refer to a resource."""
    return (name.partition(".")[0] for name in kind.names)


def is_scoped(kind: str) -> bool:
    """Whether resources of a kind live in an AWS account."""
    return kind.startswith("aws.") and kind != ACCOUNT_KIND
