"""Tokens to a syntax tree: a Pratt parser for CEL. Names are not resolved here.

https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
"""

from __future__ import annotations

from typing import Final

from scanner.errors import ExpressionError
from scanner.expression.lexer import Token, tokenize
from scanner.expression.syntax import (
    Binary,
    Ident,
    Index,
    Invoke,
    ListNode,
    Literal,
    Logic,
    MapNode,
    Negate,
    Node,
    Not,
    Select,
    Ternary,
    children,
)
from scanner.expression.values import INT_MAX

MAX_DEPTH: Final = 60
"""Levels of brackets and prefix operators; CEL asks for 12 to 32."""
MAX_HEIGHT: Final = 100
"""Levels of the tree, where a chain `a + b + c` counts too. Keeps every pass far from Python's recursion limit."""
MAX_LENGTH: Final = 100_000
"""Characters of an expression."""
_LEVELS: Final = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3, "+": 4, "-": 4,
    "*": 5, "/": 5, "%": 5,
}  # fmt: skip
_RESERVED: Final = frozenset(
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    }
)  # fmt: skip
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


def parse(text: str) -> Node:
    """The syntax tree of an expression. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH} characters", text=text[:80], offset=0)
    node = _Parser(text).parse()
    _check_height(node, text)
    return node


def _check_height(root: Node, text: str) -> None:
    level, height = [root], 0
    while level:
        height += 1
        if height > MAX_HEIGHT:
            raise ExpressionError(f"more than {MAX_HEIGHT} levels deep", text=text, offset=level[0].offset)
        level = [child for node in level for child in children(node)]


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.position = 0
        self.depth = 0

    def parse(self) -> Node:
        node = self.expression()
        token = self.tokens[self.position]
        if token.kind != "end":
            raise self.error(f"unexpected {token.value!r}", token)
        return node

    def error(self, message: str, token: Token, hint: str = "") -> ExpressionError:
        if token.kind == "end":
            message = "the expression is not complete"
        return ExpressionError(message, text=self.text, offset=token.offset, hint=hint)

    def take(self, kind: str) -> Token:
        token = self.tokens[self.position]
        if token.kind != kind:
            raise self.error(f"{kind!r} is missing before {token.value!r}", token)
        self.position += 1
        return token

    def accept(self, kind: str) -> bool:
        if self.tokens[self.position].kind == kind:
            self.position += 1
            return True
        return False

    def enter(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} levels deep", token)

    def expression(self) -> Node:
        token = self.tokens[self.position]
        self.enter(token)
        node = self.binary(1)
        if self.accept("?"):
            then = self.binary(1)
            self.take(":")
            node = Ternary(node.offset, node, then, self.expression())
        self.depth -= 1
        return node

    def binary(self, minimum: int) -> Node:
        left = self.unary()
        while True:
            token = self.tokens[self.position]
            operator = token.value if token.kind == "name" else token.kind
            level = _LEVELS.get(operator, 0)
            if level < minimum:
                return left
            self.position += 1
            left = _join(operator, token.offset, left, self.binary(level + 1))

    def unary(self) -> Node:
        token = self.tokens[self.position]
        if token.kind not in ("!", "-"):
            return self.member()
        self.position += 1
        following = self.tokens[self.position]
        if token.kind == "-" and following.kind == "literal" and following.value.__class__ in (int, float):
            return self.member(negative=True)
        self.enter(token)
        operand = self.unary()
        self.depth -= 1
        return Not(token.offset, operand) if token.kind == "!" else Negate(token.offset, operand)

    def member(self, negative: bool = False) -> Node:
        node = self.primary(negative)
        while True:
            token = self.tokens[self.position]
            if token.kind == ".":
                self.position += 1
                node = self.selection(node)
            elif token.kind == "[":
                self.position += 1
                node = Index(token.offset, node, self.expression())
                self.take("]")
            else:
                return node

    def selection(self, base: Node) -> Node:
        token = self.tokens[self.position]
        if token.kind not in ("name", "quoted") or token.value == "in":
            raise self.error(f"a name is missing before {token.value!r}", token)
        self.position += 1
        if token.kind == "name" and self.accept("("):
            return Invoke(token.offset, base, token.value, self.arguments(")"))
        return Select(token.offset, base, token.value)

    def arguments(self, close: str) -> list[Node]:
        items: list[Node] = []
        while not self.accept(close):
            if items:
                self.take(",")
                # CEL lets a list end in a comma, but not the arguments of a call.
                if close == "]" and self.accept(close):
                    break
            items.append(self.expression())
        return items

    def primary(self, negative: bool) -> Node:
        token = self.tokens[self.position]
        self.position += 1
        kind = token.kind
        if kind == "literal":
            return self.literal(token, negative)
        if kind == "name":
            return self.named(token)
        if kind == ".":
            return self.named(self.take("name"))
        if kind == "(":
            node = self.expression()
            self.take(")")
            if isinstance(node, Not):
                node.grouped = True
            return node
        if kind == "[":
            return ListNode(token.offset, self.arguments("]"))
        if kind == "{":
            return self.map(token)
        raise self.error(f"unexpected {token.value!r}", token)

    def literal(self, token: Token, negative: bool) -> Node:
        value = token.value
        if negative:
            return Literal(token.offset - 1, -value)
        if value.__class__ is int and value > INT_MAX:
            raise self.error("the number is out of range", token)
        return Literal(token.offset, value)

    def named(self, token: Token) -> Node:
        name = token.value
        if name in _CONSTANTS:
            return Literal(token.offset, _CONSTANTS[name])
        if name == "in":
            raise self.error("unexpected 'in'", token)
        if name in _RESERVED:
            raise self.error(f"{name!r} is a reserved word", token)
        if self.accept("("):
            return Invoke(token.offset, None, name, self.arguments(")"))
        return Ident(token.offset, name)

    def map(self, token: Token) -> Node:
        entries: list[tuple[Node, Node]] = []
        while not self.accept("}"):
            if entries:
                self.take(",")
                if self.accept("}"):
                    break
            key = self.expression()
            self.take(":")
            entries.append((key, self.expression()))
        return MapNode(token.offset, entries)


def _join(operator: str, offset: int, left: Node, right: Node) -> Node:
    if operator not in ("&&", "||"):
        return Binary(offset, operator, left, right)
    decides = operator == "||"
    if isinstance(left, Logic) and left.decides == decides:
        left.terms.append(right)
        return left
    return Logic(left.offset, decides, [left, right])
