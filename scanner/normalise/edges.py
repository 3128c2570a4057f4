"""Normalised resources linked to a graph: references resolved, satellites joined, inverse relations filled.

DESIGN section 6, *Relations*: a reference that is not stated is null; one that is stated but not in the
scan is Unknown, never null; an inverse relation is a list, of unknown length if a candidate's target is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from scanner.model import Edge, Kind, Lazy, OneOf, Resource, ResourceGraph, Type, Unknown
from scanner.normalise.convert import without_ends
from scanner.normalise.declared import holds_reference
from scanner.normalise.names import NOTHING, Match, NameIndex
from scanner.normalise.namespaced import is_default_account, is_namespaced, match_in_namespace, refers
from scanner.normalise.resources import Normalised
from scanner.normalise.satellites import Joiner
from scanner.normalise.scopes import add_scopes
from scanner.normalise.selectors import SELECTOR, Selectors
from scanner.normalise.tables import ACCOUNT_KIND, Tables


def link(
    mapped: Normalised,
    tables: Tables,
    *,
    roots: Iterable[str] = (),
    owned_roots: Iterable[str] = (),
    missing: Iterable[tuple[str, Unknown]] = (),
) -> ResourceGraph:
    """The graph. `roots` are all root modules, stacks and manifest sets, also those without resources;
    `owned_roots` those that the configuration says hold all that their account has; `missing` are those of which a
    part cannot be read, with the reason."""
    scopes = add_scopes(mapped, roots, frozenset(owned_roots))
    names = NameIndex(mapped.resources, mapped.natives, tables.kinds)
    Joiner(mapped, tables, names, scopes.accounts).join()
    linker = _Linker(mapped, tables, names)
    linker.accounts(scopes.accounts, dict(missing))
    linker.references()
    linker.selections()
    linker.inverses()
    linker.derived()
    nodes = (*mapped.resources, *_wanted(scopes.nodes, mapped))
    return ResourceGraph(nodes, mapped.natives, _by_kind(nodes), tuple(linker.edges))


def _wanted(nodes: Sequence[Resource], mapped: Normalised) -> list[Resource]:
    return [node for node in nodes if mapped.wanted is None or node.kind in mapped.wanted]


def _by_kind(nodes: Iterable[Resource]) -> dict[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    for node in nodes:
        found.setdefault(node.kind, []).append(node)
    return {kind: tuple(each) for kind, each in found.items()}


class _Linker:
    """Fills the relations of one scan."""

    def __init__(self, mapped: Normalised, tables: Tables, names: NameIndex) -> None:
        self.mapped = mapped
        self.tables = tables
        self.names = names
        self.edges: list[Edge] = []
        self._matches: dict[tuple[str, str], list[tuple[Resource, Match]]] = {}
        """(kind, attribute) to each reference that stands in it and what it names."""
        self._accounts: tuple[Resource, ...] = ()
        self._missing: Mapping[str, Unknown] = {}

    def accounts(self, accounts: dict[tuple[str, str], Resource], missing: Mapping[str, Unknown]) -> None:
        self._accounts, self._missing = tuple(accounts.values()), missing
        for node in self.mapped.resources:
            if node.kind != ACCOUNT_KIND and "account" in node.attributes and self._is_account(node.kind):
                account = accounts.get((node.native.root, node.native.scope))
                node.attributes["account"] = account
                if account is not None:
                    self._matches.setdefault((node.kind, "account"), []).append((node, Match(account)))

    def _is_account(self, kind: str) -> bool:
        declared = self.tables.kinds.get(kind)
        attribute = declared.attributes.get("account") if declared else None
        return attribute is not None and attribute.type.kinds == (ACCOUNT_KIND,)

    # References

    def references(self) -> None:
        relations: dict[str, list[tuple[str, Type]]] = {}
        for node in (*self.mapped.resources, *self._accounts):
            kind = self.tables.kinds.get(node.kind)
            if kind is None:
                continue
            found = relations.get(node.kind)
            if found is None:
                found = relations[node.kind] = self._relations(kind)
            for name, declared in found:
                if name in node.attributes:
                    node.attributes[name] = self._resolved(node, name, declared, node.attributes[name], kind)

    def _relations(self, kind: Kind) -> list[tuple[str, Type]]:
        names = None if self.mapped.wanted is None else self.mapped.wanted.get(kind.name)
        return [
            (name, attribute.type)
            for name, attribute in kind.attributes.items()
            if (names is None or name in names or kind.name == "aws.iam.statement")
            and not attribute.derive
            and attribute.type.kinds != (ACCOUNT_KIND,)
            and attribute.type.record != "iam_document"
            and holds_reference(attribute.type, kind.records)
        ]

    def _resolved(self, node: Resource, name: str, declared: Type, value: Any, kind: Kind) -> Any:
        if value is None:
            return None
        if declared.name == "ref":
            return self._reference(node, name, declared, value)
        if declared.name == "record":
            return self._record(node, name, declared, value, kind)
        if declared.item is None:
            return value
        if isinstance(value, Unknown):
            return self._unknown_list(node, name, declared.item, value, kind)
        if isinstance(value, dict):
            return {key: self._resolved(node, name, declared.item, each, kind) for key, each in value.items()}
        item = declared.item
        elements = [each for each in value if refers(each, item.kinds)]
        if item.name == "ref":
            return [self._reference(node, name, item, each, element=True) for each in elements if each is not None]
        return [self._resolved(node, name, item, each, kind) for each in elements]

    def _unknown_list(self, node: Resource, name: str, item: Type, value: Unknown, kind: Kind) -> Any:
        """A list of unknown length; but one that is the name of a node was one reference."""
        contents = tuple(self._resolved(node, name, item, each, kind) for each in value.contains)
        if item.name == "ref":
            match = self.names.match(value, item.kinds, node.native.root)
            if match.node is not None:
                return [self._pointed(node, name, match, value)]
            self._matches.setdefault((node.kind, name), []).append((node, match))
        return Unknown(value.code, value.text, span=value.span, contains=contents, literal=value.literal)

    def _record(self, node: Resource, name: str, declared: Type, value: Any, kind: Kind) -> Any:
        if not isinstance(value, dict):
            return value
        types = kind.records[declared.record]
        return {each: self._resolved(node, name, types[each], inner, kind) for each, inner in value.items()}

    def _reference(self, node: Resource, name: str, declared: Type, value: Any, *, element: bool = False) -> Any:
        """A reference; an `element` of a list cannot be null."""
        if isinstance(value, Resource):
            return self._pointed(node, name, Match(value), value)
        if not is_namespaced(declared.kinds):
            found = self.names.match(value, declared.kinds, node.native.root)
            return self._pointed(node, name, found if element else _surely(found, value), value)
        match = match_in_namespace(self.names, node, value, declared.kinds)
        if match is NOTHING and is_default_account(value, declared.kinds):
            return None
        return self._pointed(node, name, match, value)

    def _pointed(self, node: Resource, name: str, match: Match, value: Any) -> Any:
        """The node that a reference leads to, or why that is not known."""
        self._matches.setdefault((node.kind, name), []).append((node, match))
        target = match.node
        if target is None:
            return _unresolved(value)
        self.edges.append(Edge(node, name, target))
        if target.existence is None or target.existence is node.existence or target is node.owner:
            return target
        certain = not isinstance(value, Unknown) or value.not_null
        return Unknown("undecided", f"{target.address} may not be created", span=target.native.span, not_null=certain)

    # What selectors select

    def selections(self) -> None:
        """Fills every attribute of type `selects`."""
        index: Selectors | None = None
        for node in self.mapped.resources:
            kind = self.tables.kinds.get(node.kind)
            if kind is None or SELECTOR not in node.attributes:
                continue
            for name, attribute in kind.attributes.items():
                if attribute.type.name == "selects" and name in node.attributes:
                    index = index or Selectors(self.mapped.resources)
                    found = index.select(node, attribute.type, kind.attributes[SELECTOR].type)
                    node.attributes[name] = self._selected(node, name, found)

    def _selected(self, node: Resource, name: str, found: list[Match]) -> Any:
        self._matches.setdefault((node.kind, name), []).extend((node, match) for match in found)
        sure: list[Resource] = []
        doubt: Unknown | None = None
        for match in found:
            target = match.node
            if target is None:
                doubt = match.why
            elif target.existence is None or target.existence is node.existence:
                sure.append(target)
                self.edges.append(Edge(node, name, target))
            else:
                doubt = target.existence
        return _list(sure, doubt)

    # The other end

    def inverses(self) -> None:
        wanted = self.mapped.wanted
        for kind in self.tables.kinds.values():
            for name, attribute in kind.attributes.items():
                if attribute.type.name == "refs" and (wanted is None or name in wanted.get(kind.name, ())):
                    self._inverse(kind, name, attribute.type)

    def _inverse(self, kind: Kind, name: str, declared: Type) -> None:
        sure: dict[int, list[Resource]] = {}
        doubts: dict[int, Unknown] = {}
        for source, match in self._matches.get((declared.kinds[0], declared.inverse), []):
            target = match.node
            if target is None:
                for candidate in match.candidates:
                    doubts.setdefault(id(candidate), _may_point_here(source, match.why))
            elif source.existence is None or source.existence is target.existence:
                sure.setdefault(id(target), []).append(source)
            else:
                doubts.setdefault(id(target), source.existence)
        for node in self._accounts if kind.name == ACCOUNT_KIND else self.mapped.resources:
            if node.kind == kind.name:
                doubt = doubts[id(node)] if id(node) in doubts else self._unread(node, kind)
                node.attributes[name] = _list(sure.get(id(node), []), doubt)

    def _unread(self, node: Resource, kind: Kind) -> Unknown | None:
        """Why a module that cannot be read may attach something to a node: to an account, any may."""
        return self._missing.get(node.native.root) if kind.name == ACCOUNT_KIND else _handed(node, kind)

    # Derived attributes

    def derived(self) -> None:
        wanted = self.mapped.wanted
        derived = {
            kind.name: [
                name
                for name, attribute in kind.attributes.items()
                if attribute.derive and (wanted is None or name in wanted.get(kind.name, ()))
            ]
            for kind in self.tables.kinds.values()
        }
        for node in self.mapped.resources:
            for name in derived.get(node.kind, ()):
                node.attributes[name] = Lazy(partial(self._derive, node, name))

    def _derive(self, node: Resource, name: str) -> Any:
        from scanner.expression import EvaluationError

        bound_as = self.tables.kinds[node.kind].bound_as
        try:
            return self.tables.derived(node.kind, name).evaluate({bound_as: node})
        except EvaluationError as error:
            return Unknown("invalid", str(error), span=node.native.span)


def _surely(match: Match, value: Any) -> Match:
    """What a value names, unless the value may be null: a variable that a bucket has for its name and for that of the
    bucket it logs to may be null in both, and then there is no log. A reference to a resource names it all the same."""
    if not match.shared or not isinstance(value, Unknown) or value.not_null or value.prefix or value.suffix:
        return match
    return Match(None, (match.node,) if match.node is not None else (), value)


def _unresolved(value: Any) -> Unknown:
    """What a reference to something outside the scan reads as: Unknown, and never null if it is stated."""
    if isinstance(value, Unknown):
        # Of a reference it does not matter what it may be called: a name and an ARN may mean the same.
        return without_ends(value) if isinstance(value, OneOf) else value
    shown = f"`{value}`" if isinstance(value, str) else "what it refers to"
    return Unknown("unresolved", f"{shown} is not in this scan", not_null=True)


def _may_point_here(source: Resource, why: Unknown | None) -> Unknown:
    text = f"{source.address} may belong to this one"
    if why is not None and why.text:
        text = f"{text}: {why.text}"
    return Unknown("undecided", text, span=(why.span if why is not None else None) or source.native.span)


def _handed(node: Resource, kind: Kind) -> Unknown | None:
    """Why a module that cannot be read may attach something to a node."""
    if node.owner is not None or "" in node.setters:
        return None
    return next((why for name, why in node.native.handed_to if name in kind.names), None)


def _list(sure: list[Resource], doubt: Unknown | None) -> Any:
    if doubt is None:
        return sure
    return Unknown(doubt.code, doubt.text, span=doubt.span, contains=tuple(sure))
