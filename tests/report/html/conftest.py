"""A browser, and reports of real scans for it to open."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
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


def _written(path: Path, directory: Path, folder: Path) -> Report:
    before = Path.cwd()
    os.chdir(directory)
    try:
        result = scan([path.relative_to(directory)], ScanOptions(controls=True))
    finally:
        os.chdir(before)
    file = folder / "report.html"
    file.write_text(Writer().write(result, WriteOptions()), encoding="utf-8")
    return Report(result, file)
