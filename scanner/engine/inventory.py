"""What of the inputs a report shows: lines around findings, and resources that no rule looked at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from scanner.model import Diagnostic, Finding, ResourceGraph

if TYPE_CHECKING:
    from scanner.normalise import Tables
    from scanner.policy.compile import CompiledRule
    from scanner.source.document import Document

FRAME = 1
"""Lines of context that are kept around a line that a report may show."""


def unjudged(graph: ResourceGraph, rules: Iterable[CompiledRule], tables: Tables) -> dict[str, int]:
    """Native types that no selected rule looks at, with their instances. A satellite is looked at as part of what
    it belongs to."""
    judged = {kind for rule in rules for kind in rule.rule.kinds}
    types = {node.native.type for node in graph.nodes if node.kind in judged}
    for format, native in {(each.format, each.type) for each in graph.natives}:
        entry = tables.entry(format, native)
        if entry is not None and entry.into in judged:
            types.add(native)
    return dict(sorted(Counter(each.type for each in graph.natives if each.type not in types).items()))


def shown_lines(
    findings: Iterable[Finding], diagnostics: Iterable[Diagnostic], documents: Iterable[Document]
) -> dict[str, dict[int, str]]:
    """The lines that a report may show: those of findings and diagnostics, with a little around them."""
    wanted: dict[str, set[int]] = defaultdict(set)
    spans = [each.location for each in findings if each.outcome != "pass"]
    for span in [*spans, *(each.span for each in diagnostics)]:
        if span is not None:
            last = min(span.end_line, span.start_line + 10)
            wanted[span.path].update(range(max(1, span.start_line - FRAME), last + FRAME + 1))
    by_path = {document.path: document for document in documents}
    return {
        path: {number: by_path[path].line(number) for number in sorted(numbers)}
        for path, numbers in sorted(wanted.items())
        if path in by_path
    }
