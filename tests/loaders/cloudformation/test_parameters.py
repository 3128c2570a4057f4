"""Values of parameters: defaults, files, and what is never known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.model import Unknown
from tests.loaders.cloudformation.reading import codes, load, resource, value


def declared(parameter: str) -> str:
    return f"Parameters:\n  X: {parameter}\n"


KNOWN = [
    ("{Type: String, Default: false}", "false"),
    ("{Type: Number, Default: 8080}", "8080"),
    ("{Type: String, Default: ''}", ""),
    ("{Type: String, AllowedValues: [only]}", "only"),
    ("{Type: CommaDelimitedList, Default: 'a, b'}", ["a", "b"]),
    ("{Type: List<Number>, Default: '1,2'}", ["1", "2"]),
    ("{Type: 'List<AWS::EC2::Subnet::Id>', Default: subnet-1}", ["subnet-1"]),
    ("{Type: AWS::EC2::VPC::Id, Default: vpc-1}", "vpc-1"),
    ("{Type: AWS::SSM::Parameter::Name, Default: /a}", "/a"),
    ("{Type: CommaDelimitedList, AllowedValues: [a]}", ["a"]),
]


@pytest.mark.parametrize(("parameter", "expected"), KNOWN)
def test_default(parameter: str, expected: Any) -> None:
    assert value("!Ref X", declared(parameter)) == expected


@pytest.mark.parametrize(
    ("parameter", "code"),
    [
        ("{Type: String}", "variable"),
        ("{Type: 'AWS::SSM::Parameter::Value<String>', Default: /path}", "data"),
        ("{Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: /path}", "data"),
        ("{Type: String, NoEcho: true}", "secret"),
        ("{Type: String, Default: {a: b}}", "invalid"),
    ],
)
def test_unknown_parameter_has_its_line_and_identity(parameter: str, code: str) -> None:
    found = value("!Ref X", declared(parameter))
    assert (found.code, found.span.start_line, found.span.start_column) == (code, 3, 3)
    if code != "invalid":
        assert found.identities == ("X",)


def test_secret_is_literal_if_its_default_is_written() -> None:
    loaded = load(declared("{Type: String, NoEcho: true, Default: hunter2}") + resource("!Ref X"))
    assert loaded.secrets == ("hunter2",)
    (found,) = (one.attributes["P"] for one in loaded.resources if one.address == "R")
    assert found.literal
    assert (found.prefix, found.suffix) == ("", "")
    assert not value("!Ref X", declared("{Type: String, NoEcho: true}")).literal


SHAPES: list[Any] = [
    [{"ParameterKey": "X", "ParameterValue": "given"}],
    {"Parameters": {"X": "given"}},
    ["X=given"],
]


@pytest.mark.parametrize("shape", SHAPES)
def test_file_of_parameters(shape: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(shape))
    assert value("!Ref X", declared("{Type: String, Default: a}"), parameters=(str(path),)) == "given"


def test_later_file_wins_and_names_of_no_template_are_told_of(tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    first.write_text('["X=1", "Nobody=2"]')
    second.write_text('["X=3"]')
    loaded = load(declared("{Type: String}") + resource("!Ref X"), parameters=(str(first), str(second)))
    assert [one.attributes.get("P") for one in loaded.resources] == [None, "3"]
    assert [(each.code, each.level, each.path) for each in loaded.diagnostics] == [("GR-VARIABLES", "note", str(first))]


@pytest.mark.parametrize("content", [None, "7", '{"a": ', '["novalue"]'])
def test_file_that_is_none_is_told_of(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    if content is not None:
        path.write_text(content)
    loaded = load(declared("{Type: String}") + resource("!Ref X"), parameters=(str(path),))
    assert [each.level for each in loaded.diagnostics] == ["error"]


def test_given_secret_is_hidden_too(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('["X=topsecret"]')
    text = declared("{Type: String, NoEcho: true, Default: hunter2}") + resource("!Ref X")
    assert load(text, parameters=(str(path),)).secrets == ("hunter2", "topsecret")


@pytest.mark.parametrize("parameter", ["7", "[]", "null", "{Type: 7}", "{Type: [a]}"])
def test_nonsense_is_told_of(parameter: str) -> None:
    loaded = load(declared(parameter) + resource("!Ref X"))
    assert codes(loaded) == [("GR-TYPE", 3)]
    assert isinstance(loaded.resources[1].attributes["P"], Unknown)
