"""SARIF fits its schema and the limits that GitHub sets."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from scanner.model.results import ScanResult
from scanner.report import sarif_full
from scanner.report.interface import WriteOptions
from scanner.report.sarif import MOST_RESULTS, MOST_TAGS, Writer
from tests.report import samples, snapshot, strategies
from tests.shared import shared_path

SAMPLES = [samples.ESTATE, samples.CLEAN, samples.EMPTY, samples.BROKEN, samples.HOSTILE]


def run_of(result: ScanResult) -> Any:
    return json.loads(Writer().write(result, WriteOptions()))["runs"][0]


def notices(run: Any, code: str) -> list[str]:
    items = run["invocations"][0]["toolExecutionNotifications"]
    return [item["message"]["text"] for item in items if item.get("descriptor", {}).get("id") == code]


def many(number: int) -> ScanResult:
    """A result with a critical failure as its last one."""
    low = tuple(
        replace(samples.LOG_BUCKETS[0], location=samples.span("main.tf", line + 1, 1, 4)) for line in range(number - 1)
    )
    return replace(samples.ESTATE, findings=(*low, samples.BASTION), diagnostics=())


@pytest.mark.parametrize("writer", [Writer(), sarif_full.Writer()])
@pytest.mark.parametrize("result", SAMPLES)
def test_output_fits_the_schema(result: ScanResult, writer: Writer | sarif_full.Writer) -> None:
    log = json.loads(writer.write(result, WriteOptions()))
    schema = json.loads(shared_path("schemas/sarif-2.1.0.json").read_text())
    checker = jsonschema.validators.validator_for(schema)
    assert [error.message for error in checker(schema, format_checker=checker.FORMAT_CHECKER).iter_errors(log)] == []


def test_output_is_as_reviewed() -> None:
    snapshot.check("estate.sarif", Writer().write(samples.ESTATE, WriteOptions()))
    snapshot.check("estate-full.sarif", sarif_full.Writer().write(samples.ESTATE, WriteOptions()))


def test_full_log_has_every_finding_and_says_what_is_suppressed() -> None:
    text = sarif_full.Writer().write(samples.ESTATE, WriteOptions())
    results = json.loads(text)["runs"][0]["results"]
    kinds = [item.get("kind", "fail") for item in results]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"fail": 10, "open": 2, "pass": 1}
    (suppressed,) = (item for item in results if "suppressions" in item)
    assert suppressed["suppressions"][0]["justification"] == "a public web site (until 2027-01-31)"


def test_full_log_refers_to_its_taxonomies() -> None:
    run = json.loads(sarif_full.Writer().write(samples.ESTATE, WriteOptions()))["runs"][0]
    (taxa,) = (item["taxa"] for item in run["results"] if "taxa" in item)
    for reference in taxa:
        taxonomy = run["taxonomies"][reference["toolComponent"]["index"]]
        assert taxonomy["name"] == reference["toolComponent"]["name"]
        assert reference["id"] in [taxon["id"] for taxon in taxonomy["taxa"]]


def test_only_failures_are_results_and_the_worst_come_first() -> None:
    levels = [item["level"] for item in run_of(samples.ESTATE)["results"]]
    assert levels == ["error"] * 5 + ["warning"] + ["note"] * 3
    assert notices(run_of(samples.ESTATE), "GR-UNKNOWN")[0].startswith("2 results could not be decided")


def test_every_diagnostic_is_a_notification() -> None:
    invocation = run_of(samples.ESTATE)["invocations"][0]
    codes = [item["descriptor"]["id"] for item in invocation["toolExecutionNotifications"]]
    assert codes == ["GR-PARSE", "GR-LIMIT-EVAL", "GR-IGNORED", "GR-UNKNOWN"]
    assert invocation["exitCode"] == 1
    assert invocation["executionSuccessful"] is False


def test_results_are_cut_with_a_notice_and_the_worst_are_kept() -> None:
    run = run_of(many(MOST_RESULTS + 1))
    assert len(run["results"]) == MOST_RESULTS
    assert run["results"][0]["ruleId"] == samples.SSH.id
    assert notices(run, "GR-SARIF-CUT")[0].startswith("1 of 5001 failures are left out")


def test_no_notice_when_nothing_is_cut() -> None:
    run = run_of(many(MOST_RESULTS))
    assert len(run["results"]) == MOST_RESULTS
    assert notices(run, "GR-SARIF-CUT") == []


def test_tags_are_cut_with_a_notice() -> None:
    frameworks = {f"framework-{number:02}": ("1",) for number in range(12)}
    run = run_of(replace(samples.ESTATE, findings=(replace(samples.BASTION, frameworks=frameworks),)))
    assert max(len(rule["properties"]["tags"]) for rule in run["tool"]["driver"]["rules"]) == MOST_TAGS
    assert notices(run, "GR-SARIF-CUT") == ["1 rule would have more than 10 tags; the others are left out."]


def test_long_names_and_descriptions_are_cut_to_what_github_shows() -> None:
    long = replace(samples.SSH, title="t" * 3000, why="w" * 3000)
    finding = replace(samples.BASTION, rule=long)
    (rule,) = run_of(replace(samples.ESTATE, rules=(long,), findings=(finding,)))["tool"]["driver"]["rules"]
    assert len(rule["shortDescription"]["text"]) == 1024
    assert len(rule["fullDescription"]["text"]) == 1024


def test_rule_indices_point_at_their_rules() -> None:
    run = run_of(samples.ESTATE)
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[item["ruleIndex"]]["id"] == item["ruleId"] for item in run["results"])
    assert rules[1]["properties"]["security-severity"] == "9.5"


def test_uris_are_relative_and_encoded() -> None:
    (result,) = run_of(samples.HOSTILE)["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "%252e%252e%252fetc%3Fx%3D1%23f%20.tf", "uriBaseId": "%SRCROOT%"}


def test_messages_hold_no_links_and_no_secrets() -> None:
    text = Writer().write(samples.HOSTILE, WriteOptions())
    assert samples.SECRET not in text
    assert "\\[x\\](javascript:1)" in run_of(samples.HOSTILE)["results"][0]["message"]["text"]


@given(strategies.results())
@settings(max_examples=100, deadline=None)
def test_any_result_gives_a_log_that_can_be_read(result: ScanResult) -> None:
    run = run_of(result)
    for item in run["results"]:
        region = item["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert ".." not in item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].split("/")
