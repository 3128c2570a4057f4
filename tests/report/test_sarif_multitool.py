"""The SARIF logs judged by Microsoft's validator with GitHub's rules, where `GROUNDRULE_MULTITOOL` names it.

It comes as npm's @microsoft/sarif-multitool-linux, and says "successfully" even with errors: its log is read.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from scanner.api import ScanOptions, report, scan_texts

MULTITOOL = os.environ.get("GROUNDRULE_MULTITOOL", "")
SAMPLES = Path(__file__).parents[2] / "samples"

pytestmark = pytest.mark.skipif(
    not Path(MULTITOOL).is_file(), reason="GROUNDRULE_MULTITOOL does not name the SARIF multitool"
)


def _errors(log: Path) -> list[str]:
    verdict = log.with_suffix(".verdict")
    command = [MULTITOOL, "validate", str(log), "--rule-kind", "Sarif;Gh;Ghas", "--output", str(verdict)]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    subprocess.run(command, env=environment, capture_output=True, check=False)
    found = json.loads(verdict.read_text())["runs"][0].get("results", [])
    return [f"{each['ruleId']} {each['message']}" for each in found if each.get("level") == "error"]


@pytest.mark.parametrize("format", ["sarif", "sarif-full"])
def test_log_of_the_samples_has_no_error(tmp_path: Path, format: str) -> None:
    texts = {path.relative_to(SAMPLES).as_posix(): path.read_bytes() for path in SAMPLES.rglob("*") if path.is_file()}
    log = tmp_path / "scan.sarif"
    log.write_text(str(report(scan_texts(texts, ScanOptions()), format)))
    assert _errors(log) == []


def test_the_validator_finds_what_is_wrong(tmp_path: Path) -> None:
    log = tmp_path / "wrong.sarif"
    log.write_text(json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{}]}]}))
    assert _errors(log)
