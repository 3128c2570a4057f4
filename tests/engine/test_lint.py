"""What is said of rules that lack something, and where."""

from pathlib import Path

import pytest

from scanner.engine.lint import Remark
from scanner.engine.linting import lint_rules
from scanner.errors import PolicyError, UsageError

GOOD = """id: my-rule
topic: my.rule
title: A volume is plain
severity: low
resource: aws.ec2.volume
fail_if: volume.encrypted != true
at: encrypted
expect: must be true
message: '{volume} is plain'
why: Data at rest may be read.
fix:
  summary: Encrypt it.
  terraform: resource "aws_ebs_volume" "a" {}
  cloudformation: 'Resources: {}'
links: [https://example.com]
examples:
  fail:
    - terraform: resource "aws_ebs_volume" "a" {}
      cloudformation: 'Resources: {A: {Type: AWS::EC2::Volume}}'
  pass:
    - terraform: resource "aws_ebs_volume" "a" {}
"""


def remarks(folder: Path, text: str, name: str = "my-rule") -> list[tuple[int, str, str]]:
    (folder / f"{name}.yaml").write_text(text)
    report = lint_rules((f"{name}.yaml",))
    assert report.rules == 1
    assert all(each.path == f"{name}.yaml" and each.column for each in report.remarks)
    return [(each.line, each.check, each.message) for each in report.remarks]


def test_a_good_rule_gives_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert remarks(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "check", "message"),
    [
        ("volume.encrypted", "volume.encryptd", 6, "error",
         "no attribute `encryptd` on aws.ec2.volume; did you mean `encrypted`?"),
        ("'{volume} is plain'", "'{volume.nope} is plain'", 9, "error", "no attribute `nope` on aws.ec2.volume"),
        ("severity: low", "severity: lwo", 4, "error", "`lwo` does not fit `severity`; did you mean `low`?"),
        ("severity: low", "severty: low", 4, "error", "`severty` is no key of a rule; did you mean `severity`?"),
        ("resource: aws.ec2.volume", "resource: aws.ec2.volum", 5, "error",
         "`aws.ec2.volum` is no kind of resource; did you mean `aws.ec2.volume`?"),
        ("resource: aws.ec2.volume", "resource: terraform/aws_ebs_volume", 5, "error",
         "`terraform/aws_ebs_volume` is mapped, so no resource has it as its kind; write `resource: aws.ec2.volume`"),
        ("fail_if: volume.encrypted != true", "fail_if: 'true'", 6, "constant", "`true` is always true, whatever"),
        ("fail_if: volume.encrypted != true", "fail_if: volume.encrypted != true || 1 == 1", 6, "constant",
         "` is always true"),
        ("fail_if: volume.encrypted != true", "fail_if: volume.encrypted != true && 1 == 2", 6, "constant",
         "` is always false"),
        ("fail_if: volume.encrypted != true", "fail_if: volume.encrypted != true && volume.id == volume.id", 6,
         "error", "no attribute `id`"),
        ("fail_if: volume.encrypted != true", "fail_if: volume.encrypted == true || volume.key == volume.key", 6,
         "constant", "is always true"),
        ("fail_if:", "when: 1 == 1\nfail_if:", 6, "constant", "`1 == 1` is always true"),
        ("  terraform: resource \"aws_ebs_volume\" \"a\" {}\n  cloud", "  cloud", 11, "no-fix",
         "the rule judges terraform, and `fix` does not show what to write in it"),
        ("  summary: Encrypt it.\n", "", 11, "no-fix", "`fix` has no `summary`"),
        ("links: [https://example.com]\n", "", 1, "no-links", "the rule links to nothing"),
        ("https://example.com", "http://example.com", 15, "bad-link", "`http://example.com` is no https address"),
        ("why: Data at rest may be read.\n", "", 1, "no-why", "the rule has no `why`"),
        ("topic: my.rule\n", "", 1, "no-topic", "the rule has no `topic`"),
        ("  fail:\n", "  unknown:\n", 16, "no-fail-example", "the rule has no example that must fail"),
        ("  pass:\n", "  unknown:\n", 16, "no-pass-example", "the rule has no example that must pass"),
        ("      cloudformation: 'Resources: {A: {Type: AWS::EC2::Volume}}'\n", "", 16, "no-example",
         "the rule judges cloudformation, and has no example of it"),
        ("at:", "unless: [my-ruel]\nat:", 7, "unknown-rule", "`unless` names `my-ruel`, and there is no such rule"),
        ("A volume is plain", "TODO", 3, "todo", "`title` is still to be written"),
        ("at:", "params: {n: {type: int, default: 1}}\nat:", 7, "unused-parameter", "nothing reads the parameter `n`"),
        ("fail_if: volume.encrypted != true", "params: {n: {type: int, default: 7}}\nfail_if: volume.encrypted != true"
         " && params.n > 1", 10, "message-facts", "neither `message` nor `expect` shows the parameter `n`"),
        ("expect: must be true", "expect: must be {params.n}", 8, "error", "`expect` shows the parameter `n`"),
    ],
)  # fmt: skip
def test_each_lack_is_named_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, line: int, check: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert GOOD.count(old) == 1
    found = remarks(tmp_path, GOOD.replace(old, new))
    assert [each[:2] for each in found] == [(line, check)], found
    assert message in found[0][2]


