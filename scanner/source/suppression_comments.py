"""What a comment says that suppresses something: our own form, and those of other tools.

    # groundrule:ignore RULE[,RULE] reason="..." expires=2027-01-31 [owner= approver= ticket= created=]

Checkov      `checkov:skip=ID:reason`, anywhere in a comment, one a line
             https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
Trivy        `trivy:ignore:ID`, several a line, each with `:exp:DATE`, `:ws:NAME` or `[attribute=value]` behind it
             https://trivy.dev/latest/docs/scanner/misconfiguration/config/config/#skipping-resources-by-inline-comments
tfsec        `tfsec:ignore:ID`, likewise
             https://aquasecurity.github.io/tfsec/latest/guides/configuration/ignores/
KICS         a comment that begins with `kics-scan`: `ignore-line`, `ignore-block`, `disable=ID,ID`, `enable=`, `ignore`
             https://docs.kics.io/latest/running-kics/#using-commands-on-scanned-files-as-comments
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import Final, NamedTuple

INSIDE, ITEM, NEXT, LINE, BLOCK, FILE = "inside", "item", "next", "line", "block", "file"
"""Where a statement holds. INSIDE: our own rules. ITEM: all of the resource around it, as Checkov has it. NEXT: what
begins on its line or the next, as Trivy has it. LINE, BLOCK, FILE: as KICS has them."""

KEYS: Final = ("reason", "expires", "owner", "approver", "ticket", "created")
"""The keys of our own form; `rule` and `value_digest` are added by files and metadata."""

_DATES: Final = ("expires", "created")
_OWN: Final = "groundrule:ignore"
_word = re.compile(r'\s*+(?:([A-Za-z_]+)=(?:"((?:[^"\\]|\\.)*+)"|([^\s"]*+))(?=\s|\Z)|(\S++))').match
_CHECKOV: Final = re.compile(r"(?:checkov|bridgecrew|cortex):skip= *([A-Za-z_\d*]+)(?::([^\n]+))?")
_TRIVY: Final = re.compile(r"\A[#/*]*(trivy|tfsec):ignore:(.*)\Z", re.DOTALL)


class Statement(NamedTuple):
    """What one comment, annotation or entry says."""

    syntax: str
    rules: tuple[str, ...]
    """As written; `*` where every rule is meant."""
    holds: str = INSIDE
    problem: str = ""
    workspace: str = ""
    reason: str = ""
    expires: str = ""
    owner: str = ""
    approver: str = ""
    ticket: str = ""
    created: str = ""
    value_digest: str = ""


class Comment(NamedTuple):
    """One line of a comment."""

    start: int
    end: int
    """Where its whole comment ends."""
    text: str


def read_comment(text: str) -> Iterator[Statement]:
    """The statements in one line of a comment, given without its marks."""
    stripped = text.strip()
    if stripped.startswith(_OWN):
        yield read_own(stripped.removeprefix(_OWN))
        return
    if stripped.startswith("kics-scan"):
        yield from _kics(stripped.removeprefix("kics-scan").split())
        return
    if "skip=" in text and (match := _CHECKOV.search(text)):
        yield Statement("checkov", (match[1],), ITEM, reason=plain_reason(match[2] or ""))
    if ":ignore:" in text:
        yield from _trivy(text)


def read_own(text: str) -> Statement:
    """Our own form, from behind `groundrule:ignore`; also the value of an annotation."""
    if text[:1] not in ("", " ", "\t", ":"):
        return Statement("groundrule", (), problem=f"`groundrule:ignore{text.split()[0]}` is no word of groundrule")
    rules: list[str] = []
    facts: dict[str, str] = {}
    problem = ""
    at, text = 0, text.lstrip(":").rstrip()
    while at < len(text) and (match := _word(text, at)):
        at = match.end()
        if match[1]:
            problem = problem or _wrong_key(match[1], facts)
            facts[match[1]] = match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])
        elif facts:
            problem = problem or f"`{_short(match[4])}` is not KEY=VALUE: a value with blanks stands in double quotes"
        else:
            rules += [each for each in match[4].split(",") if each]
    return stated("groundrule", rules, {key: facts[key] for key in facts if key in KEYS}, problem)


def stated(syntax: str, rules: list[str], facts: dict[str, str], problem: str = "") -> Statement:
    """A statement of facts by name, checked: a rule is named, and dates are dates."""
    problem = problem or ("" if rules else "it names no rule")
    problem = problem or next((wrong for key in _DATES if (wrong := wrong_date(key, facts.get(key, "")))), "")
    kept = {key: "" if key in _DATES and wrong_date(key, value) else value for key, value in facts.items()}
    return Statement(syntax, tuple(dict.fromkeys(rules)), INSIDE, problem, "", **kept)


def wrong_date(key: str, value: str) -> str:
    """What is wrong with a date; empty for a good one, and for none."""
    if not value or is_date(value):
        return ""
    return f"`{key}={_short(value)}` is no date: write 2027-01-31"


def is_date(value: str) -> bool:
    """Whether a text is a date as 2027-01-31 writes it."""
    try:
        return len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def lines_below(lines: set[int]) -> dict[int, int]:
    """Each of the lines with the first line below it that is none of them."""
    found: dict[int, int] = {}
    for line in sorted(lines, reverse=True):
        found[line] = found.get(line + 1, line + 1)
    return found


def plain_reason(text: str) -> str:
    """A reason without the quotes that some put around it."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _wrong_key(key: str, known: dict[str, str]) -> str:
    if key in known:
        return f"`{key}` is given twice"
    if key in KEYS:
        return ""
    near = get_close_matches(key, KEYS, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "there are " + ", ".join(KEYS)
    return f"`{_short(key)}` is no key of a waiver: {hint}"


def _kics(words: list[str]) -> Iterator[Statement]:
    for word in words[:1]:
        command, _, names = word.lower().partition("=")
        ids = tuple(each for each in names.split(",") if each)
        if command == "disable":
            yield Statement("kics", ids, FILE, "" if ids else "it names no query")
        elif command == "enable":
            yield Statement("kics", ids, FILE, "`enable` is not read: select rules by --rules")
        elif command in ("ignore-line", "ignore-block"):
            yield Statement("kics", ("*",), LINE if command == "ignore-line" else BLOCK)
        elif command == "ignore":
            yield Statement("kics", ("*",), FILE, "it names no rule, and would hold for a whole file")


def _trivy(text: str) -> Iterator[Statement]:
    for word in text.split():
        match = _TRIVY.match(word)
        if match is None:
            continue
        parts = match[2].split(":")
        id, bracket, _ = parts[0].partition("[")
        facts = dict(zip(parts[1::2], parts[2::2], strict=False))
        statement = stated(match[1], [id] if id else [], {"expires": facts.get("exp", "")})
        problem = statement.problem or ("`[...]` conditions are not read: name the resource" if bracket else "")
        yield statement._replace(holds=NEXT, problem=problem, workspace=facts.get("ws", ""))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
