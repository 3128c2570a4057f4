"""Waiver files: what they may say, and where one that does not fit is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from scanner.errors import PolicyError
from scanner.policy import waivers
from scanner.policy.waivers import load_waivers, read_waivers

SCHEMA = json.loads((Path(waivers.__file__).parent / "waiver.schema.json").read_text())

WHOLE = """\
waivers:
  - rule: aws-s3-bucket-no-versioning
    address: module.logs["eu"].aws_s3_bucket.this
    root: infra/*
    reason: rebuilt from the source every night
    owner: platform@example.com
    approver: ciso@example.com
    ticket: 12
    created: 2026-10-01
    expires: 2027-01-31
    value_digest: sha256:00
"""

BAD = {
    "- a": (1, 1, "holds one map"),
    "waiver: []": (1, 1, "`waiver` is no key of a waiver file"),
    "waivers: {}": (1, 10, "takes a list"),
    "waivers: [a]": (1, 11, "a waiver is a map"),
    "waivers:\n- rule: a-b": (2, 3, "no `address`"),
    "waivers:\n- address: a-b": (2, 3, "no `rule`"),
    "waivers:\n- rule: a-b\n  address: x\n  expiry: 2027-01-31": (4, 3, "`expiry` is no key"),
    "waivers:\n- rule: a-b\n  address: x\n  expires: soon": (4, 12, "is no date"),
    "waivers:\n- rule: a-b\n  address: x\n  expires: 2027-02-30": (4, 12, "is no date"),
    "waivers:\n- rule: '*'\n  address: x": (2, 9, "would waive everything"),
    "waivers:\n- rule: a-b\n  address: '*'": (3, 12, "would waive everything"),
    "waivers:\n- rule: a-b\n  address: '*.*'": (3, 12, "would waive everything"),
    "waivers:\n- rule: aws-*\n  address: x": (2, 9, "named by its whole id"),
    "waivers:\n- rule: [a-b, 7]\n  address: x": (2, 9, "takes a text"),
    "waivers:\n- rule: a-b\n  address: x\n  reason: [x]": (4, 11, "takes a text"),
    "waivers:\n- rule: a-b\n  rule: c-d\n  address: x": (3, 3, "more than once"),
    "waivers: [": (1, 11, ""),
    "waivers: []\n---\nwaivers: []": (0, 0, "one document"),
}


def _valid(tree: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(tree))


def test_every_key_is_read() -> None:
    (waiver,) = read_waivers(WHOLE.encode(), path="waivers.yaml")
    assert (waiver.rule, waiver.address) == (
        "aws-s3-bucket-no-versioning",
        'module.logs["eu"].aws_s3_bucket.this',
    )
    assert (waiver.root, waiver.reason, waiver.ticket) == ("infra/*", "rebuilt from the source every night", "12")
    assert (waiver.created, waiver.expires, waiver.value_digest) == ("2026-10-01", "2027-01-31", "sha256:00")
    assert (waiver.syntax, waiver.owner, waiver.approver) == ("file", "platform@example.com", "ciso@example.com")
    assert waiver.location is not None
    assert waiver.location[:3] == ("waivers.yaml", 2, 5)


def test_lists_of_rules_and_addresses_are_each_of_them() -> None:
    found = read_waivers(b"waivers: [{rule: [a-b, c-d], address: [x, y]}]", path="w")
    assert [(each.rule, each.address) for each in found] == [("a-b", "x"), ("c-d", "x"), ("a-b", "y"), ("c-d", "y")]


@pytest.mark.parametrize("text", ["", "waivers:", "waivers: []", "# nothing"])
def test_a_file_may_hold_none(text: str) -> None:
    assert read_waivers(text.encode(), path="w") == []


@pytest.mark.parametrize(("text", "wrong"), BAD.items())
def test_what_does_not_fit_is_told_with_its_place(text: str, wrong: tuple[int, int, str]) -> None:
    line, column, message = wrong
    with pytest.raises(PolicyError) as caught:
        read_waivers(text.encode(), path="w.yaml")
    assert (caught.value.path, caught.value.line, caught.value.column) == ("w.yaml", line, column)
    assert message in caught.value.message


def test_the_schema_says_the_same() -> None:
    assert _valid(yaml.load(WHOLE, yaml.BaseLoader))
    for text in BAD:
        if "2027-02-30" in text or "---" in text or text == "waivers: [" or "c-d\n" in text:
            continue  # no schema can say these
        tree = yaml.load(text.replace("7]", "[]]"), yaml.BaseLoader)
        assert not _valid(tree), text


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(PolicyError, match="cannot be read") as caught:
        load_waivers(["nowhere/waivers.yaml"])
    assert caught.value.path == "nowhere/waivers.yaml"


def test_files_have_digests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "w.yaml").write_text(WHOLE)
    monkeypatch.chdir(tmp_path)
    found, digests = load_waivers(["w.yaml"])
    assert len(found) == 1
    assert [(path, digest[:7]) for path, digest in digests] == [("w.yaml", "sha256:")]
