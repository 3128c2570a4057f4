"""The page on configuration has every key, and its example is one."""

import re
import tomllib
from pathlib import Path

import pytest

from scanner.config.finding import Found
from scanner.config.keys import KEYS, LIMITS, PATH_KEYS, WAIVER_KEYS
from scanner.config.reader import survey

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
INNER = [f"waiver-policy.{name}" for name in WAIVER_KEYS] + [f"paths.{name}" for name in PATH_KEYS]


@pytest.mark.parametrize("key", [*KEYS, *INNER])
def test_every_key_has_a_row(key: str) -> None:
    assert f"\n| `{key}` | " in PAGE


def test_no_row_is_of_a_key_that_is_gone() -> None:
    table = PAGE.partition("## Keys")[2].partition("### ")[0]
    assert set(re.findall(r"^\| `([a-z.-]+)` \|", table, re.MULTILINE)) == {*KEYS, *INNER}


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_example_is_a_configuration() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    assert tomllib.loads(example[1])
    assert survey(Found("/r/groundrule.toml", example[1].encode()), "g").problems == ()
