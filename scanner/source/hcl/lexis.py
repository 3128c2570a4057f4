"""The lexical patterns of HCL native syntax, over bytes, and the fault that says what does not fit.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/scan_tokens.rl. A lone CR is taken as a
line end, which HCL itself refuses.
"""

from __future__ import annotations

import re
import sys
from decimal import Decimal, InvalidOperation
from typing import Final

IDENT: Final = rb"[A-Za-z_\x80-\xff][\w\x80-\xff-]*+"
EOL: Final = rb"(?:\r\n|\n|\r)"
_COMMENTS: Final = rb"#[^\r\n]*+|//[^\r\n]*+|/\*(?s:.*?)\*/"
_BLANK: Final = rb"(?:[ \t\r\n]++|" + _COMMENTS + rb")*+"
_STEP: Final = rb"\.(?:" + IDENT + rb"|\d++)|\[(?:\d++|\"[^\"\\$%\r\n]*+\")\]"
_SIMPLE: Final = rb"(?:\"[^\"\\$%\r\n]*+\"|\d++(?:\.\d++)?+|" + IDENT + rb"(?:" + _STEP + rb")*+)"
_SIMPLE_LIST: Final = rb"\[[ \t\r\n]*+(?:" + _SIMPLE + rb"[ \t\r\n]*+(?:,[ \t\r\n]*+|(?=\])))*+\]"
_REST_OF_LINE: Final = rb"[ \t]*+(?:#[^\r\n]*+|//[^\r\n]*+)?+(?=[\r\n])"

TOP_LEVEL: Final = (
    rb"resource|data|ephemeral|module|provider|variable|output|locals|terraform|moved|import|check|removed"
)
_ANY_LABEL: Final = rb"(?:\"[^\"\r\n]*+\"?|" + IDENT + rb")"
HEADER: Final = (
    rb"(?:" + TOP_LEVEL + rb")(?:[ \t]*+" + _ANY_LABEL + rb"){0,3}[ \t]*+\{"
    rb"|" + IDENT + rb"(?:[ \t]*+\"[^\"\r\n]*+\"){2}[ \t]*+\{"
)
LINE_START: Final = rb"(?:^|(?<=[\r\n]))"

headers: Final = re.compile(LINE_START + rb"(?:" + HEADER + rb")").finditer
"""Lines at column 0 that look like the header of a top-level block."""
blank_any: Final = re.compile(_BLANK).match
"""White space, line ends and comments."""
blank_line: Final = re.compile(rb"(?:[ \t]++|" + _COMMENTS + rb")*+").match
"""White space and comments up to the end of the line."""
ident: Final = re.compile(IDENT).match
attribute: Final = re.compile(
    _BLANK + rb"(" + IDENT + rb")[ \t]*+=[ \t]*+(" + _SIMPLE + rb"|" + _SIMPLE_LIST + rb")" + _REST_OF_LINE
).match
"""A whole attribute whose value is so simple that the pattern alone proves it well formed."""
_LABEL: Final = rb"[ \t]*+\"[^\"\\$%\r\n]*+\"|[ \t]++" + IDENT
header: Final = re.compile(rb"(" + IDENT + rb")((?:" + _LABEL + rb")*+)[ \t]*+\{").match
labels: Final = re.compile(rb"\"([^\"]*)\"|(" + IDENT + rb")").finditer
operator: Final = re.compile(rb"==|!=|<=|>=|&&|\|\||[+\-*/%<>]").match
number: Final = re.compile(rb"\d++(?:\.\d++)?+(?:[eE][+-]?+\d++)?+").match
digits: Final = re.compile(rb"\d++").match
plain_string: Final = re.compile(rb"\"([^\"\\$%\r\n]*+)\"").match
quoted_run: Final = re.compile(rb"(?:[^\"\\$%\r\n]++|\\[^\r\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))++").match
bare_run: Final = re.compile(rb"(?:[^$%\r\n]++|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*+" + EOL + rb"?+").match
"""The text of one line in a heredoc or bare template, with its end."""
heredoc: Final = re.compile(rb"<<(-?)(" + IDENT + rb")[ \t]*+" + EOL).match
heredocs: Final = re.compile(rb"<<(-?)(" + IDENT + rb")[ \t]*+" + EOL).finditer
line_end: Final = re.compile(rb"[\r\n]").search

