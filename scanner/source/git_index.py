"""Which files a git working tree ignores and which it tracks, read from its files: git is never run.

Source: https://git-scm.com/docs/index-format and https://git-scm.com/docs/gitrepository-layout
"""

from __future__ import annotations

import os
from bisect import bisect_left
from typing import Final

from scanner.source import gitignore
from scanner.source.reader import Refusal, inside, read_regular

_MOST: Final = 256 * 1024 * 1024
_MOST_PATTERNS: Final = 1024 * 1024


class WorkTree:
    """One git working tree. Its index is read when the first ignored path asks for it."""

    def __init__(self, root: str, git_directory: str, common_directory: str) -> None:
        self.root = root
        """Absolute, as found on the way up; not resolved."""
        self._git_directory = git_directory
        self._common_directory = common_directory
        self._patterns: dict[str, list[gitignore.Pattern]] = {}
        self._ignored: dict[str, bool] = {"": False}
        self._tracked: list[str] | None = None
        self._readable = True
        self._exclude = _patterns_in(os.path.join(common_directory, "info", "exclude"))

    def ignores(self, path: str, *, is_directory: bool) -> bool:
        """Whether git ignores an absolute path below the root, be it tracked or not."""
        return self._decide(self._relative(path), is_directory)

    def tracks(self, path: str) -> bool:
        """Whether a file is in the index. True for all files if the index cannot be read: then nothing is skipped."""
        names = self._index()
        name = self._relative(path)
        at = bisect_left(names, name)
        return not self._readable or (at < len(names) and names[at] == name)

    def tracks_below(self, path: str) -> bool:
        """Whether a file below a folder is in the index."""
        names = self._index()
        prefix = self._relative(path) + "/"
        at = bisect_left(names, prefix)
        return not self._readable or (at < len(names) and names[at].startswith(prefix))

    def _relative(self, path: str) -> str:
        return path[len(self.root) :].replace(os.sep, "/").lstrip("/")

    def _decide(self, name: str, is_directory: bool) -> bool:
        if name in self._ignored:
            return self._ignored[name]
        parent = name.rpartition("/")[0]
        result = self._decide(parent, True) or self._matched(name.split("/"), is_directory)
        if is_directory:
            self._ignored[name] = result
        return result

    def _matched(self, parts: list[str], is_directory: bool) -> bool:
        for depth in range(len(parts) - 1, -1, -1):
            decision = gitignore.decide(self._patterns_of("/".join(parts[:depth])), parts[depth:], is_directory)
            if decision is not None:
                return decision
        return gitignore.decide(self._exclude, parts, is_directory) or False

    def _patterns_of(self, folder: str) -> list[gitignore.Pattern]:
        patterns = self._patterns.get(folder)
        if patterns is None:
            patterns = self._patterns[folder] = _patterns_in(os.path.join(self.root, folder, ".gitignore"))
        return patterns

    def _index(self) -> list[str]:
        if self._tracked is None:
            data = read_regular(os.path.join(self._git_directory, "index"), _MOST)
            wide = b"sha256" in _bytes_of(os.path.join(self._common_directory, "config")).lower()
            names = None
            if isinstance(data, bytes):
                names = index_names(data, 32 if wide else 20)
                self._readable = names is not None
            self._tracked = sorted(names or [])
        return self._tracked


def find_work_tree(start: str) -> WorkTree | None:
    """The working tree that an absolute folder lies in."""
    folder = start
    while True:
        tree = work_tree_at(folder)
        if tree is not None:
            return tree
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def work_tree_at(folder: str, within: str = "") -> WorkTree | None:
    """The working tree whose root is `folder`. `within`: where its git directory must lie, if given,
    since a scanned folder could name any."""
    entry = os.path.join(folder, ".git")
    if os.path.isdir(entry):
        git_directory = entry
    else:
        text = _bytes_of(entry)
        if not text.startswith(b"gitdir:"):
            return None
        git_directory = os.path.normpath(os.path.join(folder, os.fsdecode(text[7:].strip())))
    if within and not inside(os.path.realpath(git_directory), os.path.realpath(within)):
        return None
    if not os.path.isfile(os.path.join(git_directory, "HEAD")):
        return None
    common = os.fsdecode(_bytes_of(os.path.join(git_directory, "commondir")).strip())
    return WorkTree(folder, git_directory, os.path.normpath(os.path.join(git_directory, common)))


def index_names(data: bytes, hash_size: int) -> list[str] | None:
    """The paths in an index file of version 2 to 4; None if it is something else (also a split index)."""
    if data[:4] != b"DIRC" or len(data) < 12:
        return None
    version = int.from_bytes(data[4:8], "big")
    if version not in (2, 3, 4):
        return None
    names: list[str] = []
    name, position = b"", 12
    fixed = 42 + hash_size
    for _ in range(int.from_bytes(data[8:12], "big")):
        start = position
        if start + fixed > len(data):
            return None
        position += fixed + (2 if data[start + fixed - 2] & 0x40 else 0)
        if version == 4:
            strip, position = _offset(data, position)
            name = name[: len(name) - strip]
        else:
            name = b""
        end = data.find(b"\0", position)
        if end < 0:
            return None
        name += data[position:end]
        position = end + 1 if version == 4 else start + ((end - start) // 8 + 1) * 8
        names.append(os.fsdecode(name))
    return None if data[position : position + 4] == b"link" else names


def _offset(data: bytes, position: int) -> tuple[int, int]:
    """A variable-width number, and where it ends."""
    byte = data[position] if position < len(data) else 0
    position += 1
    value = byte & 0x7F
    while byte & 0x80 and position < len(data):
        byte = data[position]
        position += 1
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, position


def _patterns_in(path: str) -> list[gitignore.Pattern]:
    return gitignore.parse(os.fsdecode(_bytes_of(path)))


def _bytes_of(path: str) -> bytes:
    data = read_regular(path, _MOST_PATTERNS)
    return b"" if isinstance(data, Refusal) else data
