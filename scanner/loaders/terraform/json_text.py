"""Finds an element of a JSON document that is written as a heredoc, interpolations and all."""

from __future__ import annotations

from scanner.loaders.terraform.spots import Rest, Spot
from scanner.model import SourceSpan

_SPACE = b" \t\r\n,:"


def find_in_json(spot: Spot, path: Rest) -> SourceSpan | None:
    """The span of the element at a path, or None where the text is no heredoc or has no such element."""
    data = spot.document.data
    start, end = spot.expr.start, spot.expr.end
    if data[start : start + 2] != b"<<":
        return None
    line_end = data.find(b"\n", start, end)
    if line_end < 0:
        return None
    try:
        found = _Reader(data, line_end, end).find(path)
    except (IndexError, ValueError, RecursionError):
        return None
    return None if found is None else spot.document.span(*found)


class _Reader:
    """A position in JSON text that may hold `${...}`. Raises IndexError or ValueError for what is no JSON."""

    def __init__(self, data: bytes, position: int, end: int) -> None:
        self.data = data[:end]
        self.position = position

    def find(self, path: Rest) -> tuple[int, int] | None:
        """Offsets of the element at the path."""
        for step in path:
            if not self._enter(step):
                return None
        self._blank()
        start = self.position
        self._skip()
        return start, self.position

    def _enter(self, step: object) -> bool:
        """Go to the start of one element of the array or object at the position."""
        self._blank()
        opening = self.data[self.position]
        if opening == 0x7B and isinstance(step, str):
            return self._enter_object(step)
        if opening == 0x5B and isinstance(step, int):
            return self._enter_array(step)
        # A single element in place of a list of one.
        return step == 0

    def _enter_object(self, wanted: str) -> bool:
        self.position += 1
        while self._blank() != 0x7D:
            start = self.position
            self._skip()
            key = self.data[start + 1 : self.position - 1].decode("utf-8", "replace")
            if key == wanted:
                return True
            self._blank()
            self._skip()
        return False

    def _enter_array(self, wanted: int) -> bool:
        self.position += 1
        for _ in range(wanted):
            if self._blank() == 0x5D:
                return False
            self._skip()
        return self._blank() != 0x5D

    def _blank(self) -> int:
        """Go past white space, commas and colons; the byte there."""
        while self.data[self.position] in _SPACE:
            self.position += 1
        return self.data[self.position]

    def _skip(self) -> None:
        """Go past one value."""
        opening = self.data[self.position]
        if opening == 0x22:
            self._skip_string()
        elif opening in b"{[":
            self._skip_nested()
        elif opening in b"}]":
            raise ValueError("no value")
        else:
            while self.data[self.position] not in b" \t\r\n,]}":
                self._step()

    def _skip_nested(self) -> None:
        depth = 0
        while True:
            byte = self.data[self.position]
            if byte == 0x22:
                self._skip_string()
                continue
            depth += (byte in b"{[") - (byte in b"}]")
            self.position += 1
            if depth == 0:
                return

    def _skip_string(self) -> None:
        self.position += 1
        while self.data[self.position] != 0x22:
            self._step()
        self.position += 1

    def _step(self) -> None:
        """Go past one character, escape or interpolation."""
        if self.data[self.position : self.position + 2] == b"${":
            self.position += 1
            self._skip_nested()
            return
        self.position += 2 if self.data[self.position] == 0x5C else 1
