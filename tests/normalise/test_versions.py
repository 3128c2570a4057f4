"""Defaults that depend on a provider's version."""

from __future__ import annotations

import pytest

from scanner.normalise.versions import by_version

ROWS = {"aws < 6": "old", "*": "new"}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("5.31.0", "old"),
        ("6.0.0", "new"),
        ("6.25.0", "new"),
        ("~> 5.0", "old"),
        ("~> 5.31.0", "old"),
        ("~> 6.0", "new"),
        (">= 4.0", "new"),
        (">= 4.0, < 6.0", "old"),
        ("< 6", "old"),
        ("<= 6.0", "new"),
        ("!= 5.1", "new"),
        ("= 5.1", "old"),
        ("v5.1.0-beta1", "old"),
        ("", "new"),
        ("latest", "new"),
    ],
)
def test_row_is_picked_by_the_newest_version_that_is_allowed(stated: str, expected: str) -> None:
    assert by_version(ROWS, {"aws": stated}) == expected


def test_a_provider_without_version_is_the_newest() -> None:
    assert by_version(ROWS, {}) == "new"


def test_each_comparison_holds_where_it_should() -> None:
    for sign, expected in (("<", [1, 0, 0]), ("<=", [1, 1, 0]), (">", [0, 0, 1]), (">=", [0, 1, 1])):
        rows = {f"aws {sign} 5": 1, "*": 0}
        assert [by_version(rows, {"aws": version}) for version in ("4.9", "5.0.0", "5.0.1")] == expected
