"""What reading one native resource keeps in hand: its attributes, decoded documents, complaints."""

from __future__ import annotations

import json
from typing import Any

from scanner.model import Encoded, Limits, NativeResource, Unknown


class Context:
    """One native resource while it is mapped. Not kept afterwards."""

    __slots__ = ("complaints", "decoded", "key", "native", "root", "secrets")

    def __init__(self, native: NativeResource) -> None:
        self.native = native
        self.root: Any = native.attributes
        self.key: str | None = None
        """The map key of the entry being read, for `$key`."""
        self.complaints: list[str] = []
        """What did not convert, in words."""
        self.secrets: list[str] = []
        """The texts of attributes typed `secret`."""
        self.decoded: dict[tuple[str, str], Any] = {}

    def invalid(self, what: str) -> Unknown:
        """The value of something that does not have the declared type."""
        self.complaints.append(what)
        return Unknown("invalid", what, span=self.native.span)

    def decode(self, value: Any, language: str) -> Any:
        """The document in a text; a tree stays as it is, and so does an Unknown that is no document."""
        if isinstance(value, Encoded):
            return value.document
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        found = self.decoded.get((value, language), self)
        if found is self:
            found = self.decoded[value, language] = self._parsed(value, language)
        return found

    def _parsed(self, text: str, language: str) -> Any:
        if language == "yaml":
            return self._yaml(text)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return self.invalid("the text is not the JSON document it should be")

    def _yaml(self, text: str) -> Any:
        """The one document of a stream; budgets and hostile input are the reader's business."""
        from scanner.source.document import Document
        from scanner.source.yaml import parse_yaml

        data = text.encode("utf-8", "replace")
        trees = parse_yaml(Document(self.native.span.path, "", "yaml", "kubernetes", data), Limits())
        return trees[0] if len(trees) == 1 else self.invalid("the text is not one YAML document")
