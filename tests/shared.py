"""Where the data that tests share with other checkouts is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared_path(name: str) -> Path:
    """A file or folder of the shared data, by its name: beside the project, else in $GROUNDRULE_SHARED.

    Skips the test when it is in neither.
    """
    folders = [Path(__file__).resolve().parents[2] / "shared"]
    if named := os.environ.get("GROUNDRULE_SHARED"):
        folders.append(Path(named))
    for folder in folders:
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"{name} is neither in the folder `shared` beside the project nor in $GROUNDRULE_SHARED")
