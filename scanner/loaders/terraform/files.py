"""The files that expressions may read: those inside the scanned directories, and nothing else. Whether anything
exists outside them is never looked at, so that an answer cannot tell."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Sequence

from scanner.loaders.terraform.budget import BudgetExceeded
from scanner.loaders.terraform.documents import is_inside, join
from scanner.loaders.terraform.values import EvalError
from scanner.model import Limits, Unknown


class Files:
    """Reads below `roots`, relative paths being relative to `base`, the directory of the root module."""

    __slots__ = ("_read", "_real", "base", "limits", "roots")

    def __init__(self, base: str, roots: Sequence[str], real: Sequence[str], limits: Limits) -> None:
        """`real`: the real directories in which a file must lie when all links are followed."""
        self.base = base
        self.roots = roots
        self.limits = limits
        self._real = real
        self._read: dict[str, bytes | Unknown] = {}

    def read(self, path: str) -> bytes | Unknown:
        """The bytes of a file. Raises EvalError where there is none, BudgetExceeded for one that is too big."""
        if path not in self._read:
            found = self._resolve(path)
            self._read[path] = found if isinstance(found, Unknown) else self._bytes(found, path)
        return self._read[path]

    def list(self, path: str) -> list[str] | Unknown:
        """Paths of all files below a directory, relative to it, sorted."""
        found = self._resolve(path)
        if isinstance(found, Unknown):
            return found
        names: list[str] = []
        for folder, folders, files in os.walk(found):
            folders.sort()
            inside = posixpath.relpath(folder, found)
            names.extend(posixpath.normpath(posixpath.join(inside, name)) for name in files)
            if len(names) > self.limits.elements:
                raise BudgetExceeded(f"more than {self.limits.elements} files")
        return sorted(names)

    def absolute(self, path: str) -> str | Unknown:
        """The path made absolute without looking at the disk."""
        if path.startswith("~") or not self.base.startswith("/"):
            return Unknown("impure", "the directory it runs in is not known", not_null=True)
        return join(self.base, path)

    def _resolve(self, path: str) -> str | Unknown:
        location = "" if path.startswith("~") or "\0" in path else join(self.base, path)
        if not self.base.startswith("/"):
            return Unknown("unresolved", "there are no files beside standard input", not_null=True)
        if location and is_inside(location, self.roots):
            real = os.path.realpath(location)
            if is_inside(real, self._real):
                return real
        return Unknown("path_escape", "a file outside the scanned directories is never read", not_null=True)

    def _bytes(self, location: str, path: str) -> bytes:
        try:
            handle = os.open(location, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise EvalError(f"no file can be read at {path!r}: {error.strerror}") from error
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise EvalError(f"{path!r} is not a regular file")
            data = file.read(self.limits.file_size + 1)
        if len(data) > self.limits.file_size:
            raise BudgetExceeded(f"a file of more than {self.limits.file_size} bytes")
        return data
