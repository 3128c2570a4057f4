"""Values of template nodes: plain trees, with intrinsic functions worked out and Unknown for what is not known.

What each function does is in `functions` and `references`; here are trees, lists and what is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.loaders.cloudformation import foreach
from scanner.loaders.cloudformation.dynamic import dynamic_references
from scanner.loaders.cloudformation.problems import OverBudget, shown, span_of
from scanner.loaders.cloudformation.template import RAIN
from scanner.loaders.cloudformation.undecided import combined, perhaps, perhaps_all
from scanner.loaders.cloudformation.values import NO_VALUE, StartOfList, as_text
from scanner.model import SourceSpan, Unknown
from scanner.source.located import LocatedDict, LocatedList

if TYPE_CHECKING:
    from scanner.loaders.cloudformation.stack import Stack

Assumed = Mapping[str, bool]
"""Conditions that are taken as decided: inside a resource or branch that exists only if they are."""

Function = Callable[["Evaluator", Any, LocatedDict], Any]
"""(evaluator, argument, the whole node) -> value"""


class Element(NamedTuple):
    """What one item of a list as written gives to the list as it will be."""

    node: Any
    evaluator: Evaluator
    existence: Unknown | None
    value: Any = None
    """Its value, where that had to be worked out; else None."""


class Evaluator:
    """Works out nodes of one stack under some assumptions."""

    __slots__ = ("assumed", "functions", "stack")

    def __init__(self, stack: Stack, assumed: Assumed) -> None:
        self.stack = stack
        self.assumed = assumed
        self.functions = stack.functions

    def value(self, node: Any) -> Any:
        """The value of a node; `NO_VALUE` for what removes itself."""
        kind = node.__class__
        if kind is str:
            return node if "{{resolve:" not in node else dynamic_references(node)
        if kind is LocatedDict:
            if len(node) == 1:
                for key, argument in node.items():
                    function = self.functions.get(key)
                    if function is not None:
                        self.stack.budget.step()
                        return function(self, argument, node)
                    if key.startswith(RAIN):
                        return self._of_rain(key, node)
            return self._mapping(node)
        if kind is LocatedList:
            return self._list(node)
        return node

    def _of_rain(self, key: str, node: LocatedDict) -> Unknown:
        """A directive of Rain, of which the template tells: it is read from elsewhere before the stack is deployed."""
        return Unknown("data", f"{shown(key.removeprefix('Fn::'))} is resolved by rain pkg", span=self.span(node))

    def _mapping(self, node: LocatedDict) -> Any:
        self.stack.budget.step(len(node))
        out: dict[str, Any] = {}
        for key, value in node.items():
            if key[:4] == "Fn::":
                return self._with_functions(node)
            found = self.value(value)
            if found is not NO_VALUE:
                out[key] = found
        return out

    def _with_functions(self, node: LocatedDict) -> Any:
        """A mapping in which loops or transforms stand beside plain entries, or a function that we do not know."""
        out: dict[str, Any] = {}
        for key, value, _ in self.entries(node):
            if isinstance(value, Unknown) and key[:4] == "Fn::":
                return value
            found = self.value(value)
            if found is not NO_VALUE:
                out[key] = found
        return out

    def entries(self, node: LocatedDict) -> Iterator[tuple[str, Any, LocatedDict]]:
        """The entries of a mapping with its loops unrolled, each with the mapping it stands in. What cannot be
        unrolled is an Unknown under the loop's own key."""
        for key, value in node.items():
            yield from self.entry(key, value, node)

    def entry(self, key: str, value: Any, node: LocatedDict) -> Iterator[tuple[str, Any, LocatedDict]]:
        """What one entry as written comes to."""
        if key.startswith(foreach.PREFIX):
            yield from self._unrolled(key, value, node)
        elif key == "Fn::Transform":
            yield key, self.functions[key](self, value, node), node
        elif key[:4] == "Fn::":
            yield key, self._not_known(key, node), node
        else:
            yield key, value, node

    def _unrolled(self, key: str, argument: Any, node: LocatedDict) -> Iterator[tuple[str, Any, LocatedDict]]:
        rounds: list[Any] | Unknown
        try:
            rounds = self.rounds(argument, node)
        except OverBudget as error:
            rounds = self.stack.over_budget(error, self.span(argument))
        if isinstance(rounds, Unknown):
            yield key, rounds, node
            return
        for fragment in rounds:
            if isinstance(fragment, LocatedDict):
                yield from self.entries(fragment)

    def rounds(self, argument: Any, node: LocatedDict) -> list[Any] | Unknown:
        """The fragment of a loop for each element of its collection."""
        loop = foreach.loop_of(argument)
        if loop is None:
            hint = "Write [Identifier, [values], {key: value}]."
            return self.invalid("GR-TYPE", "`Fn::ForEach` without its three arguments", node, hint)
        found = self.list_of(loop.collection)
        if isinstance(found, Unknown):
            return found
        self.stack.budget.collection(len(found))
        rounds: list[Any] = []
        for element in found:
            texts = [as_text(each) for each in (element if isinstance(element, list) else [element])]
            values = {name: text for name, text in zip(loop.names, texts, strict=False) if text is not None}
            if len(values) != len(loop.names):
                if isinstance(element, Unknown):
                    return element
                return self.invalid("GR-TYPE", "`Fn::ForEach` over something that is no text", node)
            rounds.append(foreach.Filler(values, self.stack.budget).filled(loop.fragment))
        return rounds

    def _not_known(self, key: str, node: LocatedDict) -> Unknown:
        return self.invalid("GR-UNSUPPORTED", f"the function `{shown(key)}` is not known here", node)

    # Lists

    def _list(self, node: LocatedList) -> Any:
        self.stack.budget.step(len(node))
        out: list[Any] = []
        hidden: Unknown | None = None
        for element in self.elements(node):
            found = element.evaluator.value(element.node) if element.value is None else element.value
            if found is NO_VALUE:
                continue
            if element.existence is not None:
                found = perhaps(found, element.existence)
                if isinstance(found, Unknown):
                    hidden = element.existence
                    continue
            out.append(found)
        if hidden is None:
            return out
        return Unknown(hidden.code, hidden.text, span=hidden.span, not_null=True, contains=tuple(out))

    def elements(self, node: LocatedList) -> Iterator[Element]:
        """The items of a list; an undecided `Fn::If` between two mappings gives both, either of which may be there."""
        for item in node:
            if item.__class__ is LocatedDict and len(item) == 1 and "Fn::If" in item:
                yield from self._alternatives(item)
            else:
                yield Element(item, self, None)

    def _alternatives(self, item: LocatedDict) -> Iterator[Element]:
        why, branches = self.choice(item) or (True, [])
        if not isinstance(why, Unknown):
            yield Element(item, self, None)
            return
        values = [evaluator.value(branch) for branch, evaluator in branches]
        if any(value is NO_VALUE for value in values) or all(isinstance(value, dict) for value in values):
            for (branch, evaluator), value in zip(branches, values, strict=True):
                if value is not NO_VALUE:
                    yield Element(branch, evaluator, why, value)
        else:
            yield Element(item, self, None, combined(values[0], values[1], why))

    def choice(self, node: LocatedDict) -> tuple[bool | Unknown, list[tuple[Any, Evaluator]]] | None:
        """The condition of an `Fn::If` and its two branches, each with who evaluates it; None for what is none."""
        argument = node["Fn::If"]
        if not isinstance(argument, LocatedList) or len(argument) != 3:
            return None
        name, then, other = argument
        known = self.stack.conditions.decide(name, self.assumed)
        if not isinstance(name, str) or isinstance(known, bool):
            return known, [(then, self), (other, self)]
        return known, [(then, self.assuming(name, True)), (other, self.assuming(name, False))]

    def assuming(self, condition: str, holds: bool) -> Evaluator:
        """The same evaluator where a condition is taken as decided."""
        return Evaluator(self.stack, self.stack.conditions.implied(condition, holds, self.assumed))

    def if_(self, node: LocatedDict) -> Any:
        """The value of an `Fn::If`; what both branches say where the condition is not decided."""
        choice = self.choice(node)
        if choice is None:
            return self.invalid("GR-TYPE", "`Fn::If` without its three arguments", node, "Write [condition, a, b].")
        known, branches = choice
        if isinstance(known, bool):
            branch, evaluator = branches[0 if known else 1]
            return evaluator.value(branch)
        then, other = (evaluator.value(branch) for branch, evaluator in branches)
        if then is NO_VALUE and other is NO_VALUE:
            return NO_VALUE
        if then is NO_VALUE or other is NO_VALUE:
            return perhaps_all(other if then is NO_VALUE else then, known)
        return combined(then, other, known)

    # What functions need

    def list_of(self, node: Any) -> list[Any] | Unknown:
        """A node that must be a list; what is none is told of."""
        value = self.value(node)
        if isinstance(value, list | Unknown):
            return value
        return self.invalid("GR-TYPE", f"{shown(value)} stands where a list must be", node)

    def start_of(self, node: Any) -> tuple[tuple[Any, ...], Unknown | None]:
        """The elements of a list that are known in their places, and why there may be more."""
        value = self.list_of(node)
        if isinstance(value, Unknown):
            return (value.head if isinstance(value, StartOfList) else ()), value
        return tuple(value), None

    def text_of(self, node: Any) -> str | Unknown:
        """A node that must be a scalar, as text."""
        value = self.value(node)
        if isinstance(value, Unknown):
            return value
        text = as_text(value)
        if text is None:
            return self.invalid("GR-TYPE", f"{shown(value)} stands where a text must be", node)
        return text

    def span(self, node: Any) -> SourceSpan | None:
        """Where a node stands, if it is a container."""
        return span_of(self.stack.template.document, node)

    def invalid(self, code: str, message: str, node: Any, hint: str = "") -> Unknown:
        """Tell of a node that cannot be right."""
        return self.stack.problems.invalid(code, message, hint, self.span(node) or self.stack.here)


_EMPTY: Final[Assumed] = {}


def nothing_assumed() -> Assumed:
    """No assumptions."""
    return _EMPTY
