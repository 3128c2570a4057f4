"""Satellites joined to what they configure, and what that makes of the target's attributes.

DESIGN section 5: `set` replaces, `add` appends. Two that disagree, a satellite that may not exist, one
whose target is not known, and a module that cannot be read and is handed the target each leave an
Unknown on what is, or may be, set. A candidate with a satellite of the same type of its own is not the
target of another: one of a type is all that a resource can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scanner.model import OneOf, Resource, SourceSpan, Unknown
from scanner.normalise.choices import settled
from scanner.normalise.context import Context
from scanner.normalise.convert import with_contents
from scanner.normalise.locator import SetBy
from scanner.normalise.mapping import Entry, Field, Target
from scanner.normalise.names import NOTHING, Match, NameIndex
from scanner.normalise.paths import Item, walk
from scanner.normalise.reading import elements
from scanner.normalise.resources import Normalised, Satellite
from scanner.normalise.tables import Tables, half_of


class Contribution(NamedTuple):
    """What one satellite says, or may say, of one attribute."""

    value: Any
    satellite: Satellite
    doubt: Unknown | None
    """Why it is not certain."""


@dataclass(slots=True)
class Said:
    """All that satellites say of one target."""

    target: Resource
    sets: dict[str, list[Contribution]] = field(default_factory=dict)
    adds: dict[str, list[Contribution]] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    """The native types of the satellites that are certainly its."""


Accounts = Mapping[tuple[str, str], Resource]
"""(root, scope) to account."""


class Joiner:
    """Joins the satellites of one scan."""

    def __init__(self, mapped: Normalised, tables: Tables, names: NameIndex, accounts: Accounts) -> None:
        self.mapped = mapped
        self.tables = tables
        self.names = names
        self.accounts = accounts
        self._said: dict[int, Said] = {}
        self._found: dict[int, list[Match]] = {}
        self._own = {
            (satellite.native.root, prefix): satellite
            for satellite in mapped.satellites
            for prefix in (satellite.native.identities or (satellite.native.address,))
        }
        names.alias = self._alias

    def join(self) -> None:
        """Sets what satellites set, on every target, and the owners of their statements."""
        for satellite in self.mapped.satellites:
            for match in self.matches(satellite):
                if match.node is not None:
                    self._certain(satellite, match.node)
            self._own_statements(satellite)
        for satellite in self.mapped.satellites:
            for match in self.matches(satellite):
                if match.why is not None:
                    self._possible(satellite, match.candidates, match.why)
        for said in self._said.values():
            settle(said)
        for node in self.mapped.resources:
            if node.native.handed_to and node.owner is None:
                self._handed(node)

    def matches(self, satellite: Satellite) -> list[Match]:
        """Its targets, certain and possible."""
        key = id(satellite)
        if key not in self._found:
            self._found[key] = [NOTHING]  # while it is looked for: one that leads back to itself finds nothing
            context = Context(satellite.native)
            self._found[key] = list(self._targets(satellite.entry, satellite.entry.by, context))
        return self._found[key]

    def _alias(self, root: str, prefix: str) -> Match | None:
        """A satellite's own id is its target's."""
        satellite = self._own.get((root, prefix))
        if satellite is None:
            return None
        return next((match for match in self.matches(satellite) if match.node is not None), NOTHING)

    def _targets(self, entry: Entry, by: Target, context: Context) -> Iterator[Match]:
        native = context.native
        if by.scope:
            account = self.accounts.get((native.root, native.scope))
            yield Match(account) if account is not None else NOTHING
        elif by.attributes:
            yield self._by_attributes(entry, by.attributes, context)
        elif by.first:
            yield from self._first(entry, by.first, context)
        else:
            for path in by.paths:
                found = elements(walk(path, Item(context.root), context.root, context.decode), many=path.many)
                yield from self._listed(found, entry.into, native.root)

    def _listed(self, found: Any, into: str, root: str) -> Iterator[Match]:
        """The targets that a list of values names. One Unknown where one value stands may match as such."""
        if isinstance(found, Unknown):
            match = self.names.match(found, (into,), root)
            yield match
            found = () if match.node is not None else found.contains
        for value in found:
            yield self.names.match(value, (into,), root)

    def _first(self, entry: Entry, targets: Iterable[Target], context: Context) -> Iterator[Match]:
        last: list[Match] = []
        for each in targets:
            last = list(self._targets(entry, each, context))
            if any(match.node is not None for match in last):
                break
        yield from last

    def _by_attributes(self, entry: Entry, wanted: Mapping[str, Any], context: Context) -> Match:
        """The one node whose attributes all are what the paths give."""
        root, doubts, found = context.native.root, [], []
        values = {
            name: self._value(elements(walk(path, Item(context.root), context.root, context.decode), many=path.many))
            for name, path in wanted.items()
        }
        for node in self.names.by_kind.get((root, entry.into), []):
            verdicts = [self._same(node, name, value) for name, value in values.items()]
            if all(verdict is True for verdict in verdicts):
                found.append(node)
            elif False not in verdicts:
                doubts.append(node)
        if len(found) == 1:
            return Match(found[0])
        candidates = tuple(found or doubts)
        why = next((value for value in values.values() if isinstance(value, Unknown)), None)
        several = Unknown("undecided", "several may be meant") if why is None else why
        return Match(None, candidates, several) if candidates else NOTHING

    @staticmethod
    def _value(found: Any) -> Any:
        if isinstance(found, Unknown):
            return found
        return found[0] if found else None

    def _same(self, node: Resource, name: str, value: Any) -> bool | None:
        """Whether a node's attribute is that value; None for not known."""
        declared = self.tables.kinds[node.kind].attributes[name].type
        have = node.attributes.get(name)
        if declared.name == "ref":
            left = self._referred(have, declared.kinds, node.native.root)
            right = self._referred(value, declared.kinds, node.native.root)
            if left is not None and right is not None:
                return left is right
        if isinstance(have, Unknown) or isinstance(value, Unknown):
            left_names, right_names = (getattr(each, "identities", ()) for each in (have, value))
            return True if set(left_names) & set(right_names) else None
        return bool(have == value)

    def _referred(self, value: Any, kinds: tuple[str, ...], root: str) -> Resource | None:
        return value if isinstance(value, Resource) else self.names.match(value, kinds, root).node

    # What they say

    def _certain(self, satellite: Satellite, target: Resource) -> None:
        said = self._of(target)
        existence = satellite.native.existence
        doubt = None
        if existence is not None and existence is not target.existence:
            doubt = Unknown("undecided", f"{satellite.native.address} may not be created", span=satellite.native.span)
        else:
            said.types.add(satellite.native.type)
        _contribute(said, satellite, doubt)

    def _possible(self, satellite: Satellite, candidates: Iterable[Resource], why: Unknown) -> None:
        native = satellite.native
        text = f"{native.address} may configure this one: {why.text or why.code}"
        doubt = Unknown("undecided", text, span=why.span or native.span)
        for target in candidates:
            said = self._of(target)
            if native.type not in said.types:
                _contribute(said, satellite, doubt)

    def _of(self, target: Resource) -> Said:
        return self._said.setdefault(id(target), Said(target))

    def _own_statements(self, satellite: Satellite) -> None:
        if not satellite.statements:
            return
        matches = self.matches(satellite)
        owner = next((match.node for match in matches if match.node is not None), None)
        why = next((match.why for match in matches if match.why is not None), None)
        missing = Unknown("unresolved", "what it belongs to is not in this scan", not_null=True)
        for statement in satellite.statements:
            statement.owner = owner
            statement.attributes["owner"] = owner if owner is not None else (missing if why is None else why)

    def _handed(self, node: Resource) -> None:
        """A module that we cannot read may configure what it is handed, where nothing else does."""
        kind = self.tables.kinds.get(node.kind)
        why = next((why for name, why in node.native.handed_to if kind is not None and name in kind.names), None)
        if kind is None or why is None or "" in node.setters:
            return
        for name in self._settable(node):
            if name in node.attributes and name not in node.setters:
                current = node.attributes[name]
                if current in (None, []) or current == kind.attributes[name].default or isinstance(current, OneOf):
                    node.attributes[name] = Unknown(why.code, why.text, span=why.span)

    def _settable(self, node: Resource) -> list[str]:
        """The attributes that satellites of the node's format can set."""
        half = half_of(node.native.format)
        entries = [each for each in self.tables.entries() if each.into == node.kind and each.half == half]
        return sorted({name for entry in entries for name in (*entry.set, *entry.add)})


