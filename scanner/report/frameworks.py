"""What `groundrule frameworks` prints: the catalogues, the controls of one, and everything said of one control.

What a scan says of controls is in the reports of a scan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from scanner.model.frameworks import Control, ControlRule, Framework
from scanner.report.interface import WriteOptions
from scanner.report.layout import pad, width_of, wrap
from scanner.report.redaction import Screen, without_commands
from scanner.report.style import Style
from scanner.report.wording import counted

_WIDEST: Final = 100
_NARROWEST: Final = 50
_LABEL: Final = 12
_STATES: Final = {"full": "rules", "part": "in part", "none": "no rule"}
_JUDGEMENTS: Final = {
    "yes": "yes: every technical condition can be decided from code",
    "partial": "partly: some of it can be decided from code",
    "no": "no: it is for people to show",
}


def state_of(control: Control) -> str:
    """What a scan can say of a control, in a word or two."""
    return "manual" if control.assessable == "no" else _STATES[control.covered]


def list_frameworks(frameworks: Sequence[Framework], options: WriteOptions) -> str:
    """One line a framework: how many controls it has, and of how many a scan says something."""
    return _Page(options).listing(frameworks)


def show_framework(framework: Framework, options: WriteOptions) -> str:
    """The controls by section, one a line, and what they come to."""
    return _Page(options).framework(framework)


def show_control(framework: Framework, control: Control, options: WriteOptions) -> str:
    """Why a control is judged so, its rules and what an assessor would ask for."""
    return _Page(options).control(framework, control)


def framework_data(framework: Framework) -> dict[str, Any]:
    """A framework as JSON has it, without its controls."""
    return {
        "id": framework.id,
        "title": framework.title,
        "version": framework.version,
        "authority": framework.authority,
        "licence": framework.licence,
        "note": framework.note,
        "digest": framework.digest,
        "sections": dict(framework.sections),
        "counts": _counts(framework),
    }


def control_data(control: Control) -> dict[str, Any]:
    """A control as JSON has it."""
    return {
        "id": control.id,
        "title": control.title,
        "section": control.section,
        "profile": control.profile,
        "mark": control.mark,
        "assessable": control.assessable,
        "why": control.why,
        "covered": control.covered,
        "rules": [
            {
                "rule": each.rule,
                "covers": each.covers,
                "why": each.why,
                "where": each.where,
                "params": dict(each.params),
            }
            for each in control.rules
        ],
        "population": list(control.population),
        "absence": control.absence,
        "manual_evidence": control.manual_evidence,
        "gap": control.gap,
    }


def _counts(framework: Framework) -> dict[str, int]:
    states = Counter(state_of(each) for each in framework.controls)
    return {
        "controls": len(framework.controls),
        "full": states["rules"],
        "part": states["in part"],
        "no_rule": states["no rule"],
        "manual": states["manual"],
        "rules": len({mapped.rule for each in framework.controls for mapped in each.rules}),
    }


class _Page:
    """Lays one answer out."""

    def __init__(self, options: WriteOptions) -> None:
        self.style = Style(options)
        self._width = max(_NARROWEST, min(options.width, _WIDEST))
        self._show = Screen(ascii_only=not options.unicode).show

    def listing(self, frameworks: Sequence[Framework]) -> str:
        longest = max((width_of(each.id) for each in frameworks), default=0)
        lines: list[str] = []
        for each in frameworks:
            first, *rest = wrap(self._show(each.title), self._width - longest - 2)
            lines.append(f"{self.style.paint(pad(each.id, longest), 'bold')}  {first}")
            lines += [" " * (longest + 2) + line for line in rest]
            lines += ["  " + self.style.dim(line) for line in wrap(_summed(each), self._width - 2)]
        return _text(lines)

    def framework(self, framework: Framework) -> str:
        lines = [self.style.paint(line, "bold") for line in wrap(self._show(framework.title), self._width)]
        lines += [f"{framework.id}   {self._show(framework.authority)}", ""]
        lines += [*wrap(self._show(framework.note), self._width), ""] if framework.note else []
        longest = max(width_of(each.id) for each in framework.controls)
        section = None
        for control in framework.controls:
            if control.section != section:
                section = control.section
                lines += [] if not lines[-1] else [""]
                heading = f"{section}  {self._show(framework.sections.get(section, ''))}".strip()
                lines += [self.style.paint(line, "bold") for line in wrap(heading, self._width)] if heading else []
            lines += self._line(control, longest)
        return _text([*lines, "", *wrap(_summed(framework), self._width)])

    def _line(self, control: Control, longest: int) -> Iterator[str]:
        state = state_of(control)
        ink = {"rules": "green", "no rule": "yellow"}.get(state, "")
        room = self._width - longest - 13
        first, *rest = wrap(self._show(control.title), room)
        yield f"  {pad(control.id, longest)}  {self.style.paint(pad(state, 7), ink)}  {first}"
        yield from (" " * (longest + 13) + line for line in rest)

    def control(self, framework: Framework, control: Control) -> str:
        lines = [self.style.paint(line, "bold") for line in wrap(self._show(control.title), self._width)]
        marks = filter(None, (control.profile, control.mark))
        lines += ["   ".join([f"{framework.id} {control.id}", *map(self._show, marks)]), ""]
        section = framework.sections.get(control.section, "")
        lines += self._row("Section", f"{control.section} {section}".strip())
        lines += self._row("From code", _JUDGEMENTS[control.assessable])
        lines += self._row("Why", control.why)
        lines += self._row("Is about", ", ".join(control.population))
        lines += self._row("If missing", control.absence)
        lines += self._row("No rule", control.gap)
        if control.rules:
            settled = "its rules settle it together" if control.covered == "full" else "its rules settle a part of it"
            lines += ["", self.style.paint("Rules", "bold") + f"   {settled}"]
            lines += [line for each in control.rules for line in self._rule(each)]
        if control.manual_evidence:
            lines += ["", self.style.paint("To be shown by hand", "bold")]
            lines += ["  " + line for line in wrap(self._show(control.manual_evidence), self._width - 2)]
        return _text(lines)

    def _rule(self, mapped: ControlRule) -> Iterator[str]:
        yield f"  {mapped.rule}   {'in full' if mapped.covers == 'full' else 'in part'}"
        notes = [("", mapped.why), ("where", mapped.where), ("with", _said(mapped.params))]
        for label, text in notes:
            if text:
                first, *rest = wrap(self._show(text), self._width - (5 + len(label) if label else 4))
                lead = f"    {self.style.dim(label)} " if label else "    "
                yield lead + first
                yield from (" " * (5 + len(label) if label else 4) + line for line in rest)

    def _row(self, label: str, text: str) -> Iterator[str]:
        if not text:
            return
        first, *rest = wrap(self._show(text), self._width - _LABEL)
        yield self.style.dim(label.ljust(_LABEL)) + first
        yield from (" " * _LABEL + line for line in rest)


def _summed(framework: Framework) -> str:
    counts = _counts(framework)
    parts = [
        f"{counted(counts['controls'], 'control')}: {counts['full']} settled by rules",
        f"{counts['part']} in part",
        f"{counts['no_rule']} without a rule",
        f"{counts['manual']} manual",
    ]
    return f"{', '.join(parts)}; {counted(counts['rules'], 'rule')}"


def _said(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in params.items())


def _text(lines: Sequence[str]) -> str:
    return without_commands("\n".join(line.rstrip() for line in lines) + "\n")
