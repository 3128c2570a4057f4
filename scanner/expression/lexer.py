"""Text to tokens: CEL's lexical grammar.

https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from scanner.errors import ExpressionError
from scanner.expression.values import INT_MAX, UINT_MAX, UInt

# Every alternative is unambiguous in its first characters or consumes at least one a step: linear time.
_TOKEN = re.compile(
    r"""
    (?P<space>[\t\n\f\r ]+|//[^\n]*)
  | (?P<string>[rR][bB]?(?:'{3}(?:.|\n)*?'{3}|"{3}(?:.|\n)*?"{3}|'[^'\r\n]*'|"[^"\r\n]*")
             | [bB][rR](?:'{3}(?:.|\n)*?'{3}|"{3}(?:.|\n)*?"{3}|'[^'\r\n]*'|"[^"\r\n]*")
             | [bB]?(?:'{3}(?:[^\\]|\\(?:.|\n))*?'{3}|"{3}(?:[^\\]|\\(?:.|\n))*?"{3}
                     |'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*"))
  | (?P<float>[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
  | (?P<int>0x[0-9a-fA-F]+[uU]?|[0-9]+[uU]?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<quoted>`[a-zA-Z0-9_.\-/ ]+`)
  | (?P<operator>&&|\|\||[=!<>]=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\?\"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|)"
)
_PLAIN = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`",
}  # fmt: skip


class Token(NamedTuple):
    """`kind` is `name`, `quoted`, `literal`, `end`, or the operator itself."""

    kind: str
    value: Any
    offset: int
    end: int


def tokenize(text: str, start: int = 0) -> list[Token]:
    """All tokens of a text, then one `end`. Raises ExpressionError."""
    tokens = []
    offset = start
    while offset < len(text):
        token = next_token(text, offset)
        if token.kind != "space":
            tokens.append(token)
        offset = token.end
    tokens.append(Token("end", None, len(text), len(text)))
    return tokens


def next_token(text: str, offset: int) -> Token:
    """The token (or `space`) that begins at `offset`."""
    match = _TOKEN.match(text, offset)
    if match is None:
        raise _unexpected(text, offset)
    group, word, end = match.lastgroup, match.group(), match.end()
    if group == "operator":
        return Token(word, word, offset, end)
    if group == "name" or group == "space":
        return Token(group, word, offset, end)
    if group == "quoted":
        return Token("quoted", word[1:-1], offset, end)
    if group == "string":
        return Token("literal", _string(text, word, offset), offset, end)
    return Token("literal", _number(text, word, offset), offset, end)


def _unexpected(text: str, offset: int) -> ExpressionError:
    if text[offset] in "\"'":
        return ExpressionError("the string is not closed", text=text, offset=offset)
    hint = {"&": "and is &&", "|": "or is ||", "=": "equality is =="}.get(text[offset], "")
    return ExpressionError(f"unexpected {text[offset]!r}", text=text, offset=offset, hint=hint)


def _number(text: str, word: str, offset: int) -> int | float:
    if word[-1] in "uU":
        value = int(word[:-1], 16 if word[:2] == "0x" else 10) if len(word) < 40 else UINT_MAX + 1
        if value > UINT_MAX:
            raise ExpressionError("the number is out of range", text=text, offset=offset)
        return UInt(value)
    if word[:2] == "0x" or word.isdigit():
        value = int(word, 16 if word[:2] == "0x" else 10) if len(word) < 40 else INT_MAX + 2
        # One more than the largest is let through for the parser, which knows whether a minus precedes.
        if value > INT_MAX + 1:
            raise ExpressionError("the number is out of range", text=text, offset=offset)
        return value
    return float(word)


def _string(text: str, word: str, offset: int) -> str | bytes:
    quote = min(place for place in (word.find("'"), word.find('"')) if place >= 0)
    prefix = word[:quote].lower()
    width = 3 if word[quote : quote + 3] == word[quote] * 3 and len(word) - quote >= 6 else 1
    body = word[quote + width : len(word) - width]
    if "r" in prefix:
        return body.encode() if "b" in prefix else body
    if "b" in prefix:
        return _unescape_bytes(text, body, offset)
    return _unescape(text, body, offset) if "\\" in body else body


def _unescape(text: str, body: str, offset: int) -> str:
    def replace(match: re.Match[str]) -> str:
        plain, hexadecimal, short, long, octal = match.groups()
        if plain:
            return _PLAIN[plain]
        digits = hexadecimal or short or long
        if digits is None and octal is None:
            raise ExpressionError("unknown escape in the string", text=text, offset=offset, hint="a backslash is \\\\")
        code = int(digits, 16) if digits else int(octal, 8)
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            raise ExpressionError("the escape is no Unicode character", text=text, offset=offset)
        return chr(code)

    return _ESCAPE.sub(replace, body)


def _unescape_bytes(text: str, body: str, offset: int) -> bytes:
    parts, position = [], 0
    for match in _ESCAPE.finditer(body):
        parts.append(body[position : match.start()].encode())
        plain, hexadecimal, _, _, octal = match.groups()
        if plain:
            parts.append(_PLAIN[plain].encode())
        elif hexadecimal or octal:
            parts.append(bytes([int(hexadecimal, 16) if hexadecimal else int(octal, 8)]))
        else:
            raise ExpressionError("unknown escape in the bytes", text=text, offset=offset)
        position = match.end()
    parts.append(body[position:].encode())
    return b"".join(parts)
