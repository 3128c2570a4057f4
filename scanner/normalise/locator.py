"""From an attribute of a node back to where the code states it, by walking its paths again.

Only failures and explanations ask, so nothing is kept from mapping but which child or statement a
node is, and which satellite set what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from scanner.model import NativeResource, PathStep, Place, Resource, Unknown
from scanner.normalise.context import Context
from scanner.normalise.iam import element_path
from scanner.normalise.mapping import FIRST, RECORDS, Field, NodeSpec
from scanner.normalise.paths import Item, Path, walk
from scanner.normalise.shape import entry_of

if TYPE_CHECKING:
    from scanner.normalise.tables import Tables

Steps = tuple[PathStep, ...]


class ChildOrigin(NamedTuple):
    """Kept in `setters[""]` of a child."""

    spec: NodeSpec
    path: Steps
    """Where its native tree starts."""


class StatementOrigin(NamedTuple):
    """Kept in `setters[""]` of a statement."""

    holder: Resource
    attribute: str
    """The attribute that holds the document."""
    path: Steps
    """From the document down to the statement."""


class SetBy(NamedTuple):
    """Kept in `setters[attribute]`: the native resource that stated it, and how."""

    native: NativeResource
    field: Field


class Stated(NamedTuple):
    """A native path that an attribute was, or would have been, read from."""

    native: NativeResource
    path: Steps
    found: bool
    """Whether something stands there."""


class TableLocator:
    """The locator of every node that tables made. See `scanner.model.Locator`."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def places(self, resource: Resource, attribute: str, element: Steps = ()) -> list[Place]:
        """Where the attribute (or an element of it) was set; the nearest written block, else the header. Of no
        attribute: where the node itself begins."""
        native = resource.native
        stated = _best(list(self._stated(resource, attribute, element))) if attribute else []
        if stated:
            return [each.native.provenance.place(each.path) for each in stated]
        origin = resource.setters.get("")
        if isinstance(origin, ChildOrigin) and origin.path:
            return [native.provenance.place(origin.path)]
        return [Place(native.span, "", exact=False)]

    def is_given(self, resource: Resource, attribute: str, element: Steps = ()) -> bool | None:
        """Whether the code states it, or an element of it; None where it does not show."""
        stated = self._stated(resource, attribute, element)
        return _any(each.native.provenance.is_given(each.path) for each in stated if each.found)

    def is_literal(self, resource: Resource, attribute: str, element: Steps = ()) -> bool | None:
        """Whether its value, or that of an element, is written in the code; None where it does not show."""
        stated = self._stated(resource, attribute, element)
        return _any(each.native.provenance.is_literal(each.path) for each in stated if each.found)

    def _stated(self, resource: Resource, attribute: str, element: Steps) -> Iterator[Stated]:
        setters = resource.setters.get(attribute)
        origin = resource.setters.get("")
        if self._is_derived(resource, attribute):
            yield from self._derived(resource, attribute)
        elif setters:
            for setter in setters:
                yield from _field_paths(setter.native, setter.field, Item(setter.native.attributes), element)
        elif isinstance(origin, StatementOrigin):
            yield from self._of_statement(origin, attribute, element)
        elif isinstance(origin, ChildOrigin):
            yield from _of_child(resource.native, origin, attribute, element)
        elif "/" in resource.kind:
            path = (attribute, *element)
            yield Stated(resource.native, path, resource.native.attributes.get(attribute) is not None)
        else:
            yield from self._of_resource(resource, attribute, element)

    def _of_resource(self, resource: Resource, attribute: str, element: Steps) -> Iterator[Stated]:
        entry = entry_of(resource.native, self.tables)
        fields = {} if entry is None else {**entry.add, **entry.set}
        if attribute in fields:
            native = resource.native
            yield from _field_paths(native, fields[attribute], Item(native.attributes), element)

    def _is_derived(self, resource: Resource, attribute: str) -> bool:
        kind = self.tables.kinds.get(resource.kind)
        declared = kind.attributes.get(attribute) if kind else None
        return declared is not None and bool(declared.derive)

    def _derived(self, resource: Resource, attribute: str) -> Iterator[Stated]:
        """Of the attributes that a derived one is worked out from: the node's own, then those of nodes it refers to."""
        reads = sorted(self.tables.derived(resource.kind, attribute).reads)
        own = [name for holder, name in reads if holder == resource.kind and name != attribute]
        for name in own:
            yield from self._stated(resource, name, ())
        related = [node for name in own if isinstance(node := resource.attributes.get(name), Resource)]
        for holder, name in reads:
            for node in related:
                if node.kind == holder and node.kind != resource.kind:
                    yield from self._stated(node, name, ())

    def _of_statement(self, origin: StatementOrigin, attribute: str, element: Steps) -> Iterator[Stated]:
        for document in self._stated(origin.holder, origin.attribute, ()):
            tree = _inside(document.native, document.path, origin.path)
            below = element_path(attribute, element, tree)
            yield Stated(document.native, (*document.path, *origin.path, *below), document.found)


