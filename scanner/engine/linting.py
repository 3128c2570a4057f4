"""Every rule that the caller names, looked at file by file: one bad file keeps no other from being looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scanner.engine.lint import Remark, Surroundings, lint, of_error
from scanner.errors import PolicyError
from scanner.model import Rule
from scanner.normalise import load_tables
from scanner.plugins import built_in_packs
from scanner.policy.frameworks import load_mappings
from scanner.policy.packs import PACK_FILE, load_examples, load_rule_file, read_about, rule_paths
from scanner.policy.places import file_of
from scanner.policy.selection import load_built_in, select


class LintReport(NamedTuple):
    """What was found in how many rules."""

    rules: int
    remarks: tuple[Remark, ...]
    """By path and line."""


class _RuleFile(NamedTuple):
    path: Path
    shown: str
    pack: str


def lint_rules(names: Sequence[str] = ()) -> LintReport:
    """Looks at the rules named by ids, packs, folders and files; without names at every built-in one.

    Raises UsageError for a name that is none of these, and PolicyError for a pack.yaml that does not fit.
    """
    packs = load_built_in()
    known = frozenset(rule.id for pack in packs for rule in pack.rules)
    files = list(_named(names)) if names else list(_built_in())
    mapped = frozenset(each.rule for each in load_mappings())
    unmapped = {pack.name: read_about(built_in_packs() / pack.name).without_control for pack in packs}
    unmapped |= _own_unmapped(files)
    remarks: list[Remark] = []
    rules: list[Rule] = []
    for each in files:
        try:
            rules.append(load_rule_file(each.path, shown=each.shown, pack=each.pack))
        except PolicyError as error:
            remarks.append(of_error(error, each.shown))
    remarks += _twice(rules)
    around = Surroundings(load_tables(), known | {rule.id for rule in rules}, mapped, unmapped)
    for rule, path in ((rule, file_of(rule.path)) for rule in rules):
        try:
            examples = load_examples(path, shown=rule.path) if path else ()
        except PolicyError as error:
            remarks.append(of_error(error, rule.path))
        else:
            remarks += lint(rule, examples, around)
    return LintReport(len(files), tuple(sorted(remarks)))


def _built_in() -> Iterator[_RuleFile]:
    base = built_in_packs()
    for folder in sorted(each.parent for each in base.glob(f"*/{PACK_FILE}")):
        yield from _in_folder(folder, f"rulepacks/{folder.name}")


def _named(names: Sequence[str]) -> Iterator[_RuleFile]:
    for name in names:
        if Path(name).is_dir():
            yield from _in_folder(Path(name), name.rstrip("/"))
        elif Path(name).is_file():
            yield _RuleFile(Path(name), name, "")
        else:
            for rule in select((name,))[1]:
                file = file_of(rule.path)
                if file is not None:
                    yield _RuleFile(file, rule.path, rule.pack)


def _in_folder(folder: Path, shown: str) -> Iterator[_RuleFile]:
    about = read_about(folder, shown=shown)
    for path in rule_paths(folder):
        if path.name != PACK_FILE:
            yield _RuleFile(path, f"{shown}/{path.relative_to(folder).as_posix()}", about.name)


def _own_unmapped(files: Sequence[_RuleFile]) -> dict[str, dict[str, str]]:
    """What packs besides the built-in ones say of rules that no control asks for; silent packs are not asked."""
    found: dict[str, dict[str, str]] = {}
    for each in files:
        for folder in each.path.parents:
            if (folder / PACK_FILE).is_file():
                about = read_about(folder)
                if about.without_control:
                    found[about.name] = dict(about.without_control)
                break
    return found


def _twice(rules: Sequence[Rule]) -> Iterator[Remark]:
    """Ids that two files have, and files that are not named for their rule."""
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            yield Remark(rule.path, 1, 1, "error", f"the id `{rule.id}` is taken by {seen[rule.id].path}")
        seen.setdefault(rule.id, rule)
        if Path(rule.path).stem != rule.id:
            yield Remark(rule.path, 1, 1, "error", f"the file of rule `{rule.id}` must be named {rule.id}.yaml")
