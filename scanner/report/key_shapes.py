"""Where keys and passwords stand in a text that is shown, known by their form alone.

Rules judge by `secret.found` of the function library; here nothing is judged, and to hide too much is cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        # A password in an address: postgres://user:password@host.
        r"://[^/\s:@'\"]{0,100}:([^/\s@'\"${}<>]{3,200})@",
        # AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        r"\b((?:AKIA|ASIA)[A-Z2-7]{16})\b",
        r"(?i:secret[a-z_ -]{0,30}['\"]?\s{0,8}[=:]\s{0,8}['\"]?)([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        r"\b(gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{60,255}|glpat-[\w-]{20,64})",
        r"\b(xox[abeoprs]-[\w-]{10,255}|sk_live_\w{20,64}|AIza[\w-]{35})",
        r"\b(eyJ[\w-]{10,4096}\.eyJ[\w-]{10,4096}\.[\w-]{10,4096})",
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(.{1,20000})",
        # A password that something is set to: in quotes, or as a shell or YAML has it without.
        r"(?i:passw(?:or)?d|secret_key|api_key|auth_token)\\?['\"]?\s{0,20}[=:,]\s{0,20}(?:\\?['\"])([^'\"\\${}<>]{8,200})",
        r"(?i:passw(?:or)?d|secret_key|api_key|auth_token)(?:=|: {1,4})([^\s'\"${}<>.()\[\]]{8,200})",
    )
)
_HINTS: Final = (
    "://", "AKIA", "ASIA", "gh", "glpat", "xox", "sk_", "AIza", "eyJ", "PRIVATE", "ass", "ASS", "ecret", "ECRET",
    "_key", "_KEY", "_token", "_TOKEN",
)  # fmt: skip
"""One of these is in every text in which a shape can be found; looking for them is cheap."""


def key_spans(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of what looks like a secret, in ascending order; they do not overlap."""
    if not any(hint in text for hint in _HINTS):
        return []
    return merged(match.span(1) for shape in _SHAPES for match in shape.finditer(text))


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in ascending order, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
