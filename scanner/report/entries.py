"""Draws the entries of the text report: a failure with its code, an undecided finding, a diagnostic.

Which entries there are, and under which headings, is the business of `text`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from scanner.model.results import Diagnostic, Finding, ScanResult
from scanner.model.rules import Rule
from scanner.model.spans import SourceSpan, Step
from scanner.report.frame import Frame
from scanner.report.interface import WriteOptions
from scanner.report.layout import pad, shorten, width_of, wrap
from scanner.report.redaction import screen
from scanner.report.selection import Group
from scanner.report.style import Style
from scanner.report.wording import place_of

WIDEST: Final = 100
NARROWEST: Final = 50
_ID_BESIDE_FROM: Final = 80
"""Below this width the rule id never stands beside the message."""

_HANG: Final = 14
"""Where messages begin: two spaces, a glyph, a space, the severity in eight columns, two spaces."""

_GAP: Final = 3
_CHAIN_COLUMNS: Final = (26, 21)
"""Least widths of a chain's first two columns, so that chains of different findings line up."""
_STEPS: Final = 4
_CHAINS: Final = 3
_ADDRESSES: Final = 4

_Row: TypeAlias = tuple[str, str, SourceSpan | None]
"""One line of a chain: a name, what is written there, and where."""

_STATUS_REMARKS: Final = {"known": "known in the baseline", "worsened": "worse than in the baseline"}


