"""Words that every report shares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.report.selection import failures
from scanner.report.wording import counted, expectation
from tests.report import samples


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("must be true", "encrypted must be true"),
        ("versioning.enabled must be enabled", "versioning.enabled must be enabled"),
        ("needs a target bucket", "needs a target bucket"),
        ("", ""),
    ],
)
def test_only_a_sentence_without_a_subject_gets_one(expected: str, said: str) -> None:
    finding = failures(samples.ESTATE)[0]
    rule = replace(finding.rule, expect="")
    assert expectation(replace(finding, rule=rule, attribute="encrypted", expected=expected)) == said


def test_one_is_singular() -> None:
    assert [counted(number, "file") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
