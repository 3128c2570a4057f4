"""Message templates."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.errors import ExpressionError
from scanner.expression import compile_message
from scanner.model import Unknown
from tests.expression.kinds import BINDINGS, KINDS, RECORDS, resource

VALUES = {
    "name": "web", "names": ["a", "b"], "count": 3, "flag": True, "password": "hunter2", "ratio": 1.5, "sizes": [],
    "link": resource("test.other", {}, address="module.a.other.b[0]"), "tags": {"k": "v"},
    "mode.kind": Unknown("variable", "var.kind has no value"),
}  # fmt: skip


def rendered(text: str) -> str:
    message = compile_message(text, bindings=BINDINGS, kinds=KINDS, records=RECORDS)
    environment: dict[str, Any] = {
        "thing": resource("test.thing", VALUES),
        "params": {"limit": 3, "words": [], "combos": []},
    }
    return message.render(environment)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"), ("", ""), ("{thing.name}", "web"), ("a {thing.names} b", "a a, b b"),
        ("{thing.count}", "3"),
        ("{thing.flag}", "true"), ("{thing.size.min}", "not set"), ("{thing.mode.kind}",
        "(unknown: var.kind has no value)"),
        ("{thing.password}", "(secret)"), ("{thing.link}", "module.a.other.b[0]"), ("{{x}} {thing.name}", "{x} web"),
        ("{thing.ratio} {thing.sizes} {thing.tags}", "1.5 none k: v"), ("{{'a': '}'}['a']}", "{'a': '}'}['a']}"),
        ("{ {'a': '}'}['a'] }", "}"), ("{1 / 0}", "(cannot be worked out: divide by zero)"),
        ("{thing.names.filter(n, n != 'a')}", "b"), ("{params.limit}-{thing.count}", "3-3"),
    ],
)  # fmt: skip
def test_message_shows_values(text: str, shown: str):
    assert rendered(text) == shown


def test_long_lists_are_cut():
    message = compile_message("{thing.names}", bindings=BINDINGS, kinds=KINDS)
    shown = message.render({"thing": resource("test.thing", {"names": [str(number) for number in range(30)]})})
    assert shown.endswith("18, 19 and 10 more")


def test_error_is_placed_in_the_whole_template():
    text = "the name {thing.nam} is bad"
    with pytest.raises(ExpressionError) as caught:
        compile_message(text, bindings=BINDINGS, kinds=KINDS)
    assert text[caught.value.offset :].startswith("nam}")


def test_brace_must_be_closed():
    with pytest.raises(ExpressionError, match="the brace is not closed"):
        compile_message("a {thing.name", bindings=BINDINGS, kinds=KINDS)


def test_message_collects_reads():
    message = compile_message("{thing.name} {thing.link.flag}", bindings=BINDINGS, kinds=KINDS)
    assert message.reads == {("test.thing", "name"), ("test.thing", "link"), ("test.other", "flag")}
