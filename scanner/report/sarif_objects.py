"""Rules, findings and diagnostics as SARIF objects, and SARIF objects as JSON text.

Which of them go into a log, and the limits of those who read it, is the business of the writers.
SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import attr
import sarif_om as sarif

from scanner.model.results import Diagnostic, Finding, InputRecord, ScanResult
from scanner.model.rules import Rule
from scanner.model.spans import SourceSpan
from scanner.report.redaction import Screen, json_text, without_surrogates
from scanner.report.selection import is_complete
from scanner.report.uris import relative_uri
from scanner.report.wording import expectation, format_name, place_of

SCHEMA_URI: Final = "https://json.schemastore.org/sarif-2.1.0.json"
BASE_ID: Final = "%SRCROOT%"
FINGERPRINT: Final = "groundrule/v1"

LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
SECURITY_SEVERITIES: Final = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}
"""In the middle of the bands into which GitHub puts scores: above 9.0, 7.0, 4.0 and 0.1.
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

_BASE: Final = "The root of the repository, else the directory in which the scan ran."

_ALWAYS_STATED: Final = frozenset({"level"})
"""Written even where it is the default, since simple readers of SARIF do not know defaults."""

_LONGEST_NAME: Final = 255
_LONGEST_DESCRIPTION: Final = 1024
"""What GitHub shows of a rule's name and descriptions (same page)."""


class Objects:
    """Makes SARIF objects of the things of one result."""

    def __init__(self, shown: Screen, rules: Iterable[Rule]) -> None:
        self._show = shown.show
        self._indices = {rule.id: index for index, rule in enumerate(rules)}

    def rule(self, rule: Rule, tags: list[str]) -> Any:
        """A reporting descriptor; `tags` are already as many as may be."""
        title = self._show(rule.title)
        page = next((link for link in rule.links if _is_page(link)), None)
        return sarif.ReportingDescriptor(
            id=rule.id,
            name=_name(rule.id)[:_LONGEST_NAME],
            short_description=_text(title[:_LONGEST_DESCRIPTION]),
            full_description=_text((" ".join(rule.why.split()) or title)[:_LONGEST_DESCRIPTION]),
            help_uri=page,
            help=sarif.MultiformatMessageString(text=_help_text(rule), markdown=help_markdown(rule)),
            default_configuration=sarif.ReportingConfiguration(level=LEVELS.get(rule.severity, "warning")),
            properties={
                "tags": tags,
                "precision": "very-high",
                "security-severity": SECURITY_SEVERITIES.get(rule.severity, "5.5"),
            },
        )

    def result(self, finding: Finding) -> Any:
        """A failure at its place."""
        return sarif.Result(
            message=sarif.Message(text=self._message(finding)),
            rule_id=finding.rule.id,
            rule_index=self._indices[finding.rule.id],
            level=LEVELS.get(finding.rule.severity, "warning"),
            locations=[self._location(finding)],
            partial_fingerprints={FINGERPRINT: finding.fingerprint} if finding.fingerprint else None,
            properties=self._properties(finding),
        )

    def diagnostic(self, item: Diagnostic) -> Any:
        """A notification: what was not read, or what its reader must know."""
        text = self._show(item.message) + (f" ({self._show(item.hint)})" if item.hint else "")
        where = [physical(item.span, item.path)] if item.path or item.span else None
        return sarif.Notification(
            message=sarif.Message(text=_without_links(text)),
            level=item.level,
            descriptor=sarif.ReportingDescriptorReference(id=item.code),
            locations=where and [sarif.Location(physical_location=place) for place in where],
        )

    def broken(self, finding: Finding) -> Any:
        """A notification that a rule stopped with an error on a resource."""
        text = f"{finding.rule.id} stopped with an error on {finding.resource.address}: {finding.message}"
        return sarif.Notification(
            message=sarif.Message(text=_without_links(self._show(text))),
            level="error",
            associated_rule=sarif.ReportingDescriptorReference(
                id=finding.rule.id, index=self._indices[finding.rule.id]
            ),
            locations=[self._location(finding)],
        )

    def notice(self, code: str, level: str, text: str) -> Any:
        """A notification of our own about the log itself."""
        return sarif.Notification(
            message=sarif.Message(text=text),
            level=level,
            descriptor=sarif.ReportingDescriptorReference(id=code),
        )

    def _message(self, finding: Finding) -> str:
        lines = [finding.message or finding.rule.title, f"Resource: {finding.resource.address}"]
        if expectation(finding):
            lines.append(f"Expected: {expectation(finding)}")
        lines += [f"From: {step.what} ({place_of(step.location)})" for step in finding.because if step.location]
        return _without_links("\n".join(map(self._show, lines)))

    def _properties(self, finding: Finding) -> dict[str, Any]:
        properties: dict[str, Any] = {"status": finding.status, "kind": finding.resource.kind}
        if finding.if_created:
            properties["ifCreated"] = True
        if finding.frameworks:
            properties["frameworks"] = {name: list(finding.frameworks[name]) for name in sorted(finding.frameworks)}
        return properties

    def _location(self, finding: Finding) -> Any:
        return sarif.Location(
            physical_location=physical(finding.location, ""),
            logical_locations=[
                sarif.LogicalLocation(fully_qualified_name=self._show(finding.resource.address), kind="resource")
            ],
        )


def _name(rule: str) -> str:
    """The id as one word, AwsS3BucketPublicAcl: the name must differ from the id, or be left out."""
    return "".join(part[:1].upper() + part[1:] for part in rule.split("-"))


