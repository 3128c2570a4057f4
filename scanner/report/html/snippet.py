"""Lines of source as the report shows them: tabs as blanks, secrets hidden, what cannot be seen made visible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from scanner.model.spans import SourceSpan
from scanner.report.redaction import REDACTED, Screen, without_surrogates

_TAB: Final = 4
_WIDEST: Final = 240
"""Characters that are shown of a line; a minified file is one line of megabytes."""
_LEAD: Final = 60
_MOST: Final = 6
"""Lines that are shown of a stretch of several."""


class Snippet(NamedTuple):
    """A few lines around what decided."""

    first: int
    """The number of the first line."""
    lines: tuple[str, ...]
    on: int
    """Which line decided, from 0."""
    start: int
    """Where in that line the stretch begins that decided: UTF-16 units of the text as it is shown, as scripts count."""
    end: int


def snippet(lines: Mapping[int, str], span: SourceSpan, screen: Screen) -> Snippet | None:
    """The line of a span with its neighbours, as far as they are at hand; None without the line itself."""
    line = span.start_line
    if line not in lines:
        return None
    first = line - 1 if line - 1 in lines else line
    last = line
    while last + 1 in lines and last <= min(span.end_line, line + _MOST):
        last += 1
    end = span.end_column - 1 if span.end_line <= line else len(lines[line])
    text, start, stop = _marked(lines[line], span.start_column - 1, end, screen)
    shown = [text if number == line else _shown(lines[number], screen) for number in range(first, last + 1)]
    return Snippet(first, tuple(shown), line - first, start, stop)


def _shown(line: str, screen: Screen) -> str:
    return _marked(line, 0, 0, screen)[0]


def _marked(line: str, start: int, end: int, screen: Screen) -> tuple[str, int, int]:
    """A line as it is shown, and where the stretch from `start` to `end` stands in it."""
    cut = max(0, start - _LEAD) if len(line) > _WIDEST else 0
    secrets = screen.secret_spans(line)
    # A cut inside a secret would show the rest of it.
    cut = next((left for left, right in secrets if left < cut < right), cut)
    text, offsets = _visible(line[: cut + _WIDEST], cut, dict(secrets), screen)
    before = "… " if cut else ""
    after = " …" if len(line) > cut + _WIDEST else ""
    left, right = (offsets[min(max(each - cut, 0), len(offsets) - 1)] for each in (start, end))
    return before + text + after, left + len(before), max(right, left) + len(before)


def _visible(line: str, cut: int, secrets: dict[int, int], screen: Screen) -> tuple[str, list[int]]:
    """The text from `cut` on with everything made visible, and where each of its characters went."""
    if not secrets and line.isascii() and line.isprintable():
        return line[cut:], list(range(len(line) - cut + 1))
    parts: list[str] = []
    offsets: list[int] = []
    length, hidden_until = 0, -1
    for at in range(cut, len(line)):
        offsets.append(length)
        if at in secrets:
            hidden_until, part = secrets[at], REDACTED
        elif at < hidden_until:
            continue
        elif line[at] == "\t":
            part = " " * (_TAB - length % _TAB)
        else:
            part = without_surrogates(screen.visible(line[at]))
        parts.append(part)
        length += len(part) if part.isascii() else len(part.encode("utf-16-le")) // 2
    return "".join(parts), [*offsets, length]
