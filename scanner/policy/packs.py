"""Rule packs: directories of rule files with a `pack.yaml`, read through their compiled form.

What is selected from them is the business of `scanner.policy.selection`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scanner.errors import PolicyError, UsageError
from scanner.model import Example, Rule, Rulepack
from scanner.policy.rules import read_examples, read_rule
from scanner.source.compiled import digest_of, load_data, parse_yaml

PACK_FILE = "pack.yaml"


def load_pack(directory: Path, *, shown: str = "") -> Rulepack:
    """The pack in a directory. Without a `pack.yaml` its name is the directory's and its version 0.

    Raises PolicyError for a file that does not fit, two rules with one id, or a file that is not named
    for its rule.
    """
    files = list(_files(directory))
    trees = load_data(files, name=f"pack-{directory.name}", prepare=_without_examples)
    about = trees.pop(PACK_FILE, None) or {}
    name = str(about.get("name") or directory.name)
    rules: dict[str, Rule] = {}
    for path, tree in trees.items():
        rule = read_rule(tree, path=_shown(shown, path), pack=name)
        _check_name(rule, path, rules)
        rules[rule.id] = rule
    return Rulepack(name, str(about.get("version") or "0"), digest_of(files), tuple(rules[id] for id in sorted(rules)))


def load_rule_file(path: Path, *, shown: str = "") -> Rule:
    """The rule in one file."""
    data = _read(path)
    return read_rule(parse_yaml(shown or str(path), data), path=shown or str(path))


def load_examples(path: Path, *, shown: str = "") -> tuple[Example, ...]:
    """The examples of the rule in one file."""
    return read_examples(parse_yaml(shown or str(path), _read(path)), path=shown or str(path))


def _files(directory: Path) -> Iterable[tuple[str, bytes]]:
    """Relative names and bytes of the rule files below a directory, sorted; links are not followed."""
    found: list[str] = []
    for base, folders, names in os.walk(directory):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        found += [os.path.join(base, each) for each in names if each.endswith((".yaml", ".yml"))]
    for path in sorted(found):
        yield Path(path).relative_to(directory).as_posix(), _read(Path(path))


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
