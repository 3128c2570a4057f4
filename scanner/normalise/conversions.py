"""The closed set of named conversions that a field may ask for with `as:`.

Each takes and gives native values; an absent value stays absent, an Unknown one stays Unknown.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any, Final

from scanner.errors import PolicyError
from scanner.model import Encoded, OneOf, Unknown
from scanner.normalise.choices import mapped
from scanner.normalise.convert import undecided
from scanner.normalise.paths import beyond, existence_of

Conversion = Callable[[Any], Any]

_CALL: Final = re.compile(r"(pairs|before|after)\((.+)\)")
_PROTOCOLS: Final = {"-1": "any", "all": "any", "any": "any", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
"""Protocol numbers: https://www.iana.org/assignments/protocol-numbers; -1 is every protocol in the EC2 API:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html"""


_NO_BASE64: Final = re.compile(r"[^A-Za-z0-9+/=\r\n]")


def conversion(text: str) -> Conversion:
    """The conversion a name stands for. Raises PolicyError for one that does not exist."""
    call = _CALL.fullmatch(text)
    if call is None:
        if text not in _PLAIN:
            raise PolicyError(f"`{text}` is no conversion", hint="there are " + ", ".join(sorted(_PLAIN)))
        return _PLAIN[text]
    name, argument = call.groups()
    if name == "pairs":
        key, _, value = argument.partition(",")
        return lambda found: _pairs(found, key.strip(), value.strip())
    return _on_text(lambda found: _split(found, argument, before=name == "before"))


def _on_text(convert: Callable[[str], Any]) -> Conversion:
    """Applies to texts and numbers; a list of one is the one."""

    def apply(value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, OneOf):
            return mapped(value, apply)
        if isinstance(value, Unknown):
            return _changed(value)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return value
        return convert(str(value))

    return apply


def _changed(unknown: Unknown) -> Unknown:
    """The result of a conversion of an Unknown: null exactly when that is."""
    found = beyond(unknown)
    found.not_null = unknown.not_null
    return found


def _ip_protocol(text: str) -> str:
    return _PROTOCOLS.get(text.strip().lower(), text.strip().lower())


def _kebab(text: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", text).lower()


def _decoded(convert: Callable[[str], Any]) -> Conversion:
    """The text that was encoded; of one that is known in part, what is known."""
    plain = _on_text(convert)

    def apply(value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        return value.document if isinstance(value, Encoded) and value.language == "base64" else plain(value)

    return apply


def _base64(text: str) -> Any:
    """The text in it; a text that is no base64 was meant as it is."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return Unknown("unsupported", "the encoded data is not text", not_null=True)


def _user_data(text: str) -> str:
    found = _base64(text)
    return found if isinstance(found, str) else text


def _user_data_of(value: Any) -> Any:
    """As `_decoded`; a text known in part that has what base64 has not is no base64, and stays as it is."""
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    plain = isinstance(one, Unknown) and _NO_BASE64.search(one.prefix + one.suffix) is not None
    return one if plain and not isinstance(one, Encoded) else _decoded(_user_data)(one)


def _csv(value: Any) -> Any:
    if isinstance(value, str):
        return [part for part in (each.strip() for each in value.split(",")) if part]
    return beyond(value) if isinstance(value, OneOf) else value


def _present(value: Any) -> Any:
    """Whether anything is stated; an empty block is."""
    if isinstance(value, Unknown):
        return True if value.not_null else _changed(value)
    if isinstance(value, list):
        doubts = [existence_of(element) for element in value]
        if None in doubts:
            return True
        return undecided(doubts[0]) if doubts and doubts[0] is not None else False
    doubt = existence_of(value)
    return undecided(doubt) if doubt is not None else value is not None


def _pairs(value: Any, key: str, item: str) -> Any:
    """[{key: k, item: v}] as {k: v}; Unknown when a key is."""
    if not isinstance(value, list):
        return value if value is None or isinstance(value, Unknown) else _pairs([value], key, item)
    found: dict[str, Any] = {}
    for entry in value:
        if isinstance(entry, Unknown):
            return beyond(entry)
        if not isinstance(entry, dict):
            continue
        name, doubt = entry.get(key), existence_of(entry)
        if isinstance(name, Unknown) or doubt is not None:
            return beyond(name) if isinstance(name, Unknown) else undecided(doubt)  # type: ignore[arg-type]
        if name is not None:
            found[str(name)] = entry.get(item)
    return found


def _split(text: str, mark: str, *, before: bool) -> str | None:
    """At the last mark; without one everything stands before it."""
    head, found, tail = text.rpartition(mark)
    if not found:
        return text if before else None
    return head if before else tail


_PLAIN: Final[dict[str, Conversion]] = {
    "ip_protocol": _on_text(_ip_protocol),
    "kebab": _on_text(_kebab),
    "upper": _on_text(str.upper),
    "base64": _decoded(_base64),
    "user_data": _user_data_of,
    "csv": _csv,
    "present": _present,
}
