"""Untrusted runs: what comes with the scanned code says nothing of its own judgement, and what it tries is listed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.config.test_reader import WHOLE
from tests.shared import shared_path

GROUNDRULE = str(Path(sys.executable).parent / "groundrule")
TAKEOVER = "10-repo-takeover"
BUCKET = "aws-s3-bucket-public-acl"


def run(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GROUNDRULE, *words], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip


def scan(cwd: Path, *words: str) -> dict[str, Any]:
    done = run(cwd, "scan", "-f", "json", *words)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refused(found: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [
        (each["location"]["path"], each["location"]["start_line"], each["message"])
        for each in found["diagnostics"]
        if each["code"] == "GR-UNTRUSTED" and each["location"]
    ]


@pytest.fixture(scope="module")
def takeover(tmp_path_factory: pytest.TempPathFactory) -> Path:
    maker = shared_path("hostile/make_hostile.py")
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "make_hostile.py").write_bytes(maker.read_bytes())
    subprocess.run([sys.executable, "make_hostile.py"], cwd=folder, check=True, capture_output=True)
    return folder / TAKEOVER


def nothing_happened(folder: Path) -> bool:
    return not [*Path("/").glob("PWNED*"), *folder.parent.parent.rglob("PWNED*")]


def test_a_takeover_is_exit_2_with_its_place(takeover: Path) -> None:
    done = run(takeover, "scan", ".")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("groundrule: groundrule.toml:1:1: `rules` takes a list of texts; 4 more")
    assert nothing_happened(takeover)


@pytest.mark.parametrize(("cwd", "path", "shown"), [(".", ".", ""), ("..", TAKEOVER, f"{TAKEOVER}/")])
def test_a_takeover_is_listed_and_ignored_in_an_untrusted_run(takeover: Path, cwd: str, path: str, shown: str) -> None:
    found = scan(takeover / cwd, "--untrusted", path)
    assert BUCKET in [each["rule"] for each in found["results"] if each["outcome"] == "fail"]
    assert found["summary"]["exit_code"] == 1
    assert refused(found) == [
        (f"{shown}groundrule.toml", 1, "refused: `rules` takes a list of texts"),
        (f"{shown}groundrule.toml", 4, "refused: `scan` is no key of the configuration"),
        (f"{shown}groundrule.toml", 6, "refused: `waivers` takes a list of texts"),
        (f"{shown}groundrule.toml", 9, "refused: `output` is no key of the configuration"),
        (f"{shown}groundrule.toml", 11, "refused: `pdp` is no key of the configuration"),
    ]
    assert nothing_happened(takeover)


def test_the_program_is_not_shadowed_by_the_scanned_folder(takeover: Path) -> None:
    for words in (("version",), ("rules", "list"), ("scan", "--untrusted", "."), ("scan", "--no-config", ".")):
        done = run(takeover, *words)
        assert done.returncode in (0, 1, 2)
        assert "Traceback" not in done.stderr
    assert nothing_happened(takeover)
    paths = subprocess.run(
        [sys.executable, GROUNDRULE, "version"], cwd=takeover, capture_output=True, text=True, check=True
    )
    assert paths.stdout.startswith("groundrule ")
    assert nothing_happened(takeover)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "pr"
    (root / ".git").mkdir(parents=True)
    (root / "infra").mkdir()
    (root / "infra" / "main.tf").write_text('resource "aws_s3_bucket" "b" {\n  acl = "public-read-write"\n}\n')
    return root


def test_every_key_is_refused(repository: Path) -> None:
    (repository / "groundrule.toml").write_text(WHOLE.replace("fail-on-unknown = true", "fail-on-unknown = false"))
    bare = scan(repository, "--no-config")
    found = scan(repository, "--untrusted")
    assert found["results"] == bare["results"]
    assert found["summary"] == bare["summary"]
    said = [message for _, _, message in refused(found)]
    for key in (
        "rules", "skip", "packs", "frameworks", "min-severity", "fail-on", "fail-on-unknown", "exclude", "var-files",
        "parameters", "workspace", "context.env", "limits.file-size", "waivers", "account-roots",
        "waiver-policy.reason", "waiver-policy.approver", "waiver-policy.days", "severity.aws-s3-bucket-public-acl",
        "params.aws-ec2-sg-ingress-ssh.ports", "paths[0].path", "paths[0].skip", "paths[0].severity.c-d",
        "paths[0].min-severity",
    ):  # fmt: skip
        assert f"refused: `{key}`" in said, key


def test_what_makes_it_stricter_is_kept(repository: Path) -> None:
    (repository / "infra" / "main.tf").write_text(
        'variable "a" {}\nresource "aws_ebs_volume" "b" {\n  encrypted = var.a\n}\n'
    )
    rule = ("--rules", "aws-ec2-volume-unencrypted")
    assert run(repository, "scan", "--untrusted", *rule).returncode == 0
    (repository / "groundrule.toml").write_text("fail-on-unknown = true\n")
    done = run(repository, "scan", "--untrusted", *rule)
    assert done.returncode == 1
    assert "GR-UNTRUSTED" not in done.stdout


@pytest.mark.parametrize("text", ["a = [", "fail-on = 3", "\x00", "a = " + "[" * 100_000])
def test_a_bad_configuration_is_listed_and_ignored(repository: Path, text: str) -> None:
    (repository / "groundrule.toml").write_text(text)
    found = scan(repository, "--untrusted")
    assert len([each for each in found["diagnostics"] if each["code"] == "GR-UNTRUSTED"]) == 1
    assert found["summary"]["exit_code"] == 1
    assert run(repository, "scan").returncode == 2


def test_a_named_configuration_counts_only_from_elsewhere(repository: Path) -> None:
    inside, outside = repository / "own.toml", repository.parent / "base.toml"
    for each in (inside, outside):
        each.write_text('fail-on = "never"\n')
    assert run(repository, "scan", "--untrusted", "--config", "own.toml").returncode == 1
    assert run(repository, "scan", "infra", "--untrusted", "--config", "own.toml").returncode == 1
    assert run(repository, "scan", "--untrusted", "--config", "../base.toml").returncode == 0


def test_an_archive_without_git_is_not_trusted_either(repository: Path) -> None:
    (repository / ".git").rmdir()
    (repository / "groundrule.toml").write_text('fail-on = "never"\n')
    assert run(repository, "scan", "infra").returncode == 0
    assert run(repository, "scan", "infra", "--untrusted").returncode == 1


def test_a_repository_around_the_repository_is_not_trusted(repository: Path) -> None:
    (repository / "infra" / ".git").write_text("gitdir: ../.git/modules/infra\n")
    (repository / "groundrule.toml").write_text('fail-on = "never"\n')
    assert run(repository, "scan", "infra", "--untrusted", "--config", "groundrule.toml").returncode == 1


def test_the_command_line_still_counts(repository: Path) -> None:
    (repository / "groundrule.toml").write_text('fail-on = "never"\n')
    assert run(repository, "scan", "--untrusted", "--fail-on", "never").returncode == 0


def test_rules_and_waivers_of_the_scanned_tree_are_refused(repository: Path) -> None:
    entry = f"rule: {BUCKET}, address: aws_s3_bucket.b, reason: mine, owner: me, expires: 2999-01-01"
    waiver = f"waivers:\n  - {{{entry}}}\n"
    for folder in (repository, repository.parent):
        (folder / "waivers.yaml").write_text(waiver)
        (folder / "my-rule.yaml").write_text(
            "id: my-rule\ntitle: t\nseverity: low\nresource: aws.s3.bucket\nassert: bucket.acl == null\nmessage: m\n"
        )
    done = run(repository, "scan", "--untrusted", "--rules", "my-rule.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "an untrusted run takes no rules from the scanned tree" in done.stderr
    assert run(repository, "scan", "--untrusted", "--rules", "../my-rule.yaml").returncode == 1
    words = ("scan", "--rules", BUCKET, "--waivers")
    assert run(repository, *words, "waivers.yaml").returncode == 0
    done = run(repository, *words, "waivers.yaml", "--untrusted")
    assert done.returncode == 1
    assert "the waiver file waivers.yaml lies in the scanned tree" in done.stdout
    assert run(repository, *words, "../waivers.yaml", "--untrusted").returncode == 0
