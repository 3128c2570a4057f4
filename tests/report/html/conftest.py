"""A browser, and reports of real scans for it to open."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from scanner.api import ScanOptions, scan
from scanner.model import ScanResult
from scanner.report.html.writer import Writer
from scanner.report.interface import WriteOptions
from tests.report.html.browser import Browser
from tests.shared import shared_path

PROJECT = Path(__file__).parents[3]


class Report(NamedTuple):
    """A result and the page that was written of it."""

    result: ScanResult
    file: Path


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = Browser(tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture(scope="session")
def samples_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Of the samples, with every framework there is."""
    return _written(PROJECT / "samples", PROJECT, tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Of files whose names and values try to be markup, scripts, escapes and commands."""
    maker = shared_path("hostile/make_hostile.py")
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "make_hostile.py").write_bytes(maker.read_bytes())
    subprocess.run([sys.executable, "make_hostile.py"], cwd=folder, check=True, capture_output=True)
    return _written(folder / "07-injection", folder, tmp_path_factory.mktemp("report"))


WAIVERS = """waivers:
  - rule: aws-ec2-sg-ingress-ssh
    address: module.network.aws_vpc_security_group_ingress_rule.bastion_ssh
    reason: The bastion goes in December
    owner: platform-lead
    approver: security-lead
    created: 2026-05-02
    expires: 2026-12-10
  - rule: aws-s3-bucket-public-acl
    address: aws_s3_bucket.site
    reason: Public by design
    created: 2026-01-01
    expires: 2026-10-31
"""
BUCKET = """resource "aws_s3_bucket" "many{n}" {{
  bucket = "many-{n}"
}}
"""


@pytest.fixture(scope="session")
def mixed_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Of the samples with waivers, a file that cannot be read, and many buckets that fail alike."""
    folder = tmp_path_factory.mktemp("mixed")
    shutil.copytree(PROJECT / "samples", folder / "samples")
    (folder / "samples" / "broken.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n")
    (folder / "samples" / "many").mkdir()
    (folder / "samples" / "many" / "main.tf").write_text("".join(BUCKET.format(n=n) for n in range(55)))
    (folder / "waivers.yaml").write_text(WAIVERS)
    options = ScanOptions(controls=True, waivers=(str(folder / "waivers.yaml"),), today=date(2026, 11, 22))
    return _written(folder / "samples", folder, folder, options)


def _written(path: Path, directory: Path, folder: Path, options: ScanOptions | None = None) -> Report:
    before = Path.cwd()
    os.chdir(directory)
    try:
        result = scan([path.relative_to(directory)], options or ScanOptions(controls=True))
    finally:
        os.chdir(before)
    file = folder / "report.html"
    file.write_text(Writer().write(result, WriteOptions()), encoding="utf-8")
    return Report(result, file)
