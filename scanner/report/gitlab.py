"""GitLab's code quality report: a JSON array of failures and of files that could not be read.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any, Final

from scanner.model.results import Diagnostic, Finding, ScanResult
from scanner.model.spans import SourceSpan
from scanner.report.interface import WriteOptions
from scanner.report.redaction import Screen, json_text, screen, without_surrogates
from scanner.report.selection import failures

_SEVERITIES: Final = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor"}


class Writer:
    """Writes the report that `artifacts:reports:codequality` takes."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """One entry a line. GitLab shows none without a path and a line, so every entry has both."""
        shown = screen(result)
        entries = [_failure(finding, shown) for finding in failures(result)]
        entries += [_diagnostic(item, shown) for item in result.diagnostics if item.level == "error"]
        rows = ",\n ".join(map(json_text, _distinct(entries)))
        return f"[{rows}]\n"


def _failure(finding: Finding, shown: Screen) -> dict[str, Any]:
    rule = finding.rule
    text = f"{finding.message or rule.title} ({finding.resource.address})"
    identity = finding.fingerprint or f"{rule.id} {finding.resource.address} {finding.attribute}"
    severity = _SEVERITIES.get(rule.severity, "major")
    return _entry(shown.show(text), rule.id, identity, severity, _location(finding.location, ""))


def _diagnostic(item: Diagnostic, shown: Screen) -> dict[str, Any]:
    text = f"not read: {item.message}"
    identity = f"{item.code} {item.path} {shown.redact(item.message)}"
    return _entry(shown.show(text), item.code, identity, "critical", _location(item.span, item.path))


def _entry(text: str, name: str, identity: str, severity: str, location: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": name,
        "fingerprint": identity,
        "severity": severity,
        "location": location,
    }


def _location(span: SourceSpan | None, path: str) -> dict[str, Any]:
    path = span.path if span else path
    return {"path": without_surrogates(path) or ".", "lines": {"begin": span.start_line if span else 1}}


def _distinct(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries with hashed fingerprints, no two the same: of those GitLab would keep only one."""
    seen: Counter[str] = Counter()
    for entry in entries:
        identity = entry["fingerprint"]
        seen[identity] += 1
        text = identity if seen[identity] == 1 else f"{identity} {seen[identity]}"
        entry["fingerprint"] = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return entries
