"""Reading of files that stay inside a folder: sizes, links and kinds of file are checked here.

Nothing is decoded here, and nobody else opens a scanned file.
"""

from __future__ import annotations

import os
import stat
from typing import NamedTuple


class Refusal(NamedTuple):
    """Why a file was not read."""

    code: str
    """GR-PATH-ESCAPE, GR-LIMIT-SIZE, GR-READ."""
    reason: str
    """One clause for a person; it says nothing of what exists outside the root."""


ESCAPE = Refusal("GR-PATH-ESCAPE", "the path leaves the folder that is scanned")


class SourceReader:
    """Reads what scanned files name (`file("x")`, module folders), inside the scan root only."""

    def __init__(self, size_limit: int) -> None:
        self._size_limit = size_limit

    def read(self, absolute_path: str, root: str) -> bytes | Refusal:
        """The bytes of a file. Whether a file outside `root` exists is never told."""
        real = contained(absolute_path, root)
        return real if isinstance(real, Refusal) else read_regular(real, self._size_limit)

    def exists(self, absolute_path: str, root: str) -> bool | Refusal:
        """Whether there is a regular file."""
        real = contained(absolute_path, root)
        return real if isinstance(real, Refusal) else os.path.isfile(real)

    def directory(self, absolute_path: str, root: str) -> list[str] | Refusal:
        """The sorted names in a folder; empty if there is none."""
        real = contained(absolute_path, root)
        if isinstance(real, Refusal):
            return real
        try:
            return sorted(os.listdir(real))
        except OSError:
            return []


def contained(path: str, root: str) -> str | Refusal:
    """The real path behind a path, if it is the root or lies below it."""
    if "\0" in path or not os.path.isabs(path):
        return ESCAPE
    real_root = os.path.realpath(root)
    # The text is checked before the disk is asked, so that nothing outside is even looked at.
    normal = os.path.normpath(path)
    if not (inside(normal, os.path.normpath(root)) or inside(normal, real_root)):
        return ESCAPE
    real = os.path.realpath(path)
    return real if inside(real, real_root) else ESCAPE


def inside(path: str, root: str) -> bool:
    """Whether a normalised absolute path is `root` or below it."""
    return path == root or path.startswith(root if root.endswith(os.sep) else root + os.sep)


def read_regular(path: str, size_limit: int) -> bytes | Refusal:
    """The bytes of a regular file that is not a link. Devices and pipes are refused without waiting."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        return Refusal("GR-READ", f"it cannot be read: {error.strerror or 'unknown error'}")
    try:
        with os.fdopen(descriptor, "rb") as file:
            # Asked of what was opened, not of the path: that may have been replaced since it was listed.
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return Refusal("GR-READ", "it is not a regular file")
            if status.st_size > size_limit:
                return _too_large(status.st_size, size_limit)
            data = file.read(size_limit + 1)
    except OSError as error:
        return Refusal("GR-READ", f"it cannot be read: {error.strerror or 'unknown error'}")
    return data if len(data) <= size_limit else _too_large(len(data), size_limit)


def _too_large(size: int, limit: int) -> Refusal:
    return Refusal("GR-LIMIT-SIZE", f"it has {size:,} bytes or more, the limit is {limit:,}")


def read_beginning(path: str, size: int) -> bytes:
    """The first bytes of a regular file that is not a link; empty if it cannot be read."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        return file.read(size) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
