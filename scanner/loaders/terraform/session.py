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
_NESTED: Final = 40
"""So many values may wait for one another on Python's stack, a dozen frames each."""


class _Deferred(Exception):
    """A value that must be worked out before the one that led to it, because that is too deep in the stack."""

    def __init__(self, memo: dict[Any, Any], key: Any, label: str, compute: Callable[[], Any]) -> None:
        super().__init__(label)
        self.value = (memo, key, label, compute)


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

    __slots__ = ("_nested", "budget", "files", "missing", "options", "root", "secrets", "sources", "stack")

    def __init__(self, sources: Sources, root: Directory) -> None:
        self.sources = sources
        self.options = sources.options
        self.root = root
        self._nested = 0
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
        if self._nested >= _NESTED:
            raise _Deferred(memo, key, label, compute)
        if self._nested:
            return self._compute(memo, key, compute)
        return self._innermost_first(_Deferred(memo, key, label, compute))

    def _compute(self, memo: dict[Any, Any], key: Any, compute: Callable[[], Any]) -> Any:
        memo[key] = _BUSY
        self._nested += 1
        try:
            value = memo[key] = compute()
        finally:
            self._nested -= 1
            if memo[key] is _BUSY:
                del memo[key]
        return value

    def _innermost_first(self, wanted: _Deferred) -> Any:
        """A value whose chain of others may be longer than Python's stack: what lies too deep is worked out first,
        on an empty stack, and what waited for it then starts again and finds it."""
        waiting = [wanted]
        while waiting:
            memo, key, _, compute = waiting[-1].value
            try:
                if key not in memo:
                    self._compute(memo, key, compute)
                waiting.pop()
            except _Deferred as deeper:
                memo, key, label, _ = deeper.value
                if any(each.value[0] is memo and each.value[1] == key for each in waiting):
                    memo[key] = self._cycle(label)
                else:
                    waiting.append(deeper)
        return wanted.value[0][wanted.value[1]]

    def _cycle(self, label: str) -> Unknown:
        message = f"{label} is defined by itself"
        span = None
        if self.stack:
            scope, expr = self.stack[-1]
            span = scope.document.span(expr.start, expr.end)
        self.report(Diagnostic("GR-CYCLE", "warning", message, "", span.path if span else "", span))
        return Unknown("cycle", message, span=span)