def one_run(
    result: ScanResult,
    *,
    rules: list[Any],
    results: list[Any],
    notifications: list[Any],
    taxonomies: list[Any] | None = None,
    artifacts: bool = False,
) -> str:
    """A log with one run as JSON text, one result a line; `artifacts` lists the inputs with their digests."""
    driver = sarif.ToolComponent(
        name="groundrule",
        version=result.version,
        semantic_version=result.version,
        rules=rules,
        properties={"packs": [{"name": p.name, "version": p.version, "digest": p.digest} for p in result.packs]},
    )
    invocation = sarif.Invocation(
        execution_successful=is_complete(result) and result.summary.exit_code in (0, 1),
        exit_code=result.summary.exit_code,
        tool_execution_notifications=notifications,
    )
    run = sarif.Run(
        tool=sarif.Tool(driver=driver),
        invocations=[invocation],
        column_kind="unicodeCodePoints",
        original_uri_base_ids={BASE_ID: sarif.ArtifactLocation(description=sarif.Message(text=_BASE))},
        taxonomies=taxonomies or None,
        artifacts=[_artifact(record) for record in result.inputs] if artifacts else None,
        results=[],
    )
    serializer = Serializer()
    members = serializer.tree(run)
    del members["results"]
    lines = ",\n  ".join(json_text(serializer.tree(item)) for item in results)
    head = ",\n ".join(f"{json_text(name)}: {json_text(value)}" for name, value in members.items())
    body = f'{head},\n "results": [\n  {lines}]' if lines else f'{head},\n "results": []'
    return f'{{"$schema": {json_text(SCHEMA_URI)}, "version": "2.1.0", "runs": [{{\n {body}}}]}}\n'


def _artifact(record: InputRecord) -> Any:
    return sarif.Artifact(
        location=_artifact_location(record.path),
        hashes={"sha-256": record.sha256} if record.sha256 else None,
        properties={"format": record.format, "status": record.status},
    )


def _artifact_location(path: str) -> Any:
    return sarif.ArtifactLocation(uri=relative_uri(path), uri_base_id=None if path.startswith("/") else BASE_ID)


def physical(span: SourceSpan | None, path: str) -> Any:
    """A physical location; a file as a whole, and what stands in no file, is shown at a first line."""
    artifact = _artifact_location(span.path if span else path)
    if span is None:
        return sarif.PhysicalLocation(artifact_location=artifact, region=sarif.Region(start_line=1))
    region = sarif.Region(
        start_line=max(span.start_line, 1),
        start_column=max(span.start_column, 1),
        end_line=max(span.end_line, span.start_line, 1),
        end_column=max(span.end_column, 1),
    )
    return sarif.PhysicalLocation(artifact_location=artifact, region=region)


def help_markdown(rule: Rule) -> str:
    """What the rule is for and how to mend it, in Markdown."""
    parts = [" ".join(rule.why.split()) or rule.title]
    if rule.fix.get("summary"):
        parts.append(f"**Fix:** {' '.join(rule.fix['summary'].split())}")
    for name, snippet in rule.fix.items():
        if name != "summary":
            language = "hcl" if name == "terraform" else "yaml"
            parts.append(f"{format_name(name)}:\n\n```{language}\n{snippet.strip(chr(10))}\n```")
    if rule.links:
        parts.append("\n".join(f"- <{link}>" for link in rule.links if _is_page(link)))
    return "\n\n".join(filter(None, parts)) + "\n"


class Serializer:
    """Turns SARIF objects into trees of dicts and lists, leaving out what has its default value."""

    def __init__(self) -> None:
        self._fields: dict[type, dict[str, tuple[str, Any]]] = {}

    def tree(self, value: Any) -> Any:
        """The tree of an object, list or property bag."""
        kind = type(value)
        if kind is str:
            return without_surrogates(value)
        if kind in (int, float, bool):
            return value
        if kind is dict:
            return {without_surrogates(key): self.tree(item) for key, item in value.items()}
        if kind is list:
            return [self.tree(item) for item in value]
        fields = self._fields.get(kind) or self._learn(kind)
        members: dict[str, Any] = {}
        for name, item in vars(value).items():
            if item is not None:
                key, default = fields[name]
                if item != default or key in _ALWAYS_STATED:
                    members[key] = self.tree(item)
        return members

    def _learn(self, cls: type) -> dict[str, tuple[str, Any]]:
        """Python name to SARIF name and default of each field of a class."""
        fields = {field.name: (field.metadata["schema_property_name"], _default(field)) for field in attr.fields(cls)}
        self._fields[cls] = fields
        return fields


def _default(field: Any) -> Any:
    factory = getattr(field.default, "factory", None)
    return factory() if factory is not None else field.default


def _help_text(rule: Rule) -> str:
    fix = rule.fix.get("summary", "")
    return " ".join(f"{rule.why} {'Fix: ' + fix if fix else ''}".split()) or rule.title


def _text(text: str) -> Any:
    return sarif.MultiformatMessageString(text=text)


def _without_links(text: str) -> str:
    """A plain-text message in which nothing is a link (SARIF 2.1.0, 3.11.6: `[text](target)`)."""
    return text.replace("[", "\\[").replace("]", "\\]") if "](" in text else text


def _is_page(link: str) -> bool:
    return link.startswith("https://") and link.isascii() and link.isprintable() and not set(link) & set(' <>"')
