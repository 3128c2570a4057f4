"""Which configuration file is found."""

import os
from pathlib import Path

import pytest

from scanner.config.finding import MOST, find, read_file

OWN = 'fail-on = "high"\n'
SHARED = '[tool.groundrule]\nfail-on = "low"\n'


def put(path: Path, text: str = OWN) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "outer" / "repo"
    for folder in (".git", "infra/prod", "infra/dev"):
        (root / folder).mkdir(parents=True)
    put(root.parent / "groundrule.toml")
    return root


def path_of(paths: list[str], cwd: Path) -> str:
    found = find(paths, str(cwd))
    return os.path.relpath(found.path, cwd) if found else ""


def test_the_nearest_file_upward_is_taken(repository: Path) -> None:
    put(repository / "groundrule.toml")
    assert path_of(["infra/prod"], repository) == "groundrule.toml"
    put(repository / "infra" / "groundrule.toml")
    assert path_of(["infra/prod"], repository) == "infra/groundrule.toml"
    put(repository / "infra" / "prod" / "main.tf")
    put(repository / "infra" / "prod" / "groundrule.toml")
    assert path_of(["infra/prod/main.tf"], repository) == "infra/prod/groundrule.toml"


def test_what_is_scanned_counts_and_not_where_one_stands(repository: Path) -> None:
    put(repository / "infra" / "prod" / "groundrule.toml")
    put(repository / "infra" / "dev" / "groundrule.toml")
    assert path_of(["../prod"], repository / "infra" / "dev") == "../prod/groundrule.toml"


def test_several_paths_have_the_configuration_of_their_common_folder(repository: Path) -> None:
    put(repository / "infra" / "prod" / "groundrule.toml")
    put(repository / "infra" / "groundrule.toml")
    assert path_of(["infra/prod", "infra/dev"], repository) == "infra/groundrule.toml"


def test_the_way_up_ends_at_the_repository(repository: Path) -> None:
    assert find(["infra/prod"], str(repository)) is None


def test_the_way_up_ends_at_a_repository_that_is_a_work_tree(repository: Path) -> None:
    put(repository / "groundrule.toml")
    put(repository / "infra" / ".git", "gitdir: elsewhere\n")
    assert find(["infra/prod"], str(repository)) is None


def test_without_a_repository_it_ends_at_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    put(tmp_path / "groundrule.toml")
    assert path_of(["b"], tmp_path / "a") == ""
    assert path_of(["a/b"], tmp_path) == "groundrule.toml"
    assert find([str(tmp_path / "a")], str(tmp_path / "a" / "b")) is None


def test_its_own_file_comes_before_pyproject(repository: Path) -> None:
    put(repository / "pyproject.toml", SHARED)
    assert path_of(["."], repository) == "pyproject.toml"
    put(repository / "groundrule.toml")
    assert path_of(["."], repository) == "groundrule.toml"


@pytest.mark.parametrize(
    "text", ["[project]\nname = 'groundrule'\n", "[tool]\ngroundrulex = 1\n", "not toml groundrule"]
)
def test_a_pyproject_without_the_table_is_none(repository: Path, text: str) -> None:
    put(repository / "pyproject.toml", text)
    assert find(["."], str(repository)) is None


def test_a_broken_pyproject_that_has_the_table_is_found(repository: Path) -> None:
    put(repository / "pyproject.toml", "[tool.groundrule]\nfail-on = \n")
    assert path_of(["."], repository) == "pyproject.toml"


def test_standard_input_counts_as_the_working_directory(repository: Path) -> None:
    put(repository / "groundrule.toml")
    assert path_of(["-"], repository) == "groundrule.toml"


def test_a_link_out_of_the_repository_is_not_read(repository: Path) -> None:
    os.symlink(repository.parent / "groundrule.toml", repository / "groundrule.toml")
    found = find(["."], str(repository))
    assert found is not None
    assert (found.data, found.reason) == (b"", "it is a link that leads out of the repository")
    inside = put(repository / "shared" / "own.toml")
    (repository / "groundrule.toml").unlink()
    os.symlink(inside, repository / "groundrule.toml")
    found = find(["."], str(repository))
    assert found is not None
    assert found.data == OWN.encode()


def test_what_is_no_file_of_a_fair_size_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_file(str(tmp_path / "pipe")).reason == "it is no regular file"
    assert read_file(str(tmp_path)).reason == "it is no regular file"
    assert read_file(str(tmp_path / "gone")).reason == "No such file or directory"
    large = put(tmp_path / "large", "#" * (MOST + 1))
    assert read_file(str(large)).reason.startswith("it has more than")
