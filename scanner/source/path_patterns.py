"""Patterns of paths as a configuration gives them, with the meaning that git gives to those of a .gitignore."""

from __future__ import annotations

import os
from collections.abc import Sequence

from scanner.source import gitignore


class PathPatterns:
    """Some patterns, relative to one absolute folder. The last one that fits decides; `!` takes out again."""

    def __init__(self, patterns: Sequence[str], folder: str) -> None:
        self._folder = folder
        self._patterns = gitignore.parse("\n".join(each.removeprefix("./").replace("\n", " ") for each in patterns))

    def names(self, path: str, *, is_directory: bool) -> bool:
        """Whether the patterns speak of this very path, whatever folder it is in."""
        parts = self._parts(path)
        return bool(parts) and bool(gitignore.decide(self._patterns, parts, is_directory))

    def covers(self, path: str, *, is_directory: bool = False) -> bool:
        """Whether the patterns speak of an absolute path or of a folder that it lies in."""
        parts = self._parts(path)
        below = range(1, len(parts) + 1)
        return any(
            gitignore.decide(self._patterns, parts[:end], is_directory or end < len(parts)) is True for end in below
        )

    def _parts(self, path: str) -> list[str]:
        """The steps from the folder to a path; none if it lies outside."""
        relative = os.path.relpath(path, self._folder)
        outside = relative in (".", "..") or relative.startswith(".." + os.sep)
        return [] if outside else relative.split(os.sep)
