"""Functions on files and paths. Files are read by the scope, which keeps to the scan root; paths are POSIX.

Facts: Terraform's `internal/lang/funcs/filesystem.go`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.conversion import make_set, normal
from scanner.loaders.terraform.functions.encoding import to_base64
from scanner.loaders.terraform.functions.hashing import digest
from scanner.loaders.terraform.types import BOOL, STRING, Collection
from scanner.loaders.terraform.values import EvalError, Map, Null, Value, like
from scanner.model import SourceSpan, Unknown
from scanner.source.hcl import ast

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame, Scope


def abspath(frame: Frame, path: str) -> Value:
    """`abspath(path)`."""
    return frame.scope.absolute_path(path)


def basename(frame: Frame, path: str) -> Value:
    """`basename(path)`, as Go's `filepath.Base`."""
    stripped = path.rstrip("/")
    if not stripped:
        return "/" if path else "."
    return stripped.rpartition("/")[2]


def dirname(frame: Frame, path: str) -> Value:
    """`dirname(path)`, as Go's `filepath.Dir`."""
    return clean(path.rpartition("/")[0] + "/" if "/" in path else "")


def clean(path: str) -> str:
    """The shortest path that means the same, as Go's `filepath.Clean`."""
    cleaned = posixpath.normpath(path) if path else "."
    return cleaned[1:] if cleaned.startswith("//") else cleaned


def pathexpand(frame: Frame, path: str) -> Value:
    """`pathexpand(path)`: a home directory is the machine's."""
    return _home() if path[:1] == "~" else path


def _home() -> Unknown:
    return Unknown("path_escape", "a path in a home directory", type=STRING, not_null=True)


def _read(frame: Frame, path: str) -> bytes | Unknown:
    return _home() if path[:1] == "~" else frame.scope.read_file(path)


def file(frame: Frame, path: str) -> Value:
    """`file(path)`: must be UTF-8."""
    data = _read(frame, path)
    if isinstance(data, Unknown):
        return like(data, STRING, not_null=True)
    frame.budget.charge_text(len(data))
    try:
        return normal(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise EvalError(f"contents of {path} are not valid UTF-8") from None


def fileexists(frame: Frame, path: str) -> Value:
    """`fileexists(path)`."""
    try:
        data = _read(frame, path)
    except EvalError:
        return False
    return like(data, BOOL, not_null=True) if isinstance(data, Unknown) else True


def _of_bytes(change: Callable[[bytes], str]) -> Callable[[Frame, str], Value]:
    def function(frame: Frame, path: str) -> Value:
        data = _read(frame, path)
        return like(data, STRING, not_null=True) if isinstance(data, Unknown) else change(data)

    return function


def _hexadecimal(algorithm: str) -> Callable[[Frame, str], Value]:
    return _of_bytes(lambda data: digest(algorithm, data).hex())


def _base64(algorithm: str) -> Callable[[Frame, str], Value]:
    return _of_bytes(lambda data: to_base64(digest(algorithm, data)))


def fileset(frame: Frame, path: str, pattern: str) -> Value:
    """`fileset(path, pattern)`: regular files, relative to the path."""
    from scanner.loaders.terraform.functions.globs import matcher

    matches = matcher(clean(pattern))
    names = frame.scope.list_files(path)
    if isinstance(names, Unknown):
        return like(names, Collection("set", STRING), not_null=True)
    frame.budget.steps -= len(names)
    return make_set([normal(name) for name in names if matches(name)], STRING)


def templatefile(frame: Frame, path: str, variables: Value) -> Value:
    """`templatefile(path, variables)`."""
    if isinstance(frame.scope, TemplateScope):
        raise EvalError("cannot recursively call templatefile from inside templatefile or templatestring")
    text = file(frame, path)
    return text if isinstance(text, Unknown) else _rendered(frame, text, variables)


def templatestring(frame: Frame, text: str, variables: Value) -> Value:
    """`templatestring(template, variables)`."""
    if isinstance(frame.scope, TemplateScope):
        raise EvalError("cannot recursively call templatestring from inside templatefile or templatestring")
    result = _rendered(frame, text, variables)
    if result is None or result.__class__ is Null:
        raise EvalError("the template result is null")
    from scanner.loaders.terraform.conversion import convert

    return convert(result, STRING)


def _rendered(frame: Frame, text: str, variables: Value) -> Value:
    """The text as a template that sees nothing but the variables."""
    from scanner.source.hcl import parse_template

    if isinstance(variables, Unknown):
        return like(variables)
    if not isinstance(variables, dict):
        raise EvalError("invalid vars value: must be a map")
    for name in variables:
        if not name.replace("-", "_").isidentifier():
            raise EvalError(f'invalid template variable name "{name}"')
    element = variables.element if isinstance(variables, Map) else None
    names = {key: Null(element) if item is None and element else item for key, item in variables.items()}
    expr = parse_template(text)
    return _evaluated(frame, expr, names)


def _evaluated(frame: Frame, expr: ast.Expr, names: Mapping[str, Value]) -> Value:
    inner = frame.with_names(names)
    inner.scope = TemplateScope(frame.scope)
    try:
        return frame.handlers[expr.__class__](expr, inner)
    except EvalError as error:
        raise EvalError(f"in the template: {error.message}") from None


class TemplateScope:
    """What a template sees besides its variables: files, but no names of the module."""

    def __init__(self, outer: Scope) -> None:
        self.outer = outer

    def lookup(self, name: str) -> Value:
        """No root name exists."""
        raise EvalError(f'vars map does not contain key "{name}"')

    def span(self, start: int, end: int) -> SourceSpan | None:
        """Offsets are those of the template, which is no document."""
        return None

    def read_file(self, path: str) -> bytes | Unknown:
        """As outside."""
        return self.outer.read_file(path)

    def list_files(self, path: str) -> list[str] | Unknown:
        """As outside."""
        return self.outer.list_files(path)

    def absolute_path(self, path: str) -> str | Unknown:
        """As outside."""
        return self.outer.absolute_path(path)


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "abspath": abspath,
    "basename": basename,
    "dirname": dirname,
    "file": file,
    "filebase64": _of_bytes(to_base64),
    "filebase64sha256": _base64("sha256"),
    "filebase64sha512": _base64("sha512"),
    "fileexists": fileexists,
    "filemd5": _hexadecimal("md5"),
    "fileset": fileset,
    "filesha1": _hexadecimal("sha1"),
    "filesha256": _hexadecimal("sha256"),
    "filesha512": _hexadecimal("sha512"),
    "pathexpand": pathexpand,
    "templatefile": templatefile,
    "templatestring": templatestring,
}
