"""The report for people at a terminal: failures by file with their code, what is undecided, one summary.

groundrule scan            grouped by file, then sections, then the summary
groundrule scan -q         one line a finding, its place first
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Final, TypeVar

from scanner.model.results import ERROR, PASS, UNKNOWN, Diagnostic, Finding, ScanResult
from scanner.report.controls_text import control_lines
from scanner.report.entries import Entries
from scanner.report.interface import WriteOptions
from scanner.report.layout import pad, width_of, wrap
from scanner.report.redaction import Screen, screen, without_commands
from scanner.report.selection import (
    failures,
    grouped,
    is_complete,
    severity_counts,
    unread_files,
    waived,
    with_outcome,
    worst_first,
)
from scanner.report.style import Style
from scanner.report.waivers import approval
from scanner.report.wording import counted, place_of

_Item = TypeVar("_Item")

_LISTED: Final = 20
"""Undecided findings and notes that are listed without --verbose; failures are always listed."""


class Writer:
    """Writes the text report."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """The report; empty when quiet and there is nothing to say."""
        lines = _quiet(result, options) if options.quiet else _Report(result, options).lines()
        return without_commands("".join(f"{line}\n" for line in lines))


def _quiet(result: ScanResult, options: WriteOptions) -> Iterator[str]:
    shown = screen(result, ascii_only=not options.unicode)
    style = Style(options)
    rows: list[tuple[tuple[str, int, int], str]] = []
    for finding in [*failures(result), *with_outcome(result, ERROR)]:
        span, rule = finding.location, finding.rule
        level = "error" if finding.outcome == ERROR else rule.severity
        place = shown.show(place_of(span, column=True) or finding.resource.address)
        message = shown.show(finding.message or rule.title) + _whose(finding, shown) + _expiry_remark(finding)
        line = f"{style.place(place, span)}: {style.severity(level, level)} {style.rule_id(rule.id, rule)} {message}"
        rows.append(((span.path, span.start_line, span.start_column) if span else ("", 0, 0), line))
    for item in result.diagnostics:
        if item.level == "error":
            place = shown.show(place_of(item.span, column=True) or item.path)
            span = item.span
            key = (item.path, span.start_line if span else 0, span.start_column if span else 0)
            rows.append((key, f"{place}{': ' if place else ''}error {item.code} {shown.show(item.message)}"))
    yield from (line for _, line in sorted(rows, key=lambda row: row[0]))


def _whose(finding: Finding, shown: Screen) -> str:
    """The resource in brackets, where the message does not name it: instances share their line."""
    address = finding.resource.address
    return "" if address in finding.message else f" ({shown.show(address)})"


def _expiry_remark(finding: Finding) -> str:
    if finding.status != "expired":
        return ""
    return f" (waiver expired {finding.waiver.expires})" if finding.waiver else " (waiver expired)"


class _Report:
    """The report of one result, section by section; each gives lines without line ends."""

    def __init__(self, result: ScanResult, options: WriteOptions) -> None:
        self._result = result
        self._options = options
        self._entries = Entries(result, options)
        self._style = self._entries.style
        self._show = self._entries.screen.show
        self._failures = failures(result)

    def lines(self) -> Iterator[str]:
        sections = [
            section
            for section in (
                *self._files(),
                self._unknown(),
                self._waived_and_expired(),
                self._unread(),
                self._broken(),
                self._notes(),
                self._passed(),
                self._roots(),
                self._controls(),
            )
            if section
        ]
        if not sections:
            known = any(each.format != "other" for each in self._result.inputs)
            yield self._nothing_found() if known else self._nothing_to_scan()
            return
        yield from self._header()
        for section in sections:
            yield ""
            yield from section
        yield ""
        yield self._style.dim(self._style.glyphs.rule * self._entries.width)
        yield from self._footer()

    def _header(self) -> Iterator[str]:
        packs = ", ".join(f"{pack.name} {pack.version}" for pack in self._result.packs)
        summary = self._result.summary
        rules = counted(summary.rules, "rule") + (f" ({self._show(packs)})" if packs else "")
        scope = f"{counted(summary.resources, 'resource')} in {counted(len(self._result.inputs), 'file')}"
        pieces = [(f"groundrule {self._show(self._result.version)}", "bold"), (scope, ""), (rules, "")]
        yield from _flow(pieces, self._entries.width, self._style)

    def _files(self) -> Iterator[list[str]]:
        """One section a file; a file without a path, for what stands in none, comes first."""
        listed = [group for group in grouped(self._failures) if group.lead.status != "expired"]
        listed.sort(key=lambda group: group.lead.location.path if group.lead.location else "")
        for path, groups in groupby(listed, key=lambda group: group.lead.location.path if group.lead.location else ""):
            members = list(groups)
            heading = self._style.paint(self._show(path) or "Not in a file", "bold")
            section = [self._style.place(heading, members[0].lead.location)]
            for group in members:
                section.append("")
                section.extend(self._entries.failure(group))
            yield section

    def _unknown(self) -> list[str]:
        groups = grouped(worst_first(with_outcome(self._result, UNKNOWN)))
        glyph = self._style.glyphs.unknown
        return self._section(
            "Unknown: could not be decided, so neither passed nor failed",
            ([*self._entries.remark(glyph, "magenta", group, self._reason(group.lead))] for group in self._cut(groups)),
            len(groups),
        )

    def _reason(self, finding: Finding) -> str:
        reason = finding.reason
        if reason is None:
            return ""
        place = place_of(reason.location)
        beside = place and place != place_of(finding.location)
        accepted = "; waived" if finding.status == "waived" else ""
        return self._show(reason.text or reason.code) + (f" ({self._show(place)})" if beside else "") + accepted

    def _waived_and_expired(self) -> list[str]:
        in_force, glyphs = waived(self._result), self._style.glyphs
        expired = grouped(finding for finding in self._failures if finding.status == "expired")
        lines: list[str] = []
        if in_force:
            hint = "" if self._options.verbose else "; --verbose lists them"
            lines += self._heading(f"Waived: {len(in_force)} in force{hint}")
            if self._options.verbose:
                for group in grouped(in_force):
                    lines += ["", *self._entries.remark(glyphs.note, "dim", group, self._waiver(group.lead))]
                lines += [""] * bool(expired)
        if expired:
            count = sum(len(group.findings) for group in expired)
            lines += self._heading(f"Expired: {count} {'fails' if count == 1 else 'fail'} again")
            for group in expired:
                lines += ["", *self._entries.remark(glyphs.warn, "yellow", group, self._waiver(group.lead))]
        return lines

    def _waiver(self, finding: Finding) -> str:
        waiver = finding.waiver
        if waiver is None:
            return ""
        until = f"until {waiver.expires}" if waiver.expires else "without an expiry"
        if finding.status == "expired":
            ago = f" ({counted(waiver.days_past, 'day')} ago)" if waiver.days_past else ""
            until = f"expired on {waiver.expires}{ago}"
        place = " ".join(filter(None, [place_of(waiver.location), until]))
        approved = f" ({approval(waiver.approver)})" if waiver.approver else ""
        return self._show(f"{place}: {waiver.reason}{approved}")

    def _unread(self) -> list[str]:
        items = [item for item in self._result.diagnostics if item.level == "error"]
        entries = ([*self._entries.diagnostic(item)] for item in items)
        return self._section("Not read: the scan is incomplete", entries, len(items))

    def _broken(self) -> list[str]:
        groups = grouped(with_outcome(self._result, ERROR))
        glyph = self._style.glyphs.warn
        entries = ([*self._entries.remark(glyph, "yellow", group, self._reason(group.lead))] for group in groups)
        heading = "Broken: rules that stopped with an error; the scan is incomplete"
        return self._section(heading, entries, len(groups))

    def _notes(self) -> list[str]:
        items = [item for item in self._result.diagnostics if item.level != "error"]
        items.sort(key=lambda item: item.level == "note")
        shown: list[Diagnostic] = self._cut(items)
        lines = [line for item in _helped_once(shown) for line in self._entries.diagnostic(item)]
        return self._section("Notes", [lines] if lines else [], len(items), len(shown))

    def _passed(self) -> list[str]:
        if not self._options.show_passes:
            return []
        passes = with_outcome(self._result, PASS)
        lines = [line for finding in passes for line in self._entries.one_line(self._style.glyphs.ok, finding)]
        return self._section("Passed", [lines] if lines else [], len(passes), len(passes))

    def _roots(self) -> list[str]:
        """The counts of each root, where there are several; those that fail most come first when cut."""
        roots = sorted(self._result.roots, key=lambda root: (-root.failed, -root.unknown, root.path))
        if len(roots) < 2:
            return []
        shown = sorted(self._cut(roots), key=lambda root: root.path)
        width = min(max(width_of(self._show(root.path)) for root in shown), self._entries.width - 46)
        lines = [
            f"    {pad(self._show(root.path), width)}  {root.resources:>5} "
            f"{'resource ' if root.resources == 1 else 'resources'}  {root.failed:>4} failed  {root.unknown:>3} unknown"
            for root in shown
        ]
        return self._section("Roots", [lines], len(roots), len(shown))

    def _controls(self) -> list[str]:
        entries = list(control_lines(self._result, self._style, self._entries.width))
        return self._section("Controls", entries, len(entries))

    def _cut(self, items: list[_Item]) -> list[_Item]:
        return items if self._options.verbose else items[:_LISTED]

    def _section(self, heading: str, entries: Iterable[list[str]], total: int, shown: int | None = None) -> list[str]:
        """A heading and its entries, each after an empty line; nothing if there are none."""
        lines: list[str] = []
        count = 0
        for entry in entries:
            lines += ["", *entry]
            count += 1
        if not lines:
            return []
        left_out = total - (count if shown is None else shown)
        more = ["", f"    {self._style.dim(f'and {left_out} more; --verbose lists them')}"] if left_out else []
        return [*self._heading(heading), *lines, *more]

    def _heading(self, text: str) -> list[str]:
        return [self._style.paint(line, "bold") for line in wrap(text, self._entries.width)]

    def _footer(self) -> Iterator[str]:
        glyphs, style = self._style.glyphs, self._style
        counts = severity_counts(self._failures)
        severities = ", ".join(f"{count} {severity}" for severity, count in counts)
        worst = counts[0][0] if counts else ""
        # NOTE: no tick for a scan that is incomplete: nothing found is not the same as nothing there.
        glyph = f"{glyphs.fail} " if counts else f"{glyphs.ok} " if is_complete(self._result) else ""
        failed = f"{glyph}{len(self._failures)} failed" + (f": {severities}" if severities else "")
        ink = {"critical": "red", "high": "red", "": "green" if glyph else ""}.get(worst, "")
        pieces = [(failed, ink), *self._other_counts()]
        yield from _flow(pieces, self._entries.width, style)
        rest = [f"  exit {self._result.summary.exit_code}"]
        rest += [f"{self._result.seconds:.1f} s"] if self._options.timing else []
        rest += ["groundrule explain RULE tells why and how"] if self._failures else []
        yield from _flow([(piece, "dim") for piece in rest], self._entries.width, style)

    def _other_counts(self) -> Iterator[tuple[str, str]]:
        summary, glyphs = self._result.summary, self._style.glyphs
        yield (f"{glyphs.unknown} {summary.unknown} unknown", "magenta") if summary.unknown else ("0 unknown", "dim")
        if summary.waived:
            yield f"{summary.waived} waived", "dim"
        yield f"{summary.passed} passed", "dim"
        if summary.error:
            yield f"{glyphs.warn} {counted(summary.error, 'rule error')}", "yellow"
        unread = unread_files(self._result)
        if unread:
            yield f"{glyphs.warn} {counted(len(unread), 'file')} not read in full", "yellow"

    def _nothing_to_scan(self) -> str:
        return f"{self._style.paint(self._style.glyphs.warn, 'yellow')} nothing to scan: no file of a known format"

    def _nothing_found(self) -> str:
        summary, style = self._result.summary, self._style
        scope = f"{counted(summary.resources, 'resource')} in {counted(len(self._result.inputs), 'file')}"
        parts = ["0 unknown", f"{summary.passed} passed", f"{scope}, {counted(summary.rules, 'rule')}"]
        if self._options.timing:
            parts.append(f"{self._result.seconds:.1f} s")
        return style.paint(f"{style.glyphs.ok} 0 failed", "green") + style.dim("   " + "   ".join(parts))


def _helped_once(items: list[Diagnostic]) -> Iterator[Diagnostic]:
    """The diagnostics; of neighbours with one hint only the last has it."""
    for item, after in pairwise([*items, None]):
        repeated = item and after and (item.code, item.hint) == (after.code, after.hint)
        if item:
            yield item._replace(hint="") if repeated else item


def _flow(pieces: Iterable[tuple[str, str]], width: int, style: Style) -> Iterator[str]:
    """Painted pieces in as few lines as hold them, three spaces apart, indented from the second line on."""
    line, used = "", 0
    for text, ink in pieces:
        if used and used + 3 + width_of(text) > width:
            yield line
            line, used = "  ", 2
        elif used:
            line, used = line + "   ", used + 3
        line, used = line + style.paint(text, ink), used + width_of(text)
    yield line
