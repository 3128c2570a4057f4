"""A comment for a pull request, or a job summary: a table of failures, the rest folded away.

Texts of the scanned files are shown as code where they hold anything that Markdown, HTML or GitHub would act on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from scanner.model.results import ERROR, UNKNOWN, Diagnostic, Finding, ScanResult
from scanner.report.interface import WriteOptions
from scanner.report.redaction import Screen, screen
from scanner.report.selection import Group, failures, grouped, severity_counts, unread_files, with_outcome, worst_first
from scanner.report.wording import counted, expectation, place_of

MARK: Final = "<!-- groundrule -->"
"""The first line, by which a later run finds its comment again."""

MOST_CHARACTERS: Final = 60_000
"""A comment may hold 65,536."""

_PLAIN: Final = re.compile(r"[^\W_][\w .,;:'\"()/=+%?!-]*")
_ACTIVE: Final = re.compile(r"://|\bwww\.|:\w+:|\bGH-\d", re.ASCII | re.IGNORECASE)
"""What GitHub makes links and emoji of in plain text."""


class Writer:
    """Writes the Markdown report."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """GitHub-flavoured Markdown of at most 60,000 characters; what is cut is counted."""
        cells = _Cells(screen(result))
        page = _Page(f"{MARK}\n{_headline(result)}\n")
        found = grouped(worst_first(failures(result)))
        undecided = grouped(worst_first(with_outcome(result, UNKNOWN)))
        unread = [cells.diagnostic(item) for item in result.diagnostics if item.level == "error"]
        broken = [cells.broken(finding) for finding in with_outcome(result, ERROR)]
        page.block("\n**Not read: the scan is incomplete**\n\n", unread, "", "files")
        page.block("\n**Rules that stopped with an error**\n\n", broken, "", "rules")
        head = "\n| Severity | Finding | Where |\n|:--|:--|:--|\n"
        page.block(head, [cells.failure(group) for group in found], "", "failures")
        title = f"{counted(sum(len(group.findings) for group in undecided), 'finding')} could not be decided"
        fold = f"\n<details><summary>{title}</summary>\n\n| Severity | Finding | Why |\n|:--|:--|:--|\n"
        page.block(fold, [cells.undecided(group) for group in undecided], "\n</details>\n", "findings")
        return page.text()


def _headline(result: ScanResult) -> str:
    found, summary = failures(result), result.summary
    severities = ", ".join(f"{count} {severity}" for severity, count in severity_counts(found))
    failed = f"**{len(found)} failed**" + (f": {severities}" if severities else "")
    parts = [failed, f"{summary.unknown} unknown"]
    parts += [f"{summary.waived} waived"] if summary.waived else []
    parts += [f"{summary.passed} passed"]
    unread = len(unread_files(result))
    parts += [f"**{counted(unread, 'file')} not read in full**"] if unread else []
    scope = f"{counted(summary.resources, 'resource')}, {counted(summary.rules, 'rule')}"
    return f"### groundrule\n\n{' · '.join(parts)} ({scope})"


class _Page:
    """Blocks of rows, as many as fit."""

    def __init__(self, start: str) -> None:
        self._parts = [start]
        self._left = MOST_CHARACTERS - len(start)

    def block(self, head: str, rows: Sequence[str], foot: str, things: str) -> None:
        """A head, the rows that fit, how many do not, and a foot; nothing without rows."""
        reserve = len(head) + len(foot) + 100
        if not rows or self._left < reserve:
            return
        kept: list[str] = []
        room = self._left - reserve
        for row in rows:
            room -= len(row)
            if room < 0:
                break
            kept.append(row)
        left_out = len(rows) - len(kept)
        more = f"\nand {left_out} more {things}; `-f json` lists them all\n" if left_out else ""
        block = f"{head}{''.join(kept)}{more}{foot}"
        self._parts.append(block)
        self._left -= len(block)

    def text(self) -> str:
        return "".join(self._parts)


class _Cells:
    """Rows of the tables and lists, safe for GitHub-flavoured Markdown."""

    def __init__(self, shown: Screen) -> None:
        self._show = shown.show

    def failure(self, group: Group) -> str:
        lead = group.lead
        status = "" if lead.status == "new" else f" ({lead.status})"
        more = f" and {len(group.findings) - 1} more" if len(group.findings) > 1 else ""
        told = (self.prose(group.message()), self.prose(expectation(lead)), self.code(lead.rule.id))
        finding = "<br>".join(filter(None, told))
        where = "<br>".join(filter(None, [self.code(place_of(lead.location)), self.code(lead.resource.address) + more]))
        return f"| {lead.rule.severity}{status} | {finding} | {where} |\n"

    def undecided(self, group: Group) -> str:
        lead = group.lead
        why = self.prose(lead.reason.text or lead.reason.code) if lead.reason else ""
        place = place_of(lead.reason.location if lead.reason and lead.reason.location else lead.location)
        reason = "<br>".join(filter(None, [why, self.code(place)]))
        return f"| {lead.rule.severity} | {self.prose(group.message())}<br>{self.code(lead.rule.id)} | {reason} |\n"

    def diagnostic(self, item: Diagnostic) -> str:
        place = self.code(place_of(item.span, column=True) or item.path)
        return f"- {' '.join(filter(None, [place, self.prose(item.message)]))} ({item.code})\n"

    def broken(self, finding: Finding) -> str:
        message = self.prose(finding.message)
        return f"- {self.code(finding.rule.id)} on {self.code(finding.resource.address)}: {message}\n"

    def prose(self, text: str) -> str:
        """A text as words where nothing in it could act, else as code."""
        text = self._show(text)
        if _PLAIN.fullmatch(text) and not _ACTIVE.search(text):
            return text.replace("_", "\\_")
        return self._fenced(text)

    def code(self, text: str) -> str:
        """A name or place as a code span, in which no markup, mention or link works."""
        return self._fenced(self._show(text))

    def _fenced(self, text: str) -> str:
        if not text.strip():
            return ""
        fence = "`" * (max(map(len, _runs(text)), default=0) + 1)
        space = " " if text.startswith("`") or text.endswith("`") else ""
        # A table splits at `|` before it looks for code, and takes the backslash away again.
        return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|")


def _runs(text: str) -> Iterator[str]:
    return (match.group() for match in re.finditer("`+", text))
