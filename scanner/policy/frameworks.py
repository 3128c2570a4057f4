"""Framework catalogues: YAML files checked key by key and made `Framework`s, and the short index of their mappings.

Whether what they say fits the rules there are is checked in `scanner.policy.catalogue`; what a scan says of a
control is worked out in `scanner.engine.controls`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from scanner.errors import PolicyError, UsageError
from scanner.model import Control, ControlRule, Framework
from scanner.plugins import built_in_packs
from scanner.policy.rules import suggestion
from scanner.source.compiled import digest_of, load_data

FRAMEWORK_KEYS: Final = ("id", "title", "version", "authority", "licence", "note", "sections", "controls")
CONTROL_KEYS: Final = (
    "id", "title", "section", "profile", "mark", "assessable", "why", "covered", "rules", "population", "absence",
    "manual_evidence", "gap",
)  # fmt: skip
RULE_KEYS: Final = ("rule", "covers", "why", "where", "params")
ASSESSABLE: Final = ("yes", "partial", "no")
COVERED: Final = ("full", "part", "none")
COVERS: Final = ("full", "part")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9.]+)+")
_SHOWN: Final = "rulepacks/frameworks"


class Mapped(NamedTuple):
    """One rule of one control, as the index keeps it: what a finding needs to name its controls."""

    framework: str
    control: str
    rule: str
    covers: str
    where: str
    """The condition on a finding; empty for all."""
    params: Mapping[str, Any]
    """What the control demands of the rule's parameters."""
    kinds: frozenset[str]
    """The control's population: what is of another kind does not concern it."""
    path: str


def load_frameworks(directory: Path | None = None) -> tuple[Framework, ...]:
    """Every catalogue of a directory, by id; without one, those that come with us. Raises PolicyError."""
    files = _files(directory)
    trees = load_data(files, name="frameworks")
    found = {
        path: _Reader(f"{_SHOWN}/{path}").framework(trees[path], digest_of([(path, data)])) for path, data in files
    }
    for path, each in found.items():
        if Path(path).stem != each.id:
            raise PolicyError(f"the file of framework `{each.id}` must be named {each.id}.yaml", path=each.path)
    return tuple(sorted(found.values(), key=lambda each: each.id))


def framework(id: str, frameworks: Sequence[Framework] | None = None) -> Framework:
    """The catalogue with an id. Raises UsageError with the nearest id."""
    every = load_frameworks() if frameworks is None else frameworks
    for each in every:
        if each.id == id:
            return each
    ids = [each.id for each in every]
    near = suggestion(id, ids) or _beginning(id, ids)
    raise UsageError(f"there is no framework `{id}`", hint=near or "`groundrule frameworks list` shows them all")


def find_control(id: str, within: Framework) -> Control:
    """The control with an id. Raises UsageError with the nearest id."""
    for each in within.controls:
        if each.id == id:
            return each
    hint = suggestion(id, [each.id for each in within.controls])
    hint = hint or f"`groundrule frameworks show {within.id}` shows them all"
    raise UsageError(f"{within.id} has no control `{id}`", hint=hint)


def load_mappings(directory: Path | None = None) -> tuple[Mapped, ...]:
    """Every mapping of every catalogue, from an index that is much shorter than the catalogues."""
    rows = load_data(_files(directory), name="framework-mappings", prepare=_mappings)
    return tuple(
        Mapped(framework, control, rule, covers, where, params, frozenset(kinds), f"{_SHOWN}/{path}")
        for path, (framework, mapped) in rows.items()
        for control, rule, covers, where, params, kinds in mapped
    )


def _mappings(path: str, tree: Any) -> Any:
    """What the index keeps of a catalogue; the catalogue is checked on the way."""
    checked = _Reader(f"{_SHOWN}/{path}").framework(tree, "")
    rows = [
        [control.id, each.rule, each.covers, each.where, dict(each.params), list(control.population)]
        for control in checked.controls
        for each in control.rules
    ]
    return [checked.id, rows]


def _files(directory: Path | None) -> list[tuple[str, bytes]]:
    base = directory or built_in_packs() / "frameworks"
    if not base.is_dir():
        return []
    return [(each.name, each.read_bytes()) for each in sorted(base.glob("*.yaml"))]


def _beginning(id: str, ids: Sequence[str]) -> str:
    """`cis-aws` means the version there is."""
    fitting = [each for each in ids if each.startswith(id)]
    return f"did you mean `{fitting[0]}`?" if fitting else ""


