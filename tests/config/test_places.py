"""Lines and columns of keys in TOML."""

import tomllib
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from scanner.config.places import key_places

TEXT = '''# a comment with "quotes" and [brackets]
fail-on = "high"  # x = 1
skip = ["a", # ] "
  "b", 'c']
context = {env = "prod", "a.b" = """x
y"""}
waiver-policy.days = 3
[params.aws-x]
days = 3
[[paths]]
path = "a\\"]b"
[paths.severity]
q = "low"
[[paths]]
path = \'\'\'c'd\'\'\'
skip = [[1, {z = 2}]]
'''


def test_places_of_every_form_of_key() -> None:
    assert key_places(TEXT) == {
        ("fail-on",): (2, 1),
        ("skip",): (3, 1),
        ("skip", 0): (3, 9),
        ("skip", 1): (4, 3),
        ("skip", 2): (4, 8),
        ("context",): (5, 1),
        ("context", "env"): (5, 12),
        ("context", "a.b"): (5, 26),
        ("waiver-policy",): (7, 1),
        ("waiver-policy", "days"): (7, 1),
        ("params",): (8, 1),
        ("params", "aws-x"): (8, 1),
        ("params", "aws-x", "days"): (9, 1),
        ("paths",): (10, 1),
        ("paths", 0): (10, 1),
        ("paths", 0, "path"): (11, 1),
        ("paths", 0, "severity"): (12, 1),
        ("paths", 0, "severity", "q"): (13, 1),
        ("paths", 1): (14, 1),
        ("paths", 1, "path"): (15, 1),
        ("paths", 1, "skip"): (16, 1),
        ("paths", 1, "skip", 0): (16, 9),
        ("paths", 1, "skip", 0, 0): (16, 10),
        ("paths", 1, "skip", 0, 1): (16, 13),
        ("paths", 1, "skip", 0, 1, "z"): (16, 14),
    }


def test_every_key_that_tomllib_reads_has_a_place() -> None:
    assert set(_paths(tomllib.loads(TEXT), ())) <= set(key_places(TEXT))


def _paths(tree: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [each for key, value in inside for each in [(*path, key), *_paths(value, (*path, key))]]


@given(st.text(alphabet="ab.=[]{}\"'\\#\n ,", max_size=60))
@example('a = """x\\"""')
def test_any_text_ends(text: str) -> None:
    key_places(text)


_NAMES = st.text(alphabet='ab-_ ."\\#]é', min_size=1, max_size=4)
_VALUES = st.recursive(
    st.integers() | st.booleans() | st.text(alphabet="ab\"'\\#[]{},=\n", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=8,
)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[ " + ",\n # ]\n".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return str(value)


@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_generated_files_have_a_place_for_each_key(tree: dict[str, Any]) -> None:
    text = "".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in tree.items())
    assert tomllib.loads(text) == tree
    assert set(_paths(tree, ())) == set(key_places(text))
