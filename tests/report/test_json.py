"""The JSON report keeps its contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

import scanner.report
from scanner.model.results import ScanResult
from scanner.report.interface import WriteOptions
from scanner.report.json import Writer
from tests.report import samples, snapshot, strategies

SCHEMA = json.loads((Path(scanner.report.__file__).parent / "scan.schema.json").read_text())
ALL = WriteOptions(show_passes=True)
SAMPLES = [samples.ESTATE, samples.CLEAN, samples.EMPTY, samples.BROKEN, samples.HOSTILE]


def written(result: ScanResult, options: WriteOptions = ALL) -> Any:
    return json.loads(Writer().write(result, options))


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def closed(schema: Any) -> Any:
    """The schema with every object closed, so that a key it does not know is an error here."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **shut} if "properties" in shut and shut.get("type") == "object" else shut


@pytest.mark.parametrize("result", SAMPLES)
def test_output_fits_the_schema_and_has_no_key_beyond_it(result: ScanResult) -> None:
    jsonschema.validate(written(result), closed(SCHEMA))


def test_output_is_as_reviewed() -> None:
    snapshot.check("estate.json", Writer().write(samples.ESTATE, WriteOptions()))


def test_passes_are_listed_only_when_asked_for() -> None:
    outcomes = [item["outcome"] for item in written(samples.ESTATE, WriteOptions())["results"]]
    assert "pass" not in outcomes
    assert len(outcomes) == len(samples.FAILURES) + len(samples.UNKNOWNS)
    assert "pass" in [item["outcome"] for item in written(samples.ESTATE)["results"]]


def test_texts_are_exact_and_escaped() -> None:
    text = Writer().write(samples.HOSTILE, ALL)
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["results"][1]["message"] == samples.EVIL.replace("\ud800", "\ufffd")


def test_secrets_are_shown_nowhere() -> None:
    assert samples.SECRET not in Writer().write(samples.HOSTILE, ALL)


@given(strategies.results())
@settings(max_examples=150, deadline=None)
def test_any_result_gives_json_that_fits_the_schema(result: ScanResult) -> None:
    text = Writer().write(result, ALL)
    text.encode()
    jsonschema.validate(json.loads(text), SCHEMA)
