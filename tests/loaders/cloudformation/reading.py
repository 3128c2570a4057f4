"""Templates in texts, loaded: what every test here starts from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.loaders.cloudformation.loader import Loader
from scanner.model import Demand, Limits, Loaded, LoadOptions, NativeResource
from scanner.source.parse import parse_document
from scanner.source.texts import discover_texts

HEADER = 'AWSTemplateFormatVersion: "2010-09-09"\n'


def load(texts: str | Mapping[str, str], demand: Demand | None = None, **options: Any) -> Loaded:
    """The result of loading one template, `t.yaml`, or several."""
    texts = {"t.yaml": HEADER + texts} if isinstance(texts, str) else texts
    limits = options.get("limits", Limits())
    documents = discover_texts(texts, limits).documents
    for document in documents:
        parse_document(document, limits)
    return Loader().load(documents, demand=demand, options=LoadOptions(**options))


def by_address(loaded: Loaded) -> dict[str, NativeResource]:
    """Address to resource."""
    return {one.address: one for one in loaded.resources}


def codes(loaded: Loaded) -> list[tuple[str, int]]:
    """Code and line of every diagnostic."""
    return [(each.code, each.span.start_line if each.span else 0) for each in loaded.diagnostics]


def value(expression: str, sections: str = "", **options: Any) -> Any:
    """What an expression is as a property of a resource, beside another resource `Other`."""
    loaded = load(f"{sections}\n{resource(expression)}", **options)
    return by_address(loaded)["R"].attributes.get("P", "absent")


def resource(expression: str) -> str:
    """A template's resources with an expression as a property."""
    indented = expression.replace("\n", "\n        ")
    head = "Resources:\n  Other: {Type: AWS::SNS::Topic}\n  R:\n    Type: AWS::X::Y\n    Properties:\n"
    return f"{head}      P: {indented}\n"
