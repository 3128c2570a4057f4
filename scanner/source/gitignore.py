"""The patterns of .gitignore files, matched as git does. Which files git tracks is in `git_index`.

Source: https://git-scm.com/docs/gitignore and git's wildmatch.c. The user's global excludes are not read.
"""

from __future__ import annotations

import re
from typing import Final

_CLASSES: Final = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": " \\t-\\r",
    "upper": "A-Z", "xdigit": "0-9a-fA-F",
}  # fmt: skip
_Component = re.Pattern[str] | None
"""None stands for `**`."""


class Pattern:
    """One line of a .gitignore file."""

    __slots__ = ("anchored", "components", "directory_only", "length", "literal", "negated")

    def __init__(self, components: list[_Component], *, negated: bool, directory_only: bool, anchored: bool) -> None:
        self.components = components
        self.negated = negated
        self.directory_only = directory_only
        self.anchored = anchored
        self.length = -1 if None in components else len(components)
        """How many parts a path must have that an anchored pattern matches; -1: any."""
        self.literal = _literal(components[0])
        """The only text that the first component matches; None if it matches several."""

    def matches(self, parts: list[str], is_directory: bool) -> bool:
        """Whether the pattern matches a path, given by its parts below the pattern file's folder."""
        if self.directory_only and not is_directory:
            return False
        if self.literal is not None and self.literal != parts[0 if self.anchored else -1]:
            return False
        if self.anchored and self.length not in (-1, len(parts)):
            return False
        if not self.anchored:
            only = self.components[0]
            return only is None or only.fullmatch(parts[-1]) is not None
        return _match(self.components, parts)


def parse(text: str) -> list[Pattern]:
    """The patterns of a file, in its order."""
    if text.startswith("\ufeff"):
        text = text[1:]
    patterns = (_pattern(line) for line in text.split("\n"))
    return [pattern for pattern in patterns if pattern is not None]


def decide(patterns: list[Pattern], parts: list[str], is_directory: bool) -> bool | None:
    """Whether the last pattern that matches ignores the path or (False) keeps it; None if none does."""
    for pattern in reversed(patterns):
        if pattern.matches(parts, is_directory):
            return not pattern.negated
    return None


def _literal(component: _Component) -> str | None:
    if component is None:
        return None
    text = component.pattern.replace("\\", "")
    return text if re.escape(text) == component.pattern else None


def _pattern(line: str) -> Pattern | None:
    line = _without_trailing_spaces(line.removesuffix("\r"))
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line[negated:]
    directory_only = line.endswith("/")
    line = line[: len(line) - directory_only]
    anchored = "/" in line
    line = line.removeprefix("/")
    if not line:
        return None
    components: list[_Component] = []
    for part in line.split("/"):
        if part == "**" and anchored:
            if not (components and components[-1] is None):
                components.append(None)
            continue
        compiled = _component(part)
        if compiled is None:
            return None
        components.append(compiled)
    return Pattern(components, negated=negated, directory_only=directory_only, anchored=anchored)


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    if len(stripped) < len(line):
        backslashes = len(stripped) - len(stripped.rstrip("\\"))
        if backslashes % 2:
            return stripped + " "
    return stripped


def _match(components: list[_Component], parts: list[str]) -> bool:
    """Whether the components match all parts: the positions that can be reached, component by component."""
    reached = {0}
    for index, component in enumerate(components):
        if component is None:
            least = min(reached) + (index == len(components) - 1)
            reached = set(range(least, len(parts) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(parts) and component.fullmatch(parts[at])}
        if not reached:
            return False
    return len(parts) in reached


def _component(part: str) -> re.Pattern[str] | None:
    """One component as a pattern that cannot backtrack beyond its last star; None if it is malformed."""
    pieces: list[str] = [""]
    position = 0
    while position < len(part):
        character = part[position]
        position += 1
        if character == "*":
            if pieces[-1] or len(pieces) == 1:
                pieces.append("")
        elif character == "?":
            pieces[-1] += "."
        elif character == "[":
            bracket = _bracket(part, position)
            if bracket is None:
                return None
            text, position = bracket
            pieces[-1] += text
        elif character == "\\":
            if position == len(part):
                return None
            pieces[-1] += re.escape(part[position])
            position += 1
        else:
            pieces[-1] += re.escape(character)
    first, *rest = pieces
    last = ".*" + rest.pop() if rest else ""
    return re.compile(first + "".join(f"(?>.*?{piece})" for piece in rest) + last, re.DOTALL)


def _bracket(part: str, position: int) -> tuple[str, int] | None:
    """A bracket expression after its `[`, and where it ends; None if it is not closed."""
    negated = part[position : position + 1] in ("!", "^")
    position += negated
    out = ""
    first = True
    while position < len(part):
        if part[position] == "]" and not first:
            return (f"[{'^' if negated else ''}{out}]" if out else ("." if negated else "(?!)")), position + 1
        first = False
        if part.startswith("[:", position) and (end := part.find(":]", position)) > 0:
            name = part[position + 2 : end]
            if name not in _CLASSES:
                return None
            out += _CLASSES[name]
            position = end + 2
            continue
        low, position = _bracket_character(part, position)
        high = low
        if part[position : position + 1] == "-" and part[position + 1 : position + 2] not in ("", "]"):
            high, position = _bracket_character(part, position + 1)
        if low and high and low <= high:
            out += f"{re.escape(low)}-{re.escape(high)}"
    return None


def _bracket_character(part: str, position: int) -> tuple[str, int]:
    if part[position] == "\\":
        return part[position + 1 : position + 2], position + 2
    return part[position], position + 1
