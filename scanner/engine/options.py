"""What the caller of a scan wants, as one immutable value; nothing here acts on it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from scanner.engine.settle import Gate
from scanner.errors import UsageError
from scanner.model import Circumstances, Limits, LoadOptions


@dataclass(frozen=True, slots=True)
class WaiverPolicy:
    """What the configuration demands of every waiver, whatever its syntax."""

    reason: bool = False
    approver: bool = False
    days: int | None = None
    """An expiry is needed, at most this many days after `created` (else after today)."""


@dataclass(frozen=True, slots=True)
class PathSettings:
    """Settings for the findings in some of the paths."""

    path: str
    """A glob, relative to the configuration's directory."""
    skip: tuple[str, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    min_severity: str = "low"


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What the caller wants; the defaults scan with every built-in rule."""

    rules: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    min_severity: str = "low"
    gate: Gate = field(default_factory=Gate)
    load: LoadOptions = field(default_factory=LoadOptions)
    context: Mapping[str, str] = field(default_factory=dict)
    passes: bool = True
    """Whether passes become findings too; they are counted in any case."""
    plan: str = ""
    """A Terraform plan whose findings are placed on the sources that are scanned with it."""
    cross_check: bool = False
    """Whether every input is read by a second, independent reader too, and differences are reported."""

    frameworks: tuple[str, ...] = ()
    """Ids of the frameworks whose rules are kept and whose controls are worked out; none: every rule."""
    name_controls: bool = True
    """Whether findings name the controls they speak to; a caller that shows none of them can do without."""
    controls: bool = False
    """Whether the controls of every framework are worked out when none is named."""
    waivers: tuple[str, ...] = ()
    """Waiver files."""
    waiver_policy: WaiverPolicy = field(default_factory=WaiverPolicy)
    severities: Mapping[str, str] = field(default_factory=dict)
    """Rule id to the severity that the configuration gives it."""
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Rule id to parameter values that the configuration gives it."""
    packs: tuple[str, ...] = ()
    """Directories and names of installed packs whose rules are used besides the built-in ones."""
    exclude: tuple[str, ...] = ()
    """Globs of paths whose files are not scanned; each is listed as skipped."""
    directory: str = ""
    """The absolute folder that `exclude`, `path_settings` and `account_roots` are relative to; empty: the current."""
    path_settings: tuple[PathSettings, ...] = ()
    account_roots: tuple[str, ...] = ()
    """Globs of the roots that hold all of an account's settings."""
    today: date | None = None
    """The date by which waivers expire; None for the machine's, in UTC."""
    untrusted: bool = False
    """Whether nothing in the scanned tree may change the policy."""
    circumstances: Circumstances = field(default_factory=Circumstances)
    """What the caller knows of settings and their origin; the scan adds time, repository and commit."""

    @property
    def plan_path(self) -> str:
        """The absolute path of the plan; empty without one."""
        return os.path.realpath(self.plan) if self.plan else ""


def load_options(
    *,
    var_files: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    workspace: str = "default",
    parameters: Sequence[str] = (),
    limits: Mapping[str, str] | None = None,
) -> LoadOptions:
    """LoadOptions of words as a command line has them. Raises UsageError for a limit that is none."""
    known = {each.name.replace("_", "-"): each.name for each in fields(Limits)}
    values: dict[str, int] = {}
    for name, value in (limits or {}).items():
        if name not in known or not value.isdecimal():
            raise UsageError(f"--limit {name}={value}", hint=f"NAME is one of {', '.join(known)}; VALUE is a number")
        values[known[name]] = int(value)
    return LoadOptions(tuple(var_files), dict(variables or {}), workspace, tuple(parameters), Limits(**values))
