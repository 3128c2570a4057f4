"""The named conversions, on known, absent and unknown values."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from scanner.errors import PolicyError
from scanner.model import Encoded, Unknown
from scanner.normalise.conversions import conversion
from tests.normalise.natives import maybe, variable

SCRIPT = "#!/bin/sh\necho hello"
NAMES = ["ip_protocol", "kebab", "upper", "base64", "user_data", "csv", "before(/)", "after(/)", "pairs(k, v)"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ip_protocol", "6", "tcp"),
        ("ip_protocol", 17, "udp"),
        ("ip_protocol", "-1", "any"),
        ("ip_protocol", -1, "any"),
        ("ip_protocol", "all", "any"),
        ("ip_protocol", "TCP", "tcp"),
        ("ip_protocol", "1", "icmp"),
        ("ip_protocol", "58", "icmpv6"),
        ("ip_protocol", "50", "50"),
        ("kebab", "PublicReadWrite", "public-read-write"),
        ("kebab", "Private", "private"),
        ("upper", "http", "HTTP"),
        ("base64", base64.b64encode(SCRIPT.encode()).decode(), SCRIPT),
        ("base64", SCRIPT, SCRIPT),
        ("user_data", SCRIPT, SCRIPT),
        ("user_data", base64.b64encode(SCRIPT.encode()).decode(), SCRIPT),
        ("csv", "a, b,,c", ["a", "b", "c"]),
        ("csv", ["a"], ["a"]),
        ("pairs(k, v)", [{"k": "a", "v": 1}, {"k": "b"}], {"a": 1, "b": None}),
        ("pairs(k, v)", {"k": "a", "v": 1}, {"a": 1}),
        ("before(/)", "a/b/GET", "a/b"),
        ("after(/)", "a/b/GET", "GET"),
        ("before(/)", "a", "a"),
        ("after(/)", "a", None),
        ("present", None, False),
        ("present", [], False),
        ("present", [{}], True),
        ("present", {}, True),
        ("present", "x", True),
    ],
)
def test_conversion_of_a_known_value(name: str, value: Any, expected: Any) -> None:
    assert conversion(name)(value) == expected


@pytest.mark.parametrize("name", NAMES)
def test_conversion_leaves_absent_absent_and_unknown_unknown(name: str) -> None:
    assert conversion(name)(None) is None
    found = conversion(name)(variable("x"))
    assert isinstance(found, Unknown)
    assert found.code == "variable"


def test_present_is_undecided_for_a_block_that_may_not_exist() -> None:
    assert conversion("present")([maybe({})]).code == "undecided"
    assert conversion("present")([maybe({}), {}]) is True
    assert conversion("present")(Unknown("computed", not_null=True)) is True


def test_of_a_text_known_in_part_what_is_known_is_decoded() -> None:
    inner = Unknown("computed", prefix="export PASSWORD=a1", suffix="\n")
    encoded = Encoded(inner, "base64", Unknown("computed"))
    assert conversion("base64")([encoded]) is inner
    assert conversion("user_data")(encoded) is inner


def test_data_that_is_no_text_is_not_read() -> None:
    found = conversion("base64")(base64.b64encode(b"\x1f\x8b\xff").decode())
    assert found.code == "unsupported"


def test_pairs_with_an_unknown_key_are_unknown() -> None:
    assert isinstance(conversion("pairs(k, v)")([{"k": variable("x"), "v": 1}]), Unknown)


def test_an_unknown_conversion_is_refused() -> None:
    with pytest.raises(PolicyError, match="`lower` is no conversion"):
        conversion("lower")
