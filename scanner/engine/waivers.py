"""Waivers applied to findings, and the register of what came of each.

    waivers = collect(documents, options, rules)
    findings = waivers.apply(findings, evaluations)
    waivers.records(), waivers.diagnostics()

A waiver that stands in the code holds for what points into its scope, for all of a resource whose header its scope
contains, for what a module call in it makes, and for what gets its value from it. One of a file holds for addresses.
It makes a failure `waived`, or `expired` once its day is past; an undecided outcome stays undecided, and no longer
fails a scan that fails on those. Where several fit, one in force comes before an expired one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from scanner.engine.waiver_notes import NOT_RUN, UNTRUSTED, notes
from scanner.engine.waiver_places import Scopes, address_pattern
from scanner.engine.waiver_rules import OWN, Resolved, RuleNames
from scanner.errors import PolicyError
from scanner.model import (
    FAIL,
    UNKNOWN,
    AppliedWaiver,
    Diagnostic,
    Finding,
    NativeResource,
    Rule,
    Rulepack,
    ScanResult,
    SourceSpan,
    Waiver,
    WaiverRecord,
)
from scanner.model.resources import Called
from scanner.model.waivers import EXPIRED, IN_FORCE, REFUSED, UNUSED
from scanner.source.suppressions import MOST, Suppression, find_suppressions

if TYPE_CHECKING:
    from scanner.engine.evaluate import Evaluation
    from scanner.engine.options import ScanOptions, WaiverPolicy
    from scanner.source.document import Document


@dataclass(slots=True)
class Entry:
    """One waiver, the rules it speaks of, and what it was used for."""

    waiver: Waiver
    rules: tuple[str, ...]
    problem: str = ""
    unheard: bool = False
    lines_only: bool = False
    past: int = 0
    """Days since it expired."""
    used: dict[str, set[str]] = field(default_factory=dict)
    """Rule to the fingerprints of findings."""
    changed: bool = False
    """Whether it would have held, if the deciding value were still the one that its digest is of."""

    @property
    def own(self) -> bool:
        """Whether it was written for us."""
        return self.waiver.syntax in OWN


def collect(
    documents: Iterable[Document], options: ScanOptions, rules: Sequence[Rule], packs: Sequence[Rulepack] = ()
) -> Waivers | None:
    """The waivers of files and of the code; None where there are none. `rules` are those that run, `packs` those in
    use. Raises PolicyError for a bad file."""
    inline = find_suppressions(documents)
    stated: list[Waiver] = []
    files: list[tuple[str, str]] = []
    if options.waivers:
        from scanner.policy.waivers import load_waivers

        stated, files = load_waivers(options.waivers)
    if not inline and not files:
        return None
    from scanner.policy.selection import load_built_in

    known = [*(rule for pack in (*load_built_in(), *packs) for rule in pack.rules), *rules]
    selected = {rule.id for rule in rules}
    every = [*(Suppression(each) for each in stated), *inline[:MOST]]
    return Waivers(every, options, known, selected, files, cut=len(inline) > MOST)


def today_of(options: ScanOptions) -> date:
    """The date by which waivers expire."""
    return options.today or datetime.now(UTC).date()


class Waivers:
    """The waivers of one scan."""

    def __init__(
        self,
        stated: Sequence[Suppression],
        options: ScanOptions,
        known: Iterable[Rule],
        selected: set[str],
        files: Sequence[tuple[str, str]] = (),
        *,
        cut: bool = False,
    ) -> None:
        """`known`: every rule that there is; `selected`: the ids of those that run; `files`: waiver files, with
        their digests; `cut`: whether there are more suppressions than are read."""
        self._today = today_of(options)
        self._options = options
        self._selected = selected
        self._files = tuple(files)
        names = RuleNames(known)
        self._entries = [self._entry(each, names) for each in stated]
        self._cut = cut
        self._by_address: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self._by_pattern: dict[str, list[tuple[Any, Entry]]] = defaultdict(list)
        self._by_place: dict[tuple[str, str], Scopes[Entry]] = defaultdict(Scopes[Entry])
        for entry in self._entries:
            if not entry.problem:
                self._file(entry)
        for scopes in self._by_place.values():
            scopes.close()

    def apply(self, findings: Iterable[Finding], evaluations: Sequence[Evaluation]) -> tuple[Finding, ...]:
        """The findings, which tell of these evaluations, with their status."""
        return tuple(
            self._judged(each, evaluations[each.evaluation].resource.native)
            if each.outcome in (FAIL, UNKNOWN)
            else each
            for each in findings
        )

    def records(self) -> tuple[WaiverRecord, ...]:
        """The register, by place."""
        found = [record for entry in self._entries for record in self._records(entry)]
        return tuple(sorted(found, key=_order))

    def diagnostics(self) -> list[Diagnostic]:
        """What the reader of a report must know: what expired, was refused, or holds for nothing."""
        return notes(self.records(), cut=self._cut, today=self._today)

    def register(self, result: ScanResult) -> ScanResult:
        """The result with the register, and with what an untrusted run refused."""
        records = self.records()
        refused = tuple(
            f"waiver of {each.waiver.written or each.waiver.rule or '?'} at {place_text(each.waiver.location)}"
            for each in records
            if each.problem == UNTRUSTED
        )
        around = result.circumstances
        around = replace(
            around,
            refused=(*around.refused, *refused),
            configuration=tuple(dict.fromkeys((*around.configuration, *self._files))),
        )
        return replace(result, waivers=records, circumstances=around)

    def _entry(self, stated: Suppression, names: RuleNames) -> Entry:
        waiver = stated.waiver
        resolved = names.resolve(waiver) if not stated.problem or waiver.rule else Resolved(())
        if waiver.syntax == "file" and resolved.problem:
            place = waiver.location or SourceSpan("", 0, 0, 0, 0)
            raise PolicyError(resolved.problem, path=place.path, line=place.start_line, column=place.start_column)
        refused = self._options.untrusted and waiver.syntax != "file"
        problem = UNTRUSTED if refused else stated.problem or resolved.problem or self._missing(stated, resolved)
        past = (self._today - date.fromisoformat(waiver.expires)).days if waiver.expires else 0
        rules = resolved.rules
        if rules:
            waiver = replace(waiver, rule=rules[0], written="" if rules[0] == waiver.rule else waiver.rule)
        return Entry(waiver, rules, problem, resolved.unheard, stated.lines_only, max(past, 0))

    def _missing(self, stated: Suppression, resolved: Resolved) -> str:
        """What keeps a waiver from holding although it is well written."""
        waiver, workspace = stated.waiver, self._options.load.workspace
        if stated.workspace and not fnmatchcase(workspace, stated.workspace):
            return f"it holds in the workspace {stated.workspace} only"
        return "" if resolved.unheard else demanded(waiver, self._options.waiver_policy, self._today)

    def _file(self, entry: Entry) -> None:
        waiver = entry.waiver
        for rule in entry.rules:
            if waiver.syntax == "file" and "*" in waiver.address:
                self._by_pattern[rule].append((address_pattern(waiver.address), entry))
            elif waiver.syntax == "file":
                self._by_address[rule, waiver.address].append(entry)
            elif waiver.scope is not None:
                self._by_place[rule, waiver.scope.path].add(waiver.scope, entry)

    def _judged(self, finding: Finding, native: NativeResource) -> Finding:
        found = list({id(entry): entry for entry in self._fitting(finding, native)}.values())
        chosen: Entry | None = None
        for entry in found:
            if entry.waiver.value_digest and entry.waiver.value_digest != finding.value_digest:
                entry.changed = True
                continue
            entry.used.setdefault(finding.rule.id, set()).add(finding.fingerprint)
            if chosen is None or (chosen.past and not entry.past):
                chosen = entry
        if chosen is None:
            return finding
        waiver = chosen.waiver
        applied = AppliedWaiver(
            waiver.reason, waiver.location, waiver.expires, chosen.past, waiver.approver, waiver.syntax
        )
        return replace(finding, status="expired" if chosen.past else "waived", waiver=applied)

    def _fitting(self, finding: Finding, native: NativeResource) -> Iterator[Entry]:
        rule, name = finding.rule.id, finding.resource
        named = [*self._by_address.get((rule, name.address), ())]
        named += [entry for fits, entry in self._by_pattern.get(rule, ()) if fits(name.address)]
        yield from (each for each in named if not each.waiver.root or fnmatchcase(name.root, each.waiver.root))
        if not self._by_place:
            return
        spans = [finding.location, *(step.location for step in finding.because)]
        for span in spans:
            if span is not None and (scopes := self._by_place.get((rule, span.path))):
                yield from scopes.around((span.start_line, span.start_column))
        for span in (native.span, *_calls(native)):
            if scopes := self._by_place.get((rule, span.path)):
                start, end = (span.start_line, span.start_column), (span.end_line, span.end_column)
                for entry in scopes.around(start):
                    scope = entry.waiver.scope
                    if not entry.lines_only and scope and end <= (scope.end_line, scope.end_column):
                        yield entry

    def _records(self, entry: Entry) -> Iterator[WaiverRecord]:
        waiver, state = entry.waiver, EXPIRED if entry.past else UNUSED
        if entry.problem:
            yield WaiverRecord(waiver, REFUSED, problem=entry.problem)
            return
        for rule in sorted(entry.used):
            used = tuple(sorted(entry.used[rule]))
            written = waiver.written or ("" if rule == waiver.rule else waiver.rule)
            yield WaiverRecord(replace(waiver, rule=rule, written=written), EXPIRED if entry.past else IN_FORCE, used)
        if not entry.used:
            yield WaiverRecord(waiver, state, problem=self._why_unused(entry))

    def _why_unused(self, entry: Entry) -> str:
        if entry.unheard or not entry.rules:
            return f"no rule is the same as {entry.waiver.syntax}'s {entry.waiver.rule}"
        if entry.changed:
            return "the value that decides is no longer the one that was accepted"
        if not self._selected.intersection(entry.rules):
            return NOT_RUN
        return ""


def demanded(waiver: Waiver, policy: WaiverPolicy, today: date) -> str:
    """What the configuration demands and the waiver lacks; empty if nothing."""
    if policy.reason and not waiver.reason.strip():
        return "the configuration demands a reason"
    if policy.approver and not waiver.approver.strip():
        return "the configuration demands an approver"
    if policy.days is None:
        return ""
    if not waiver.expires:
        return f"the configuration demands an expiry within {policy.days} days"
    begun = date.fromisoformat(waiver.created) if waiver.created else today
    if (date.fromisoformat(waiver.expires) - min(begun, today)).days > policy.days:
        return f"it expires on {waiver.expires}; the configuration allows at most {policy.days} days"
    return ""


def needs_attention(record: WaiverRecord, *, unused: bool = True) -> bool:
    """Whether its owner should look at it: expired, refused, or one of our own that holds for nothing."""
    if record.state in (EXPIRED, REFUSED):
        return True
    return unused and record.state == UNUSED and record.waiver.syntax in OWN and record.problem != NOT_RUN


def place_text(span: SourceSpan | None) -> str:
    """`path:line`."""
    return f"{span.path}:{span.start_line}" if span else "?"


def _calls(native: NativeResource) -> tuple[SourceSpan, ...]:
    return native.provenance.calls() if isinstance(native.provenance, Called) else ()


def _order(record: WaiverRecord) -> tuple[str, int, int, str, str, str]:
    span = record.waiver.location or SourceSpan("", 0, 0, 0, 0)
    return (
        span.path,
        span.start_line,
        span.start_column,
        record.waiver.rule,
        record.waiver.written,
        record.waiver.address,
    )
