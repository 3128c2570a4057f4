"""The one place where secrets are taken out of a text, and where what must not reach a terminal is made visible.

Escapes that belong to one format (XML, CSV, Markdown, workflow commands) stand with its writer.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import Any, Final

from scanner.model.results import ScanResult
from scanner.report.key_shapes import key_spans, merged

REDACTED: Final = "<redacted:sensitive>"

_WHOLE_WORD_BELOW: Final = 8
"""A secret shorter than this is hidden only where it stands as a word of its own: `prod` as a secret
must not turn every `production` into noise."""

_TOO_COMMON: Final = frozenset({"true", "false", "null", "none"})
"""Sensitive settings may well have these values, but hiding the words everywhere would tell more than it hides."""

_SHORTEST: Final = 3

_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_JOINERS: Final = "\u200c\u200d"
"""Format characters that ordinary words and emoji need; they reorder and hide nothing."""


_OLD_COMMAND: Final = "##["
_OLD_COMMAND_SHOWN: Final = "\\x23#["
_COMMAND: Final = re.compile(r"^( *):(?=:)", re.MULTILINE)
"""How a line of output gives GitHub's runner a command: `::name::` at its start, and `##[name]` anywhere.
https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
"""


class Screen:
    """Everything that a writer shows of the scanned files goes through one of these."""

    def __init__(self, secrets: Iterable[str] = (), *, ascii_only: bool = False) -> None:
        self._pattern = _pattern(secrets)
        self._ascii_only = ascii_only

    def redact(self, text: str) -> str:
        """The text without secrets, otherwise as it is: for formats whose own syntax makes any text safe."""
        spans = self.secret_spans(text)
        if not spans:
            return text
        ends = [0, *(end for _, end in spans)]
        starts = [*(start for start, _ in spans), len(text)]
        return REDACTED.join(text[end:start] for end, start in zip(ends, starts, strict=True))

    def show(self, text: str) -> str:
        """The text on one line: without secrets, with control, bidi and other invisible characters escaped."""
        text = self.redact(text).replace(_OLD_COMMAND, _OLD_COMMAND_SHOWN)
        if text.isprintable() and (not self._ascii_only or text.isascii()):
            return text
        return "".join(self.visible(character) for character in text)

    def secret_spans(self, text: str) -> list[tuple[int, int]]:
        """Where in the text secrets stand, known ones and what has the form of one: half-open offsets, ascending."""
        shaped = key_spans(text)
        if self._pattern is None:
            return shaped
        known = [match.span() for match in self._pattern.finditer(text)]
        return merged([*known, *shaped]) if shaped else known

    def visible(self, character: str) -> str:
        """One character as it may be shown: `\\x1b` and `\\u{202e}` for those that act instead of being seen."""
        if character.isascii():
            return character if character.isprintable() else _NAMED.get(character, f"\\x{ord(character):02x}")
        if self._ascii_only or not (character.isprintable() or _is_blank_or_joiner(character)):
            return f"\\x{ord(character):02x}" if ord(character) < 0xA0 else f"\\u{{{ord(character):x}}}"
        return character


def without_commands(text: str) -> str:
    """A text for a terminal or log, with no line in it that a CI runner takes for a command."""
    text = text.replace(_OLD_COMMAND, _OLD_COMMAND_SHOWN)
    return _COMMAND.sub(r"\1\\x3a", text) if "::" in text else text


def json_text(value: Any) -> str:
    """A tree as JSON on one line of plain ASCII, which neither acts on a terminal nor commands a CI runner."""
    # NOTE: DEL is the one control character that json leaves as it is; `##[` can only stand inside a string.
    return json.dumps(value).replace("\x7f", "\\u007f").replace(_OLD_COMMAND, "\\u0023#[")


def screen(result: ScanResult, *, ascii_only: bool = False) -> Screen:
    """The screen that hides the secrets of one result."""
    return Screen(result.secrets, ascii_only=ascii_only)


def without_surrogates(text: str) -> str:
    """The text with lone surrogates, which no encoding can carry, replaced by U+FFFD."""
    if text.isprintable() or text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_blank_or_joiner(character: str) -> bool:
    return character in _JOINERS or (character.isspace() and character not in "\x85\u2028\u2029")


def _pattern(secrets: Iterable[str]) -> re.Pattern[str] | None:
    hidden = sorted({form for secret in secrets for form in _forms(secret)}, key=lambda form: (-len(form), form))
    if not hidden:
        return None
    by_start: dict[str, list[str]] = {}
    for form in hidden:
        by_start.setdefault(form[0], []).append(_alternative(form))
    # NOTE: one branch a first character keeps a scan with thousands of secrets from trying each at each place.
    return re.compile("|".join(f"(?={re.escape(start)})(?:{'|'.join(forms)})" for start, forms in by_start.items()))


def _alternative(form: str) -> str:
    escaped = re.escape(form)
    return escaped if len(form) >= _WHOLE_WORD_BELOW else rf"(?<!\w){escaped}(?!\w)"


def _forms(secret: str) -> Iterable[str]:
    """The spellings under which a secret may turn up: as it is, line by line, escaped, and in base64."""
    secret = secret.strip()
    if len(secret) < _SHORTEST or secret.lower() in _TOO_COMMON:
        return
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    encoded = base64.b64encode(secret.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    if len(encoded) >= _WHOLE_WORD_BELOW:
        yield encoded
    if "\n" in secret:
        yield from (line.strip() for line in secret.splitlines() if len(line.strip()) >= _WHOLE_WORD_BELOW)
