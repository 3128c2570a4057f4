"""What all modules of one root share while they are evaluated: budget, diagnostics, secrets, files, and the
expression being evaluated. What all roots of one scan share is in `Sources`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.budget import Budget
from scanner.loaders.terraform.config import ModuleConfig
from scanner.loaders.terraform.documents import Directory
from scanner.loaders.terraform.files import Files
from scanner.loaders.terraform.references import find_reference
from scanner.model import Diagnostic, LoadOptions, Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.scope import DocumentScope
    from scanner.source.hcl.ast import Expr

Path = tuple[str | int, ...]
Origins = Mapping[Path, Path]
"""Path in the attributes of a data source, `("json", "Statement", 0)`, to the path in its configuration that it was
made from, `("statement", 0)`; what is not listed belongs to the longest listed beginning of it."""
DataSource = Callable[[dict[str, Any]], tuple[Mapping[str, Any], Origins]]
"""Works out the attributes of a data source from its configuration, a native tree: nested blocks are lists of dicts,
unknown parts `Unknown`. For knowledge of one provider, given to the loader by its caller."""

_MISSING: Final = object()
_BUSY: Final = object()


@dataclass(slots=True)
class Sources:
    """What the scan holds, for every root."""

    directories: Mapping[str, Directory]
    configs: Mapping[str, ModuleConfig]
    roots: tuple[str, ...]
    """Where files may be read, as the documents name these places."""
    real_roots: tuple[str, ...]
    """The same, all links followed."""
    options: LoadOptions
    data_sources: Mapping[str, DataSource]
    diagnostics: dict[Diagnostic, None] = field(default_factory=dict)
    """In the order they came up, each once."""


class Session:
    """One root module and all it calls, while they are evaluated."""

    __slots__ = ("budget", "files", "missing", "options", "root", "secrets", "sources", "stack")

    def __init__(self, sources: Sources, root: Directory) -> None:
        self.sources = sources
        self.options = sources.options
        self.root = root
        self.budget = Budget(sources.options.limits)
        self.files = Files(root.location, sources.roots, sources.real_roots, sources.options.limits)
        self.secrets: list[str] = []
        self.stack: list[tuple[DocumentScope, Expr]] = []
        """The expressions being evaluated, outermost first, each with its scope."""
        self.missing: dict[str, list[tuple[str, Unknown]]] = {}
        """Address of a resource to (attribute, why) for what an unloaded module was given of it."""

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, once."""
        self.sources.diagnostics[diagnostic] = None

    def unresolved(self, root: str, name: str, message: str, hint: str = "") -> Unknown:
        """The value of a reference `root.name` to what nobody declared, and a warning where it is written."""
        if not self.stack:
            return Unknown("unresolved", message)
        scope, expr = self.stack[-1]
        start, end = find_reference(expr, root, name)
        span = scope.document.span(start, end)
        self.report(Diagnostic("GR-REFERENCE", "warning", message, hint, scope.document.path, span))
        return Unknown("unresolved", message, span=span)

    def once(self, memo: dict[Any, Any], key: Any, label: str, compute: Callable[[], Any]) -> Any:
        """The value kept under the key, worked out when first asked for; Unknown("cycle") while it is."""
        value = memo.get(key, _MISSING)
        if value is _BUSY:
            return self._cycle(label)
        if value is not _MISSING:
            return value
        memo[key] = _BUSY
        try:
            value = memo[key] = compute()
        finally:
            if memo[key] is _BUSY:
                del memo[key]
        return value

    def _cycle(self, label: str) -> Unknown:
        message = f"{label} is defined by itself"
        span = None
        if self.stack:
            scope, expr = self.stack[-1]
            span = scope.document.span(expr.start, expr.end)
        self.report(Diagnostic("GR-CYCLE", "warning", message, "", span.path if span else "", span))
        return Unknown("cycle", message, span=span)
