"""Waivers: accepted violations, as the code or a waiver file states them, and the register of their use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scanner.model.spans import SourceSpan

IN_FORCE: Final = "in-force"
EXPIRED: Final = "expired"
UNUSED: Final = "unused"
REFUSED: Final = "refused"
WAIVER_STATES: Final = (EXPIRED, REFUSED, IN_FORCE, UNUSED)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One statement that a rule's violation is accepted."""

    rule: str
    """The rule's id, resolved from another tool's where `syntax` is one; as written if nothing fits."""
    reason: str = ""
    location: SourceSpan | None = None
    """Where it is written."""
    address: str = ""
    """The address or pattern (`*` within) of the resources; empty for a waiver that holds where it stands."""
    root: str = ""
    """Likewise, of the roots in which it holds; empty for all. Only with an address."""
    scope: SourceSpan | None = None
    """The block or attribute that an inline waiver holds for."""
    syntax: str = "groundrule"
    """groundrule, file, annotation, metadata, checkov, trivy, tfsec, kics, cfn-nag, cfn-guard, kube-linter."""
    written: str = ""
    """The rule as written, where it differs: CKV_AWS_24."""
    owner: str = ""
    approver: str = ""
    """As stated; nobody verified it."""
    ticket: str = ""
    created: str = ""
    """The date as ISO 8601 writes it, or empty."""
    expires: str = ""
    value_digest: str = ""
    """Holds only while the deciding values have this digest; empty: whatever they are."""


@dataclass(frozen=True, slots=True)
class WaiverRecord:
    """One line of the register: a waiver and what came of it."""

    waiver: Waiver
    state: str
    """One of WAIVER_STATES."""
    findings: tuple[str, ...] = ()
    """Fingerprints of the findings that it concerns."""
    problem: str = ""
    """Why it was refused."""
    commit: str = ""
    """The commit that last changed its line; empty where no repository says it. Likewise author and date."""
    author: str = ""
    date: str = ""
