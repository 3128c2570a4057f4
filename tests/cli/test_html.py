"""`groundrule scan -f html`: what it asks for, where it goes, and that it is the same twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

SOURCE = """resource "aws_s3_bucket" "b" {
  acl = "public-read"
}
resource "aws_security_group" "g" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""
PROGRAM = Path(sys.executable).parent / "groundrule"


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROGRAM), "scan", *words], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_report_stands_beside_other_formats(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SOURCE)
    alone = run(tmp_path, ".", "-f", "json")
    both = run(tmp_path, ".", "-f", "json", "-f", "html=report.html")
    assert both.returncode == alone.returncode == 1
    assert '"outcome": "pass"' not in both.stdout
    page = (tmp_path / "report.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "<section id=controls>" in page
    assert " passed</summary>" in page


def test_two_runs_with_one_time_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SOURCE)
    pages = []
    for seed in ("1", "2"):
        run(tmp_path, "main.tf", "-f", "html=report.html", SOURCE_DATE_EPOCH="1795328047", PYTHONHASHSEED=seed)
        pages.append((tmp_path / "report.html").read_bytes())
        time.sleep(1.1)
    assert pages[0] == pages[1]
    assert b"2026-11-22 06:14:07 UTC" in pages[0]
