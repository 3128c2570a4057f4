"""Container images and Kubernetes quantities: `image.*`, `quantity`."""

from __future__ import annotations

import re
from typing import Any, Final

from scanner.expression import types as t
from scanner.expression.errors import Failure
from scanner.expression.functions.table import NULL, Function
from scanner.expression.values import derived
from scanner.model import Unknown

_DIGEST = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
"""How a digest ends behind its last colon; what ends otherwise is none."""
_QUANTITY = re.compile(
    r"([+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}))([numkMGTPE]?|[KMGTPE]i|[eE][+-]?[0-9]{1,3})"
)
_DECIMAL_UNITS: Final = {
    "": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
}  # fmt: skip
_BINARY_UNITS: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}


def _split(image: str) -> tuple[str, str | None, str | None]:
    """Name, tag and digest of a reference.

    https://github.com/distribution/reference: `name[:tag][@digest]`, where a colon before the last slash is a port.
    """
    rest, at, digest = image.rpartition("@")
    if not at or not _DIGEST.fullmatch(digest):
        rest, digest = image, ""
    start = rest.rfind("/") + 1
    name, colon, tag = rest[start:].rpartition(":")
    if not colon:
        return rest, None, digest or None
    return rest[:start] + name, tag or None, digest or None


def tag(image: Any) -> Any:
    """The tag, null if none is stated. Of an Unknown, its end decides: `"${repository}:latest"`."""
    if isinstance(image, Unknown):
        _, colon, end = image.suffix.rpartition(":")
        decided = colon and "/" not in end and "@" not in image.suffix and not _HEX.fullmatch(end)
        return (end or None) if decided else derived(image)
    return _split(image)[1]


def digest(image: Any) -> Any:
    """The digest, null if none is stated. Of an Unknown, its end decides."""
    if isinstance(image, Unknown):
        _, at, end = image.suffix.rpartition("@")
        if at:
            return end if _DIGEST.fullmatch(end) else None
        _, colon, end = image.suffix.rpartition(":")
        return None if colon and not _HEX.fullmatch(end) else derived(image)
    return _split(image)[2]


def registry(image: str) -> str:
    """The registry; `docker.io` when none is stated."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else "docker.io"


def quantity(text: str) -> float:
    """A Kubernetes quantity as a number of base units: `500m` is 0.5, `1Gi` is 1073741824.

    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        raise Failure(f"no quantity: {text[:40]!r}")
    from decimal import Decimal

    number, unit = match.groups()
    if unit in _BINARY_UNITS:
        return float(Decimal(number) * 2 ** _BINARY_UNITS[unit])
    exponent = _DECIMAL_UNITS[unit] if unit in _DECIMAL_UNITS else int(unit[1:])
    return float(Decimal(number).scaleb(exponent))


def _image(name: str, call: Any, doc: str, *, absorbing: bool = False) -> Function:
    return Function(
        name=f"image.{name}", parameters=(t.STRING,), result=t.STRING, call=call, null=NULL, absorbing=absorbing,
        doc=doc,
    )  # fmt: skip


TABLE: Final = (
    _image("tag", tag, "The tag of an image, null if none is stated; a known end decides.", absorbing=True),
    _image("digest", digest, "The digest of an image, null if none is stated; a known end decides.", absorbing=True),
    _image("registry", registry, "The registry of an image; docker.io when none is stated."),
    Function(
        name="quantity", parameters=(t.STRING,), result=t.DOUBLE, call=quantity, null=NULL,
        doc="A Kubernetes quantity as a number: 500m is 0.5, 1Gi is 1073741824.",
    ),
)  # fmt: skip
