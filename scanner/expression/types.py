"""Static types of expressions: the types of `scanner.model` and the few that only expressions have.

A record of a kind is named `kind:record` here, so that it is unique. Nothing about values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanner.model import Kind, Type

DYN: Final = Type("dyn")
NULL: Final = Type("null")
BOOL: Final = Type("bool")
INT: Final = Type("int")
UINT: Final = Type("uint")
DOUBLE: Final = Type("float")
STRING: Final = Type("string")
BYTES: Final = Type("bytes")
SECRET: Final = Type("secret")
DURATION: Final = Type("duration")
TIMESTAMP: Final = Type("timestamp")
TYPE: Final = Type("type")
LIST: Final = Type("list", item=DYN)
MAP: Final = Type("map", item=DYN)
ROOT: Final = Type("root")

STATEMENT: Final = "aws.iam.statement"
DOCUMENT: Final[Mapping[str, Type]] = {
    "statements": Type("list", item=Type("ref", kinds=(STATEMENT,))),
    "version": STRING,
}
"""The fields of the built-in record `iam_document`."""

_SCALARS: Final = {
    "string": STRING, "text": STRING, "quantity": STRING, "int": INT, "float": DOUBLE, "double": DOUBLE, "bool": BOOL,
    "secret": SECRET, "dyn": DYN, "selector": DYN, "null": NULL, "uint": UINT, "bytes": BYTES, "root": ROOT,
    "duration": DURATION, "timestamp": TIMESTAMP, "type": TYPE,
}  # fmt: skip
_PRINTED: Final = {"float": "double"}


def static_type(declared: Type, kind: str = "") -> Type:
    """What an expression sees of the declared type of an attribute of `kind`."""
    name = declared.name
    if name in _SCALARS:
        return _SCALARS[name]
    if name in ("refs", "selects"):
        return Type("list", item=Type("ref", kinds=declared.kinds) if declared.kinds else DYN)
    if name == "ref":
        return Type("ref", kinds=declared.kinds) if declared.kinds else DYN
    if name in ("list", "map"):
        return Type(name, item=static_type(declared.item, kind) if declared.item else DYN)
    if name == "iam_document" or declared.record == "iam_document":
        return Type("record", record="iam_document")
    if name == "record":
        return Type("record", record=f"{kind}:{declared.record}" if kind else declared.record)
    return DYN


def record_fields(
    record: str, kinds: Mapping[str, Kind], records: Mapping[str, Mapping[str, Type]]
) -> dict[str, Type] | None:
    """The fields of a record by its unique name; None when nothing declares it."""
    if record == "iam_document":
        return dict(DOCUMENT)
    kind, colon, name = record.rpartition(":")
    declared = records.get(record)
    if colon and kind in kinds:
        declared = kinds[kind].records.get(name)
    if declared is None:
        return None
    return {field: static_type(type_, kind) for field, type_ in declared.items()}


def parse_type(text: str) -> Type:
    """`list(int)`, `map(string)`, `ref(aws.s3.bucket | aws.s3.object)` to a type; raises ValueError."""
    text = text.strip()
    head, bracket, rest = text.partition("(")
    if not bracket:
        if text in _SCALARS or text == "iam_document":
            return Type("record", record=text) if text == "iam_document" else Type(text)
        raise ValueError(f"unknown type {text!r}")
    inner = rest.removesuffix(")").strip()
    if rest[-1:] != ")" or not inner or inner.count("(") > 20:
        raise ValueError(f"unknown type {text!r}")
    if head in ("list", "map"):
        return Type(head, item=parse_type(inner))
    if head in ("ref", "refs"):
        return Type(head, kinds=tuple(part.strip() for part in inner.split("|")))
    raise ValueError(f"unknown type {text!r}")


def describe(type_: Type) -> str:
    """A type as its reader would write it."""
    if type_.name in ("list", "map") and type_.item is not None:
        return f"{type_.name}({describe(type_.item)})"
    if type_.name == "ref":
        return " | ".join(type_.kinds)
    if type_.name == "record":
        return type_.record.rpartition(":")[2]
    return _PRINTED.get(type_.name, type_.name)


def join(left: Type, right: Type) -> Type | None:
    """The type that values of both have; null joins with any. None when they have nothing in common."""
    if left == right or right.name == "null":
        return left
    if left.name == "null":
        return right
    if "dyn" in (left.name, right.name):
        return DYN
    if left.name != right.name or left.name == "record":
        return None
    if left.name == "ref":
        return Type("ref", kinds=tuple(dict.fromkeys((*left.kinds, *right.kinds))))
    if left.item is not None and right.item is not None:
        item = join(left.item, right.item)
        return None if item is None else Type(left.name, item=item)
    return None


def accepts(parameter: Type, argument: Type) -> bool:
    """Whether a value of the argument's type may be given where the parameter's type is wanted."""
    if "dyn" in (parameter.name, argument.name) or argument.name == "null":
        return True
    if parameter.name != argument.name:
        return False
    if parameter.item is not None and argument.item is not None:
        return accepts(parameter.item, argument.item)
    return True
