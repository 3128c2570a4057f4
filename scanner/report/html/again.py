"""The commands that do the same scan again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from scanner.model.results import ScanResult

_COMMAND_LINE: Final = "command line"
_OPTIONS: Final = {
    "rules": "--rules",
    "skip": "--skip",
    "frameworks": "--framework",
    "min-severity": "--min-severity",
    "fail-on": "--fail-on",
    "fail-on-unknown": "--fail-on-unknown",
    "limits": "--limit",
    "waivers": "--waivers",
}
"""Keys of settings whose option is not among the variables already."""


def commands(result: ScanResult) -> Iterator[str]:
    """One a line, as a POSIX shell reads them. What a configuration file says is not repeated."""
    facts = result.circumstances
    if facts.commit:
        yield f"git checkout {shlex.quote(facts.commit)}"
    words = ["groundrule", "scan", *(facts.paths or (".",))]
    for option, value in facts.variables:
        words += [option, value]
    for key, value, origin in facts.settings:
        if origin == _COMMAND_LINE and key in _OPTIONS:
            words += _words(_OPTIONS[key], value)
    if result.waivers and (today := facts.today or facts.time[:10]):
        words += ["--today", today]
    epoch = _epoch(facts.time)
    yield f"{epoch}{shlex.join([*words, '-f', 'html=report.html'])}"


def _words(option: str, value: str) -> list[str]:
    """An option with its value, which is written as JSON: a list gives the option again and again."""
    try:
        parsed: Any = json.loads(value)
    except ValueError:
        parsed = value
    if isinstance(parsed, bool):
        return [option if parsed else option.replace("--", "--no-", 1)]
    values = parsed if isinstance(parsed, list) else [parsed]
    return [word for each in values for word in (option, str(each))]


def _epoch(time: str) -> str:
    try:
        return f"SOURCE_DATE_EPOCH={int(datetime.fromisoformat(time).timestamp())} "
    except ValueError:
        return ""
