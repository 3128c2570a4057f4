"""A configuration file's bytes to a `Configuration`, checked key by key against the table of `scanner.config.keys`."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from scanner.config.finding import SHARED_FILE, Found
from scanner.config.keys import KEYS, Key, Shape
from scanner.config.places import Path, key_places
from scanner.config.settings import Configuration, Origin, PathEntry, Problem, Setting, WaiverDemands
from scanner.errors import PolicyError

_BARE: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
_SHARED_TABLE: Final = ("tool", "groundrule")


class Survey(NamedTuple):
    """What is written in a file, be it right or not."""

    settings: tuple[Setting, ...]
    problems: tuple[Problem, ...]


def read(found: Found, shown: str) -> Configuration:
    """The configuration of a file. Raises PolicyError that names the first thing that is wrong and its place."""
    tree, survey = _read(found, shown)
    if survey.problems:
        first, further = survey.problems[0], len(survey.problems) - 1
        more = f"; {further} more in this file {'do' if further > 1 else 'does'} not fit" if further else ""
        raise PolicyError(
            first.message + more,
            hint=first.hint,
            path=first.origin.path,
            line=first.origin.line,
            column=first.origin.column,
        )
    return _configuration(found, shown, tree, survey.settings)


def survey(found: Found, shown: str) -> Survey:
    """Every key of a file and everything that is wrong in it. Raises nothing."""
    return _read(found, shown)[1]


def _read(found: Found, shown: str) -> tuple[Mapping[str, Any], Survey]:
    import tomllib

    if found.reason:
        return {}, Survey((), (Problem(f"the configuration cannot be read: {found.reason}", "", Origin(shown)),))
    try:
        text = found.data.decode("utf-8-sig")
        tree: Any = tomllib.loads(text)
    except RecursionError:
        return {}, Survey((), (Problem("brackets are nested too deep", "", Origin(shown)),))
    except UnicodeDecodeError:
        return {}, Survey((), (Problem("the file is not UTF-8", "", Origin(shown)),))
    except ValueError as error:
        return {}, Survey((), (_syntax(str(error), shown),))
    prefix: Path = _SHARED_TABLE if os.path.basename(found.path) == SHARED_FILE else ()
    for step in prefix:
        tree = tree.get(step, {}) if isinstance(tree, dict) else {}
    checker = _Checker(shown, key_places(text), prefix)
    checker.tree(tree)
    return tree, Survey(tuple(checker.settings), tuple(checker.problems))


def _syntax(error: str, shown: str) -> Problem:
    """tomllib's message, with the place that it ends in taken out of it."""
    message, _, place = error.rpartition(" (at ")
    words = place.rstrip(")").replace(",", "").split()
    if words[:1] == ["line"] and len(words) == 4 and words[1].isdecimal() and words[3].isdecimal():
        return Problem(f"this is not TOML: {message}", "", Origin(shown, int(words[1]), int(words[3])))
    return Problem(f"this is not TOML: {error.splitlines()[0] if error else ''}", "", Origin(shown))


