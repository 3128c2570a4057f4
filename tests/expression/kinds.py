"""Two small kinds and the resources of them that the tests of expressions read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.model import Kind, KindAttribute, NativeResource, PathStep, Place, Resource, SourceSpan, Type

STRING, INT, BOOL, FLOAT = Type("string"), Type("int"), Type("bool"), Type("float")


def _kind(kind: str, bound_as: str, records: Mapping[str, Mapping[str, Type]], /, **attributes: Type) -> Kind:
    dotted = {key.replace("__", "."): type_ for key, type_ in attributes.items()}
    return Kind(
        kind, bound_as, records=records, attributes={key: KindAttribute(key, type_) for key, type_ in dotted.items()}
    )


KINDS = {
    "test.thing": _kind(
        "test.thing", "thing", {"part": {"key": STRING, "value": INT, "on": BOOL, "words": Type("list", item=STRING)}},
        flag=BOOL, other_flag=BOOL, count=INT, size__min=INT, ratio=FLOAT, name=STRING, mode__kind=STRING,
        names=Type("list", item=STRING), sizes=Type("list", item=INT), tags=Type("map", item=STRING),
        parts=Type("list", item=Type("record", record="part")), link=Type("ref", kinds=("test.other",)),
        links=Type("refs", kinds=("test.other",), inverse="owner"), password=Type("secret"), effective=Type("dyn"),
        document=Type("record", record="iam_document"), anything=Type("ref", kinds=("*",)),
    ),
    "test.other": _kind(
        "test.other", "other", {}, flag=BOOL, count=INT, name=STRING, names=Type("list", item=STRING),
        owner=Type("ref", kinds=("test.thing",)),
    ),
    "aws.iam.statement": _kind(
        "aws.iam.statement", "statement",
        {"principal": {"type": STRING, "id": STRING},
         "condition": {"operator": STRING, "key": STRING, "values": Type("list", item=STRING)}},
        sid=STRING, allow=BOOL, actions=Type("list", item=STRING), not_actions=Type("list", item=STRING),
        resources=Type("list", item=STRING), not_resources=Type("list", item=STRING),
        principals=Type("list", item=Type("record", record="principal")),
        not_principals=Type("list", item=Type("record", record="principal")),
        conditions=Type("list", item=Type("record", record="condition")), document_of=STRING,
        owner=Type("ref", kinds=("*",)),
    ),
}  # fmt: skip
BINDINGS = {
    "thing": Type("ref", kinds=("test.thing",)), "params": Type("record", record="params"), "root": Type("root"),
}  # fmt: skip
_STRINGS = Type("list", item=STRING)
RECORDS = {"params": {"limit": INT, "words": _STRINGS, "combos": Type("list", item=_STRINGS)}}


class Nowhere:
    """A provenance and locator that knows which attributes are given and literal."""

    def __init__(self, given: tuple[str, ...] = (), literal: tuple[str, ...] = ()) -> None:
        self.given = given
        self.literal = literal

    def place(self, path: tuple[PathStep, ...]) -> Place:
        return Place(SourceSpan("main.tf", 1, 1, 1, 1), "", False)

    def places(self, resource: Resource, attribute: str, element: tuple[PathStep, ...] = ()) -> list[Place]:
        return [self.place(())]

    def is_given(self, resource: Any, attribute: str = "", element: tuple[PathStep, ...] = ()) -> bool:
        return "/".join([attribute, *map(str, element)]) in self.given

    def is_literal(self, resource: Any, attribute: str = "", element: tuple[PathStep, ...] = ()) -> bool:
        return "/".join([attribute, *map(str, element)]) in self.literal


def resource(kind: str, values: Mapping[str, Any], *, address: str = "x.y", locator: Nowhere | None = None) -> Resource:
    """A resource of a kind; attributes that are not named are null."""
    place = locator or Nowhere()
    native = NativeResource("terraform", "x", address, "", {}, SourceSpan("main.tf", 1, 1, 1, 1), place)
    attributes: dict[str, Any] = dict.fromkeys(KINDS[kind].attributes) | dict(values)
    return Resource(kind, native, attributes, locator=place)


class Root:
    """Lists resources by kind, as the engine's root does."""

    def __init__(self, resources: Mapping[str, Any]) -> None:
        self.resources = resources

    def all(self, kind: str) -> Any:
        return self.resources.get(kind, [])
