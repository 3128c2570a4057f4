"""JUnit XML for CI servers: a suite for each file, a test case for each rule on each resource.

A failure is a <failure>; what is undecided or waived is <skipped>; what could not be read, and a rule that stopped
with an error, is an <error>. Valid by the xsd that Jenkins' xUnit plugin ships for JUnit 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET

from scanner.model.results import ERROR, FAIL, UNKNOWN, Diagnostic, Finding, ScanResult
from scanner.report.interface import WriteOptions
from scanner.report.redaction import Screen, screen, without_commands
from scanner.report.waivers import expired_by, waived_by
from scanner.report.wording import expectation, place_of

_NOWHERE: Final = "groundrule"
"""The suite of what stands in no file."""


class Writer:
    """Writes the JUnit report."""

    _states_file = False

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """One `testsuites` element, passes included: a test that is gone must be told from one that passes."""
        shown = screen(result)
        suites: dict[str, _Suite] = {}
        for finding in result.findings:
            path = finding.location.path if finding.location else _NOWHERE
            suites.setdefault(path, _Suite()).add(_case(finding, path, shown))
        for item in (item for item in result.diagnostics if item.level != "note"):
            suites.setdefault(item.path or _NOWHERE, _Suite()).add(_diagnostic(item, shown))
        root = ET.Element("testsuites", {"name": "groundrule"})
        root.extend(suite.element(shown.show(path)) for path, suite in sorted(suites.items()))
        for name in ("tests", "failures", "errors"):
            root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
        if options.timing:
            root.set("time", f"{result.seconds:.3f}")
        ET.indent(root)
        if self._states_file:
            for case in root.iter("testcase"):
                case.set("file", case.get("classname", ""))
        text = ET.tostring(root, encoding="unicode")
        return without_commands(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')


class GitlabWriter(Writer):
    """The same with a `file` on each test case, which GitLab links and the xsd does not know.

    https://docs.gitlab.com/ci/testing/unit_test_reports/
    """

    _states_file = True


@dataclass
class _Suite:
    cases: list[ET.Element] = field(default_factory=list)

    def add(self, case: ET.Element) -> None:
        self.cases.append(case)

    def element(self, name: str) -> ET.Element:
        tags = [child.tag for case in self.cases for child in case]
        counts = {"tests": len(self.cases)} | {
            plural: tags.count(tag)
            for plural, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
        }
        suite = ET.Element("testsuite", {"name": name, **{key: str(count) for key, count in counts.items()}})
        suite.extend(self.cases)
        return suite


def _case(finding: Finding, path: str, shown: Screen) -> ET.Element:
    show = shown.show
    case = ET.Element(
        "testcase", {"name": show(f"{finding.rule.id} {finding.resource.address}"), "classname": show(path)}
    )
    message = show(finding.message or finding.rule.title)
    if finding.outcome == FAIL and finding.status == "waived":
        reason = waived_by(finding.waiver) if finding.waiver else ""
        ET.SubElement(case, "skipped", {"message": f"waived: {show(reason)}" if reason else "waived"})
    elif finding.outcome == FAIL:
        failure = ET.SubElement(case, "failure", {"type": finding.rule.severity, "message": message})
        failure.text = "\n".join(map(show, _details(finding)))
    elif finding.outcome == UNKNOWN:
        reason = finding.reason.text if finding.reason else ""
        ET.SubElement(case, "skipped", {"message": f"unknown: {show(reason) or message}"})
    elif finding.outcome == ERROR:
        ET.SubElement(case, "error", {"type": "rule", "message": message})
    return case


def _details(finding: Finding) -> Iterator[str]:
    rule = finding.rule
    yield f"{place_of(finding.location, column=True) or finding.resource.address}: {finding.message or rule.title}"
    yield f"resource: {finding.resource.address}" + (" (if created)" if finding.if_created else "")
    if expectation(finding):
        yield f"expected: {expectation(finding)}"
    for step in finding.because:
        yield f"from: {step.what} = {step.text} {place_of(step.location)}".rstrip()
    if finding.status == "expired" and finding.waiver:
        yield expired_by(finding.waiver)
    if rule.fix.get("summary"):
        yield f"help: {' '.join(rule.fix['summary'].split())}"


def _diagnostic(item: Diagnostic, shown: Screen) -> ET.Element:
    show = shown.show
    place = place_of(item.span, column=True) or item.path
    case = ET.Element(
        "testcase", {"name": show(f"{item.code} {place}".rstrip()), "classname": show(item.path or _NOWHERE)}
    )
    kind = {"type": item.code} if item.level == "error" else {}
    outcome = ET.SubElement(
        case, "error" if item.level == "error" else "skipped", {**kind, "message": show(item.message)}
    )
    if item.hint:
        outcome.text = f"help: {show(item.hint)}"
    return case
