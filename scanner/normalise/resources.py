"""Native resources made nodes of common kinds: resources, their children, statements, satellites to be joined.

References in the values are still as the format states them; `scanner.normalise.edges` resolves them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.model import Diagnostic, NativeResource, Resource, Unknown
from scanner.normalise.context import Context
from scanner.normalise.declared import STATEMENT_KIND
from scanner.normalise.demand import Reads, Wanted, closure
from scanner.normalise.iam import STATEMENT_ATTRIBUTES, Statement, unknown_statement
from scanner.normalise.locator import ChildOrigin, StatementOrigin, TableLocator
from scanner.normalise.mapping import Entry, NodeSpec
from scanner.normalise.paths import Item, doubt_of, existence_of, walk
from scanner.normalise.shape import manifest_entry
from scanner.normalise.tables import Readers, Tables, half_of


@dataclass(slots=True)
class Satellite:
    """A native resource that configures another one; it is joined when linked."""

    native: NativeResource
    entry: Entry
    values: dict[str, Any]
    """What it sets, without what it leaves out."""
    added: dict[str, Any]
    """What it appends to lists."""
    statements: list[Resource]
    """The statements of its documents, whose owner is its target."""


@dataclass(slots=True)
class Normalised:
    """What normalising gives to linking."""

    natives: tuple[NativeResource, ...]
    resources: list[Resource]
    """In the order of the natives, each followed by its children."""
    satellites: list[Satellite]
    wanted: Wanted | None
    """Kind to attributes that will be read; None for all."""
    locator: TableLocator
    diagnostics: list[Diagnostic] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    """The texts of attributes typed `secret` that were read; no output may show them."""


def normalise(
    natives: Iterable[NativeResource], tables: Tables, reads: Reads | None = None, kinds: Iterable[str] = ()
) -> Normalised:
    """Maps native resources, reading only what `reads` (kind, attribute) needs; None reads everything.

    The order of the natives does not matter. What does not convert is in `diagnostics`, never raised.
    """
    ordered = tuple(sorted(natives, key=lambda native: (native.root, native.address, native.format, native.type)))
    wanted = None if reads is None else closure(tables, reads, kinds)
    mapper = _Mapper(tables, wanted, ordered)
    for native in ordered:
        mapper.native(native)
    return mapper.result


class _Mapper:
    """Maps one native resource after another into one result."""

    def __init__(self, tables: Tables, wanted: Wanted | None, natives: tuple[NativeResource, ...]) -> None:
        self.tables = tables
        self.wanted = wanted
        self.locator = TableLocator(tables)
        self.result = Normalised(natives, [], [], wanted, self.locator)

    def native(self, native: NativeResource) -> None:
        entry = self.tables.entry(native.format, native.type)
        if entry is not None and entry.at is not None:
            entry, native = manifest_entry(native, entry, self.tables)
        if entry is None:
            self._unmapped(native)
            return
        context = Context(native)
        if entry.into:
            self._satellite(native, entry, context)
        parent = self._resource(native, entry, context) if entry.kind else None
        for spec in entry.nodes:
            if self.wanted is None or spec.kind in self.wanted:
                self._children(native, spec, parent, context)
        self.result.secrets += context.secrets
        if context.complaints:
            self._complain(native, context.complaints)

    def _unmapped(self, native: NativeResource) -> None:
        kind = f"{half_of(native.format)}/{native.type}"
        attributes = dict(native.attributes)
        self._add(Resource(kind, native, attributes, locator=self.locator, existence=native.existence))

    def _resource(self, native: NativeResource, entry: Entry, context: Context) -> Resource:
        readers = self.tables.entry_readers(entry, self._names(entry.kind))
        attributes = read_all(readers, native.attributes, context)
        node = Resource(entry.kind, native, attributes, locator=self.locator, existence=native.existence)
        self._add(node)
        for name in readers.documents:
            self._document(node, name, attributes, owner=node)
        return node

    def _satellite(self, native: NativeResource, entry: Entry, context: Context) -> None:
        names = self._names(entry.into)
        if names is not None and names.isdisjoint(entry.set) and names.isdisjoint(entry.add):
            return
        setting = self.tables.satellite_readers(entry, names, entry.set)
        adding = self.tables.satellite_readers(entry, names, entry.add)
        values = read_all(setting, native.attributes, context)
        satellite = Satellite(native, entry, values, read_all(adding, native.attributes, context), [])
        for name in setting.documents:
            carrier = Resource(entry.into, native, values, locator=self.locator, existence=native.existence)
            satellite.statements += self._document(carrier, name, values, owner=None)
        self.result.satellites.append(satellite)

    def _children(self, native: NativeResource, spec: NodeSpec, parent: Resource | None, context: Context) -> None:
        readers = self.tables.node_readers(spec, half_of(native.format), self._names(spec.kind))
        here = Item(native.attributes)
        stated: bool = False
        doubt: Unknown | None = None
        for path in spec.each:
            found = walk(path, here, native.attributes, context.decode)
            items = [each for item in found.items if (each := _child_of(spec, item, context)) is not None]
            if found.rest is not None:
                items.append(Item(found.rest, (), None, found.rest))
            doubts = [doubt_of(item.value, item.existence) for item in items]
            stated = stated or None in doubts or found.rest is not None
            doubt = next((each for each in doubts if each is not None), doubt)
            for item in items:
                self._child(native, spec, parent, readers, item, context)
        if not stated and spec.absent is not None:
            self._absent(native, spec, parent, readers, doubt)

    def _child(
        self,
        native: NativeResource,
        spec: NodeSpec,
        parent: Resource | None,
        readers: Readers,
        item: Item,
        context: Context,
    ) -> None:
        context.key = item.key
        # Whether it exists is said of the child as a whole; what it says is judged as if it does.
        this = dict(item.value) if existence_of(item.value) is not None else item.value
        attributes = read_all(readers, this, context)
        context.key = None
        node = self._owned(native, spec, parent, attributes, item.existence)
        node.setters[""] = ChildOrigin(spec, item.path)
        for name in readers.documents:
            self._document(node, name, attributes, owner=node)

    def _absent(
        self,
        native: NativeResource,
        spec: NodeSpec,
        parent: Resource | None,
        readers: Readers,
        doubt: Unknown | None,
    ) -> None:
        """The child that the service adds by itself; nothing is known of it where one may be stated after all."""
        attributes: dict[str, Any] = dict(readers.base)
        attributes.update({name: doubt for name, _ in readers.fields})
        names = self._names(spec.kind)
        given = spec.absent or {}
        attributes.update({name: value for name, value in given.items() if names is None or name in attributes})
        node = self._owned(native, spec, parent, attributes, None)
        node.setters[""] = ChildOrigin(spec, ())

    def _owned(
        self,
        native: NativeResource,
        spec: NodeSpec,
        parent: Resource | None,
        attributes: dict[str, Any],
        existence: Unknown | None,
    ) -> Resource:
        """A child node; its reference to its owner is already resolved."""
        if spec.owner and parent is not None:
            declared = self.tables.kinds[spec.kind].attributes[spec.owner].type
            attributes[spec.owner] = [parent] if declared.name == "list" else parent
        key = tuple(attributes.get(name) for name in spec.key)
        doubt = native.existence if existence is None else existence
        node = Resource(spec.kind, native, attributes, locator=self.locator, owner=parent, key=key, existence=doubt)
        self._add(node)
        return node

    def _document(
        self, holder: Resource, name: str, attributes: dict[str, Any], *, owner: Resource | None
    ) -> list[Resource]:
        """Makes the statements of a decoded document nodes, in its place."""
        document = attributes.get(name)
        if document is None:
            return []
        about = _document_of(holder.kind, name)
        if isinstance(document, Unknown):
            unread = unknown_statement(document, ())
            return [self._statement(holder, name, about, unread._replace(existence=document), owner)]
        statements = document["statements"]
        if not isinstance(statements, Unknown):
            nodes = [self._statement(holder, name, about, each, owner) for each in statements]
            attributes[name] = {**document, "statements": nodes}
            return nodes
        nodes = [self._statement(holder, name, about, each, owner) for each in statements.contains]
        sure = tuple(node for node in nodes if node.existence is holder.existence)
        attributes[name] = {**document, "statements": _containing(statements, sure)}
        if len(sure) == len(nodes):
            hidden = unknown_statement(statements, ("Statement",))._replace(existence=statements)
            nodes.append(self._statement(holder, name, about, hidden, owner))
        return nodes

    def _statement(
        self, holder: Resource, name: str, about: str, statement: Statement, owner: Resource | None
    ) -> Resource:
        attributes: dict[str, Any] = {**statement.attributes, "document_of": about, "owner": owner}
        key = tuple(attributes[each] for each in STATEMENT_ATTRIBUTES)
        node = Resource(
            STATEMENT_KIND,
            holder.native,
            attributes,
            locator=self.locator,
            owner=owner,
            key=key,
            existence=holder.existence if statement.existence is None else statement.existence,
        )
        node.setters[""] = StatementOrigin(holder, name, statement.path)
        if self.wanted is None or STATEMENT_KIND in self.wanted:
            self._add(node)
        return node

    def _names(self, kind: str) -> frozenset[str] | None:
        return None if self.wanted is None else self.wanted.get(kind, frozenset())

    def _add(self, node: Resource) -> None:
        self.result.resources.append(node)

    def _complain(self, native: NativeResource, complaints: Sequence[str]) -> None:
        for text in dict.fromkeys(complaints):
            message = f"{native.address}: {text}"
            found = Diagnostic("GR-VALUE", "warning", message, path=native.span.path, span=native.span)
            self.result.diagnostics.append(found)


def read_all(readers: Readers, this: Any, context: Context) -> dict[str, Any]:
    """The values of all attributes of the readers."""
    attributes = dict(readers.base)
    for name, read in readers.fields:
        attributes[name] = read(this, context)
    return attributes


def _child_of(spec: NodeSpec, item: Item, context: Context) -> Item | None:
    """An element that is a child: it is there, and so is what it must state."""
    if item.value is None or spec.only is None or isinstance(item.value, Unknown):
        return item if item.value is not None else None
    found = walk(spec.only, item, context.root, context.decode)
    stated = [each for each in found.items if each.value not in (None, [], "")]
    if not stated:
        return None if found.rest is None else item._replace(existence=found.rest)
    value = stated[0].value
    doubt = value if isinstance(value, Unknown) and not value.not_null else doubt_of(value, stated[0].existence)
    first = doubt_of(value[0], doubt) if isinstance(value, list) else doubt
    return item._replace(existence=item.existence or first)


def _document_of(kind: str, name: str) -> str:
    """What a document governs: what its holder may do, who may become it, or who may use it."""
    if kind == "aws.iam.policy":
        return "permissions"
    return "trust" if kind == "aws.iam.role" and name == "trust" else "resource"


def _containing(unknown: Unknown, nodes: tuple[Resource, ...]) -> Unknown:
    return Unknown(unknown.code, unknown.text, span=unknown.span, contains=nodes)
