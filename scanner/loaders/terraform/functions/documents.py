"""`replace` in a document that is not all known: a placeholder in its texts gives way to a value, its shape stays."""

from __future__ import annotations

import json
import re
from string import ascii_lowercase, digits
from typing import Any, Final

from scanner.loaders.terraform.evaluate_documents import as_document
from scanner.loaders.terraform.evaluate_templates import fragments
from scanner.loaders.terraform.values import Fragments, Value, like
from scanner.model import Encoded, Unknown

_PLACEHOLDER: Final = re.compile(r"[A-Za-z0-9_]*_[A-Za-z0-9_]*")
_NAME: Final = frozenset(ascii_lowercase + digits + "-.")
_LETTERS: Final = {"id": _NAME, "bucket": _NAME, "arn": _NAME | {":"}, "account_id": frozenset(digits)}
"""What names of buckets may be made of: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""
_named: Final = re.compile(
    r"(?:^|\.)(?:aws_s3_bucket\.[^.]+\.(?=id$|bucket$|arn$)|aws_caller_identity\.[^.]+\.(?=account_id$))(\w+)$"
).search


class _Unsure(Exception):
    """The shape of the document may change."""


def replaced_document(text: Value, part: str, new: Value) -> Encoded | None:
    """The document with every `part` in its texts replaced; None where its shape might change, or it is none.

    The part must be a word with an underscore, which no syntax of a document can match. The new text must need
    no escape; one that is not known must be an attribute that a provider sets, since these (ids, ARNs, names)
    have no quotes.
    """
    if not _PLACEHOLDER.fullmatch(part) or not _is_plain(new):
        return None
    document = _known_document(text, new) if isinstance(text, str) else as_document(text)
    if document is None:
        return None
    try:
        return Encoded(_replaced(document.document, part, new), document.language, like(document, "string"))
    except _Unsure:
        return None


def _known_document(text: str, new: Value) -> Encoded | None:
    """A text that is all known, as a document: what is put into it is not known."""
    if text.lstrip()[:1] not in ("{", "[") or not isinstance(new, Unknown):
        return None
    try:
        return Encoded(json.loads(text), "json", like(new, "string"))
    except (ValueError, RecursionError):
        return None


def _is_plain(new: Value) -> bool:
    if isinstance(new, str):
        return json.dumps(new)[1:-1] == new
    return isinstance(new, Unknown) and new.code in ("computed", "data") and bool(new.identities)


def _replaced(tree: Any, part: str, new: Value) -> Any:
    if isinstance(tree, str):
        return _replaced_text(tree, part, new)
    if isinstance(tree, Fragments) and not any(_may_cross(each, part) for each in tree.parts):
        return fragments([_replaced(each, part, new) for each in tree.parts])
    if isinstance(tree, Unknown):
        return tree if _cannot_hold(tree, part) else like(tree)
    if isinstance(tree, dict):
        return {_key(key, part, new): _replaced(value, part, new) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_replaced(each, part, new) for each in tree]
    return tree


def _cannot_hold(unknown: Unknown, part: str) -> bool:
    """Whether it is a name or ARN of a bucket, or the number of an account, and the part has other letters."""
    named = next((found for each in unknown.identities if (found := _named(each)) is not None), None)
    return named is not None and not set(part) <= _LETTERS[named[1]]


def _may_cross(piece: Value, part: str) -> bool:
    """Whether the part may begin or end in a known piece of a text and go on in one that is not known."""
    if not isinstance(piece, str):
        return False
    return any(piece.startswith(part[cut:]) or piece.endswith(part[:cut]) for cut in range(1, len(part)))


def _key(key: str, part: str, new: Value) -> str:
    if part not in key:
        return key
    if not isinstance(new, str):
        raise _Unsure
    return key.replace(part, new)


def _replaced_text(text: str, part: str, new: Value) -> Value:
    if part not in text or isinstance(new, str):
        return text.replace(part, new) if isinstance(new, str) else text
    pieces: list[Value] = []
    for piece in text.split(part):
        pieces += [piece, new]
    return fragments(pieces[:-1])
