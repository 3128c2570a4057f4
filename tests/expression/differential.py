"""Random CEL expressions, and their results by our compiler and by Google's binding, in a form that can be compared."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from typing import Any

from scanner.errors import ExpressionError
from scanner.expression import EvaluationError, compile_expression
from scanner.expression.values import Duration, Timestamp, TypeValue, UInt, plain_key, type_name
from scanner.model import Type

ERROR = ("error",)
REFUSED = ("refused",)
VARIABLES = {
    "i": "int", "j": "int", "d": "double", "s": "string", "r": "string", "b": "bool", "y": "bytes", "n": "null",
    "li": "ints", "ls": "strings", "m": "map", "x": "dyn", "z": "dyn",
}  # fmt: skip
_TYPES = ["int", "uint", "double", "string", "bool", "bytes", "ints", "strings", "map", "dyn"]
_INTS = ["0", "1", "2", "-1", "3", "7", "-7", "9223372036854775807", "-9223372036854775808", "0x10", "4294967296"]
_DOUBLES = ["0.0", "1.0", "-1.5", "0.1", "1e300", "2.0", "9223372036854775808.0", "1e-320", "3.0"]
_STRINGS = ["''", "'a'", "'b'", '"ab"', "'é'", "'😀b'", "r'\\n'", "'\\n'", "'1'", "'a.b'", "'-5'", "'true'", "'1.5'"]
_BYTES = ["b''", "b'a'", "b'\\xff'", "b'é'"]
_METHODS = ["startsWith", "endsWith", "contains"]
_PATTERNS = ["'a'", "'^a'", "'a*b'", "'[ab]+$'", "'.'", "'('", "'\\\\\\\\d'", "''"]


class Cel:
    """Makes expressions that mostly have the types CEL wants, and sometimes not."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.variables = list(VARIABLES.items())
        self.count = 0
        self.swaps = 0.03
        """How often a type is not the one that is wanted."""

    def make(self, type_: str, depth: int) -> str:
        """The text of an expression of a type."""
        pick = self.source.choice
        if self.source.random() < self.swaps:
            type_ = pick(_TYPES)
        if depth <= 0 or self.source.random() < 0.15:
            return self.leaf(type_)
        return str(pick(getattr(self, f"_{type_}")(depth - 1))())

    def leaf(self, type_: str) -> str:
        """A constant or a variable."""
        pick = self.source.choice
        names = [name for name, of in self.variables if of == type_]
        if names and self.source.random() < 0.5:
            return pick(names)
        if type_ == "dyn":
            other = pick(_TYPES[:-1])
            return f"dyn({self.leaf(other)})"
        constants = {
            "int": _INTS, "uint": ["0u", "1u", "2u", "18446744073709551615u", "3U"], "double": _DOUBLES,
            "string": _STRINGS,
            "bool": ["true", "false"], "bytes": _BYTES, "ints": ["[]", "[1, 2, 3]", "[0]"], "null": ["null"],
            "strings": ["[]", "['a', 'b']", "['']"], "map": ["{}", "{'a': 1, 'b': 2}", "{'k': 0}"],
        }  # fmt: skip
        return pick(constants[type_])

    def both(self, type_: str, operators: str, depth: int) -> Callable[[], str]:
        """An operator between two expressions of a type."""
        return lambda: f"({self.make(type_, depth)} {self.source.choice(operators.split())} {self.make(type_, depth)})"

    def choice(self, type_: str, depth: int) -> Callable[[], str]:
        """`c ? a : b`."""
        return lambda: f"({self.make('bool', depth)} ? {self.make(type_, depth)} : {self.make(type_, depth)})"

    def loop(self, macro: str, over: str, depth: int, result: str) -> str:
        """A macro over a list."""
        # The order of a map's keys is nobody's business, so no list is made of them.
        self.swaps = 0.0 if macro in ("map", "filter") else 0.03
        collection = self.make(over, depth)
        self.swaps = 0.03
        self.count += 1
        name = f"e{self.count}"
        self.variables.append((name, {"ints": "int", "strings": "string", "map": "string", "dyn": "dyn"}[over]))
        body = self.make(result, depth)
        self.variables.pop()
        return f"{collection}.{macro}({name}, {body})"

    def _bool(self, d: int) -> list[Callable[[], str]]:
        pick = self.source.choice
        anything = [name for name in _TYPES if name != "dyn"]
        return [
            self.both("bool", "&& ||", d), self.both("bool", "&& ||", d), self.both("bool", "&& || == != < >=", d),
            self.both(pick(["int", "uint", "double", "string", "bytes"]), "== != < <= > >=", d),
            self.both(pick(anything), "== !=", d), self.both("dyn", "== != < <= > >=", d),
            lambda: f"!({self.make('bool', d)})", self.choice("bool", d),
            lambda: f"({self.make('int', d)} in {self.make('ints', d)})",
            lambda: f"({self.make('string', d)} in {self.make(pick(['strings', 'map']), d)})",
            lambda: f"({self.make('dyn', d)} in [{self.make('dyn', d)}, {self.make('int', d)}])",
            lambda: f"{self.make('string', d)}.{pick(_METHODS)}({self.make('string', d)})",
            lambda: f"{self.make('string', d)}.matches({pick(_PATTERNS)})",
            lambda: self.loop(pick(["exists", "all", "exists_one"]), pick(["ints", "strings", "map",
            "dyn"]), d, "bool"),
            lambda: f"has({self.make('map', d)}.{pick('abk')})",
        ]  # fmt: skip

    def _int(self, d: int) -> list[Callable[[], str]]:
        pick = self.source.choice
        return [
            self.both("int", "+ - * / %", d), self.both("int", "+ - * / %", d), self.choice("int", d),
            lambda: f"-({self.make('int', d)})",
            lambda: f"size({self.make(pick(['string', 'ints', 'strings', 'map', 'bytes']), d)})",
            lambda: f"{self.make(pick(['string', 'ints', 'strings', 'map']), d)}.size()",
            lambda: f"{self.make('ints', d)}[{self.make('int', 0)}]",
            lambda: f"{self.make('map', d)}.{pick('abk')}", lambda: f"{self.make('map', d)}[{self.make('string', d)}]",
            lambda: f"int({self.make(pick(['int', 'uint', 'double', 'string']), d)})",
        ]  # fmt: skip

    def _uint(self, d: int) -> list[Callable[[], str]]:
        return [
            self.both("uint", "+ - * / %", d), self.choice("uint", d),
            lambda: f"uint({self.make(self.source.choice(['int', 'uint', 'double', 'string']), d)})",
        ]  # fmt: skip

    def _double(self, d: int) -> list[Callable[[], str]]:
        return [
            self.both("double", "+ - * /", d), self.choice("double", d), lambda: f"-({self.make('double', d)})",
            lambda: f"double({self.make(self.source.choice(['int', 'uint', 'double', 'string']), d)})",
        ]  # fmt: skip

    def _string(self, d: int) -> list[Callable[[], str]]:
        return [
            self.both("string", "+", d), self.choice("string", d), lambda: f"{self.make('strings', d)}[0]",
            lambda: f"string({self.make(self.source.choice(['int', 'uint', 'bool', 'string', 'bytes']), d)})",
        ]  # fmt: skip

    def _bytes(self, d: int) -> list[Callable[[], str]]:
        return [self.both("bytes", "+", d), self.choice("bytes", d), lambda: f"bytes({self.make('string', d)})"]

    def _ints(self, d: int) -> list[Callable[[], str]]:
        return [
            lambda: f"[{self.make('int', d)}, {self.make('int', d)}]", self.both("ints",
            "+", d), self.choice("ints", d),
            lambda: self.loop("map", self.source.choice(["ints", "strings"]), d, "int"),
            lambda: self.loop("filter", "ints", d, "bool"),
        ]  # fmt: skip

    def _strings(self, d: int) -> list[Callable[[], str]]:
        return [
            lambda: f"[{self.make('string', d)}, {self.make('string', d)}]", self.both("strings", "+", d),
            lambda: self.loop("map", self.source.choice(["ints", "strings"]), d, "string"),
            lambda: self.loop("filter", "strings", d, "bool"),
        ]  # fmt: skip

    def _map(self, d: int) -> list[Callable[[], str]]:
        return [
            lambda: f"{{{self.make('string', d)}: {self.make('int', d)}}}", self.choice("map", d),
            lambda: f"{{'a': {self.make('int', d)}, {self.make('string', 0)}: {self.make('int', d)}}}",
        ]  # fmt: skip

    def _dyn(self, d: int) -> list[Callable[[], str]]:
        other = self.source.choice(_TYPES[:-1])
        return [
            lambda: f"dyn({self.make(other, d)})",
            lambda: f"[{self.make('dyn', d)}, {self.make(other, d)}]",
            self.choice("dyn", d),
        ]

    def environment(self) -> dict[str, Any]:
        """Values of the variables."""
        pick = self.source.choice
        mixed = [1, 0, -3, 2.0, "a", "", True, None, [1, "a"], {"a": 1}, b"x", 2**63 - 1]
        return {
            "i": pick([0, 1, -5, 2**63 - 1]), "j": pick([2, 3, -(2**63)]), "d": pick([0.0, 1.5, -2.0]),
            "s": pick(["", "a", "abc", "é"]), "r": pick(["b", "ab"]), "b": pick([True, False]), "y": pick([b"", b"ab"]),
            "n": None, "li": pick([[], [1, 2], [3, 0, -1]]), "ls": pick([[], ["a"], ["b", "ab", "a"]]),
            "m": pick([{}, {"a": 1}, {"b": 2, "k": -3}]), "x": pick(mixed), "z": pick(mixed),
        }  # fmt: skip


