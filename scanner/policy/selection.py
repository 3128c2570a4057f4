"""Which rules a scan uses: the packs that come with us, or what the caller names, less what is skipped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from scanner.errors import PolicyError, UsageError
from scanner.model import SEVERITIES, Rule, Rulepack
from scanner.plugins import built_in_packs, installed_pack, installed_packs
from scanner.policy.overrides import Settings, check_names, override
from scanner.policy.packs import PACK_FILE, load_pack, load_rule_file
from scanner.policy.rules import suggestion

LOCAL_PACK = "local"
"""The pack to which rule files belong that are named one by one."""


def load_built_in() -> tuple[Rulepack, ...]:
    """Every pack that comes with us, by name."""
    base = built_in_packs()
    return tuple(
        load_pack(each, shown=f"rulepacks/{each.name}")
        for each in sorted(base.iterdir())
        if (each / PACK_FILE).is_file()
    )


class Overrides(NamedTuple):
    """What a configuration says of single rules."""

    severities: Mapping[str, str] = {}
    params: Mapping[str, Mapping[str, Any]] = {}
    paths: Mapping[str, Sequence[str]] = {}
    """Key of a setting for some of the paths to the rules that it names."""
    settings: Settings = ()


def select(
    names: Sequence[str] = (),
    *,
    skip: Sequence[str] = (),
    min_severity: str = "low",
    packs: Sequence[str] = (),
    overrides: Overrides = Overrides(),  # noqa: B008  # immutable
    cwd: Path | None = None,
) -> tuple[tuple[Rulepack, ...], tuple[Rule, ...]]:
    """The packs in use and the rules selected from them, by id.

    A name is a rule id, a pack name, or the path of a rule file or directory; none means every rule of the built-in
    packs and of `packs`, which are directories and names of installed packs. A rule's severity counts as overridden.
    Raises UsageError for a name that is none of these, with the nearest one.
    """
    here = cwd or Path.cwd()
    offered = _apart((*load_built_in(), *(further_pack(name, here) for name in packs)))
    known = _all(offered)
    used, rules = (offered, known) if not names else _named(names, offered, here)
    check_names({*known, *rules}, skip, "skip", overrides.settings)
    for key, named in overrides.paths.items():
        check_names({*known, *rules}, named, key, overrides.settings)
    rules = override(rules, known, overrides.severities, overrides.params, overrides.settings)
    worst = SEVERITIES[: SEVERITIES.index(min_severity) + 1]
    chosen = tuple(rules[id] for id in sorted(rules.keys() - set(skip)) if rules[id].severity in worst)
    needed = {rule.pack for rule in chosen}
    return tuple(pack for pack in used if pack.name in needed), chosen


def further_pack(name: str, cwd: Path) -> Rulepack:
    """A pack besides the built-in ones: a directory, else an installed one. Raises UsageError if there is none."""
    directory: Path | None = cwd / name
    if not (cwd / name).is_dir():
        directory = installed_pack(name)
    if directory is None:
        known = installed_packs()
        hint = suggestion(name, known) or (f"installed: {', '.join(known)}" if known else "")
        hint = hint or ("" if "/" in name else f"write a folder as `./{name}`")
        raise UsageError(f"packs: there is no directory `{name}`, and no installed pack of this name", hint=hint)
    return load_pack(directory, shown=Path(name).as_posix() if (cwd / name).is_dir() else str(directory))


def only(
    ids: Collection[str], packs: Sequence[Rulepack], rules: Sequence[Rule]
) -> tuple[tuple[Rulepack, ...], tuple[Rule, ...]]:
    """Of packs and rules those that are needed for the rules with these ids."""
    chosen = tuple(rule for rule in rules if rule.id in ids)
    used = {rule.pack for rule in chosen}
    return tuple(pack for pack in packs if pack.name in used), chosen


def find_rule(name: str, rules: Sequence[Rule]) -> Rule:
    """The rule with an id. Raises UsageError with the nearest id."""
    for rule in rules:
        if rule.id == name:
            return rule
    hint = suggestion(name, [rule.id for rule in rules]) or "`groundrule rules list` shows them all"
    raise UsageError(f"there is no rule `{name}`", hint=hint)


def _apart(packs: tuple[Rulepack, ...]) -> tuple[Rulepack, ...]:
    """The packs. Raises PolicyError for two of one name: nobody could say which one judged."""
    names = [pack.name for pack in packs]
    for name in names:
        if names.count(name) > 1:
            raise PolicyError(f"there are two packs of the name `{name}`", hint="rename one in its pack.yaml")
    return packs


def _all(packs: Sequence[Rulepack]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for pack in packs:
        _add(rules, pack.rules)
    return rules


def _named(
    names: Sequence[str], built_in: Sequence[Rulepack], cwd: Path
) -> tuple[tuple[Rulepack, ...], dict[str, Rule]]:
    every = _all(built_in)
    packs = {pack.name: pack for pack in built_in}
    rules: dict[str, Rule] = {}
    for name in names:
        if name in every:
            found: tuple[Rule, ...] = (every[name],)
        elif name in packs:
            found = packs[name].rules
        else:
            pack = _from_path(name, cwd, list(every) + list(packs))
            packs[pack.name] = _joined(packs.get(pack.name), pack)
            found = pack.rules
        _add(rules, found)
    return tuple(packs[name] for name in sorted(packs)), rules


def _from_path(name: str, cwd: Path, known: list[str]) -> Rulepack:
    path = cwd / name
    if path.is_dir() or name in installed_packs():
        return further_pack(name, cwd)
    if path.is_file():
        rule = replace(load_rule_file(path, shown=name), pack=LOCAL_PACK)
        return Rulepack(LOCAL_PACK, "0", "", (rule,))
    raise UsageError(f"there is no rule, pack, file or directory `{name}`", hint=suggestion(name, known))


def _joined(old: Rulepack | None, new: Rulepack) -> Rulepack:
    if old is None or new.name != LOCAL_PACK:
        return new
    return replace(old, rules=old.rules + new.rules)


def _add(rules: dict[str, Rule], found: Sequence[Rule]) -> None:
    for rule in found:
        other = rules.get(rule.id)
        if other is not None and other != rule:
            raise PolicyError(f"the id `{rule.id}` is taken by {other.path}", path=rule.path)
        rules[rule.id] = rule
