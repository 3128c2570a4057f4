"""The drafted mapping tables and rules of the shared data, read just far enough to compile expressions."""

from __future__ import annotations

import re
from typing import Any

import yaml

from scanner.model import Kind, KindAttribute, Type
from tests.shared import shared_path

_TOP = re.compile(r"(list|map|refs?|selects?)\((.*)\)")


def draft_kinds() -> dict[str, Kind]:
    """Every kind of the drafted tables, and those that the program itself has."""
    kinds = {}
    for path in sorted(shared_path("drafts").glob("mappings/*/*.yaml")):
        for name, tree in (yaml.safe_load(path.read_text()).get("kinds") or {}).items():
            kinds[name] = _kind(name, tree)
    return kinds


def draft_rules() -> list[dict[str, Any]]:
    """The drafted rules."""
    return list(yaml.safe_load_all(shared_path("drafts").joinpath("rules.yaml").read_text()))


def _kind(name: str, tree: dict[str, Any]) -> Kind:
    records = {
        record: {field: _type(str(text), ()) for field, text in fields.items()}
        for record, fields in (tree.get("records") or {}).items()
    }
    attributes = {
        key: KindAttribute(key, _type(str(text).partition("=")[0], tuple(records)))
        for key, text in (tree.get("attributes") or {}).items()
    }
    for key, text in (tree.get("derive") or {}).items():
        attributes[key] = KindAttribute(key, Type("dyn"), derive=text)
    return Kind(name, tree["as"], tuple(tree.get("names") or ()), attributes, records)


def _type(text: str, records: tuple[str, ...]) -> Type:
    text = text.strip()
    match = _TOP.fullmatch(text)
    if match is None:
        return Type("record", record=text) if text in (*records, "iam_document") else Type(text)
    head, inner = match.groups()
    if head in ("list", "map"):
        return Type(head, item=_type(inner, records))
    kinds = tuple(part.strip() for part in inner.split("|"))
    if head == "ref":
        return Type("ref", kinds=kinds)
    return Type(head, kinds=tuple(kind.rpartition(".")[0] for kind in kinds), inverse=kinds[0].rpartition(".")[2])
