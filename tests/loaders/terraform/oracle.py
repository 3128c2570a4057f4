"""Asks the real terraform for the values of expressions, and compares ours with its.

Outputs are planned in batches; each is `{ok = can(E), v = try([E], null)}`, so that errors are values.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from scanner.loaders.terraform.budget import Budget
from scanner.loaders.terraform.evaluate import evaluate
from scanner.loaders.terraform.types import type_json, type_of
from scanner.loaders.terraform.values import EvalError, LazyObject, to_plain
from scanner.model import SourceSpan, Unknown
from scanner.source.hcl import parse_expression

from .generated_vocabulary import LOCALS, TEMPLATES

FILES = {
    "a.txt": b"hello\nfile\n",
    "sub/b.json": b'{"a": 1}\n',
    "binary.bin": b"\xff\xfe\x00",
    "empty": b"",
    "t.tmpl": b"Hi ${name}!",
    "loop.tmpl": b"%{ for x in list ~}\n- ${x}\n%{ endfor ~}\n",
    "wrap.tmpl": b"${list}",
    "bad.tmpl": b"${",
}
NAMES = LOCALS | TEMPLATES


class Answer(NamedTuple):
    """What an expression comes to; `value` and `type` are None where it is an error or not known."""

    ok: Any
    value: Any
    type: Any


def terraform() -> str | None:
    """The binary, or None."""
    return shutil.which("terraform")


def ask(expressions: Sequence[str], folder: Path) -> list[Answer | None]:
    """Terraform's answers; None where the configuration as a whole is refused for the sake of one."""
    planned = _plan(expressions, folder)
    if planned is not None:
        return planned
    if len(expressions) == 1:
        return [None]
    middle = len(expressions) // 2
    return [*ask(expressions[:middle], folder), *ask(expressions[middle:], folder)]


def _plan(expressions: Sequence[str], folder: Path) -> list[Answer | None] | None:
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "main.tf").write_text(configuration(expressions), encoding="utf-8")
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    binary = terraform() or "terraform"
    plan = [binary, "plan", "-input=false", "-no-color", "-refresh=false", "-out=p.plan"]
    done = subprocess.run(plan, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    show = [binary, "show", "-json", "p.plan"]
    shown = subprocess.run(show, cwd=folder, env=environment, capture_output=True, check=False)
    if shown.returncode:
        return None
    outputs = json.loads(shown.stdout, parse_float=Decimal)["planned_values"]["outputs"]
    return [_answer(outputs[f"o{number}"]) for number in range(len(expressions))]


def configuration(expressions: Sequence[str]) -> str:
    """The text of the root module."""
    names = "\n".join(f"  {name} = {text}" for name, text in NAMES.items())
    outputs = "\n".join(
        f'output "o{number}" {{\n  value = {{ ok = can({_line(text)}), v = try([{_line(text)}], null) }}\n}}'
        for number, text in enumerate(expressions)
    )
    return f"locals {{\n{names}\n}}\n{outputs}\n"


def _line(text: str) -> str:
    return text + "\n" if text.endswith("EOT\n") else text


def _answer(output: dict[str, Any]) -> Answer:
    value = output.get("value")
    if value is None:
        return Answer(None, None, None)
    types = output["type"][1]
    if value.get("v") is None:
        return Answer(value.get("ok"), None, None)
    return Answer(value.get("ok"), value["v"][0], types["v"][1][0])


class Module:
    """The scope of `configuration`."""

    def __init__(self) -> None:
        self.local = Locals(self)

    def lookup(self, name: str) -> Any:
        """`local` and `path`."""
        if name == "local":
            return self.local
        if name == "path":
            return {"module": ".", "root": "."}
        raise EvalError(f"no such name: {name}")

    def span(self, start: int, end: int) -> SourceSpan | None:
        """Not needed here."""
        return None

    def read_file(self, path: str) -> bytes | Unknown:
        """One of `FILES`."""
        name = os.path.normpath(path)
        if name not in FILES:
            raise EvalError(f"no file exists at {path}")
        return FILES[name]

    def list_files(self, path: str) -> list[str] | Unknown:
        """Those of `FILES` below a folder."""
        start = "" if os.path.normpath(path) == "." else os.path.normpath(path) + "/"
        known = [*FILES, "main.tf"]
        return sorted(name[len(start) :] for name in known if name.startswith(start))

    def absolute_path(self, path: str) -> str | Unknown:
        """Depends on the machine."""
        return Unknown("path_escape", "depends on the working directory", type="string")


class Locals(LazyObject):
    """`local`."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.values: dict[str, Any] = {}

    def get_attr(self, name: str) -> Any:
        """The value, worked out once."""
        if name not in NAMES:
            raise EvalError(f"no such local: {name}")
        if name not in self.values:
            self.values[name] = evaluate(parse_expression(NAMES[name]), self.module, Budget())
        return self.values[name]

    def keys(self) -> list[str] | Unknown:
        """All names."""
        return sorted(NAMES)


def ours(text: str, module: Module) -> Answer:
    """Our own answer. A value is an Unknown where it, or a part of it, is not known."""
    value = evaluate(parse_expression(text), module, Budget())
    if isinstance(value, Unknown) and value.code == "invalid":
        return Answer(False, None, None)
    return Answer(True, to_plain(value), type_json(type_of(value)))


def same(mine: Any, theirs: Any) -> bool:
    """Whether two plain values are the same; Unknown in ours is not."""
    if isinstance(mine, bool) or isinstance(theirs, bool):
        return mine is theirs
    if isinstance(mine, int | float | Decimal) and isinstance(theirs, int | float | Decimal):
        return float(mine) == float(theirs)
    if isinstance(mine, list) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(map(same, mine, theirs))
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(same(mine[key], theirs[key]) for key in mine)
    return type(mine) is type(theirs) and bool(mine == theirs)


def difference(mine: Answer, theirs: Answer) -> str:
    """What differs, or an empty string. Where terraform itself does not know yet, nothing does."""
    if theirs.ok is None or not isinstance(theirs.ok, bool):
        return ""
    if mine.ok != theirs.ok:
        return f"ok: {mine.ok} for {theirs.ok}"
    if not theirs.ok:
        return ""
    if theirs.type != mine.type:
        return f"type: {mine.type} for {theirs.type}"
    return "" if same(mine.value, theirs.value) else f"value: {mine.value!r} for {theirs.value!r}"
