"""What Terraform data sources that need no network mean: `aws_iam_policy_document`.

A table for the Terraform loader, which knows no provider. Each function takes the data source's
configuration as a native tree (nested blocks are lists of objects, unknown parts `Unknown`) and gives its
attributes, and where in the configuration each part of them comes from. Rules of the document itself
(how a statement reads) are in `scanner.normalise.iam`.

Read in the provider's source, version 6:
https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/policy_document_data_source.go
and `policy_model.go` beside it: the effect is Allow unless stated, the version 2012-10-17; a later
statement with the `sid` of an earlier one takes its place; lists of one become strings, others are
sorted backwards (values of a condition are not); `&{` stands for `${`; `{"*": "*"}` becomes `"*"`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scanner.model import Block, Encoded, PathStep, Unknown
from scanner.normalise.paths import beyond, existence_of

Path = tuple[PathStep, ...]
Origins = Mapping[Path, Path]
DataSource = Callable[[dict[str, Any]], tuple[Mapping[str, Any], Origins]]

DEFAULT_VERSION: Final = "2012-10-17"
_LISTS: Final = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)


@dataclass(slots=True)
class _Made:
    """One statement of the document, and where its parts come from."""

    tree: Any
    origins: dict[Path, Path] = field(default_factory=dict)
    """Path in the statement to path in the configuration; `()` is the whole."""

    @property
    def sid(self) -> Any:
        return self.tree.get("Sid") if isinstance(self.tree, dict) else None


@dataclass(slots=True)
class _Document:
    """The document while it is put together."""

    version: Any = ""
    identity: Any = None
    statements: list[_Made] = field(default_factory=list)
    hidden: Unknown | None = None
    """Why there may be statements that are not known."""

    def merge(self, version: Any, identity: Any, statements: list[_Made]) -> None:
        """Adds a document; its statements take the place of those with the same sid."""
        if isinstance(version, Unknown) or (isinstance(self.version, str) and str(_stated(version, "")) > self.version):
            self.version = version
        self.identity = _stated(identity, self.identity)
        for made in statements:
            place = self._same_sid(made)
            if place is None:
                self.statements.append(made)
            else:
                self.statements[place] = made

    def _same_sid(self, made: _Made) -> int | None:
        sid = made.sid
        if not isinstance(sid, str) or not sid:
            return None
        return next((index for index, each in enumerate(self.statements) if each.sid == sid), None)

    def hide(self, why: Unknown, *, overriding: bool) -> None:
        """A document that is not known is merged: one that overrides may replace whatever has a sid."""
        self.hidden = beyond(why)
        if overriding:
            self.statements = [each for each in self.statements if each.sid in (None, "")]


def policy_document(body: dict[str, Any]) -> tuple[Mapping[str, Any], Origins]:
    """`json` and `minified_json` of a `data.aws_iam_policy_document`, and the origins of their parts."""
    document = _Document()
    _merge_all(document, body.get("source_policy_documents"), "source_policy_documents", overriding=False)
    version = _stated(body.get("version"), DEFAULT_VERSION)
    document.merge(version, body.get("policy_id"), _own(document, body.get("statement")))
    _merge_all(document, body.get("override_policy_documents"), "override_policy_documents", overriding=True)
    tree = _tree(document)
    origins = {} if document.hidden is not None else _origins(document)
    return {"json": _encoded(tree, indent=2), "minified_json": _encoded(tree, indent=None)}, origins


DATA_SOURCES: Final[Mapping[str, DataSource]] = {"aws_iam_policy_document": policy_document}
"""Data source type to what works it out."""


def _stated(value: Any, default: Any) -> Any:
    """A value, or what stands for one that is not stated."""
    return default if value in (None, "") else value


def _tree(document: _Document) -> dict[str, Any]:
    statements: Any = [each.tree for each in document.statements]
    if document.hidden is not None:
        hidden = document.hidden
        statements = Unknown(hidden.code, hidden.text, span=hidden.span, contains=tuple(statements))
    parts = {"Version": document.version, "Id": document.identity, "Statement": statements}
    return {name: part for name, part in parts.items() if part not in (None, "", [])}


def _origins(document: _Document) -> dict[Path, Path]:
    found: dict[Path, Path] = {}
    for index, made in enumerate(document.statements):
        for name in ("json", "minified_json"):
            found.update({(name, "Statement", index, *below): path for below, path in made.origins.items()})
    return found


def _encoded(tree: dict[str, Any], *, indent: int | None) -> Any:
    """The document as text; structured where parts of it are not known."""
    unknown = _unknown_in(tree)
    if unknown is None:
        return json.dumps(tree, indent=indent, separators=None if indent else (",", ":"))
    return Encoded(tree, "json", Unknown(unknown.code, unknown.text, span=unknown.span, prefix="{", suffix="}"))


def _unknown_in(value: Any) -> Unknown | None:
    """The first Unknown in a tree, be it that something in it may not exist."""
    if isinstance(value, Unknown):
        return value
    doubt = existence_of(value)
    if doubt is not None:
        return doubt
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for each in inside if (found := _unknown_in(each)) is not None), None)


# Other documents


def _merge_all(document: _Document, texts: Any, name: str, *, overriding: bool) -> None:
    if isinstance(texts, Unknown):
        document.hide(texts, overriding=overriding)
        return
    for index, text in enumerate(texts if isinstance(texts, list) else []):
        _merge_text(document, text, (name, index), overriding=overriding)


def _merge_text(document: _Document, text: Any, path: Path, *, overriding: bool) -> None:
    tree = text.document if isinstance(text, Encoded) else text
    if isinstance(tree, str) and tree.strip():
        try:
            tree = json.loads(tree)
        except (ValueError, RecursionError):
            tree = Unknown("invalid", "the document to merge is not JSON")
    if isinstance(tree, Unknown):
        document.hide(tree, overriding=overriding)
    if not isinstance(tree, dict):
        return
    statements = tree.get("Statement")
    if isinstance(statements, Unknown):
        document.hide(statements, overriding=overriding)
        statements = list(statements.contains)
    listed = statements if isinstance(statements, list) else [statements] if statements else []
    made = [_Made(each, {(): path}) for each in listed]
    document.merge(tree.get("Version"), tree.get("Id"), made)


# Its own statements


def _own(document: _Document, blocks: Any) -> list[_Made]:
    blocks = _blocks(blocks)
    if isinstance(blocks, Unknown):
        document.hide(blocks, overriding=False)
        blocks = blocks.contains
    return [_statement(block, index) for index, block in enumerate(blocks)]


def _blocks(value: Any) -> Any:
    """Blocks as a list of objects and Unknowns, or an Unknown."""
    if isinstance(value, Unknown):
        return value
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return [each if isinstance(each, dict | Unknown) else Unknown("invalid", "this is a block") for each in listed]


def _statement(block: Any, index: int) -> _Made:
    base: Path = ("statement", index)
    if not isinstance(block, dict):
        return _Made(block, {(): base})
    made = _Made(Block(existence=existence_of(block)), {(): base})
    sid = block.get("sid")
    if sid not in (None, ""):
        made.tree["Sid"] = sid
        made.origins["Sid",] = (*base, "sid")
    made.tree["Effect"] = _stated(block.get("effect"), "Allow")
    made.origins["Effect",] = (*base, "effect")
    for name, element in _LISTS:
        _add_list(made, block.get(name), (element,), (*base, name), replaced="resource" in name)
    for name, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        _add_principals(made, block.get(name), element, (*base, name))
    _add_conditions(made, block.get("condition"), (*base, "condition"))
    return made


def _add_list(made: _Made, values: Any, below: Path, path: Path, *, replaced: bool) -> None:
    """A set of strings: backwards, one as a string."""
    if values in (None, []):
        return
    found, origins = _strings(values, path, replaced=replaced, ordered=False)
    made.tree[str(below[-1])] = found
    made.origins.update({(*below, *step): origin for step, origin in origins.items()})


def _strings(values: Any, path: Path, *, replaced: bool, ordered: bool) -> tuple[Any, dict[Path, Path]]:
    """Strings as the document has them, and where each comes from."""
    if isinstance(values, Unknown):
        return values, {(): path}
    listed = values if isinstance(values, list) else [values]
    pairs = [(_replaced(value) if replaced else value, (*path, index)) for index, value in enumerate(listed)]
    if not ordered and all(isinstance(value, str) for value, _ in pairs):
        pairs = sorted({value: (value, origin) for value, origin in reversed(pairs)}.values(), reverse=True)
    if len(pairs) == 1 and not isinstance(pairs[0][0], Unknown):
        return pairs[0][0], {(): pairs[0][1]}
    return [value for value, _ in pairs], {(): path, **{(index,): pair[1] for index, pair in enumerate(pairs)}}


def _replaced(value: Any) -> Any:
    return value.replace("&{", "${") if isinstance(value, str) else value


def _add_principals(made: _Made, blocks: Any, element: str, path: Path) -> None:
    blocks = _blocks(blocks)
    if blocks == []:
        return
    made.origins[element,] = path
    if isinstance(blocks, Unknown):
        made.tree[element] = blocks
        return
    if _is_everyone(blocks):
        made.tree[element] = "*"
        made.origins[element,] = (*path, 0, "identifiers")
        return
    found = Block(existence=_doubt(blocks))
    for index, block in enumerate(blocks):
        if not isinstance(block, dict) or isinstance(block.get("type"), Unknown):
            made.tree[element] = beyond(block if isinstance(block, Unknown) else block["type"])
            return
        kind, origin = str(block.get("type")), (*path, index, "identifiers")
        values, below = _strings(_stated(block.get("identifiers"), []), origin, replaced=True, ordered=False)
        _append(made, found, (element, kind), values, below)
    made.tree[element] = found


def _is_everyone(blocks: list[Any]) -> bool:
    only = blocks[0] if len(blocks) == 1 else None
    if not isinstance(only, dict) or existence_of(only) is not None:
        return False
    return only.get("type") == "*" and only.get("identifiers") in (["*"], "*")


def _doubt(blocks: list[Any]) -> Unknown | None:
    return next((doubt for each in blocks if (doubt := existence_of(each)) is not None), None)


def _append(made: _Made, found: dict[str, Any], below: Path, values: Any, origins: dict[Path, Path]) -> None:
    """Puts values under a key, behind those that are there."""
    key = str(below[-1])
    if key not in found:
        found[key] = values
        made.origins.update({(*below, *step): origin for step, origin in origins.items()})
        return
    before = found[key]
    if isinstance(before, Unknown) or isinstance(values, Unknown):
        found[key] = beyond(before if isinstance(before, Unknown) else values)
        return
    start = before if isinstance(before, list) else [before]
    added = values if isinstance(values, list) else [values]
    found[key] = [*start, *added]
    for index in range(len(added)):
        made.origins[(*below, len(start) + index)] = origins.get((index,), origins[()])


def _add_conditions(made: _Made, blocks: Any, path: Path) -> None:
    blocks = _blocks(blocks)
    if blocks == []:
        return
    made.origins["Condition",] = path
    if isinstance(blocks, Unknown):
        made.tree["Condition"] = blocks
        return
    found = Block(existence=_doubt(blocks))
    for index, block in enumerate(blocks):
        names = [block.get(name) for name in ("test", "variable")] if isinstance(block, dict) else [block]
        unknown = next((name for name in names if isinstance(name, Unknown)), None)
        if unknown is not None:
            made.tree["Condition"] = beyond(unknown)
            return
        test, variable = str(names[0]), str(names[1])
        origin = (*path, index, "values")
        values, below = _strings(_stated(block.get("values"), []), origin, replaced=True, ordered=True)
        _append(made, found.setdefault(test, {}), ("Condition", test, variable), values, below)
    made.tree["Condition"] = found