def _contribute(said: Said, satellite: Satellite, doubt: Unknown | None) -> None:
    for table, values in ((said.sets, satellite.values), (said.adds, satellite.added)):
        for name, value in values.items():
            if value is not None:
                # Where it turns out to be null, what the target says itself stands.
                table.setdefault(name, []).append(Contribution(settled(value), satellite, doubt))


def settle(said: Said) -> None:
    """Works out what becomes of each attribute that satellites speak of."""
    attributes = said.target.attributes
    for name, contributions in sorted(said.sets.items()):
        stated = [each for each in contributions if each.value != []]
        attributes[name] = _replaced(attributes.get(name), stated, contributions)
        _remember(said.target, name, [(each, each.satellite.entry.set[name]) for each in stated])
    for name, contributions in sorted(said.adds.items()):
        attributes[name] = _appended(attributes.get(name), contributions)
        _remember(said.target, name, [(each, each.satellite.entry.add[name]) for each in contributions])


def _replaced(current: Any, stated: list[Contribution], every: list[Contribution]) -> Any:
    certain = [each for each in stated if each.doubt is None]
    value = [] if current is None and every else current
    if current is None and not all(each.value == [] for each in every):
        value = None
    if certain:
        value = certain[0].value
        if any(not _equal(each.value, value) for each in certain[1:]):
            return _conflict(certain)
    doubtful = next((each for each in stated if each.doubt is not None and not _equal(each.value, value)), None)
    return value if doubtful is None else doubtful.doubt


def _appended(current: Any, contributions: list[Contribution]) -> Any:
    hidden = current if isinstance(current, Unknown) else None
    known = list(current.contains) if isinstance(current, Unknown) else list(current or [])
    for each in contributions:
        if each.value == []:
            continue
        if each.doubt is not None:
            hidden = each.doubt if hidden is None else hidden
        elif isinstance(each.value, Unknown):
            hidden = each.value if hidden is None else hidden
            known += each.value.contains
        else:
            known += each.value
    return known if hidden is None else with_contents(hidden, known)


def _remember(target: Resource, name: str, contributions: list[tuple[Contribution, Field]]) -> None:
    """For the locator: whoever spoke, those who certainly did first."""
    if contributions:
        ordered = sorted(contributions, key=lambda pair: pair[0].doubt is not None)
        target.setters[name] = [SetBy(each.satellite.native, field) for each, field in ordered]


def _equal(left: Any, right: Any) -> bool:
    return left is right or (type(left) is type(right) and bool(left == right))


def _conflict(certain: list[Contribution]) -> Unknown:
    natives = [each.satellite.native for each in certain]
    places = ", ".join(f"{native.address} ({_line(native.span)})" for native in natives)
    return Unknown("conflict", f"these disagree: {places}", span=natives[0].span)


def _line(span: SourceSpan) -> str:
    return f"{span.path}:{span.start_line}"
