"""Where something stands in a text: spans as people and SARIF count them.

Offsets into a text, which the trees keep, are turned into these by `scanner.source`.
"""

from __future__ import annotations

from typing import NamedTuple


class SourceSpan(NamedTuple):
    """A stretch of one file. Lines and columns count from 1, columns in code points;
    the end column is the first one after the stretch."""

    path: str
    """Relative to the git root of the working directory, else to the working directory, with `/`;
    absolute outside it; `<stdin>` for standard input."""
    start_line: int
    start_column: int
    end_line: int
    end_column: int


class Step(NamedTuple):
    """One step back from a value to where it is written: `var.cidrs`, its expression, its place."""

    what: str
    """The name of what supplies the value, as its reader would write it: `var.cidrs`."""
    text: str
    """What is written there, shortened to one line: `"0.0.0.0/0"` or `local.admin_cidr`."""
    location: SourceSpan | None


PathStep = str | int
"""A step into a native tree: an attribute or map key, or a list index."""


class Place(NamedTuple):
    """Where a native value stands, and how it came there."""

    span: SourceSpan
    attribute: str
    """The native path as text, `ingress[1].cidr_blocks`; empty for the resource itself."""
    exact: bool
    """False when nothing is written at the path and the span is the nearest enclosing block's header."""
    chain: tuple[Step, ...] = ()
    """From the deciding attribute back to where the value is written; empty when written in place."""
