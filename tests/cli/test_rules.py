"""`groundrule rules`: what an author of rules meets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.engine.natives import native_types
from scanner.normalise import load_tables
from scanner.policy.rules import read_rule
from scanner.source.compiled import parse_yaml

GROUNDRULE = str(Path(sys.executable).parent / "groundrule")
LEFT = {"todo", "no-links", "no-pass-example"}
"""What the author of a new rule must still write."""


def run(cwd: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GROUNDRULE, "rules", *words], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )  # fmt: skip


def checks(output: str) -> set[str]:
    return {line.rpartition("[")[2].rstrip("]") for line in output.splitlines() if line.endswith("]")}


@pytest.mark.parametrize(
    "kind", ["aws.s3.bucket", "aws.ec2.security_group_rule", "kubernetes.container", "terraform/aws_foo",
             "cloudformation/AWS::Foo::Bar", "kubernetes/Gadget"],
)  # fmt: skip
def test_a_new_rule_runs_and_lacks_only_what_its_author_writes(tmp_path: Path, kind: str) -> None:
    done = run(tmp_path, "new", "my-new-rule", "--kind", kind, "--dir", "pack/sub")
    assert done.returncode == 0, done.stderr
    path = "pack/sub/my-new-rule.yaml"
    assert path in done.stdout
    assert read_rule(parse_yaml(path, (tmp_path / path).read_bytes()), path=path).kinds == (kind,)
    tested = run(tmp_path, "test", path)
    assert (tested.returncode, tested.stdout[0]) == (0, "✓")
    linted = run(tmp_path, "lint", path)
    assert linted.returncode == 1
    assert checks(linted.stdout) <= LEFT | {"no-fail-example", "no-example"}
    assert "todo" in checks(linted.stdout)


@pytest.mark.parametrize("kind", sorted(native_types(load_tables()))[::9])
def test_kinds_of_every_sort_can_be_begun_with(tmp_path: Path, kind: str) -> None:
    assert run(tmp_path, "new", "a-b", "--kind", kind).returncode == 0
    assert run(tmp_path, "test", "a-b.yaml").returncode == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("new", "MyRule", "--kind", "aws.s3.bucket"), "`MyRule` is no rule id"),
        (("new", "../a-b", "--kind", "aws.s3.bucket"), "`../a-b` is no rule id"),
        (("new", "a-b", "--kind", "aws.s3.bukcet"), "did you mean `aws.s3.bucket`?"),
        (("new", "a-b", "--kind", "tofu/aws_x"), "`tofu/aws_x` is no native type"),
        (("new", "a-b"), "Missing option '--kind'"),
        (("lint", "aws-s3-bucket-public-acls"), "did you mean `aws-s3-bucket-public-acl`?"),
        (("docs", "gone"), "there is no rule, pack, file or directory"),
    ],
)
def test_wrong_words_are_answered_with_the_right_ones(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    done = run(tmp_path, *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a-b.yaml").write_text("mine")
    assert run(tmp_path, "new", "a-b", "--kind", "aws.s3.bucket").returncode == 2
    assert (tmp_path / "a-b.yaml").read_text() == "mine"
    (tmp_path / "file").write_text("")
    assert run(tmp_path, "new", "c-d", "--kind", "aws.s3.bucket", "--dir", "file").returncode == 4


def test_lint_names_the_attribute_the_file_and_the_line(tmp_path: Path) -> None:
    (tmp_path / "my-rule.yaml").write_text(
        "id: my-rule\ntitle: t\nseverity: low\nresource: aws.s3.bucket\nassert: >-\n  bucket.acl != null\n"
        "  && bucket.versionning == true\nmessage: m\n"
    )
    done = run(tmp_path, "lint", "my-rule.yaml")
    assert done.stdout.splitlines() == [
        "my-rule.yaml:7:13: no attribute `versionning` on aws.s3.bucket; did you mean `versioning.enabled`? [error]",
        "✕ 1 remark on 1 rule",
    ]


def test_pages_are_written_for_each_rule(tmp_path: Path) -> None:
    done = run(tmp_path, "docs", "aws-ec2-sg-ingress-ssh", "kubernetes-container-privileged", "--dir", "pages")
    assert done.stdout == "✓ 2 pages in pages\n"
    page = (tmp_path / "pages" / "aws-ec2-sg-ingress-ssh.md").read_text(encoding="utf-8")
    for part in ("# SSH is open to the whole internet", "## Mend it", "```hcl", "[params.aws-ec2-sg-ingress-ssh]",
                 "cis-aws-7.0.0", "## Examples", "<https://docs.aws.amazon.com/"):  # fmt: skip
        assert part in page
    assert run(tmp_path, "docs", "aws-ec2-sg-ingress-ssh").stdout == page


def test_texts_of_a_rule_stay_texts_in_its_page(tmp_path: Path) -> None:
    (tmp_path / "a-b.yaml").write_text(
        "id: a-b\ntitle: '<script>x</script> | *b*'\nseverity: low\nresource: aws.s3.bucket\nassert: 'true'\n"
        'message: m\nfix: {terraform: "```\\n# h\\n```"}\n'
    )
    page = run(tmp_path, "docs", "a-b.yaml").stdout
    assert "# \\<script\\>x\\</script\\> \\| \\*b\\*" in page
    assert "````hcl\n```\n# h\n```\n````" in page


def test_an_installed_pack_is_read_and_never_imported(tmp_path: Path) -> None:
    site, marker = tmp_path / "site", tmp_path / "imported"
    folder = site / "acme_rules" / "pack"
    folder.mkdir(parents=True)
    (site / "acme_rules" / "__init__.py").write_text(f"open({str(marker)!r}, 'w')\n")
    (folder / "pack.yaml").write_text("name: acme\nversion: 2.1.0\n")
    (folder / "acme-volume.yaml").write_text(
        "id: acme-volume\ntitle: t\nseverity: low\nresource: aws.ec2.volume\nfail_if: volume.encrypted != true\n"
        'message: m\nexamples: {fail: [{terraform: \'resource "aws_ebs_volume" "a" {}\'}]}\n'
    )
    info = site / "acme_rules-2.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 2.1.0\n")
    (info / "entry_points.txt").write_text("[groundrule.rulepacks]\nacme = acme_rules.pack\nbad = acme_rules.../x\n")
    work = tmp_path / "work"
    work.mkdir()
    there = {"PYTHONPATH": str(site)}
    assert "acme-volume" in run(work, "list", "--rules", "acme", **there).stdout
    assert run(work, "test", "acme", **there).stdout.startswith("✓ 1 of 1 examples")
    assert "no-links" in checks(run(work, "lint", "acme", **there).stdout)
    assert run(work, "list", "--rules", "bad", **there).returncode == 2
    assert run(work, "list", "--rules", "acme").returncode == 2
    (work / "groundrule.toml").write_text('packs = ["acme"]\n')
    (work / "main.tf").write_text('resource "aws_ebs_volume" "a" {}\n')
    done = subprocess.run(
        [GROUNDRULE, "scan", "-q"], cwd=work, capture_output=True, text=True, check=False, env={**os.environ, **there}
    )
    assert "acme-volume" in done.stdout
    assert not marker.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name: mine\n", "pack/pack.yaml:1:1: the pack has no `version`"),
        ("version: 1.0.0\n", "the pack has no `name`"),
        ("name: Mine\nversion: 1.0.0\n", "pack/pack.yaml:1:7: `Mine` is no name of a pack"),
        ("name: mine\nversion: 1.0\n", "pack/pack.yaml:2:10: `1.0` is no semantic version"),
        ("name: mine\nverson: 1.0.0\n", "pack/pack.yaml:2:1: `verson` is no key of a pack"),
        ("name: [\n", "pack/pack.yaml:2:1: "),
        ("- a\n", "a pack.yaml holds one map"),
    ],
)
def test_a_bad_pack_is_named_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.yaml").write_text(text)
    done = run(tmp_path, "list", "--rules", "./pack")
    assert done.returncode == 2
    assert sentence in done.stderr.replace("./pack", "pack")


def test_two_packs_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.yaml").write_text("name: mine\nversion: 1.0.0\n")
    (tmp_path / "groundrule.toml").write_text('packs = ["./one", "./two"]\n')
    (tmp_path / "main.tf").write_text("")
    done = subprocess.run([GROUNDRULE, "scan"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there are two packs of the name `mine`" in done.stderr


@pytest.mark.parametrize("what", ["rule", "pack", "framework", "waiver"])
def test_schemas_are_printed(tmp_path: Path, what: str) -> None:
    assert json.loads(run(tmp_path, "schema", what).stdout)["type"] == "object"
