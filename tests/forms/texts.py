"""Cases as texts, one function a format: what another format needs to join is a function here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import yaml

from scanner.model import Kind
from scanner.normalise import Tables
from scanner.normalise.mapping import Entry, node_tops, top_names
from tests.forms import plans
from tests.forms.bodies import OBJECTS, Body, Reference, body_of, is_kubernetes, manifest, native_name
from tests.forms.trees import Case, Made
from tests.forms.words import Ref

Emitter = Callable[[Case, Tables], str]


def hcl(case: Case, tables: Tables) -> str:
    """Native syntax."""
    found = []
    for made in case.resources:
        inner = "\n".join(_lines(body_of(case, made, tables.kinds), "  "))
        found.append(f'resource "{native_name(case, made)}" "{made.label}" {{\n{inner}\n}}')
    return "\n".join(found) + "\n"


def _lines(body: Body, indent: str) -> Iterator[str]:
    for name, value in body.arguments.items():
        yield f"{indent}{name} = {_expression(value)}"
    for name, inner in body.blocks:
        yield f"{indent}{name} {{"
        yield from _lines(inner, indent + "  ")
        yield f"{indent}}}"


def _expression(value: Any) -> str:
    if isinstance(value, Reference):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_expression(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(_expression(each) for each in value)}]"
    return _quoted(json.dumps(value))


def _quoted(text: str) -> str:
    return text.replace("${", "$${").replace("%{", "%%{")


def tf_json(case: Case, tables: Tables) -> str:
    """JSON syntax."""
    resources: dict[str, Any] = {}
    for made in case.resources:
        body = body_of(case, made, tables.kinds)
        resources.setdefault(native_name(case, made), {})[made.label] = _json_body(body)
    return json.dumps({"resource": resources})


def _json_body(body: Body) -> dict[str, Any]:
    found: dict[str, Any] = {name: _json(value) for name, value in body.arguments.items()}
    for name, inner in body.blocks:
        found.setdefault(name, []).append(_json_body(inner))
    return found


def _json(value: Any) -> Any:
    if isinstance(value, Reference):
        return f"${{{value}}}"
    if isinstance(value, dict):
        return {key: _json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_json(each) for each in value]
    return _quoted(value) if isinstance(value, str) else value


def plan(case: Case, tables: Tables) -> str:
    """A plan in which the provider fills in nothing: null, and no blocks."""
    return _plan(case, tables, computed=False)


def computed_plan(case: Case, tables: Tables) -> str:
    """A plan in which the provider will fill in whatever is not stated."""
    return _plan(case, tables, computed=True)


def _plan(case: Case, tables: Tables, *, computed: bool) -> str:
    made = [
        plans.planned(
            native_name(case, each), each.label, body_of(case, each, tables.kinds),
            unset=_unset(case, each, tables), computed=computed,
        )
        for each in case.resources
    ]  # fmt: skip
    return json.dumps(plans.plan(made))


def _unset(case: Case, made: Made, tables: Tables) -> set[str]:
    """Every attribute that a table reads of the resource."""
    entry = None if case.carrier else tables.entry("terraform", made.type)
    return set() if entry is None else {name for name in tops(entry) if name.islower()}


def tops(entry: Entry) -> set[str]:
    """The native top-level names that an entry reads."""
    return top_names(entry) | {name for spec in entry.nodes for name in node_tops(spec, None)}


def cloudformation(case: Case, tables: Tables) -> str:
    """A template in YAML, intrinsic functions in full."""
    resources = {
        _logical(each): {"Type": each.type, "Properties": _template(each.tree, case, tables.kinds, "")}
        for each in case.resources
    }
    return yaml.safe_dump({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, sort_keys=False)


def _logical(made: Made) -> str:
    return made.label.capitalize() + made.type.rpartition("::")[2]


def _template(value: Any, case: Case, kinds: Mapping[str, Kind], key: str) -> Any:
    if isinstance(value, Ref):
        logical = _logical(case.targets[value.kind])
        kind = kinds.get(value.kind)
        if kind is not None and key.endswith("Arn") and "Arn" in kind.names:
            return {"Fn::GetAtt": [logical, "Arn"]}
        return {"Ref": logical}
    if isinstance(value, dict):
        return {name: _template(each, case, kinds, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_template(each, case, kinds, key) for each in value]
    return value


def kubernetes(case: Case, tables: Tables) -> str:
    """A stream of manifests. The limits are in every one, so that each folder is a set of its own."""
    objects = [manifest(each.type, _plain(each.tree, case), each.label) for each in case.resources]
    mark = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "in-every-target"}}
    return yaml.safe_dump_all([*objects, mark], sort_keys=False)


def _plain(value: Any, case: Case) -> Any:
    if isinstance(value, Ref):
        return case.targets[value.kind].label
    if isinstance(value, dict):
        return {name: _plain(each, case) for name, each in value.items()}
    return [_plain(each, case) for each in value] if isinstance(value, list) else value


EMITTERS: Final[Mapping[str, Mapping[str, tuple[str, Emitter]]]] = {
    "terraform": {"hcl": ("main.tf", hcl), "tf_json": ("main.tf.json", tf_json)},
    "terraform_plan": {"plan": ("plan.json", plan), "computed_plan": ("plan.json", computed_plan)},
    "cloudformation": {"template": ("template.yaml", cloudformation)},
    "kubernetes": {"manifest": ("app.yaml", kubernetes)},
}
"""Format to each way of writing it: the file's name and what writes it."""

__all__ = ["EMITTERS", "OBJECTS", "is_kubernetes"]
