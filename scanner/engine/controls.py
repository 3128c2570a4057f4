"""What a scan says of every control of a framework: one word each, by a fixed precedence, never more than was seen.

What its rules said, node by node, is counted in `scanner.engine.tallies`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Final, NamedTuple

from scanner.engine.tallies import BROKEN, OFF, Count
from scanner.model import Control, ControlResult, Diagnostic, Framework, InputRecord, Rule
from scanner.model.frameworks import (
    CONTROL_UNKNOWN,
    EXCEPTED,
    MANUAL,
    NO_POPULATION,
    NO_RULE,
    NOT_EVALUATED,
    NOT_SATISFIED,
    PARTIAL_EVIDENCE,
    SATISFIED,
)

Counted = Callable[[Framework, Control], Count]
ANY: Final = ""
"""The format of a file that could be of any."""
_FORMATS: Final = {
    "tfvars": "terraform",
    "modules_manifest": "terraform",
    "lock": "terraform",
    "terraform_plan": "terraform",
    "other": ANY,
}


class Unread(NamedTuple):
    """Something that was not judged, so that what is clean may not be."""

    format: str
    """terraform, cloudformation, kubernetes; empty for any of them."""
    what: str
    """In words: `broken.tf could not be read whole`."""


def control_results(
    frameworks: Iterable[Framework],
    count: Counted,
    *,
    off: Mapping[str, str],
    unread: Sequence[Unread],
    formats: Mapping[str, Set[str]],
) -> tuple[ControlResult, ...]:
    """One result for every control, in the order of the frameworks.

    `off`: why each rule that did not run did not; `formats`: rule id to the formats that it judges.
    """
    found = []
    for framework in frameworks:
        for control in framework.controls:
            counted = count(framework, control)
            result, reason = _result(control, counted, off, unread, formats)
            found.append(
                ControlResult(
                    framework.id, control, result, reason, counted.tallies, counted.resources, counted.settings
                )
            )
    return tuple(found)


def _result(
    control: Control,
    counted: Count,
    off: Mapping[str, str],
    unread: Sequence[Unread],
    formats: Mapping[str, Set[str]],
) -> tuple[str, str]:
    """The first that holds, and why. DESIGN's precedence is the order of the lines."""
    tallies = counted.tallies
    missing = _not_evaluated(control, counted, off, unread, formats)
    decided = (
        (control.assessable == "no", MANUAL, ""),
        (not control.rules, NO_RULE, control.gap),
        (any(each.failed for each in tallies), NOT_SATISFIED, ""),
        (bool(missing), NOT_EVALUATED, missing),
        (any(each.unknown for each in tallies), CONTROL_UNKNOWN, _undecided(counted)),
        (any(each.waived for each in tallies), EXCEPTED, ""),
        (not counted.settings, NO_POPULATION, ""),
        (control.covered != "full", PARTIAL_EVIDENCE, ""),
    )
    return next(((result, reason) for holds, result, reason in decided if holds), (SATISFIED, ""))


def _not_evaluated(
    control: Control,
    counted: Count,
    off: Mapping[str, str],
    unread: Sequence[Unread],
    formats: Mapping[str, Set[str]],
) -> str:
    """Why the control's rules did not all judge all there is; empty if they did."""
    for each in counted.tallies:
        if each.state == OFF:
            return f"the rule {each.rule} did not run: {off.get(each.rule, 'it is switched off for some of the paths')}"
        if each.state == BROKEN:
            times = "1 resource" if each.error == 1 else f"{each.error} resources"
            return f"the rule {each.rule} broke on {times}"
    if counted.beyond:
        return counted.beyond[0]
    judged = set().union(*(formats.get(each.rule, ()) for each in control.rules))
    files = [each.what for each in unread if each.format == ANY or each.format in judged]
    if not files:
        return ""
    return files[0] if len(files) == 1 else f"{files[0]}; and {len(files) - 1} more"


def _undecided(counted: Count) -> str:
    if not counted.undecided:
        return ""
    findings = "1 finding concerns" if counted.undecided == 1 else f"{counted.undecided} findings concern"
    return f"it could not be decided whether {findings} the control"


def unread_inputs(inputs: Iterable[InputRecord], diagnostics: Iterable[Diagnostic]) -> tuple[Unread, ...]:
    """What could not be read or judged, by place: failed inputs, and diagnostics of the level `error`."""
    kinds: dict[str, str] = {}
    found: dict[str, Unread] = {}
    for record in inputs:
        kinds[record.path] = record.format
        if record.status == "failed":
            what = f"{record.path} could not be read" + (f": {record.reason}" if record.reason else "")
            found[record.path] = Unread(_FORMATS.get(record.format, record.format), what)
    for item in diagnostics:
        path = item.path or (item.span.path if item.span else "")
        if item.level == "error" and path not in found:
            kind = kinds.get(path, ANY)
            found[path] = Unread(_FORMATS.get(kind, kind), _said(path, item))
    return tuple(found[path] for path in sorted(found))


def _said(path: str, item: Diagnostic) -> str:
    if not path:
        return item.message
    line = f":{item.span.start_line}" if item.span else ""
    return f"{path}{line} could not be judged whole: {item.message}"


def rules_off(every: Iterable[Rule], selected: Iterable[Rule], why: Callable[[Rule], str]) -> dict[str, str]:
    """Rule id to the reason, for every known rule that was not selected."""
    ids = {each.id for each in selected}
    return {each.id: why(each) for each in every if each.id not in ids}
