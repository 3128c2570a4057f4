"""Arithmetic on IP address prefixes.

Facts: Terraform's `internal/lang/funcs/cidr.go` and https://github.com/apparentlymart/go-cidr. Unlike Python's
`ipaddress`, IPv4 octets may have leading zeros (they are decimal), and host bits may be set. Go prints IPv4 addresses
that are written in IPv6 (`::ffff:1.2.3.4`) in ways that are not followed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.loaders.terraform.evaluate_numbers import Number, is_integral
from scanner.loaders.terraform.functions.arguments import whole_number
from scanner.loaders.terraform.types import STRING
from scanner.loaders.terraform.values import EvalError, List, Value

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame


_UINT64: Final = (1 << 64) - 1


class Network(NamedTuple):
    """An address prefix; the address has no host bits."""

    address: int
    length: int
    bits: int
    """32 or 128."""

    def __str__(self) -> str:
        return f"{address_text(self.address, self.bits)}/{self.length}"


def address_text(address: int, bits: int) -> str:
    """The address as Go prints it."""
    import ipaddress

    if bits == 32:
        return str(ipaddress.IPv4Address(address))
    return str(ipaddress.IPv6Address(address))


def parse_prefix(text: str) -> Network:
    """A CIDR expression. Raises EvalError."""
    address, slash, length = text.partition("/")
    parsed = parse_address(address)
    if not slash or parsed is None or not (length.isascii() and length.isdecimal()) or len(length) > 3:
        raise EvalError(f"invalid CIDR expression: {text}")
    value, bits = parsed
    if int(length) > bits:
        raise EvalError(f"invalid CIDR expression: {text}")
    host = bits - int(length)
    return Network(value >> host << host, int(length), bits)


def parse_address(text: str) -> tuple[int, int] | None:
    """(address, bits), or None."""
    if ":" not in text:
        return _parse_ipv4(text)
    import ipaddress

    if "%" in text:
        return None
    head, _, tail = text.rpartition(":")
    if "." in tail:
        four = _parse_ipv4(tail)
        if four is None:
            return None
        text = f"{head}:{four[0] >> 16:x}:{four[0] & 0xFFFF:x}"
    try:
        value = int(ipaddress.IPv6Address(text))
    except ValueError:
        return None
    return (value, 128)


def _parse_ipv4(text: str) -> tuple[int, int] | None:
    octets = text.split(".")
    if len(octets) != 4:
        return None
    value = 0
    for octet in octets:
        if not (octet.isascii() and octet.isdecimal()) or len(octet) > 20 or int(octet) > 255:
            return None
        value = value << 8 | int(octet)
    return value, 32


def cidrcontains(frame: Frame, containing: str, contained: str) -> Value:
    """`cidrcontains(prefix, address or prefix)`, of OpenTofu."""
    outer = parse_prefix(containing)
    address = parse_address(contained)
    inner = parse_prefix(contained) if address is None else Network(address[0], address[1], address[1])
    if inner.bits != outer.bits:
        raise EvalError(f"address family mismatch: {containing} vs. {contained}")
    host = outer.bits - outer.length
    return inner.length >= outer.length and inner.address >> host == outer.address >> host


def cidrhost(frame: Frame, prefix: str, number: Number) -> Value:
    """`cidrhost(prefix, n)`: a negative number counts from the end."""
    network = parse_prefix(prefix)
    wanted = _integer(number)
    size = 1 << (network.bits - network.length)
    if not -size <= wanted < size:
        raise EvalError(f"prefix of {network.length} does not accommodate a host numbered {wanted}")
    return address_text(network.address + (wanted if wanted >= 0 else size + wanted), network.bits)


def _integer(number: Number) -> int:
    if not is_integral(number):
        raise EvalError("value must be a whole number")
    return int(number)


def cidrnetmask(frame: Frame, prefix: str) -> Value:
    """`cidrnetmask(prefix)`, of IPv4 only."""
    network = parse_prefix(prefix)
    if network.bits != 32:
        raise EvalError(f"IPv6 addresses cannot have a netmask: {prefix}")
    host = 32 - network.length
    return address_text((1 << 32) - (1 << host), 32)


def cidrsubnet(frame: Frame, prefix: str, newbits: Number, netnum: Number) -> Value:
    """`cidrsubnet(prefix, newbits, netnum)`."""
    more, number = whole_number(newbits, "newbits"), _integer(netnum)
    network = parse_prefix(prefix)
    length = network.length + more
    if length > network.bits:
        raise EvalError(f"insufficient address space to extend prefix of {network.length} by {more}")
    if length < 0 or (abs(number) & _UINT64) > ((1 << more) - 1 if more >= 0 else _UINT64):
        raise EvalError(f"prefix extension of {more} does not accommodate a subnet numbered {number}")
    address = abs(network.address | number << (network.bits - length))
    if address >> network.bits:
        raise EvalError(f"prefix extension of {more} does not accommodate a subnet numbered {number}")
    return str(Network(address, length, network.bits))


def cidrsubnets(frame: Frame, prefix: str, *newbits: Number) -> Value:
    """`cidrsubnets(prefix, newbits...)`: consecutive subnets."""
    network = parse_prefix(prefix)
    following = network.address
    if newbits and not following:
        raise EvalError("not enough remaining address space before the prefix")
    end = network.address + (1 << (network.bits - network.length))
    result = []
    for given in newbits:
        more = whole_number(given, "newbits")
        length = network.length + more
        if not 1 <= more <= 32 or length > network.bits:
            raise EvalError(f"cannot extend prefix of {network.length} by {more} bits")
        size = 1 << (network.bits - length)
        start = -(-following // size) * size
        if start + size > end:
            raise EvalError(f"not enough remaining address space for a subnet with a prefix of {length} bits")
        result.append(str(Network(start, length, network.bits)))
        following = start + size
    return List(result, STRING)


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "cidrcontains": cidrcontains,
    "cidrhost": cidrhost,
    "cidrnetmask": cidrnetmask,
    "cidrsubnet": cidrsubnet,
    "cidrsubnets": cidrsubnets,
}
