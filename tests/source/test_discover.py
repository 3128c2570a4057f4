"""Discovery on real folders: what is found, what is skipped, what is refused."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.model import Limits
from scanner.source.discover import Discovery, discover
from tests.source.test_gitignore import git

POD = "apiVersion: v1\nkind: Pod\n"


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def find(folder: Path, *paths: str, limits: Limits | None = None) -> Discovery:
    return discover(paths or (".",), cwd=str(folder), limits=limits or Limits())


def kinds(found: Discovery) -> dict[str, tuple[str, str]]:
    return {document.path: (document.format, document.kind) for document in found.documents}


def test_discover_recognises_files_by_name_and_content(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/main.tf": "",
            "a/x.tofu": "",
            "a/x.tf.json": "{}",
            "a/x.tofu.json": "{}",
            "a/terraform.tfvars": "",
            "a/x.auto.tfvars.json": "{}",
            "a/.terraform.lock.hcl": "",
            "a/.terraform/modules/modules.json": "{}",
            "a/.terraform/modules/m/main.tf": "",
            "a/.terraform/providers/p/x.tf": "",
            "plan.json": '{"format_version": "1.2", "planned_values": {}}',
            "cfn.yaml": "Resources:\n  A:\n    Type: AWS::S3::Bucket\n",
            "cfn.template": '{"AWSTemplateFormatVersion": "2010-09-09"}',
            "pod.yml": POD,
            "pod.json": '{"apiVersion": "v1", "kind": "Pod"}',
            "package.json": '{"name": "x"}',
            "ci.yaml": "on: push\n",
            "README.md": "",
            "node_modules/m/main.tf": "",
            ".git/x.tf": "",
        },
    )
    assert kinds(find(tmp_path)) == {
        "a/main.tf": ("hcl", "terraform"),
        "a/x.tofu": ("hcl", "terraform"),
        "a/x.tf.json": ("tf_json", "terraform"),
        "a/x.tofu.json": ("tf_json", "terraform"),
        "a/terraform.tfvars": ("tfvars", "tfvars"),
        "a/x.auto.tfvars.json": ("json", "tfvars"),
        "a/.terraform.lock.hcl": ("hcl", "lock"),
        "a/.terraform/modules/modules.json": ("json", "modules_manifest"),
        "a/.terraform/modules/m/main.tf": ("hcl", "terraform"),
        "plan.json": ("json", "terraform_plan"),
        "cfn.yaml": ("yaml", "cloudformation"),
        "cfn.template": ("json", "cloudformation"),
        "pod.yml": ("yaml", "kubernetes"),
        "pod.json": ("json", "kubernetes"),
    }
    assert find(tmp_path).inputs == ()


def test_discover_finds_each_file_once_and_in_order_when_paths_overlap(tmp_path: Path) -> None:
    write(tmp_path, {"b/main.tf": "", "a/main.tf": "", "a.tf": ""})
    found = find(tmp_path, "b", ".", "a/main.tf")
    assert [document.path for document in found.documents] == ["a.tf", "a/main.tf", "b/main.tf"]
    assert found.documents == find(tmp_path).documents
    assert found.root_of(str(tmp_path / "b" / "main.tf")) == os.path.realpath(tmp_path)


def test_discover_raises_when_a_path_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^nowhere: no such file or folder$"):
        find(tmp_path, "nowhere")


def test_discover_reads_standard_input(tmp_path: Path) -> None:
    for text, kind in ((POD, "kubernetes"), ('{"format_version":"1","planned_values":{}}', "terraform_plan")):
        found = discover(["-"], cwd=str(tmp_path), limits=Limits(), stdin=io.BytesIO(text.encode()))
        assert [(d.path, d.kind, d.absolute) for d in found.documents] == [("<stdin>", kind, "")]
    hcl = io.BytesIO(b'resource "a" "b" {\n}\n')
    assert discover(["-"], cwd=str(tmp_path), limits=Limits(), stdin=hcl).documents[0].format == "hcl"


def test_discover_reads_a_named_file_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path, {"plan": '{"format_version":"1","planned_values":{}}', "other.json": "{}", "pod": POD})
    assert kinds(find(tmp_path, "plan", "other.json", "pod")) == {
        "plan": ("json", "terraform_plan"),
        "other.json": ("json", "other"),
        "pod": ("yaml", "kubernetes"),
    }


def test_discover_converts_encodings_and_refuses_guesses(tmp_path: Path) -> None:
    text = "# é\n"
    write(
        tmp_path,
        {
            "utf8.tf": text,
            "bom.tf": b"\xef\xbb\xbf" + text.encode(),
            "utf16le.tf": text.encode("utf-16"),
            "utf16be.tf": b"\xfe\xff" + text.encode("utf-16-be"),
            "bad16.tf": text.encode("utf-16-le"),
            "latin1.tf": text.encode("latin-1"),
            "nul.tf": "a\0b",
            "odd16.tf": b"\xff\xfea",
            "utf32.tf": text.encode("utf-32"),
        },
    )
    found = find(tmp_path)
    assert {document.path: document.data for document in found.documents} == dict.fromkeys(
        ["bom.tf", "utf16be.tf", "utf16le.tf", "utf8.tf"], text.encode()
    )
    assert [d.path for d in found.diagnostics] == ["bad16.tf", "latin1.tf", "nul.tf", "odd16.tf", "utf32.tf"]
    assert {d.code for d in found.diagnostics} == {"GR-ENCODING"}
    assert {record.status for record in found.inputs} == {"failed"}


def test_discover_limits_sizes_by_what_the_file_is(tmp_path: Path) -> None:
    plan = '{"format_version":"1","planned_values":{}}' + " " * 100
    write(tmp_path, {"a.tf": "#" * 101, "plan.json": plan, "large.json": "[" + " " * 1000 + "]", "b.tf": "#" * 100})
    found = find(tmp_path, limits=Limits(file_size=100, plan_size=120))
    assert [document.path for document in found.documents] == ["b.tf"]
    assert [(d.path, d.code) for d in found.diagnostics] == [("a.tf", "GR-LIMIT-SIZE"), ("plan.json", "GR-LIMIT-SIZE")]


def test_discover_follows_links_only_inside_the_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path, {"root/real/a.tf": "# a\n", "secret.tf": "# s\n"})
    for name, target in {
        "file.tf": "real/a.tf",
        "dir": "real",
        "loop": ".",
        "up": "../..",
        "secret.tf": "../secret.tf",
        "passwd.yaml": "/etc/passwd",
        "x.tf": "y.tf",
        "y.tf": "x.tf",
        "notes.txt": "missing",
    }.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe.tf")
    found = find(root)
    assert [(d.path, d.data) for d in found.documents] == [("file.tf", b"# a\n"), ("real/a.tf", b"# a\n")]
    assert {d.path: (d.code, d.level) for d in found.diagnostics} == {
        "loop": ("GR-PATH-LOOP", "warning"),
        "up": ("GR-PATH-ESCAPE", "error"),
        "secret.tf": ("GR-PATH-ESCAPE", "error"),
        "passwd.yaml": ("GR-PATH-ESCAPE", "error"),
        "x.tf": ("GR-PATH-LOOP", "error"),
        "y.tf": ("GR-PATH-LOOP", "error"),
    }


def test_discover_skips_and_counts_what_git_ignores_and_does_not_track(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git(tmp_path, "init", "-q")
    write(
        tmp_path,
        {
            ".gitignore": "*.gen.tf\nbuild/\nkept/\n.terraform/\n*.tfvars\n",
            "a.tf": "",
            "x.gen.tf": "",
            "tracked.gen.tf": "",
            "build/b.tf": "",
            "kept/k.tf": "",
            "kept/other.tf": "",
            "s.tfvars": "",
            ".terraform/modules/m/main.tf": "",
        },
    )
    git(tmp_path, "add", "-f", "tracked.gen.tf", "kept/k.tf")
    found = find(tmp_path)
    assert [document.path for document in found.documents] == [
        ".terraform/modules/m/main.tf",
        "a.tf",
        "kept/k.tf",
        "s.tfvars",
        "tracked.gen.tf",
    ]
    assert [(r.path, r.status, r.reason) for r in found.inputs] == [
        ("build/", "skipped", "ignored by git"),
        ("kept/other.tf", "skipped", "ignored by git"),
        ("x.gen.tf", "skipped", "ignored by git"),
    ]
    assert [document.path for document in find(tmp_path, "x.gen.tf", "build").documents] == ["build/b.tf", "x.gen.tf"]
    assert [document.path for document in find(tmp_path / "kept", ".").documents] == ["kept/k.tf", "kept/other.tf"]


def test_discover_shows_paths_from_the_git_root_and_absolute_outside(tmp_path: Path) -> None:
    write(tmp_path, {"repo/.git/HEAD": "ref: x", "repo/sub/a.tf": "", "out/b.tf": ""})
    found = discover([".", "../../out"], cwd=str(tmp_path / "repo" / "sub"), limits=Limits())
    assert [document.path for document in found.documents] == [f"{os.path.realpath(tmp_path)}/out/b.tf", "sub/a.tf"]


def test_discover_skips_helm_templates_with_a_reason(tmp_path: Path) -> None:
    write(
        tmp_path, {"c/Chart.yaml": "name: c\n", "c/templates/a.yaml": POD + "x: {{ .V }}\n", "c/templates/b.yaml": POD}
    )
    found = find(tmp_path)
    assert [document.path for document in found.documents] == ["c/templates/b.yaml"]
    assert [(r.path, r.status) for r in found.inputs] == [("c/templates/a.yaml", "skipped")]


def test_discover_of_nothing_imports_no_parser(tmp_path: Path) -> None:
    code = (
        "import sys; from scanner.source.discover import discover; from scanner.model import Limits\n"
        "discover(['.'], cwd=sys.argv[1], limits=Limits())\n"
        "print(sorted({'json', 'yaml', 'hashlib', 'subprocess', 'scanner.source.hcl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_links_of_no_known_name_to_files_elsewhere_are_no_inputs(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("")
    root = tmp_path / "root"
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(tmp_path / "python3")
    assert find(root).diagnostics == ()
