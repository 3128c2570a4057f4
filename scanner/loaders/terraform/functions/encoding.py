"""Functions that encode and decode texts: JSON, CSV, base64, URLs, character encodings. YAML is in `yaml`.

A document with parts that are not known stays a document: see `scanner.model.Encoded`.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.budget import BudgetExceeded
from scanner.loaders.terraform.conversion import normal
from scanner.loaders.terraform.evaluate_documents import as_document
from scanner.loaders.terraform.evaluate_numbers import Number, parse_number
from scanner.loaders.terraform.functions.json_text import json_text, resolved
from scanner.loaders.terraform.types import STRING
from scanner.loaders.terraform.values import EvalError, Value, first_unknown, like
from scanner.model import Encoded, Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame


def jsonencode(frame: Frame, value: Value) -> Value:
    """`jsonencode(value)`."""
    unknown = first_unknown([value])
    if unknown is None:
        return normal(json_text(value))
    if unknown is value:
        return like(unknown, STRING, not_null=True)
    prefix = "[" if isinstance(value, list) else "{"
    return Encoded(resolved(value), "json", like(unknown, STRING, not_null=True, prefix=prefix))


def jsondecode(frame: Frame, text: Value) -> Value:
    """`jsondecode(s)`. Of a document with unknown parts: the document."""
    if isinstance(text, Unknown):
        document = as_document(text)
        return like(text) if document is None or document.language != "json" else document.document
    frame.budget.charge(text.count(",") + text.count(":"))
    try:
        return _normal_tree(
            json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_constant, strict=True)
        )
    except ValueError as error:
        raise EvalError(f"invalid JSON: {error}") from None
    except RecursionError:
        raise BudgetExceeded("JSON nested too deeply") from None


def _number(digits: str) -> Number:
    return parse_number(digits)


def _constant(name: str) -> Any:
    raise EvalError(f"invalid JSON: {name}")


def _normal_tree(tree: Any) -> Any:
    if isinstance(tree, str):
        return normal(tree)
    if isinstance(tree, list):
        return [_normal_tree(item) for item in tree]
    if isinstance(tree, dict):
        return {normal(key): _normal_tree(item) for key, item in tree.items()}
    return tree


def csvdecode(frame: Frame, text: str) -> Value:
    """`csvdecode(s)`."""
    from scanner.loaders.terraform.functions.csv_text import csv_table

    frame.budget.charge(text.count(",") + text.count("\n"))
    return csv_table(text)


def base64encode(frame: Frame, text: str) -> Value:
    """`base64encode(s)`."""
    return to_base64(text.encode("utf-8", "surrogatepass"))


def to_base64(data: bytes) -> str:
    """Standard base64 of bytes."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def base64decode(frame: Frame, text: str) -> Value:
    """`base64decode(s)`: what results must be UTF-8."""
    try:
        return normal(from_base64(text).decode("utf-8"))
    except UnicodeDecodeError:
        raise EvalError("the result of decoding the provided string is not valid UTF-8") from None


def from_base64(text: str) -> bytes:
    """The bytes of standard base64. Raises EvalError."""
    text = text.replace("\r", "").replace("\n", "")
    try:
        if len(text) % 4 == 0 and text.isascii():
            return binascii.a2b_base64(text, strict_mode=True) if text else b""
    except binascii.Error:
        pass
    raise EvalError("failed to decode base64 data")


def base64gunzip(frame: Frame, text: str) -> Value:
    """`base64gunzip(s)`, of OpenTofu."""
    import zlib

    limit = frame.budget.limits.string
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(from_base64(text), limit * 4)
    except zlib.error as error:
        raise EvalError(f"failed to decompress: {error}") from None
    if unpacker.unconsumed_tail:
        raise BudgetExceeded(f"a string of more than {limit} characters")
    try:
        return normal(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise EvalError("the result of decompressing is not valid UTF-8") from None


def urlencode(frame: Frame, text: str) -> Value:
    """`urlencode(s)`, as in a query string."""
    from urllib.parse import quote_plus

    return quote_plus(text, safe="-_.~", errors="surrogatepass")


def urldecode(frame: Frame, text: str) -> Value:
    """`urldecode(s)`, of OpenTofu."""
    from urllib.parse import unquote_to_bytes

    hexadecimal = set("0123456789abcdefABCDEF")
    if any(len(part) < 2 or not set(part[:2]) <= hexadecimal for part in text.split("%")[1:]):
        raise EvalError("failed to decode URL: invalid escape")
    try:
        return normal(unquote_to_bytes(text.replace("+", " ")).decode("utf-8"))
    except UnicodeDecodeError:
        raise EvalError("the result of decoding the provided string is not valid UTF-8") from None


def textencodebase64(frame: Frame, text: str, encoding: str) -> Value:
    """`textencodebase64(s, encoding)`."""
    from scanner.loaders.terraform.functions.charsets import codec

    try:
        return to_base64(text.encode(codec(encoding)))
    except UnicodeError:
        raise EvalError(f"the given string contains characters that cannot be represented in {encoding}") from None


def textdecodebase64(frame: Frame, text: str, encoding: str) -> Value:
    """`textdecodebase64(s, encoding)`."""
    from scanner.loaders.terraform.functions.charsets import codec

    name = codec(encoding)
    try:
        decoded = from_base64(text).decode(name)
    except UnicodeError:
        decoded = "\ufffd"
    if "\ufffd" in decoded:
        raise EvalError(f"the given string contains symbols that are not defined for {encoding}")
    return normal(decoded)


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "base64decode": base64decode,
    "base64encode": base64encode,
    "base64gunzip": base64gunzip,
    "csvdecode": csvdecode,
    "jsondecode": jsondecode,
    "jsonencode": jsonencode,
    "textdecodebase64": textdecodebase64,
    "textencodebase64": textencodebase64,
    "urldecode": urldecode,
    "urlencode": urlencode,
}
