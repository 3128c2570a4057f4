"""Conditions of a stack, decided or not: `Fn::And`, `Fn::Or`, `Fn::Not`, `Fn::Equals` and `Condition` in three values.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.cloudformation.problems import OverBudget, key_span, shown, span_of
from scanner.loaders.cloudformation.template import kind_of
from scanner.loaders.cloudformation.values import as_text, has_unknown, same
from scanner.model import SourceSpan, Unknown
from scanner.source.located import LocatedDict, LocatedList

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.loaders.cloudformation.evaluate import Evaluator
    from scanner.loaders.cloudformation.stack import Stack

_NOTHING: Final[dict[str, bool]] = {}


class Conditions:
    """The conditions of one stack, each worked out once."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._known: dict[str, bool | Unknown] = {}
        self._under: dict[frozenset[tuple[str, bool]], dict[str, bool | Unknown]] = {}
        """The same under assumptions."""
        self._open: set[str] = set()
        self._declared: dict[str, tuple[Any, LocatedDict]] | None = None

    def declared(self) -> dict[str, tuple[Any, LocatedDict]]:
        """Name to definition, and the mapping it stands in, with loops unrolled."""
        if self._declared is None:
            self._declared = {}
            section = self._stack.template.conditions
            try:
                for name, node, holder in self._stack.evaluator.entries(section):
                    if name[:4] != "Fn::":
                        self._declared[name] = (node, holder)
            except (OverBudget, RecursionError) as error:
                self._stack.over_budget(error, span_of(self._stack.template.document, section))
        return self._declared

    def decide_all(self) -> None:
        """Works out every condition, for what is wrong with them."""
        for name, (_, holder) in self.declared().items():
            try:
                self.decide(name, _NOTHING)
            except (OverBudget, RecursionError) as error:
                span = key_span(self._stack.template.document, holder, name)
                self._known[name] = self._stack.over_budget(error, span)

    def span(self, name: str) -> SourceSpan | None:
        """Where a condition is named."""
        found = self.declared().get(name)
        return key_span(self._stack.template.document, found[1], name) if found else None

    def decide(self, name: Any, assumed: Mapping[str, bool]) -> bool | Unknown:
        """Whether a condition, by its name or written out, holds. The same Unknown each time it is not decided."""
        if not isinstance(name, str):
            return self._decided(name, assumed, self._stack.evaluator)
        if name in assumed:
            return assumed[name]
        if not assumed:
            return self._once(name, _NOTHING, self._known)
        return self._once(name, assumed, self._under.setdefault(frozenset(assumed.items()), {}))

    def _once(self, name: str, assumed: Mapping[str, bool], known: dict[str, bool | Unknown]) -> bool | Unknown:
        if name in known:
            return known[name]
        found = self.declared().get(name)
        if found is None:
            message = f"there is no condition {shown(name)}"
            known[name] = self._invalid("GR-REFERENCE", message, "Declare it under `Conditions`.", self._stack.here)
            return known[name]
        if name in self._open:
            return self._invalid("GR-CYCLE", f"the condition {shown(name)} is defined by itself", "", self.span(name))
        if len(self._open) >= self._stack.budget.limits.depth:
            over = OverBudget(f"conditions that build on more than {len(self._open)} others")
            return self._stack.over_budget(over, self.span(name))
        self._open.add(name)
        try:
            answer = self._decided(found[0], assumed, self._stack.evaluator)
        finally:
            self._open.discard(name)
        if isinstance(answer, Unknown):
            answer = self._once(name, _NOTHING, self._known) if assumed else self._undecided(name, answer)
        known[name] = answer
        return answer

    def _undecided(self, name: str, why: Unknown) -> Unknown:
        text = f"whether {name} holds is not known: {why.text}"
        return Unknown(why.code, text, span=why.span or self.span(name))

    def _decided(self, node: Any, assumed: Mapping[str, bool], evaluator: Evaluator) -> bool | Unknown:
        self._stack.budget.step()
        if not isinstance(node, LocatedDict) or len(node) != 1:
            return self._literal(node)
        ((function, argument),) = node.items()
        if function == "Condition":
            return self.decide(argument, assumed) if isinstance(argument, str) else self._wrong(node, function)
        if not isinstance(argument, LocatedList):
            return self._wrong(node, function)
        if function == "Fn::Equals":
            return self._equals(argument, node, evaluator)
        if function == "Fn::Not" and len(argument) == 1:
            inner = self._decided(argument[0], assumed, evaluator)
            return inner if isinstance(inner, Unknown) else not inner
        if function in ("Fn::And", "Fn::Or"):
            return self._all_or_any([self._decided(each, assumed, evaluator) for each in argument], function)
        return self._wrong(node, function)

    @staticmethod
    def _all_or_any(answers: list[bool | Unknown], function: str) -> bool | Unknown:
        deciding = function == "Fn::Or"
        if any(answer is deciding for answer in answers):
            return deciding
        return next((answer for answer in answers if isinstance(answer, Unknown)), not deciding)

    def _equals(self, argument: LocatedList, node: LocatedDict, evaluator: Evaluator) -> bool | Unknown:
        if len(argument) != 2:
            return self._wrong(node, "Fn::Equals")
        left, right = (evaluator.value(each) for each in argument)
        answer = same(left, right)
        if answer is None:
            why = has_unknown([left, right])
            assert why is not None
            return why
        return answer

    def _literal(self, node: Any) -> bool | Unknown:
        """A condition that is no function: a truth value, which loops may leave, or nonsense."""
        text = as_text(node)
        if text in ("true", "false"):
            return text == "true"
        return node if isinstance(node, Unknown) else self._wrong(node, "")

    def _wrong(self, node: Any, function: str) -> Unknown:
        what = f"`{shown(function)}` is not used as a condition" if function else f"{kind_of(node)} is no condition"
        hint = "A condition is one of Fn::And, Fn::Or, Fn::Not, Fn::Equals and Condition, with a list of arguments."
        span = span_of(self._stack.template.document, node)
        return self._invalid("GR-TYPE", what, hint, span or self._stack.here)

    def _invalid(self, code: str, message: str, hint: str, span: SourceSpan | None) -> Unknown:
        return self._stack.problems.invalid(code, message, hint, span)

    def implied(self, name: str, holds: bool, assumed: Mapping[str, bool]) -> dict[str, bool]:
        """The assumptions, this one, and what follows from its definition."""
        out = {**assumed, name: holds}
        waiting: list[tuple[Any, bool]] = [(self._definition(name), holds)]
        while waiting and len(out) < 1000:
            node, truth = waiting.pop()
            if not isinstance(node, LocatedDict) or len(node) != 1:
                continue
            ((function, argument),) = node.items()
            if function == "Condition" and isinstance(argument, str) and argument not in out:
                out[argument] = truth
                waiting.append((self._definition(argument), truth))
            elif isinstance(argument, list) and function == "Fn::Not":
                waiting += [(each, not truth) for each in argument]
            elif isinstance(argument, list) and function == ("Fn::And" if truth else "Fn::Or"):
                waiting += [(each, truth) for each in argument]
        return out

    def _definition(self, name: str) -> Any:
        found = self.declared().get(name)
        return found[0] if found else None
