"""The syntax tree: what the parser gives, and what the checker makes of it. No behaviour.

The parser uses `Ident`, `Select` and `Invoke` for whatever has a name; the checker replaces them by
nodes that say what is meant (`Var`, `Local`, `Read`, `Field`, `Call`, `Loop`, ...) and sets `type`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scanner.model import Type

if TYPE_CHECKING:
    from scanner.expression.functions.table import Function

DYN = Type("dyn")


@dataclass(slots=True)
class Node:
    """A part of an expression that begins at `offset`, in characters."""

    offset: int
    type: Type = field(default=DYN, kw_only=True)


@dataclass(slots=True)
class Literal(Node):
    """A constant."""

    value: Any


@dataclass(slots=True)
class Ident(Node):
    """A name, not resolved."""

    name: str


@dataclass(slots=True)
class Select(Node):
    """`base.name`, not resolved."""

    base: Node
    name: str


@dataclass(slots=True)
class Invoke(Node):
    """`name(arguments)` or `target.name(arguments)`, not resolved."""

    target: Node | None
    name: str
    arguments: list[Node]


@dataclass(slots=True)
class Index(Node):
    """`base[key]`."""

    base: Node
    key: Node


@dataclass(slots=True)
class ListNode(Node):
    """`[a, b]`."""

    items: list[Node]


@dataclass(slots=True)
class MapNode(Node):
    """`{k: v}`."""

    entries: list[tuple[Node, Node]]


@dataclass(slots=True)
class Not(Node):
    """`!operand`."""

    operand: Node
    grouped: bool = False
    """Whether it stands in parentheses."""


@dataclass(slots=True)
class Negate(Node):
    """`-operand`."""

    operand: Node


@dataclass(slots=True)
class Logic(Node):
    """A chain of `&&` (`decides` False: one false term decides) or of `||` (`decides` True)."""

    decides: bool
    terms: list[Node]


@dataclass(slots=True)
class Ternary(Node):
    """`condition ? then : other`."""

    condition: Node
    then: Node
    other: Node


@dataclass(slots=True)
class Binary(Node):
    """`left operator right` for `== != < <= > >= in + - * / %`."""

    operator: str
    left: Node
    right: Node


def children(node: Node) -> list[Node]:
    """The parts of a node that the parser made."""
    match node:
        case Select(base=base):
            return [base]
        case Invoke(target=target, arguments=arguments):
            return arguments if target is None else [target, *arguments]
        case Index(base=base, key=key):
            return [base, key]
        case ListNode(items=parts) | Logic(terms=parts):
            return parts
        case MapNode(entries=entries):
            return [part for entry in entries for part in entry]
        case Not(operand=operand) | Negate(operand=operand):
            return [operand]
        case Ternary(condition=condition, then=then, other=other):
            return [condition, then, other]
        case Binary(left=left, right=right):
            return [left, right]
    return []


# What only the checker makes.


@dataclass(slots=True)
class Var(Node):
    """A binding of the environment."""

    name: str


@dataclass(slots=True)
class Local(Node):
    """The variable of an enclosing loop; `number` is unique in the expression."""

    name: str
    number: int


@dataclass(slots=True)
class Read(Node):
    """An attribute of a resource. Of null it is null (a list is empty), of an Unknown it is unknown."""

    base: Node
    attribute: str
    secret: bool = False
    """Whether its value may not be seen."""
    lenient: bool = False
    """Whether the kind is open, so that the node may lack the attribute; it is null then."""


@dataclass(slots=True)
class Field(Node):
    """A key of a map or a field of a record."""

    base: Node
    name: str
    of_null: bool = False
    """Whether the field of null is null (records) and not an error (maps)."""
    secret: bool = False


@dataclass(slots=True)
class DynamicPath(Node):
    """Names selected in turn from a value of unknown type; of a resource, as many as make an attribute's name."""

    base: Node
    names: list[str]


@dataclass(slots=True)
class Has(Node):
    """`has(base.name)` of a map."""

    base: Node
    name: str


@dataclass(slots=True)
class Call(Node):
    """A function of the table."""

    function: Function
    arguments: list[Node]


@dataclass(slots=True)
class Loop(Node):
    """A macro: `exists all exists_one map filter`. `step` is what `map` puts in the list."""

    macro: str
    source: Node
    variable: Local
    condition: Node | None
    step: Node | None = None


@dataclass(slots=True)
class Stated(Node):
    """`is_given(x)` or `is_literal(x)`."""

    question: str
    argument: Read | Field | DynamicPath

    @property
    def name(self) -> str:
        """What the argument selects from its base."""
        match self.argument:
            case Read(attribute=name) | Field(name=name):
                return name
            case DynamicPath(names=names):
                return ".".join(names)


@dataclass(slots=True)
class Choose(Node):
    """`first(a, b, ...)` or `either(a, b, ...)`: arguments are worked out until one decides."""

    function: str
    arguments: list[Node]


@dataclass(slots=True)
class AllOf(Node):
    """`root.all("kind")`."""

    base: Node
    kind: str


@dataclass(slots=True)
class Broken(Node):
    """What an unchecked expression names without its being there: an error when it is reached."""

    message: str
