"""Native trees that set attributes by the paths of their forms: a table's paths walked the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from docs.forms import ADD, NODE, OWNER, SET, Form
from scanner.normalise import Tables
from scanner.normalise.mapping import RECORDS, Entry
from scanner.normalise.paths import EACH, ENTRIES, NAME, Path, Step
from tests.forms.words import DOCUMENT, NOTHING, Ref, Unsayable, Word, native, needs

THIS: Final = "this"
TARGET: Final = "target"
SATELLITE: Final = "satellite"

OBJECTS: Final = {"roleRef": "Role", "subjects[*]": "ServiceAccount"}
"""Kubernetes paths at which a reference is an object with a kind and a name."""


class Conflict(Exception):
    """Another value is there already."""


@dataclass
class Made:
    """One native resource to be written."""

    type: str
    label: str
    tree: dict[str, Any] = field(default_factory=dict)


@dataclass
class Case:
    """A root with one resource under test, and what it needs beside it."""

    half: str
    carrier: str
    kind: str
    """Of the node under test."""
    form: Form
    """Any of the forms: they share the native type and the role."""
    resources: list[Made] = field(default_factory=list)
    targets: dict[str, Made] = field(default_factory=dict)
    """Kind to the resource that a Ref leads to."""
    settings: list[tuple[Form, Word]] = field(default_factory=list)
    item: dict[str, Any] | None = None
    """Of a child: its own tree."""
    silent: list[Form] = field(default_factory=list)
    """The forms that are left out."""
    held: bool = False
    """Whether they are left out of containers that are there."""
    alone: bool = False
    """Whether nothing else may be set."""

    @property
    def language(self) -> str:
        """The half whose native types are written."""
        return "kubernetes" if self.carrier else self.half

    def find(self, label: str) -> Made:
        return next(each for each in self.resources if each.label == label)


def empty_case(tables: Tables, form: Form) -> Case:
    """The case that sets nothing: the resource, or the satellite with its target, or the silent child."""
    case = Case(form.half, form.carrier, form.kind, form)
    if form.role in (SET, ADD):
        _add_satellite(tables, case, form.entry)
    else:
        case.resources.append(Made(form.entry.type, THIS))
    if form.node is not None:
        _add_item(case)
    return case


def _add_satellite(tables: Tables, case: Case, entry: Entry) -> None:
    satellite = Made(entry.type, SATELLITE)
    case.resources.append(satellite)
    if entry.by.scope:
        return
    (path,) = (entry.by.first[0] if entry.by.first else entry.by).paths
    target = Made(native_type(tables, case.half, entry.into), THIS)
    case.resources.insert(0, target)
    case.targets[THIS] = target
    put(satellite.tree, path, [Ref(THIS)] if path.many else Ref(THIS), case.half)


def _add_item(case: Case) -> None:
    node = case.form.node
    assert node is not None
    path = node.each[0]
    tree = case.find(THIS).tree
    if path.text == "$":
        case.item = tree
        return
    if any(sub.paths and sub.paths[0].text == "$" for sub in node.set.values()):
        return  # the children are scalars, or documents
    case.item = {}
    put(tree, path, [case.item], case.half)
    if node.only is not None:
        put(case.item, node.only, {}, case.half)


def add(tables: Tables, case: Case, form: Form, word: Word) -> None:
    """Sets one attribute more. Raises Unsayable or Conflict, with the case as it was."""
    kind = tables.kinds[form.kind]
    value = native(form, word.value, kind)
    for wanted in sorted(needs(tables, word.value)):
        native_type(tables, case.language, wanted)
    if value is not NOTHING:
        _write(tables, case, form, value)
    for wanted in sorted(needs(tables, word.value)):
        if form.role != OWNER and wanted not in case.targets:
            type = native_type(tables, case.language, wanted, cluster_wide=is_cluster_wide(form.type))
            made = Made(type, TARGET + wanted.rpartition(".")[2].replace("_", ""))
            case.targets[wanted] = made
            case.resources.insert(0, made)
    case.settings.append((form, word))


def complete(case: Case) -> None:
    """Makes the child that is a scalar where no attribute did."""
    if case.form.node is not None and case.item is None:
        with suppress(Conflict):
            child = DOCUMENT if case.form.kind == "aws.iam.policy" else "somebody"
            put(case.find(THIS).tree, case.form.node.each[0], [child], case.half)


def _write(tables: Tables, case: Case, form: Form, value: Any) -> None:
    assert form.field is not None
    field, path = form.field, form.field.paths[form.choice]
    made = case.find(SATELLITE if form.role in (SET, ADD) else THIS)
    if field.mode != RECORDS and form.kind.startswith("kubernetes."):
        value = _as_object(path, value, form)
    if field.mode == RECORDS:
        value = [_record(field, each, form.half) for each in value]
        if path.steps[-1].op == ENTRIES:
            value = {key: each for one in value for key, each in one.items()}
    if form.role != NODE or path.start == "^":
        put(made.tree, path, value, form.half, keep=value == {})
        return
    assert form.node is not None
    if path.text == "$":
        put(made.tree, form.node.each[0], [value], form.half)
        return
    if case.item is None:
        raise Conflict
    put(case.item, path, value, form.half, keep=value == {})


def _record(field: Any, natives: dict[str, Any], half: str) -> dict[str, Any]:
    """One record as the native object that its fields are read from."""
    tree: dict[str, Any] = {}
    for name, value in sorted(natives.items(), key=lambda each: each[1] == {}):
        path = field.fields[name].paths[0]
        if path.text == "$key":
            return {value: natives["value"]}
        put(tree, path, value, half, keep=value == {})
    return tree


def _as_object(path: Path, value: Any, form: Form) -> Any:
    kind = OBJECTS.get(path.text)
    if kind is None:
        return value
    if kind == "Role" and is_cluster_wide(form.type):
        kind = "ClusterRole"
    made = [
        {"kind": kind, "name": each, **({"namespace": "default"} if kind == "ServiceAccount" else {})}
        for each in (value if isinstance(value, list) else [value])
    ]
    return made if isinstance(value, list) else made[0]


def is_cluster_wide(type: str) -> bool:
    """Whether a Kubernetes type belongs to no namespace, nor what its role does."""
    return type.lower().replace("_", "").removeprefix("kubernetes").startswith("cluster")


def native_type(tables: Tables, half: str, kind: str, *, cluster_wide: bool = False) -> str:
    """The plainest native type that is of a kind by itself. Raises Unsayable where the format has none."""
    found = [each.type for each in tables.entries() if each.half == half and each.kind == kind and each.at is None]
    plain = [each for each in found if "_default_" not in each] or found
    if not plain:
        raise Unsayable
    return min(plain, key=lambda each: (cluster_wide and not is_cluster_wide(each), len(each), each))


def contain(case: Case, form: Form) -> bool:
    """Writes the containers on the way to an attribute, but not it; False where there are none."""
    if form.field is None or not form.field.paths:
        return False
    path = form.field.paths[form.choice]
    names = [at for at, step in enumerate(path.steps) if step.op == NAME]
    if len(names) < 2 or path.start == "^" or form.role == OWNER:
        return False
    outer = path._replace(steps=path.steps[: names[-1]])
    tree = case.item if form.role == NODE else case.find(SATELLITE if form.role in (SET, ADD) else THIS).tree
    if tree is None:
        return False
    put(tree, outer, [{}] if outer.steps[-1].op == EACH else {}, form.half, keep=True)
    return True


def written(case: Case, form: Form) -> bool:
    """Whether something stands where the form reads, if only a container of another."""
    assert form.field is not None
    here: Any = case.item if form.role == NODE else case.find(SATELLITE if form.role in (SET, ADD) else THIS).tree
    for step in form.field.paths[form.choice].steps:
        if step.op == NAME:
            here = here[0] if isinstance(here, list) and here else here
            here = here.get(original(step)) if isinstance(here, dict) else None
    return here is not None


def put(tree: dict[str, Any], path: Path, value: Any, half: str, *, keep: bool = False) -> None:
    """Writes a value at a path. Raises Conflict where another value is; with `keep` that one stays."""
    assert all(step.op in (NAME, EACH, ENTRIES) for step in path.steps), f"say here how {path.text} is written"
    _put(tree, path.steps, value, keep)


def _put(tree: dict[str, Any], steps: Sequence[Step], value: Any, keep: bool) -> None:
    name = original(steps[0])
    marks = 1
    while marks < len(steps) and steps[marks].op != NAME:
        marks += 1
    listed, rest = any(step.op == EACH for step in steps[1:marks]), steps[marks:]
    if not rest:
        if keep and name in tree:
            return
        if name in tree and (tree[name] != value or isinstance(value, dict | list)):
            raise Conflict
        tree[name] = value
        return
    if not listed:
        inner = tree.setdefault(name, {})
        _into(inner, rest, value, keep)
        return
    spread = isinstance(value, list) and not any(step.op == EACH for step in rest)
    parts = value if spread else [value]
    inners = tree.setdefault(name, [])
    if not isinstance(inners, list) or (inners and len(inners) != len(parts) and not keep):
        raise Conflict
    inners.extend({} for _ in range(len(parts) - len(inners)))
    for inner, part in zip(inners, parts, strict=False):
        _into(inner, rest, part, keep)


def original(step: Step) -> str:
    """The name as the table has it; others are Terraform's spellings of it."""
    return step.names[-1] if step.names[-1] != step.names[-1].lower() else step.names[0]


def _into(inner: Any, rest: Sequence[Step], value: Any, keep: bool) -> None:
    if not isinstance(inner, dict):
        raise Conflict
    _put(inner, rest, value, keep)