def ours(text: str, environment: dict[str, Any], *, checked: bool) -> Any:
    """The result of our compiler, both paths of which must agree."""
    try:
        program = compile_expression(text, bindings=_bindings(), checked=checked)
    except ExpressionError:
        return REFUSED
    results = []
    for run in (program.evaluate, program.evaluate_exactly):
        try:
            results.append(canonical(run(environment)))
        except EvaluationError:
            results.append(ERROR)
    assert results[0] == results[1], (text, results)
    return results[0]


def _bindings() -> dict[str, Type]:
    types = {"ints": "list", "strings": "list", "double": "float"}
    return {name: Type(types.get(type_, type_)) for name, type_ in VARIABLES.items()}


def canonical(value: Any) -> Any:
    """A result of ours in a form that tells 1, 1u, 1.0 and true apart."""
    if isinstance(value, list):
        return ("list", *map(canonical, value))
    if isinstance(value, dict):
        keys = ((plain_key(key), item) for key, item in value.items())
        return ("map", *sorted((repr(canonical(_signed(key))), canonical(item)) for key, item in keys))
    if isinstance(value, float):
        return "double", "nan" if math.isnan(value) else repr(value)
    if isinstance(value, (Duration, Timestamp)):
        return type_name(value), value.nanoseconds // 1000
    if isinstance(value, TypeValue):
        return "type", value.name
    return type_name(value), bytes(value) if isinstance(value, bytes) else int(value) if isinstance(
        value, UInt
    ) else value


