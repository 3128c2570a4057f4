"""What a writer is: a pure function from a ScanResult to the text of one output.

Writers open no file and print nothing; the command line does both, and knows the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from scanner.model.results import ScanResult


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What the caller knows about the place the text will go to, and what its reader asked for."""

    color: bool = False
    """ANSI colours may be used. A writer never looks at the environment itself."""
    width: int = 100
    """Columns of the terminal; text is laid out for at least 50 and at most 100 of them."""
    unicode: bool = True
    """False: nothing but ASCII is written, whatever the files hold."""
    hyperlinks: bool = False
    """OSC 8 links on places and rule ids."""
    quiet: bool = False
    """One line a finding."""
    verbose: int = 0
    """1: lists that are cut short by default are shown whole."""
    show_passes: bool = False
    timing: bool = False
    """Show how long the scan took; off where two runs must write the same bytes."""
    root: str = ""
    """The directory that result paths are relative to, absolute; only hyperlinks need it."""


class Writer(Protocol):
    """One format. Each module of a format offers a class `Writer` without arguments."""

    def write(self, result: ScanResult, options: WriteOptions) -> str | bytes:
        """The whole output, with a final newline where it is text."""
        ...
