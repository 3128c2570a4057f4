"""The HCL syntax tree that `scanner.source.hcl` builds: bodies, blocks, and expressions.

Offsets (`start`, `end`) are byte offsets into the document's data. Nothing here is evaluated.
Specification: HCL native syntax, https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any


class Expr:
    """Any expression."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class Literal(Expr):
    """A number (int or Decimal, exact), bool, null or a string without interpolation."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: str | bool | int | Decimal | None) -> None:
        super().__init__(start, end)
        self.value = value


class Template(Expr):
    """A quoted template or heredoc with interpolations or directives. `parts` are str or Expr;
    escapes are decoded, `~` strip markers and heredoc indentation are already applied."""

    __slots__ = ("parts",)

    def __init__(self, start: int, end: int, parts: list[str | Expr]) -> None:
        super().__init__(start, end)
        self.parts = parts


class TemplateWrap(Expr):
    """`"${x}"`: exactly one interpolation; its value keeps its type."""

    __slots__ = ("expr",)

    def __init__(self, start: int, end: int, expr: Expr) -> None:
        super().__init__(start, end)
        self.expr = expr


class TemplateIf(Expr):
    """`%{ if c }...%{ else }...%{ endif }` in a template; the branches are Templates or Literals."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, start: int, end: int, condition: Expr, yes: Expr, no: Expr | None) -> None:
        super().__init__(start, end)
        self.condition = condition
        self.yes = yes
        self.no = no


class TemplateFor(Expr):
    """`%{ for k, v in c }...%{ endfor }` in a template."""

    __slots__ = ("body", "collection", "key_name", "value_name")

    def __init__(
        self, start: int, end: int, key_name: str | None, value_name: str, collection: Expr, body: Expr
    ) -> None:
        super().__init__(start, end)
        self.key_name = key_name
        self.value_name = value_name
        self.collection = collection
        self.body = body


class TupleExpr(Expr):
    """`[a, b]`."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: list[Expr]) -> None:
        super().__init__(start, end)
        self.items = items


class ObjectExpr(Expr):
    """`{a = b, (c) = d}`. A bare identifier as key is a Literal string; anything else an expression."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: list[tuple[Expr, Expr]]) -> None:
        super().__init__(start, end)
        self.items = items


class Variable(Expr):
    """The root name of a traversal: `var`, `local`, `each`, `aws_s3_bucket`."""

    __slots__ = ("name",)

    def __init__(self, start: int, end: int, name: str) -> None:
        super().__init__(start, end)
        self.name = name


class GetAttr(Expr):
    """`target.name`; legacy `target.0` is an Index."""

    __slots__ = ("name", "target")

    def __init__(self, start: int, end: int, target: Expr, name: str) -> None:
        super().__init__(start, end)
        self.target = target
        self.name = name


class Index(Expr):
    """`target[key]`."""

    __slots__ = ("key", "target")

    def __init__(self, start: int, end: int, target: Expr, key: Expr) -> None:
        super().__init__(start, end)
        self.target = target
        self.key = key


class SplatItem(Expr):
    """Stands for the current element inside the `each` of a Splat."""

    __slots__ = ()


class Splat(Expr):
    """`target[*].rest` (full: True) or `target.*.rest`. `each` is the rest applied to a SplatItem;
    for the attribute-only form it holds attribute steps only, later indexes apply to the result."""

    __slots__ = ("each", "full", "target")

    def __init__(self, start: int, end: int, target: Expr, each: Expr, full: bool) -> None:
        super().__init__(start, end)
        self.target = target
        self.each = each
        self.full = full


class Call(Expr):
    """`name(args...)`; `name` may be `provider::x::f`; `expand`: the last argument has `...`."""

    __slots__ = ("args", "expand", "name")

    def __init__(self, start: int, end: int, name: str, args: list[Expr], expand: bool) -> None:
        super().__init__(start, end)
        self.name = name
        self.args = args
        self.expand = expand


class Unary(Expr):
    """`-x` or `!x`."""

    __slots__ = ("operand", "operator")

    def __init__(self, start: int, end: int, operator: str, operand: Expr) -> None:
        super().__init__(start, end)
        self.operator = operator
        self.operand = operand


class Binary(Expr):
    """`a op b`, op one of + - * / % == != < <= > >= && ||."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, start: int, end: int, operator: str, left: Expr, right: Expr) -> None:
        super().__init__(start, end)
        self.operator = operator
        self.left = left
        self.right = right


class Conditional(Expr):
    """`condition ? yes : no`."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, start: int, end: int, condition: Expr, yes: Expr, no: Expr) -> None:
        super().__init__(start, end)
        self.condition = condition
        self.yes = yes
        self.no = no


class ForExpr(Expr):
    """`[for k, v in c : v if p]`, or with `key` an object; `group`: `...` after the value."""

    __slots__ = ("collection", "condition", "group", "key", "key_name", "value", "value_name")

    def __init__(
        self,
        start: int,
        end: int,
        key_name: str | None,
        value_name: str,
        collection: Expr,
        key: Expr | None,
        value: Expr,
        condition: Expr | None,
        group: bool,
    ) -> None:
        super().__init__(start, end)
        self.key_name = key_name
        self.value_name = value_name
        self.collection = collection
        self.key = key
        self.value = value
        self.condition = condition
        self.group = group


class Invalid(Expr):
    """An expression that did not parse; its value is an Unknown of code `invalid`."""

    __slots__ = ("message",)

    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(start, end)
        self.message = message


class Attribute:
    """`name = expression`. The expression is converted from the parser's tree when first asked for."""

    __slots__ = ("_expr", "_make", "end", "name", "name_end", "start", "value_end", "value_start")

    def __init__(
        self, name: str, start: int, name_end: int, value_start: int, value_end: int, make: Callable[[], Expr]
    ) -> None:
        self.name = name
        self.start = start
        self.name_end = name_end
        self.value_start = value_start
        self.value_end = value_end
        self.end = value_end
        self._make: Callable[[], Expr] | None = make
        self._expr: Expr | None = None

    @property
    def expr(self) -> Expr:
        """The expression, the same object every time."""
        if self._expr is None:
            assert self._make is not None
            self._expr = self._make()
            self._make = None
        return self._expr


class Block:
    """`type "label" { ... }`. `start`..`header_end` is the header without the brace."""

    __slots__ = ("_body", "_make", "end", "header_end", "label_spans", "labels", "start", "type")

    def __init__(
        self,
        type: str,
        labels: list[str],
        label_spans: list[tuple[int, int]],
        start: int,
        header_end: int,
        end: int,
        make: Callable[[], Body],
    ) -> None:
        self.type = type
        self.labels = labels
        self.label_spans = label_spans
        self.start = start
        self.header_end = header_end
        self.end = end
        self._make: Callable[[], Body] | None = make
        self._body: Body | None = None

    @property
    def body(self) -> Body:
        """The content, the same object every time."""
        if self._body is None:
            assert self._make is not None
            self._body = self._make()
            self._make = None
        return self._body


class Body:
    """Attributes and blocks of a file or block. A second attribute of one name is in `duplicates`."""

    __slots__ = ("attributes", "blocks", "document", "duplicates")

    def __init__(
        self, document: Any, attributes: dict[str, Attribute], blocks: list[Block], duplicates: list[Attribute]
    ) -> None:
        self.document = document
        """The `scanner.source.Document` whose data the offsets are of."""
        self.attributes = attributes
        self.blocks = blocks
        self.duplicates = duplicates