def _signed(key: Any) -> Any:
    return int(key) if isinstance(key, UInt) else key


def refusal(text: str) -> str:
    """What our checker has against an expression."""
    try:
        compile_expression(text, bindings=_bindings())
    except ExpressionError as error:
        return error.message
    return ""


class Google:
    """Google's binding, with the same variables."""

    def __init__(self) -> None:
        from cel_expr_python import cel

        kind = cel.Type
        types = {
            "int": kind.INT, "double": kind.DOUBLE, "string": kind.STRING, "bool": kind.BOOL, "bytes": kind.BYTES,
            "null": kind.NULL, "ints": kind.List(kind.INT), "strings": kind.List(kind.STRING),
            "map": kind.Map(kind.STRING, kind.INT), "dyn": kind.DYN,
        }  # fmt: skip
        self.environment = cel.NewEnv(variables={name: types[type_] for name, type_ in VARIABLES.items()})

    def __call__(self, text: str, environment: dict[str, Any], *, checked: bool) -> Any:
        """The result, in the same form as ours."""
        try:
            program = self.environment.compile(text, disable_check=not checked)
        except RuntimeError:
            return REFUSED
        try:
            return self.canonical(program.eval(data=environment))
        except RuntimeError:
            return ERROR

    def canonical(self, value: Any) -> Any:
        """A result of Google's in a form that can be compared."""
        name = value.type().name().partition("<")[0].partition("(")[0].lower()
        if name in ("error", "*error*"):
            return ERROR
        if name == "list":
            return ("list", *(self.canonical(item) for item in value.value()))
        if name == "map":
            entries = value.value().items()
            return ("map", *sorted((repr(self.key(key)), self.canonical(item)) for key, item in entries))
        plain = value.plain_value()
        if name == "double":
            return "double", "nan" if math.isnan(plain) else repr(plain)
        if isinstance(plain, (bytes, bytearray)):
            return "bytes", bytes(plain)
        return {"null": "null_type"}.get(name, name), plain

    def key(self, key: Any) -> Any:
        """The key of a map, of which the binding does not say whether it is a uint."""
        return canonical(key)


def compared(google: Google, text: str, environment: dict[str, Any], *, checked: bool) -> tuple[str, Any, Any]:
    """How the two results relate: `equal`, why they differ, or nothing for a difference nobody has explained.

    What one checker refuses is compared unchecked. Google's checker lets nothing but null be compared with null and
    knows the types of keys; ours knows what can be a key.
    """
    mine, theirs = ours(text, environment, checked=checked), google(text, environment, checked=checked)
    verdict = "equal"
    if checked and mine != theirs and REFUSED in (mine, theirs):
        verdict = "only Google's checker refuses"
        if mine == REFUSED:
            verdict = "only our checker refuses: what cannot be a key" if "key of a map" in refusal(text) else ""
        mine, theirs = ours(text, environment, checked=False), google(text, environment, checked=False)
    return (verdict if mine == theirs else _explanation(text, mine, theirs)), mine, theirs


def _explanation(text: str, mine: Any, theirs: Any) -> str:
    if mine == ERROR and "\\n" in text and _CONVERSION.search(text):
        return "cel-cpp takes a number with white space round it; cel-go and we do not"
    if mine == ERROR and "int(" in text:
        return "cel-cpp unchecked has int(bool), which the language does not"
    if theirs == ERROR and _TWICE.search(text):
        return "cel-cpp does not let && and || absorb the error of a repeated key"
    return ""


_CONVERSION = re.compile(r"\b(?:u?int|double)\(")
_TWICE = re.compile(r"\{'a': .*'a': ")
