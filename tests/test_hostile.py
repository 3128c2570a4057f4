"""The hostile corpus: a folder ends by itself, says what it could not read, and its plainly bad resource is found."""

import csv
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scanner.plugins import WRITERS
from tests.shared import shared_path

SECONDS, MEGABYTES = 5, 512
FORMATS = tuple(WRITERS)

OPTIONS = {"10-repo-takeover": ("--untrusted",)}
"""Without it, the configuration there is an error of its own."""

CASES = {
    "01-yaml-alias-bomb": {"GR-LIMIT-ALIAS"},
    "02-yaml-tags": set(),
    "03-deep-nesting": {"GR-LIMIT-DEPTH"},
    "04-hcl-explosion": {"GR-LIMIT-EVAL"},
    "05-path-traversal": {"GR-PATH-ESCAPE"},
    "06-symlinks": {"GR-PATH-ESCAPE", "GR-PATH-LOOP"},
    "07-injection": set(),
    "09-secrets": set(),
    "10-repo-takeover": {"GR-UNTRUSTED"},
    "11-encoding": {"GR-ENCODING"},
    "12-json": set(),
    "13-wrong-types": set(),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    maker = shared_path("hostile/make_hostile.py")
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "make_hostile.py").write_bytes(maker.read_bytes())
    subprocess.run([sys.executable, "make_hostile.py"], cwd=folder, check=True, capture_output=True)
    return folder


MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[2:], check=False)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    json.dump({"seconds": used.ru_utime, "kilobytes": used.ru_maxrss}, file)
sys.exit(done.returncode)
"""
"""Runs a command from a small process: what a child inherits of a big one would count as its own."""


def scan(folder: Path, name: str, *options: str, used: Path = Path(os.devnull)) -> subprocess.CompletedProcess[bytes]:
    """Runs the scan with its memory limited: address space is a bound for what can be resident."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (4 * MEGABYTES * 1024 * 1024, resource.RLIM_INFINITY))

    command = [str(Path(sys.executable).parent / "groundrule"), "scan", name, *options]
    return subprocess.run(
        [sys.executable, "-I", "-c", MEASURED, str(used), *command],
        cwd=folder, capture_output=True, check=False, timeout=4 * SECONDS, preexec_fn=limit,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bad_resource_is_found_and_what_was_not_read_is_said(corpus: Path, tmp_path: Path, name: str) -> None:
    report = tmp_path / "used.json"
    first = scan(corpus, name, *OPTIONS.get(name, ()), "-f", "json", "-f", "text=/dev/stderr", used=report)
    used = json.loads(report.read_text())
    assert first.returncode == 1
    assert b"Traceback" not in first.stderr
    found = json.loads(first.stdout)
    control = [each for each in found["results"] if each["location"]["path"].endswith("control.tf")]
    assert [each["rule"] for each in control if each["outcome"] == "fail"] != []
    assert {each["code"] for each in found["diagnostics"]} >= CASES[name]
    assert used["seconds"] < SECONDS
    assert used["kilobytes"] < MEGABYTES * 1024
    assert scan(corpus, name, *OPTIONS.get(name, ()), "-f", "json").stdout == first.stdout
    assert list(Path("/").glob("PWNED*")) == []
    assert list(corpus.rglob("PWNED*")) == []


def test_no_output_of_any_format_holds_a_secret(corpus: Path, tmp_path: Path) -> None:
    reports = [word for each in FORMATS for word in ("-f", f"{each}={tmp_path / each}")]
    done = scan(corpus, "09-secrets", "-v", "--all", *reports)
    assert done.returncode == 1
    texts = done.stdout + done.stderr + b"".join((tmp_path / each).read_bytes() for each in FORMATS)
    for secret in (b"HOSTILE-SECRET", b"SE9TVElMRS1TRUNSRVQ", b"wJalrXUtnFEMI"):
        assert secret not in texts


def test_injected_texts_stay_texts(corpus: Path, tmp_path: Path) -> None:
    reports = [word for each in FORMATS for word in ("-f", f"{each}={tmp_path / each}")]
    done = scan(corpus, "07-injection", "--all", *reports)
    assert done.returncode == 1
    for each in FORMATS:
        text = (tmp_path / each).read_text(encoding="utf-8")
        assert "\x1b" not in text, each
        assert "\u202e" not in text, each
        if each != "github":
            assert "\n::" not in f"\n{text}", each
        if each in ("json", "sarif", "sarif-full", "gitlab"):
            json.loads(text)
        if each in ("junit", "junit-gitlab"):
            ElementTree.fromstring(text)
        if each.startswith("csv"):
            cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
            assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == [], each


def test_nothing_outside_the_scan_root_is_read(corpus: Path) -> None:
    done = scan(corpus, "05-path-traversal", "-f", "json")
    assert b"root:x" not in done.stdout


def test_repository_cannot_shadow_the_program(corpus: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "groundrule"), "scan", ".", "-q", "--untrusted"],
        cwd=corpus / "10-repo-takeover", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "aws-s3-bucket-public-acl" in done.stdout
    assert list((corpus / "10-repo-takeover").rglob("PWNED*")) == []
