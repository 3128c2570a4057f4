"""The mapping language: the trees of mapping files made fields, entries, nodes and targets.

`scanner/normalise/mapping.schema.json` says what may be written; here is what it means. Nothing here
reads a native value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scanner.errors import PolicyError
from scanner.normalise.paths import NAME, Path, parse_path

NO_DEFAULT: Final = ("no default",)

FROM: Final = "from"
FIRST: Final = "first"
JOIN: Final = "join"
CONST: Final = "const"
RECORDS: Final = "each"


@dataclass(frozen=True, slots=True)
class Field:
    """Where one attribute comes from."""

    mode: str
    """FROM one path; the FIRST of several that is not null; several JOINed to a list; CONST; RECORDS."""
    paths: tuple[Path, ...] = ()
    kinds: tuple[str, ...] = ()
    """For each path the one kind that a name it gives is of; empty for any that the attribute leads to."""
    const: Any = None
    values: Mapping[str, Any] | None = None
    """Words to words; `*` is any other."""
    convert: str = ""
    default: Any = NO_DEFAULT
    when: Path | None = None
    """The sibling that must be stated for the default to hold."""
    fields: Mapping[str, Field] = field(default_factory=dict)
    """For RECORDS: the fields of each record."""


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """The children that an entry makes."""

    kind: str
    each: tuple[Path, ...]
    owner: str
    key: tuple[str, ...]
    set: Mapping[str, Field]
    absent: Mapping[str, Any] | None
    """The child that a service adds when none is stated."""
    only: Path | None = None
    """What an element must state to be a child."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a satellite is joined to: exactly one of these is set."""

    scope: bool = False
    paths: tuple[Path, ...] = ()
    attributes: Mapping[str, Path] = field(default_factory=dict)
    """Attributes of the target that must equal what the paths give."""
    first: tuple[Target, ...] = ()
    """The first of these that finds one target."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one native type means."""

    half: str
    """terraform, cloudformation or kubernetes."""
    type: str
    kind: str = ""
    """Empty for one that only has children, and for a satellite."""
    set: Mapping[str, Field] = field(default_factory=dict)
    nodes: tuple[NodeSpec, ...] = ()
    into: str = ""
    """The kind a satellite adds to."""
    by: Target = Target()
    add: Mapping[str, Field] = field(default_factory=dict)
    at: Path | None = None
    """Where a whole manifest lies."""


def parse_entry(half: str, native: str, tree: Mapping[str, Any], *, shaped: bool = False) -> Entry:
    """The entry of one native type, its `like` already resolved. Raises PolicyError."""
    try:
        return _Parser(tree.get("with") or {}, shaped).entry(half, native, tree)
    except PolicyError as error:
        raise PolicyError(f"mapping of {native}: {error.message}", hint=error.hint) from error


