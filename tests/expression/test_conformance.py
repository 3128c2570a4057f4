"""CEL's own conformance cases, of the eleven files that we claim. See the README beside the cases."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest

from scanner.errors import ExpressionError
from scanner.expression import EvaluationError, compile_expression
from scanner.expression.values import Duration, Timestamp, TypeValue, UInt, map_key, plain_key, type_name
from scanner.model import Type
from tests.shared import shared_path

FILES = [
    "basic", "comparisons", "fields", "fp_math", "integer_math", "lists", "logic", "macros", "parse",
    "plumbing", "string",
]  # fmt: skip
CLAIMED = 991
NEED_PROTOBUF = 98
_BACKSLASH = "the case wants a backslash that its expression does not have; Google's own binding gives what we give"
FAILING = {
    ("parse", "bytes_literals", "triple_single_quoted_unescaped_punctuation"): _BACKSLASH,
    ("parse", "bytes_literals", "triple_double_quoted_unescaped_punctuation"): _BACKSLASH,
}
"""Cases that we fail, and why; at most nine."""


def _cases() -> list[dict[str, Any]]:
    cases = json.loads(shared_path("cel").joinpath("cases.json").read_text())
    return [case for case in cases if case["file"] in FILES]


def _name(case: dict[str, Any]) -> tuple[str, str, str]:
    return case["file"], case["section"], case["name"]


def test_number_of_cases_is_what_we_claim():
    cases = _cases()
    assert len(cases) == CLAIMED
    assert sum(bool(case.get("needs_protobuf")) for case in cases) == NEED_PROTOBUF


@pytest.mark.parametrize("path", ["evaluate", "evaluate_exactly"])
def test_conformance_holds_but_for_named_cases(path: str):
    assert len(FAILING) <= 9
    cases = [case for case in _cases() if not case.get("needs_protobuf")]
    assert len(cases) == CLAIMED - NEED_PROTOBUF
    failed = {_name(case): problem for case in cases if (problem := _problem(case, path))}
    assert failed.keys() == FAILING.keys(), "\n".join(f"{name}: {problem}" for name, problem in failed.items())


def _problem(case: dict[str, Any], path: str) -> str:
    environment = {name: _value(value) for name, value in case.get("bindings", {}).items()}
    try:
        program = compile_expression(
            case["expr"],
            bindings={name: Type("dyn") for name in environment},
            checked=not case.get("disable_check", False),
        )
        if case.get("check_only"):
            return ""
        result = getattr(program, path)(environment)
    except ExpressionError as error:
        return f"does not compile: {error.message}: {case['expr']}"
    except EvaluationError as error:
        return "" if case.get("error") else f"{error.message}: {case['expr']}"
    if case.get("error"):
        return f"gave {result!r} where an error is due: {case['expr']}"
    return "" if _canonical(result) == _canonical(_value(case["value"])) else f"gave {result!r}: {case['expr']}"


def _value(tagged: dict[str, Any]) -> Any:
    ((tag, value),) = tagged.items()
    if tag in ("string", "bool", "null"):
        return value
    if tag == "list":
        return [_value(item) for item in value]
    if tag == "map":
        return {map_key(_value(key)): _value(item) for key, item in value}
    return {
        "int": int, "uint": lambda text: UInt(int(text)), "double": float, "bytes": base64.b64decode, "type": TypeValue,
    }[tag](value)  # fmt: skip


def _canonical(value: Any) -> Any:
    """Tells 1, 1u, 1.0 and true apart, which Python and CEL hold equal."""
    if isinstance(value, list):
        return ["list", *map(_canonical, value)]
    if isinstance(value, dict):
        return {"map": sorted((repr(_canonical(plain_key(key))), _canonical(item)) for key, item in value.items())}
    if isinstance(value, float):
        return "double", "nan" if math.isnan(value) else repr(value)
    assert not isinstance(value, (Duration, Timestamp))
    return type_name(value), value
