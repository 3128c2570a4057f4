"""Reading stays inside the root, and tells nothing of what is outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.source.reader import ESCAPE, Refusal, SourceReader, contained, read_regular


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (tmp_path / "secret.txt").write_text("s")
    (folder / "inside").symlink_to("a.txt")
    (folder / "outside").symlink_to("../secret.txt")
    (folder / "missing").symlink_to("../nothing")
    (folder / "way").symlink_to("..")
    return folder


def test_read_gives_bytes_when_the_file_is_inside(root: Path) -> None:
    reader = SourceReader(100)
    assert reader.read(str(root / "a.txt"), str(root)) == b"a"
    assert reader.read(str(root / "sub" / ".." / "a.txt"), str(root)) == b"a"
    assert reader.read(str(root / "inside"), str(root)) == b"a"
    assert reader.exists(str(root / "a.txt"), str(root)) is True
    assert reader.exists(str(root / "b.txt"), str(root)) is False
    assert reader.directory(str(root / "sub"), str(root)) == []


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "../nothing",
        "outside",
        "missing",
        "way/secret.txt",
        "way/nothing",
        "sub/../../secret.txt",
        "x\0y",
    ],
)
def test_read_says_the_same_of_everything_outside(root: Path, name: str) -> None:
    reader = SourceReader(100)
    path = f"{root}/{name}"
    assert reader.read(path, str(root)) == ESCAPE
    assert reader.exists(path, str(root)) == ESCAPE
    assert reader.directory(path, str(root)) == ESCAPE


@pytest.mark.parametrize("path", ["/etc/passwd", "relative", "~/.ssh/id_rsa", "/proc/self/environ", "/dev/zero"])
def test_contained_refuses_other_places(root: Path, path: str) -> None:
    assert contained(path, str(root)) == ESCAPE


def test_contained_refuses_a_sibling_whose_name_begins_alike(root: Path) -> None:
    assert contained(str(root) + "-other/a", str(root)) == ESCAPE


def test_read_regular_refuses_what_is_large_a_link_a_pipe_or_a_device(root: Path) -> None:
    os.mkfifo(root / "pipe")
    codes = [read_regular(str(path), 0) for path in (root / "a.txt", root / "inside", root / "pipe", root, "/dev/zero")]
    assert [refusal.code for refusal in codes if isinstance(refusal, Refusal)] == ["GR-LIMIT-SIZE"] + ["GR-READ"] * 4
