"""Results with any texts in them, for the properties that hold for every writer."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from scanner.model.results import Diagnostic, Finding, InputRecord, ResourceName, ScanResult, Summary, UnknownReason
from scanner.model.spans import SourceSpan, Step
from tests.report import samples

ACTIVE = ["\x1b[31m", "\u202e", "\ud800", "\r\n::error::x", "\n::error::y", "##[error]z", "]]>", "\t", "\0"]
WIDE = ["=1+1", "`|`", "日本", "e\u0301", "👩\u200d💻"]
NASTY = st.sampled_from(ACTIVE + WIDE)
TEXTS = st.lists(st.text(st.characters(), max_size=12) | NASTY, max_size=4).map("".join)
NUMBERS = st.integers(1, 60)


@st.composite
def spans(draw: st.DrawFn, paths: st.SearchStrategy[str] = TEXTS) -> SourceSpan:
    line, column = draw(NUMBERS), draw(NUMBERS)
    return SourceSpan(draw(paths), line, column, line + draw(st.integers(0, 2)), draw(NUMBERS))


PLACES = st.none() | spans()
STEPS = st.lists(st.builds(Step, TEXTS, TEXTS, PLACES), max_size=7).map(tuple)
FINDINGS = st.builds(
    Finding,
    rule=st.sampled_from(samples.RULES).flatmap(lambda rule: TEXTS.map(lambda text: replace(rule, title=text))),
    outcome=st.sampled_from(["fail", "unknown", "error", "pass"]),
    message=TEXTS,
    resource=st.builds(ResourceName, TEXTS, st.just("aws.s3.bucket"), TEXTS, st.just("terraform")),
    location=PLACES,
    attribute=TEXTS,
    because=STEPS,
    reason=st.none() | st.builds(UnknownReason, st.just("variable"), TEXTS, PLACES),
    status=st.sampled_from(["new", "known", "waived", "expired", "worsened"]),
    if_created=st.booleans(),
    fingerprint=st.just("0f" * 16),
    expected=TEXTS,
)


@st.composite
def results(draw: st.DrawFn) -> ScanResult:
    findings = tuple(draw(st.lists(FINDINGS, max_size=4)))
    lines: dict[str, dict[int, str]] = {}
    for finding in findings:
        if finding.location is not None:
            lines.setdefault(finding.location.path, {})[finding.location.start_line] = draw(TEXTS)
    return ScanResult(
        version="1.0.0",
        packs=samples.PACKS,
        rules=samples.RULES,
        findings=findings,
        summary=Summary(resources=3, failed=len(findings)),
        diagnostics=tuple(draw(st.lists(DIAGNOSTICS, max_size=2))),
        inputs=tuple(draw(st.lists(INPUTS, max_size=2))),
        lines=lines,
        secrets=tuple(draw(st.lists(TEXTS, max_size=2))),
    )


DIAGNOSTICS = st.builds(
    Diagnostic,
    code=st.just("GR-PARSE"),
    level=st.sampled_from(["error", "warning", "note"]),
    message=TEXTS,
    hint=TEXTS,
    path=TEXTS,
    span=PLACES,
)
INPUTS = st.builds(
    InputRecord, TEXTS, st.just("terraform"), st.just("0a" * 32), st.sampled_from(["parsed", "failed"]), TEXTS
)
