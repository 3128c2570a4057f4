"""Suppressions that stand in the scanned files themselves: which documents have any, and what each one says.

    for found in find_suppressions(documents):
        found.waiver, found.problem

Rules are named as they are written; whether one exists, and what a waiver comes to, is decided by `scanner.engine`.
How a comment reads is in `suppression_comments`, where it may stand in `suppressions_hcl` and `suppressions_yaml`,
annotations and metadata are in `suppressions_metadata`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from scanner.model import SourceSpan, Waiver
from scanner.source.document import Document
from scanner.source.suppression_comments import LINE, Statement

KEYWORDS: Final = (
    b"groundrule", b"checkov", b"bridgecrew", b"trivy:ignore", b"tfsec:ignore", b"kics-scan", b"cfn_nag",
    b"SuppressedRules", b"kube-linter.io",
)  # fmt: skip
"""A document without any of these has no suppression; with one, it may have."""

MOST: Final = 10_000
"""Suppressions that are read of one scan; the rest are refused, as a whole, with a word."""


class Suppression(NamedTuple):
    """One rule that one suppression names."""

    waiver: Waiver
    """`rule` is as written; `scope` is None where it holds for nothing."""
    problem: str = ""
    """Why it holds for nothing, whatever the rules are."""
    lines_only: bool = False
    """Whether it holds for what points into its scope, but not for all of a resource that begins there."""
    workspace: str = ""
    """The only workspace, or a pattern of those, in which it holds; empty for any."""


def find_suppressions(documents: Iterable[Document]) -> list[Suppression]:
    """Those of all documents, in their order, at most MOST of them and one more."""
    found: list[Suppression] = []
    for document in documents:
        if any(word in document.data for word in KEYWORDS):
            for each in _of(document):
                found.append(each)
                if len(found) > MOST:
                    return found
    return found


def _of(document: Document) -> Iterator[Suppression]:
    if document.tree is None:
        return
    if document.format in ("hcl", "tfvars"):
        from scanner.source.suppressions_hcl import suppressions

        yield from suppressions(document)
    elif document.kind in ("cloudformation", "kubernetes"):
        from scanner.source.suppressions_metadata import suppressions as stated

        yield from stated(document)
        if document.format == "yaml":
            from scanner.source.suppressions_yaml import suppressions as commented

            yield from commented(document)


def suppression(
    statement: Statement, rule: str, location: SourceSpan, scope: SourceSpan | None, problem: str
) -> Suppression:
    """What a statement says of one of its rules."""
    waiver = Waiver(
        rule=rule,
        reason=statement.reason,
        location=location,
        scope=scope,
        syntax=statement.syntax,
        owner=statement.owner,
        approver=statement.approver,
        ticket=statement.ticket,
        created=statement.created,
        expires=statement.expires,
        value_digest=statement.value_digest,
    )
    return Suppression(waiver, problem, statement.holds == LINE, statement.workspace)


def whole_lines(document: Document, first: int, last: int) -> SourceSpan:
    """The span of lines, with their ends."""
    return SourceSpan(document.path, first, 1, last + 1, 1)
