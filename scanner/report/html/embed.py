"""The data that the page's script draws from: findings, evidence and passes as one compact JSON value.

Every text stands once, in a table; rows are lists of numbers. What each place in a row means is said here and in
`templates/script.js`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from scanner.model.frameworks import ControlResult
from scanner.model.results import PASS, Finding, ScanResult
from scanner.model.rules import SEVERITIES, Rule
from scanner.model.spans import SourceSpan, Step
from scanner.report.html.anchors import anchor
from scanner.report.html.snippet import snippet
from scanner.report.html.states import FINDINGS, state_of
from scanner.report.redaction import Screen, without_surrogates
from scanner.report.wording import format_name

_STATES = tuple(FINDINGS)


class Table:
    """Values numbered in the order of their first mention."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, key: Hashable, value: Callable[[], Any] | None = None) -> int:
        """The number of a key; its value is made when it is new."""
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = len(self.values)
            self.values.append(key)
            if value is not None:
                self.values[known] = value()
        return known


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """All findings but passes, worst first."""
    ranks = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    states = {state: rank for rank, state in enumerate(_STATES)}
    listed = [finding for finding in findings if finding.outcome != PASS]
    return sorted(listed, key=lambda each: (ranks.get(each.rule.severity, 9), states[state_of(each)]))


class Data:
    """Collects the page's data; `text` gives it as JSON that may stand in a script element."""

    def __init__(self, result: ScanResult, shown: Screen) -> None:
        self._shown = shown
        listed = ordered(result.findings)
        self.listed = len(listed)
        """How many findings are listed; behind them stand those that count for one control alone."""
        self.findings = [*listed, *ordered(result.control_findings)]
        self._lines = result.lines
        self._texts, self._rules, self._resources = Table(), Table(), Table()
        self._frames, self._chains, self._lists = Table(), Table(), Table()
        self._text_numbers: dict[str, int] = {}
        self._sets, self._spots = Table(), Table()
        self._anchors = {(each.framework, each.control.id): anchor(each) for each in result.controls}
        self.numbers = {finding.fingerprint: number for number, finding in enumerate(self.findings)}
        self._rows = [self._row(finding) for finding in self.findings]
        self._passes = self._passed(result)
        self._controls = [self._control(each) for each in result.controls]

    def text(self) -> str:
        """One JSON object, pure ASCII, in which no `<` stands: nothing in it can end the element."""
        value = {
            "states": [[state.key, state.word] for state in FINDINGS.values()],
            "texts": self._texts.values,
            "rules": self._rules.values,
            "resources": self._resources.values,
            "frames": self._frames.values,
            "chains": self._chains.values,
            "lists": self._lists.values,
            "sets": self._sets.values,
            "controls": self._controls,
            "spots": self._spots.values,
            "passes": self._passes,
            "listed": self.listed,
            "findings": self._rows,
        }
        text = json.dumps(value, separators=(",", ":"))
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("\x7f", "\\u007f")

    def _put(self, text: str) -> int:
        number = self._text_numbers.get(text)
        if number is None:
            number = self._texts.number(without_surrogates(self._shown.show(text)))
            self._text_numbers[text] = number
        return number

    def _row(self, finding: Finding) -> list[Any]:
        """Rule, state, message, resource, frame or -1, path, line, attribute, expected, actual, chain or -1,
        fingerprint, set of controls, and what only some have."""
        span = finding.location
        row = [
            self._rule(finding.rule),
            _STATES.index(state_of(finding)),
            self._put(finding.message or finding.rule.title),
            self._resource(finding),
            self._frame(span) if span else -1,
            self._put(span.path if span else ""),
            span.start_line if span else 0,
            self._put(finding.attribute),
            self._put(finding.expected or finding.rule.expect),
            self._put(finding.actual),
            self._chain(finding.because),
            finding.fingerprint,
            self._set(finding),
        ]
        extra = self._extra(finding)
        return [*row, extra] if extra else row

    def _extra(self, finding: Finding) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        if finding.reason:
            extra["why"] = [self._put(finding.reason.text), *self._place(finding.reason.location)]
        if finding.waiver:
            waiver = finding.waiver
            words = [self._put(each) for each in (waiver.reason, waiver.expires, waiver.approver)]
            extra["waiver"] = [*words, *self._place(waiver.location)]
        if finding.status in ("known", "worsened"):
            extra["status"] = finding.status
        if finding.if_created:
            extra["ifCreated"] = 1
        return extra

    def _set(self, finding: Finding) -> int:
        """The framework, name and element of each control that the finding speaks to."""
        named = tuple((name, control) for name, controls in finding.frameworks.items() for control in controls)

        def value() -> list[Any]:
            shown = self._shown.show
            return [[shown(name), shown(control), self._anchors.get((name, control), "")] for name, control in named]

        return self._sets.number(named, value)

    def _rule(self, rule: Rule) -> int:
        """Id, title, severity, why, what to do, and the fix in each format."""

        def value() -> list[Any]:
            fixes = {format_name(name): text for name, text in rule.fix.items() if name != "summary"}
            words = (rule.id, rule.title, rule.severity, rule.why, rule.fix.get("summary", ""))
            shown = [self._shown.show(" ".join(each.split())) for each in words]
            return [*shown, {name: self._block(text) for name, text in fixes.items()}]

        return self._rules.number((rule.id, rule.severity), value)

    def _block(self, text: str) -> list[str]:
        return [self._shown.show(line) for line in text.rstrip().splitlines()]

    def _resource(self, finding: Finding) -> int:
        """Address, kind, type, format."""
        name = finding.resource
        return self._resources.number(
            name[:4], lambda: [*map(self._put, (name.address, name.kind, name.type)), format_name(name.format)]
        )

    def _frame(self, span: SourceSpan) -> int:
        """First line, which line decided, its stretch, and the texts of the lines."""

        def value() -> list[Any]:
            found = snippet(self._lines.get(span.path, {}), span, self._shown)
            if found is None:
                return []
            lines = [self._texts.number(line) for line in found.lines]
            return [found.first, found.on, found.start, found.end, *lines]

        number = self._frames.number(span, value)
        return number if self._frames.values[number] else -1

    def _chain(self, steps: Sequence[Step]) -> int:
        """Name, what is written there, path and line of each step."""
        if not steps:
            return -1

        def value() -> list[Any]:
            return [[self._put(each.what), self._put(each.text), *self._place(each.location)] for each in steps]

        return self._chains.number(tuple(steps), value)

    def _place(self, span: SourceSpan | None) -> tuple[int, int]:
        return (self._put(span.path), span.start_line) if span else (self._put(""), 0)

    def _passed(self, result: ScanResult) -> dict[str, list[int]]:
        """By rule id: the number of the spot of each pass; a spot is a resource, a path and a line."""
        passes: defaultdict[str, list[int]] = defaultdict(list)
        for finding in result.findings:
            if finding.outcome == PASS:
                spot = self._spots.number((self._resource(finding), *self._place(finding.location)))
                passes[self._shown.show(finding.rule.id)].append(spot)
        return dict(passes)

    def _control(self, each: ControlResult) -> list[int]:
        """For each of its rules the number of its list of findings."""
        return [self._lists.number(tuple(self.of(tally.findings))) for tally in each.tallies]

    def of(self, fingerprints: Sequence[str]) -> list[int]:
        """The numbers of findings, worst first."""
        return sorted(self.numbers[each] for each in fingerprints if each in self.numbers)
