"""The patterns of `fileset`: `*`, `**`, `?`, `[class]` and `{one,other}`, compiled to RE2.

Facts: https://github.com/bmatcuk/doublestar (version 1, which Terraform uses)
"""

from __future__ import annotations

from collections.abc import Callable

from scanner.loaders.terraform.functions.patterns import Pattern
from scanner.loaders.terraform.values import EvalError


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a relative path matches. Raises EvalError for a malformed pattern."""
    compiled = Pattern(f"^(?:{_translated(pattern)})$")
    return lambda path: compiled.search(path.encode("utf-8", "surrogatepass"), 0) is not None


def _translated(pattern: str) -> str:
    """The regular expression of a whole pattern: `**` alone between slashes stands for any folders."""
    pieces: list[str] = []
    segments = pattern.split("/")
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "**":
            pieces.append(".*" if last else "(?:[^/]+/)*")
        else:
            pieces.append(_segment(segment) + ("" if last else "/"))
    return "".join(pieces)


def _segment(segment: str) -> str:
    pieces: list[str] = []
    position = depth = 0
    while position < len(segment):
        char = segment[position]
        position += 1
        if char == "*":
            pieces.append("[^/]*")
        elif char == "?":
            pieces.append("[^/]")
        elif char == "[":
            text, position = _class(segment, position)
            pieces.append(text)
        elif char in "{}," and (char == "{" or depth):
            depth += {"{": 1, "}": -1, ",": 0}[char]
            pieces.append({"{": "(?:", "}": ")", ",": "|"}[char])
        else:
            if char == "\\":
                char = segment[position : position + 1]
                position += 1
            pieces.append(_literal(char))
    if depth:
        raise EvalError("failed to glob pattern: syntax error in pattern")
    return "".join(pieces)


def _literal(char: str) -> str:
    return char if char.isalnum() or char == "_" or not char.isascii() else "\\" + char


def _class(segment: str, position: int) -> tuple[str, int]:
    end = segment.find("]", position + 1)
    if end < 0:
        raise EvalError("failed to glob pattern: syntax error in pattern")
    body = segment[position:end]
    negated = body[:1] in ("^", "!")
    inner = "".join(char if char == "-" else _literal(char) for char in body[negated:])
    if not inner:
        raise EvalError("failed to glob pattern: syntax error in pattern")
    return f"[{'^' if negated else ''}{inner}]", end + 1
