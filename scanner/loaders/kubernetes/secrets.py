"""The texts of Secret manifests that no output may show: as they are written, and decoded."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any, Final

from scanner.source.located import LocatedDict

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
"""Where kubectl keeps the whole manifest: https://kubernetes.io/docs/reference/labels-annotations-taints/"""

_MOST: Final = 10_000


def secret_texts(tree: LocatedDict) -> Iterator[str]:
    """Every value of a Secret, in each reading of keys that are given more than once."""
    for metadata in _readings(tree, "metadata"):
        for notes in _readings(metadata, "annotations"):
            for text in _readings(notes, LAST_APPLIED):
                yield from _last_applied(text)
    yield from _of(tree)


def _of(tree: Any) -> Iterator[str]:
    for data in _readings(tree, "data"):
        for value in _values(data):
            yield value
            yield from _decoded(value)
    for data in _readings(tree, "stringData"):
        yield from _values(data)


def _last_applied(text: Any) -> Iterator[str]:
    if not isinstance(text, str):
        return
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        yield text
        return
    yield from _of(tree)


def _readings(tree: Any, key: str) -> list[Any]:
    if not isinstance(tree, dict):
        return []
    found = tree.duplicates.get(key) if isinstance(tree, LocatedDict) else None
    return found or ([tree[key]] if key in tree else [])


def _values(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key in list(data)[:_MOST]:
            for value in _readings(data, key):
                if isinstance(value, str) and value:
                    yield value
                elif isinstance(value, int | float) and not isinstance(value, bool):
                    yield str(value)


def _decoded(text: str) -> Iterator[str]:
    try:
        found = base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return
    if found:
        yield found
