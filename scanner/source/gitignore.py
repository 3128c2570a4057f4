"""The patterns of .gitignore files, matched as git does. Which files git tracks is in `git_index`.

Source: https://git-scm.com/docs/gitignore and git's dir.c and wildmatch.c. Like git, what is matched are bytes: `?` is
one of the two of `é`. Here each byte is a character of Latin-1. The user's global excludes are not read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any, Final

_SLASH: Final = ord("/")
_CLASSES: Final = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": "\t ", "cntrl": "\x00-\x1f\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": "\t\n\r ",
    "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
"""As in git's own tables, whatever the locale."""
_NAMED: Final = re.compile(r"\[:([^]]*):]")


class Pattern:
    """One line of a .gitignore file."""

    __slots__ = ("_compiled", "_end", "_glob", "_literal", "_whole_path", "directory_only", "negated")

    def __init__(
        self, literal: str, glob: str | None, end: str, *, whole_path: bool, directory_only: bool, negated: bool
    ) -> None:
        """`literal` and `end`: what the text begins and ends with; `glob`: a regular expression for what comes after
        `literal`, None where nothing does. `whole_path`: whether the text is the path below the pattern file's
        folder, and not only the last name."""
        self._literal = literal
        self._end = end
        self._glob = glob
        self._whole_path = whole_path
        self._compiled: Any = None
        self.directory_only = directory_only
        self.negated = negated

    def matches(self, path: str, name: str, is_directory: bool) -> bool:
        """Whether the pattern matches a path, of which `name` is the last part."""
        if self.directory_only and not is_directory:
            return False
        text = path if self._whole_path else name
        if self._glob is None:
            return text == self._literal
        if not (text.endswith(self._end) and text.startswith(self._literal)):
            return False
        if self._compiled is None:
            self._compiled = _compiled(self._glob)
        return self._compiled.fullmatch(text[len(self._literal) :]) is not None


def parse(text: str) -> list[Pattern]:
    """The patterns of a file, in its order."""
    if text.startswith("\ufeff"):
        text = text[1:]
    patterns = (_pattern(line) for line in _bytewise(text).split("\n"))
    return [pattern for pattern in patterns if pattern is not None]


def decide(patterns: list[Pattern], parts: list[str], is_directory: bool) -> bool | None:
    """Whether the last pattern that matches ignores the path or (False) keeps it; None if none does."""
    if not patterns:
        return None
    path = _bytewise("/".join(parts))
    name = path.rpartition("/")[2]
    for pattern in reversed(patterns):
        if pattern.matches(path, name, is_directory):
            return not pattern.negated
    return None


def _bytewise(text: str) -> str:
    return text if text.isascii() else os.fsencode(text).decode("latin-1")


def _compiled(glob: str) -> Any:
    """Compiled by an engine that does not backtrack: who wrote the pattern cannot make it slow."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile("(?s)" + glob, options)
    except re2.error:
        # Too large: nobody's pattern.
        return re.compile("(?!)")


def _pattern(line: str) -> Pattern | None:
    """None for a comment, and for what matches nothing."""
    line = _without_trailing_spaces(line.removesuffix("\r").partition("\0")[0])
    if line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line[negated:]
    directory_only = line.endswith("/")
    line = line[: len(line) - directory_only]
    whole_path = "/" in line
    line = line.removeprefix("/")
    if not line:
        return None
    literal, end = re.split(r"[*?\[\\]", line, maxsplit=1)[0], re.split(r"[*?\]\\/]", line)[-1]
    glob = _expression(line[len(literal) :]) if len(literal) < len(line) else None
    if glob == "":
        return None
    return Pattern(literal, glob, end, whole_path=whole_path, directory_only=directory_only, negated=negated)


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    if len(stripped) < len(line):
        backslashes = len(stripped) - len(stripped.rstrip("\\"))
        if backslashes % 2:
            return stripped + " "
    return stripped


def _expression(glob: str) -> str:
    """A glob as a regular expression; empty if it is malformed, so that it matches nothing.

    A run of stars is `**` if what is around it is a slash or nothing. Nothing is also before a run that is the first
    special character of its line, since git compares what stands before it on its own."""
    pieces = []
    position = 0
    while position < len(glob):
        character = glob[position]
        position += 1
        if character == "*":
            piece, position = _stars(glob, position)
        elif character == "?":
            piece = "[^/]"
        elif character == "[":
            piece, position = _bracket(glob, position)
        elif character == "\\":
            piece = re.escape(glob[position : position + 1])
            position += 1
        else:
            piece = re.escape(character)
        if not piece:
            return ""
        pieces.append(piece)
    return "".join(pieces)


def _stars(glob: str, position: int) -> tuple[str, int]:
    """A run of stars after its first, and where it ends."""
    begin = position - 1
    while glob.startswith("*", position):
        position += 1
    bounded = begin == 0 or glob[begin - 1] == "/"
    if position - begin > 1 and bounded:
        if glob.startswith("/", position):
            return "(?:.*/)?", position + 1
        if position == len(glob) or glob.startswith("\\/", position):
            return ".*", position
    return "[^/]*", position


def _bracket(glob: str, position: int) -> tuple[str, int]:
    """A bracket expression after its `[`, as a class without `/`, and where it ends; empty if it is malformed."""
    negated = glob[position : position + 1] in ("!", "^")
    start = position = position + negated
    members: set[int] = set()
    low = ""
    while position == start or not glob.startswith("]", position):
        if position >= len(glob):
            return "", position
        named = _NAMED.match(glob, position)
        if named is not None:
            if named[1] not in _CLASSES:
                return "", position
            members.update(_members(named[1]))
            low, position = "", named.end()
        elif low and glob[position] == "-" and glob[position + 1 : position + 2] not in ("", "]"):
            high, position = _bracket_character(glob, position + 1)
            members.update(range(ord(low), ord(high or "\0") + 1))
            low = ""
        else:
            low, position = _bracket_character(glob, position)
            members.update(map(ord, low))
    members = set(range(1, 256)) - members if negated else members
    return _class(members - {_SLASH}), position + 1


def _members(name: str) -> list[int]:
    """The codes of a named class."""
    return [code for code in range(256) if re.match(f"[{_CLASSES[name]}]", chr(code))]


def _bracket_character(glob: str, position: int) -> tuple[str, int]:
    if glob[position] == "\\":
        return glob[position + 1 : position + 2], position + 2
    return glob[position], position + 1


def _class(members: Iterable[int]) -> str:
    """The characters as a class; a class of nothing is empty."""
    found = "".join(f"\\x{code:02x}" for code in sorted(members))
    return f"[{found}]" if found else ""
