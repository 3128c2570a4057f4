"""Where the configuration of a scan is: the nearest file from what is scanned up to the root of its repository."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import Final, NamedTuple

OWN_FILE: Final = "groundrule.toml"
SHARED_FILE: Final = "pyproject.toml"
MOST: Final = 256 * 1024
"""Bytes of a configuration file that is read."""


class Found(NamedTuple):
    """A file that may hold a configuration, and what is in it."""

    path: str
    """Absolute."""
    data: bytes
    reason: str = ""
    """Why it was not read, if it was not."""


def find(paths: Sequence[str], cwd: str) -> Found | None:
    """The nearest configuration, from the folder that holds all the paths upward.

    `groundrule.toml` comes before a pyproject.toml that has a `[tool.groundrule]`; nothing is merged. The way ends at
    the first folder with a `.git`; where there is none, at the working directory if the paths lie in it, else at once.
    """
    start = common_folder(paths, cwd)
    for folder in _upward(start, cwd):
        found = _in(folder)
        if found is not None:
            return found
    return None


def common_folder(paths: Sequence[str], cwd: str) -> str:
    """The real folder that holds every path (`-` counts as the working directory)."""
    real = os.path.realpath(cwd)
    folders = [_folder(os.path.realpath(os.path.join(real, path))) if path != "-" else real for path in paths]
    try:
        return os.path.commonpath(folders or [real])
    except ValueError:  # on different drives
        return real


def repository_of(folder: str) -> str:
    """The nearest folder from an absolute one upward that holds a `.git`; empty if there is none."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent
    return folder


def read_file(path: str) -> Found:
    """A configuration file that is a regular file of a fair size; else the reason why it was not read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return Found(path, b"", "it is no regular file")
        with open(path, "rb") as stream:
            data = stream.read(MOST + 1)
    except OSError as error:
        return Found(path, b"", error.strerror or "it cannot be read")
    return Found(path, data, f"it has more than {MOST:,} bytes" if len(data) > MOST else "")


def _in(folder: str) -> Found | None:
    own = os.path.join(folder, OWN_FILE)
    if os.path.lexists(own):
        return _inside_repository(own)
    shared = os.path.join(folder, SHARED_FILE)
    if os.path.isfile(shared):
        found = _inside_repository(shared)
        if not found.reason and b"groundrule" in found.data and _has_table(found.data):
            return found
    return None


def _inside_repository(path: str) -> Found:
    """The file, unless it is a link that leads out of the repository (without one: out of its folder)."""
    folder = os.path.dirname(path)
    bound = repository_of(folder) or folder
    real = os.path.realpath(path)
    if os.path.islink(path) and os.path.commonpath([real, bound]) != bound:
        return Found(path, b"", "it is a link that leads out of the repository")
    return read_file(path)


def _has_table(data: bytes) -> bool:
    """Whether a pyproject.toml has a `[tool.groundrule]`; one that is no TOML has it if it looks like it."""
    import tomllib

    try:
        tool = tomllib.loads(data.decode("utf-8-sig")).get("tool")
    except (ValueError, RecursionError):
        return b"[tool.groundrule" in data
    return isinstance(tool, dict) and "groundrule" in tool


def _folder(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(path)


def _upward(start: str, cwd: str) -> list[str]:
    real = os.path.realpath(cwd)
    end = repository_of(start) or (real if os.path.commonpath([start, real]) == real else start)
    folders = [start]
    while folders[-1] != end:
        folders.append(os.path.dirname(folders[-1]))
    return folders
