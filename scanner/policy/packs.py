"""Rule packs: directories of rule files with a `pack.yaml`, read through their compiled form.

What is selected from them is the business of `scanner.policy.selection`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from scanner.errors import PolicyError, UsageError
from scanner.model import Example, Rule, Rulepack
from scanner.policy.places import place_of_words
from scanner.policy.rules import read_examples, read_rule, suggestion
from scanner.source.compiled import digest_of, load_data, parse_yaml

PACK_FILE = "pack.yaml"
PACK_KEYS: Final = ("name", "version", "title", "without_control")
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NUMBER: Final = r"(?:0|[1-9][0-9]*)"
_MARK: Final = r"[0-9A-Za-z-]+"
_VERSION: Final = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_MARK}(?:\.{_MARK})*)?(?:\+{_MARK}(?:\.{_MARK})*)?", re.ASCII
)
"""https://semver.org, but that a number in a pre-release may begin with a zero."""


class PackAbout(NamedTuple):
    """What a pack says of itself."""

    name: str
    version: str = "0"
    title: str = ""
    without_control: Mapping[str, str] = {}
    """Rules that no control of a framework asks for, and why they are there all the same."""


def load_pack(directory: Path, *, shown: str = "") -> Rulepack:
    """The pack in a directory. Without a `pack.yaml` its name is the directory's and its version 0.

    Raises PolicyError for a file that does not fit, two rules with one id, or a file that is not named
    for its rule.
    """
    files = [(path.relative_to(directory).as_posix(), _read(path)) for path in rule_paths(directory)]
    try:
        trees = load_data(files, name=f"pack-{directory.name}", prepare=_without_examples)
    except PolicyError as error:
        place = _shown(shown, error.path)
        raise PolicyError(error.message, hint=error.hint, path=place, line=error.line, column=error.column) from error
    about = _about(trees.pop(PACK_FILE, None), directory, _shown(shown, PACK_FILE))
    rules: dict[str, Rule] = {}
    for path, tree in trees.items():
        rule = read_rule(tree, path=_shown(shown, path), pack=about.name)
        _check_name(rule, path, rules)
        rules[rule.id] = rule
    return Rulepack(about.name, about.version, digest_of(files), tuple(rules[id] for id in sorted(rules)))


def read_about(directory: Path, *, shown: str = "") -> PackAbout:
    """What the `pack.yaml` of a directory says. Raises PolicyError for one that does not fit."""
    path = directory / PACK_FILE
    place = _shown(shown, PACK_FILE) if shown else str(path)
    return _about(parse_yaml(place, _read(path)) if path.is_file() else None, directory, place)


def load_rule_file(path: Path, *, shown: str = "", pack: str = "") -> Rule:
    """The rule in one file."""
    data = _read(path)
    return read_rule(parse_yaml(shown or str(path), data), path=shown or str(path), pack=pack)


def load_examples(path: Path, *, shown: str = "") -> tuple[Example, ...]:
    """The examples of the rule in one file."""
    return read_examples(parse_yaml(shown or str(path), _read(path)), path=shown or str(path))


def rule_paths(directory: Path) -> list[Path]:
    """The YAML files below a directory, sorted; folders behind links are not entered."""
    found: list[Path] = []
    for base, folders, names in os.walk(directory):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        found += [Path(base, each) for each in names if each.endswith((".yaml", ".yml"))]
    return sorted(found, key=str)


def _about(tree: Any, directory: Path, path: str) -> PackAbout:
    if tree is None:
        return PackAbout(directory.resolve().name)
    if not isinstance(tree, dict):
        raise _wrong(path, "a pack.yaml holds one map", "begin with `name: ...`")
    for key in tree:
        if key not in PACK_KEYS:
            raise _wrong(path, f"`{key}` is no key of a pack", suggestion(str(key), PACK_KEYS))
    name, version = tree.get("name"), tree.get("version")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        hint = "write words in lower case with hyphens between"
        raise _wrong(path, f"`{name}` is no name of a pack" if name else "the pack has no `name`", hint)
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        hint = "write MAJOR.MINOR.PATCH, in quotes: '1.0.0'"
        message = "the pack has no `version`" if version is None else f"`{version}` is no semantic version"
        raise _wrong(path, message, hint)
    reasons = tree.get("without_control") or {}
    if not isinstance(reasons, dict) or not all(isinstance(why, str) and why for why in reasons.values()):
        raise _wrong(path, "`without_control` takes a map of rules to reasons")
    return PackAbout(name, version, str(tree.get("title") or ""), {str(rule): why for rule, why in reasons.items()})


def _wrong(path: str, message: str, hint: str = "") -> PolicyError:
    line, column = place_of_words(path, message)
    return PolicyError(message, hint=hint, path=path, line=line, column=column)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _without_examples(path: str, tree: Any) -> Any:
    """Examples are most of a rule file and no scan needs them."""
    if not isinstance(tree, dict):
        return tree
    return {str(key): value for key, value in tree.items() if key != "examples"}


def _shown(base: str, path: str) -> str:
    return f"{base}/{path}" if base else path


def _check_name(rule: Rule, path: str, seen: dict[str, Rule]) -> None:
    if rule.id in seen:
        raise PolicyError(f"the id `{rule.id}` is taken by {seen[rule.id].path}", path=rule.path)
    if Path(path).stem != rule.id:
        raise PolicyError(f"the file of rule `{rule.id}` must be named {rule.id}.yaml", path=rule.path)
