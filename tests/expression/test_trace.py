"""Which reads a trace says decided the result."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.expression import Trace, compile_expression
from scanner.model import Unknown
from tests.expression.kinds import BINDINGS, KINDS, RECORDS, Root, resource

PART = {"key": "a", "value": 1, "on": False, "words": []}


def traced(text: str, **values: Any) -> Trace:
    names = {name.replace("__", "."): value for name, value in values.items()}
    program = compile_expression(text, bindings=BINDINGS, kinds=KINDS, records=RECORDS)
    thing = resource("test.thing", names)
    return program.trace({"thing": thing, "params": {"limit": 3, "words": [], "combos": []}, "root": Root({})})


OTHER = resource("test.other", {"flag": True, "name": "o", "names": ["a", "b"]})


@pytest.mark.parametrize(
    ("text", "values", "deciding"),
    [
        ("thing.flag && thing.other_flag", {"flag": False, "other_flag": True}, [("flag", ())]),
        ("thing.flag && thing.other_flag", {"flag": True, "other_flag": False}, [("other_flag", ())]),
        ("thing.flag && thing.other_flag", {"flag": True, "other_flag": True}, [("flag", ()), ("other_flag", ())]),
        ("thing.flag || thing.other_flag", {"flag": False, "other_flag": True}, [("other_flag", ())]),
        ("thing.flag ? thing.name == 'a' : thing.count == 1", {"flag": True, "name": "a"}, [("flag", ()),
        ("name", ())]),
        ("thing.names.exists(n, n == 'b')", {"names": ["a", "b", "c"]}, [("names", (1,))]),
        ("thing.names.all(n, n == 'a')", {"names": ["a", "b", "c"]}, [("names", (1,))]),
        ("'b' in thing.names", {"names": ["a", "b"]}, [("names", (1,))]),
        ("thing.names[1] == 'b'", {"names": ["a", "b"]}, [("names", (1,))]),
        ("cidr.is_world(thing.names)", {"names": ["10.0.0.0/8", "0.0.0.0/0"]}, [("names", (1,))]),
        ("iam.matches(thing.names, 's3:GetObject')", {"names": ["a", "s3:*"]}, [("names", (1,))]),
        ("thing.parts.exists(p, p.key == 'b' && p.value == 1)", {"parts": [PART, {**PART, "key": "b"}]},
         [("parts", (1,)), ("parts", (1, "key")), ("parts", (1, "value"))]),
        ("thing.parts.exists(p, 'x' in p.words)", {"parts": [PART, {**PART, "words": ["y", "x"]}]},
         [("parts", (1,)), ("parts", (1, "words", 1))]),
        ("thing.links.exists(o, o.flag)", {"links": [OTHER]}, [("links", (0,)), ("flag", ())]),
        ("thing.link.names.exists(n, n == 'b')", {"link": OTHER}, [("link", ()), ("names", (1,))]),
        ("first(thing.name, thing.mode.kind) == 'a'", {"mode__kind": "a"}, [("mode.kind", ())]),
        ("either(thing.flag, thing.other_flag)", {"flag": False, "other_flag": True}, [("other_flag", ())]),
        ("thing.flag && thing.other_flag", {"flag": Unknown("computed"), "other_flag": True}, [("flag", ())]),
    ],
)  # fmt: skip
def test_deciding_reads(text: str, values: dict[str, Any], deciding: list[Any]):
    trace = traced(text, **values)
    assert [(read.attribute, read.element) for read in trace.deciding] == deciding


def test_deciding_read_has_resource_and_value():
    read = traced("thing.link.names.exists(n, n == 'b')", link=OTHER).deciding[-1]
    assert read.resource is OTHER
    assert read.value == "b"


def test_all_reads_are_kept_in_order():
    trace = traced("thing.flag || thing.count == 1 || thing.name == 'a'", flag=False, count=2, name="a")
    assert [read.attribute for read in trace.reads] == ["flag", "count", "name"]
    assert [read.attribute for read in trace.deciding] == ["name"]


def test_trace_of_an_error_holds_it():
    trace = traced("thing.count > 1")
    assert trace.value is None
    assert trace.error is not None
    assert "no such overload" in trace.error.message
    assert [read.attribute for read in trace.deciding] == ["count"]
