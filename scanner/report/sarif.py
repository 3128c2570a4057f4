"""SARIF 2.1.0 for GitHub code scanning: failures only, worst first, within the limits GitHub sets.

Limits: https://docs.github.com/code-security/code-scanning/troubleshooting-sarif/results-exceed-limit
(25,000 results a run, of which 5,000 are kept; 25,000 rules a run; 20 tags a rule, of which 10 are kept).
We write one run, one location a result and no thread flows. What is cut is said in a notification.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from scanner.model.results import ERROR, UNKNOWN, Finding, ScanResult
from scanner.model.rules import Rule
from scanner.report.interface import WriteOptions
from scanner.report.redaction import screen
from scanner.report.selection import failures, with_outcome, worst_first
from scanner.report.wording import counted

MOST_RESULTS: Final = 5_000
MOST_RULES: Final = 25_000
MOST_TAGS: Final = 10


class Writer:
    """Writes the log that GitHub's `upload-sarif` action takes."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """One log with one run, one result a line. Pure ASCII; paths are relative to `%SRCROOT%`."""
        # The object model takes a twentieth of a second to import, and only this format needs it.
        from scanner.report.sarif_objects import Objects, one_run

        found = worst_first(failures(result))
        kept, broken = found[:MOST_RESULTS], with_outcome(result, ERROR)
        rules = _rules(result, [*kept, *broken])
        tags = _tags(rules, kept)
        objects = Objects(screen(result), rules)
        notices = [objects.notice(*notice) for notice in _notices(result, found, tags)]
        return one_run(
            result,
            rules=[objects.rule(rule, tags[rule.id][:MOST_TAGS]) for rule in rules],
            results=[objects.result(finding) for finding in kept],
            notifications=[
                *map(objects.diagnostic, result.diagnostics),
                *map(objects.broken, broken),
                *notices,
            ],
        )


def _rules(result: ScanResult, reported: Iterable[Finding]) -> Sequence[Rule]:
    """The rules that were selected, by id; only those with results where they are more than may be."""
    named = {finding.rule.id: finding.rule for finding in reported}
    every = {**named, **{rule.id: rule for rule in result.rules}}
    chosen = every if len(every) <= MOST_RULES else named
    return [chosen[name] for name in sorted(chosen)][:MOST_RULES]


def _tags(rules: Iterable[Rule], findings: Iterable[Finding]) -> dict[str, list[str]]:
    """By rule id: what the rule is about, and the frameworks that its findings speak to."""
    frameworks: defaultdict[str, set[str]] = defaultdict(set)
    for finding in findings:
        frameworks[finding.rule.id].update(finding.frameworks)
    return {
        rule.id: list(dict.fromkeys(["security", *rule.topic.split(".")[:2], *sorted(frameworks[rule.id])]))
        for rule in rules
    }


def _notices(
    result: ScanResult, found: Sequence[Finding], tags: dict[str, list[str]]
) -> Iterator[tuple[str, str, str]]:
    """Code, level and text of what this log leaves out."""
    if len(found) > MOST_RESULTS:
        text = f"{len(found) - MOST_RESULTS} of {len(found)} failures are left out: GitHub keeps {MOST_RESULTS}."
        yield "GR-SARIF-CUT", "warning", f"{text} The worst are here; the json format has all."
    cut = sum(len(names) > MOST_TAGS for names in tags.values())
    if cut:
        text = f"{counted(cut, 'rule')} would have more than {MOST_TAGS} tags; the others are left out."
        yield "GR-SARIF-CUT", "note", text
    undecided = len(with_outcome(result, UNKNOWN))
    if undecided:
        text = f"{counted(undecided, 'result')} could not be decided and {'is' if undecided == 1 else 'are'} not here."
        yield "GR-UNKNOWN", "note", f"{text} The text and json formats list them with the reasons."
