"""Waiver files: YAML with a list under `waivers`, read with positions and checked entry by entry.

    waivers:
      - rule: aws-s3-bucket-versioning
        address: module.logs["eu"].aws_s3_bucket.this      # `*` stands for any characters
        reason: rebuilt from the source every night
        owner: platform@example.com
        approver: ciso@example.com
        ticket: SEC-12
        created: 2026-10-01
        expires: 2027-01-31

`waiver.schema.json` beside this file is its JSON Schema. Whether a waiver is in force is decided by
`scanner.engine.waivers`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NoReturn

from scanner.errors import PolicyError
from scanner.model import Limits, Waiver
from scanner.policy.rules import suggestion
from scanner.source.document import Document
from scanner.source.git_index import find_work_tree
from scanner.source.located import LocatedDict, LocatedList
from scanner.source.reader import Refusal, inside, read_regular
from scanner.source.suppression_comments import is_date

KEYS: Final = (
    "rule", "address", "root", "reason", "owner", "approver", "ticket", "created", "expires", "value_digest",
)  # fmt: skip
"""The keys of an entry, in the order in which they are written."""
REQUIRED: Final = ("rule", "address")
LARGEST: Final = 5 * 1024 * 1024
"""Bytes of one waiver file."""
_DATES: Final = ("created", "expires")


def load_waivers(paths: Sequence[str]) -> tuple[list[Waiver], list[tuple[str, str]]]:
    """The waivers of files, and (path, sha256) of each file. Raises PolicyError for one that does not fit."""
    found: list[Waiver] = []
    digests: list[tuple[str, str]] = []
    for path in paths:
        data = read_regular(os.path.realpath(path), LARGEST)
        if isinstance(data, Refusal):
            raise PolicyError(data.reason, path=path)
        digests.append((_shown(path), "sha256:" + hashlib.sha256(data).hexdigest()))
        found += read_waivers(data, path=_shown(path))
    return found, digests


def _shown(path: str) -> str:
    """A path as reports show it; see `scanner.model.SourceSpan`."""
    here = os.path.realpath(os.getcwd())
    tree = find_work_tree(here)
    base = tree.root if tree else here
    real = os.path.join(os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path))
    return os.path.relpath(real, base).replace(os.sep, "/") if inside(real, base) else real


def read_waivers(data: bytes, *, path: str) -> list[Waiver]:
    """The waivers that a file's text states."""
    document = Document(path, "", "yaml", "other", data)
    tree = _tree(document)
    check = _Checker(document)
    return [waiver for entry, at in check.entries(tree) for waiver in check.waivers(entry, at)]


def _tree(document: Document) -> Any:
    from scanner.source.encoding import NotText, as_utf8
    from scanner.source.yaml import parse_yaml

    try:
        document.data = as_utf8(document.data)
    except NotText as error:
        raise PolicyError(f"this is not text: {error}", hint="save it as UTF-8", path=document.path) from error
    trees = parse_yaml(document, Limits())
    for told in document.diagnostics:
        line, column = (told.span.start_line, told.span.start_column) if told.span else (0, 0)
        raise PolicyError(told.message, hint=told.hint, path=document.path, line=line, column=column)
    if len(trees) > 1:
        raise PolicyError("a waiver file holds one document", hint="remove `---`", path=document.path)
    return trees[0] if trees else None


class _Checker:
    """Checks the parts of one file and names the place of what does not fit."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def fail(self, message: str, offset: int, hint: str = "") -> NoReturn:
        line, column = self._document.position(offset)
        raise PolicyError(message, hint=hint, path=self._document.path, line=line, column=column)

    def entries(self, tree: Any) -> Iterator[tuple[LocatedDict, int]]:
        if tree is None:
            return
        if not isinstance(tree, LocatedDict):
            self.fail("a waiver file holds one map", 0, "begin with `waivers:`")
        for key in tree:
            if key != "waivers":
                self.fail(f"`{key}` is no key of a waiver file", tree.spans[key][0], suggestion(key, ["waivers"]))
        listed = tree.get("waivers")
        if listed is None:
            return
        if not isinstance(listed, LocatedList):
            self.fail("`waivers` takes a list", tree.spans["waivers"][2], "begin each waiver with `- rule:`")
        for entry, (start, _) in zip(listed, listed.spans, strict=True):
            if not isinstance(entry, LocatedDict):
                self.fail("a waiver is a map", start, "write `rule:`, `address:` and `reason:`")
            yield entry, start

    def waivers(self, entry: LocatedDict, start: int) -> Iterator[Waiver]:
        for key in entry:
            if key not in KEYS:
                self.fail(f"`{key}` is no key of a waiver", entry.spans[key][0], suggestion(key, KEYS))
        for key in REQUIRED:
            if entry.get(key) in (None, "", []):
                self.fail(f"the waiver has no `{key}`", start, "a waiver names a rule and the address of a resource")
        facts: Any = {key: self._text(entry, key) for key in KEYS if key not in ("rule", "address") and key in entry}
        location = self._document.span(entry.start, entry.end)
        rules, addresses = self._names(entry, "rule"), self._names(entry, "address")
        for address in addresses:
            for rule in rules:
                yield replace(Waiver(rule, location=location, address=address, syntax="file"), **facts)

    def _names(self, entry: LocatedDict, key: str) -> list[str]:
        value, offset = entry[key], entry.spans[key][2]
        names = list(value) if isinstance(value, LocatedList) else [value]
        for name in names:
            if not isinstance(name, str) or not name:
                self.fail(f"`{key}` takes a text, or a list of texts", offset)
            if not name.strip("*."):
                self.fail(f"`{key}: {name}` would waive everything", offset, "a waiver names a rule and a resource")
            if key == "rule" and "*" in name:
                self.fail(f"`{name}`: a rule is named by its whole id", offset, "list the rules: rule: [a, b]")
        return names

    def _text(self, entry: LocatedDict, key: str) -> str:
        value, offset = entry[key], entry.spans[key][2]
        if value is None:
            return ""
        if not isinstance(value, str | int) or isinstance(value, bool):
            self.fail(f"`{key}` takes a text", offset, "put it in quotes")
        text = str(value)
        if key in _DATES and text and not is_date(text):
            self.fail(f"`{key}: {text}` is no date", offset, "write it as 2027-01-31")
        return text
