"""Plans as `terraform show -json` writes them, made from bodies that state values and references.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from tests.forms.bodies import BLOCKS, Body, Reference, references


class Planned(NamedTuple):
    """One resource of a plan, with what the configuration says of it."""

    change: Mapping[str, Any]
    values: Mapping[str, Any]
    configured: Mapping[str, Any]


def planned(type: str, name: str, body: Body, *, unset: Collection[str] = (), computed: bool = False) -> Planned:
    """A resource to be created. What is `unset` is null, or known after apply if `computed`."""
    values, unknown, expressions = _body(body)
    for each in sorted(set(unset) - set(values) - set(unknown)):
        if computed:
            unknown[each] = True
        else:
            values[each] = [] if each in BLOCKS.get(type, {}) else None
    for each in ("id", "arn"):
        if each not in values:
            unknown[each] = True
    about = {"address": f"{type}.{name}", "mode": "managed", "type": type, "name": name}
    provider = f"registry.terraform.io/hashicorp/{type.partition('_')[0]}"
    change = {"actions": ["create"], "before": None, "after": values, "after_unknown": unknown}
    return Planned(
        {**about, "provider_name": provider, "change": change},
        {**about, "provider_name": provider, "values": values},
        {**about, "provider_config_key": type.partition("_")[0], "expressions": expressions},
    )


def plan(resources: Iterable[Planned]) -> dict[str, Any]:
    """A whole plan."""
    made = [*resources]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.0",
        "planned_values": {"root_module": {"resources": [each.values for each in made]}},
        "resource_changes": [each.change for each in made],
        "configuration": {"root_module": {"resources": [each.configured for each in made]}},
    }


def _body(body: Body) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Values, what is unknown of them, and expressions."""
    values: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    expressions: dict[str, Any] = {}
    for name, value in body.arguments.items():
        if isinstance(value, Reference):
            unknown[name] = True
        else:
            values[name], mask = _known(value)
            if mask:
                unknown[name] = mask
        expressions[name] = _expression(value)
    for name, inner in body.blocks:
        found, mask, stated = _body(inner)
        values.setdefault(name, []).append(found)
        unknown.setdefault(name, []).append(mask)
        if name not in body.objects:
            expressions.setdefault(name, []).append(stated)
    return values, unknown, expressions


def _known(value: Any) -> tuple[Any, Any]:
    """A value with null where an element is a reference, and the mask of those."""
    if isinstance(value, Reference):
        return None, True
    if isinstance(value, list):
        pairs = [_known(each) for each in value]
        return [each for each, _ in pairs], [mask for _, mask in pairs] if any(mask for _, mask in pairs) else False
    if isinstance(value, dict):
        found = {key: _known(each) for key, each in value.items()}
        masks = {key: mask for key, (_, mask) in found.items() if mask}
        return {key: each for key, (each, mask) in found.items() if mask is not True}, masks or False
    return value, False


def _expression(value: Any) -> dict[str, Any]:
    listed = [each for found in references(value) for each in (str(found), f"{found.type}.{found.label}")]
    return {"references": listed} if listed else {"constant_value": value}
