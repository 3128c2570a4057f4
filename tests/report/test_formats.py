"""JUnit, GitHub annotations, Markdown, CSV and GitLab: whole outputs, each format's rules, and hostile texts."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from scanner.model.results import ScanResult
from scanner.report import csv as csv_format
from scanner.report import github, gitlab, junit, markdown
from scanner.report.interface import WriteOptions
from tests.report import samples, snapshot, strategies
from tests.shared import shared_path

WRITERS: dict[str, Any] = {
    "junit.xml": junit.Writer(),
    "github.txt": github.Writer(),
    "markdown.md": markdown.Writer(),
    "findings.csv": csv_format.Writer(),
    "gitlab.json": gitlab.Writer(),
}
SAMPLES = [samples.ESTATE, samples.CLEAN, samples.EMPTY, samples.BROKEN, samples.HOSTILE]


def written(name: str, result: ScanResult) -> str:
    text = WRITERS[name].write(result, WriteOptions())
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("name", WRITERS)
def test_estate_looks_as_reviewed(name: str) -> None:
    snapshot.check(f"estate-{name}", written(name, samples.ESTATE))


@pytest.mark.parametrize("name", WRITERS)
def test_hostile_texts_look_as_reviewed(name: str) -> None:
    snapshot.check(f"hostile-{name}", written(name, samples.HOSTILE))


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("result", SAMPLES)
def test_no_secret_and_no_control_character_is_written(name: str, result: ScanResult) -> None:
    text = written(name, result)
    assert samples.SECRET not in text
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize("result", SAMPLES)
def test_junit_is_valid_by_its_schema(result: ScanResult) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    xmlschema.XMLSchema(str(shared_path("schemas/junit-10.xsd"))).validate(written("junit.xml", result))


def test_junit_for_gitlab_names_the_file_of_each_case() -> None:
    root = ET.fromstring(junit.GitlabWriter().write(samples.ESTATE, WriteOptions()))
    assert all(case.get("file") == case.get("classname") for case in root.iter("testcase"))


def test_junit_counts_what_it_holds() -> None:
    root = ET.fromstring(written("junit.xml", samples.ESTATE))
    assert root.get("failures") == str(len(root.findall(".//failure"))) == "9"
    assert root.get("errors") == str(len(root.findall(".//error"))) == "1"
    assert root.get("tests") == str(len(root.findall(".//testcase")))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)


def test_github_shows_ten_a_level_and_the_worst_first() -> None:
    low = tuple(replace(samples.LOG_BUCKETS[0], location=samples.span("main.tf", line + 1, 1, 4)) for line in range(25))
    medium = tuple(replace(samples.FAILURES[1], location=samples.span("a.yaml", line + 1, 1, 4)) for line in range(12))
    result = replace(samples.ESTATE, findings=(*low, *medium, samples.BASTION))
    lines = written("github.txt", result).splitlines()
    levels = [re.match("::([a-z]+) |", line).group(1) for line in lines]  # type: ignore[union-attr]
    assert levels == ["error"] + ["warning"] * 10 + ["notice"] * 10 + [None]
    assert "not read" in lines[1]
    assert lines[-1].endswith("; 18 without an annotation, since GitHub shows 10 a level")


def test_github_escapes_what_would_end_a_command_or_property() -> None:
    lines = written("github.txt", samples.HOSTILE).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("::error file=%252e%252e%252fetc?x=1#f .tf,line=2,")
    assert [line.startswith("::") for line in lines] == [True, True, False]


def test_markdown_fits_into_a_comment_and_counts_what_it_leaves_out() -> None:
    many = tuple(replace(samples.BASTION, location=samples.span("main.tf", line + 1, 1, 4)) for line in range(2000))
    text = written("markdown.md", replace(samples.ESTATE, findings=many))
    assert len(text) <= markdown.MOST_CHARACTERS
    assert (match := re.search(r"and (\d+) more failures", text))
    assert text.count("\n| critical") + int(match.group(1)) == 2000


@pytest.mark.parametrize(
    "text",
    ["@all", "<img src=x>", "![](http://evil/x.png)", "see https://evil", "#12", "GH-12", "*a*", "`a`", "a|b", ":+1:"],
)
def test_markdown_shows_active_texts_as_code(text: str) -> None:
    page = written("markdown.md", replace(samples.ESTATE, findings=(replace(samples.BASTION, message=text),)))
    row = next(line for line in page.splitlines() if line.startswith("| critical"))
    cell = re.split(r"(?<!\\)\|", row)[2].strip()
    fence = re.match("`+", cell)
    assert fence
    assert cell.replace("\\|", "|")[len(fence.group()) :].strip().startswith(text)


def test_csv_has_one_row_a_finding_and_as_many_cells_as_columns() -> None:
    rows = list(csv.reader(io.StringIO(written("findings.csv", samples.ESTATE))))
    assert rows[0] == list(csv_format.COLUMNS)
    assert len(rows) == 1 + len(samples.FAILURES) + len(samples.UNKNOWNS)
    assert {len(row) for row in rows} == {len(csv_format.COLUMNS)}


def test_gitlab_fingerprints_are_distinct() -> None:
    twice = replace(samples.ESTATE, findings=(samples.BASTION, samples.BASTION))
    entries = json.loads(written("gitlab.json", twice))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == 3
    assert {entry["severity"] for entry in entries} == {"blocker", "critical"}


@given(strategies.results())
@settings(max_examples=100, deadline=None)
def test_any_result_is_written_in_every_format(result: ScanResult) -> None:
    ET.fromstring(written("junit.xml", result))
    json.loads(written("gitlab.json", result))
    rows = list(csv.reader(io.StringIO(written("findings.csv", result))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for name in WRITERS:
        text = written(name, result)
        text.encode()
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        assert "##[" not in text
        assert name == "github.txt" or not re.search(r"^\s*::", text, re.MULTILINE)
