"""The machine-readable report: one JSON object of a fixed shape, `groundrule.scan/1`.

Every key is always present; `scan.schema.json` beside this file is its schema. Texts are the exact ones of the
scanned files, without secrets: JSON escapes what would act on a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from scanner.model.frameworks import ControlResult, Framework, RuleTally
from scanner.model.results import (
    PASS,
    Diagnostic,
    Finding,
    InputRecord,
    RootSummary,
    ScanResult,
    Summary,
    UnknownReason,
)
from scanner.model.spans import SourceSpan
from scanner.report.interface import WriteOptions
from scanner.report.redaction import Screen, json_text, screen, without_surrogates
from scanner.report.waivers import applied_object, record_object

SCHEMA: Final = "groundrule.scan/1"


class Writer:
    """Writes the JSON report."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """One object, one line for each of its results, diagnostics and inputs. Pure ASCII."""
        shaper = _Shaper(screen(result))

        def listed(findings: Iterable[Finding]) -> Iterator[dict[str, Any]]:
            shown = (finding for finding in findings if finding.outcome != PASS or options.show_passes)
            return map(shaper.finding, shown)

        members = (
            ("schema", json_text(SCHEMA)),
            ("tool", json_text(shaper.tool(result))),
            ("summary", json_text(_summary(result.summary))),
            ("results", _rows(listed(result.findings))),
            ("diagnostics", _rows(map(shaper.diagnostic, result.diagnostics))),
            ("waivers", _rows(record_object(each, shaper.text) for each in result.waivers)),
            ("inputs", _rows(map(shaper.input, result.inputs))),
            ("roots", _rows(map(shaper.root, result.roots))),
            ("frameworks", _rows(map(shaper.framework, result.frameworks))),
            ("controls", _rows(map(shaper.control, result.controls))),
            ("control_results", _rows(listed(result.control_findings))),
            ("coverage", json_text({"resources_without_rules": _sorted(result.resources_without_rules)})),
        )
        return "{" + ",\n ".join(f'"{name}": {value}' for name, value in members) + "}\n"


class _Shaper:
    """Gives each thing of a result the shape the contract promises."""

    def __init__(self, shown: Screen) -> None:
        self._redact = shown.redact

    def text(self, text: str) -> str:
        return without_surrogates(self._redact(text))

    def tool(self, result: ScanResult) -> dict[str, Any]:
        packs = [{"name": pack.name, "version": pack.version, "digest": pack.digest} for pack in result.packs]
        return {"name": "groundrule", "version": result.version, "packs": packs}

    def finding(self, finding: Finding) -> dict[str, Any]:
        rule, resource, reason = finding.rule, finding.resource, finding.reason
        text = self.text
        return {
            "rule": rule.id,
            "topic": rule.topic,
            "title": rule.title,
            "severity": rule.severity,
            "outcome": finding.outcome,
            "status": finding.status,
            "message": text(finding.message),
            "fingerprint": finding.fingerprint,
            "reason": None if reason is None else self._reason(reason),
            "if_created": finding.if_created,
            "resource": {
                "address": text(resource.address),
                "kind": resource.kind,
                "type": text(resource.type),
                "format": resource.format,
                "root": text(resource.root),
            },
            "attribute": text(finding.attribute),
            "location": _location(finding.location),
            "because": [{"what": text(step.what), "location": _location(step.location)} for step in finding.because],
            "expected": text(finding.expected),
            "actual": text(finding.actual),
            "value_digest": finding.value_digest,
            "waiver": applied_object(finding.waiver, self.text),
            "frameworks": {name: list(finding.frameworks[name]) for name in sorted(finding.frameworks)},
        }

    def framework(self, framework: Framework) -> dict[str, Any]:
        return {
            "id": framework.id,
            "title": framework.title,
            "version": framework.version,
            "authority": framework.authority,
            "digest": framework.digest,
        }

    def control(self, said: ControlResult) -> dict[str, Any]:
        control = said.control
        return {
            "framework": said.framework,
            "id": control.id,
            "title": control.title,
            "mark": control.mark,
            "profile": control.profile,
            "assessable": control.assessable,
            "covered": control.covered,
            "result": said.result,
            "reason": self.text(said.reason),
            "resources": said.resources,
            "settings": said.settings,
            "rules": [_tally(tally) for tally in said.tallies],
        }

    def _reason(self, reason: UnknownReason) -> dict[str, Any]:
        return {"code": reason.code, "text": self.text(reason.text), "location": _location(reason.location)}

    def diagnostic(self, item: Diagnostic) -> dict[str, Any]:
        location = _location(item.span)
        if location is None and item.path:
            location = dict.fromkeys(("path", "start_line", "start_column", "end_line", "end_column"))
            location["path"] = without_surrogates(item.path)
        return {
            "code": item.code,
            "level": item.level,
            "message": self.text(item.message),
            "hint": self.text(item.hint),
            "location": location,
        }

    def root(self, root: RootSummary) -> dict[str, Any]:
        return {
            "path": self.text(root.path),
            "format": root.format,
            "resources": root.resources,
            "fail": root.failed,
            "unknown": root.unknown,
            "pass": root.passed,
        }

    def input(self, record: InputRecord) -> dict[str, Any]:
        return {
            "path": without_surrogates(record.path),
            "format": record.format,
            "sha256": record.sha256,
            "status": record.status,
            "reason": self.text(record.reason),
        }


def _tally(tally: RuleTally) -> dict[str, Any]:
    return {
        "rule": tally.rule,
        "covers": tally.covers,
        "state": tally.state,
        "examined": tally.examined,
        "pass": tally.passed,
        "fail": tally.failed,
        "fail_elsewhere": tally.failed_elsewhere,
        "unknown": tally.unknown,
        "waived": tally.waived,
        "error": tally.error,
        "fingerprints": list(tally.findings),
    }


def _summary(summary: Summary) -> dict[str, int]:
    return {
        "resources": summary.resources,
        "rules": summary.rules,
        "pass": summary.passed,
        "fail": summary.failed,
        "unknown": summary.unknown,
        "not_applicable": summary.not_applicable,
        "error": summary.error,
        "waived": summary.waived,
        "exit_code": summary.exit_code,
    }


def _location(span: SourceSpan | None) -> dict[str, Any] | None:
    if span is None:
        return None
    return {
        "path": without_surrogates(span.path),
        "start_line": span.start_line,
        "start_column": span.start_column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return {without_surrogates(name): counts[name] for name in sorted(counts)}


def _rows(items: Iterable[Any]) -> str:
    """A list with one element a line: short enough for `diff`, and as fast as the compact encoder."""
    rows: Iterator[str] = map(json_text, items)
    body = ",\n  ".join(rows)
    return f"[\n  {body}]" if body else "[]"
