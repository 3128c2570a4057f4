"""Catalogues are read key by key, and what does not fit is named with its file, its control and the nearest word."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import PolicyError, UsageError
from scanner.policy.frameworks import find_control, framework, load_frameworks, load_mappings

HEAD = """\
id: demo-1.0
title: A demonstration
version: '1.0'
authority: Nobody
licence: free
sections: {'1': One}
controls:
"""
CONTROL = """\
- id: '1.1'
  title: Buckets are fine
  section: '1'
  assessable: 'yes'
  why: it is in code
  covered: full
  rules: [{rule: aws-s3-bucket-public-acl, covers: full, why: it is}]
  population: [aws.s3.bucket]
"""


def _load(folder: Path, text: str, name: str = "demo-1.0.yaml") -> None:
    (folder / name).write_text(text)
    load_frameworks(folder)


def test_a_catalogue_is_read(tmp_path: Path) -> None:
    (tmp_path / "demo-1.0.yaml").write_text(HEAD + CONTROL)
    (found,) = load_frameworks(tmp_path)
    assert (found.id, found.version, found.sections) == ("demo-1.0", "1.0", {"1": "One"})
    assert found.digest.startswith("sha256:")
    (control,) = found.controls
    assert (control.id, control.assessable, control.covered) == ("1.1", "yes", "full")
    assert control.rules[0].rule == "aws-s3-bucket-public-acl"
    (mapped,) = load_mappings(tmp_path)
    assert (mapped.framework, mapped.control, mapped.rule) == ("demo-1.0", "1.1", "aws-s3-bucket-public-acl")
    assert mapped.kinds == {"aws.s3.bucket"}


WRONG = {
    "a key that is none": (CONTROL + "  assesable: 'yes'\n", "`assesable` is no key of a control", "`assessable`"),
    "a word that does not fit": (
        CONTROL.replace("covers: full", "covers: ful"),
        "`ful` does not fit `covers`",
        "`full`",
    ),
    "yes without quotes": (CONTROL.replace("'yes'", "yes"), "read as true or false", "quotes"),
    "an id without quotes": (CONTROL.replace("id: '1.1'", "id: 1.10"), "`id` takes a text, not 1.1", "quotes"),
    "an id that stands twice": (CONTROL + CONTROL, "the id `1.1` stands twice", ""),
    "a section that is none": (CONTROL.replace("section: '1'", "section: '2'"), "`2` is no section", ""),
    "rules of what is not assessable": (CONTROL.replace("'yes'", "'no'"), "no rule can speak", ""),
    "neither rules nor gap": (
        "".join(line for line in CONTROL.splitlines(True) if "rules:" not in line and "covered" not in line),
        "name its `rules`, or say in `gap`",
        "",
    ),
    "covered without rules": (
        "".join(line for line in CONTROL.splitlines(True) if "rules:" not in line) + "  gap: later\n",
        "`covered` is `none` exactly where",
        "",
    ),
    "a rule that is mapped twice": (
        CONTROL.replace("why: it is}]", "why: it is}, {rule: aws-s3-bucket-public-acl, covers: part, why: so}]"),
        "mapped twice",
        "`||`",
    ),
    "no title": (CONTROL.replace("Buckets are fine", "''"), "`title` is missing", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_named(tmp_path: Path, name: str) -> None:
    text, message, hint = WRONG[name]
    with pytest.raises(PolicyError) as caught:
        _load(tmp_path, HEAD + text)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.path == "rulepacks/frameworks/demo-1.0.yaml"


def test_the_id_ends_in_the_version_and_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"no id of version 1\.1"):
        _load(tmp_path, (HEAD + CONTROL).replace("version: '1.0'", "version: '1.1'"))
    (tmp_path / "demo-1.0.yaml").unlink()
    with pytest.raises(PolicyError, match=r"must be named demo-1\.0\.yaml"):
        _load(tmp_path, HEAD + CONTROL, "other-1.0.yaml")


def test_a_misspelt_framework_or_control_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        framework("cis-asw-7.0.0")
    assert "cis-aws-7.0.0" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        framework("pci")
    assert "pci-dss-4.0.1" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        find_control("2.1.11", framework("cis-aws-7.0.0"))
    assert "2.1.1" in caught.value.hint


def test_the_index_says_what_the_catalogues_say() -> None:
    said = {
        (
            each.id,
            control.id,
            mapped.rule,
            mapped.covers,
            mapped.where,
            str(mapped.params),
            frozenset(control.population),
        )
        for each in load_frameworks()
        for control in each.controls
        for mapped in control.rules
    }
    assert said == {
        (each.framework, each.control, each.rule, each.covers, each.where, str(each.params), each.kinds)
        for each in load_mappings()
    }
