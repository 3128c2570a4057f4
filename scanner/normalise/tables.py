"""The mapping tables as one: kinds by name, entries by native type, readers compiled when asked for.

    tables = load_tables()
    tables.kinds["aws.s3.bucket"].attributes["acl"].type

Which native attributes a selection of rules needs is in `scanner.normalise.demand`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.errors import PolicyError
from scanner.model import Kind, KindAttribute, Type
from scanner.normalise.declared import IAM_DOCUMENT_FIELDS, is_document, parse_declared, parse_type
from scanner.normalise.mapping import CONST, Entry, Field, NodeSpec, parse_entry
from scanner.normalise.reading import KUBERNETES, Reader, field_reader

HALVES: Final = ("terraform", "cloudformation", "kubernetes")
ROOT_KIND: Final = "root"
ACCOUNT_KIND: Final = "aws.account"

if TYPE_CHECKING:
    from scanner.expression import Program

_ROOT: Final = Kind(
    ROOT_KIND,
    "root",
    attributes={
        "path": KindAttribute("path", Type("string")),
        "format": KindAttribute("format", Type("string")),
        "owned": KindAttribute("owned", Type("bool"), default=False),
    },
)


class Readers(NamedTuple):
    """How the wanted attributes of a kind are read from what an entry or a child spec maps."""

    base: Mapping[str, Any]
    """Every wanted attribute at its default, and the constants."""
    fields: tuple[tuple[str, Reader], ...]
    documents: tuple[str, ...]
    """Those of the attributes that are IAM documents."""


def half_of(format_name: str) -> str:
    """The half of the tables for a format: plans are read like sources."""
    return format_name.removesuffix("_plan")


class Tables:
    """Every kind and every entry. Immutable but for its cache of readers."""

    def __init__(self, kinds: Mapping[str, Kind], entries: Mapping[tuple[str, str], Entry]) -> None:
        self.kinds = kinds
        self._entries = entries
        self._readers: dict[tuple[int, frozenset[str] | None], Readers] = {}
        self._programs: dict[tuple[str, str], Program] = {}

    def entry(self, format_name: str, native: str) -> Entry | None:
        """The entry of a native type; None for one that is not mapped."""
        return self._entries.get((half_of(format_name), native))

    def entries(self) -> Iterable[Entry]:
        """All entries, by half and native type."""
        return self._entries.values()

    def entry_readers(self, entry: Entry, wanted: frozenset[str] | None) -> Readers:
        """Readers for a resource of its own; `wanted` attributes, or None for all."""
        return self._cached(entry, wanted, lambda: self._compile(entry.kind, entry.set, entry.half, wanted, whole=True))

    def node_readers(self, spec: NodeSpec, half: str, wanted: frozenset[str] | None) -> Readers:
        """Readers for a child; its key is always read."""
        keyed = None if wanted is None else wanted | frozenset(spec.key)
        return self._cached(spec, keyed, lambda: self._compile(spec.kind, spec.set, half, keyed, whole=True))

    def satellite_readers(self, entry: Entry, wanted: frozenset[str] | None, fields: Mapping[str, Field]) -> Readers:
        """Readers for what a satellite sets (or adds): without the kind's defaults."""
        return self._cached(fields, wanted, lambda: self._compile(entry.into, fields, entry.half, wanted, whole=False))

    def derived(self, kind: str, name: str) -> Program:
        """The compiled expression of a derived attribute. Raises ExpressionError."""
        from scanner.expression import compile_expression

        found = self._programs.get((kind, name))
        if found is None:
            declared = self.kinds[kind]
            bindings = {declared.bound_as: Type("ref", kinds=(kind,))}
            found = compile_expression(declared.attributes[name].derive, bindings=bindings, kinds=self.kinds)
            self._programs[kind, name] = found
        return found

    def _cached(self, owner: Any, wanted: frozenset[str] | None, make: Any) -> Readers:
        key = (id(owner), wanted)
        found = self._readers.get(key)
        if found is None:
            found = self._readers[key] = make()
        return found

    def _compile(
        self, kind: str, fields: Mapping[str, Field], half: str, wanted: frozenset[str] | None, *, whole: bool
    ) -> Readers:
        declared = self.kinds[kind]
        if kind.startswith("kubernetes."):
            half = KUBERNETES  # Terraform's resources of these kinds have the same values
        base: dict[str, Any] = {}
        if whole:
            base = {
                name: each.default
                for name, each in declared.attributes.items()
                if (wanted is None or name in wanted) and not each.derive
            }
        readers: list[tuple[str, Reader]] = []
        documents = []
        for name, field in fields.items():
            if wanted is not None and name not in wanted:
                continue
            attribute = _attribute(declared, name)
            if is_document(attribute.type):
                documents.append(name)
            if field.mode == CONST:
                base[name] = field.const
                continue
            default = attribute.default if whole else None
            readers.append((name, field_reader(field, attribute.type, name, half, declared.records, default)))
        return Readers(base, tuple(readers), tuple(documents))


