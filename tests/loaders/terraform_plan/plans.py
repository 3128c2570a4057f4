"""Small plans in the form that `terraform show -json` writes, and how to load them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from scanner.loaders.terraform_plan.loader import Loader
from scanner.model import Demand, Loaded, LoadOptions, NativeResource
from scanner.source.document import Document

Tree = dict[str, Any]


def document(tree: Any, *, path: str = "plan.json", indent: int | None = 2) -> Document:
    text = tree if isinstance(tree, str) else json.dumps(tree, indent=indent, ensure_ascii=False)
    return Document(path=path, absolute="", format="json", kind="terraform_plan", data=text.encode())


def load(
    tree: Any,
    *,
    demand: Demand | None = None,
    indent: int | None = 2,
    data_sources: Mapping[str, Callable[[Tree], tuple[Mapping[str, Any], Any]]] | None = None,
    object_attributes: Mapping[str, list[str]] | None = None,
    block_names: Callable[[], Mapping[str, Tree]] = dict,
) -> Loaded:
    loader = Loader(data_sources=data_sources, object_attributes=object_attributes, block_names=block_names)
    return loader.load([document(tree, indent=indent)], demand=demand, options=LoadOptions())


def by_address(loaded: Loaded) -> dict[str, NativeResource]:
    return {resource.address: resource for resource in loaded.resources}


def managed(address: str, values: Tree, **more: Any) -> Tree:
    """An entry of `planned_values`."""
    parts = address.split("[")[0].split(".")
    native, name = parts[-2:]
    entry = {"address": address, "mode": "managed", "type": native, "name": name, **more}
    return {**entry, "provider_name": "registry.terraform.io/hashicorp/aws", "values": values}


def change(address: str, after_unknown: Any = None, *actions: str, mode: str = "managed", **more: Any) -> Tree:
    """An entry of `resource_changes`."""
    parts = address.split("[")[0].split(".")
    inner = {"actions": [*(actions or ("create",))], "after_unknown": after_unknown or {}, **more}
    return {"address": address, "mode": mode, "type": parts[-2], "name": parts[-1], "change": inner}


def configured(address: str, expressions: Tree, **more: Any) -> Tree:
    """An entry of `resources` in `configuration`."""
    native, name = address.split(".")[-2:]
    mode = "data" if address.startswith("data.") else "managed"
    entry = {"address": address, "mode": mode, "type": native, "name": name, "provider_config_key": "aws"}
    return {**entry, "expressions": expressions, **more}


def constant(value: Any) -> Tree:
    return {"constant_value": value}


def refers(*references: str) -> Tree:
    return {"references": [*references]}


def plan(
    resources: list[Tree],
    changes: list[Tree] | None = None,
    configuration: list[Tree] | None = None,
    *,
    modules: Tree | None = None,
    children: list[Tree] | None = None,
    **more: Any,
) -> Tree:
    """A whole plan of the root module."""
    root: Tree = {"resources": resources}
    if children:
        root["child_modules"] = children
    module: Tree = {"resources": configuration or []}
    if modules:
        module["module_calls"] = modules
    tree: Tree = {"format_version": "1.2", "terraform_version": "1.9.5", "planned_values": {"root_module": root}}
    if changes is not None:
        tree["resource_changes"] = changes
    providers = {
        "aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "version_constraint": "~> 5.0"}
    }
    return {**tree, "configuration": {"provider_config": providers, "root_module": module}, **more}
