"""The keys of a configuration: what each takes, what holds without it, and what it means.

The one table behind the reader, the published schema and the documentation's test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, NamedTuple

from scanner.model import SEVERITIES, Limits

FAIL_ON: Final = (*SEVERITIES, "never")
LIMITS: Final = tuple(each.name.replace("_", "-") for each in fields(Limits))


class Shape(NamedTuple):
    """What a key takes."""

    name: str
    """bool, count, text, name (a text that is not empty), word, texts (a list), any, map (of names to `item`),
    table (of `keys`), tables (a list)."""
    words: tuple[str, ...] = ()
    """For a word: those that are allowed. For a map: its keys, if they are known."""
    item: Shape | None = None
    keys: Mapping[str, Key] = {}

    def in_words(self) -> str:
        """What it takes, for a sentence that begins with `takes`."""
        if self.name == "word":
            return f"one of {', '.join(self.words)}"
        return _IN_WORDS[self.name]


class Key(NamedTuple):
    """One key."""

    shape: Shape
    doc: str
    default: Any = None


_IN_WORDS: Final = {
    "bool": "true or false",
    "count": "a whole number from 1",
    "text": "a text",
    "name": "a text that is not empty",
    "texts": "a list of texts",
    "any": "a value",
    "map": "a table",
    "table": "a table",
    "tables": "tables, each written as `[[...]]`",
}

_BOOL: Final = Shape("bool")
_TEXT: Final = Shape("text")
_TEXTS: Final = Shape("texts")
_SEVERITY: Final = Shape("word", SEVERITIES)
_SEVERITY_OF: Final = Shape("map", item=_SEVERITY)

PATH_KEYS: Final[Mapping[str, Key]] = {
    "path": Key(Shape("name"), "The files and folders meant, as a pattern of .gitignore; needed.", ""),
    "skip": Key(_TEXTS, "Rules whose findings there are not reported.", []),
    "severity": Key(_SEVERITY_OF, "Rule to the severity of its findings there.", {}),
    "min-severity": Key(_SEVERITY, "Findings there of a lesser severity are not reported.", "low"),
}

WAIVER_KEYS: Final[Mapping[str, Key]] = {
    "reason": Key(_BOOL, "A waiver without a reason is refused.", False),
    "approver": Key(_BOOL, "A waiver without an approver is refused.", False),
    "days": Key(Shape("count"), "A waiver must expire, at most this many days after its beginning."),
}

KEYS: Final[Mapping[str, Key]] = {
    "rules": Key(_TEXTS, "Only these rules: ids, packs, or paths of rule files and folders.", []),
    "skip": Key(_TEXTS, "Not these rules.", []),
    "packs": Key(_TEXTS, "Rule packs besides the built-in ones: folders, or names of installed packs.", []),
    "frameworks": Key(_TEXTS, "Only the rules of these frameworks, whose controls are worked out.", []),
    "min-severity": Key(_SEVERITY, "Only rules of this severity or worse.", "low"),
    "fail-on": Key(Shape("word", FAIL_ON), "The least severity that gives exit code 1.", "low"),
    "fail-on-unknown": Key(_BOOL, "What could not be decided fails too.", False),
    "exclude": Key(_TEXTS, "Files and folders that are not scanned, as patterns of .gitignore.", []),
    "var-files": Key(_TEXTS, "Terraform variable files.", []),
    "parameters": Key(_TEXTS, "Parameter files of CloudFormation templates.", []),
    "workspace": Key(_TEXT, "The Terraform workspace.", "default"),
    "context": Key(Shape("map", item=_TEXT), "Words that rules can read.", {}),
    "limits": Key(Shape("map", LIMITS, item=Shape("count")), "Budgets of the scan.", {}),
    "waivers": Key(_TEXTS, "Waiver files.", []),
    "account-roots": Key(_TEXTS, "Folders whose code holds all of an account's settings, as patterns.", []),
    "waiver-policy": Key(Shape("table", keys=WAIVER_KEYS), "What is demanded of every waiver.", {}),
    "severity": Key(_SEVERITY_OF, "Rule to the severity that it gets.", {}),
    "params": Key(Shape("map", item=Shape("map", item=Shape("any"))), "Rule to values of its parameters.", {}),
    "paths": Key(Shape("tables", keys=PATH_KEYS), "Settings for the findings in some of the files.", []),
}
