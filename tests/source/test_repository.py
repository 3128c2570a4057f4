"""Commit, branch, dirty files and blame, in clean and in hostile repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.source.repository import blame, head, is_dirty

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Runs git in a new repository with one commit: main.tf of four lines, and sub/a.yaml."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    people = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
              (("NAME", "Ada"), ("EMAIL", "a@example.org"), ("DATE", "2026-05-02T10:00:00+0000"))}  # fmt: skip

    def run(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=tmp_path, check=True, capture_output=True, text=True, env={**environment, **people}
        )
        return done.stdout.strip()

    run("init", "-q", "-b", "main")
    (tmp_path / "sub").mkdir()
    (tmp_path / "main.tf").write_text("a = 1\nb = 2\nc = 3\nd = 4\n")
    (tmp_path / "sub" / "a.yaml").write_text("a: 1\n")
    run("add", ".")
    run("commit", "-q", "-m", "first")
    return run


def test_head_is_commit_branch_and_root(git: Git, tmp_path: Path) -> None:
    commit = git("rev-parse", "HEAD")
    assert head(str(tmp_path / "sub")) == (commit, "main", str(tmp_path))
    git("checkout", "-q", "--detach")
    assert head(str(tmp_path)) == (commit, "", str(tmp_path))


def test_nothing_is_said_outside_a_repository_or_before_a_commit(tmp_path: Path) -> None:
    assert (head(str(tmp_path)), is_dirty(str(tmp_path), []), blame(str(tmp_path), "a", 1)) == (None, None, None)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert head(str(tmp_path)) is None
    assert head(str(tmp_path / "missing")) is None


def test_nothing_is_said_without_git(git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert (head(str(tmp_path)), is_dirty(str(tmp_path), ["main.tf"])) == (None, None)


def test_dirty_is_a_scanned_file_that_differs_or_is_not_in_the_commit(git: Git, tmp_path: Path) -> None:
    both = [str(tmp_path / "main.tf"), "sub/a.yaml"]
    assert is_dirty(str(tmp_path), both) is False
    (tmp_path / "other.tf").write_text("x = 1\n")
    assert is_dirty(str(tmp_path), both) is False
    assert is_dirty(str(tmp_path), [*both, "other.tf"]) is True
    assert is_dirty(str(tmp_path), [*both, "missing.tf"]) is True
    (tmp_path / "main.tf").write_bytes(b"a = 1\r\nb = 2\r\nc = 3\r\nd = 4\r\n")
    assert is_dirty(str(tmp_path), both) is False
    (tmp_path / "main.tf").write_text("a = 2\n")
    assert is_dirty(str(tmp_path / "sub"), ["../main.tf"]) is True


def test_blame_follows_a_line_past_changes_around_it(git: Git, tmp_path: Path) -> None:
    first = git("rev-parse", "HEAD")
    assert blame(str(tmp_path), "main.tf", 4) == (first, "Ada", "2026-05-02")
    (tmp_path / "main.tf").write_text("a = 1\nnew = 1\nb = 2\nc = 3\nd = 4\n")
    assert blame(str(tmp_path), "main.tf", 2) is None
    assert blame(str(tmp_path), "main.tf", 5) == (first, "Ada", "2026-05-02")
    git("commit", "-q", "-a", "-m", "second")
    second = blame(str(tmp_path / "sub"), "../main.tf", 2)
    assert second is not None
    assert second.commit == git("rev-parse", "HEAD")
    assert blame(str(tmp_path), "main.tf", 6) is None
    assert blame(str(tmp_path), "../outside.tf", 1) is None


HOSTILE = {
    "core.fsmonitor": "touch {0}; false",
    "core.hooksPath": "{1}",
    "core.pager": "touch {0}",
    "core.sshCommand": "touch {0};",
    "core.editor": "touch {0}",
    "filter.evil.clean": "touch {0}; cat",
    "filter.evil.smudge": "touch {0}; cat",
    "filter.evil.process": "touch {0}",
    "filter.evil.required": "true",
    "diff.evil.textconv": "touch {0}; cat",
    "diff.evil.command": "touch {0}",
    "diff.external": "touch {0}",
    "gpg.program": "touch {0};",
    "log.showSignature": "true",
    "alias.blame": "!touch {0}",
    "alias.rev-parse": "!touch {0}",
    "pager.blame": "touch {0}",
    "credential.helper": "!touch {0}",
    "extensions.partialClone": "origin",
    "remote.origin.url": "ext::touch {0}",
    "remote.origin.promisor": "true",
    "protocol.ext.allow": "always",
    "protocol.allow": "always",
}


def test_configuration_of_a_repository_runs_nothing(git: Git, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "fsmonitor-watchman", "pre-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (hooks / name).chmod(0o755)
    (tmp_path / ".gitattributes").write_text("* filter=evil diff=evil\n")
    blob = git("rev-parse", "HEAD:sub/a.yaml")
    git("config", "core.repositoryFormatVersion", "1")
    for name, value in HOSTILE.items():
        git("config", name, value.format(ran, hooks))
    (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert head(str(tmp_path)) is not None
    assert is_dirty(str(tmp_path), ["main.tf", "sub/a.yaml"]) is False
    assert blame(str(tmp_path), "main.tf", 1) is not None
    assert blame(str(tmp_path), "sub/a.yaml", 1) is None
    assert not ran.exists()


def test_variables_of_the_environment_do_not_redirect(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert head(str(tmp_path)) is not None
