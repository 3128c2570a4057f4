"""The code frame: one line of source, the stretch that decided underlined, and what must stand there.

12 │   cidr_ipv4         = var.admin_cidr
   │                       ━━━━━━━━━━━━━━ must not be 0.0.0.0/0 or ::/0 for port 22
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from scanner.model.spans import SourceSpan
from scanner.report.layout import width_of, width_of_character, wrap
from scanner.report.redaction import REDACTED, Screen
from scanner.report.style import Style

_TAB: Final = 4
_NARROWEST_NOTE: Final = 24
_LONGEST_LINE: Final = 4000
"""Characters of a source line that are looked at before the cut; a minified file is one line of megabytes."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of source as it is printed, and where each of its code points went."""

    text: str
    columns: tuple[int, ...]
    """Terminal column, from 0, of each code point, and of the end of the line as one more."""

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """The terminal columns of the code points from `start` up to `end`: at least one column."""
        last = len(self.columns) - 1
        left = self.columns[min(max(start, 0), last)]
        return left, max(self.columns[min(max(end, 0), last)], left + 1)


def shown_line(line: str, screen: Screen) -> ShownLine:
    """A source line with tabs expanded, secrets replaced and control characters visible."""
    if line.isascii() and line.isprintable() and not screen.secret_spans(line):
        return ShownLine(line, tuple(range(len(line) + 1)))
    parts: list[str] = []
    columns: list[int] = []
    column = 0
    secrets = dict(screen.secret_spans(line))
    hidden_until = -1
    for offset, character in enumerate(line):
        columns.append(column)
        if offset in secrets:
            hidden_until, part = secrets[offset], REDACTED
        elif offset < hidden_until:
            continue
        elif character == "\t":
            part = " " * (_TAB - column % _TAB)
        else:
            part = screen.visible(character)
        parts.append(part)
        column += width_of_character(part) if len(part) == 1 else width_of(part)
    return ShownLine("".join(parts), (*columns, column))


class Frame:
    """Draws code frames of one width, with the line numbers starting in one column."""

    def __init__(self, style: Style, screen: Screen, width: int, indent: str = "    ") -> None:
        self._style = style
        self._screen = screen
        self._width = width
        self._indent = indent

    def gutter(self, line: int) -> str:
        """The blank space as wide as the number of this line and what stands before it."""
        return self._indent + " " * max(2, len(str(line)))

    def draw(self, line: str, span: SourceSpan, note: str, severity: str) -> list[str]:
        """The frame of the first line of the span, as lines of text without line ends."""
        glyphs, gutter = self._style.glyphs, self.gutter(span.start_line)
        room = self._width - len(gutter) - 3
        code, left, right = self._cut(line, span, room)
        edge = f"{gutter} {self._style.dim(glyphs.bar)} "
        number = self._style.dim(str(span.start_line).rjust(len(gutter) - len(self._indent)))
        return [
            f"{gutter} {self._style.dim(glyphs.bar_top)}",
            f"{self._indent}{number} {self._style.dim(glyphs.bar)} {code}".rstrip(),
            *(edge + under for under in self._underline(left, right, note, room, severity)),
            f"{gutter} {self._style.dim(glyphs.bar_end)}",
        ]

    def _underline(self, left: int, right: int, note: str, room: int, severity: str) -> list[str]:
        mark = " " * left + self._style.severity(self._style.glyphs.underline * (right - left), severity)
        if not note:
            return [mark]
        if right + 1 + width_of(note) <= room:
            return [f"{mark} {note}"]
        beside = room - right - 1
        if beside >= _NARROWEST_NOTE:
            first, *rest = wrap(note, beside)
            return [f"{mark} {first}", *(" " * (right + 1) + line for line in rest)]
        start = min(left, max(0, room - min(width_of(note), max(_NARROWEST_NOTE, room // 2))))
        return [mark, *(" " * start + line for line in wrap(note, room - start))]

    def _cut(self, line: str, span: SourceSpan, room: int) -> tuple[str, int, int]:
        """The part of the line that fits, with the columns of the underline in it."""
        window = max(0, span.start_column - _LONGEST_LINE // 2)
        line = line.rstrip("\r\n")[window : window + _LONGEST_LINE].rstrip()
        one_line = span.end_line <= span.start_line
        shown = shown_line(line, self._screen)
        end = span.end_column - 1 - window if one_line else len(line)
        left, right = shown.stretch(span.start_column - 1 - window, end)
        if shown.columns[-1] <= room:
            return shown.text, left, right
        return self._scroll(shown, left, right, room)

    def _scroll(self, shown: ShownLine, left: int, right: int, room: int) -> tuple[str, int, int]:
        """Cut at the left, the indentation first, until the underline has room beside it; then at the right."""
        ellipsis = self._style.glyphs.ellipsis
        mark = len(ellipsis)
        indentation = len(shown.text) - len(shown.text.lstrip(" "))
        start = min(indentation, left)
        if right - start > room - mark:
            start = max(start, min(left, max(right - room + 2 * mark, left - room // 3)))
        before = ellipsis if start > indentation else ""
        text, begin = _columns(shown.text, start, room - mark - len(before))
        cut = before + text + ellipsis if begin + width_of(text) < width_of(shown.text) else before + text
        shift = begin - len(before)
        left, right = max(left - shift, 0), min(right - shift, room)
        return cut, min(left, room - 1), max(right, min(left, room - 1) + 1)


def _columns(text: str, start: int, count: int) -> tuple[str, int]:
    """The characters within `count` columns from column `start`, and the column where they really begin."""
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + width_of_character(character))
    first = bisect_right(offsets, start) - 1
    last = bisect_right(offsets, offsets[first] + max(count, 1)) - 1
    return text[first:last], offsets[first]
