"""Annotations for GitHub Actions: workflow commands, worst first, ten a level since a step shows no more.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from scanner.model.results import UNKNOWN, Diagnostic, ScanResult
from scanner.report.interface import WriteOptions
from scanner.report.redaction import Screen, screen
from scanner.report.selection import Group, failures, grouped, severity_counts, with_outcome, worst_first
from scanner.report.waivers import expired_by
from scanner.report.wording import counted, expectation, place_of

MOST_A_LEVEL: Final = 10

_LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "notice"}


class Writer:
    """Writes workflow commands for standard output, and one plain line that says what they leave out."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """One line for each annotation; instances that share a line share one."""
        shown = screen(result)
        found = failures(result)
        levels: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
        # What was not read stands before what was found: it may hide worse.
        for item in result.diagnostics:
            if item.level == "error":
                levels["warning"].append(_diagnostic(item, shown))
        for group in grouped(worst_first(found)):
            level = _LEVELS.get(group.lead.rule.severity, "warning")
            levels[level].append(_failure(group, level, shown))
        lines = [line for commands in levels.values() for line in islice(commands, MOST_A_LEVEL)]
        left_out = sum(map(len, levels.values())) - len(lines)
        return "".join(f"{line}\n" for line in (*lines, _closing(result, left_out)))


def _failure(group: Group, level: str, shown: Screen) -> str:
    lead = group.lead
    span, rule = lead.location, lead.rule
    properties: list[tuple[str, str | int]] = []
    if span is not None:
        properties += [("file", span.path), ("line", span.start_line), ("endLine", span.end_line)]
        if span.start_line == span.end_line:
            # Columns belong to one line: GitHub ignores an annotation whose columns span several.
            properties += [("col", span.start_column), ("endColumn", span.end_column)]
    properties.append(("title", f"{rule.severity}: {rule.id}"))
    return _command(level, properties, _body(group), shown)


def _body(group: Group) -> Iterator[str]:
    lead = group.lead
    more = len(group.findings) - 1
    yield group.message()
    yield lead.resource.address + (f" and {counted(more, 'more instance')}" if more else "")
    if expectation(lead):
        yield expectation(lead)
    for step in lead.because:
        yield f"from {step.what} {place_of(step.location)}".rstrip()
    if lead.status == "expired" and lead.waiver:
        yield expired_by(lead.waiver)
    if lead.rule.fix.get("summary"):
        yield f"help: {' '.join(lead.rule.fix['summary'].split())}"


def _diagnostic(item: Diagnostic, shown: Screen) -> str:
    properties: list[tuple[str, str | int]] = [("file", item.path)] if item.path else []
    if item.span is not None:
        properties += [("line", item.span.start_line)]
    properties.append(("title", f"not read: {item.code}"))
    return _command("warning", properties, filter(None, [item.message, item.hint]), shown)


def _command(level: str, properties: list[tuple[str, str | int]], body: Iterator[str], shown: Screen) -> str:
    stated = ",".join(f"{name}={_property(shown.show(str(value)))}" for name, value in properties)
    return f"::{level} {stated}::{'%0A'.join(_data(shown.show(line)) for line in body)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _closing(result: ScanResult, left_out: int) -> str:
    found = failures(result)
    severities = ", ".join(f"{count} {severity}" for severity, count in severity_counts(found))
    line = f"groundrule: {len(found)} failed" + (f" ({severities})" if severities else "")
    line += f", {len(with_outcome(result, UNKNOWN))} unknown, {result.summary.passed} passed"
    if left_out:
        line += f"; {left_out} without an annotation, since GitHub shows {MOST_A_LEVEL} a level"
    return line
