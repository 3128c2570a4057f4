"""What a configuration says of rules, applied to them: severities and parameter values, checked against each rule."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scanner.errors import GroundruleError, PolicyError, UsageError
from scanner.model import Rule, Type
from scanner.policy.rules import suggestion

Settings = Sequence[tuple[str, str, str]]
"""(key, value as JSON, origin): `severity.aws-s3-bucket-acl`, `"low"`, `groundrule.toml:3`."""


def override(
    rules: Mapping[str, Rule],
    known: Iterable[str],
    severities: Mapping[str, str],
    params: Mapping[str, Mapping[str, Any]],
    settings: Settings,
) -> dict[str, Rule]:
    """The rules with what is said of them. `known`: every id there is; a rule that is not selected may be named.

    Raises PolicyError (UsageError where no file says it) for a rule or parameter that there is not, and for a value of
    another type.
    """
    ids = [*known, *rules]
    check_names(ids, severities, "severity", settings)
    check_names(ids, params, "params", settings)
    changed = dict(rules)
    for id in {*severities, *params} & rules.keys():
        rule = rules[id]
        values = {name: _value(rule, name, value, settings) for name, value in params.get(id, {}).items()}
        changed[id] = replace(rule, severity=severities.get(id, rule.severity), params={**rule.params, **values})
    return changed


def check_names(known: Iterable[str], named: Iterable[str], key: str, settings: Settings) -> None:
    """Raises PolicyError or UsageError for an id that no rule has. `key`: the table or list that names it."""
    ids = frozenset(known)
    for id in named:
        if id not in ids:
            raise wrong(f"there is no rule `{id}`", suggestion(id, sorted(ids)), key, settings, id)


def wrong(message: str, hint: str, key: str, settings: Settings, name: str = "") -> GroundruleError:
    """The error about a setting, with its place if a file has it. `name`: what of it is meant, a key or an element."""
    element = json.dumps(name)
    places = (
        origin
        for at, value, origin in settings
        if at in (key, f"{key}.{name}") or at.startswith(f"{key}.{name}.")
        if at != key or not name or element in value
    )
    path, _, line = next((each for each in places if each[-1:].isdecimal()), "").rpartition(":")
    if not path:
        return UsageError(f"{key}: {message}", hint=hint)
    return PolicyError(f"{key}: {message}", hint=hint, path=path, line=int(line), column=1)


def _value(rule: Rule, name: str, value: Any, settings: Settings) -> Any:
    key = f"params.{rule.id}.{name}"
    if name not in rule.params:
        names = list(rule.params)
        hint = suggestion(name, names) or (f"it has {', '.join(names)}" if names else "it has none")
        raise wrong(f"the rule has no parameter `{name}`", hint, key, settings)
    declared = rule.param_types.get(name, "dyn")
    # Few scans override a parameter, and the compiler takes a sixth of the time of an empty one to import.
    from scanner.expression import parse_type

    if not fits(value, parse_type(declared)):
        raise wrong(f"it takes {declared}", f"the default is {rule.params[name]!r}", key, settings)
    return value


def fits(value: Any, type_: Type) -> bool:
    """Whether a value as TOML and YAML have it is of a parameter's type."""
    if type_.name in ("list", "map"):
        inner = type_.item or Type("dyn")
        if type_.name == "list":
            return isinstance(value, list) and all(fits(each, inner) for each in value)
        return isinstance(value, dict) and all(fits(each, inner) for each in value.values())
    if type_.name == "bool" or isinstance(value, bool):
        return type_.name in ("bool", "dyn") and (type_.name == "dyn" or isinstance(value, bool))
    if type_.name == "int":
        return isinstance(value, int) and -(2**63) <= value < 2**63
    if type_.name in ("float", "double"):
        return isinstance(value, (int, float))
    return type_.name == "dyn" or isinstance(value, str)
