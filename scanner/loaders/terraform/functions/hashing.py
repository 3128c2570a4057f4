"""Digests and name-based UUIDs of strings. Digests of files are in `files`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.functions.encoding import to_base64
from scanner.loaders.terraform.values import EvalError, Value

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame


def digest(algorithm: str, data: bytes) -> bytes:
    """The digest of bytes; none of these protects anything here."""
    import hashlib

    return hashlib.new(algorithm, data, usedforsecurity=False).digest()


def _hexadecimal(algorithm: str) -> Callable[[Frame, str], Value]:
    def function(frame: Frame, text: str) -> Value:
        return digest(algorithm, text.encode("utf-8", "surrogatepass")).hex()

    return function


def _base64(algorithm: str) -> Callable[[Frame, str], Value]:
    def function(frame: Frame, text: str) -> Value:
        return to_base64(digest(algorithm, text.encode("utf-8", "surrogatepass")))

    return function


def uuidv5(frame: Frame, namespace: str, name: str) -> Value:
    """`uuidv5(namespace, name)`."""
    import uuid

    if namespace in ("dns", "url", "oid", "x500"):
        space: uuid.UUID = getattr(uuid, f"NAMESPACE_{namespace.upper()}")
    else:
        space = uuid.UUID(_hexadecimal_digits(namespace))
    return str(uuid.UUID(bytes=digest("sha1", space.bytes + name.encode("utf-8", "surrogatepass"))[:16], version=5))


def _hexadecimal_digits(text: str) -> str:
    """The 32 digits of a UUID in any form that Go's parser takes. Raises EvalError."""
    if len(text) == 45 and text[:9].lower() == "urn:uuid:":
        text = text[9:]
    elif len(text) == 38:
        text = text[1:-1]
    digits = text
    if len(text) == 36 and all(text[position] == "-" for position in (8, 13, 18, 23)):
        digits = text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
    if len(digits) != 32 or not set(digits) <= set("0123456789abcdefABCDEF"):
        raise EvalError("uuidv5() doesn't support this namespace: invalid UUID")
    return digits


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "base64sha256": _base64("sha256"),
    "base64sha512": _base64("sha512"),
    "md5": _hexadecimal("md5"),
    "sha1": _hexadecimal("sha1"),
    "sha256": _hexadecimal("sha256"),
    "sha512": _hexadecimal("sha512"),
    "uuidv5": uuidv5,
}
