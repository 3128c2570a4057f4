"""Terraform's JSON syntax (`.tf.json`) as the bodies, blocks and attributes of the native syntax.

Source: https://developer.hashicorp.com/terraform/language/syntax/json. What is a block inside a resource
only the provider's schema says, so that the caller hands in the names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from scanner.model import Diagnostic, Unknown
from scanner.source.document import Document
from scanner.source.hcl.ast import Attribute, Block, Body, Expr, Invalid, Literal, ObjectExpr, TupleExpr
from scanner.source.located import LocatedDict, LocatedList

BlockNames = Mapping[str, Any]
"""The names of the blocks that a body may hold, each with the names inside it, to any depth."""

_META: Final[BlockNames] = {
    "lifecycle": {"precondition": {}, "postcondition": {}, "action_trigger": {}},
    "connection": {},
    "provisioner": {"connection": {}},
    "timeouts": {},
}
_TOP: Final[Mapping[str, tuple[int, BlockNames]]] = {
    "resource": (2, _META),
    "data": (2, _META),
    "ephemeral": (2, _META),
    "module": (1, {}),
    "provider": (1, {}),
    "variable": (1, {"validation": {}}),
    "output": (1, {"precondition": {}}),
    "locals": (0, {}),
    "terraform": (
        0,
        {"backend": {}, "cloud": {"workspaces": {}}, "required_providers": {}, "provider_meta": {}, "encryption": {}},
    ),
    "moved": (0, {}),
    "import": (0, {}),
    "removed": (0, _META),
    "check": (1, {"data": {}, "assert": {}}),
}
_NESTED_LABELS: Final = {"provisioner": 1, "backend": 1, "provider_meta": 1, "dynamic": 1}
_TYPED: Final = frozenset({"resource", "data", "ephemeral", "provider"})
"""Blocks whose first label is the type that the caller's table knows."""
_REFERENCES: Final = frozenset(
    {"depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by", "iterator", "from", "to", "type"}
)
"""Arguments whose strings are references or types, not templates, where Terraform itself defines them."""
_DEFINED: Final = frozenset({"resource", "data", "module", "variable", "moved", "import", "removed", "lifecycle"})


def body_from_json(document: Document, blocks: Mapping[str, Mapping[str, BlockNames]]) -> Body:
    """The body of a `.tf.json` document that `parse_json` has parsed. `blocks` has, under "resource",
    "data", "ephemeral" and "provider", the names of the blocks of each type. What does not have the shape
    of a configuration is left out, with a diagnostic. A block's places are those of its body."""
    return _Reader(document, blocks).root()


