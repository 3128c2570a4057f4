"""Texts in memory as documents, for callers that have no files: rule examples, tests, other programs."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from scanner.model import Diagnostic, InputRecord, Limits
from scanner.source import recognise
from scanner.source.discover import Discovery
from scanner.source.document import Document
from scanner.source.encoding import NotText, as_utf8


def discover_texts(texts: Mapping[str, str | bytes], limits: Limits) -> Discovery:
    """The texts as if they were the files of an empty directory; a name may have folders in it."""
    documents: list[Document] = []
    inputs: list[InputRecord] = []
    diagnostics: list[Diagnostic] = []
    for name, text in sorted(texts.items()):
        data = text.encode() if isinstance(text, str) else text
        digest = sha256(data).hexdigest()
        known = recognise.by_name(name)
        try:
            plain = as_utf8(data)
        except NotText as error:
            inputs.append(InputRecord(name, known.kind if known else "", digest, "failed", str(error)))
            hint = "Save it as UTF-8, or as UTF-16 with a byte-order mark."
            diagnostics.append(Diagnostic("GR-ENCODING", "error", f"{name} was not read: {error}", hint, name))
            continue
        if known is None or not known.kind:
            known = recognise.by_content(plain, known.format if known else "")
        documents.append(Document(name, "", known.format, known.kind, plain, digest))
    return Discovery(tuple(documents), tuple(inputs), tuple(diagnostics), (".",))
