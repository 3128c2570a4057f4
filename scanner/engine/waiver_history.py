"""Who last changed the line of each waiver, as git has it. Asked only for evidence: each line costs runs of git."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from scanner.model import WaiverRecord
from scanner.source.git_index import find_work_tree
from scanner.source.repository import Blame, blame, head

MOST_LINES: Final = 500
"""Lines that git is asked about; the waivers on further lines stay without history."""


def with_history(records: Iterable[WaiverRecord], cwd: str) -> tuple[WaiverRecord, ...]:
    """The records with commit, author and date. `cwd`: the directory that the scan was made in."""
    real = os.path.realpath(cwd)
    tree = find_work_tree(real)
    history = _History(tree.root if tree else real)
    return tuple(history.told(each) for each in records)


class _History:
    """What git said so far."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._known: dict[tuple[str, int], Blame | None] = {}
        self._repositories: dict[str, bool] = {}

    def told(self, record: WaiverRecord) -> WaiverRecord:
        """The record with its history, if it has one."""
        span = record.waiver.location
        if span is None or span.path.startswith("<"):
            return record
        key = span.path, span.start_line
        if key not in self._known:
            self._known[key] = self._asked(*key) if len(self._known) < MOST_LINES else None
        found = self._known[key]
        return replace(record, commit=found.commit, author=found.author, date=found.date) if found else record

    def _asked(self, path: str, line: int) -> Blame | None:
        directory, name = os.path.split(os.path.join(self._base, path))
        if directory not in self._repositories:
            self._repositories[directory] = head(directory) is not None
        return blame(directory, name, line) if self._repositories[directory] else None