LEVELS: Final = {
    b"||": 1, b"&&": 2, b"==": 3, b"!=": 3, b">": 4, b">=": 4, b"<": 4, b"<=": 4,
    b"+": 5, b"-": 5, b"*": 6, b"/": 6, b"%": 6,
}  # fmt: skip
"""How tightly an operator binds; all are left-associative."""

_ESCAPE: Final = re.compile(rb"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{", re.DOTALL)
_UNESCAPED: Final = re.compile(rb"\$\$\{|%%\{")
_ESCAPES: Final = {b"n": "\n", b"r": "\r", b"t": "\t", b'"': '"', b"\\": "\\"}
_EXACT_DIGITS: Final = 400


class Fault(Exception):
    """A text that is not HCL: where, what, and what to do about it."""

    def __init__(self, start: int, message: str, hint: str = "", end: int = 0, code: str = "GR-PARSE") -> None:
        super().__init__(message)
        self.start = start
        self.message = message
        self.hint = hint
        self.end = max(end, start + 1)
        self.code = code


class Unclosed(Fault):
    """A body that ended before its closing brace; `start` is the opening one."""


class Stray(Fault):
    """A closing brace that closes nothing."""


def number_value(text: bytes) -> int | Decimal | None:
    """The exact value of a number literal; None when its exponent is beyond all measure."""
    if len(text) <= _EXACT_DIGITS and text.isdigit():
        return int(text)
    try:
        value = Decimal(text.decode("ascii"))
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    if value.adjusted() < _EXACT_DIGITS and value == (whole := value.to_integral_value()):
        return int(whole)
    return value


def reopened(content: bytes, mark: bytes) -> bool:
    """Whether in the text of a heredoc a top-level block begins and opens a heredoc of the same mark:
    then that one's end was found, and this one has none."""
    if b"<<" not in content:
        return False
    first = next((match.end() for match in headers(content)), len(content))
    return any(match[2] == mark for match in heredocs(content, first))


def shown(raw: bytes) -> str:
    """Source bytes as they can stand in a message."""
    text = decode(raw).strip()
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)


def decode(raw: bytes) -> str:
    """Source bytes as text."""
    return raw.decode("utf-8", "replace")


def name(raw: bytes, start: int) -> str:
    """An identifier as text. Raises Fault for characters outside ASCII that no identifier may have."""
    if raw.isascii():
        return sys.intern(raw.decode("ascii"))
    text = decode(raw)
    if not text.replace("-", "_").isidentifier():
        raise Fault(
            start, f"`{shown(raw)}` is not a name", "Names have letters, digits, `_` and `-`.", start + len(raw)
        )
    return text


def unescape_quoted(raw: bytes, start: int) -> str:
    """The text that a run inside quotes stands for. Raises Fault for an escape that HCL does not have."""
    if b"\\" not in raw and b"{" not in raw:
        return decode(raw)
    out: list[str] = []
    last = 0
    for match in _ESCAPE.finditer(raw):
        out.append(decode(raw[last : match.start()]))
        out.append(_escaped(match[0], match[1], start + match.start()))
        last = match.end()
    out.append(decode(raw[last:]))
    return "".join(out)


def _escaped(whole: bytes, body: bytes | None, start: int) -> str:
    if body is None:
        return decode(whole[1:])
    if body in _ESCAPES:
        return _ESCAPES[body]
    if len(body) > 1:
        code = int(body[1:], 16)
        return "\ufffd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)
    raise Fault(
        start,
        f"`\\{shown(body)}` is not an escape sequence",
        'HCL has \\n, \\r, \\t, \\", \\\\, \\uNNNN and \\UNNNNNNNN; write a backslash as `\\\\`.',
        start + 2,
    )


def unescape_bare(raw: bytes) -> str:
    """The text that a run in a heredoc or bare template stands for."""
    if b"{" not in raw:
        return decode(raw)
    return decode(_UNESCAPED.sub(lambda match: match[0][1:], raw))
