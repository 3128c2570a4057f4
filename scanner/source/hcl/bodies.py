"""Bodies of HCL: attributes and blocks of a text or of one piece of it. Recovery is in `recovery`."""

from __future__ import annotations

from functools import partial
from typing import Any

from scanner.source.hcl import lexis
from scanner.source.hcl.ast import Attribute, Block, Body, Expr, Literal
from scanner.source.hcl.expressions import Expressions
from scanner.source.hcl.lexis import Fault, Stray, Unclosed

Item = Attribute | Block


class Bodies(Expressions):
    """A parser of the items of bodies. Values that a pattern proves well formed are converted when
    first asked for; the others are parsed at once, since only that finds their faults."""

    def __init__(self, data: bytes, start: int, end: int, limit: int, document: Any) -> None:
        super().__init__(data, start, end, limit)
        self.document = document
        self.duplicates: list[tuple[Attribute, Attribute]] = []
        """Attributes that were defined again, each with its first definition."""

    def item(self) -> Item | None:
        """The next attribute or block at the position; None at the end or before a closing brace."""
        data, end = self.data, self.end
        match = lexis.attribute(data, self.pos, end)
        if match is not None:
            self.pos = match.end()
            start, name_end = match.span(1)
            value_start, value_end = match.span(2)
            name = lexis.name(match[1], start)
            return Attribute(
                name, start, name_end, value_start, value_end, partial(self._simple, value_start, value_end)
            )
        match = lexis.blank_any(data, self.pos, end)
        assert match is not None
        self.pos = start = match.end()
        if start >= end or data[start] == 0x7D:
            return None
        match = lexis.header(data, start, end)
        if match is not None:
            self.pos = match.end()
            return self._block(start, match.end(1), match.start(2), match.end(2))
        return self._attribute_or_block(start)

    def _simple(self, start: int, end: int) -> Expr:
        if self.data[start] == 0x22:
            return Literal(start, end, lexis.decode(self.data[start + 1 : end - 1]))
        return Expressions(self.data, start, end, self.limit).expression()

    def _attribute_or_block(self, start: int) -> Item:
        match = lexis.ident(self.data, start, self.end)
        if match is None:
            raise self._no_name(start)
        self.pos = match.end()
        byte = self.peek()
        if byte == 0x3D and self.data[self.pos : self.pos + 2] != b"==":
            return self._attribute(start, match.end())
        labels_start = self.pos
        self._long_labels(start)
        labels_end = self.pos
        self.pos += 1
        return self._block(start, match.end(), labels_start, labels_end)

    def _attribute(self, start: int, name_end: int) -> Attribute:
        self.pos += 1
        self.blank = lexis.blank_line
        if self.peek() in (0x0A, 0x0D, 0x7D) or self.pos >= self.end:
            name = lexis.shown(self.data[start:name_end])
            raise Fault(start, f"`{name}` has no value", "Write a value after `=`, or remove the line.", self.pos)
        value_start = self.pos
        expr = self.expression()
        name = lexis.name(self.data[start:name_end], start)
        return Attribute(name, start, name_end, value_start, expr.end, partial(_same, expr))

    def _long_labels(self, start: int) -> None:
        """Go past labels that the quick pattern does not know (escapes, comments between them)."""
        while self.peek() != 0x7B:
            if self.pos < self.end and self.data[self.pos] == 0x22:
                if not isinstance(self.quoted(), Literal):
                    raise Fault(start, "a block label cannot have an interpolation", "Write it out.", self.pos)
            elif self.pos < self.end and (match := lexis.ident(self.data, self.pos, self.end)) is not None:
                self.pos = match.end()
            else:
                word = lexis.shown(self.data[start : self.pos])[:60]
                raise Fault(
                    start, f"`{word}` is neither an argument nor a block", "Write `name = value` or `name {`.", self.pos
                )

    def _no_name(self, start: int) -> Fault:
        rest = lexis.line_end(self.data, start, self.end)
        text = lexis.shown(self.data[start : rest.start() if rest else self.end])[:40]
        if text.startswith("/*"):
            return Fault(start, "this comment has no closing `*/`", "Add the missing `*/`.")
        if self.data[start] == 0x22:
            return Fault(start, f"`{text}`: the name of an argument is not quoted", "Remove the quotes.")
        return Fault(start, f"`{text}` is neither an argument nor a block", "Check the brackets and quotes before it.")

    def _block(self, start: int, type_end: int, labels_start: int, labels_end: int) -> Block:
        """The block whose opening brace was just passed."""
        data = self.data
        opening = self.pos - 1
        labels, spans = self._labels(labels_start, labels_end)
        self.blank = lexis.blank_line
        self.deeper()
        byte = self.peek()
        body = self.body(opening) if byte in (0x0A, 0x0D) else self._single_line(opening, byte)
        self.depth -= 1
        self.pos += 1
        header_end = len(data[start:opening].rstrip()) + start
        type_name = lexis.name(data[start:type_end], start)
        return Block(type_name, labels, spans, start, header_end, self.pos, partial(_same_body, body))

    def _labels(self, start: int, end: int) -> tuple[list[str], list[tuple[int, int]]]:
        labels: list[str] = []
        spans: list[tuple[int, int]] = []
        if b"\\" in self.data[start:end] or b"/" in self.data[start:end]:
            return self._odd_labels(start, end)
        for match in lexis.labels(self.data, start, end):
            quoted = match.start(1) >= 0
            labels.append(lexis.decode(match[1] if quoted else match[2]))
            spans.append(match.span())
        return labels, spans

    def _odd_labels(self, start: int, end: int) -> tuple[list[str], list[tuple[int, int]]]:
        parser = Expressions(self.data, start, end, self.limit)
        labels: list[str] = []
        spans: list[tuple[int, int]] = []
        while byte := parser.peek():
            begin = parser.pos
            label = parser.quoted() if byte == 0x22 else None
            labels.append(str(label.value) if isinstance(label, Literal) else parser.name())
            spans.append((begin, parser.pos))
        return labels, spans

    def _single_line(self, opening: int, byte: int) -> Body:
        """`{}` or `{ name = value }`, all on one line."""
        body = Body(self.document, {}, [], [])
        if byte == 0x7D:
            return body
        if self.pos >= self.end:
            raise Unclosed(opening, "this `{` is not closed by `}`", "Add the missing `}`.")
        match = lexis.ident(self.data, self.pos, self.end)
        hint = "Put the content on lines of its own."
        if match is None:
            raise self._no_name(self.pos)
        start = self.pos
        self.pos = match.end()
        if self.peek() != 0x3D:
            raise Fault(start, "a block on one line holds one argument only", hint, self.pos)
        attribute = self._attribute(start, match.end())
        if self.peek() != 0x7D:
            if self.pos < self.end and self.data[self.pos] not in b"\r\n":
                raise Fault(opening, "a block on one line holds one argument only", hint, self.pos)
            raise Unclosed(opening, "this `{` is not closed on its line", "Put `}` on the same line.")
        body.attributes[attribute.name] = attribute
        return body

    def body(self, opening: int) -> Body:
        """The items up to the closing brace, at which the position is left."""
        attributes: dict[str, Attribute] = {}
        body = Body(self.document, attributes, [], [])
        while (item := self.item()) is not None:
            self.end_of_item(item)
            if isinstance(item, Block):
                body.blocks.append(item)
            else:
                self.keep(body, item)
        if self.pos >= self.end:
            raise Unclosed(opening, "this `{` is not closed by `}`", "Add the missing `}`.")
        return body

    def keep(self, body: Body, attribute: Attribute) -> None:
        """Put an attribute where it belongs: a second one of a name is a duplicate."""
        first = body.attributes.setdefault(attribute.name, attribute)
        if first is not attribute:
            body.duplicates.append(attribute)
            self.duplicates.append((first, attribute))

    def end_of_item(self, item: Item) -> None:
        """Go to the line end that must follow an item."""
        data = self.data
        if self.pos < self.end and data[self.pos] in b"\r\n":
            return
        self.blank = lexis.blank_line
        byte = self.peek()
        if byte in (0x0A, 0x0D) or self.pos >= self.end:
            return
        rest = lexis.line_end(data, self.pos, self.end)
        text = lexis.shown(data[self.pos : rest.start() if rest else self.end])[:40]
        what = f"the block `{item.type}`" if isinstance(item, Block) else f"the value of `{item.name}`"
        if byte == 0x7D and isinstance(item, Attribute):
            return
        if byte == 0x22 and data.count(b'"', item.start, self.pos) == 0:
            raise Fault(self.pos, "a closing quote without an opening one", 'Add the missing `"`.')
        raise Fault(self.pos, f"`{text}` after {what} on the same line", "Begin a new line, or add what is missing.")


def stray(start: int) -> Stray:
    """The fault of a closing brace at top level."""
    return Stray(start, "this `}` closes nothing", "Remove it, or add the `{` that it belongs to.")


def _same(expr: Expr) -> Expr:
    return expr


def _same_body(body: Body) -> Body:
    return body
