"""Names to meanings: replaces what has a name by what is meant, and checks types on the way.

An unchecked expression is resolved just the same, but types do not have to fit, and a name that nothing
declares is an error only when it is reached. Calls and macros are in `calls`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scanner.errors import ExpressionError
from scanner.expression import types as t
from scanner.expression.attributes import resolve_attribute
from scanner.expression.calls import check_invoke
from scanner.expression.syntax import (
    Binary,
    Broken,
    DynamicPath,
    Field,
    Ident,
    Index,
    Invoke,
    ListNode,
    Literal,
    Local,
    Logic,
    MapNode,
    Negate,
    Node,
    Not,
    Read,
    Select,
    Ternary,
    Var,
)
from scanner.expression.values import TypeValue, type_name
from scanner.model import Kind, Type

_TYPE_NAMES = ("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint")
_LITERALS = {
    "bool": t.BOOL, "int": t.INT, "uint": t.UINT, "double": t.DOUBLE, "string": t.STRING, "bytes": t.BYTES,
    "null_type": t.NULL,
}  # fmt: skip
_ORDERED = ("int", "uint", "float", "string", "bytes", "bool", "duration", "timestamp", "dyn")
_NUMBERS = ("int", "uint", "float", "duration", "timestamp", "dyn")
_OPERANDS = dict.fromkeys("-*/%", _NUMBERS) | {"+": (*_NUMBERS, "string", "bytes", "list")}


class Checker:
    """Resolves one expression. `reads` and `kinds_listed` are what it found that the expression reads."""

    def __init__(
        self,
        text: str,
        *,
        bindings: Mapping[str, Type],
        kinds: Mapping[str, Kind],
        records: Mapping[str, Mapping[str, Type]],
        checked: bool,
        secrets_shown: bool = False,
    ) -> None:
        self.text = text
        self.bindings = bindings
        self.kinds = kinds
        self.records = records
        self.checked = checked
        self.secrets_shown = secrets_shown
        self.locals: list[Local] = []
        self.count = 0
        self.reads: set[tuple[str, str]] = set()
        self.kinds_listed: set[str] = set()
        self.table: dict[type, Callable[[Any], Node]] = {
            Literal: self._literal, Ident: self._name, Select: self._select, Invoke: self._invoke, Index: self._index,
            ListNode: self._list, MapNode: self._map, Not: self._negation, Negate: self._minus, Logic: self._logic,
            Ternary: self._ternary, Binary: self._binary,
        }  # fmt: skip

    def check(self, node: Node) -> Node:
        """The node with its names resolved and its type set."""
        return self.table[node.__class__](node)

    def error(self, message: str, offset: int, hint: str = "") -> ExpressionError:
        """An error at a place in the expression, to be raised."""
        return ExpressionError(message, text=self.text, offset=offset, hint=hint)

    def complain(self, message: str, offset: int, hint: str = "") -> None:
        """Raises what only a checked expression must not have."""
        if self.checked:
            raise self.error(message, offset, hint)

    def value(self, node: Node) -> Node:
        """A node whose value is used for something; a secret may not be."""
        node = self.check(node)
        if node.type.name == "secret" and not self.secrets_shown:
            self.complain(
                "a secret can be read by secret.found, secret.is_name, is_literal and is_given only", node.offset,
                "or compare it with null",
            )  # fmt: skip
        return node

    def condition(self, node: Node, where: str) -> Node:
        """A node that must be a bool."""
        node = self.value(node)
        if node.type.name not in ("bool", "dyn"):
            self.complain(f"{where} wants a bool, this is {t.describe(node.type)}", node.offset, _bool_hint(node.type))
        return node

    # Names

    def _literal(self, node: Literal) -> Node:
        node.type = _LITERALS[type_name(node.value)]
        return node

    def _name(self, node: Ident) -> Node:
        return self.find(node.name, node.offset) or self._unknown_name(node)

    def find(self, name: str, offset: int) -> Node | None:
        """What a simple name means: the nearest loop variable, a binding, a type."""
        for local in reversed(self.locals):
            if local.name == name:
                return Local(offset, name, local.number, type=local.type)
        if name in self.bindings:
            return Var(offset, name, type=t.static_type(self.bindings[name]))
        if name in _TYPE_NAMES:
            return Literal(offset, TypeValue(name), type=t.TYPE)
        return None

    def _unknown_name(self, node: Ident) -> Node:
        names = [*self.bindings, *(local.name for local in self.locals)]
        self.complain(f"there is no {node.name}", node.offset, suggestion(node.name, names) or _known(names))
        return Broken(node.offset, f"undeclared reference to {node.name}")

    def _select(self, node: Select) -> Node:
        names = [node]
        while isinstance(names[-1].base, Select):
            names.append(names[-1].base)
        base, selects = names[-1].base, names[::-1]
        if not isinstance(base, Ident):
            return self.fold(self.value(base), selects)
        start = self.find(base.name, base.offset)
        if not isinstance(start, Local) and (found := self.qualified(base, selects)) is not None:
            return self.fold(*found)
        return self.fold(start or self._unknown_name(base), selects)

    def qualified(self, base: Ident, selects: list[Select]) -> tuple[Node, list[Select]] | None:
        """A binding with dots in its name, the longest that fits; it wins over selecting from a shorter one."""
        for count in range(len(selects), 0, -1):
            name = ".".join([base.name, *(select.name for select in selects[:count])])
            if name in self.bindings:
                return Var(base.offset, name, type=t.static_type(self.bindings[name])), selects[count:]
        return None

    def fold(self, node: Node, selects: list[Select]) -> Node:
        """Selects one name after the other; for a resource, as many at once as make an attribute's name."""
        while selects:
            if isinstance(node, Broken):
                return node
            if node.type.name == "ref":
                node, count = resolve_attribute(self, node, selects)
                selects = selects[count:]
            elif node.type.name == "dyn":
                return DynamicPath(selects[0].offset, node, [select.name for select in selects])
            else:
                node, selects = self._field(node, selects[0]), selects[1:]
        return node

    def _field(self, node: Node, select: Select) -> Node:
        name, offset = select.name, select.offset
        if node.type.name == "map":
            return Field(offset, node, name, type=node.type.item or t.DYN)
        if node.type.name == "record":
            return self._record_field(node, name, offset)
        hint = "use size()" if name in ("length", "size", "count") else ""
        self.complain(f"{t.describe(node.type)} has no {name}", offset, hint)
        return DynamicPath(offset, node, [name])

    def _record_field(self, node: Node, name: str, offset: int) -> Node:
        fields = t.record_fields(node.type.record, self.kinds, self.records)
        if fields is None:
            return Field(offset, node, name, of_null=True)
        if name not in fields:
            self.complain(f"{t.describe(node.type)} has no {name}", offset, suggestion(name, fields) or _known(fields))
        declared = fields.get(name, t.DYN)
        return Field(offset, node, name, of_null=True, secret=declared.name == "secret", type=declared)

    def _invoke(self, node: Invoke) -> Node:
        return check_invoke(self, node)

    # Operators

    def _index(self, node: Index) -> Node:
        base, key = self.value(node.base), self.value(node.key)
        name = base.type.name
        if name not in ("list", "map", "dyn"):
            self.complain(f"{t.describe(base.type)} has no elements", node.offset)
        if name == "list" and key.type.name not in ("int", "dyn"):
            self.complain(f"the place in a list is an int, this is {t.describe(key.type)}", key.offset)
        return Index(node.offset, base, key, type=(base.type.item or t.DYN) if name in ("list", "map") else t.DYN)

    def _list(self, node: ListNode) -> Node:
        items = [self.value(item) for item in node.items]
        return ListNode(node.offset, items, type=Type("list", item=_common(item.type for item in items)))

    def _map(self, node: MapNode) -> Node:
        entries = [(self.value(key), self.value(value)) for key, value in node.entries]
        for key, _ in entries:
            if key.type.name not in ("string", "int", "uint", "bool", "dyn"):
                self.complain(f"{t.describe(key.type)} cannot be the key of a map", key.offset)
        return MapNode(node.offset, entries, type=Type("map", item=_common(value.type for _, value in entries)))

    def _negation(self, node: Not) -> Node:
        return Not(node.offset, self.condition(node.operand, "!"), node.grouped, type=t.BOOL)

    def _minus(self, node: Negate) -> Node:
        operand = self.value(node.operand)
        if operand.type.name not in ("int", "float", "dyn"):
            self.complain(f"{t.describe(operand.type)} cannot be negated", node.offset)
        return Negate(node.offset, operand, type=operand.type)

    def _logic(self, node: Logic) -> Node:
        where = "||" if node.decides else "&&"
        return Logic(node.offset, node.decides, [self.condition(term, where) for term in node.terms], type=t.BOOL)

    def _ternary(self, node: Ternary) -> Node:
        condition = self.condition(node.condition, "?")
        then, other = self.value(node.then), self.value(node.other)
        joined = t.join(then.type, other.type)
        if joined is None:
            self.complain(f"one branch gives {t.describe(then.type)}, the other {t.describe(other.type)}", other.offset)
        return Ternary(node.offset, condition, then, other, type=joined or t.DYN)

    def _binary(self, node: Binary) -> Node:
        operator = node.operator
        if operator in ("==", "!="):
            return self._equality(node)
        if operator == "in":
            return self._membership(node)
        left, right = self.value(node.left), self.value(node.right)
        joined = t.join(left.type, right.type)
        allowed = _OPERANDS.get(operator, _ORDERED)
        if not self.fits(operator, left, right, joined, allowed):
            self.mismatch(node, left, right)
        if operator in ("<", "<=", ">", ">="):
            return Binary(node.offset, operator, left, right, type=t.BOOL)
        result = joined if joined is not None and joined.name not in ("timestamp", "duration") else t.DYN
        return Binary(node.offset, operator, left, right, type=result)

    def fits(self, operator: str, left: Node, right: Node, joined: Type | None, allowed: tuple[str, ...]) -> bool:
        """Whether an operator takes these operands."""
        times = ("timestamp", "duration")
        if left.type.name in times and right.type.name in times and operator in "+-":
            return True
        if "null" in (left.type.name, right.type.name) or joined is None or joined.name not in allowed:
            return joined is not None and joined.name == "dyn"
        return operator != "%" or joined.name != "float"

    def _equality(self, node: Binary) -> Node:
        left, right = self.check(node.left), self.check(node.right)
        names = (left.type.name, right.type.name)
        if "secret" in names and "null" not in names:
            left, right = self.value(node.left), self.value(node.right)
        if not _comparable(left.type, right.type):
            self.mismatch(node, left, right)
        return Binary(node.offset, node.operator, left, right, type=t.BOOL)

    def _membership(self, node: Binary) -> Node:
        if isinstance(node.left, Not) and not node.left.grouped:
            self.complain("`!x in y` means `(!x) in y`", node.left.offset, "write !(x in y)")
        left, right = self.value(node.left), self.value(node.right)
        if right.type.name not in ("list", "map", "dyn"):
            message = f"in wants a list or map, this is {t.describe(right.type)}"
            self.complain(message, right.offset, "text has contains()")
        item = right.type.item
        if right.type.name == "list" and item is not None and not _comparable(left.type, item):
            self.complain(f"{t.describe(left.type)} is never in a {t.describe(right.type)}", node.offset)
        return Binary(node.offset, "in", left, right, type=t.BOOL)

    def mismatch(self, node: Binary, left: Node, right: Node) -> None:
        """Complains that an operator does not take the types of its operands."""
        names = {left.type.name, right.type.name}
        hint = ""
        if names == {"string", "int"}:
            hint = "a text is written in quotes, a number without"
        elif names <= {"int", "uint", "float"} and len(names) == 2:
            hint = "convert with double() or int()"
        self.complain(
            f"no {node.operator} between {t.describe(left.type)} and {t.describe(right.type)}", node.offset, hint
        )


def _comparable(left: Type, right: Type) -> bool:
    return t.join(left, right) is not None or {left.name, right.name} <= {"ref", "null"}


def _common(types: Iterable[Type]) -> Type:
    result: Type | None = None
    for type_ in types:
        joined = type_ if result is None else t.join(result, type_)
        if joined is None:
            return t.DYN
        result = joined
    return t.DYN if result is None else result


def suggestion(name: str, names: Iterable[str]) -> str:
    """`did you mean x?` when there is something like it."""
    import difflib

    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""


def _known(names: Iterable[str]) -> str:
    listed = sorted(set(names))
    return f"there is {', '.join(listed[:12])}" if listed and len(listed) <= 12 else ""


def _bool_hint(type_: Type) -> str:
    if type_.name == "ref" or type_.name == "string":
        return "compare it: x != null"
    return "compare its size: x.size() > 0" if type_.name == "list" else ""


def is_attribute(node: Node) -> bool:
    """Whether a node names an attribute or a field, so that one may ask where it is stated."""
    return isinstance(node, (Read, Field))
