"""Patterns and the index are read as git itself reads them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scanner.source import gitignore
from scanner.source.git_index import find_work_tree, index_names

FILES = [
    "a", "b.tf", "dir/a", "dir/b.tf", "dir/sub/a.log", "x y/a", "dir2/sub/b.tf", "[a]", "a.b.c", "dir/sub/deep/ab",
    "é", "b]", "-/b",
]  # fmt: skip
_pieces = st.sampled_from(
    [
        "a", "b", "*", "**", "***", "?", "/", "dir", "sub", ".tf", "!", "[ab]", "[!a]", "[a-c]", "\\", " ", "#", "[",
        "]", "[/", "[^", "-", "[:punct:]", "[[:alpha:]]", "x y", "é", "\r",
    ]
)  # fmt: skip
_pattern = st.lists(_pieces, min_size=1, max_size=5).map("".join)
_patterns = st.lists(_pattern, min_size=1, max_size=4)


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """Run git on a repository that has no configuration of the user's."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("repository")
    git(folder, "init", "-q")
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    return folder


@given(_patterns)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(["*", "!dir", "dir/*", "!dir/a"])
@example(["**/sub/**", "!a.log"])
@example(["dir/", "!dir/a"])
@example(["a[/b]", "d[!/]r/**a", "[/[ab]"])
@example(["di**/a", "dir/sub***/ab", "/***/ab", "d**"])
@example(["dir**\\/a", "?", "[!-~]?"])
@example(["a/**", "/b.tf", "\\[a]", "x\\ y", "a\\ ", "**"])
def test_ignores_what_git_ignores(repository: Path, patterns: list[str]) -> None:
    (repository / ".gitignore").write_bytes(("\n".join(patterns) + "\n").encode())
    said = git(repository, "check-ignore", "--no-index", "--stdin", "-z", given="\0".join(FILES) + "\0")
    tree = find_work_tree(str(repository))
    assert tree is not None
    ours = {name for name in FILES if tree.ignores(str(repository / name), is_directory=False)}
    assert ours == set(said.split("\0")) - {""}


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_index_names_are_what_git_tracks(tmp_path: Path, version: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git(tmp_path, "init", "-q")
    names = ["a", "dir/b", "dir/bc", "é.tf", "x" * 100, *(f"many/{i}" for i in range(50))]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    git(tmp_path, "update-index", "--index-version", version)
    git(tmp_path, "add", ".")
    if version == "3":
        git(tmp_path, "update-index", "--skip-worktree", "a")
    data = (tmp_path / ".git" / "index").read_bytes()
    assert data[7] == int(version)
    assert sorted(index_names(data, 20) or []) == sorted(names)
    (tmp_path / ".gitignore").write_text("*\n")
    tree = find_work_tree(str(tmp_path / "dir"))
    assert tree is not None
    assert tree.ignores(str(tmp_path / "dir" / "b"), is_directory=False)
    assert tree.tracks(str(tmp_path / "dir" / "b"))
    assert not tree.tracks(str(tmp_path / "dir" / "new"))
    assert tree.tracks_below(str(tmp_path / "dir"))
    assert not tree.tracks_below(str(tmp_path / "di"))


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda data: b"DIRC\0\0\0\4\0\0\0\2" + data))
def test_index_names_never_raises(data: bytes) -> None:
    index_names(data, 20)


def test_a_worktree_is_found_through_its_git_file(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    main = tmp_path / "main"
    main.mkdir()
    git(main, "init", "-q")
    (main / "a.tf").write_text("")
    git(main, "add", ".")
    git(main, "-c", "user.name=n", "-c", "user.email=e@e", "commit", "-qm", "m")
    git(main, "worktree", "add", "-q", "../other")
    (main / ".git" / "info" / "exclude").write_text("*.tf\n")
    tree = find_work_tree(str(tmp_path / "other"))
    assert tree is not None
    assert tree.ignores(str(tmp_path / "other" / "a.tf"), is_directory=False)
    assert tree.tracks(str(tmp_path / "other" / "a.tf"))


def test_patterns_take_no_time_when_they_are_hostile() -> None:
    patterns = gitignore.parse("*a" * 50 + "b\n" + "**/" * 50 + "b\n" + "[" * 200 + "\n" + "?" * 400_000 + "*\n")
    assert gitignore.decide(patterns, ["a" * 250] * 50, is_directory=False) is None
