"""Bytes of a file to UTF-8 without a byte-order mark, or the reason why not. Never a guess."""

from __future__ import annotations

import codecs


class NotText(ValueError):
    """Bytes that are not text in an encoding that is read; the message is one clause for a person."""


def as_utf8(data: bytes) -> bytes:
    """UTF-8 as it is, UTF-8 and UTF-16 with a byte-order mark converted. Raises NotText."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise NotText("it is UTF-32")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _from_utf16(data)
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    if b"\0" in data:
        raise NotText("it contains NUL bytes: binary, or UTF-16 without a byte-order mark")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotText(f"line {line} is not UTF-8") from error
    return data


def _from_utf16(data: bytes) -> bytes:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise NotText("it begins like UTF-16, but is not") from error
    if "\0" in text:
        raise NotText("it contains NUL characters")
    return text.encode("utf-8")
