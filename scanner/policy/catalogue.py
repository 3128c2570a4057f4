"""Whether framework catalogues fit the rules and kinds there are: the checks that need more than one file.

The shape of one catalogue is checked when it is read, in `scanner.policy.frameworks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from scanner.errors import PolicyError
from scanner.expression import Program
from scanner.model import Control, ControlRule, Expression, Framework, Kind, Rule
from scanner.policy.compile import compile_condition
from scanner.policy.rules import suggestion


def check_frameworks(
    frameworks: Iterable[Framework], rules: Sequence[Rule], kinds: Mapping[str, Kind]
) -> Iterator[PolicyError]:
    """Every disagreement: a rule or kind that does not exist, a `where` that does not compile, a parameter that the
    rule lacks, a rule about kinds that are not in the control's population."""
    known = {rule.id: rule for rule in rules}
    for framework in frameworks:
        for control in framework.controls:
            place = f"control {control.id}: "
            yield from (_error(framework, place + message, hint) for message, hint in _kinds(control, kinds))
            for mapped in control.rules:
                yield from _mapped(framework, control, mapped, known, kinds)


def compile_where(where: str, rule: Rule, kinds: Mapping[str, Kind], *, path: str, control: str) -> Program:
    """The condition of a mapping, typed against what the rule binds. Raises PolicyError with file and place."""
    try:
        return compile_condition(rule, f"where of control {control}", Expression(where, path), kinds)
    except PolicyError as error:
        raise PolicyError(error.message, hint=error.hint, path=path) from error


def with_params(rule: Rule, mapped: ControlRule) -> Rule:
    """The rule with the parameters that a framework demands."""
    return replace(rule, params={**rule.params, **mapped.params})


def _kinds(control: Control, kinds: Mapping[str, Kind]) -> Iterator[tuple[str, str]]:
    for kind in control.population:
        if kind not in kinds:
            yield f"`{kind}` in `population` is no kind of resource", suggestion(kind, list(kinds))


def _mapped(
    framework: Framework, control: Control, mapped: ControlRule, known: Mapping[str, Rule], kinds: Mapping[str, Kind]
) -> Iterator[PolicyError]:
    place = f"control {control.id}: "
    rule = known.get(mapped.rule)
    if rule is None:
        yield _error(framework, f"{place}there is no rule `{mapped.rule}`", suggestion(mapped.rule, list(known)))
        return
    if not set(rule.kinds) & set(control.population):
        message = f"{place}rule {rule.id} is about {', '.join(rule.kinds)}, which is not in `population`"
        yield _error(framework, message, "a finding concerns a control only if its kind is in the population")
    for name in mapped.params.keys() - rule.params.keys():
        yield _error(framework, f"{place}rule {rule.id} has no parameter `{name}`", suggestion(name, list(rule.params)))
    if mapped.where:
        try:
            compile_where(mapped.where, rule, kinds, path=framework.path, control=control.id)
        except PolicyError as error:
            yield error


def _error(framework: Framework, message: str, hint: str) -> PolicyError:
    return PolicyError(message, hint=hint, path=framework.path)
