"""What holds for every source file."""

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "scanner"
MODULES = sorted(PACKAGE.rglob("*.py"))
SEAMS = {"scanner/loaders/dispatch.py", "scanner/cli/output.py", "scanner/engine/evaluate.py"}
UNNAMES = {"utils", "helpers", "common", "misc", "manager"}


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


def test_no_module_is_over_400_lines() -> None:
    assert {_name(path): count for path in MODULES if (count := len(path.read_text().splitlines())) > 400} == {}


def test_every_module_says_what_is_in_it() -> None:
    assert [_name(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_modules_are_named_for_a_subject() -> None:
    assert [_name(path) for path in MODULES if path.stem in UNNAMES] == []


def test_any_exception_is_caught_at_three_seams_only() -> None:
    found = [
        _name(path)
        for path in MODULES
        for _ in re.finditer(r"except (Base)?Exception\b(?! as error:\n +# not)", path.read_text())
    ]
    broad = [name for name in found if "except Exception" in (PACKAGE.parent / name).read_text()]
    assert sorted(set(broad)) == sorted(SEAMS)
    assert len([1 for path in MODULES for _ in re.finditer(r"except Exception\b", path.read_text())]) == 3


def test_nothing_below_the_command_line_ends_the_process() -> None:
    below = [path for path in MODULES if "cli" not in path.parts]
    assert [
        _name(path) for path in below if re.search(r"\bsys\.exit\(|\bos\._exit\(|raise SystemExit", path.read_text())
    ] == []
