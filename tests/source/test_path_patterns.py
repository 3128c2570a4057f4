"""Patterns of paths, with git's meaning."""

import pytest

from scanner.source.path_patterns import PathPatterns

PATTERNS = PathPatterns(["legacy", "*.tfvars", "!keep.tfvars", "/a/**/x", "./q/r", "z/**", "# no comment", "\n"], "/w")


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        ("/w/legacy", True),
        ("/w/legacy/x.tf", True),
        ("/w/b/legacy/m/x", True),
        ("/w/legacyx/x.tf", False),
        ("/w/b/a.tfvars", True),
        ("/w/keep.tfvars", False),
        ("/w/a/b/c/x", True),
        ("/w/b/a/x", False),
        ("/w/q/r/m.tf", True),
        ("/w/b/q/r/m.tf", False),
        ("/w/z/1", True),
        ("/w/z", False),
        ("/w", False),
        ("/", False),
        ("/x/legacy", False),
        ("/w/../x/legacy", False),
    ],
)
def test_what_patterns_cover(path: str, covered: bool) -> None:
    assert PATTERNS.covers(path) is covered


def test_a_name_is_the_very_path() -> None:
    assert PATTERNS.names("/w/legacy", is_directory=True)
    assert not PATTERNS.names("/w/legacy/x.tf", is_directory=False)


def test_patterns_for_folders_alone() -> None:
    folders = PathPatterns(["vendor/"], "/w")
    assert folders.covers("/w/vendor/a.tf")
    assert not folders.covers("/w/vendor")
    assert folders.covers("/w/vendor", is_directory=True)
