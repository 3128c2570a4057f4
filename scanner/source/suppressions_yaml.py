"""Suppressions in the comments of YAML files, and the entry, item or document that each holds for.

Our own holds, where the comment
- stands beside the line on which an entry or a list item begins: for that;
- stands on lines of its own right above an entry with entries of its own, a list item, or the first entry of a
  manifest: for that, or that manifest;
- is the first thing under a key: for all that is under it;
- stands on lines of its own right above an entry with a plain value: for that entry;
- stands elsewhere: for what it is indented into.
In a template it must stand within one resource. What looks like a comment in a quoted text or a block scalar is
none. Other tools' comments hold where these tools say; Checkov and Trivy read none in Kubernetes manifests.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

from scanner.model import SourceSpan
from scanner.source.document import Document
from scanner.source.located import ByteOffsets, LocatedDict, LocatedList
from scanner.source.suppression_comments import (
    BLOCK,
    FILE,
    ITEM,
    LINE,
    NEXT,
    Comment,
    Statement,
    lines_below,
    read_comment,
)
from scanner.source.suppressions import KEYWORDS, Suppression, suppression, whole_lines

_RESOURCE: Final = 2
"""The depth of a resource in a template: below `Resources`."""
_separators = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE).finditer
_keyword = re.compile(b"|".join(re.escape(each) for each in (*KEYWORDS, b"kics-scan"))).search
_hash = re.compile(rb"(?:(?<=[ \t\r\n])|\A)#").search
_ELSEWHERE: Final = {
    ITEM: "Checkov reads this inside of a template's resource only; in a manifest, write the annotation",
    NEXT: "Trivy reads this on the first line of a template's resource or property, or right above it",
    BLOCK: "there is nothing right below it",
    FILE: "KICS reads this at the beginning of a file only",
}
_NOWHERE: Final = "it stands in no resource: put it beside, in or right above one"


Child = tuple[Any, int, int, int, tuple[str, ...], bool]


class Node(NamedTuple):
    """An entry, an item or a document."""

    start: int
    end: int
    line: int
    column: int
    """Of the key; of an item, two before its value, where the dash mostly stands."""
    depth: int
    """0 for a document, 1 for its entries."""
    parent: int
    """Its place in the list of nodes; -1 for a document."""
    is_block: bool
    """Whether it has entries or items, or is an item."""
    path: tuple[str, ...]
    """The first two keys that lead to it."""


def suppressions(document: Document) -> Iterator[Suppression]:
    """What the comments of a file suppress."""
    found = list(_comments(document))
    if not found:
        return
    places = _Places(document)
    told = [(comment, each) for comment in found for each in read_comment(comment.text)]
    stacked = lines_below({document.position(comment.start)[0] for comment, each in told if each.holds == NEXT})
    for comment, statement in told:
        scope = places.scope(comment, statement, stacked)
        problem = statement.problem or ("" if scope else _ELSEWHERE.get(statement.holds, _NOWHERE))
        location = document.span(comment.start, comment.end)
        for rule in statement.rules or ("",):
            yield suppression(statement, rule, location, scope, problem)


def _comments(document: Document) -> Iterator[Comment]:
    """Comments with a keyword in them. A line has one only if a `#` in it stands outside of every scalar."""
    data = document.data
    lines, at = [], 0
    while (match := _keyword(data, at)) is not None:
        begin = max(data.rfind(b"\n", 0, match.start()), data.rfind(b"\r", 0, match.start())) + 1
        ends = [end for mark in (b"\n", b"\r") if (end := data.find(mark, match.start())) >= 0]
        at = min(ends, default=len(data))
        if b"#" in data[begin : match.start()]:
            lines.append((begin, at))
    if not lines:
        return
    starts, ends = _scalars(data.decode("utf-8", "replace"))
    for begin, end in lines:
        hash_at = begin
        while (sign := _hash(data, hash_at, end)) is not None or data[begin : begin + 1] == b"#":
            hash_at = sign.start() if sign is not None else begin
            index = bisect_right(starts, hash_at) - 1
            if index < 0 or hash_at >= ends[index]:
                yield Comment(hash_at + 1, end, data[hash_at + 1 : end].decode("utf-8", "replace"))
                break
            hash_at += 1
            if sign is None:
                break


def _scalars(text: str) -> tuple[list[int], list[int]]:
    """Where scalars begin and end, in bytes. What follows a fault up to the next document is taken as one scalar."""
    offset = ByteOffsets(text)
    starts: list[int] = []
    ends: list[int] = []
    bounds = [0, *(match.start() for match in _separators(text) if match.start()), len(text)]
    if not _tokens(text, 0, len(text), offset, starts, ends):
        return starts, ends
    starts.clear()
    ends.clear()
    for begin, end in pairwise(bounds):
        last = _tokens(text, begin, end, offset, starts, ends)
        if last:
            starts.append(offset(last - 1))
            ends.append(offset(end))
    return starts, ends


def _tokens(text: str, begin: int, end: int, offset: ByteOffsets, starts: list[int], ends: list[int]) -> int:
    """Adds the scalars of a stretch; where it is broken (plus one), or 0."""
    import yaml

    make: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = make(text[begin:end])
    last = begin
    try:
        while (token := loader.get_token()) is not None:
            if isinstance(token, yaml.ScalarToken):
                last = begin + token.end_mark.index
                starts.append(offset(begin + token.start_mark.index))
                ends.append(offset(last))
    except yaml.YAMLError:
        return last + 1
    finally:
        loader.dispose()
    return 0


class _Places:
    """Finds what comments of one file hold for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._template = document.kind == "cloudformation"
        self._nodes = _nodes(document)
        self._starts = [node.start for node in self._nodes]
        lines = document.data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._comment_lines = lines_below({at for at, text in enumerate(lines, 1) if text.lstrip().startswith(b"#")})

    def scope(self, comment: Comment, statement: Statement, stacked: Mapping[int, int]) -> SourceSpan | None:
        """The span that a comment holds for; None where it may not stand."""
        line = self._line(comment.start)
        if statement.holds == LINE:
            return whole_lines(self._document, line, line + 1)
        if statement.holds == FILE:
            first = not self._nodes or comment.start < self._nodes[0].start
            return whole_lines(self._document, 1, self._line(len(self._document.data))) if first else None
        if statement.holds == ITEM:
            return self._span(self._resource(comment, line) if self._template else None)
        if statement.holds == NEXT:
            return self._span(self._next(line, stacked, comment) if self._template else None)
        if statement.holds == BLOCK:
            return self._span(self._below(line) if self._alone(comment) else None)
        return self._span(self._own(comment, line))

    def _own(self, comment: Comment, line: int) -> Node | None:
        if not self._alone(comment):
            return self._within(self._on(line, comment.start))
        below = self._below(line)
        if below is not None and below.column < self._document.position(comment.start)[1] - 1:
            below = None  # it is indented into what stands above
        if below is not None and (below.is_block or below.depth == 0):
            return self._within(below)
        around = self._around(comment)
        if below is None:
            return self._within(around)
        parent = self._nodes[below.parent]
        first = self._nodes[below.parent + 1] is below
        return self._within(parent if first else below)

    def _within(self, node: Node | None) -> Node | None:
        """The node, if it is no more than one manifest, or one part of a template."""
        too_wide = node is not None and self._template and node.depth < _RESOURCE
        return None if too_wide else node

    def _on(self, line: int, before: int) -> Node | None:
        """The node that begins on a line: the outermost but a document, else one that ends there."""
        last = bisect_right(self._starts, before) - 1
        found = None
        while last >= 0 and self._nodes[last].line == line:
            found = self._nodes[last] if self._nodes[last].depth else found
            last -= 1
        if found is None and last >= 0:
            node = self._nodes[last]
            return node if self._line(max(node.end - 1, node.start)) == line else None
        return found

    def _below(self, line: int) -> Node | None:
        """The outermost node that begins below a comment, with nothing but comment lines between."""
        index = bisect_right(self._starts, self._start_of(line))
        while index < len(self._nodes) and self._nodes[index].line <= line:
            index += 1
        if index == len(self._nodes):
            return None
        node = self._nodes[index]
        if node.line != self._comment_lines.get(line + 1, line + 1):
            return None
        if node.depth == 0 and self._template:
            return self._nodes[index + 1] if index + 1 < len(self._nodes) else None
        return node

    def _next(self, line: int, stacked: Mapping[int, int], comment: Comment) -> Node | None:
        if not self._alone(comment):
            node = self._on(line, comment.start)
            return self._within(node if node is not None and node.line == line else None)
        first = stacked.get(line, line + 1)
        below = self._below(first - 1)
        return self._within(below if below is not None and below.line == first else None)

    def _around(self, comment: Comment) -> Node | None:
        """What a comment is indented into."""
        column = self._document.position(comment.start)[1] - 1
        index = bisect_right(self._starts, comment.start) - 1
        while index >= 0:
            node = self._nodes[index]
            if node.depth == 0 or node.column < column:
                return None if self._divided(node.end, comment.start) else node
            index = node.parent
        return None

    def _divided(self, start: int, end: int) -> bool:
        """Whether another document begins between two offsets."""
        return any(line.startswith((b"---", b"...")) for line in self._document.data[start:end].splitlines())

    def _resource(self, comment: Comment, line: int) -> Node | None:
        """The resource of a template that a line belongs to."""
        node = self._around(comment) if self._alone(comment) else self._on(line, comment.start)
        while node is not None and node.depth > _RESOURCE:
            node = self._nodes[node.parent]
        return node if node is not None and node.depth == _RESOURCE and node.path[0] == "Resources" else None

    def _alone(self, comment: Comment) -> bool:
        """Whether nothing but the dash of an item stands before it on its line."""
        begin = self._start_of(self._line(comment.start))
        return not self._document.data[begin : comment.start].strip(b" \t#-")

    def _start_of(self, line: int) -> int:
        self._document.position(0)
        return self._document._starts[line - 1]

    def _line(self, offset: int) -> int:
        return self._document.position(offset)[0]

    def _span(self, node: Node | None) -> SourceSpan | None:
        return self._document.span(node.start, node.end) if node is not None else None


