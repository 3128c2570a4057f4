"""The exact path once more, keeping what was read and which reads decided the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from scanner.expression import equality
from scanner.expression.functions.table import apply
from scanner.expression.interpreter import Interpreter
from scanner.expression.operations import operate
from scanner.expression.quantified import Outcome
from scanner.expression.statement import choose
from scanner.expression.syntax import Binary, Call, Choose, Field, Index, Local, Logic, Loop, Node, Read, Ternary
from scanner.expression.values import CelError
from scanner.model import PathStep, Resource, Unknown


class ReadRecord(NamedTuple):
    """One attribute that was read, or an element of one."""

    resource: Resource
    attribute: str
    element: tuple[PathStep, ...]
    """The way into the attribute's value: list positions and field names; empty for the whole."""
    value: Any


@dataclass(frozen=True, slots=True)
class Trace:
    """How an expression came to its result."""

    value: Any
    """The result; None when there is an error."""
    error: CelError | None
    reads: tuple[ReadRecord, ...]
    """Every read, in order."""
    deciding: tuple[ReadRecord, ...]
    """The reads without which the result would not be what it is: those of the term of `&&` and `||`, the
    branch, and the element of `exists` and `all` that decided; the most specific last."""


class Tracer(Interpreter):
    """An interpreter that remembers reads."""

    def __init__(self, environment: Mapping[str, Any], steps: int) -> None:
        super().__init__(environment, steps)
        self.reads: list[ReadRecord] = []
        self.deciding: list[ReadRecord] = []
        self.origins: dict[int, ReadRecord] = {}
        """Loop variable to the element it stands for."""

    def trace(self, node: Node) -> Trace:
        """Runs the expression. Raises OverBudget."""
        result = self.run(node)
        error = result if isinstance(result, CelError) else None
        deciding = tuple(dict.fromkeys(_Key(read) for read in self.deciding))
        value = None if error is not None else result
        return Trace(value, error, tuple(self.reads), tuple(key.read for key in deciding))

    def note(self, read: ReadRecord) -> None:
        """Remembers a read."""
        self.reads.append(read)
        self.deciding.append(read)

    def _attribute(self, node: Read, resource: Any) -> Any:
        value = super()._attribute(node, resource)
        self.note(ReadRecord(resource, node.attribute, (), value))
        return value

    def _local(self, node: Local) -> Any:
        value = self.locals[node.number]
        if (origin := self.origins.get(node.number)) is not None:
            self.note(origin)
        return value

    def _field(self, node: Field) -> Any:
        before = len(self.deciding)
        value = super()._field(node)
        self.refine(node.base, before, (node.name,), value)
        return value

    def _index(self, node: Index) -> Any:
        before = len(self.deciding)
        base = self.run(node.base)
        after = len(self.deciding)
        key = self.run(node.key)
        if base.__class__ is CelError or key.__class__ is CelError:
            return base if base.__class__ is CelError else key
        value = operate_index(base, key)
        if isinstance(key, (int, str)) and len(self.deciding) == after:
            self.refine(node.base, before, (key,), value)
        return value

    def refine(self, base: Node, before: int, path: tuple[PathStep, ...], value: Any) -> None:
        """Makes the last read, if it is the whole of what `base` gave, a read of a part of it."""
        if len(self.deciding) > before and is_place(base):
            last = self.deciding[-1]
            self.deciding[-1] = last._replace(element=(*last.element, *path), value=value)

    # What decides

    def _logic(self, node: Logic) -> Any:
        outcome = Outcome(node.decides, node.offset)
        before = len(self.deciding)
        for term in node.terms:
            mark = len(self.deciding)
            value = self.run(term)
            if outcome.add(value):
                del self.deciding[before:mark]
                return node.decides
            if value is not (not node.decides) and outcome.culprit is value:
                culprit = self.deciding[mark:]
        result = outcome.result()
        if result is not (not node.decides) and outcome.culprit is not None:
            self.deciding[before:] = culprit
        return result

    def _ternary(self, node: Ternary) -> Any:
        return super()._ternary(node)

    def _binary(self, node: Binary) -> Any:
        if node.operator != "in":
            return super()._binary(node)
        item = self.run(node.left)
        before = len(self.deciding)
        collection = self.run(node.right)
        for value in (item, collection):
            if value.__class__ is CelError:
                return value
        answer = operate("in", item, collection, node.offset)
        if answer is True and isinstance(collection, list):
            for place, element in enumerate(collection):
                if equality.equal(element, item) is True:
                    self.refine(node.right, before, (place,), element)
                    break
        return answer

    def _call(self, node: Call) -> Any:
        arguments = []
        spot = None
        for number, argument in enumerate(node.arguments):
            before = len(self.deciding)
            arguments.append(self.run(argument))
            if number == 0 and len(self.deciding) > before and is_place(argument):
                spot = len(self.deciding) - 1
        result = apply(node.function, tuple(arguments))
        if result is True and spot is not None and node.function.deciding is not None:
            path = node.function.deciding(*arguments)
            if path:
                last = self.deciding[spot]
                self.deciding[spot] = last._replace(element=(*last.element, *path), value=_within(arguments[0], path))
        if result.__class__ is CelError and not result.offset:
            return CelError(result.message, node.offset)
        return result

    def _choose(self, node: Choose) -> Any:
        before = len(self.deciding)
        marks: list[int] = []

        def each() -> Any:
            for argument in node.arguments:
                marks.append(len(self.deciding))
                yield self.run(argument)

        result = choose(node.function, each())
        if result is not None and result is not False and marks:
            del self.deciding[before : marks[-1]]
        return result

    def _quantified(self, node: Loop, source: list[Any]) -> Any:
        outcome = Outcome(node.macro == "exists", node.offset)
        before = len(self.deciding)
        origin = self.deciding[-1] if self.deciding and is_place(node.source) else None
        culprit: list[ReadRecord] = []
        for place, element in enumerate(source):
            mark = len(self.deciding)
            self.note_element(node, origin, place, element)
            value = self.run(node.condition)  # type: ignore[arg-type]  # the two macros have one
            if outcome.add(value):
                self.narrow(before, mark, origin, place, element)
                return outcome.decides
            if outcome.culprit is value:
                culprit = [self.at(origin, place, element), *self.deciding[mark:]] if origin else self.deciding[mark:]
        result = outcome.result()
        if outcome.culprit is not None and culprit:
            self.deciding[before - (1 if origin else 0) :] = culprit
        return result

    def note_element(self, node: Loop, origin: ReadRecord | None, place: int, element: Any) -> None:
        """Sets the variable of a loop and remembers where its value stands."""
        self.enter(node, place, element)
        number = node.variable.number
        if origin is not None and not isinstance(element, Resource):
            self.origins[number] = self.at(origin, place, element)
        else:
            self.origins.pop(number, None)

    def at(self, origin: ReadRecord, place: int, element: Any) -> ReadRecord:
        """The read of one element of what was read."""
        return origin._replace(element=(*origin.element, place), value=element)

    def narrow(self, before: int, mark: int, origin: ReadRecord | None, place: int, element: Any) -> None:
        """Keeps of a loop's reads those of the element that decided."""
        del self.deciding[before:mark]
        if origin is not None:
            self.deciding[before - 1] = self.at(origin, place, element)

    def _condition(self, node: Loop, place: int, element: Any) -> Any:
        self.origins.pop(node.variable.number, None)
        return super()._condition(node, place, element)


def operate_index(base: Any, key: Any) -> Any:
    """`base[key]`, see `arithmetic.indexed`."""
    from scanner.expression.arithmetic import indexed

    return indexed(base, key)


def is_place(node: Node) -> bool:
    """Whether what a node gives stands, as it is, in an attribute."""
    while isinstance(node, (Field, Index)):
        node = node.base
    return isinstance(node, (Read, Local))


def _within(value: Any, path: tuple[PathStep, ...]) -> Any:
    for step in path:
        if isinstance(value, Unknown):
            return value
        value = value[step]
    return value


class _Key:
    """Compares reads without comparing their values, which may be Unknown or large."""

    __slots__ = ("read", "words")

    def __init__(self, read: ReadRecord) -> None:
        self.read = read
        self.words = (id(read.resource), read.attribute, read.element)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.words == other.words

    def __hash__(self) -> int:
        return hash(self.words)
