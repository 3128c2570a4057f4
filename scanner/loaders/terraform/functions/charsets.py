"""The character encodings that `textencodebase64` knows by their IANA names, and Python's codecs for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanner.loaders.terraform.values import EvalError

_CODECS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8",
    "csutf8": "utf-8",
    "utf-16be": "utf-16-be",
    "utf-16le": "utf-16-le",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "latin1": "latin-1",
    "l1": "latin-1",
    "shift_jis": "shift_jis",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "gbk": "gbk",
    "gb18030": "gb18030",
    "big5": "big5",
    "euc-kr": "euc_kr",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "macintosh": "mac_roman",
    "ibm037": "cp037",
    "ibm437": "cp437",
    "ibm850": "cp850",
    "ibm852": "cp852",
    "ibm855": "cp855",
    "ibm860": "cp860",
    "ibm862": "cp862",
    "ibm863": "cp863",
    "ibm865": "cp865",
    "ibm866": "cp866",
    "tis-620": "tis_620",
} | {
    name: codec
    for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)
    for name, codec in ((f"iso-8859-{number}", f"iso8859_{number}"),)
} | {f"windows-{number}": f"cp{number}" for number in range(1250, 1259)}  # fmt: skip


def codec(name: str) -> str:
    """Python's codec for an IANA name. Raises EvalError."""
    found = _CODECS.get(name.lower())
    if found is None:
        raise EvalError(f'"{name}" is not a supported IANA encoding name or alias')
    return found
