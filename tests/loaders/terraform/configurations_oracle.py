"""Generated configurations written twice, planned by the real terraform, and put back into a plan of AWS resources.

For terraform every resource body is the input of a `terraform_data`, which needs no provider:
`aws_s3_bucket.logs` is `terraform_data.aws_s3_bucket__logs`, its blocks lists of objects, its `arn` the `id` there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scanner.loaders.terraform.references import references
from scanner.source.hcl import parse_expression

from .generated_configurations import Configuration
from .generated_resources import Body, Resource

_STANDS = re.compile(r"terraform_data\.(aws_\w+?)__(\w+)")
_INSIDE = re.compile(r"(aws_\w+\.\w+(?:\[[^\]]*\])?)\.input\b")
_ROOTS = ("var", "local", "each", "count", "module", "path", "terraform")
_AWS = "registry.terraform.io/hashicorp/aws"


def ours(made: Configuration) -> dict[str, str]:
    """The files with AWS resources, by path."""
    files = dict(made.files)
    for folder, content in made.folders.items():
        blocks = [_resource(each) for each in content.resources]
        files[_main(folder)] = _plain("\n".join([content.text, *blocks]))
    return files


def theirs(made: Configuration) -> dict[str, str]:
    """The files with `terraform_data`, by path."""
    files = dict(made.files)
    for folder, content in made.folders.items():
        blocks = [
            f'resource "terraform_data" "{each.type}__{each.name}" {{\n{each.repeat}\ninput = {_object(each.body)}\n}}'
            for each in content.resources
        ]
        files[_main(folder)] = _standing("\n".join([content.text, *blocks]))
    return files


def _main(folder: str) -> str:
    return f"{folder}/main.tf" if folder else "main.tf"


def _plain(text: str) -> str:
    """The neutral text as references to AWS resources."""
    return re.sub(r"\.[$%](?=[a-z])", ".", text)


def _standing(text: str) -> str:
    """The neutral text as references to what stands for AWS resources."""
    text = re.sub(r"\b(aws_\w+)\.([a-z]\w*)", r"terraform_data.\1__\2", text)
    return re.sub(r"\.%(?:id|arn)\b", ".id", re.sub(r"\.\$(?=[a-z])", ".input.", text))


def _resource(made: Resource) -> str:
    return f'resource "{made.type}" "{made.name}" {{\n{made.repeat}\n{_body(made.body)}\n}}'


def _body(body: Body) -> str:
    lines = [f"{name} = {text}" for name, text in body.attributes.items()]
    for name, block in body.blocks:
        if block.dynamic:
            lines.append(f'dynamic "{name}" {{\nfor_each = {block.dynamic}\ncontent {{\n{_body(block)}\n}}\n}}')
        else:
            lines.append(f"{name} {{\n{_body(block)}\n}}")
    return "\n".join(lines)


def _object(body: Body) -> str:
    lines = [f"{name} = {text}" for name, text in body.attributes.items()]
    for name in dict.fromkeys(name for name, _ in body.blocks):
        parts = [_blocks(name, block) for each, block in body.blocks if each == name]
        lines.append(f"{name} = concat({', '.join(parts)})")
    return "{\n" + "\n".join(lines) + "\n}"


def _blocks(name: str, block: Body) -> str:
    if not block.dynamic:
        return f"[{_object(block)}]"
    return f"[for {name} in [for k, v in {block.dynamic} : {{ key = k, value = v }}] : {_object(block)}]"


def planned(made: Configuration, folder: Path) -> dict[str, Any]:
    """The plan of the real terraform, with AWS types and values put back."""
    for path, text in theirs(made).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_CLI_CONFIG_FILE": os.devnull}

    def run(*words: str) -> str:
        done = subprocess.run(
            ["terraform", *words], cwd=folder, env=environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{folder}: {done.stderr}"
        return done.stdout

    run("init", "-input=false", "-no-color", "-backend=false")
    run("plan", "-input=false", "-no-color", "-out=plan.bin", "-lock=false", f"-var=unset={made.unset}")
    return _restored(json.loads(run("show", "-json", "plan.bin")), made)


def _restored(plan: dict[str, Any], made: Configuration) -> dict[str, Any]:
    plan = _renamed(plan)
    for module in _modules(plan["planned_values"]["root_module"]):
        for resource in module.get("resources", ()):
            _put_back(resource)
            resource["values"] = resource["values"].get("input") or {}
            resource["sensitive_values"] = resource["sensitive_values"].get("input") or {}
    for entry in plan["resource_changes"]:
        _put_back(entry)
        change = entry["change"]
        for part in ("after", "after_unknown", "after_sensitive"):
            change[part] = change[part].get("input") or {}
        change["after_unknown"].update(id=True, arn=True)
    configuration = plan["configuration"]
    configuration["provider_config"] = {"aws": {"name": "aws", "full_name": _AWS}}
    _configured(configuration["root_module"], "", made)
    return plan


def _renamed(tree: Any) -> Any:
    """Addresses and references of AWS resources for those that stand for them."""
    if isinstance(tree, dict):
        return {_name(key): _renamed(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_renamed(each) for each in tree]
    return _name(tree) if isinstance(tree, str) else tree


def _name(text: str) -> str:
    return _INSIDE.sub(r"\1", _STANDS.sub(r"\1.\2", text)) if "terraform_data" in text else text


def _put_back(entry: dict[str, Any]) -> None:
    entry["type"], _, entry["name"] = entry["name"].partition("__")
    entry["provider_name"] = _AWS


def _modules(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield module
    for child in module.get("child_modules", ()):
        yield from _modules(child)


def _configured(module: dict[str, Any], folder: str, made: Configuration) -> None:
    """Per attribute what a `terraform_data` has for all of them together."""
    bodies = {each.address: each.body for each in made.folders[folder].resources}
    for resource in module.get("resources", ()):
        resource["type"], _, resource["name"] = resource["name"].partition("__")
        resource["provider_config_key"] = "aws"
        resource["expressions"] = _expressions(bodies[resource["address"]])
    for call in module.get("module_calls", {}).values():
        _configured(call["module"], call["source"].rsplit("/", 1)[-1], made)


def _expressions(body: Body) -> dict[str, Any]:
    """What `terraform show -json` says of a body; dynamic blocks it leaves out."""
    found: dict[str, Any] = {name: _expression(text) for name, text in body.attributes.items()}
    for name, block in body.blocks:
        if not block.dynamic:
            found.setdefault(name, []).append(_expressions(block))
    return found


def _expression(text: str) -> dict[str, Any]:
    try:
        return {"constant_value": json.loads(text)}
    except ValueError:
        listed = [each for found in references(parse_expression(_plain(text))) for each in _beginnings(found)]
        return {"references": list(dict.fromkeys(listed))} if listed else {}


def _beginnings(found: Any) -> list[str]:
    """A reference and what it begins with, longest first, down to what it is a reference to."""
    root, steps = found
    if root not in _ROOTS and not root.startswith("aws_"):
        return []
    whole, made = root, []
    for step in steps:
        if not isinstance(step, str | int):
            break
        whole += f".{step}" if isinstance(step, str) and re.fullmatch(r"[a-z_]\w*", step) else f"[{json.dumps(step)}]"
        made.append(whole)
    return list(reversed(made))


def values(plan: Mapping[str, Any]) -> dict[str, tuple[Any, Any, Any]]:
    """Address to the planned attributes, what of them is not known, and what is sensitive."""
    found = {}
    for entry in plan["resource_changes"]:
        change = entry["change"]
        unknown = {name: each for name, each in change["after_unknown"].items() if name not in ("id", "arn")}
        found[entry["address"]] = (change["after"], unknown, change["after_sensitive"])
    return found
