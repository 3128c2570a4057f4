"""How the terminal output is drawn: glyphs with their ASCII forms, colours and hyperlinks.

Words carry everything: without colours and links nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from scanner.model.rules import Rule
from scanner.model.spans import SourceSpan
from scanner.report.interface import WriteOptions


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters that draw."""

    fail: str
    unknown: str
    warn: str
    ok: str
    note: str
    bar: str
    bar_top: str
    bar_end: str
    underline: str
    chain: str
    ellipsis: str
    rule: str


UNICODE: Final = Glyphs("✕", "?", "!", "✓", "·", "│", "╷", "╵", "━", "←", "…", "─")
ASCII: Final = Glyphs("x", "?", "!", "+", "-", "|", "|", "|", "^", "<-", "...", "-")

_CODES: Final = {"red": "31", "green": "32", "yellow": "33", "magenta": "35", "bold": "1", "dim": "2"}

_SEVERITY_INK: Final = {"critical": "red", "high": "red"}


class Style:
    """Paints, if the options allow it. Every method takes text that is already laid out."""

    def __init__(self, options: WriteOptions) -> None:
        self.glyphs = UNICODE if options.unicode else ASCII
        self._color = options.color
        self._links = options.hyperlinks
        self._root = options.root

    def paint(self, text: str, ink: str) -> str:
        """The text in a colour or weight of `_CODES`; `""` leaves it as it is."""
        if not (self._color and ink and text):
            return text
        return f"\x1b[{_CODES[ink]}m{text}\x1b[0m"

    def severity(self, text: str, severity: str) -> str:
        """Text in the colour of a severity: red for the two worst, else the terminal's own."""
        return self.paint(text, _SEVERITY_INK.get(severity, ""))

    def dim(self, text: str) -> str:
        """What is there for those who look for it."""
        return self.paint(text, "dim")

    def place(self, text: str, span: SourceSpan | None) -> str:
        """A place as text, linked to the file where the terminal can follow it."""
        if span is None or not self._root or span.path.startswith("<"):
            return text
        path = span.path if span.path.startswith("/") else f"{self._root.rstrip('/')}/{span.path}"
        return self._link(text, "file://" + quote(path.encode("utf-8", "surrogatepass")))

    def rule_id(self, text: str, rule: Rule) -> str:
        """A rule id, dim, linked to the first page that the rule names."""
        page = next((link for link in rule.links if link.startswith("https://") and link.isascii()), "")
        return self._link(self.dim(text), page if page.isprintable() else "")

    def _link(self, text: str, address: str) -> str:
        if not (self._links and address):
            return text
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"
