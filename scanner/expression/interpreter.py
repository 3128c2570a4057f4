"""The exact interpreter: three-valued logic that absorbs errors.

A result is a value, an `Unknown` or a `CelError`. Its law: put any values that fit in the place of the
Unknowns, and a definite result (a known value, or an error) stays the same. Hence

- `&&` and `||`: the deciding value wins over everything; an Unknown wins over an error, because it might
  turn out to decide; only then an error.
- everything strict (operators, strict functions, list and map literals, map, filter, exists_one): an
  error wins over an Unknown, because the expression fails whatever the Unknown is.
- `c ? a : b` with an Unknown condition is Unknown, whatever the branches are.

An Unknown result has the cause of the first Unknown that kept it from being decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scanner.expression import arithmetic, equality
from scanner.expression.errors import Failure, OverBudget
from scanner.expression.functions.table import apply
from scanner.expression.statement import choose, stated
from scanner.expression.syntax import (
    AllOf,
    Binary,
    Broken,
    Call,
    Choose,
    DynamicPath,
    Field,
    Has,
    Index,
    ListNode,
    Literal,
    Local,
    Logic,
    Loop,
    MapNode,
    Negate,
    Node,
    Not,
    Read,
    Stated,
    Ternary,
    Var,
)
from scanner.expression.values import (
    CelError,
    derived,
    first_computed,
    map_key,
    plain_key,
    secret_value,
    selected_from,
    type_name,
)
from scanner.model import Resource, Unknown


class Interpreter:
    """One evaluation of one expression."""

    def __init__(self, environment: Mapping[str, Any], steps: int) -> None:
        self.environment = environment
        self.steps = steps
        self.locals: dict[int, Any] = {}
        self.table: dict[type, Callable[[Any], Any]] = {
            Literal: self.literal, Var: self.variable, Local: self.local, Read: self.read, Field: self.field,
            DynamicPath: self.dynamic, Index: self.index, ListNode: self.list, MapNode: self.map, Not: self.negation,
            Negate: self.minus, Logic: self.logic, Ternary: self.ternary, Binary: self.binary, Call: self.call,
            Loop: self.loop, Has: self.has, Stated: self.stated, Choose: self.choose, AllOf: self.all_of,
            Broken: self.broken,
        }  # fmt: skip

    def run(self, node: Node) -> Any:
        """The value of a node. Raises OverBudget."""
        self.steps -= 1
        if self.steps < 0:
            raise OverBudget
        try:
            return self.table[node.__class__](node)
        except Failure as failure:
            return CelError(str(failure), node.offset)

    def spend(self, count: int) -> None:
        """Takes the steps of an operation that costs more the larger its operands are."""
        self.steps -= count
        if self.steps < 0:
            raise OverBudget

    # Names

    def literal(self, node: Literal) -> Any:
        return node.value

    def broken(self, node: Broken) -> Any:
        raise Failure(node.message)

    def variable(self, node: Var) -> Any:
        if node.name not in self.environment:
            raise Failure(f"no such attribute: {node.name}")
        return self.environment[node.name]

    def local(self, node: Local) -> Any:
        return self.locals[node.number]

    def read(self, node: Read) -> Any:
        base = self.run(node.base)
        if base is None or base.__class__ is CelError:
            return base
        if isinstance(base, Unknown):
            return selected_from(base)
        return self.attribute(node, base)

    def attribute(self, node: Read, resource: Any) -> Any:
        """The attribute of a resource that is known."""
        return attribute_of(resource, node.attribute, secret=node.secret, lenient=node.lenient)

    def field(self, node: Field) -> Any:
        base = self.run(node.base)
        if base.__class__ is CelError or (base is None and node.of_null):
            return base
        if isinstance(base, Unknown):
            return selected_from(base) if node.of_null else derived(base)
        return _masked(_entry(base, node.name), node.secret)

    def dynamic(self, node: DynamicPath) -> Any:
        return select_names(self.run(node.base), node.names)

    def has(self, node: Has) -> Any:
        base = self.run(node.base)
        if base.__class__ is CelError:
            return base
        if isinstance(base, Unknown):
            return derived(base)
        if not isinstance(base, dict):
            raise Failure(f"no such field: {node.name} of {type_name(base)}")
        return node.name in base

    def all_of(self, node: AllOf) -> Any:
        base = self.run(node.base)
        if base is None or base.__class__ is CelError or isinstance(base, Unknown):
            return base
        return base.all(node.kind)

    # Operators

    def index(self, node: Index) -> Any:
        base, key = self.run(node.base), self.run(node.key)
        return _error(base, key) or arithmetic.indexed(base, key)

    def list(self, node: ListNode) -> Any:
        items = [self.run(item) for item in node.items]
        error = _error(*items)
        return _gathered(items, items) if error is None else error

    def map(self, node: MapNode) -> Any:
        result: dict[Any, Any] = {}
        unknown: list[Any] = []
        for key_node, value_node in node.entries:
            key, value = self.run(key_node), self.run(value_node)
            if (error := _error(key, value)) is not None:
                return error
            if isinstance(key, Unknown):
                unknown.append(derived(key))
                continue
            enter(result, key, value)
        return _gathered(result, [*unknown, *result.values()])

    def negation(self, node: Not) -> Any:
        value = self.run(node.operand)
        if value.__class__ is bool:
            return not value
        if value.__class__ is CelError:
            return value
        if isinstance(value, Unknown):
            return derived(value)
        raise Failure(f"no such overload: !{type_name(value)}")

    def minus(self, node: Negate) -> Any:
        value = self.run(node.operand)
        return value if value.__class__ is CelError else arithmetic.negated(value)

    def logic(self, node: Logic) -> Any:
        outcome = Outcome(node.decides, node.offset)
        for term in node.terms:
            if outcome.add(self.run(term)):
                return node.decides
        return outcome.result()

    def ternary(self, node: Ternary) -> Any:
        condition = self.run(node.condition)
        if condition.__class__ is bool:
            return self.run(node.then if condition else node.other)
        if condition.__class__ is CelError:
            return condition
        if isinstance(condition, Unknown):
            return derived(condition)
        raise Failure(f"no such overload: {type_name(condition)} ? _ : _")

    def binary(self, node: Binary) -> Any:
        left, right = self.run(node.left), self.run(node.right)
        if (error := _error(left, right)) is not None:
            return error
        self.spend(_weight(left) + _weight(right))
        return operate(node.operator, left, right, node.offset)

    # Calls

    def call(self, node: Call) -> Any:
        arguments = tuple([self.run(argument) for argument in node.arguments])
        for argument in arguments:
            self.spend(_weight(argument))
        result = apply(node.function, arguments)
        if result.__class__ is CelError and not result.offset:
            return CelError(result.message, node.offset)
        return result

    def choose(self, node: Choose) -> Any:
        return choose(node.function, (self.run(argument) for argument in node.arguments))

    def stated(self, node: Stated) -> Any:
        argument = node.argument
        if isinstance(argument, (Read, Field)):
            base = self.run(argument.base)
            if base.__class__ is CelError or isinstance(base, Unknown):
                return base
            return stated(node.question, base, argument.attribute if isinstance(argument, Read) else argument.name)
        raise Failure(f"{node.question} wants an attribute")

    # Loops

    def loop(self, node: Loop) -> Any:
        source = self.run(node.source)
        if source.__class__ is CelError:
            return source
        if isinstance(source, Unknown):
            return self.loop_unknown(node, source)
        if isinstance(source, dict):
            source = [plain_key(key) for key in source]
        if not isinstance(source, list):
            raise Failure(f"no such overload: {type_name(source)}.{node.macro}(...)")
        if node.macro in ("exists", "all"):
            return self.quantified(node, source)
        if node.macro == "exists_one":
            return self.exactly_one(node, source)
        return self.collected(node, source)

    def quantified(self, node: Loop, source: list[Any]) -> Any:
        outcome = Outcome(node.macro == "exists", node.offset)
        for element in source:
            self.locals[node.variable.number] = element
            if outcome.add(self.run(node.condition)):  # type: ignore[arg-type]  # the two macros have one
                return outcome.decides
        return outcome.result()

    def loop_unknown(self, node: Loop, source: Unknown) -> Any:
        """A list of unknown length: elements it certainly has may decide."""
        if node.macro in ("exists", "all"):
            answer = self.quantified(node, list(source.contains))
            return answer if answer is (node.macro == "exists") else derived(source)
        return derived(source)

    def exactly_one(self, node: Loop, source: list[Any]) -> Any:
        answers = [self.condition(node, element) for element in source]
        if (error := _error(*answers)) is not None:
            return error
        # Two matches do not decide while an Unknown may still turn out to make the condition an error.
        unknown = next((answer for answer in answers if isinstance(answer, Unknown)), None)
        return sum(answers) == 1 if unknown is None else derived(unknown)

    def collected(self, node: Loop, source: list[Any]) -> Any:
        """What `map` and `filter` gather. An error in any element is the result, as all are worked out."""
        result: list[Any] = []
        unknown: list[Any] = []
        for element in source:
            keep = self.condition(node, element)
            if keep.__class__ is CelError:
                return keep
            value = element if node.step is None else self.run(node.step) if keep is not False else None
            if value.__class__ is CelError and keep is True:
                return value
            if keep is True:
                result.append(value)
            elif keep is not False:
                unknown.append(derived(keep))
        return _gathered(result, [*unknown, *result])

    def condition(self, node: Loop, element: Any) -> Any:
        """The condition of a loop for one element; anything but a bool or Unknown is an error."""
        self.locals[node.variable.number] = element
        if node.condition is None:
            self.spend(1)
            return True
        answer = self.run(node.condition)
        if answer.__class__ in (bool, CelError) or isinstance(answer, Unknown):
            return answer
        return CelError(f"the condition of {node.macro} gives {type_name(answer)}, not bool", node.offset)


class Outcome:
    """Gathers the terms of a conjunction (`decides` False) or disjunction (`decides` True)."""

    __slots__ = ("decides", "error", "offset", "raw_error", "unknown")

    def __init__(self, decides: bool, offset: int) -> None:
        self.decides = decides
        self.offset = offset
        self.unknown: Unknown | None = None
        self.error: CelError | None = None
        self.raw_error: Any = None

    @property
    def culprit(self) -> Any:
        """The term that keeps it from being definite, None if there is none."""
        return self.unknown if self.unknown is not None else self.raw_error

    def add(self, value: Any) -> bool:
        """Takes a term; True when it decides."""
        if value is self.decides:
            return True
        if isinstance(value, Unknown):
            if self.unknown is None:
                self.unknown = value
        elif value.__class__ is not bool and self.error is None:
            self.raw_error = value
            self.error = value if value.__class__ is CelError else self._not_bool(value)
        return False

    def _not_bool(self, value: Any) -> CelError:
        return CelError(f"no such overload: {type_name(value)} {'||' if self.decides else '&&'} _", self.offset)

    def result(self) -> Any:
        """What it comes to when no term decided."""
        if self.unknown is not None:
            return derived(self.unknown)
        return not self.decides if self.error is None else self.error


def operate(operator: str, left: Any, right: Any, offset: int) -> Any:
    """A binary operator on values that are no errors."""
    if operator == "==" or operator == "!=":
        answer = equality.equal(left, right)
        if answer.__class__ is bool:
            return answer if operator == "==" else not answer
        return answer
    if operator == "in":
        result = equality.contained(left, right)
    elif operator in ("<", "<=", ">", ">="):
        result = equality.ordered(operator, left, right)
    else:
        return arithmetic.calculate(operator, left, right)
    return CelError(result.message, offset) if result.__class__ is CelError else result


def select_names(value: Any, names: list[str]) -> Any:
    """Names selected one after the other; of a resource as many at once as make the name of an attribute."""
    while names:
        if value.__class__ is CelError:
            return value
        if isinstance(value, Unknown):
            return derived(value)
        if isinstance(value, Resource):
            count = _longest(value, names)
            value, names = attribute_of(value, ".".join(names[:count])), names[count:]
        else:
            value, names = _entry(value, names[0]), names[1:]
    return value


def attribute_of(resource: Any, name: str, *, secret: bool = False, lenient: bool = False) -> Any:
    """An attribute of a resource as an expression sees it. Raises Failure when it has none of that name."""
    if not isinstance(resource, Resource):
        raise Failure(f"no such field: {name} of {type_name(resource)}")
    try:
        value = resource.read(name)
    except KeyError:
        if lenient:
            return None
        raise Failure(f"{resource.kind} has no attribute {name}") from None
    return _masked(value, secret)


def enter(result: dict[Any, Any], key: Any, value: Any) -> None:
    """Puts an entry in a map that a literal makes."""
    if key is None or isinstance(key, (float, list, dict)) or isinstance(key, Resource):
        raise Failure(f"{type_name(key)} cannot be the key of a map")
    key = map_key(key)
    if key in result:
        raise Failure("the same key twice in a map")
    result[key] = value


def _masked(value: Any, secret: bool) -> Any:
    return secret_value() if secret and value is not None and not isinstance(value, Unknown) else value


def _entry(base: Any, name: str) -> Any:
    if not isinstance(base, dict):
        raise Failure(f"no such field: {name} of {type_name(base)}")
    if name not in base:
        raise Failure(f"no such key: {name!r}")
    return base[name]


def _longest(resource: Resource, names: list[str]) -> int:
    for count in range(len(names), 1, -1):
        if ".".join(names[:count]) in resource.attributes:
            return count
    return 1


def _error(*values: Any) -> CelError | None:
    for value in values:
        if value.__class__ is CelError:
            return value  # type: ignore[no-any-return]  # just tested
    return None


def _gathered(result: Any, parts: Iterable[Any]) -> Any:
    """A collection that is made, unless one of its parts may yet turn out to be an error."""
    computed = first_computed(*parts)
    return result if computed is None else derived(computed)


def _weight(value: Any) -> int:
    return len(value) >> 3 if isinstance(value, (str, list, dict, bytes)) else 0
