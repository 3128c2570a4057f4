"""Located trees copied to the plain ones that mapping reads fastest, and the parts of templates made Unknown."""

from __future__ import annotations

from typing import Any

from scanner.loaders.kubernetes.places import LAST, read
from scanner.model import Unknown
from scanner.source.document import Document
from scanner.source.located import LocatedDict, LocatedList

_OPENING = b"{{"


class TreeCopier:
    """Copies the trees of one file. What an alias shares stays shared, or a small file would fill the memory."""

    def __init__(self, document: Document, *, template: bool) -> None:
        self._document = document
        self._template = template
        self._shared: dict[tuple[int, int], Any] | None = {} if b"&" in document.data else None
        self._plain = not template and self._shared is None

    def attributes(self, tree: LocatedDict, names: frozenset[str] | None, reading: int) -> dict[str, Any]:
        """The top-level entries of a manifest that are wanted; None for all."""
        wanted = tree if names is None else [name for name in tree if name in names]
        if self._plain and reading == LAST:
            return {name: _plain(tree[name]) for name in wanted}
        return {name: self._copy(read(tree, name, reading), reading) for name in wanted}

    def _copy(self, value: Any, reading: int) -> Any:
        kind = value.__class__
        if kind is not LocatedDict and kind is not LocatedList:
            return self._text(value) if self._template and kind is str else value
        if self._shared is None:
            return self._container(value, reading)
        key = (id(value), reading)
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = self._container(value, reading)
        return found

    def _container(self, value: LocatedDict | LocatedList, reading: int) -> Any:
        copy = self._copy
        if isinstance(value, LocatedList):
            return [copy(each, reading) for each in value]
        if self._template and self._document.data.startswith(_OPENING, value.start):
            return self._unknown(value.start, value.end)
        if reading == LAST or not value.duplicates:
            return {key: copy(each, reading) for key, each in value.items()}
        return {key: copy(read(value, key, reading), reading) for key in value}

    def _text(self, text: str) -> Any:
        """A text of a template: what stands before its first expression is certain."""
        before, mark, _ = text.partition(_OPENING.decode())
        return _expression(None, before) if mark else text

    def _unknown(self, start: int, end: int) -> Unknown:
        return _expression(self._document.span(start, end), "")


def _plain(value: Any) -> Any:
    """The copy of a tree that has nothing special: nearly every one, so this is written for speed."""
    kind = value.__class__
    if kind is LocatedDict:
        copied = {}
        for key, each in value.items():
            inner = each.__class__
            copied[key] = _plain(each) if inner is LocatedDict or inner is LocatedList else each
        return copied
    return [_plain(each) for each in value] if kind is LocatedList else value


def _expression(span: Any, prefix: str) -> Unknown:
    return Unknown("unsupported", "an expression of a template", span=span, not_null=True, prefix=prefix)
