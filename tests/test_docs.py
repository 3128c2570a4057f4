"""Documents that cannot rot: what the program has is in them, and what they show is what it prints."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.main import COMMANDS
from scanner.plugins import WRITERS

HERE = Path(__file__).parent.parent
README = (HERE / "README.md").read_text(encoding="utf-8")


def test_reference_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "docs" / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_readme_has_exactly_the_two_install_commands() -> None:
    assert re.findall(r"^ *(pip install .*)$", README, re.MULTILINE) == [
        "pip install . && groundrule scan samples",
        "pip install -e '.[dev]' && pytest",
    ]


def test_readme_shows_what_the_command_prints() -> None:
    picture = re.search(r"```\n(.*?)```", README, re.DOTALL)
    assert picture is not None
    done = subprocess.run(
        [str(Path(sys.executable).parent / "groundrule"), "scan", "samples"],
        cwd=HERE, capture_output=True, text=True, check=False, env={"PYTHONUTF8": "1", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 1
    for paragraph in picture[1].split("[...]\n"):
        assert paragraph.strip("\n") in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"## groundrule {command}\n" in (HERE / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("writer", WRITERS)
def test_every_format_is_in_the_formats_page(writer: str) -> None:
    assert f"`{writer}`" in (HERE / "docs" / "formats.md").read_text(encoding="utf-8")


def test_no_document_is_empty() -> None:
    assert [
        path.name for path in HERE.rglob("*.md") if ".venv" not in path.parts and not path.read_text().strip()
    ] == []


def test_every_diagnostic_code_is_documented() -> None:
    page = (HERE / "docs" / "inputs.md").read_text(encoding="utf-8")
    used = {
        code
        for path in (HERE / "scanner").rglob("*.py")
        for code in re.findall(r'"(GR-[A-Z]+(?:-[A-Z]+)*)"', path.read_text(encoding="utf-8"))
    }
    assert {code for code in used if f"`{code}`" not in page} == set()


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*HERE.glob("*.md"), *(HERE / "docs").rglob("*.md")]
    links = {(page, link) for page in pages for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))}
    assert {
        (page.name, link) for page, link in links if "://" not in link and not (page.parent / link).exists()
    } == set()


def test_tests_that_the_architecture_names_exist() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", (HERE / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    assert [path for path in named if not (HERE / path).exists()] == []
