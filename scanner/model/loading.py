"""The seam between the scan and its loaders: what a loader is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from scanner.model.resources import NativeResource
from scanner.model.results import Diagnostic
from scanner.model.values import Unknown

Demand = Mapping[str, frozenset[str]]
"""Native type to the top-level attributes and blocks that something will read; a type that is not in
it is loaded without attributes. None in place of a Demand means everything."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of one scan. Each can be set by `--limit NAME=VALUE` (with `-` for `_`)."""

    file_size: int = 5 * 1024 * 1024
    """Bytes of one source file."""
    plan_size: int = 50 * 1024 * 1024
    """Bytes of one JSON file."""
    depth: int = 200
    """Nesting of brackets and indentation."""
    aliases: int = 1_000_000
    """Nodes of one YAML document after its aliases are expanded."""
    elements: int = 100_000
    """Elements of one collection, and of all collections made for one expression."""
    string: int = 1024 * 1024
    """Characters of one evaluated string."""
    instances: int = 10_000
    """Instances of one resource or module call."""
    modules: int = 32
    """Depth of module calls."""
    steps: int = 10_000_000
    """Evaluation steps of one root module."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What the caller says about values and limits."""

    var_files: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    workspace: str = "default"
    parameters: tuple[str, ...] = ()
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loader made of its documents."""

    resources: tuple[NativeResource, ...]
    """Managed resource instances, sorted by root and address."""
    diagnostics: tuple[Diagnostic, ...] = ()
    roots: tuple[str, ...] = ()
    """Root modules, stacks or manifest sets, also those without resources."""
    secrets: tuple[str, ...] = ()
    """Texts of sensitive values, which no output may show."""
    missing: tuple[tuple[str, Unknown], ...] = ()
    """Root and why, where a module or stack that it uses cannot be read and may hold anything."""


class Loader(Protocol):
    """Turns the documents of one format into native resources. Raises nothing for bad input."""

    def load(self, documents: Sequence[Any], *, demand: Demand | None, options: LoadOptions) -> Loaded:
        """`documents` are `scanner.source.Document`s of this format."""
