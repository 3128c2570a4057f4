"""Addresses and hosts: `cidr.*`, `host.matches`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from scanner.expression import types as t
from scanner.expression.functions.table import FALSE, Function
from scanner.expression.values import derived
from scanner.model import Type, Unknown

if TYPE_CHECKING:
    import ipaddress

    _Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_BITS: Final = {4: 32, 6: 128}


def network(text: Any) -> _Network | None:
    """The network that a text names, host bits ignored as AWS does; an address is one of one. None if it names none."""
    return _parsed(text) if isinstance(text, str) and len(text) <= 64 else None


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> _Network | None:
    """An estate names few ranges, many times, and several rules look at each."""
    import ipaddress

    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def is_world(ranges: Any) -> bool | Unknown:
    """Whether ranges, taken together, are the whole of IPv4 or of IPv6: `0.0.0.0/0`, or its two halves.

    Of Unknown ranges only the length of the prefix counts (`"${ip}/32"`): it says how much they can add.
    """
    if isinstance(ranges, Unknown):
        return True if ranges.contains and is_world(list(ranges.contains)) is True else derived(ranges)
    texts = ranges if isinstance(ranges, list) else [ranges]
    missing = _missing(texts)
    if 0 in missing.values():
        return True
    unknown = [text for text in texts if isinstance(text, Unknown)]
    for version, lacking in missing.items():
        if unknown and sum(_most(text, version) for text in unknown) >= lacking:
            return derived(unknown[0])
    return False


def _missing(texts: list[Any]) -> dict[int, int]:
    """How many addresses of each version the known ranges leave out."""
    missing = {4: 2**32, 6: 2**128}
    known = [found for text in texts if (found := network(text)) is not None]
    for version in missing:
        spans = sorted((int(n.network_address), int(n.broadcast_address)) for n in known if n.version == version)
        end = -1
        for first, last in spans:
            missing[version] -= max(0, last - max(first - 1, end))
            end = max(end, last)
    return missing


def _most(unknown: Unknown, version: int) -> int:
    """The most addresses that an Unknown range can have."""
    _, slash, length = unknown.suffix.rpartition("/")
    if slash and length.isdigit() and len(length) <= 3:
        return 0 if int(length) > _BITS[version] else 1 << (_BITS[version] - int(length))
    return 1 << _BITS[version]


def deciding_range(ranges: Any) -> tuple[int | str, ...] | None:
    """Which range alone is the world, if one is."""
    if isinstance(ranges, list):
        for place, text in enumerate(ranges):
            found = network(text)
            if found is not None and found.prefixlen == 0:
                return (place,)
    return None


def contains(outer: str, inner: str) -> bool:
    """Whether one range holds another range or an address. False for what is no range."""
    first, second = network(outer), network(inner)
    if first is None or second is None or first.version != second.version:
        return False
    return first.network_address <= second.network_address and second.broadcast_address <= first.broadcast_address  # type: ignore[operator]  # same version


def host_matches(pattern: str, host: str) -> bool:
    """Whether a host name fits a pattern whose first label may be `*`, which stands for one label.

    As for TLS in an Ingress: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
    """
    pattern, host = pattern.rstrip(".").lower(), host.rstrip(".").lower()
    if not pattern.startswith("*."):
        return pattern == host
    label, dot, rest = host.partition(".")
    return bool(label and dot) and rest == pattern[2:]


TABLE: Final = (
    Function(
        name="cidr.is_world", parameters=(Type("list", item=t.STRING),), result=t.BOOL, call=is_world, absorbing=True,
        null=FALSE, deciding=deciding_range,
        doc="Whether ranges, taken together, are the whole of IPv4 or IPv6; known ranges decide alone.",
    ),
    Function(
        name="cidr.contains", parameters=(t.STRING, t.STRING), result=t.BOOL, call=contains, null=FALSE,
        doc="Whether a range holds another, or an address.",
    ),
    Function(
        name="host.matches", parameters=(t.STRING, t.STRING), result=t.BOOL, call=host_matches, null=FALSE,
        doc="Whether a host fits a pattern such as *.example.com, where * is one label.",
    ),
)  # fmt: skip
