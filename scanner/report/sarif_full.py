"""SARIF 2.1.0 with everything a scan found out, for archives and viewers other than GitHub's.

Beyond `sarif`: passes, undecided and waived results, where values come from, framework controls and input digests.
No limits are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from scanner.model.results import ERROR, FAIL, PASS, UNKNOWN, Finding, ScanResult
from scanner.report.interface import WriteOptions
from scanner.report.redaction import Screen, screen
from scanner.report.waivers import waived_by
from scanner.report.wording import place_of

_KINDS: Final = {FAIL: "fail", PASS: "pass", UNKNOWN: "open"}
_BASELINE_STATES: Final = {"new": "new", "known": "unchanged", "worsened": "updated"}


class Writer:
    """Writes the whole log."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """One log with one run, one result a line, in the order of the scan's result. Pure ASCII."""
        # The object model takes a twentieth of a second to import, and only these formats need it.
        from scanner.report.sarif_objects import Objects, one_run

        reported = [finding for finding in result.findings if finding.outcome in _KINDS]
        rules = {rule.id: rule for rule in (*(finding.rule for finding in result.findings), *result.rules)}
        shown = screen(result)
        objects = Objects(shown, (rules[name] for name in sorted(rules)))
        frameworks = sorted({name for finding in reported for name in finding.frameworks})
        broken = [finding for finding in result.findings if finding.outcome == ERROR]
        return one_run(
            result,
            rules=[objects.rule(rule, ["security", *rule.topic.split(".")[:2]]) for _, rule in sorted(rules.items())],
            results=[_extended(objects.result(finding), finding, frameworks, shown) for finding in reported],
            notifications=[*map(objects.diagnostic, result.diagnostics), *map(objects.broken, broken)],
            taxonomies=[_taxonomy(name, reported) for name in frameworks],
            artifacts=True,
        )


def _extended(item: Any, finding: Finding, frameworks: list[str], shown: Screen) -> Any:
    """The SARIF result with what only this format says of it."""
    import sarif_om as sarif

    from scanner.report.sarif_objects import physical

    item.kind = _KINDS[finding.outcome]
    if finding.outcome != FAIL:
        item.level = "none"
    item.baseline_state = _BASELINE_STATES.get(finding.status)
    if finding.reason is not None:
        item.message.text += f"\nUnknown: {shown.show(finding.reason.text or finding.reason.code)}"
    if finding.status == "waived" and finding.outcome == FAIL:
        item.suppressions = [_suppression(finding, shown)]
    item.related_locations = [
        sarif.Location(
            id=number,
            physical_location=physical(step.location, ""),
            message=sarif.Message(text=shown.show(f"{step.what} = {step.text}")),
        )
        for number, step in enumerate(finding.because, 1)
        if step.location is not None
    ] or None
    item.taxa = [
        sarif.ReportingDescriptorReference(
            id=control, tool_component=sarif.ToolComponentReference(name=name, index=frameworks.index(name))
        )
        for name in sorted(finding.frameworks)
        for control in finding.frameworks[name]
    ] or None
    return item


def _suppression(finding: Finding, shown: Screen) -> Any:
    import sarif_om as sarif

    from scanner.report.sarif_objects import physical

    waiver = finding.waiver
    if waiver is None:
        return sarif.Suppression(kind="external")
    beside = waiver.location and finding.location and waiver.location.path == finding.location.path
    return sarif.Suppression(
        kind="inSource" if beside else "external",
        justification=shown.show(waived_by(waiver)),
        location=waiver.location and sarif.Location(physical_location=physical(waiver.location, "")),
        properties={"place": shown.show(place_of(waiver.location))} if waiver.location else None,
    )


def _taxonomy(name: str, findings: Iterable[Finding]) -> Any:
    import sarif_om as sarif

    controls = sorted({control for finding in findings for control in finding.frameworks.get(name, ())})
    return sarif.ToolComponent(name=name, taxa=[sarif.ReportingDescriptor(id=control) for control in controls])
