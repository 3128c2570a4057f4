"""The command line of waivers: lists, checks, the clock, and what reports say."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scanner.cli.main import group

SSH = "aws-ec2-sg-ingress-ssh"
TEXT = """\
{}
resource "aws_security_group" "a" {{
  ingress {{
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
"""
MARK = f'# groundrule:ignore {SSH} reason="a bastion" expires=2027-01-31 approver=ciso owner=net ticket=SEC-1'


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(group, list(words), standalone_mode=False)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    code = result.return_value if result.exception is None else result.exit_code
    return int(code or 0), result.output


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(TEXT.format(MARK))
    return tmp_path


def commit(folder: Path) -> str:
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=Jane Doe", "-c", "user.email=j@example.com", "commit", "-q", "-m", "x"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    return (
        subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True)
        .stdout.decode()
        .strip()
    )


def test_a_list_says_who_changed_the_line(here: Path) -> None:
    hash = commit(here)
    code, text = run("waivers", "list", "--today", "2026-11-22")
    assert code == 0
    assert f"in-force  {SSH}  main.tf:1\n" in text
    assert "reason: a bastion" in text
    assert "until 2027-01-31; owner net; ticket SEC-1; approver as stated, not verified: ciso" in text
    assert "line last changed by Jane Doe on " in text
    assert f"commit {hash[:12]}" in text
    assert text.endswith("1 in-force\n")


def test_without_a_repository_there_is_no_history(here: Path) -> None:
    _, text = run("waivers", "list", "-f", "json", "--today", "2026-11-22")
    (row,) = json.loads(text)["waivers"]
    assert (row["commit"], row["author"], row["date"]) == ("", "", "")
    assert (row["state"], row["approver"], row["approver_verified"]) == ("in-force", "ciso", False)


def test_a_check_fails_for_what_needs_somebody(here: Path) -> None:
    assert run("waivers", "check", "--today", "2027-01-31") == (0, "none of 1 needs anybody\n")
    code, text = run("waivers", "check", "--today", "2027-02-01")
    assert code == 1
    assert "expired on 2027-01-31" in text
    (here / "main.tf").write_text(TEXT.format(MARK).replace("0.0.0.0/0", "10.0.0.0/8"))
    assert run("waivers", "check", "--today", "2026-11-22")[0] == 1
    assert run("waivers", "check", "--today", "2026-11-22", "--allow-unused")[0] == 0
    (here / "main.tf").write_text(TEXT.format("# checkov:skip=CKV_AWS_24:above"))
    assert run("waivers", "check")[0] == 1
    (here / "main.tf").write_text(TEXT.format("") + 'resource "broken" {')
    assert run("waivers", "check")[0] == 3


def test_a_file_that_does_not_fit_is_told_with_its_place(here: Path) -> None:
    (here / "waivers.yaml").write_text("waivers:\n- rule: '*'\n  address: '*'\n")
    result = subprocess.run(
        ["groundrule", "scan", "--waivers", "waivers.yaml"], cwd=here, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stderr.startswith("groundrule: waivers.yaml:2:9: `rule: *` would waive everything\n")


def test_a_date_that_is_none_is_wrong_usage(here: Path) -> None:
    result = CliRunner().invoke(group, ["scan", "--today", "soon"])
    assert result.exit_code == 2
    assert "`soon` is no date" in result.output


def scanned(*words: str) -> tuple[int, Any]:
    code, text = run("scan", "--rules", SSH, "-f", "json", *words)
    return code, json.loads(text)


def test_a_scan_applies_files_and_tells_of_them(here: Path) -> None:
    (here / "main.tf").write_text(TEXT.format(""))
    (here / "waivers.yaml").write_text(
        f"waivers:\n  - rule: {SSH}\n    address: aws_security_group.a\n    reason: agreed\n    approver: ciso\n"
        f"    expires: 2027-01-31\n  - {{rule: {SSH}, address: aws_security_group.b}}\n"
    )
    code, said = scanned("--waivers", "waivers.yaml", "--today", "2027-01-31")
    assert code == 0
    assert said["summary"]["waived"] == 1
    (result,) = said["results"]
    assert result["status"] == "waived"
    assert result["actual"] == "0.0.0.0/0"
    assert result["waiver"] == {
        "reason": "agreed",
        "expires": "2027-01-31",
        "approver": "ciso",
        "approver_verified": False,
        "syntax": "file",
        "location": {"path": "waivers.yaml", "start_line": 2, "start_column": 5, "end_line": 6, "end_column": 24},
    }
    assert [(each["state"], each["address"]) for each in said["waivers"]] == [
        ("in-force", "aws_security_group.a"),
        ("unused", "aws_security_group.b"),
    ]
    assert [each["message"] for each in said["diagnostics"]] == [
        f"the waiver of {SSH} (aws_security_group.b) holds for nothing"
    ]
    code, said = scanned("--waivers", "waivers.yaml", "--today", "2027-02-01")
    assert (code, said["results"][0]["status"], said["summary"]["fail"]) == (1, "expired", 1)


def test_the_register_of_a_json_report_has_the_history(here: Path) -> None:
    hash = commit(here)
    _, said = scanned("--today", "2026-11-22")
    assert (said["waivers"][0]["commit"], said["waivers"][0]["author"]) == (hash, "Jane Doe")


@pytest.mark.parametrize(
    ("format", "today", "words"),
    [
        ("text", "2026-11-22", "main.tf:1 until 2027-01-31: a bastion (approver as stated, not verified: ciso)"),
        ("text", "2027-02-01", "expired on 2027-01-31 (1 day ago): a bastion (approver as stated, not verified: ciso)"),
        ("junit", "2026-11-22", "waived: a bastion (until 2027-01-31; approver as stated, not verified: ciso)"),
        ("junit", "2027-02-01", "waiver expired on 2027-01-31: a bastion (approver as stated, not verified: ciso)"),
        ("github", "2027-02-01", "waiver expired on 2027-01-31: a bastion (approver as stated, not verified: ciso)"),
        ("csv", "2026-11-22", "a bastion (until 2027-01-31; approver as stated, not verified: ciso)"),
        ("sarif-full", "2026-11-22", "a bastion (until 2027-01-31; approver as stated, not verified: ciso)"),
    ],
)
def test_reports_say_that_the_approver_is_not_verified(here: Path, format: str, today: str, words: str) -> None:
    _, text = run("scan", "--rules", SSH, "-f", format, "-v", "--today", today)
    assert words in " ".join(text.split())


def test_hostile_words_of_a_waiver_reach_no_terminal(here: Path) -> None:
    (here / "main.tf").write_text(TEXT.format(MARK.replace("a bastion", "\x1b[31m\u202e::error::x")), encoding="utf-8")
    for words in (["waivers", "list"], ["scan", "--rules", SSH, "-v"], ["scan", "--rules", SSH, "-f", "github"]):
        _, text = run(*words, "--today", "2026-11-22")
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\n::error::x" not in text


def test_history_is_found_from_a_folder_below_and_from_outside(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "infra").mkdir()
    (here / "infra" / "main.tf").write_text(TEXT.format(MARK))
    hash = commit(here)
    for folder, path in ((here / "infra", "."), (here.parent, str(here / "infra"))):
        monkeypatch.chdir(folder)
        rows = json.loads(run("waivers", "list", path, "-f", "json", "--today", "2026-11-22")[1])["waivers"]
        assert [row["commit"] for row in rows] == [hash]


def test_an_undecided_result_under_a_waiver_says_so(here: Path) -> None:
    (here / "main.tf").write_text(TEXT.format(MARK).replace('"0.0.0.0/0"', "var.open") + 'variable "open" {}\n')
    code, text = run("scan", "--rules", SSH, "--fail-on-unknown", "--today", "2026-11-22")
    assert code == 0
    assert "var.open has no value (main.tf:10); waived" in " ".join(text.split())
