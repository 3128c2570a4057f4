"""JSON as Terraform writes it: no blanks, sorted keys, and the characters that Go's encoder escapes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from scanner.loaders.terraform.evaluate_numbers import number_text
from scanner.loaders.terraform.values import EvalError, LazyObject, Marked, Value

_ESCAPED: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def json_string(text: str) -> str:
    """A JSON string."""
    return json.dumps(text, ensure_ascii=False).translate(_ESCAPED)


def json_text(value: Value) -> str:
    """The JSON text of a wholly known value. Raises EvalError for an infinite number."""
    pieces: list[str] = []
    _write(value, pieces)
    return "".join(pieces)


def _write(value: Any, pieces: list[str]) -> None:
    if value.__class__ is str:
        pieces.append(json_string(value))
    elif isinstance(value, bool):
        pieces.append("true" if value else "false")
    elif isinstance(value, int | Decimal):
        if not Decimal(value).is_finite():
            raise EvalError("cannot serialize infinity as JSON")
        pieces.append(number_text(value))
    elif isinstance(value, list):
        _write_items(value, pieces)
    elif isinstance(value, dict):
        _write_entries(value, pieces)
    elif isinstance(value, Marked):
        _write(value.value, pieces)
    elif isinstance(value, LazyObject):
        _write(value.materialise(), pieces)
    else:
        pieces.append("null")


def _write_items(items: list[Any], pieces: list[str]) -> None:
    mark = "["
    for item in items:
        pieces.append(mark)
        _write(item, pieces)
        mark = ","
    pieces.append("]" if items else "[]")


def _write_entries(entries: dict[str, Any], pieces: list[str]) -> None:
    mark = "{"
    for key in sorted(entries):
        pieces.append(mark + json_string(key) + ":")
        _write(entries[key], pieces)
        mark = ","
    pieces.append("}" if entries else "{}")


def resolved(value: Value) -> Value:
    """The value without lazy objects and marks, for a document that is kept as a tree."""
    if isinstance(value, Marked):
        return resolved(value.value)
    if isinstance(value, LazyObject):
        return resolved(value.materialise())
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if isinstance(value, dict):
        return {key: resolved(item) for key, item in value.items()}
    return value
