"""YAML streams to located trees, from libyaml's events. Nothing is constructed but plain values.

Keys are strings as written (`on:` is "on"). What an unknown tag makes of a value is Unknown.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

from scanner.model import Diagnostic, Limits
from scanner.source.document import Document
from scanner.source.located import ByteOffsets
from scanner.source.yaml_builder import Builder, TooDeep

_separators: Final = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE).finditer
_MOST_FAULTS: Final = 100


def parse_yaml(document: Document, limits: Limits, *, short_tags: bool | None = None) -> list[Any]:
    """Parse a stream into `document.tree`, a list with the value of each document that is not empty.
    `short_tags`: whether `!Ref x` is CloudFormation's short form; by default the kind decides.
    A document that is broken is left out, with a diagnostic; `status` is `failed` if none is left."""
    short = document.kind == "cloudformation" if short_tags is None else short_tags
    text = document.data.decode("utf-8", "replace")
    stream = _Stream(document, limits, text, short)
    # Where any document is broken, all are parsed again one by one: `---` at the start of a line
    # divides documents whatever stands around it, even in a block scalar.
    if stream.parse(0, len(text)) is not None:
        stream = _Stream(document, limits, text, short)
        starts = [0, *(match.start() for match in _separators(text) if match.start()), len(text)]
        faults = 0
        for start, end in pairwise(starts):
            fault = stream.parse(start, end)
            if fault is not None:
                faults += 1
                stream.diagnostics.append(fault)
            if faults == _MOST_FAULTS:
                span = document.span(0, 0)
                message = f"{faults} documents are broken; what follows the last of them was not read"
                stream.diagnostics.append(Diagnostic("GR-PARSE", "error", message, "", document.path, span))
                break
    document.diagnostics.extend(stream.diagnostics)
    document.tree = stream.values
    if not stream.values and any(diagnostic.level == "error" for diagnostic in stream.diagnostics):
        document.status = "failed"
    return stream.values


class _Stream:
    """What has been parsed of one file so far."""

    def __init__(self, document: Document, limits: Limits, text: str, short_tags: bool) -> None:
        self.values: list[Any] = []
        self.diagnostics: list[Diagnostic] = []
        self._document = document
        self._limits = limits
        self._text = text
        self._short_tags = short_tags
        self._offset = ByteOffsets(text)

    def parse(self, start: int, end: int) -> Diagnostic | None:
        """Parse a stretch of the text; what is wrong if it is no YAML, and then nothing is kept of it."""
        from yaml import YAMLError  # imported late: most scans read no YAML

        builder = Builder(self._document, self._limits, self._offset, start, self._short_tags)
        piece = self._text if end - start == len(self._text) else self._text[start:end]
        try:
            values = builder.build(piece)
        except YAMLError as error:
            return self._fault(error, start, end)
        except TooDeep as error:
            message = f"the nesting is deeper than {self._limits.depth} levels"
            span = self._document.span(error.start, error.start + 1)
            return Diagnostic("GR-LIMIT-DEPTH", "error", message, "Raise --limit depth=N.", self._document.path, span)
        self.values += values
        self.diagnostics += builder.diagnostics
        return None

    def _fault(self, error: Exception, start: int, end: int) -> Diagnostic:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        index = start + mark.index if mark is not None else start + max(getattr(error, "position", 0), 0)
        index = min(index, end)
        message, hint = _explained(str(getattr(error, "problem", None) or error), self._text, index)
        begin = self._offset(index)
        span = self._document.span(begin, min(begin + 1, len(self._document.data)))
        return Diagnostic("GR-PARSE", "error", message, hint, self._document.path, span)


def _explained(problem: str, text: str, index: int) -> tuple[str, str]:
    """What is wrong, in a sentence, and what to do."""
    line = text[text.rfind("\n", 0, index) + 1 :].split("\n", 1)[0]
    if "\t" in line[: len(line) - len(line.lstrip())] or text[index : index + 1] == "\t":
        return "a tab where YAML allows only spaces", "Indent with spaces."
    if "cannot start any token" in problem:
        return f"`{text[index : index + 1]}` cannot begin a value", "Put the value in quotes."
    if "mapping values are not allowed" in problem:
        return "a `:` where no key can stand", "Put a value that contains `: ` in quotes, and check the indentation."
    if "did not find expected key" in problem or "expected <block end>" in problem:
        return "the indentation does not fit the lines above", "Let entries of one mapping begin in one column."
    if "could not find expected ':'" in problem:
        return "a key without `:`", "Write `key: value`, and check the quotes and indentation above."
    if "undefined alias" in problem or "undefined anchor" in problem:
        return "`*` names an anchor that is not defined before it", "Define it by `&name`, or quote the text."
    if "end of stream" in problem and "quoted" in problem:
        return "a string has no closing quote", "Add the missing quote."
    return problem.split("\n")[0], "Check the indentation, quotes and brackets before this place."