class _Reader:
    """One document being read."""

    def __init__(self, document: Document, blocks: Mapping[str, Mapping[str, BlockNames]]) -> None:
        self._document = document
        self._blocks = blocks

    def root(self) -> Body:
        """The body of the whole document."""
        body = Body(self._document, {}, [], [])
        tree = self._document.tree
        for part in tree if isinstance(tree, LocatedList) else [tree]:
            if isinstance(part, LocatedDict):
                for name in part:
                    self._top(body, part, name)
            elif tree is not None:
                self._wrong("a configuration is an object", 0, 1)
        return body

    def _top(self, body: Body, part: LocatedDict, name: str) -> None:
        if name == "//":
            return
        start, end, *value = part.spans[name]
        if name not in _TOP:
            self._wrong(f"`{name}` is no block of the Terraform language", start, end)
            return
        count, known = _TOP[name]
        for reading in part.duplicates.get(name, [part[name]]):
            for labels, spans, content in self._labelled(reading, count, value[0], value[1]):
                inner = known
                if name in _TYPED and labels:
                    inner = {**self._blocks.get(name, {}).get(labels[0], {}), **known}
                body.blocks.append(self._block(name, labels, spans, content, inner, start))

    def _labelled(
        self, value: Any, count: int, start: int, end: int
    ) -> Iterator[tuple[list[str], list[tuple[int, int]], LocatedDict]]:
        """The bodies below so many levels of labels; a list at any level holds several."""
        if isinstance(value, LocatedList):
            for item, (item_start, item_end) in zip(value, value.spans, strict=True):
                yield from self._labelled(item, count, item_start, item_end)
        elif not isinstance(value, LocatedDict):
            if value is not None:
                self._wrong("a block is an object, or a list of objects", start, end)
        elif count == 0:
            yield [], [], value
        else:
            for label in value:
                if label == "//":
                    continue
                label_start, label_end, below_start, below_end = value.spans[label]
                for reading in value.duplicates.get(label, [value[label]]):
                    for labels, spans, content in self._labelled(reading, count - 1, below_start, below_end):
                        yield [label, *labels], [(label_start, label_end), *spans], content

    def _block(
        self,
        name: str,
        labels: list[str],
        spans: list[tuple[int, int]],
        content: LocatedDict,
        known: BlockNames,
        start: int,
    ) -> Block:
        # Siblings share the key of their type: what is a block's own begins at its last label, or its body.
        begin = spans[-1][0] if spans else max(start, content.start)
        header_end = spans[-1][1] if spans else content.start + 1
        make = partial(self._body, content, known, name)
        return Block(name, labels, spans, begin, header_end, content.end, make)

    def _body(self, content: LocatedDict, known: BlockNames, owner: str) -> Body:
        body = Body(self._document, {}, [], [])
        for name in content:
            if name == "//":
                continue
            if name == "dynamic" and known:
                self._dynamic(body, content, known)
            elif name in known and self._is_block(content[name]):
                self._nested(body, content, name, known[name])
            else:
                self._attribute(body, content, name, owner)
        return body

    @staticmethod
    def _is_block(value: Any) -> bool:
        """A string stands for an expression also where the schema has a block."""
        return value is None or isinstance(value, LocatedDict | LocatedList)

    def _nested(self, body: Body, content: LocatedDict, name: str, known: BlockNames) -> None:
        start, _, value_start, value_end = content.spans[name]
        count = 2 if name == "data" else _NESTED_LABELS.get(name, 0)
        for reading in content.duplicates.get(name, [content[name]]):
            for labels, spans, inside in self._labelled(reading, count, value_start, value_end):
                names = self._blocks.get("data", {}).get(labels[0], {}) if name == "data" else known
                body.blocks.append(self._block(name, labels, spans, inside, names, start))

    def _dynamic(self, body: Body, content: LocatedDict, known: BlockNames) -> None:
        start, _, value_start, value_end = content.spans["dynamic"]
        for reading in content.duplicates.get("dynamic", [content["dynamic"]]):
            for labels, spans, inside in self._labelled(reading, 1, value_start, value_end):
                names = {"content": known.get(labels[0], {})}
                body.blocks.append(self._block("dynamic", labels, spans, inside, names, start))

    def _attribute(self, body: Body, content: LocatedDict, name: str, owner: str) -> None:
        start, name_end, value_start, value_end = content.spans[name]
        for value in content.duplicates.get(name, [content[name]]):
            make = partial(self._expression, value, value_start, value_end, _reading(owner, name))
            attribute = Attribute(name, start, name_end, value_start, value_end, make)
            if body.attributes.setdefault(name, attribute) is not attribute:
                body.duplicates.append(attribute)

    def _expression(self, value: Any, start: int, end: int, reading: str) -> Expr:
        """A JSON value as an expression; `reading` says what its strings are."""
        if isinstance(value, str):
            return self._string(value, start, end, reading)
        if isinstance(value, LocatedDict):
            return ObjectExpr(start, end, [self._entry(value, key, reading) for key in value])
        if isinstance(value, LocatedList):
            places = zip(value, value.spans, strict=True)
            return TupleExpr(start, end, [self._expression(item, *span, reading) for item, span in places])
        if isinstance(value, Unknown):
            return Invalid(start, end, value.text)
        if isinstance(value, float):
            value = Decimal(self._document.data[start:end].decode("ascii"))
            value = int(value) if value == value.to_integral_value() and value.adjusted() < 400 else value
        return Literal(start, end, value)

    def _entry(self, value: LocatedDict, key: str, reading: str) -> tuple[Expr, Expr]:
        key_start, key_end, start, end = value.spans[key]
        name = Literal(key_start, key_end, key)
        if reading == "template":
            return self._string(key, key_start, key_end, reading), self._expression(value[key], start, end, reading)
        return name, self._expression(value[key], start, end, reading)

    def _string(self, text: str, start: int, end: int, reading: str) -> Expr:
        from scanner.source.hcl import parse_expression, parse_template

        if reading == "reference":
            expr = parse_expression(text, self._document, start + 1)
        elif reading == "literal" or ("${" not in text and "%{" not in text):
            return Literal(start, end, text)
        else:
            expr = parse_template(text, self._document, start + 1)
        expr.start, expr.end = start, end
        return expr

    def _wrong(self, what: str, start: int, end: int) -> None:
        span = self._document.span(start, end)
        hint = "See the JSON configuration syntax of Terraform."
        self._document.diagnostics.append(Diagnostic("GR-PARSE", "error", what, hint, self._document.path, span))


def _reading(owner: str, name: str) -> str:
    """What the strings in an argument are: template, reference or literal."""
    if owner == "variable" and name == "default":
        return "literal"
    if name == "type" and owner != "variable":
        return "template"
    if name in ("from", "to") and owner not in ("moved", "import", "removed"):
        return "template"
    if name == "iterator":
        return "reference" if owner == "dynamic" else "template"
    return "reference" if name in _REFERENCES and owner in _DEFINED else "template"
