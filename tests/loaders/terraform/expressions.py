"""Evaluates expressions for tests, in a scope of plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.loaders.terraform.budget import Budget
from scanner.loaders.terraform.evaluate import evaluate
from scanner.loaders.terraform.values import EvalError, LazyObject
from scanner.model import Limits, SourceSpan, Unknown
from scanner.source.hcl import parse_expression


class Names(LazyObject):
    """An object of given values; reading any other name is an error."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.read: list[str] = []

    def get_attr(self, name: str) -> Any:
        """The value; remembers that it was read."""
        self.read.append(name)
        if name not in self.values:
            raise EvalError(f"no attribute {name}")
        return self.values[name]

    def keys(self) -> list[str] | Unknown:
        """The names."""
        return sorted(self.values)


class Scope:
    """`var` of given values, and files."""

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        self.var = Names(values)
        self.files = files

    def lookup(self, name: str) -> Any:
        """`var` only."""
        if name != "var":
            raise EvalError(f"no name {name}")
        return self.var

    def span(self, start: int, end: int) -> SourceSpan | None:
        """A span whose columns are the offsets."""
        return SourceSpan("main.tf", 1, start + 1, 1, end + 1)

    def read_file(self, path: str) -> bytes | Unknown:
        """One of the files."""
        if path.startswith("/"):
            return Unknown("path_escape", "outside the scan root")
        if path not in self.files:
            raise EvalError(f"no file {path}")
        return self.files[path]

    def list_files(self, path: str) -> list[str] | Unknown:
        """All files."""
        return sorted(self.files)

    def absolute_path(self, path: str) -> str | Unknown:
        """Not known."""
        return Unknown("path_escape", "depends on the machine")


ARN = Unknown("computed", "known after apply", identities=("aws_s3_bucket.b.arn",), not_null=True, prefix="arn:")
ID = Unknown("computed", "known after apply", identities=("aws_s3_bucket.b.id",), not_null=True)
UNSET = Unknown("variable", "var.unset has no value", identities=("var.unset",))
UNSET_LIST = Unknown("variable", "var.list has no value", type=None, identities=("var.list",))
VALUES: Mapping[str, Any] = {"arn": ARN, "id": ID, "unset": UNSET, "list": UNSET_LIST, "s": "text", "n": 3}


def value_of(
    text: str,
    values: Mapping[str, Any] = VALUES,
    *,
    files: Mapping[str, bytes] | None = None,
    budget: Budget | None = None,
) -> Any:
    """The value of an expression that sees `var`."""
    return evaluate(parse_expression(text), Scope(values, files or {}), budget or Budget())


def small_budget(**limits: int) -> Budget:
    """A budget with these limits."""
    return Budget(Limits(**limits))
