"""Settings for some of the paths, applied to findings: another severity, or that a finding is not reported there.

A finding that is not reported does not vanish: a note tells how many there are, of which rule, and which line of the
configuration says so; a control that the rule speaks to counts as not evaluated.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from scanner.engine.options import PathSettings, ScanOptions
from scanner.model import ERROR, PASS, SEVERITIES, Diagnostic, Finding, SourceSpan
from scanner.source.path_patterns import PathPatterns

WITHHELD: Final = "GR-NOT-REPORTED"
REFUSED: Final = "GR-UNTRUSTED"


class Sorted(NamedTuple):
    """Findings after the settings of their paths."""

    kept: tuple[Finding, ...]
    withheld: frozenset[int]
    """Numbers of the evaluations whose findings are not reported."""
    notes: list[Diagnostic]


def by_path(findings: Sequence[Finding], options: ScanOptions, base: str) -> Sorted:
    """The findings with the settings of their paths. `base`: the folder that shown paths are relative to.

    Passes and errors are always reported: the first tell nobody off, and the others are nobody's wish.
    """
    if not options.path_settings:
        return Sorted(tuple(findings), frozenset(), [])
    settings = [_Setting(each, options, number) for number, each in enumerate(options.path_settings)]
    kept: list[Finding] = []
    withheld: set[int] = set()
    counts: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        changed, why = _settled(finding, settings, base)
        if why and finding.outcome not in (PASS, ERROR):
            withheld.add(finding.evaluation)
            counts[finding.rule.id, why] += 1
        else:
            kept.append(changed)
    notes = [_note(rule, why, count) for (rule, why), count in sorted(counts.items())]
    return Sorted(tuple(kept), frozenset(withheld), notes)


def owned_roots(roots: Iterable[str], options: ScanOptions, base: str) -> frozenset[str]:
    """Those of the roots that the configuration lists as holding all that their account has."""
    if not options.account_roots:
        return frozenset()
    folder = options.directory or os.getcwd()
    patterns = PathPatterns(options.account_roots, folder)
    whole = any(each in (".", "./") for each in options.account_roots)
    found = {root: os.path.normpath(os.path.join(base, root)) for root in roots}
    return frozenset(
        root
        for root, path in found.items()
        if (whole and os.path.relpath(path, folder) == ".") or patterns.covers(path, is_directory=True)
    )


def refusals(options: ScanOptions) -> list[Diagnostic]:
    """What an untrusted run refused, as notes; `groundrule.toml:3: ...` stands at that line."""
    hint = "Say it on the command line, or in a configuration outside the scanned tree."
    found = []
    for each in options.circumstances.refused:
        path, colon, rest = each.partition(": ")
        name, _, line = path.rpartition(":")
        if colon and name and line.isdecimal():
            span = SourceSpan(name, int(line), 1, int(line), 1)
            found.append(Diagnostic(REFUSED, "note", f"refused: {rest}", hint, name, span))
        else:
            found.append(Diagnostic(REFUSED, "note", f"refused: {each}", hint))
    return found


class _Setting:
    """One entry with its patterns."""

    def __init__(self, entry: PathSettings, options: ScanOptions, number: int) -> None:
        self.entry = entry
        self.patterns = PathPatterns([entry.path], options.directory or os.getcwd())
        origins = {key: origin for key, _, origin in options.circumstances.settings}
        self.origin = origins.get(f"paths[{number}].path", "the settings of this path")
        self._origins = {name: origins.get(f"paths[{number}].{name}", self.origin) for name in ("skip", "min-severity")}

    def withholds(self, rule: str, severity: str) -> str:
        """Why a finding is not reported; empty if it is."""
        if rule in self.entry.skip:
            return f"in `{self.entry.path}` by {self._origins['skip']}"
        if SEVERITIES.index(severity) > SEVERITIES.index(self.entry.min_severity):
            least = self.entry.min_severity
            return f"in `{self.entry.path}`, where {least} is the least severity by {self._origins['min-severity']}"
        return ""


def _settled(finding: Finding, settings: Sequence[_Setting], base: str) -> tuple[Finding, str]:
    """The finding with the severity that it has in its path, and why it is not reported, if so."""
    if finding.location is None:
        return finding, ""
    path = os.path.normpath(os.path.join(base, finding.location.path))
    fitting = [each for each in settings if each.patterns.covers(path)]
    said: dict[str, str] = {}
    for each in fitting:
        said |= _of(each.entry.severities, finding.rule.id)
    severity = said.get(finding.rule.id, finding.rule.severity)
    if severity != finding.rule.severity:
        finding = replace(finding, rule=replace(finding.rule, severity=severity))
    reasons = (each.withholds(finding.rule.id, severity) for each in fitting)
    return finding, next((reason for reason in reasons if reason), "")


def _of(severities: Mapping[str, str], rule: str) -> dict[str, str]:
    return {rule: severities[rule]} if rule in severities else {}


def _note(rule: str, why: str, count: int) -> Diagnostic:
    what = "1 finding is" if count == 1 else f"{count} findings are"
    return Diagnostic(WITHHELD, "note", f"{rule}: {what} not reported {why}")
