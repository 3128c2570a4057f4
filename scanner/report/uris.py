"""Paths of a result as URI references (RFC 3986), for formats that do not take paths."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

_KEPT: Final = "/-._~"


def relative_uri(path: str) -> str:
    """A path as a relative reference, percent-encoded, without `.` and `..`; `<stdin>` as any other name.

    An absolute path gives a `file:` URI. A first segment with a colon cannot be taken for a scheme: it is encoded.
    """
    segments = [segment for segment in path.split("/") if segment not in ("", ".", "..")]
    encoded = "/".join(_encoded(segment) for segment in segments)
    return f"file:///{encoded}" if path.startswith("/") else encoded or "%2E"


def _encoded(segment: str) -> str:
    try:
        # File names that are no UTF-8 come as lone surrogates, which stand for their bytes.
        raw = segment.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = segment.encode("utf-8", "replace")
    return quote(raw, safe=_KEPT)
