"""The expression grammar of HCL, from text to the classes of `ast`.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/parser.go, whose rules about line ends,
splats and object keys are followed to the letter. Bodies are the subclass's.
"""

from __future__ import annotations

import re
import sys

from scanner.source.hcl import lexis
from scanner.source.hcl.ast import (
    Binary,
    Call,
    Conditional,
    Expr,
    ForExpr,
    GetAttr,
    Index,
    Literal,
    ObjectExpr,
    Splat,
    SplatItem,
    TupleExpr,
    Unary,
    Variable,
)
from scanner.source.hcl.lexis import Fault
from scanner.source.hcl.templates import Templates

_KEYWORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}
_for_word = re.compile(rb"for(?![\w\x80-\xff-])").match
_if_word = re.compile(rb"if(?![\w\x80-\xff-])").match
_next_item = re.compile(rb"=(?![=>])|" + lexis.IDENT + rb"[ \t]*+(?:=(?![=>])|\{|[ \t]\")|\}").match
_namespaced = re.compile(rb"(?:[ \t]*+::[ \t]*+" + lexis.IDENT + rb")++").match
_NAMES = {0x5D: "]", 0x29: ")", 0x7D: "}"}


class Expressions(Templates):
    """A parser of expressions at a position in a text."""

    def expression(self) -> Expr:
        """The longest expression at the position."""
        self.deeper()
        left = self._operations()
        if self.peek() == 0x3F:
            self.pos += 1
            yes = self.expression()
            if self.peek() != 0x3A:
                raise Fault(left.start, "this `?` has no `:`", "Write `condition ? a : b`.", self.pos)
            self.pos += 1
            no = self.expression()
            left = Conditional(left.start, no.end, left, yes, no)
        self.depth -= 1
        return left

    def _operations(self) -> Expr:
        """Operands joined by binary operators, by two stacks rather than by recursion."""
        left = self._operand()
        self.peek()
        match = lexis.operator(self.data, self.pos, self.end)
        if match is None:
            return left
        operands: list[Expr] = [left]
        waiting: list[bytes] = []
        count = 0
        while match is not None:
            level = lexis.LEVELS[match[0]]
            while waiting and lexis.LEVELS[waiting[-1]] >= level:
                _reduce(operands, waiting.pop())
            waiting.append(match[0])
            self.pos = match.end()
            count += 1
            if count > 5 * self.limit:
                raise Fault(self.pos, "this expression has too many operators", "Split it.", code="GR-LIMIT-DEPTH")
            operands.append(self._operand())
            self.peek()
            match = lexis.operator(self.data, self.pos, self.end)
        while waiting:
            _reduce(operands, waiting.pop())
        return operands[0]

    def _operand(self) -> Expr:
        """A term with its prefix operators and its traversal."""
        byte = self.peek()
        prefixes: list[tuple[int, str]] = []
        while byte in (0x2D, 0x21):
            prefixes.append((self.pos, chr(byte)))
            self.pos += 1
            if len(prefixes) > self.limit:
                self.deeper()
                raise Fault(self.pos, "too many signs", code="GR-LIMIT-DEPTH")
            byte = self.peek()
        expr = self._traversal(self._term(byte))
        for start, sign in reversed(prefixes):
            expr = Unary(start, expr.end, sign, expr)
        return expr

    def _term(self, byte: int) -> Expr:
        start = self.pos
        match = lexis.ident(self.data, start, self.end)
        if match is not None:
            self.pos = match.end()
            return self._named(start, match[0])
        if byte == 0x22:
            return self.quoted()
        if 0x30 <= byte <= 0x39:
            return self._number()
        if byte == 0x5B:
            return self._tuple()
        if byte == 0x7B:
            return self._object()
        if byte == 0x28:
            inner = self._inside(0x29)
            inner.start, inner.end = start, self.pos
            return inner
        if byte == 0x3C and self.data.startswith(b"<<", start):
            return self.heredoc()
        raise self._no_term(byte)

    def _no_term(self, byte: int) -> Fault:
        if self.pos >= self.end or byte in b"\r\n":
            before = lexis.shown(self.data[: self.pos].rstrip()[-1:])
            return Fault(self.pos, f"a value is missing after `{before}`", "Write the value, or remove the line.")
        if self.data[self.pos - 1 : self.pos + 1] == b"/*":
            return Fault(self.pos - 1, "this comment has no closing `*/`", "Add the missing `*/`.")
        if byte == 0x3D:
            return Fault(self.pos, "`=` where a value should begin", "Remove the second `=`, or write the value.")
        if byte == 0x27:
            return Fault(self.pos, "strings are written in double quotes", "Replace `'` by `\"`.")
        text = lexis.shown(self.data[self.pos : self.pos + 12].split()[0])
        return Fault(self.pos, f"`{text}` is not the beginning of a value", "Check the brackets and quotes before it.")

    def _number(self) -> Expr:
        match = lexis.number(self.data, self.pos, self.end)
        assert match is not None
        value = lexis.number_value(match[0])
        if value is None:
            raise Fault(self.pos, "this number is too large", "", match.end())
        self.pos = match.end()
        return Literal(match.start(), self.pos, value)

    def _named(self, start: int, name: bytes) -> Expr:
        following = self.data[self.pos] if self.pos < self.end else 0
        if following in b": \t\r\n/#(" and following:
            end = self.pos
            if (more := _namespaced(self.data, end, self.end)) is not None:
                name += b"".join(more[0].split())
                self.pos = more.end()
            if self.peek() == 0x28:
                return self._call(start, name)
            if more is not None:
                raise Fault(start, f"`{lexis.shown(name)}` is not called", "Add `(...)`.", self.pos)
            self.pos = end
        if name in _KEYWORDS:
            return Literal(start, self.pos, _KEYWORDS[name])
        return Variable(start, self.pos, lexis.name(name, start))

    def _call(self, start: int, name: bytes) -> Call:
        opening = self.pos
        outer = self._enter()
        args: list[Expr] = []
        expand = False
        while self.peek() != 0x29:
            args.append(self.expression())
            if self.peek() == 0x2C:
                self.pos += 1
            elif self.data.startswith(b"...", self.pos):
                expand = True
                self.pos += 3
                if self.peek() != 0x29:
                    raise self._unclosed(opening, 0x29)
            elif self.data[self.pos : self.pos + 1] != b")" or self.pos >= self.end:
                raise self._unclosed(opening, 0x29)
        self._leave(outer)
        lexis.name(name.replace(b"::", b""), start)
        return Call(start, self.pos, sys.intern(lexis.decode(name)), args, expand)

    def _traversal(self, expr: Expr) -> Expr:
        steps = 0
        while True:
            byte = self.peek()
            if byte == 0x2E and not self.data.startswith(b"...", self.pos):
                self.pos += 1
                if self.peek() == 0x2A:
                    self.pos += 1
                    expr = self._attribute_splat(expr)
                else:
                    expr = self._dotted(expr)
            elif byte == 0x5B:
                expr = self._indexed(expr)
            else:
                return expr
            steps += 1
            if steps > self.limit:
                raise Fault(self.pos, "this reference has too many steps", code="GR-LIMIT-DEPTH")

    def _dotted(self, target: Expr) -> Expr:
        match = lexis.ident(self.data, self.pos, self.end)
        if match is not None:
            self.pos = match.end()
            return GetAttr(target.start, self.pos, target, lexis.name(match[0], match.start()))
        match = lexis.digits(self.data, self.pos, self.end)
        if match is None:
            raise Fault(self.pos - 1, "a name is missing after `.`", "Write the attribute's name.")
        self.pos = match.end()
        return Index(target.start, self.pos, target, Literal(match.start(), self.pos, lexis.number_value(match[0])))

    def _attribute_splat(self, target: Expr) -> Expr:
        """`target.*` and the attributes that follow; a bracket after them applies to the result."""
        each: Expr = SplatItem(target.start, self.pos)
        while self.peek() == 0x2E and not self.data.startswith(b"...", self.pos):
            self.pos += 1
            if self.peek() == 0x2A:
                raise Fault(self.pos, "`.*` after `.*` is not allowed", "Write `[*]` instead.")
            each = self._dotted(each)
        return Splat(target.start, each.end, target, each, full=False)

    def _indexed(self, target: Expr) -> Expr:
        opening = self.pos
        outer = self._enter()
        if self.peek() == 0x2A:
            self.pos += 1
            if self.peek() != 0x5D:
                raise self._unclosed(opening, 0x5D)
            self._leave(outer)
            self.deeper()
            each = self._traversal(SplatItem(target.start, self.pos))
            self.depth -= 1
            return Splat(target.start, each.end, target, each, full=True)
        key = self.expression()
        if self.peek() != 0x5D:
            raise self._unclosed(opening, 0x5D)
        self._leave(outer)
        return Index(target.start, self.pos, target, key)

    def _inside(self, closer: int) -> Expr:
        opening = self.pos
        outer = self._enter()
        inner = self.expression()
        if self.peek() != closer:
            raise self._unclosed(opening, closer)
        self._leave(outer)
        return inner

    def _tuple(self) -> Expr:
        opening = self.pos
        outer = self._enter()
        self.peek()
        if _for_word(self.data, self.pos, self.end):
            return self._for(opening, 0x5D, outer)
        items: list[Expr] = []
        while self.peek() != 0x5D:
            if self.pos >= self.end or _next_item(self.data, self.pos, self.end):
                raise self._unclosed(opening, 0x5D)
            items.append(self.expression())
            byte = self.peek()
            if byte == 0x2C:
                self.pos += 1
            elif byte != 0x5D:
                raise self._unclosed(opening, 0x5D)
        self._leave(outer)
        return TupleExpr(opening, self.pos, items)

    def _object(self) -> Expr:
        opening = self.pos
        outer = self._enter()
        self.peek()
        if _for_word(self.data, self.pos, self.end):
            return self._for(opening, 0x7D, outer)
        self.blank = lexis.blank_line
        items: list[tuple[Expr, Expr]] = []
        while True:
            byte = self.peek()
            if byte in (0x0A, 0x0D):
                self.pos += 1
            elif byte == 0x7D:
                break
            else:
                items.append(self._item(opening, byte))
                if self.peek() in (0x2C, 0x0A, 0x0D):
                    self.pos += 1
                elif self.data[self.pos : self.pos + 1] != b"}" or self.pos >= self.end:
                    raise self._between_items(opening)
        self._leave(outer)
        return ObjectExpr(opening, self.pos, items)

    def _item(self, opening: int, byte: int) -> tuple[Expr, Expr]:
        if self.pos >= self.end:
            raise self._unclosed(opening, 0x7D)
        start = self.pos
        key = self.expression()
        if isinstance(key, Variable) and byte != 0x28:
            key = Literal(key.start, key.end, key.name)
        elif isinstance(key, Literal) and (key.value is None or isinstance(key.value, bool)) and byte != 0x28:
            key = Literal(key.start, key.end, lexis.decode(self.data[key.start : key.end]))
        sign = self.peek()
        if sign not in (0x3D, 0x3A) or self.data[self.pos : self.pos + 2] in (b"==", b"=>"):
            text = lexis.shown(self.data[start : key.end])[:40]
            raise Fault(start, f"`=` is missing after the key `{text}`", "Write `key = value`.", key.end)
        self.pos += 1
        return key, self.expression()

    def _for(self, opening: int, closer: int, outer: object) -> Expr:
        self.blank = lexis.blank_any
        self.pos += 3
        key_name, value_name = self.for_names()
        collection = self.expression()
        if self.peek() != 0x3A:
            raise Fault(opening, "this `for` has no `:`", "Write `for x in collection : value`.", self.pos)
        self.pos += 1
        key, value = None, self.expression()
        group = False
        if closer == 0x7D:
            self.peek()
            if not self.data.startswith(b"=>", self.pos):
                raise Fault(opening, "this `for` has no `=>`", "Write `{for x in c : key => value}`.", self.pos)
            self.pos += 2
            key, value = value, self.expression()
            self.peek()
            if self.data.startswith(b"...", self.pos):
                group = True
                self.pos += 3
        self.peek()
        condition = None
        if _if_word(self.data, self.pos, self.end):
            self.pos += 2
            condition = self.expression()
        if self.peek() != closer:
            raise self._unclosed(opening, closer)
        self._leave(outer)
        return ForExpr(opening, self.pos, key_name, value_name, collection, key, value, condition, group)

    def _enter(self) -> object:
        """Go past an opening bracket, inside which line ends are blank; gives what `_leave` wants."""
        self.deeper()
        self.pos += 1
        outer, self.blank = self.blank, lexis.blank_any
        return outer

    def _leave(self, outer: object) -> None:
        self.pos += 1
        self.depth -= 1
        self.blank = outer  # type: ignore[assignment]

    def _unclosed(self, opening: int, closer: int) -> Fault:
        """The fault of a bracket whose content is followed by something else at the position."""
        name = _NAMES[closer]
        if self.pos >= self.end or _next_item(self.data, self.pos, self.end):
            sign = chr(self.data[opening])
            return Fault(opening, f"this `{sign}` is not closed by `{name}`", f"Add the missing `{name}`.")
        text = lexis.shown(self.data[self.pos : min(self.pos + 20, self.end)].split()[0])
        return Fault(self.pos, f"`{text}` where `,` or `{name}` should stand", f"Add the missing `,` or `{name}`.")

    def _between_items(self, opening: int) -> Fault:
        if self.pos >= self.end:
            return self._unclosed(opening, 0x7D)
        text = lexis.shown(self.data[self.pos : min(self.pos + 20, self.end)].split()[0])
        return Fault(self.pos, f"`{text}` where a line end, `,` or `}}` should stand", "Put each entry on a line.")


def _reduce(operands: list[Expr], sign: bytes) -> None:
    right = operands.pop()
    left = operands.pop()
    operands.append(Binary(left.start, right.end, sign.decode("ascii"), left, right))
