"""What a configuration file says, as immutable values. Reading it is `scanner.config.reader`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Origin(NamedTuple):
    """Where something is written; line and column are 1-based, 0 where unknown."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Setting(NamedTuple):
    """One key that is written in the file."""

    key: str
    """Dotted: `fail-on`, `waiver-policy.days`, `params.aws-kms-key-rotation.days`, `paths[0].skip`."""
    value: Any
    origin: Origin


class Problem(NamedTuple):
    """Something in the file that does not fit."""

    message: str
    hint: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class PathEntry:
    """One `[[paths]]` table."""

    path: str = ""
    skip: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    min_severity: str = "low"


@dataclass(frozen=True, slots=True)
class WaiverDemands:
    """The `[waiver-policy]` table."""

    reason: bool = False
    approver: bool = False
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration file. A key that is not written is None or empty; paths are relative to `directory`."""

    path: str = ""
    """As shown to the user; empty where there is no file."""
    directory: str = ""
    """The absolute folder that its paths are relative to."""
    sha256: str = ""
    rules: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    min_severity: str | None = None
    fail_on: str | None = None
    fail_on_unknown: bool | None = None
    exclude: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    workspace: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    waivers: tuple[str, ...] = ()
    waiver_policy: WaiverDemands = WaiverDemands()
    severity: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    account_roots: tuple[str, ...] = ()
    paths: tuple[PathEntry, ...] = ()
    settings: tuple[Setting, ...] = ()
    """Every key that is written, in the file's order."""
