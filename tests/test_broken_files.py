"""A broken file costs its broken block: every good block beside it, and every good file, is still judged."""

import pytest

from scanner.api import ScanOptions, scan_texts
from scanner.model import ScanResult

GOOD = 'resource "aws_ebs_volume" "{name}" {{\n  availability_zone = "a"\n  encrypted         = false\n}}\n'
RULE = "aws-ec2-volume-unencrypted"

BROKEN = {
    "missing brace": 'resource "aws_ebs_volume" "broken" {\n  encrypted = false\n\n',
    "missing brace of a nested block": 'resource "aws_instance" "broken" {\n'
    "  root_block_device {\n    encrypted = false\n}\n",
    "missing quote": 'resource "aws_ebs_volume" "broken" {\n  availability_zone = "a\n}\n',
    "missing value": 'resource "aws_ebs_volume" "broken" {\n  encrypted =\n}\n',
    "missing bracket": 'resource "aws_ebs_volume" "broken" {\n  tags = [1, 2\n}\n',
    "extra brace": 'resource "aws_ebs_volume" "broken" {\n  encrypted = false\n}\n}\n',
    "equals sign twice": 'resource "aws_ebs_volume" "broken" {\n  encrypted = = false\n}\n',
    "unterminated heredoc": 'resource "aws_ebs_volume" "broken" {\n  tags = <<EOT\nabc\n}\n',
    "unterminated interpolation": 'resource "aws_ebs_volume" "broken" {\n  availability_zone = "${var.a"\n}\n',
    "merge markers": "<<<<<<< ours\nlocals { a = 1 }\n=======\nlocals { a = 2 }\n>>>>>>> theirs\n",
}


def failed(result: ScanResult) -> set[str]:
    return {each.resource.address for each in result.findings if each.outcome == "fail"}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_good_blocks_and_files_are_still_judged(broken: str) -> None:
    texts = {
        "a.tf": GOOD.format(name="in_a"),
        "b.tf": GOOD.format(name="before") + "\n" + broken + "\n" + GOOD.format(name="after"),
        "c.tf": GOOD.format(name="in_c"),
    }
    result = scan_texts(texts, ScanOptions(rules=(RULE,)))
    wanted = {f"aws_ebs_volume.{name}" for name in ("in_a", "before", "after", "in_c")}
    assert failed(result) - {"aws_ebs_volume.broken"} == wanted
    errors = [each for each in result.diagnostics if each.level == "error"]
    assert errors
    for each in errors:
        assert each.code == "GR-PARSE"
        assert each.span is not None
        assert each.span.path == "b.tf"
        assert 5 <= each.span.start_line <= 16
        assert each.hint


def test_binary_file_costs_itself_only() -> None:
    texts = {
        "a.tf": GOOD.format(name="in_a"),
        "b.tf": b"\x7fELF\x02\x01\x01\x00\x00\x80\xff" * 50,
        "c.tf": GOOD.format(name="in_c"),
    }
    result = scan_texts(texts, ScanOptions(rules=(RULE,)))
    assert failed(result) == {"aws_ebs_volume.in_a", "aws_ebs_volume.in_c"}
    assert [(each.code, each.level) for each in result.diagnostics] == [("GR-ENCODING", "error")]


def test_exit_code_is_incomplete_when_nothing_failed() -> None:
    good = GOOD.format(name="in_a").replace("false", "true")
    result = scan_texts({"a.tf": good, "b.tf": BROKEN["missing value"]}, ScanOptions(rules=(RULE,)))
    assert result.summary.exit_code == 3


def test_exit_code_is_of_the_finding_when_something_failed() -> None:
    result = scan_texts({"a.tf": GOOD.format(name="a"), "b.tf": BROKEN["missing value"]}, ScanOptions(rules=(RULE,)))
    assert result.summary.exit_code == 1
