"""The texts of a plan that no output may show: what it says is sensitive, wherever it stands.

A report may show lines of the plan itself, so what was before is looked through too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.loaders.terraform_plan.configuration import Module
from scanner.loaders.terraform_plan.plan import Plan

SHORTEST: Final = 4
"""Characters of a text that is kept secret; hiding shorter ones would hide half of every report."""

SHORTEST_NUMBER: Final = 6
"""Digits of a number that is kept secret."""


def secrets_of(plan: Plan, root: Module) -> Iterator[str]:
    """Every sensitive text of a plan or state; `root` is its configuration."""
    tree = plan.tree
    for instance in plan.instances.values():
        for mask in instance.sensitive:
            if mask:
                yield from secret_texts(instance.values, mask)
    for top in ("planned_values", "values"):
        yield from _of_values(_object(tree.get(top)))
    yield from _of_values(_object(_object(tree.get("prior_state")).get("values")))
    for group in ("resource_changes", "resource_drift"):
        for entry in _list(tree.get(group)):
            yield from _of_change(_object(_object(entry).get("change")))
    for entry in _object(tree.get("output_changes")).values():
        yield from _of_change(_object(entry))
    for name in _sensitive(root.variables):
        yield from secret_texts(_object(_object(tree.get("variables")).get(name)).get("value"), True)
    yield from _of_configuration(root)


def _of_values(values: Mapping[str, Any]) -> Iterator[str]:
    outputs = _object(values.get("outputs"))
    for name in _sensitive(outputs):
        yield from secret_texts(outputs[name].get("value"), True)
    pending = [_object(values.get("root_module"))]
    while pending:
        module = pending.pop()
        pending += [_object(child) for child in _list(module.get("child_modules"))]
        for entry in _list(module.get("resources")):
            resource = _object(entry)
            mask = resource.get("sensitive_values")
            if mask:
                yield from secret_texts(resource.get("values"), mask)


def _of_change(change: Mapping[str, Any]) -> Iterator[str]:
    for side in ("before", "after"):
        mask = change.get(f"{side}_sensitive")
        if mask:
            yield from secret_texts(change.get(side), mask)
            # What is known after all may be sensitive by the mask of the other side only.
            yield from secret_texts(change.get("after" if side == "before" else "before"), mask)


def _of_configuration(root: Module) -> Iterator[str]:
    pending = [root]
    while pending:
        module = pending.pop()
        pending += module.children()
        stated = _object(module.call.get("expressions"))
        for name in _sensitive(module.variables):
            yield from secret_texts(module.variables[name].get("default"), True)
            yield from secret_texts(_object(stated.get(name)).get("constant_value"), True)


def _sensitive(group: Mapping[str, Any]) -> list[str]:
    return [name for name, entry in group.items() if _object(entry).get("sensitive") is True]


def secret_texts(value: Any, mask: Any) -> Iterator[str]:
    """Every text and long number in what is sensitive of a value."""
    if mask is True:
        yield from _texts(value)
    elif isinstance(mask, dict) and isinstance(value, dict):
        for key, each in mask.items():
            if each:
                yield from secret_texts(value.get(key), each)
    elif isinstance(mask, list) and isinstance(value, list):
        for each, inner in zip(value, mask, strict=False):
            yield from secret_texts(each, inner)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) >= SHORTEST:
            yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, int | float) and not isinstance(value, bool) and len(str(value)) >= SHORTEST_NUMBER:
        yield str(value)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
