"""Who last changed the line of each waiver, as git has it. Asked only for evidence: each line costs runs of git."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from scanner.model import WaiverRecord
from scanner.source.git_index import find_work_tree
from scanner.source.repository import blame, head

MOST_LINES: Final = 500
"""Lines that git is asked about; the waivers on further lines stay without history."""


def with_history(records: Iterable[WaiverRecord], cwd: str) -> tuple[WaiverRecord, ...]:
    """The records with commit, author and date. `cwd`: the directory that the scan was made in."""
    real = os.path.realpath(cwd)
    tree = find_work_tree(real)
    base = tree.root if tree else real
    known: dict[tuple[str, int], tuple[str, str, str]] = {}
    return tuple(_with(each, base, known) for each in records) if head(base) else tuple(records)


def _with(record: WaiverRecord, base: str, known: dict[tuple[str, int], tuple[str, str, str]]) -> WaiverRecord:
    span = record.waiver.location
    if span is None or os.path.isabs(span.path) or span.path.startswith("<"):
        return record
    key = span.path, span.start_line
    if key not in known:
        found = blame(base, *key) if len(known) < MOST_LINES else None
        known[key] = (found.commit, found.author, found.date) if found else ("", "", "")
    commit, author, date = known[key]
    return replace(record, commit=commit, author=author, date=date)
