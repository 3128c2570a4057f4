"""Plans as `terraform show -json` writes them, made from bodies that state values and references.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.forms.bodies import BLOCKS, Body, Reference, references


@dataclass(frozen=True)
class Later:
    """A value that is known after apply, from what is listed."""

    listed: tuple[str, ...]


@dataclass(frozen=True)
class Derived:
    """A known value that is no constant, but may be made of nothing else."""

    value: Any
    of_constants: bool = False


@dataclass(frozen=True)
class Hidden:
    """A known value that is sensitive; a constant, or from a variable."""

    literal: bool


class Planned(NamedTuple):
    """One resource of a plan, with what the configuration says of it."""

    change: Mapping[str, Any]
    values: Mapping[str, Any]
    configured: Mapping[str, Any]


def planned(
    type: str,
    name: str,
    body: Body,
    *,
    unset: Collection[str] = (),
    computed: bool = False,
    later: Collection[str] = ("id", "arn"),
    mode: str = "managed",
    key: str | int | None = None,
    provider: str = "",
) -> Planned:
    """A resource to be created, or a data source to be read. What is `unset` is null, or known after apply if
    `computed`; what is `later` is known after apply unless it is set."""
    values, unknown, sensitive, expressions = _body(body)
    for each in sorted(set(unset) - set(values) - set(unknown)):
        if computed:
            unknown[each] = True
        else:
            values[each] = [] if each in BLOCKS.get(type, {}) else None
    for each in later:
        if values.get(each) is None:
            values.pop(each, None)
            unknown[each] = True
    address = f"{type}.{name}" if mode == "managed" else f"data.{type}.{name}"
    about: dict[str, Any] = {"address": address, "mode": mode, "type": type, "name": name}
    instance = dict(about)
    if key is not None:
        instance = {**about, "index": key, "address": f"{address}[{_quoted(key)}]"}
    instance["provider_name"] = f"registry.terraform.io/hashicorp/{type.partition('_')[0]}"
    change = {
        "actions": ["create" if mode == "managed" else "read"], "before": None,
        "after": values, "after_unknown": unknown, "after_sensitive": sensitive,
    }  # fmt: skip
    return Planned(
        {**instance, "change": change},
        {**instance, "values": values, "sensitive_values": sensitive},
        {**about, "provider_config_key": provider or type.partition("_")[0], "expressions": expressions},
    )


def _quoted(key: str | int) -> str:
    return f'"{key}"' if isinstance(key, str) else str(key)


def plan(resources: Iterable[Planned], *, versions: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A whole plan; `versions` are constraints by provider."""
    made = [*resources]
    providers = {name: {"name": name, "version_constraint": each} for name, each in (versions or {}).items()}
    managed = [each.values for each in made if each.values["mode"] == "managed"]
    configured = {each.configured["address"]: each.configured for each in made}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.0",
        "planned_values": {"root_module": {"resources": managed}},
        "resource_changes": [each.change for each in made],
        "configuration": {"provider_config": providers, "root_module": {"resources": [*configured.values()]}},
    }


Tree = dict[str, Any]


def _body(body: Body) -> tuple[Tree, Tree, Tree, Tree]:
    """Values, what is unknown and what is sensitive of them, and expressions."""
    values: Tree = {}
    unknown: Tree = {}
    sensitive: Tree = {}
    expressions: Tree = {}
    for name, value in body.arguments.items():
        shown, later, hidden = _known(value)
        if later is not True:
            values[name] = shown
        unknown.update({name: later} if later else {})
        sensitive.update({name: hidden} if hidden else {})
        if name not in body.objects:
            expressions[name] = _expression(value)
    for name, inner in body.blocks:
        found, later, hidden, stated = _body(inner)
        values.setdefault(name, []).append(found)
        unknown.setdefault(name, []).append(later)
        sensitive.setdefault(name, []).append(hidden)
        if name not in body.objects:
            expressions.setdefault(name, []).append(stated)
    return values, unknown, sensitive, expressions


def _known(value: Any) -> tuple[Any, Any, Any]:
    """A value with null where an element is not known, the mask of those, and the mask of what is sensitive."""
    if isinstance(value, Reference | Later):
        return None, True, False
    if isinstance(value, Hidden):
        return "a sensitive value", False, True
    if isinstance(value, Derived):
        return _known(value.value)
    if isinstance(value, list):
        found = [_known(each) for each in value]
        masks = [[each[at] for each in found] for at in (1, 2)]
        return [each[0] for each in found], *(mask if any(mask) else False for mask in masks)
    if isinstance(value, dict):
        inner = {key: _known(each) for key, each in value.items()}
        later, hidden = ({key: each[at] for key, each in inner.items() if each[at]} for at in (1, 2))
        return {key: each[0] for key, each in inner.items() if each[1] is not True}, later or False, hidden or False
    return value, False, False


def _expression(value: Any) -> dict[str, Any]:
    listed = [name for found in _sources(value) for name in found]
    if listed:
        return {"references": listed}
    if isinstance(value, Derived):
        return {} if value.of_constants else {"references": ["local.made"]}
    return {"constant_value": _known(value)[0]}


def _sources(value: Any) -> Iterable[tuple[str, ...]]:
    if isinstance(value, Later):
        yield value.listed
    elif isinstance(value, Hidden) and not value.literal:
        yield ("var.secret",)
    elif isinstance(value, Derived):
        yield from _sources(value.value)
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _sources(each)
    for found in references(value) if isinstance(value, Reference) else ():
        yield str(found), f"{found.type}.{found.label}"
