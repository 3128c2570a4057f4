"""The types that mapping tables declare for a kind's attributes: `list(grant)`, `ref(a | b)`, `bool=false`.

What a native value becomes under a type is in `scanner.normalise.convert`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from scanner.errors import PolicyError
from scanner.model import Type

SCALARS: Final = frozenset({"string", "int", "float", "bool", "text", "secret", "quantity", "selector", "dyn"})

IAM_DOCUMENT: Final = Type("record", record="iam_document")
STATEMENT_KIND: Final = "aws.iam.statement"
IAM_DOCUMENT_FIELDS: Final[Mapping[str, Type]] = {
    "version": Type("string"),
    "statements": Type("list", item=Type("ref", kinds=(STATEMENT_KIND,))),
}
"""What a rule may read of an `iam_document`."""

_CALL = re.compile(r"(list|map|refs|ref|selects)\((.*)\)", re.S)


class Declared(NamedTuple):
    """A declared type and the default that every format shares; None is no default."""

    type: Type
    default: Any


def parse_declared(text: str, records: Mapping[str, Any]) -> Declared:
    """Parses `T` or `T=default`. Raises PolicyError for a type that does not exist."""
    written, _, default = text.partition("=")
    found = parse_type(written.strip(), records)
    return Declared(found, _default(default.strip(), found) if default else None)


def parse_type(text: str, records: Mapping[str, Any]) -> Type:
    """Parses one type. `records` are the names of the kind's records. Raises PolicyError."""
    if text in records:
        return Type("record", record=text)
    if text in SCALARS:
        return Type(text)
    if text == "iam_document":
        return IAM_DOCUMENT
    call = _CALL.fullmatch(text)
    if call is None:
        raise PolicyError(f"`{text}` is no type", hint="see the mapping schema for the types there are")
    name, inside = call.groups()
    if name in ("list", "map"):
        return Type(name, item=parse_type(inside, records))
    if name == "refs":
        kind, _, attribute = inside.rpartition(".")
        return Type("refs", kinds=(kind,), inverse=attribute)
    return Type(name, kinds=tuple(part.strip() for part in inside.split("|")))


def _default(text: str, declared: Type) -> Any:
    if declared.name in ("string", "text", "quantity"):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise PolicyError(f"`{text}` is no {declared.name}") from error


def holds_reference(declared: Type, records: Mapping[str, Mapping[str, Type]]) -> bool:
    """Whether values of the type hold references that linking must resolve."""
    if declared.name == "ref":
        return True
    if declared.name == "record" and declared.record in records:
        return any(holds_reference(each, records) for each in records[declared.record].values())
    return declared.item is not None and holds_reference(declared.item, records)


def is_document(declared: Type) -> bool:
    """Whether it is an IAM document."""
    return declared.name == "record" and declared.record == "iam_document"
