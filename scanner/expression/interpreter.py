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

from collections.abc import Iterable, Mapping
from typing import Any, Final

from scanner.expression import arithmetic
from scanner.expression.errors import Failure, OverBudget
from scanner.expression.functions.table import apply
from scanner.expression.operations import attribute_of, enter, entry, masked, operate, select_names
from scanner.expression.quantified import Outcome
from scanner.expression.statement import Spot, choose, stated, stated_at
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
    plain_key,
    selected_from,
    type_name,
)
from scanner.model import Possible, Resource, Unknown

_METHODS: Final[dict[type[Node], str]] = {
    Literal: "_literal",
    Var: "_variable",
    Local: "_local",
    Read: "_read",
    Field: "_field",
    DynamicPath: "_dynamic",
    Index: "_index",
    ListNode: "_list",
    MapNode: "_map",
    Not: "_negation",
    Negate: "_minus",
    Logic: "_logic",
    Ternary: "_ternary",
    Binary: "_binary",
    Call: "_call",
    Loop: "_loop",
    Has: "_has",
    Stated: "_stated",
    Choose: "_choose",
    AllOf: "_all_of",
    Broken: "_broken",
}
"""What each kind of node is run by; by name, so that a tracer may do it otherwise."""


class Interpreter:
    """One evaluation of one expression."""

    def __init__(self, environment: Mapping[str, Any], steps: int) -> None:
        self.environment = environment
        self.steps = steps
        self.locals: dict[int, Any] = {}
        self.elements: dict[int, tuple[Node, int]] = {}
        """Loop variable to the list that it goes through and the place in it; not of a list of unknown length."""

    def run(self, node: Node) -> Any:
        """The value of a node. Raises OverBudget."""
        self.steps -= 1
        if self.steps < 0:
            raise OverBudget
        try:
            return getattr(self, _METHODS[node.__class__])(node)
        except Failure as failure:
            return CelError(str(failure), node.offset)

    def spend(self, count: int) -> None:
        """Takes the steps of an operation that costs more the larger its operands are."""
        self.steps -= count
        if self.steps < 0:
            raise OverBudget

    # Names

    def _literal(self, node: Literal) -> Any:
        return node.value

    def _broken(self, node: Broken) -> Any:
        raise Failure(node.message)

    def _variable(self, node: Var) -> Any:
        if node.name not in self.environment:
            raise Failure(f"no such attribute: {node.name}")
        return self.environment[node.name]

    def _local(self, node: Local) -> Any:
        return self.locals[node.number]

    def _read(self, node: Read) -> Any:
        base = self.run(node.base)
        if base is None:
            # A resource that is not there has nothing in its lists.
            return [] if node.type.name == "list" else None
        if base.__class__ is CelError:
            return base
        if isinstance(base, Unknown):
            return selected_from(base)
        return self._attribute(node, base)

    def _attribute(self, node: Read, resource: Any) -> Any:
        """The attribute of a resource that is known."""
        return attribute_of(resource, node.attribute, secret=node.secret, lenient=node.lenient)

    def _field(self, node: Field) -> Any:
        base = self.run(node.base)
        if base.__class__ is CelError or (base is None and node.of_null):
            return base
        if isinstance(base, Unknown):
            return selected_from(base) if node.of_null else derived(base)
        return masked(entry(base, node.name), node.secret)

    def _dynamic(self, node: DynamicPath) -> Any:
        return select_names(self.run(node.base), node.names)

    def _has(self, node: Has) -> Any:
        base = self.run(node.base)
        if base.__class__ is CelError:
            return base
        if isinstance(base, Unknown):
            return derived(base)
        if not isinstance(base, dict):
            raise Failure(f"no such field: {node.name} of {type_name(base)}")
        return node.name in base

    def _all_of(self, node: AllOf) -> Any:
        base = self.run(node.base)
        if base is None or base.__class__ is CelError or isinstance(base, Unknown):
            return base
        return base.all(node.kind)

    # Operators

    def _index(self, node: Index) -> Any:
        base, key = self.run(node.base), self.run(node.key)
        return _error(base, key) or arithmetic.indexed(base, key)

    def _list(self, node: ListNode) -> Any:
        items = [self.run(item) for item in node.items]
        error = _error(*items)
        return _gathered(items, items) if error is None else error

    def _map(self, node: MapNode) -> Any:
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

    def _negation(self, node: Not) -> Any:
        value = self.run(node.operand)
        if value.__class__ is bool:
            return not value
        if value.__class__ is CelError:
            return value
        if isinstance(value, Unknown):
            return derived(value)
        raise Failure(f"no such overload: !{type_name(value)}")

    def _minus(self, node: Negate) -> Any:
        value = self.run(node.operand)
        return value if value.__class__ is CelError else arithmetic.negated(value)

    def _logic(self, node: Logic) -> Any:
        outcome = Outcome(node.decides, node.offset)
        for term in node.terms:
            if outcome.add(self.run(term)):
                return node.decides
        return outcome.result()

    def _ternary(self, node: Ternary) -> Any:
        condition = self.run(node.condition)
        if condition.__class__ is bool:
            return self.run(node.then if condition else node.other)
        if condition.__class__ is CelError:
            return condition
        if isinstance(condition, Unknown):
            return derived(condition)
        raise Failure(f"no such overload: {type_name(condition)} ? _ : _")

    def _binary(self, node: Binary) -> Any:
        left, right = self.run(node.left), self.run(node.right)
        if (error := _error(left, right)) is not None:
            return error
        self.spend(_weight(left) + _weight(right))
        return operate(node.operator, left, right, node.offset)

    # Calls

    def _call(self, node: Call) -> Any:
        arguments = tuple([self.run(argument) for argument in node.arguments])
        for argument in arguments:
            self.spend(_weight(argument))
        result = apply(node.function, arguments)
        if result.__class__ is CelError and not result.offset:
            return CelError(result.message, node.offset)
        return result

    def _choose(self, node: Choose) -> Any:
        return choose(node.function, (self.run(argument) for argument in node.arguments))

    def _stated(self, node: Stated) -> Any:
        base = self.run(node.argument.base)
        if base.__class__ is CelError or isinstance(base, Unknown):
            return base
        spot = self.spot(node.argument) if isinstance(base, dict) else None
        if spot is None:
            return stated(node.question, base, node.name)
        return stated_at(node.question, spot, base.get(node.name))

    def spot(self, node: Node) -> Spot | None:
        """Where what a node gives stands, if it stands in an attribute."""
        if isinstance(node, Read):
            base = self.run(node.base)
            return Spot(base, node.attribute) if isinstance(base, Resource) else None
        if isinstance(node, Local):
            source, place = self.elements.get(node.number, (None, 0))
            around = None if source is None else self.spot(source)
            return None if around is None else around.within(place)
        if not isinstance(node, Field | Index):
            return None
        around = self.spot(node.base)
        step = node.name if isinstance(node, Field) else self.run(node.key)
        return around.within(step) if around is not None and isinstance(step, str | int) else None

    # Loops

    def _loop(self, node: Loop) -> Any:
        source = self.run(node.source)
        if source.__class__ is CelError:
            return source
        self.elements.pop(node.variable.number, None)
        if isinstance(source, Unknown):
            return self._loop_unknown(node, source)
        if isinstance(source, dict):
            source = [plain_key(key) for key in source]
        if not isinstance(source, list):
            raise Failure(f"no such overload: {type_name(source)}.{node.macro}(...)")
        self.elements[node.variable.number] = (node.source, 0)
        if node.macro in ("exists", "all"):
            return self._quantified(node, source)
        if node.macro == "exists_one":
            return self._exactly_one(node, source)
        return self._collected(node, source)

    def _quantified(self, node: Loop, source: list[Any]) -> Any:
        outcome = Outcome(node.macro == "exists", node.offset)
        for place, element in enumerate(source):
            self.enter(node, place, element)
            if outcome.add(self.run(node.condition)):  # type: ignore[arg-type]  # the two macros have one
                return outcome.decides
        return outcome.result()

    def _loop_unknown(self, node: Loop, source: Unknown) -> Any:
        """A list of unknown length: elements it certainly has may decide."""
        if node.macro in ("exists", "all"):
            if isinstance(source, Possible):
                return self._quantified_in_part(node, source)
            answer = self._quantified(node, list(source.contains))
            return answer if answer is (node.macro == "exists") else derived(source)
        return derived(source)

    def _quantified_in_part(self, node: Loop, source: Possible) -> Any:
        """Elements that may not be there decide nothing, but keep what they would decide from being known."""
        outcome = Outcome(node.macro == "exists", node.offset)
        for place, element in enumerate((*source.contains, *source.possible)):
            self.enter(node, place, element)
            answer = self.run(node.condition)  # type: ignore[arg-type]  # the two macros have one
            if place >= len(source.contains) and answer is not (not outcome.decides):
                answer = derived(source)
            if outcome.add(answer):
                return outcome.decides
        return outcome.result()

    def _exactly_one(self, node: Loop, source: list[Any]) -> Any:
        answers = [self._condition(node, place, element) for place, element in enumerate(source)]
        if (error := _error(*answers)) is not None:
            return error
        # Two matches do not decide while an Unknown may still turn out to make the condition an error.
        unknown = next((answer for answer in answers if isinstance(answer, Unknown)), None)
        return sum(answers) == 1 if unknown is None else derived(unknown)

    def _collected(self, node: Loop, source: list[Any]) -> Any:
        """What `map` and `filter` gather. An error in any element is the result, as all are worked out."""
        result: list[Any] = []
        unknown: list[Any] = []
        for place, element in enumerate(source):
            keep = self._condition(node, place, element)
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

    def enter(self, node: Loop, place: int, element: Any) -> None:
        """Sets the variable of a loop."""
        self.locals[node.variable.number] = element
        if node.variable.number in self.elements:
            self.elements[node.variable.number] = (node.source, place)

    def _condition(self, node: Loop, place: int, element: Any) -> Any:
        """The condition of a loop for one element; anything but a bool or Unknown is an error."""
        self.enter(node, place, element)
        if node.condition is None:
            self.spend(1)
            return True
        answer = self.run(node.condition)
        if answer.__class__ in (bool, CelError) or isinstance(answer, Unknown):
            return answer
        return CelError(f"the condition of {node.macro} gives {type_name(answer)}, not bool", node.offset)


def _error(*values: Any) -> CelError | None:
    for value in values:
        if value.__class__ is CelError:
            return value
    return None


def _gathered(result: Any, parts: Iterable[Any]) -> Any:
    """A collection that is made, unless one of its parts may yet turn out to be an error."""
    computed = first_computed(*parts)
    return result if computed is None else derived(computed)


def _weight(value: Any) -> int:
    return len(value) >> 3 if isinstance(value, (str, list, dict, bytes)) else 0
