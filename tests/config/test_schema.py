"""The published schema and the reader say the same of every key."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import scanner.config
from scanner.config.finding import Found
from scanner.config.keys import KEYS, PATH_KEYS, WAIVER_KEYS
from scanner.config.reader import survey
from scanner.config.schema import schema
from tests.config.test_reader import WHOLE

PUBLISHED = json.loads((Path(scanner.config.__file__).parent / "groundrule.schema.json").read_text(encoding="utf-8"))
VALUES = [
    "true",
    "1",
    "0",
    '""',
    '"x"',
    '"high"',
    '"never"',
    '["x"]',
    "[1]",
    "{}",
    "{x = 1}",
    '{x = "low"}',
    "[{}]",
    "[]",
]


def test_the_published_schema_is_current() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    assert schema() == PUBLISHED


def test_the_schema_has_every_key_and_no_other() -> None:
    assert set(PUBLISHED["properties"]) == set(KEYS)
    assert set(PUBLISHED["properties"]["paths"]["items"]["properties"]) == set(PATH_KEYS)
    assert set(PUBLISHED["properties"]["waiver-policy"]["properties"]) == set(WAIVER_KEYS)


def test_the_whole_example_fits() -> None:
    assert agreed(WHOLE) is True


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", [*KEYS, "no-key"])
def test_schema_and_reader_agree(key: str, value: str) -> None:
    agreed(f"{key} = {value}\n")


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", [*PATH_KEYS, "no-key"])
def test_schema_and_reader_agree_on_paths(key: str, value: str) -> None:
    first = "" if key == "path" else 'path = "a"\n'
    agreed(f"[[paths]]\n{first}{key} = {value}\n")


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("key", [*WAIVER_KEYS, "no-key"])
def test_schema_and_reader_agree_on_waivers(key: str, value: str) -> None:
    agreed(f"[waiver-policy]\n{key} = {value}\n")


def agreed(text: str) -> bool:
    tree: Any = tomllib.loads(text)
    accepted: bool = Draft202012Validator(PUBLISHED).is_valid(tree)
    assert accepted == (not survey(Found("/r/groundrule.toml", text.encode()), "g").problems), text
    return accepted
