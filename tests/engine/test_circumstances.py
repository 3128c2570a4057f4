"""What a scan says of its own time, place and settings."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.api import ScanOptions, scan
from scanner.engine.settle import Gate
from scanner.model import Circumstances, LoadOptions


def test_plain_scan_asks_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    assert scan([tmp_path]).circumstances == Circumstances()


def test_evidence_names_time_paths_variables_and_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795328047")
    (tmp_path / "main.tf").write_text("")
    load = LoadOptions(variables={"zone": "a", "db_password": "hunter2"}, workspace="prod")
    options = ScanOptions(controls=True, load=load, gate=Gate("high", True), context={"env": "prod"})
    found = scan([tmp_path], options).circumstances
    assert re.fullmatch("sha256:[0-9a-f]{64}", found.tool_digest)
    assert replace(found, tool_digest="") == Circumstances(
        time="2026-11-22T06:14:07Z",
        repository=tmp_path.name,
        paths=(str(tmp_path),),
        variables=(
            ("--var", "zone=a"),
            ("--var", "db_password=<redacted:by its name>"),
            ("--workspace", "prod"),
            ("--context", "env=prod"),
        ),
        fail_on="high",
        fail_on_unknown=True,
    )


@pytest.mark.parametrize("epoch", ["", "soon", "-1", "9" * 40])
def test_odd_epochs_give_the_time_of_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    (tmp_path / "main.tf").write_text("")
    time = scan([tmp_path], ScanOptions(controls=True)).circumstances.time
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", time)
