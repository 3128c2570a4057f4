"""Whole outputs kept as files: `check` compares, and GROUNDRULE_UPDATE_SNAPSHOTS=1 writes them anew for review."""

from __future__ import annotations

import os
from pathlib import Path

DIRECTORY = Path(__file__).parent / "snapshots"


def check(name: str, text: str | bytes) -> None:
    path = DIRECTORY / name
    actual = text if isinstance(text, bytes) else text.encode()
    if os.environ.get("GROUNDRULE_UPDATE_SNAPSHOTS"):
        path.write_bytes(actual)
    assert path.exists(), f"no snapshot {name}; GROUNDRULE_UPDATE_SNAPSHOTS=1 writes it"
    assert actual.decode() == path.read_bytes().decode()
