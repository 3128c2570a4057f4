"""The JSON Schema of a configuration, made from the table of keys; `groundrule.schema.json` is what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.config.keys import KEYS, Key, Shape


def schema() -> dict[str, Any]:
    """The schema, for editors (`#:schema ./groundrule.schema.json` in the first line of a file)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "groundrule.toml",
        "description": "Configuration of groundrule; in a pyproject.toml the same stands under [tool.groundrule].",
        **_table(KEYS),
    }


def _table(keys: Mapping[str, Key]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": {name: _key(key) for name, key in keys.items()},
        "additionalProperties": False,
    }
    return made | ({"required": ["path"]} if "path" in keys else {})


def _key(key: Key) -> dict[str, Any]:
    made = {"description": key.doc, **_shape(key.shape)}
    return made | ({"default": key.default} if key.default not in (None, "") else {})


def _shape(shape: Shape) -> dict[str, Any]:
    if shape.name == "map":
        assert shape.item is not None
        inner = _shape(shape.item)
        if shape.words:
            return {"type": "object", "properties": dict.fromkeys(shape.words, inner), "additionalProperties": False}
        return {"type": "object", "additionalProperties": inner}
    if shape.name == "word":
        return {"enum": list(shape.words)}
    if shape.name == "table":
        return _table(shape.keys)
    if shape.name == "tables":
        return {"type": "array", "items": _table(shape.keys)}
    return dict(_PLAIN[shape.name])


_PLAIN: Mapping[str, Mapping[str, Any]] = {
    "bool": {"type": "boolean"},
    "count": {"type": "integer", "minimum": 1},
    "text": {"type": "string"},
    "name": {"type": "string", "minLength": 1},
    "texts": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "any": {},
}
