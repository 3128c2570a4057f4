"""Texts that are JSON documents with unknown parts: an interpolated heredoc read as the document it will be."""

from __future__ import annotations

import json
from typing import Any

from scanner.loaders.terraform.values import Fragments, like
from scanner.model import Encoded, Unknown

_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
"""Around the number of an unknown piece; private-use characters that no configuration uses."""
_DEPTH = 200


def as_document(value: Any) -> Encoded | None:
    """The document that a text of fragments is; None where it is not one. An `Encoded` is itself."""
    if isinstance(value, Encoded):
        return value
    if not isinstance(value, Fragments):
        return None
    first = value.parts[0]
    if not isinstance(first, str) or first.lstrip()[:1] not in ("{", "["):
        return None
    text, bare = _with_placeholders(value.parts)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return Encoded(_restored(tree, value.parts, bare, 0), "json", value)


def _with_placeholders(parts: list[str | Unknown]) -> tuple[str, set[int]]:
    """The text with a placeholder for each unknown piece, and the pieces that stand outside strings."""
    pieces: list[str] = []
    bare: set[int] = set()
    quoted = False
    for number, part in enumerate(parts):
        if isinstance(part, str):
            quoted = _ends_quoted(part, quoted)
            pieces.append(part)
            continue
        mark = f"{_OPEN}{number}{_CLOSE}"
        if not quoted:
            bare.add(number)
        pieces.append(mark if quoted else f'"{mark}"')
    return "".join(pieces), bare


def _ends_quoted(text: str, quoted: bool) -> bool:
    """Whether the end of the text is inside a JSON string."""
    position = 0
    while True:
        quote = text.find('"', position)
        if quote < 0:
            return quoted
        backslashes = 0
        while quote > backslashes and text[quote - 1 - backslashes] == "\\":
            backslashes += 1
        if not quoted or backslashes % 2 == 0:
            quoted = not quoted
        position = quote + 1


def _restored(tree: Any, parts: list[str | Unknown], bare: set[int], depth: int) -> Any:
    """The tree with Unknowns where the placeholders are."""
    if isinstance(tree, str):
        return _restored_text(tree, parts, bare) if _OPEN in tree else tree
    if depth > _DEPTH:
        return tree
    if isinstance(tree, dict):
        return _restored_object(tree, parts, bare, depth)
    if isinstance(tree, list):
        return _restored_list(tree, parts, bare, depth)
    return tree


def _restored_object(tree: dict[str, Any], parts: list[str | Unknown], bare: set[int], depth: int) -> Any:
    """As in an object expression, one key that is not known leaves the whole object unknown."""
    for key in tree:
        if _OPEN in key:
            unknown = next(part for part in parts if isinstance(part, Unknown))
            return like(unknown, not_null=True)
    return {key: _restored(item, parts, bare, depth + 1) for key, item in tree.items()}


def _restored_list(tree: list[Any], parts: list[str | Unknown], bare: set[int], depth: int) -> Any:
    """A bare unknown piece may come to be several elements, so the list's length is not known then."""
    items = [_restored(item, parts, bare, depth + 1) for item in tree]
    for item, restored in zip(tree, items, strict=True):
        number = _sole(item)
        if number in bare and isinstance(restored, Unknown):
            return like(restored, contains=tuple(other for other in items if other is not restored), not_null=True)
    return items


def _sole(item: Any) -> int | None:
    """The number of the piece that a placeholder alone stands for."""
    if isinstance(item, str) and item[:1] == _OPEN and item.find(_CLOSE) == len(item) - 1 and item[1:-1].isdecimal():
        return int(item[1:-1])
    return None


def _restored_text(text: str, parts: list[str | Unknown], bare: set[int]) -> Any:
    number = _sole(text)
    if number is not None:
        part = parts[number]
        if number in bare and isinstance(part, Encoded):
            return part.document
        return part
    pieces: list[str | Unknown] = []
    for chunk in text.split(_OPEN):
        number_text, closed, rest = chunk.partition(_CLOSE)
        if closed and number_text.isdecimal():
            pieces.append(parts[int(number_text)])
            pieces.append(rest)
        else:
            pieces.append(chunk)
    known = [piece for piece in pieces if piece != ""]
    unknown = next(piece for piece in known if isinstance(piece, Unknown))
    return Fragments(known, unknown)
