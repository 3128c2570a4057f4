"""Configuration as its user meets it: what counts, where errors are, what is shown."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GROUNDRULE = str(Path(sys.executable).parent / "groundrule")
BAD = 'resource "aws_ebs_volume" "a" {\n  encrypted = false\n}\n'
RULE = "aws-ec2-volume-unencrypted"


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


def failed(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["rule"], each["location"]["path"]) for each in found["results"] if each["outcome"] == "fail"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for folder in ("prod", "legacy"):
        (tmp_path / folder).mkdir()
    (tmp_path / "prod" / "main.tf").write_text(BAD)
    (tmp_path / "legacy" / "main.tf").write_text(BAD)
    return tmp_path


def configure(folder: Path, text: str) -> None:
    (folder / "groundrule.toml").write_text(text)


BOTH = [(RULE, "legacy/main.tf"), (RULE, "prod/main.tf")]


def test_without_a_configuration_everything_is_judged(repository: Path) -> None:
    assert failed(scan(repository)) == BOTH


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('fail-on = "never"', 0),
        ('fail-on = "critical"', 0),
        (f'skip = ["{RULE}", "aws-ec2-volume-no-customer-key"]', 0),
        ('rules = ["kubernetes"]', 0),
        ('min-severity = "critical"', 0),
        (f'fail-on = "critical"\n[severity]\n{RULE} = "critical"', 1),
        (f'fail-on = "medium"\n[severity]\n{RULE} = "low"', 0),
        (f'fail-on = "medium"\n[[paths]]\npath = "*"\nseverity.{RULE} = "low"', 0),
        (f'[[paths]]\npath = "legacy"\nskip = ["{RULE}"]', 1),
        (f'[[paths]]\npath = "**/main.tf"\nskip = ["{RULE}"]', 0),
        ('[[paths]]\npath = "*.tf"\nmin-severity = "critical"', 0),
    ],
)
def test_the_gate_follows_the_configuration(repository: Path, text: str, code: int) -> None:
    configure(repository, text)
    done = run(repository, "scan", "-q")
    assert (done.returncode, done.stderr) == (code, "")
    assert run(repository, "scan", "-q", "--no-config").returncode == 1


def test_the_command_line_wins(repository: Path) -> None:
    configure(
        repository, 'fail-on = "never"\nrules = ["kubernetes"]\nfail-on-unknown = true\nmin-severity = "critical"'
    )
    assert run(repository, "scan", "-q", "--fail-on", "low", "--rules", "aws").returncode == 0
    assert run(repository, "scan", "-q", "--fail-on", "low", "--rules", "aws", "--min-severity", "low").returncode == 1
    assert run(repository, "scan", "-q", "--no-fail-on-unknown", "--min-severity", "low").returncode == 0


def test_lists_that_add_are_joined(repository: Path) -> None:
    (repository / "prod" / "main.tf").write_text(
        'variable "e" {}\nresource "aws_ebs_volume" "a" {\n  encrypted = var.e\n}\n'
    )
    (repository / "infra.tfvars").write_text("e = false\n")
    configure(repository, 'var-files = ["infra.tfvars"]')
    assert failed(scan(repository / "prod", ".")) == [(RULE, "prod/main.tf")]
    assert RULE not in dict(failed(scan(repository / "prod", ".", "--var", "e=true")))
    (repository / "more.vars").write_text("e = true\n")
    assert RULE not in dict(failed(scan(repository / "prod", ".", "--var-file", "../more.vars")))


def test_paths_are_relative_to_the_configuration(repository: Path) -> None:
    (repository / "rules").mkdir()
    (repository / "rules" / "my-rule.yaml").write_text(
        "id: my-rule\ntitle: a volume\nseverity: low\nresource: aws.ec2.volume\n"
        "fail_if: context.env == 'prod'\nmessage: in {context.env}\n"
    )
    configure(repository, 'rules = ["rules/my-rule.yaml"]\ncontext = {env = "prod"}\nexclude = ["/legacy"]\n')
    found = scan(repository / "prod", ".")
    assert [(each["rule"], each["message"]) for each in found["results"]] == [("my-rule", "in prod")]
    assert scan(repository / "prod", ".", "--context", "env=dev")["results"] == []
    assert failed(scan(repository)) == [("my-rule", "prod/main.tf")]


def test_packs_are_judged_besides_the_built_in_ones(repository: Path) -> None:
    (repository / "pack").mkdir()
    (repository / "pack" / "pack.yaml").write_text("name: mine\nversion: 1.2.3\n")
    (repository / "pack" / "my-rule.yaml").write_text(
        "id: my-rule\ntitle: a volume\nseverity: low\nresource: aws.ec2.volume\nfail_if: volume.encrypted != true\n"
        "message: m\n"
    )
    configure(repository, 'packs = ["./pack"]\n')
    found = scan(repository, "prod")
    assert {rule for rule, _ in failed(found)} == {RULE, "my-rule"}
    assert ("mine", "1.2.3") in [(each["name"], each["version"]) for each in found["tool"]["packs"]]
    assert failed(scan(repository, "prod", "--rules", "mine")) == [("my-rule", "prod/main.tf")]


def test_params_are_given_to_the_rule(repository: Path) -> None:
    (repository / "prod" / "main.tf").write_text(
        'resource "aws_security_group" "a" {\n  ingress {\n    from_port = 2222\n    to_port = 2222\n'
        '    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n'
    )
    rule = "aws-ec2-sg-ingress-ssh"
    assert rule not in {each for each, _ in failed(scan(repository, "prod"))}
    configure(repository, f"[params.{rule}]\nports = [22, 2222]\n")
    assert rule in {each for each, _ in failed(scan(repository, "prod"))}


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ('fail-onn = "low"', "groundrule.toml:1:1: `fail-onn` is no key of the configuration", "`fail-on`"),
        (f'\nskip = ["{RULE}x"]', "groundrule.toml:2:1: skip: there is no rule", f"`{RULE}`"),
        (f'\n[severity]\n{RULE}x = "low"', "groundrule.toml:3:1: severity: there is no rule", f"`{RULE}`"),
        (f"\n[params.{RULE}x]\na = 1", "groundrule.toml:3:1: params: there is no rule", f"`{RULE}`"),
        (f"[params.{RULE}]\na = 1", f"groundrule.toml:2:1: params.{RULE}.a: the rule has no parameter", "it has none"),
        ("[params.aws-ec2-sg-ingress-ssh]\nport = [1]", "the rule has no parameter `port`", "`ports`"),
        ('[params.aws-ec2-sg-ingress-ssh]\nports = ["a"]', "ports: it takes list(int)", "the default is [22]"),
        ("[params.aws-ec2-sg-ingress-ssh]\nports = [true]", "ports: it takes list(int)", "the default is [22]"),
        ('[[paths]]\npath = "a"\nskip = ["x-y"]', "groundrule.toml:3:1: paths[0].skip: there is no rule `x-y`", ""),
        ('packs = ["./gone"]', "there is no directory", ""),
        ('frameworks = ["cis-aws-7.0.1"]', "cis-aws-7.0.1", "cis-aws-7.0.0"),
    ],
)
def test_a_bad_configuration_is_named_with_its_place(repository: Path, text: str, place: str, hint: str) -> None:
    configure(repository, text)
    done = run(repository, "scan")
    assert (done.returncode, done.stdout) == (2, "")
    assert place in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_config_and_no_config(repository: Path) -> None:
    (repository / "other.toml").write_text('fail-on = "never"')
    assert run(repository, "scan", "-q", "--config", "other.toml").returncode == 0
    assert run(repository, "scan", "-q", "--config", "gone.toml").returncode == 2
    assert run(repository, "scan", "-q", "--config", "other.toml", "--no-config").returncode == 2


def test_what_is_excluded_is_listed_file_by_file(repository: Path) -> None:
    configure(repository, 'exclude = ["legacy", "*.json"]')
    (repository / "legacy" / "deep").mkdir()
    (repository / "legacy" / "deep" / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n")
    (repository / "legacy" / "notes.yaml").write_text("a: 1\n")
    (repository / "package.json").write_text("{}")
    found = scan(repository)
    assert failed(found) == [(RULE, "prod/main.tf")]
    skipped = {each["path"]: each["reason"] for each in found["inputs"] if each["status"] == "skipped"}
    assert skipped == dict.fromkeys(("legacy/deep/pod.yaml", "legacy/main.tf"), "excluded by configuration")
    assert (RULE, "legacy/main.tf") in failed(scan(repository, "legacy"))


def test_findings_that_are_not_reported_are_told(repository: Path) -> None:
    configure(repository, f'[[paths]]\npath = "legacy/"\nskip = ["{RULE}"]\n')
    found = scan(repository)
    assert failed(found) == [(RULE, "prod/main.tf")]
    assert found["summary"]["fail"] == 1
    notes = [each["message"] for each in found["diagnostics"] if each["code"] == "GR-NOT-REPORTED"]
    assert notes == [f"{RULE}: 1 finding is not reported in `legacy/` by groundrule.toml:3"]


def test_a_control_is_not_clean_because_findings_are_not_reported(repository: Path) -> None:
    configure(repository, f'rules = ["{RULE}"]\n[[paths]]\npath = "*"\nskip = ["{RULE}"]\n')
    words = ["scan", "--framework", "cis-aws-7.0.0", "-f", "csv-controls"]
    done = run(repository, *words)
    if "no format" in done.stderr:
        pytest.skip("controls have no table")
    lines = [line for line in done.stdout.splitlines() if RULE in line or "satisfied-in-scope" in line]
    assert not any("satisfied-in-scope" in line for line in lines)


def test_config_show_gives_every_key_and_its_origin(repository: Path) -> None:
    configure(repository, 'fail-on = "high"\ncontext."a.b" = "\\u001b"\n[[paths]]\npath = "x"\nskip = ["a-b"]\n')
    plain = run(repository, "config", "show", "prod")
    assert plain.returncode == 0
    assert 'fail-on = "high"\n' in plain.stdout
    assert 'context."a.b" = "\\U0000001b"\n' in plain.stdout
    assert 'min-severity = "low"\n' in plain.stdout
    (repository / "again.toml").write_text(plain.stdout)
    again = run(repository, "config", "show", "--config", "again.toml")
    assert again.stdout.splitlines()[1:] == plain.stdout.splitlines()[1:]
    lines = {line.partition(" ")[0]: line for line in run(repository, "config", "show", "--origin").stdout.splitlines()}
    assert lines["fail-on"].endswith("# groundrule.toml:1")
    assert lines["skip"].endswith("# groundrule.toml:5")
    assert lines["min-severity"].endswith("# default")
    shown = json.loads(run(repository, "config", "show", "-f", "json").stdout)
    assert shown["file"] == "groundrule.toml"
    assert {"key": "fail-on", "value": "high", "origin": "groundrule.toml:1"} in shown["settings"]


def test_config_schema_is_the_published_one(tmp_path: Path) -> None:
    from scanner.config.schema import schema

    assert json.loads(run(tmp_path, "config", "schema").stdout) == schema()


def test_accounts_are_owned_where_the_configuration_says_so(tmp_path: Path) -> None:
    (tmp_path / "accounts" / "main").mkdir(parents=True)
    (tmp_path / "app").mkdir()
    for folder in ("accounts/main", "app"):
        (tmp_path / folder / "main.tf").write_text('resource "aws_sns_topic" "a" {}\n')
    (tmp_path / "my-rule.yaml").write_text(
        "id: my-rule\ntitle: no password policy\nseverity: low\nresource: aws.account\nwhen: account.owned\n"
        "assert: account.password.stated\nmessage: none\n"
    )
    assert scan(tmp_path, "--rules", "my-rule.yaml")["summary"]["not_applicable"] == 2
    configure(tmp_path, 'account-roots = ["accounts/*"]')
    found = scan(tmp_path, "--rules", "my-rule.yaml")
    assert [each["resource"]["address"] for each in found["results"]] == ["accounts/main"]
    assert found["summary"]["not_applicable"] == 1
    configure(tmp_path / "app", 'account-roots = ["."]')
    assert scan(tmp_path, "app", "--rules", "my-rule.yaml")["summary"]["fail"] == 1


def test_graph_and_explain_read_the_same_values(repository: Path) -> None:
    (repository / "prod" / "main.tf").write_text(
        'variable "e" {}\nresource "aws_ebs_volume" "a" {\n  encrypted = var.e\n}\n'
    )
    (repository / "infra.tfvars").write_text("e = false\n")
    configure(repository, 'var-files = ["infra.tfvars"]\nexclude = ["legacy"]\n')
    shown = run(repository, "explain", "--resource", "aws_ebs_volume.a", ".")
    assert "infra.tfvars:1" in shown.stdout
    assert "legacy" not in run(repository, "graph").stdout
    assert run(repository, "graph", "--no-config").returncode == 0
    configure(repository, "a = 1")
    assert run(repository, "graph").returncode == 2
