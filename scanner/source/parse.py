"""Step 2 of a scan: a document to its located tree, by its syntax. What a tree means is its loader's business."""

from __future__ import annotations

from scanner.model import Limits
from scanner.source.document import Document


def parse_document(document: Document, limits: Limits) -> None:
    """Fills `document.tree`, `status` and `diagnostics`. Raises nothing for bad input."""
    if document.format in ("hcl", "tfvars"):
        from scanner.source.hcl import parse_hcl

        parse_hcl(document, limits)
    elif document.format in ("json", "tf_json"):
        from scanner.source.json import parse_json

        parse_json(document, limits)
    elif document.format == "yaml":
        from scanner.source.yaml import parse_yaml

        parse_yaml(document, limits)
