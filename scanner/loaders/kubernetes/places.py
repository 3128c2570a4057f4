"""Where the parts of a manifest stand: paths into a located tree to byte offsets, and a resource's provenance."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from scanner.model import PathStep, Place, SourceSpan, Step, Unknown
from scanner.source.document import Document
from scanner.source.located import LocatedDict, LocatedList

Steps = tuple[PathStep, ...]

SOURCE: Final = "source"
"""What the step of a chain is called that names the template a manifest was rendered from."""

LAST: Final = 1 << 30
"""The reading in which of several values of a key the last one counts, as it does for Kubernetes."""

_NAME_LINES: Final = 6
"""A header reaches to the name if that stands within so many lines."""

_SOURCE: Final = re.compile(rb"^#[ \t]*Source:[ \t]*(\S[^\r\n]*?)[ \t]*$", re.MULTILINE)
"""`helm template` writes `# Source: chart/templates/x.yaml` above each manifest:
https://github.com/helm/helm/blob/v3.14.0/cmd/helm/template.go"""


class Member(NamedTuple):
    """Byte offsets of an entry: its beginning, the end of its key (of its first line's part, in a list), its value."""

    start: int
    key_end: int
    value: int
    end: int


def read(tree: LocatedDict, key: str, reading: int) -> Any:
    """The value of a key; of one that is given more than once, that of the reading."""
    readings = tree.duplicates.get(key)
    return tree.get(key) if readings is None else readings[min(reading, len(readings) - 1)]


def member(tree: Any, path: Steps) -> Member | None:
    """Where the value at a path stands; None where nothing does."""
    found = Member(*_of(tree)) if isinstance(tree, LocatedDict | LocatedList) else None
    for step in path:
        if isinstance(tree, LocatedDict) and isinstance(step, str) and step in tree:
            found, tree = Member(*tree.spans[step]), tree[step]
        elif isinstance(tree, LocatedList) and isinstance(step, int) and 0 <= step < len(tree):
            start, end = tree.spans[step]
            tree = tree[step]
            found = Member(start, _head(tree, start, end), start, end)
        else:
            return None
    return found


def _earlier(document: Document, tree: LocatedDict, key: str, last: Member, reading: int) -> Member:
    """The place of an earlier value of a key. The tree has only that of the last, so it is looked for in the text:
    on lines of its own in the same column, else anywhere in the mapping."""
    data, (_, column) = document.data, document.position(last.start)
    pattern = rb"""(?<![\w.-])["']?%s["']?[ \t]*:[ \t]*""" % re.escape(key.encode())
    found = [match.span() for match in re.finditer(pattern, data[: last.start]) if match.start() >= tree.start]
    aligned = [span for span in found if document.position(span[0])[1] == column]
    if reading >= len(aligned):
        aligned = found
    if reading >= len(aligned):
        return last
    start, value = aligned[reading]
    end = min(at for stop in (b"\n", b",", b"}", b" #") if (at := data.find(stop, value)) >= 0 or stop == b"\n")
    return Member(start, value, value, max(end, value))


def _of(tree: LocatedDict | LocatedList) -> tuple[int, int, int, int]:
    return tree.start, _head(tree, tree.start, tree.end), tree.start, tree.end


def _head(value: Any, start: int, end: int) -> int:
    """Where the part of an item ends that names it: its first entry, if that is a scalar, else the key of it."""
    if not isinstance(value, LocatedDict) or not value:
        return end
    first = min(value.spans, key=lambda key: value.spans[key][0])
    _, key_end, _, value_end = value.spans[first]
    return key_end if isinstance(value[first], dict | list) else value_end


class ManifestProvenance:
    """See `scanner.model.Provenance`. Everything in a manifest is written in place."""

    __slots__ = ("_document", "_reading", "_tree", "span")

    def __init__(self, document: Document, tree: LocatedDict, reading: int = LAST) -> None:
        """`reading`: which of its values a key has that is given more than once."""
        self._document = document
        self._tree = tree
        self._reading = reading
        self.span = header(document, tree)

    def place(self, path: Steps) -> Place:
        """The entry at the path, else the head of the nearest object around it. Of a long block only its key."""
        found, depth = member(self._tree, ()), 0
        for length in range(len(path), 0, -1):
            at = self._member(path[:length])
            if at is not None:
                found, depth = at, length
                break
        chain = self._chain()
        if not depth or found is None:
            return Place(self.span, written(path), exact=not path, chain=chain)
        value = self._value(path[:depth])
        exact = depth == len(path) or isinstance(value, str)
        span = self._document.span(found.start, found.end)
        if span.end_line > span.start_line and (not exact or isinstance(value, dict | list)):
            span = self._document.span(found.start, found.key_end)
        return Place(span, written(path), exact=exact, chain=chain)

    def is_given(self, path: Steps) -> bool:
        """Whether the manifest states it."""
        return not path or self._value(path) is not None

    def is_literal(self, path: Steps) -> bool:
        """Whether its value is written in the manifest: all is but what a tag or a template stands for."""
        value = self._value(path)
        return value is not None and not isinstance(value, Unknown)

    def _member(self, path: Steps) -> Member | None:
        """Where the value stands that this reading has."""
        parent, step = self._value(path[:-1]), path[-1]
        if not isinstance(parent, LocatedDict | LocatedList):
            return None
        found = member(parent, (step,))
        if found is None or not isinstance(parent, LocatedDict) or not isinstance(step, str):
            return found
        readings = parent.duplicates.get(step, ())
        if self._reading >= len(readings) - 1:
            return found
        return _earlier(self._document, parent, step, found, self._reading)

    def _value(self, path: Steps) -> Any:
        value: Any = self._tree
        for step in path:
            if isinstance(value, LocatedDict) and isinstance(step, str):
                value = read(value, step, self._reading)
            elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
                value = value[step]
            else:
                return None
        return value

    def _chain(self) -> tuple[Step, ...]:
        """The template that the manifest was rendered from, where a comment above it says so."""
        data, start = self._document.data, self._tree.start
        begin = max(data.rfind(b"\n---", 0, start), 0)
        comments = list(_SOURCE.finditer(data, begin, start))
        if not comments:
            return ()
        last = comments[-1]
        text = last[1].decode("utf-8", "replace")
        return (Step(SOURCE, text, self._document.span(last.start(), last.end())),)


def header(document: Document, tree: LocatedDict) -> SourceSpan:
    """The first lines of a manifest: to its name if that is near, else to its kind."""
    start, end = tree.start, tree.start
    spans = tree.spans
    for key in ("apiVersion", "kind"):
        if key in spans:
            end = max(end, spans[key][3])
    metadata = tree.get("metadata")
    if isinstance(metadata, LocatedDict) and isinstance(metadata.get("name"), str):
        name_end = metadata.spans["name"][3]
        if name_end > end and document.data.count(b"\n", start, name_end) < _NAME_LINES:
            end = name_end
    return document.span(start, max(end, min(start + 1, len(document.data))))


def written(path: Steps) -> str:
    """A native path as text: `spec.containers[0].image`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
