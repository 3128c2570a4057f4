"""Names of elements that links point at."""

from __future__ import annotations

import re

from scanner.model.frameworks import ControlResult


def anchor(each: ControlResult) -> str:
    """The id of a control's row: letters, digits, dots, underscores and dashes."""
    return "c-" + re.sub(r"[^A-Za-z0-9._-]+", "_", f"{each.framework}--{each.control.id}")