class _Checker:
    """Goes over one tree, notes its settings and what is wrong."""

    def __init__(self, shown: str, places: Mapping[Path, tuple[int, int]], prefix: Path) -> None:
        self.shown = shown
        self.places = places
        self.prefix = prefix
        self.settings: list[Setting] = []
        self.problems: list[Problem] = []

    def tree(self, tree: Any) -> None:
        """The whole configuration."""
        if not isinstance(tree, dict):
            self.wrong((), "`tool.groundrule` takes a table")
            return
        self.keys((), tree, KEYS, "the configuration")

    def keys(self, path: Path, tree: Mapping[str, Any], keys: Mapping[str, Key], of: str) -> None:
        """The keys of one table."""
        for name, value in tree.items():
            here = (*path, name)
            if name in keys:
                self.value(here, value, keys[name].shape)
            else:
                self.settings.append(Setting(dotted(here), value, self.origin(here)))
                self.wrong(here, f"`{_plain(name)}` is no key of {of}", _nearest(name, keys))

    def value(self, path: Path, value: Any, shape: Shape) -> None:
        """One value and what is inside of it."""
        if shape.name == "map" and isinstance(value, dict):
            self.entries(path, value, shape)
        elif shape.name == "table" and isinstance(value, dict):
            self.keys(path, value, shape.keys, f"`{dotted(path)}`")
        elif shape.name == "tables" and isinstance(value, list) and all(isinstance(each, dict) for each in value):
            for number, each in enumerate(value):
                self.keys((*path, number), each, shape.keys, f"`{dotted(path)}`")
                if "path" not in each:
                    self.wrong((*path, number), f"`{dotted((*path, number))}` needs a `path`")
        else:
            self.settings.append(Setting(dotted(path), value, self.origin(path)))
            if not _fits(value, shape):
                self.wrong(path, f"`{dotted(path)}` takes {shape.in_words()}", _hint(value, shape))

    def entries(self, path: Path, value: Mapping[str, Any], shape: Shape) -> None:
        """The entries of a table whose keys are names."""
        assert shape.item is not None
        for name, each in value.items():
            here = (*path, name)
            if shape.words and name not in shape.words:
                self.settings.append(Setting(dotted(here), each, self.origin(here)))
                hint = _nearest(name, shape.words) or f"one of {', '.join(shape.words)}"
                self.wrong(here, f"`{_plain(name)}` is no key of `{dotted(path)}`", hint)
            else:
                self.value(here, each, shape.item)

    def wrong(self, path: Path, message: str, hint: str = "") -> None:
        """Notes what is wrong at a path."""
        self.problems.append(Problem(message, hint, self.origin(path)))

    def origin(self, path: Path) -> Origin:
        """Where a path, or what it is in, is written."""
        whole = (*self.prefix, *path)
        while whole and whole not in self.places:
            whole = whole[:-1]
        return Origin(self.shown, *self.places.get(whole, (0, 0)))


def dotted(path: Path) -> str:
    """A path as settings name it, and as TOML writes a dotted key: `paths[0].skip`, `context."a.b"`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            name = step if _BARE.fullmatch(step) else f'"{_plain(step)}"'
            text += f".{name}" if text else name
    return text


def _plain(name: str) -> str:
    """A key of anybody's making, without what a terminal could take for a command, and not without end."""
    shown = name if name.isprintable() else name.encode("unicode_escape").decode()
    return shown if len(shown) <= 80 else shown[:77] + "..."


def _fits(value: Any, shape: Shape) -> bool:
    if shape.name == "bool":
        return isinstance(value, bool)
    if shape.name == "count":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if shape.name == "texts":
        return isinstance(value, list) and all(isinstance(each, str) and each for each in value)
    if shape.name == "word":
        return value in shape.words if isinstance(value, str) else False
    if shape.name in ("text", "name"):
        return isinstance(value, str) and (bool(value) or shape.name == "text")
    return shape.name == "any"


def _hint(value: Any, shape: Shape) -> str:
    if shape.name == "word" and isinstance(value, str):
        return _nearest(value, shape.words)
    if shape.name == "texts" and isinstance(value, str):
        return "put it in brackets: a list of one"
    return ""


def _nearest(word: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word[:80].replace("_", "-"), list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def _configuration(found: Found, shown: str, tree: Mapping[str, Any], settings: tuple[Setting, ...]) -> Configuration:
    policy = tree.get("waiver-policy", {})
    return Configuration(
        path=shown,
        directory=os.path.dirname(found.path),
        sha256=hashlib.sha256(found.data).hexdigest(),
        min_severity=tree.get("min-severity"),
        fail_on=tree.get("fail-on"),
        fail_on_unknown=tree.get("fail-on-unknown"),
        workspace=tree.get("workspace"),
        context=dict(tree.get("context", {})),
        limits=dict(tree.get("limits", {})),
        waiver_policy=WaiverDemands(policy.get("reason", False), policy.get("approver", False), policy.get("days")),
        severity=dict(tree.get("severity", {})),
        params={rule: dict(values) for rule, values in tree.get("params", {}).items()},
        paths=tuple(_path_entries(tree.get("paths", ()))),
        settings=settings,
        **{name: tuple(tree.get(name.replace("_", "-"), ())) for name in _LISTS},
    )


def _path_entries(entries: Any) -> Iterator[PathEntry]:
    for each in entries:
        yield PathEntry(
            each["path"], tuple(each.get("skip", ())), dict(each.get("severity", {})), each.get("min-severity", "low")
        )


_LISTS: Final = (
    "rules", "skip", "packs", "frameworks", "exclude", "var_files", "parameters", "waivers", "account_roots",
)  # fmt: skip