def _attribute(kind: Kind, name: str) -> KindAttribute:
    if name not in kind.attributes:
        raise PolicyError(f"the kind {kind.name} has no attribute `{name}`")
    return kind.attributes[name]


def load_tables(halves: Sequence[str] = HALVES, directory: Path | None = None) -> Tables:
    """Reads the tables that come with us, or those of a directory. Raises PolicyError with the file's name."""
    from scanner.source.compiled import load_data

    base = directory or Path(__file__).parent / "mappings"
    files = [(path.relative_to(base).as_posix(), path.read_bytes()) for path in sorted(base.rglob("*.yaml"))]
    return make_tables(load_data(files, name="mappings"), halves)


def make_tables(trees: Mapping[str, Any], halves: Sequence[str] = HALVES) -> Tables:
    """Tables of file trees. Raises PolicyError for what the schema of the language cannot rule out."""
    kinds: dict[str, Kind] = {ROOT_KIND: _ROOT}
    names = {name for tree in trees.values() for name in tree.get("kinds") or {}}
    raw: dict[tuple[str, str], Mapping[str, Any]] = {}
    for path, tree in trees.items():
        for name, body in (tree.get("kinds") or {}).items():
            if name in kinds:
                raise PolicyError(f"the kind {name} is declared twice", path=path)
            kinds[name] = _placed(path, lambda name=name, body=body: _kind(name, body, names))
        for half in HALVES:
            for native, body in (tree.get(half) or {}).items():
                if (half, native) in raw:
                    raise PolicyError(f"{native} is mapped twice", path=path)
                raw[half, native] = body
    entries = {key: _entry(*key, raw) for key in sorted(raw) if key[0] in halves}
    return Tables(kinds, entries)


def _placed(path: str, make: Any) -> Any:
    try:
        return make()
    except PolicyError as error:
        raise PolicyError(error.message, hint=error.hint, path=path) from error


def _kind(name: str, body: Mapping[str, Any], names: Set[str]) -> Kind:
    written = body.get("records") or {}
    records = {
        record: {each: parse_type(text, written) for each, text in fields.items()} for record, fields in written.items()
    }
    attributes = {}
    for each, text in body["attributes"].items():
        declared = parse_declared(text, written)
        attributes[each] = KindAttribute(each, _inverse(declared.type, names), declared.default)
        if is_document(declared.type):
            records["iam_document"] = dict(IAM_DOCUMENT_FIELDS)
    for each, text in (body.get("derive") or {}).items():
        attributes[each] = KindAttribute(each, Type("dyn"), derive=text)
    return Kind(name, body["as"], tuple(body.get("names", ())), attributes, records)


def _inverse(declared: Type, names: Set[str]) -> Type:
    """`refs(kind.attribute)`, where both may have dots: the longest kind there is."""
    if declared.name != "refs":
        return declared
    words = f"{declared.kinds[0]}.{declared.inverse}".split(".")
    for count in range(len(words) - 1, 0, -1):
        kind = ".".join(words[:count])
        if kind in names:
            return replace(declared, kinds=(kind,), inverse=".".join(words[count:]))
    return declared


def _entry(half: str, native: str, raw: Mapping[tuple[str, str], Mapping[str, Any]]) -> Entry:
    tree = raw[half, native]
    return parse_entry(half, native, _expanded(half, native, raw, 0), shaped="shape" in tree and "at" not in tree)


def _expanded(half: str, native: str, raw: Mapping[tuple[str, str], Mapping[str, Any]], depth: int) -> dict[str, Any]:
    """An entry with what it is `like`: its own fields win, null takes one out."""
    tree = raw.get((half, native)) or raw.get(("kubernetes", native))
    if tree is None or depth > 5:
        raise PolicyError(f"no entry is named {native}, or it is like itself")
    if "like" not in tree:
        return dict(tree)
    source = _expanded(half, tree["like"], raw, depth + 1)
    fields = {**source.get("set", {}), **(tree.get("set") or {})}
    return {
        **source,
        "set": {name: field for name, field in fields.items() if field is not None},
        "with": {**source.get("with", {}), **tree.get("with", {})},
    }
