"""The command line as its user meets it: exit codes, sentences, and where output goes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GROUNDRULE = str(Path(sys.executable).parent / "groundrule")
BAD = 'resource "aws_ebs_volume" "a" {\n  encrypted = false\n}\n'
RULE = "aws-ec2-volume-unencrypted"


def run(cwd: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GROUNDRULE, *words], cwd=cwd, input=stdin, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(BAD)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("scan", "gone"), "gone: no such file or folder"),
        (("scan", "--formt", "json"), "No such option '--formt'"),
        (("scan", "-f", "jsno"), "Did you mean `json`?"),
        (("scan", "--rules", "aws-ec2-volume-unencryptd"), "did you mean `aws-ec2-volume-unencrypted`?"),
        (("scan", "--skip", "aws-ec2-volume-unencryptd"), "did you mean `aws-ec2-volume-unencrypted`?"),
        (("scan", "--fail-on", "hihg"), "Did you mean `high`?"),
        (("scan", "--var", "a"), "--var a: write NAME=VALUE"),
        (("scan", "--limit", "x=1"), "--limit x=1"),
        (("scna",), "Did you mean `scan`?"),
        (("explain", "aws-ec2-volume-unencryptd"), "did you mean `aws-ec2-volume-unencrypted`?"),
        (("explain",), "name one rule"),
        (("graph", "-f", "dott"), "Did you mean `dot`?"),
        (("graph", "--kind", "aws.s3.bucket"), "the graph has no such node"),
        (("explain", "--resource", "aws_ebs_volume.b"), "Did you mean `aws_ebs_volume.a`?"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(folder: Path, words: tuple[str, ...], sentence: str) -> None:
    done = run(folder, *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_json_is_alone_on_standard_output(folder: Path) -> None:
    done = run(folder, "scan", "--rules", RULE, "-f", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["summary"]["fail"] == 1
    assert done.stderr == ""


def test_report_goes_to_the_file_named(folder: Path) -> None:
    done = run(folder, "scan", "--rules", RULE, "-f", "json=out.json", "-f", "text")
    assert json.loads((folder / "out.json").read_text())["summary"]["fail"] == 1
    assert "✕ 1 failed" in done.stdout


def test_report_that_cannot_be_written_is_named_and_the_others_are_there(folder: Path) -> None:
    done = run(folder, "scan", "--rules", RULE, "-f", "json=gone/out.json", "-f", "sarif=out.sarif", "-f", "text")
    assert done.returncode == 4
    assert "gone/out.json could not be written" in done.stderr
    assert (folder / "out.sarif").exists()
    assert "✕ 1 failed" in done.stdout


def test_standard_input_is_read(tmp_path: Path) -> None:
    done = run(tmp_path, "scan", "-", "--rules", RULE, "-q", stdin=BAD)
    assert done.returncode == 1
    assert done.stdout.startswith("<stdin>:2:15: high aws-ec2-volume-unencrypted")


def test_variables_reach_the_scan(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "on" {}\n' + BAD.replace("false", "var.on"))
    (tmp_path / "off.tfvars").write_text("on = false\n")
    assert run(tmp_path, "scan", "--rules", RULE, "--var", "on=true").returncode == 0
    assert run(tmp_path, "scan", "--rules", RULE, "--var-file", "off.tfvars").returncode == 1


def test_no_colour_in_a_pipe(folder: Path) -> None:
    assert "\x1b" not in run(folder, "scan").stdout


def test_rule_file_with_an_error_shows_place_and_caret(folder: Path) -> None:
    (folder / "aws-x.yaml").write_text(
        "id: aws-x\ntitle: t\nseverity: low\nresource: aws.ec2.volume\nassert: volume.encripted == true\nmessage: m\n"
    )
    done = run(folder, "scan", "--rules", "aws-x.yaml")
    assert done.returncode == 2
    assert "aws-x.yaml" in done.stderr
    assert "volume.encripted == true\n" in done.stderr
    assert "^" in done.stderr


def test_graph_formats(folder: Path) -> None:
    assert run(folder, "graph").stdout.startswith("aws_ebs_volume.a  aws.ec2.volume  main.tf:1\n")
    assert json.loads(run(folder, "graph", "-f", "json").stdout)["schema"] == "groundrule.graph/1"
    assert run(folder, "graph", "-f", "dot").stdout.startswith("digraph groundrule {")
    assert run(folder, "graph", "-f", "mermaid").stdout.startswith("flowchart LR\n")


def test_explain_resource_names_value_path_and_place(folder: Path) -> None:
    done = run(folder, "explain", "--resource", "aws_ebs_volume.a")
    [line] = [line for line in done.stdout.splitlines() if line.strip().startswith("encrypted")]
    assert line.split() == ["encrypted", "false", "encrypted", "main.tf:2"]


def test_rules_commands() -> None:
    here = Path(__file__).parent
    assert f"{RULE} " in run(here, "rules", "list").stdout
    assert run(here, "rules", "show", RULE).stdout.startswith(f"id: {RULE}\n")
    assert run(here, "rules", "test", RULE).returncode == 0


def test_rule_whose_example_is_judged_otherwise_is_named(tmp_path: Path) -> None:
    (tmp_path / "aws-x.yaml").write_text(
        "id: aws-x\ntitle: t\nseverity: low\nresource: aws.ec2.volume\nassert: volume.encrypted == true\nmessage: m\n"
        'examples:\n  pass:\n    - terraform: |\n        resource "aws_ebs_volume" "a" {}\n'
    )
    done = run(tmp_path, "rules", "test", "aws-x.yaml")
    assert done.returncode == 1
    assert "aws-x: pass example 1, terraform: judged fail" in done.stdout


@pytest.mark.parametrize("words", [("-",), ("named.yaml",)])
def test_an_input_of_no_known_format_is_no_clean_scan(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "named.yaml").write_text("a: 1\n")
    for text in ("", "Error: no such chart\n"):
        done = run(tmp_path, "scan", *words, stdin=text)
        assert (done.returncode, done.stdout) == (3, "! nothing to scan: no file of a known format\n")


def test_an_address_is_told_from_a_rule(folder: Path) -> None:
    done = run(folder, "explain", "aws_ebs_volume.a")
    assert done.returncode == 2
    assert "groundrule explain --resource aws_ebs_volume.a" in done.stderr


def test_rules_of_configured_packs_are_explained_from_any_folder(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "policy").mkdir()
    (folder / "below").mkdir()
    (folder / "policy" / "acme-x.yaml").write_text(
        "id: acme-x\ntitle: Our own\nseverity: low\nresource: aws.ec2.volume\n"
        "assert: volume.encrypted == true\nmessage: m\n"
    )
    (folder / "groundrule.toml").write_text('packs = ["./policy/"]\n')
    assert run(folder / "below", "explain", "acme-x").stdout.startswith("Our own\n")
    assert run(folder / "below", "rules", "show", "acme-x").stdout.startswith("id: acme-x\n")
    assert "acme-x " in run(folder / "below", "rules", "list").stdout