def test_a_number_that_a_parameter_may_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = GOOD.replace("fail_if: ", "params: {days: {type: int, default: 90}}\nfail_if: params.days > 1 && ")
    stale = text.replace("must be true", "must be 90 days").replace("is plain'", "is {params.days}'")
    assert [each[1:] for each in remarks(tmp_path, stale)] == [
        ("message-facts", "`expect` says 90, which the parameter `days` may change; write {params.days}")
    ]
    assert remarks(tmp_path, stale.replace("90 days", "{params.days} days").replace("default: 90", "default: 9")) == []


def test_attributes_that_a_claimed_format_never_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = GOOD.replace("fail_if:", "formats: [kubernetes]\nfail_if:").replace("cloudformation:", "kubernetes:")
    assert "kubernetes never sets `encrypted` of aws.ec2.volume" in {each[2] for each in remarks(tmp_path, text)}


def test_a_bad_file_keeps_no_other_from_being_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text("name: mine\nversion: 1.0.0\nwithout_control: {my-rule: ours alone}\n")
    (pack / "a-bad.yaml").write_text("id: [")
    (pack / "b-bad.yaml").write_text("id: b-bad\n")
    (pack / "c-bad.yaml").write_text(GOOD)
    (pack / "my-rule.yaml").write_text(GOOD)
    (pack / "x-rule.yaml").write_text(GOOD.replace("my-rule", "x-rule"))
    report = lint_rules(("pack",))
    assert report.rules == 5
    assert [(each.path, each.check) for each in report.remarks] == [
        ("pack/a-bad.yaml", "error"),
        ("pack/b-bad.yaml", "error"),
        ("pack/c-bad.yaml", "error"),
        ("pack/my-rule.yaml", "error"),
        ("pack/x-rule.yaml", "no-mapping"),
    ]


def test_a_bad_pack_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pack.yaml").write_text("name: mine\n")
    with pytest.raises(PolicyError, match="the pack has no `version`"):
        lint_rules((".",))
    with pytest.raises(UsageError):
        lint_rules(("gone",))


def test_every_rule_of_ours_is_clean() -> None:
    report = lint_rules()
    assert report.rules > 100
    assert [str(each) for each in report.remarks] == []


def test_a_remark_is_a_line() -> None:
    assert str(Remark("a.yaml", 3, 1, "no-fix", "m")) == "a.yaml:3:1: m [no-fix]"
    assert str(Remark("a.yaml", 0, 0, "error", "m")) == "a.yaml: m [error]"
