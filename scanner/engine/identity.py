"""What identifies a finding from scan to scan, and what the values are that decided it.

A fingerprint is made of the rule, the root, the instance's address, the key of a child and the attribute: no line, no
file of a module, no position in a list and no value but those of a `key`. A value digest is made of the values that
decided. Neither depends on the text of a secret.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from scanner.expression import Read
from scanner.expression.functions.secrets import found
from scanner.expression.message import show
from scanner.model import Resource as Node
from scanner.model import Unknown

SECRET: Final = "(secret)"
LONGEST: Final = 300
"""Characters of a value that is shown."""
_WORD: Final = 8
"""Shorter secrets are only looked for as whole values: they would be found in anything."""
_canonical: Final = json.JSONEncoder(sort_keys=True, default=str).encode
"""A value as one text, always the same."""
_SHAPE: Final = 16
"""No shorter text has the shape of a key, or sets a password."""


def fingerprint(rule: str, node: Node, attribute: str, secrets: Collection[str] = ()) -> str:
    """32 hexadecimal digits."""
    key = [_keyed(part, secrets) for part in node.key]
    identity = [rule, node.native.root, node.address, node.kind, key, attribute]
    return hashlib.sha256(_canonical(identity).encode()).hexdigest()[:32]


def value_digest(reads: Iterable[Read], secrets: Collection[str] = ()) -> str:
    """`sha256:` and 32 hexadecimal digits over the values that were read, whatever their order; empty of none."""
    values = {_canonical([read.attribute, _keyed(read.value, secrets)]) for read in reads}
    if not values:
        return ""
    return "sha256:" + hashlib.sha256("\n".join(sorted(values)).encode()).hexdigest()[:32]


def actual(value: Any, secrets: Collection[str] = ()) -> str:
    """A value as a report shows it, without secrets, cut where it is long."""
    text = show(_masked(value, secrets))
    for secret in secrets:
        if len(secret) >= _WORD and secret in text:
            text = text.replace(secret, SECRET)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _masked(value: Any, secrets: Collection[str]) -> Any:
    """The value with every text left out that is a secret as a whole, or looks as if it held one."""
    if isinstance(value, str):
        return SECRET if value in secrets or _holds_secret(value) else value
    if isinstance(value, list):
        return [_masked(each, secrets) for each in value]
    if isinstance(value, Mapping):
        return {key: _masked(each, secrets) for key, each in value.items()}
    return value


def _holds_secret(text: str) -> bool:
    return len(text) >= _SHAPE and found(text) is True


def _keyed(part: Any, secrets: Collection[str]) -> Any:
    """What identifies a value: an Unknown by what it will be, a node by its address, a list by what is in it."""
    if isinstance(part, str):
        return SECRET if _is_secret(part, secrets) else part
    if isinstance(part, Unknown):
        return [SECRET] if part.code == "secret" else ["unknown", *sorted(part.identities)]
    if isinstance(part, Node):
        return part.address
    if isinstance(part, list):
        return sorted((_keyed(each, secrets) for each in part), key=_canonical)
    if isinstance(part, Mapping):
        return {str(key): _keyed(value, secrets) for key, value in part.items()}
    return part


def _is_secret(text: str, secrets: Collection[str]) -> bool:
    return text in secrets or any(len(each) >= _WORD and each in text for each in secrets) or _holds_secret(text)
