"""Checks what we say of values that are not known yet against what they come to.

Some locals are outputs of `terraform_data`, unknown while planning. We evaluate with those Unknown; terraform applies;
whatever we claimed to know must be so.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from scanner.loaders.terraform.budget import Budget
from scanner.loaders.terraform.evaluate import evaluate
from scanner.loaders.terraform.types import has_dynamic, type_json
from scanner.loaders.terraform.values import EvalError, LazyObject, Set, first_unknown, to_plain, uncounted
from scanner.model import Encoded, Unknown
from scanner.source.hcl import parse_expression

from .generated_vocabulary import LOCALS, TEMPLATES
from .oracle import FILES, Module, same, terraform

INPUTS = {
    "s": '"hello world"',
    "n": "42",
    "t": "true",
    "ls": '["b", "a", "c", "a", ""]',
    "ss": '["q", "p", "r"]',
    "ms": '{ k = "v", a = "b", zz = "" }',
    "id": '"i2"',
    "on": "false",
}
"""Inputs of a `terraform_data` each; its output is not known before it is applied."""

HIDDEN = LOCALS | {
    "s": "terraform_data.s.output",
    "n": "terraform_data.n.output",
    "t": "terraform_data.t.output",
    "ls": "tolist(terraform_data.ls.output)",
    "ln": "tolist([3, terraform_data.n.output, 2])",
    "ss": "toset(terraform_data.ss.output)",
    "ms": "tomap(terraform_data.ms.output)",
    "tu": '["x", terraform_data.n.output, true, null, ["y", terraform_data.s.output]]',
    "o": '{ name = terraform_data.s.output, size = 7, on = terraform_data.on.output,'
    ' inner = { list = [1, terraform_data.n.output], deep = { v = "w" } }, none = null }',
    "lo": '[{ id = "i1", n = 1 }, { id = terraform_data.id.output, n = 2 }]',
    "lm": 'tolist([{ id = "i1", n = 1 }, { id = terraform_data.id.output, n = 2 }])',
} | TEMPLATES  # fmt: skip
"""The same locals, parts of them unknown."""


def applied(expressions: Sequence[str], folder: Path) -> list[tuple[Any, Any, Any] | None]:
    """(ok, value, type) of each once applied; None where the whole configuration is refused for the sake of one."""
    found = _apply(expressions, folder)
    if found is not None:
        return found
    if len(expressions) == 1:
        return [None]
    middle = len(expressions) // 2
    return [*applied(expressions[:middle], folder), *applied(expressions[middle:], folder)]


def _apply(expressions: Sequence[str], folder: Path) -> list[tuple[Any, Any, Any] | None] | None:
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    state = folder / "terraform.tfstate"
    state.unlink(missing_ok=True)
    resources = "\n".join(f'resource "terraform_data" "{name}" {{ input = {text} }}' for name, text in INPUTS.items())
    names = "\n".join(f"  {name} = {text}" for name, text in HIDDEN.items())
    outputs = "\n".join(
        f'output "o{number}" {{\n  value = {{ ok = can({text}), v = try([{text}], null) }}\n}}'
        for number, text in enumerate(expressions)
    )
    (folder / "main.tf").write_text(f"{resources}\nlocals {{\n{names}\n}}\n{outputs}\n", encoding="utf-8")
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    command = [terraform() or "terraform", "apply", "-auto-approve", "-input=false", "-no-color"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    outputs_json = json.loads(state.read_text(encoding="utf-8"), parse_float=Decimal)["outputs"]
    return [_found(outputs_json.get(f"o{number}")) for number in range(len(expressions))]


def _found(output: Any) -> tuple[Any, Any, Any] | None:
    if output is None:
        return None
    value = output["value"]
    if value["v"] is None:
        return value["ok"], None, None
    return value["ok"], value["v"][0], output["type"][1]["v"][1][0]


class HiddenModule(Module):
    """The scope in which the outputs of `terraform_data` are not known."""

    def __init__(self) -> None:
        super().__init__()
        self.local = HiddenLocals(self)

    def lookup(self, name: str) -> Any:
        """`local`, `path` and `terraform_data`."""
        return Resources() if name == "terraform_data" else super().lookup(name)


class HiddenLocals(LazyObject):
    """`local`."""

    def __init__(self, module: HiddenModule) -> None:
        self.module = module
        self.values: dict[str, Any] = {}

    def get_attr(self, name: str) -> Any:
        """The value, worked out once."""
        if name not in HIDDEN:
            raise EvalError(f"no such local: {name}")
        if name not in self.values:
            self.values[name] = evaluate(parse_expression(HIDDEN[name]), self.module, Budget())
        return self.values[name]

    def keys(self) -> list[str] | Unknown:
        """All names."""
        return sorted(HIDDEN)


class Resources(LazyObject):
    """`terraform_data`, of one resource each."""

    def get_attr(self, name: str) -> Any:
        """A resource."""
        return {"output": Unknown("computed", "known after apply", identities=(name,), not_null=True)}

    def keys(self) -> list[str] | Unknown:
        """All resources."""
        return sorted(INPUTS)


def unsound(text: str, module: HiddenModule, truth: tuple[Any, Any, Any]) -> str:
    """What we claim and is not so; empty where all is."""
    value = evaluate(parse_expression(text), module, Budget())
    ok, actual, actual_type = truth
    if isinstance(value, Unknown) and value.code == "invalid":
        return "" if ok is False else f"an error for us: {value.text}"
    if ok is False:
        return ""  # the type of something that is not known may be the fault
    claimed = value.type if isinstance(value, Unknown) and value.type and not has_dynamic(value.type) else None
    if claimed is not None and type_json(claimed) != actual_type:
        return f"type {type_json(claimed)} for {actual_type}"
    return _contradiction(to_plain(_guarded(value)), actual)


def _guarded(value: Any) -> Any:
    """The value, but sets with unknown elements as what they are: lists of unknown length."""
    if isinstance(value, Set) and uncounted(value) is not None:
        return Unknown("computed", contains=tuple(map(_guarded, value)))
    if isinstance(value, list):
        return list(map(_guarded, value))
    if isinstance(value, dict):
        return {key: _guarded(item) for key, item in value.items()}
    return value


def _contradiction(claim: Any, actual: Any) -> str:
    if isinstance(claim, Unknown):
        return _unknown_contradiction(claim, actual)
    if isinstance(claim, list) and isinstance(actual, list):
        if len(claim) != len(actual):
            return f"{len(claim)} elements for {len(actual)}"
        return next(filter(None, map(_contradiction, claim, actual)), "")
    if isinstance(claim, dict) and isinstance(actual, dict):
        if claim.keys() != actual.keys():
            return f"keys {sorted(claim)} for {sorted(actual)}"
        return next(filter(None, (_contradiction(claim[key], actual[key]) for key in claim)), "")
    return "" if _equal_texts(claim, actual) else f"{claim!r} for {actual!r}"


def _unknown_contradiction(claim: Unknown, actual: Any) -> str:
    if isinstance(claim, Encoded) and claim.language == "json":
        return _contradiction(claim.document, json.loads(actual, parse_float=Decimal))
    if claim.not_null and actual is None:
        return "null, though claimed not to be"
    if isinstance(actual, str) and not (actual.startswith(claim.prefix) and actual.endswith(claim.suffix)):
        return f"{claim.prefix!r}...{claim.suffix!r} for {actual!r}"
    for item in claim.contains:
        if first_unknown([item]) is None and not any(_equal_texts(item, other) for other in actual):
            return f"{item!r} is not in {actual!r}"
    for name in claim.identities:
        if name in INPUTS and not _equal_texts(parse_input(name), actual):
            return f"{actual!r} is not {name}"
    return ""


def parse_input(name: str) -> Any:
    """The plain value of an input."""
    return to_plain(evaluate(parse_expression(INPUTS[name]), Module(), Budget()))


def _equal_texts(a: Any, b: Any) -> bool:
    """Equal but for what a conversion to a type that is not known yet may change: `"42"` for 42, a set's order."""
    if isinstance(a, list) and isinstance(b, list):
        return sorted(map(str, set(map(str, a)))) == sorted(map(str, set(map(str, b))))
    return same(a, b) or (not isinstance(a, list | dict | Decimal) and json.dumps(a) == b) or str(a) == str(b)
