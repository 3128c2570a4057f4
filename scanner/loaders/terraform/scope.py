"""What expressions see: the evaluator's `Scope` for one file of one module, and the objects behind `var`, `local`
and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from scanner.loaders.terraform.evaluate import evaluate
from scanner.loaders.terraform.values import EvalError, LazyObject, Value
from scanner.model import Diagnostic, SourceSpan, Unknown
from scanner.source.document import Document
from scanner.source.hcl.ast import Expr, Literal

if TYPE_CHECKING:
    from scanner.loaders.terraform.modules import Module
    from scanner.loaders.terraform.session import Session

Found = TypeVar("Found", bytes, list[str])

Names = Mapping[str, Value]
"""Names bound around an expression: `each`, `count`, the iterators of `dynamic` blocks."""


class Namespace(LazyObject):
    """`var`, `local`, `module.network`: names that are read one at a time."""

    __slots__ = ("names", "read")

    def __init__(self, read: Callable[[str], Value], names: Iterable[str]) -> None:
        self.read = read
        self.names = names

    def get_attr(self, name: str) -> Value:
        """The value behind one name."""
        return self.read(name)

    def keys(self) -> list[str] | Unknown:
        """The names."""
        return sorted(self.names)


class DocumentScope:
    """One module as seen from one of its files; made once for each, since instances bring their own names."""

    __slots__ = ("document", "module", "session")

    def __init__(self, module: Module, document: Document) -> None:
        self.module = module
        self.document = document
        self.session = module.session

    def evaluate(self, expr: Expr, names: Names | None = None) -> Value:
        """The value of an expression of this file; never raises for bad input."""
        if expr.__class__ is Literal:
            value = expr.value
            if value.__class__ is bool or (value.__class__ is str and value.isascii()):
                return value
        stack = self.session.stack
        stack.append((self, expr))
        try:
            return evaluate(expr, self, self.session.budget, names)
        finally:
            stack.pop()

    def lookup(self, name: str) -> Value:
        """A root name."""
        return self.module.lookup(name)

    def span(self, start: int, end: int) -> SourceSpan | None:
        """The span of offsets into this file."""
        return self.document.span(start, end)

    def read_file(self, path: str) -> bytes | Unknown:
        """The content of a file inside the scanned directories."""
        return _screened(self.session, self.session.files.read(path))

    def list_files(self, path: str) -> list[str] | Unknown:
        """The files below a directory inside the scanned directories."""
        return _screened(self.session, self.session.files.list(path))

    def absolute_path(self, path: str) -> str | Unknown:
        """The path made absolute."""
        return self.session.files.absolute(path)


class ValuesScope:
    """What a file of variable values sees: no names and no files."""

    __slots__ = ("document",)

    def __init__(self, document: Document) -> None:
        self.document = document

    def lookup(self, name: str) -> Value:
        """Raises EvalError, whatever the name."""
        raise EvalError("a file of variable values cannot refer to anything")

    def span(self, start: int, end: int) -> SourceSpan | None:
        """The span of offsets into this file."""
        return self.document.span(start, end)

    def read_file(self, path: str) -> bytes | Unknown:
        """Raises EvalError: no functions here."""
        raise EvalError("a file of variable values cannot call functions")

    def list_files(self, path: str) -> list[str] | Unknown:
        """Raises EvalError: no functions here."""
        raise EvalError("a file of variable values cannot call functions")

    def absolute_path(self, path: str) -> str | Unknown:
        """Raises EvalError: no functions here."""
        raise EvalError("a file of variable values cannot call functions")


def _screened(session: Session, found: Found | Unknown) -> Found | Unknown:
    """The answer, placed and reported if it is a refusal."""
    if not isinstance(found, Unknown) or not session.stack:
        return found
    scope, expr = session.stack[-1]
    span = scope.document.span(expr.start, expr.end)
    if found.code == "path_escape":
        hint = "scan a directory that holds the file too"
        message = "a path leads out of the scanned directories; it was not followed"
        session.report(Diagnostic("GR-PATH-ESCAPE", "warning", message, hint, span.path, span))
    return Unknown(found.code, found.text, span=span, not_null=True)