def _nodes(document: Document) -> list[Node]:
    """Every entry, item and document of a file in the order of the text, each container once."""
    nodes: list[Node] = []
    seen: set[int] = set()
    roots = document.tree if isinstance(document.tree, list) else [document.tree]
    waiting: list[Child] = [
        (root, root.start, root.end, -1, (), False) for root in reversed(roots) if isinstance(root, LocatedDict)
    ]
    while waiting:
        value, start, end, parent, path, is_item = waiting.pop()
        depth = nodes[parent].depth + 1 if parent >= 0 else 0
        line, column = document.position(start)
        is_block = is_item or isinstance(value, LocatedDict | LocatedList)
        nodes.append(Node(start, end, line, column - 2 if is_item else column, depth, parent, is_block, path))
        if isinstance(value, LocatedDict | LocatedList) and id(value) not in seen:
            seen.add(id(value))
            children = list(_children(value, len(nodes) - 1, path))
            waiting += reversed([child for child in children if start <= child[1] and child[2] <= end])
    return nodes


def _children(value: Any, parent: int, path: tuple[str, ...]) -> Iterator[Child]:
    if isinstance(value, LocatedDict):
        for key, (start, _, _, end) in sorted(value.spans.items(), key=lambda one: one[1][0]):
            yield value.get(key), start, end, parent, (*path, key)[:2], False
    else:
        for item, (start, end) in zip(value, value.spans, strict=False):
            yield item, start, end, parent, (*path, "")[:2], True