def _of_child(native: NativeResource, origin: ChildOrigin, attribute: str, element: Steps) -> Iterator[Stated]:
    field = origin.spec.set.get(attribute)
    if field is None:
        return
    value = _inside(native, origin.path, ())
    key = next((step for step in reversed(origin.path) if isinstance(step, str)), None)
    yield from _field_paths(native, field, Item(value, origin.path, key), element)


def _step(value: object, step: PathStep, native: NativeResource) -> object:
    """One step into a tree; into a text, the document it holds."""
    if isinstance(value, str) or (hasattr(value, "document")):
        value = Context(native).decode(value, "json")
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _inside(native: NativeResource, base: Steps, below: Steps) -> object:
    value: object = native.attributes
    for step in (*base, *below):
        value = _step(value, step, native)
    return value


def _field_paths(native: NativeResource, field: Field, here: Item, element: Steps) -> Iterator[Stated]:
    """The native paths of a field, or of one of its elements, in the order of its values."""
    context = Context(native)
    found: list[Item] = []
    for path in field.paths:
        items = _items(path, here, context)
        found += items
        if field.mode == FIRST and any(item.value not in (None, "", []) for item in items):
            break
    # What is not known comes first: it is why the whole is not.
    found.sort(key=lambda item: not isinstance(item.value, Unknown) or bool(element))
    present = [item for item in found if item.value is not None]
    if not element or not isinstance(element[0], int):
        yield from (Stated(native, item.path, item.value is not None) for item in found)
        return
    if field.mode == RECORDS:
        yield from _record_paths(native, field, present, element)
        return
    yield from _element_paths(native, present, element[0])


def _items(path: Path, here: Item, context: Context) -> list[Item]:
    """What a path leads to, and what is not known where it goes through each of something."""
    found = walk(path, here, context.root, context.decode)
    if found.rest is None:
        return found.items
    for count in range(len(path.steps) - 1, 0, -1):
        above = walk(path._replace(steps=path.steps[:count]), here, context.root, context.decode).items
        hidden = [item for item in above if isinstance(item.value, Unknown)]
        if hidden:
            return [*hidden, *found.items]
    return found.items


def _record_paths(native: NativeResource, field: Field, records: list[Item], element: Steps) -> Iterator[Stated]:
    index = element[0]
    if not isinstance(index, int) or index >= len(records):
        yield from (Stated(native, item.path, True) for item in records)
        return
    record = records[index]
    sub = field.fields.get(str(element[1])) if len(element) > 1 else None
    if sub is None:
        yield Stated(native, record.path, True)
    else:
        yield from _field_paths(native, sub, record, element[2:])


def _element_paths(native: NativeResource, items: list[Item], index: int) -> Iterator[Stated]:
    """The index-th of the values; a path that gives a list stands for its elements."""
    for item in items:
        if isinstance(item.value, list):
            if index < len(item.value):
                yield Stated(native, (*item.path, index), True)
                return
            index -= len(item.value)
        elif index == 0:
            yield Stated(native, item.path, True)
            return
        else:
            index -= 1


def _any(answers: Iterable[bool | None]) -> bool | None:
    """True if one is, else None if one may be."""
    found = set(answers)
    return True if True in found else None if None in found else False


def _best(stated: list[Stated]) -> list[Stated]:
    """Those where something stands; if nowhere, the first alone, whose nearest block is shown."""
    return list(dict.fromkeys(each for each in stated if each.found)) or stated[:1]