class Entries:
    """Draws entries for one result and one set of options; each method gives lines without line ends."""

    def __init__(self, result: ScanResult, options: WriteOptions) -> None:
        self.width = max(NARROWEST, min(options.width, WIDEST))
        self.style = Style(options)
        self.screen = screen(result, ascii_only=not options.unicode)
        self._lines = result.lines
        self._verbose = options.verbose > 0
        self._frame = Frame(self.style, self.screen, self.width)

    def failure(self, group: Group) -> Iterator[str]:
        """Headline, addresses, code frame, chain and help."""
        lead = group.lead
        ink = {"critical": "red", "high": "red"}.get(lead.rule.severity, "")
        head, id_below = self._headline(self.style.glyphs.fail, ink, lead.rule, self.screen.show(group.message()))
        yield from head
        yield from self._addresses(group, lead.rule if id_below else None)
        yield from self._code(lead)
        yield from self._chains(group, lead.location)
        yield from self._labelled("help: ", lead.rule.fix.get("summary", ""))

    def remark(self, glyph: str, ink: str, group: Group, *details: str) -> Iterator[str]:
        """Headline, place and address, then a line or more for each detail; without code."""
        lead = group.lead
        head, id_below = self._headline(glyph, ink, lead.rule, self.screen.show(group.message()))
        yield from head
        place, address = self.screen.show(place_of(lead.location)), self.screen.show(lead.resource.address)
        if len(group.findings) > 1:
            address += f" and {len(group.findings) - 1} more"
        linked = self.style.place(place, lead.location)
        fits = place and _HANG + width_of(place) + _GAP + width_of(address) <= self.width
        named = [f"{linked}{' ' * _GAP}{address}"] if fits else [linked, address]
        yield from (" " * _HANG + line for line in named if line)
        for detail in filter(None, details):
            yield from (" " * _HANG + line for line in wrap(detail, self.width - _HANG))
        if id_below:
            yield " " * _HANG + self.style.rule_id(lead.rule.id, lead.rule)

    def one_line(self, glyph: str, finding: Finding) -> Iterator[str]:
        """The address and the rule, for a resource that passed."""
        head, id_below = self._headline(glyph, "green", finding.rule, self.screen.show(finding.resource.address))
        yield from head
        if id_below:
            yield " " * _HANG + self.style.rule_id(finding.rule.id, finding.rule)

    def diagnostic(self, item: Diagnostic) -> Iterator[str]:
        """Place, message and code, the source line where there is one, and what to do."""
        glyphs = self.style.glyphs
        glyph, ink = (glyphs.note, "dim") if item.level == "note" else (glyphs.warn, "yellow")
        yield from self._diagnosis(f"  {self.style.paint(glyph, ink)} ", item)
        text = self._text_at(item.span) if item.level == "error" else None
        if item.span is not None and text is not None:
            yield from self._frame.draw(text, item.span, self.screen.show(item.hint), "")
        else:
            yield from self._labelled("help: ", item.hint)

    def _diagnosis(self, lead: str, item: Diagnostic) -> Iterator[str]:
        """Place, message and code on one line, or place and code on the first and the message below."""
        place = self.screen.show(place_of(item.span, column=True) or item.path)
        message, linked = self.screen.show(item.message), self.style.place(place, item.span)
        both = width_of(place) + 2 + width_of(message) if place else width_of(message)
        gap = self.width - 4 - both - len(item.code)
        if gap >= 2:
            body = f"{linked}  {message}" if place else message
            yield lead + body + " " * gap + self.style.dim(item.code)
            return
        gap = self.width - 4 - width_of(place) - len(item.code)
        if place and gap >= 2:
            yield lead + linked + " " * gap + self.style.dim(item.code)
            yield from ("    " + line for line in wrap(message, self.width - 4))
            return
        first, *rest = [linked, *wrap(message, self.width - 4)] if place else wrap(message, self.width - 4)
        yield lead + first
        yield from ("    " + line for line in rest)
        yield "    " + self.style.dim(item.code)

    def _headline(self, glyph: str, ink: str, rule: Rule, message: str) -> tuple[list[str], bool]:
        """The first lines of an entry, and whether the rule id found no room on them."""
        style = self.style
        lead = f"  {style.paint(glyph, ink)} {style.severity(rule.severity.ljust(8), rule.severity)}  "
        gap = self.width - _HANG - width_of(message) - len(rule.id)
        if self.width >= _ID_BESIDE_FROM and gap >= _GAP:
            return [lead + message + " " * gap + style.rule_id(rule.id, rule)], False
        first, *rest = wrap(message, self.width - _HANG)
        return [lead + first, *(" " * _HANG + line for line in rest)], True

    def _addresses(self, group: Group, rule: Rule | None) -> Iterator[str]:
        """The instances, with what is special about them, and the rule id if it is given: beside the first or below."""
        # Messages that differ by the address alone say nothing that the list of addresses does not.
        messages_differ = len({each.message.replace(each.resource.address, "") for each in group.findings}) > 1
        several_roots = len({each.resource.root for each in group.findings}) > 1
        shown = group.findings if self._verbose else group.findings[:_ADDRESSES]
        for finding in shown:
            first, *rest = self._address(finding, messages_differ, several_roots)
            address, remark = first
            used = 4 + width_of(address) + width_of(remark)
            line = "    " + address + self.style.dim(remark)
            if rule is not None and self._fits_beside(used, rule):
                line += " " * (self.width - used - len(rule.id)) + self.style.rule_id(rule.id, rule)
                rule = None
            yield line
            yield from ("      " + self.style.dim(remark) for _, remark in rest)
        if len(shown) < len(group.findings):
            yield "    " + self.style.dim(f"and {len(group.findings) - len(shown)} more instances")
        if rule is not None:
            yield "    " + self.style.rule_id(rule.id, rule)

    def _address(self, finding: Finding, with_message: bool, with_root: bool) -> list[tuple[str, str]]:
        """Address and remark of an instance on one line, or the remark on lines of its own."""
        address = self.screen.show(finding.resource.address)
        if with_root:
            address = f"{self.screen.show(finding.resource.root)}: {address}"
        remarks = ["if created" if finding.if_created else "", _STATUS_REMARKS.get(finding.status, "")]
        remarks.append(self.screen.show(finding.message) if with_message else "")
        remark = ", ".join(filter(None, remarks))
        beside = " " * _GAP + remark if remark else ""
        if 4 + width_of(address) + width_of(beside) <= self.width or not remark:
            return [(address, beside)]
        return [(address, ""), *(("", line) for line in wrap(remark, self.width - 6))]

    def _fits_beside(self, used: int, rule: Rule) -> bool:
        return self.width >= _ID_BESIDE_FROM and used + _GAP + len(rule.id) <= self.width

    def _code(self, finding: Finding) -> Iterator[str]:
        expected = self.screen.show(finding.expected or finding.rule.expect)
        text = self._text_at(finding.location)
        if finding.location is not None and text is not None:
            yield from self._frame.draw(text, finding.location, expected, finding.rule.severity)
        elif finding.location is not None:
            place = self.screen.show(place_of(finding.location, column=True))
            yield "    " + self.style.place(place, finding.location)
            yield from ("    " + line for line in (wrap(expected, self.width - 4) if expected else []))

    def _text_at(self, span: SourceSpan | None) -> str | None:
        if span is None:
            return None
        lines: Mapping[int, str] = self._lines.get(span.path, {})
        return lines.get(span.start_line)

    def _chains(self, group: Group, location: SourceSpan | None) -> Iterator[str]:
        chains = group.chains()
        shown = chains if self._verbose else chains[:_CHAINS]
        rows = list(dict.fromkeys(row for chain in shown for row in self._rows(chain)))
        lead = self._frame.gutter(location.start_line if location else 0) + " "
        arrow = self.style.glyphs.chain
        yield from self._table(rows, lead + self.style.dim(arrow) + " ", width_of(f"{lead}{arrow} "))
        if len(shown) < len(chains):
            rest = len(chains) - len(shown)
            yield lead + self.style.dim(f"{self.style.glyphs.ellipsis} {rest} more {'way' if rest == 1 else 'ways'}")

    def _rows(self, chain: Sequence[Step]) -> list[_Row]:
        rows = [(self.screen.show(step.what), self.screen.show(step.text), step.location) for step in chain]
        if len(rows) <= _STEPS or self._verbose:
            return rows
        left_out = len(rows) - _STEPS + 1
        more: _Row = (f"{self.style.glyphs.ellipsis} {left_out} more", "", None)
        return [*rows[:2], more, *rows[2 + left_out :]]

    def _table(self, rows: Sequence[_Row], lead: str, indent: int) -> Iterator[str]:
        """Rows of name, expression and place in columns; what finds no room stands below the name."""
        if not rows:
            return
        places = [self.screen.show(place_of(span)) for _, _, span in rows]
        first, second, beside = self._columns(rows, places, self.width - indent)
        for (what, text, span), place in zip(rows, places, strict=True):
            if not (text or place):
                yield " " * indent + self.style.dim(what)
                continue
            linked = self.style.place(place, span)
            expression = shorten(text, second, self.style.glyphs.ellipsis)
            cells = pad(what, first) + " " * _GAP + expression
            if beside and place:
                yield lead + self.style.dim(pad(cells, first + _GAP + second) + " " * _GAP + linked)
                continue
            below = [linked]
            if indent + first + _GAP + second > self.width:
                cells = what
                both = f"{expression}{' ' * _GAP}{linked}"
                fits = indent + 2 + width_of(expression) + _GAP + width_of(place) <= self.width
                below = [both] if fits else [expression, linked]
            yield lead + self.style.dim(cells.rstrip())
            yield from (" " * indent + self.style.dim("  " + line) for line in below if line.strip())

    def _columns(self, rows: Sequence[_Row], places: Sequence[str], room: int) -> tuple[int, int, bool]:
        """The widths of the first two columns, and whether the third stands beside them."""
        first, second = max(width_of(what) for what, _, _ in rows), max(width_of(text) for _, text, _ in rows)
        third = max(map(width_of, places))
        for widths in ((max(first, _CHAIN_COLUMNS[0]), max(second, _CHAIN_COLUMNS[1])), (first, second)):
            if sum(widths) + third + 2 * _GAP <= room:
                return *widths, True
        for_text = room - first - third - 2 * _GAP
        if for_text >= _CHAIN_COLUMNS[1]:
            return first, for_text, True
        return first, min(second, max(room - 2, 1)), False

    def _labelled(self, label: str, text: str) -> Iterator[str]:
        if not text:
            return
        first, *rest = wrap(self.screen.show(" ".join(text.split())), self.width - 4 - len(label))
        yield "    " + self.style.dim(label) + first
        yield from (" " * (4 + len(label)) + line for line in rest)