class _Parser:
    """Parses one entry under its `with` prefixes."""

    def __init__(self, prefixes: Mapping[str, str], shaped: bool) -> None:
        self.prefixes = prefixes
        self.shaped = shaped

    def entry(self, half: str, native: str, tree: Mapping[str, Any]) -> Entry:
        return Entry(
            half=half,
            type=native,
            kind=tree.get("kind", ""),
            set=self.fields(tree.get("set")),
            nodes=tuple(self.node(each) for each in tree.get("nodes", ())),
            into=tree.get("into", ""),
            by=self.target(tree["by"]) if "by" in tree else Target(),
            add=self.fields(tree.get("add")),
            at=self.path(tree["at"]) if "at" in tree else None,
        )

    def fields(self, tree: Mapping[str, Any] | None) -> dict[str, Field]:
        return {name: self.field(each) for name, each in (tree or {}).items()}

    def field(self, tree: Any) -> Field:
        if isinstance(tree, str):
            return Field(FROM, (self.path(tree),))
        if isinstance(tree, list):
            named = [each if isinstance(each, dict) else {"from": each} for each in tree]
            return Field(JOIN, self.paths([each["from"] for each in named]), _kinds(*named))
        if "const" in tree:
            return Field(CONST, const=tree["const"])
        if "each" in tree:
            inside = _Parser({}, self.shaped)
            fields = {name: inside.field(each) for name, each in tree.items() if name != "each"}
            return Field(RECORDS, self.paths(tree["each"]), fields=fields)
        return self.converted(tree)

    def converted(self, tree: Mapping[str, Any]) -> Field:
        default, when = tree.get("default", NO_DEFAULT), None
        if isinstance(default, dict) and "when" in default:
            default, when = default["then"], self.path(default["when"])
        values = tree.get("values")
        return Field(
            FIRST if "first" in tree else FROM,
            self.paths(tree.get("first") or tree.get("from")),
            _kinds(tree),
            values={_word(key): value for key, value in values.items()} if values else None,
            convert=tree.get("as", ""),
            default=default,
            when=when,
        )

    def node(self, tree: Mapping[str, Any]) -> NodeSpec:
        # The fields of a child start at the child, unless that is the whole resource.
        inside = self if tree["each"] == "$" else _Parser({}, self.shaped)
        return NodeSpec(
            kind=tree["kind"],
            each=self.paths(tree["each"]),
            owner=tree.get("owner", ""),
            key=tuple(tree["key"]),
            set=inside.fields(tree["set"]),
            absent=tree.get("absent"),
            only=inside.path(tree["only"]) if "only" in tree else None,
        )

    def target(self, tree: Any) -> Target:
        if tree == "scope":
            return Target(scope=True)
        if isinstance(tree, dict) and "first" in tree:
            return Target(first=tuple(self.target(each) for each in tree["first"]))
        if isinstance(tree, dict):
            return Target(attributes={name: self.path(each) for name, each in tree.items()})
        return Target(paths=self.paths(tree))

    def paths(self, tree: Any) -> tuple[Path, ...]:
        return tuple(self.path(each) for each in (tree if isinstance(tree, list) else [tree]))

    def path(self, text: str) -> Path:
        start, bare = ("^", text[1:]) if text.startswith("^") else ("", text)
        head, dot, tail = bare.partition(".")
        if head in self.prefixes:
            text = f"{start}{self.prefixes[head]}{dot}{tail}"
        return parse_path(text, self.shaped)


def _kinds(*trees: Mapping[str, Any]) -> tuple[str, ...]:
    found = tuple(tree.get("kind", "") for tree in trees)
    return found if any(found) else ()


def _word(key: Any) -> str:
    """YAML may have read a word as a truth value."""
    return str(key).lower() if isinstance(key, bool) else str(key)


def top_names(entry: Entry) -> set[str]:
    """The native top-level names that an entry reads for its own attributes and its target."""
    fields = (*entry.set.values(), *entry.add.values())
    return {name for each in fields for name in field_tops(each)} | set(target_tops(entry.by))


def field_tops(each: Field, *, inside: bool = False) -> Iterator[str]:
    """The native top-level names that a field reads; `inside` a record or child only those after `^`."""
    for path in (*each.paths, *((each.when,) if each.when else ())):
        if path.start == "^" or not inside:
            yield from _top(path)
    within = inside or any(path.text != "$" for path in each.paths)
    for sub in each.fields.values():
        yield from field_tops(sub, inside=within)


def node_tops(spec: NodeSpec, names: Iterator[str] | frozenset[str] | None) -> Iterator[str]:
    """The native top-level names that a child's identity and the named attributes (None for all) need."""
    wanted = None if names is None else set(names)
    inside = any(path.text != "$" for path in spec.each)
    for path in spec.each:
        yield from _top(path)
    for name, each in spec.set.items():
        if wanted is None or name in wanted or name in spec.key:
            yield from field_tops(each, inside=inside)


def target_tops(target: Target) -> Iterator[str]:
    """The native top-level names that tell a satellite's target."""
    for path in (*target.paths, *target.attributes.values()):
        yield from _top(path)
    for each in target.first:
        yield from target_tops(each)


def _top(path: Path) -> Iterator[str]:
    step = next((step for step in path.steps if step.op == NAME), None)
    if step is not None:
        yield from step.names
