"""Where in a rule or pack file something stands: the lines of keys, and the place of a character of an expression.

A rule keeps no lines, since its compiled form has none; the file is read again when something is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanner.plugins import built_in_packs


class FilePlace(NamedTuple):
    """1-based line and column; 0 where unknown."""

    line: int = 0
    column: int = 0


def file_of(path: str) -> Path | None:
    """The file behind a rule's path as it is shown; None where there is none."""
    for place in (Path(path), built_in_packs().parent / path):
        if path and place.is_file():
            return place
    return None


def place_of(path: str, key: str, offset: int | None = None) -> FilePlace:
    """Where a rule file has a key, dotted for one inside another; or the character of its text that so many others,
    spaces aside, come before."""
    file = file_of(path)
    try:
        text = file.read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError):
        return FilePlace()
    return place_in(text, key, offset)


def place_of_words(path: str, message: str) -> FilePlace:
    """Where a rule or pack file has what a message speaks of in backticks: a key of that name, else the words."""
    file = file_of(path)
    try:
        text = file.read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError):
        return FilePlace()
    lines = text.splitlines()
    for words in reversed(re.findall("`([^`]+)`", message)):
        for number, line in enumerate(lines, 1):
            if re.match(rf"['\"]?{re.escape(words)}['\"]?:", line):
                return FilePlace(number, 1)
    for words in re.findall("`([^`]+)`", message):
        for number, line in enumerate(lines, 1):
            if words in line:
                return FilePlace(number, line.index(words) + 1)
    return FilePlace(1, 1) if text else FilePlace()


def place_in(text: str, key: str, offset: int | None = None) -> FilePlace:
    """`place_of` in the text of a file. What is not there stands where the innermost key that is there does."""
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return FilePlace()
    found: Any = None
    for name in key.split("."):
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        inner = next((pair for pair in pairs if pair[0].value == name), None)
        if inner is None:
            break
        found, node = inner
    else:
        if offset is not None and isinstance(node, yaml.ScalarNode):
            start, end = node.start_mark.index, node.end_mark.index
            return _character(text, _body(text[start:end], node.style or ""), start, offset)
    if found is None:
        return FilePlace(1, 1) if text else FilePlace()
    return FilePlace(found.start_mark.line + 1, found.start_mark.column + 1)


def _body(raw: str, style: str) -> Iterator[tuple[int, str]]:
    """The characters that a scalar's text is made of, each with its place in the raw text; no spaces."""
    at = raw.find("\n") + 1 if style in ("|", ">") else 1 if style else 0
    end = len(raw) - (style in ("'", '"'))
    while at < end:
        if (style == "'" and raw.startswith("''", at)) or (style == '"' and raw[at] == "\\"):
            at += 1
        if not raw[at].isspace():
            yield at, raw[at]
        at += 1


def _character(text: str, body: Iterator[tuple[int, str]], start: int, offset: int) -> FilePlace:
    """The place of the character that `offset` others come before, spaces aside."""
    at = start
    for number, (place, _) in enumerate(body):
        at = start + place
        if number == offset:
            break
    line = text.count("\n", 0, at) + 1
    return FilePlace(line, at - text.rfind("\n", 0, at))
