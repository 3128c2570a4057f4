"""One text that was found and read: its bytes, its tree, and offsets turned into spans."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, Final

from scanner.model import Diagnostic, SourceSpan

_STEP: Final = 4096
_CONTINUATION: Final = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that go on with a code point."""


@dataclass(slots=True)
class Document:
    """A file (or standard input) after `parse`. Offsets in its trees are those of `data`, which is
    UTF-8 without a byte-order mark whatever the file was."""

    path: str
    """As shown to the user; see SourceSpan.path."""
    absolute: str
    """Where it was read from; empty for standard input."""
    format: str
    """hcl, tfvars, tf_json, json, yaml: the syntax; what it means is decided by `kind`."""
    kind: str
    """terraform, tfvars, modules_manifest, terraform_plan, cloudformation, kubernetes, lock, other."""
    data: bytes
    sha256: str = ""
    tree: Any = None
    """hcl: `scanner.source.hcl.Body`; json: a located value; yaml: a list of located documents."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    status: str = "parsed"
    _starts: list[int] = field(default_factory=list, repr=False)
    _counts: list[int] = field(default_factory=list, repr=False)

    def span(self, start: int, end: int) -> SourceSpan:
        """The span between two byte offsets into `data`."""
        return SourceSpan(self.path, *self.position(start), *self.position(end))

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column (in code points) of a byte offset."""
        if not self._starts:
            self._starts = line_starts(self.data)
        line = bisect_right(self._starts, offset) - 1
        return line + 1, self._characters(offset) - self._characters(self._starts[line]) + 1

    def _characters(self, offset: int) -> int:
        """The number of code points before a byte offset. Counted in steps, since a line may be the whole file."""
        if not self._counts:
            self._counts = character_counts(self.data)
        step = min(offset // _STEP, len(self._counts) - 1)
        return self._counts[step] + len(self.data[step * _STEP : offset].translate(None, _CONTINUATION))

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its end; empty where there is none."""
        if not self._starts:
            self._starts = line_starts(self.data)
        if not 1 <= number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.data)
        return self.data[self._starts[number - 1] : end].decode("utf-8", "replace").rstrip("\r\n")


def character_counts(data: bytes) -> list[int]:
    """The number of code points of UTF-8 before each step of `_STEP` bytes."""
    counts = [0]
    for start in range(0, len(data), _STEP):
        counts.append(counts[-1] + len(data[start : start + _STEP].translate(None, _CONTINUATION)))
    return counts


def line_starts(data: bytes) -> list[int]:
    """Byte offsets at which lines start; a line ends with LF, CRLF or a lone CR."""
    starts = [0]
    for index, line in enumerate(data.splitlines(keepends=True)):
        starts.append(starts[index] + len(line))
    if len(starts) > 1 and not data.endswith((b"\n", b"\r")):
        starts.pop()
    return starts