class _Reader:
    """Reads one catalogue and names it, and the control, in errors."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.place = ""

    def framework(self, tree: Any, digest: str) -> Framework:
        self.keys(tree, FRAMEWORK_KEYS, "a framework")
        for key in ("id", "title", "version", "authority", "licence", "controls"):
            if not tree.get(key):
                raise self.error(f"the framework has no `{key}`")
        id, version = self.text(tree, "id"), self.text(tree, "version")
        if not _ID.fullmatch(id) or not id.endswith(f"-{version}"):
            raise self.error(
                f"`{id}` is no id of version {version}", hint="write words in lower case, then the version"
            )
        sections = tree.get("sections") or {}
        if not isinstance(sections, dict) or not all(isinstance(each, str) for each in (*sections, *sections.values())):
            raise self.error("`sections` takes a map of an id to a title", hint="put ids in quotes")
        return Framework(
            id=id,
            title=self.text(tree, "title"),
            version=version,
            authority=self.text(tree, "authority"),
            licence=self.text(tree, "licence"),
            controls=self.controls(tree["controls"], sections),
            sections=sections,
            note=self.text(tree, "note"),
            digest=digest,
            path=self.path,
        )

    def controls(self, trees: Any, sections: Mapping[str, str]) -> tuple[Control, ...]:
        if not isinstance(trees, list):
            raise self.error("`controls` takes a list")
        found: dict[str, Control] = {}
        for tree in trees:
            control = self.control(tree)
            if control.id in found:
                raise self.error(f"the id `{control.id}` stands twice")
            if control.section and control.section not in sections:
                hint = suggestion(control.section, list(sections))
                raise self.error(f"`{control.section}` is no section of the framework", hint=hint)
            found[control.id] = control
        return tuple(found.values())

    def control(self, tree: Any) -> Control:
        self.place = ""
        self.keys(tree, CONTROL_KEYS, "a control")
        id = self.text(tree, "id")
        self.place = f"control {id}: "
        control = Control(
            id=id,
            title=self.needed(tree, "title"),
            assessable=self.word(tree, "assessable", ASSESSABLE),
            why=self.needed(tree, "why"),
            covered=self.word(tree, "covered", COVERED, "none"),
            rules=self.rules(tree.get("rules")),
            population=self.words(tree, "population"),
            section=self.text(tree, "section"),
            mark=self.text(tree, "mark"),
            profile=self.text(tree, "profile"),
            absence=self.text(tree, "absence"),
            manual_evidence=self.text(tree, "manual_evidence"),
            gap=self.text(tree, "gap"),
        )
        self.agreement(control)
        return control

    def agreement(self, control: Control) -> None:
        """What a control says must hang together."""
        if not control.id:
            raise self.error("a control has no `id`")
        if control.assessable == "no" and control.rules:
            raise self.error("no rule can speak to what is not assessable", hint="take `rules` out")
        if control.assessable != "no" and not control.rules and not control.gap:
            raise self.error("it is assessable: name its `rules`, or say in `gap` why there is none")
        if (control.covered == "none") == bool(control.rules):
            raise self.error("`covered` is `none` exactly where there are no rules")
        names = [each.rule for each in control.rules]
        for name in names:
            if names.count(name) > 1:
                raise self.error(f"the rule `{name}` is mapped twice", hint="join the conditions of `where` with `||`")

    def rules(self, trees: Any) -> tuple[ControlRule, ...]:
        if trees is None:
            return ()
        if not isinstance(trees, list):
            raise self.error("`rules` takes a list")
        return tuple(self.rule(tree) for tree in trees)

    def rule(self, tree: Any) -> ControlRule:
        self.keys(tree, RULE_KEYS, "a mapped rule")
        params = tree.get("params") or {}
        if not isinstance(params, dict):
            raise self.error("`params` takes a map of a name to a value")
        return ControlRule(
            rule=self.needed(tree, "rule"),
            covers=self.word(tree, "covers", COVERS),
            why=self.needed(tree, "why"),
            where=self.text(tree, "where"),
            params=params,
        )

    def error(self, message: str, hint: str = "") -> PolicyError:
        return PolicyError(self.place + message, hint=hint, path=self.path)

    def keys(self, tree: Any, allowed: tuple[str, ...], what: str) -> None:
        if not isinstance(tree, dict):
            raise self.error(f"{what} is a map", hint="begin with `id: ...`")
        for key in tree:
            if key not in allowed:
                raise self.error(f"`{key}` is no key of {what}", hint=suggestion(str(key), allowed))

    def text(self, tree: Mapping[str, Any], key: str) -> str:
        value = tree.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.error(f"`{key}` takes a text, not {value!r}", hint="put it in quotes")
        return " ".join(value.split())

    def needed(self, tree: Mapping[str, Any], key: str) -> str:
        value = self.text(tree, key)
        if not value:
            raise self.error(f"`{key}` is missing")
        return value

    def word(self, tree: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str = "") -> str:
        value = tree.get(key, default)
        if isinstance(value, bool):
            raise self.error(f"`{key}` is read as true or false", hint='put it in quotes: "yes", "no"')
        if value not in allowed:
            hint = suggestion(str(value), allowed) or "one of " + ", ".join(allowed)
            raise self.error(f"`{value}` does not fit `{key}`", hint=hint)
        return str(value)

    def words(self, tree: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = tree.get(key) or []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.error(f"`{key}` takes a list of words")
        return tuple(value)
