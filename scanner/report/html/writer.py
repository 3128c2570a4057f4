"""Puts the report together: one file with its style, its script and its data, and a policy that allows nothing else.

Everything that comes from scanned files goes through the screen of `redaction`, is escaped by the templates, or is
data that the script shows as text.
"""

from __future__ import annotations

import base64
import hashlib
import string
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.model.results import Finding, ScanResult
from scanner.report.html.again import commands
from scanner.report.html.cover import LIMITS, Cover, cover
from scanner.report.html.embed import Data
from scanner.report.html.inventory import inventory, not_run
from scanner.report.html.matrix import Matrix
from scanner.report.html.register import register, register_caption
from scanner.report.html.states import CONTROLS, FINDINGS, state_of
from scanner.report.interface import WriteOptions
from scanner.report.redaction import Screen, screen, without_surrogates
from scanner.report.wording import format_name, place_of

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES: Final = Path(__file__).parent / "templates"
_PLAIN: Final = frozenset(string.ascii_letters + string.digits + " ")
_MOST_LISTED: Final = 150
"""Findings that stand in the page itself; the script has all of them."""


class Section(NamedTuple):
    """One section: where its link leads, what it is called, and how many things it holds."""

    id: str
    title: str
    number: int | None


class Writer:
    """Writes the evidence report."""

    def write(self, result: ScanResult, options: WriteOptions) -> str:
        """The whole page. The same result gives the same bytes: its time is the result's own."""
        shown = screen(result)
        data = Data(result, shown)
        findings = data.findings[: data.listed]
        matrix = Matrix(result, shown, data)
        front = cover(result, shown)
        groups = matrix.groups()
        values = {
            "cover": front,
            "limits": LIMITS,
            "cards": matrix.cards(),
            "chips": matrix.chips(),
            "groups": groups,
            "marks": sorted({shown.show(each.control.mark).capitalize() for each in result.controls} - {""}),
            "open": sum(len(group.open) for group in groups),
            "states": list(CONTROLS.values()),
            "finding_states": list(FINDINGS.values()),
            "formats": sorted({format_name(finding.resource.format) for finding in findings}),
            "listed": [_listed(finding, shown) for finding in findings[:_MOST_LISTED]],
            "total": len(findings),
            "register": register(result, shown, data.numbers),
            "register_caption": register_caption(result),
            "inventory": inventory(result, shown),
            "summary": result.summary,
            "not_run": not_run(result, shown),
            "again": [shown.show(line) for line in commands(result)],
            "licences": [(card.title, card.licence) for card in matrix.cards() if card.licence],
            "version": result.version,
        }
        sections = _sections(values)
        numbers = {section.id: number for number, section in enumerate(sections, 1)}
        return _page(values | {"sections": sections, "numbers": numbers}, data.text(), front)


def _page(values: dict[str, Any], data: str, front: Cover) -> str:
    from markupsafe import Markup

    style = _file("style.css") + _file("print.css") + _margins(front)
    script = _file("script.js")
    text = _environment().get_template("report.html").render(
        values,
        data=Markup(data),
        style=Markup(style),
        script=Markup(script),
        style_digest=_digest(style),
        script_digest=_digest(script),
    )  # fmt: skip
    return without_surrogates(text) + "\n"


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _file(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """As a Content-Security-Policy names what it allows."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _margins(front: Cover) -> str:
    """What stands in the margins of a printed page."""
    font = "font:8pt system-ui,sans-serif;color:#51575f"
    head = " · ".join(filter(None, ["groundrule evidence report", front.name, front.short]))
    boxes = {
        "top-left": _css_string(head),
        "top-right": _css_string(front.time),
        "bottom-left": _css_string("Configuration as written. Not a compliance opinion; see Limits."),
        "bottom-right": 'counter(page) " / " counter(pages)',
    }
    body = "".join(f"@{name}{{content:{content};{font}}}" for name, content in boxes.items())
    return (
        f'@page{{size:A4;margin:22mm 16mm 20mm;{body}}}@page:first{{@top-left{{content:""}}@top-right{{content:""}}}}'
    )


def _css_string(text: str) -> str:
    """A string of CSS in which everything but letters, digits and blanks is an escape, so that nothing ends it."""
    return '"' + "".join(each if each in _PLAIN else f"\\{ord(each):x} " for each in text) + '"'


def _listed(finding: Finding, shown: Screen) -> dict[str, Any]:
    """One row of the list of findings as it stands in the page without a script."""
    return {
        "severity": finding.rule.severity,
        "state": FINDINGS[state_of(finding)],
        "message": shown.show(finding.message or finding.rule.title),
        "rule": shown.show(finding.rule.id),
        "address": shown.show(finding.resource.address),
        "place": shown.show(place_of(finding.location)),
    }


def _sections(values: dict[str, Any]) -> list[Section]:
    sections = [
        Section("frameworks", "Frameworks", len(values["cards"])),
        Section("controls", "Controls", sum(group.card.total for group in values["groups"])),
        Section("findings", "Findings", values["total"]),
        Section("waivers", "Waivers", len(values["register"])),
        Section("inventory", "Inventory", values["summary"].resources),
        Section("notrun", "Not run", len(values["not_run"])),
        Section("manual", "Manual evidence", values["open"]),
        Section("manifest", "How to verify", None),
    ]
    return [each for each in sections if values["groups"] or each.id not in ("controls", "manual")]
