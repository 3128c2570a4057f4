"""The page on writing rules has every key and every check."""

import re
from pathlib import Path

import pytest

import scanner.engine.lint
from scanner.policy.packs import PACK_KEYS
from scanner.policy.rules import KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
CODE = Path(scanner.engine.lint.__file__).read_text(encoding="utf-8")
CHECKS = sorted(set(re.findall(r'"([a-z]+(?:-[a-z]+)+|constant|todo)"', CODE)))


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_a_rule(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("key", PACK_KEYS)
def test_every_key_of_a_pack(key: str) -> None:
    assert f"\n{key}:" in PAGE


@pytest.mark.parametrize("check", CHECKS)
def test_every_check(check: str) -> None:
    assert f"`{check}`" in PAGE
