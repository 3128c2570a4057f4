"""Random expressions that mostly have a value, environments for them, and ways to hide parts of these.

Everything is made from a `random.Random`, so that ten thousand cost seconds; `seeds` makes a hypothesis
strategy of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from scanner.model import Fragments, OneOf, Resource, Spelled, Unknown
from tests.expression.kinds import Root, resource

WORDS = ["", "a", "b", "ab", "web", "web-1", "arn:aws:s3:::b", "0.0.0.0/0", "10.0.0.0/8", "*", "s3:*", "x/y:1"]
NUMBERS = [0, 1, 2, 3, -1, 7, 80, 9223372036854775807]


def seeds() -> st.SearchStrategy[random.Random]:
    """Sources of randomness that hypothesis can repeat."""
    return st.integers(0, 2**48).map(random.Random)


class Expressions:
    """Makes the text of an expression of a wanted type over the bindings of `kinds`."""

    def __init__(self, source: random.Random, *, functions: bool = True) -> None:
        self.source = source
        self.functions = functions
        self.variables: list[tuple[str, str]] = []
        self.count = 0

    def make(self, type_: str, depth: int) -> str:
        """The text of an expression of type bool, int, string, strings, ints, parts, others or other."""
        return self.source.choice(self._options(type_, depth))()

    def _options(self, type_: str, depth: int) -> list[Callable[[], str]]:
        leaves = [lambda name=name: name for name, of in self.variables if of == type_] * 3
        leaves += [lambda text=text: text for text in _LEAVES[type_]]
        if type_ == "string":
            leaves.append(lambda: repr(self.source.choice(WORDS)))
        if type_ == "int":
            leaves.append(lambda: str(self.source.choice(NUMBERS)))
        if depth <= 0:
            return leaves
        makers = getattr(self, f"_{type_}")(depth - 1)
        return makers * 2 + leaves[: len(makers)] if makers else leaves

    def _bool(self, d: int) -> list[Callable[[], str]]:
        def infix(operators: str, type_: str) -> Callable[[], str]:
            return lambda: f"({self.make(type_, d)} {self.source.choice(operators.split())} {self.make(type_, d)})"

        options = [
            infix("&& ||", "bool"), infix("&& ||", "bool"), infix("== !=", "bool"), infix("== != < <= > >=", "int"),
            infix("== != < >=", "string"), infix("== !=", "strings"), infix("== !=", "other"),
            lambda: f"!({self.make('bool', d)})",
            lambda: f"({self.make('string', d)} in {self.make('strings', d)})",
            lambda: f"({self.make('int', d)} in {self.make('ints', d)})",
            lambda: f"({self.make(self.source.choice(['string', 'int', 'other', 'bool']), d)} == null)",
            lambda: f"({self.make('bool', d)} ? {self.make('bool', d)} : {self.make('bool', d)})",
            lambda: self._method(self.source.choice(["startsWith", "endsWith", "contains"]), d),
            lambda: self._loop(self.source.choice(["exists", "all", "exists_one"]), d),
            lambda: self._loop(self.source.choice(["exists", "all"]), d),
        ]  # fmt: skip
        if self.functions:
            options += [
                lambda: f"cidr.is_world({self.make('strings', d)})",
                lambda: f"iam.matches({self.make('strings', d)}, {self.make('string', d)})",
                lambda: f"either({self.make('bool', d)}, {self.make('bool', d)})",
                lambda: f"glob({self.make('string', d)}, {self.make('string', d)})",
            ]
        return options

    def _method(self, name: str, depth: int) -> str:
        return f"{self.make('string', depth)}.{name}({self.make('string', depth)})"

    def _int(self, d: int) -> list[Callable[[], str]]:
        return [
            lambda: f"({self.make('int', d)} {self.source.choice('+-*/%')} {self.make('int', d)})",
            lambda: f"{self.make(self.source.choice(['strings', 'ints', 'parts', 'others', 'string']), d)}.size()",
            lambda: f"({self.make('bool', d)} ? {self.make('int', d)} : {self.make('int', d)})",
            lambda: f"{self.make('ints', d)}[{self.source.choice([0, 0, 1])}]",
        ]

    def _string(self, d: int) -> list[Callable[[], str]]:
        options = [
            lambda: f"({self.make('string', d)} + {self.make('string', d)})",
            lambda: f"({self.make('bool', d)} ? {self.make('string', d)} : {self.make('string', d)})",
            lambda: f"{self.make('strings', d)}[0]",
            lambda: f"{self.make('other', d)}.name",
        ]
        if self.functions:
            options += [
                lambda: f"first({self.make('string', d)}, {self.make('string', d)})",
                lambda: f"arn.name({self.make('string', d)})",
                lambda: f"image.tag({self.make('string', d)})",
                lambda: f"{self.make('string', d)}.replace({self.make('string', d)}, 'z')",
            ]
        return options

    def _strings(self, d: int) -> list[Callable[[], str]]:
        return [
            lambda: f"[{self.make('string', d)}, {self.make('string', d)}]",
            lambda: self._loop("filter", d, "strings"),
            lambda: self._loop("map", d, result="string"),
            lambda: f"({self.make('strings', d)} + {self.make('strings', d)})",
            lambda: f"{self.make('other', d)}.names",
        ]

    def _ints(self, d: int) -> list[Callable[[], str]]:
        return [
            lambda: f"[{self.make('int', d)}, {self.make('int', d)}]",
            lambda: self._loop("filter", d, "ints"),
            lambda: self._loop("map", d, result="int"),
        ]

    def _parts(self, d: int) -> list[Callable[[], str]]:
        return [lambda: self._loop("filter", d, "parts")]

    def _others(self, d: int) -> list[Callable[[], str]]:
        return [lambda: self._loop("filter", d, "others")]

    def _other(self, d: int) -> list[Callable[[], str]]:
        return []

    def _loop(self, macro: str, depth: int, over: str = "", result: str = "bool") -> str:
        over = over or self.source.choice(["strings", "ints", "parts", "others"])
        collection = self.make(over, depth)
        self.count += 1
        name = f"e{self.count}"
        mark = len(self.variables)
        self.variables += _ELEMENTS[over](name)
        body = self.make(result, depth)
        del self.variables[mark:]
        return f"{collection}.{macro}({name}, {body})"


_LEAVES = {
    "bool": ["true", "false", "thing.flag", "thing.other_flag", "thing.link.flag", "thing.flag"],
    "int": ["thing.count", "thing.size.min", "params.limit", "thing.link.count"],
    "string": ["thing.name", "thing.mode.kind", "thing.link.name"],
    "strings": ["thing.names", "params.words", "['a', 'b']"],
    "ints": ["thing.sizes", "[1, 2, 3]"],
    "parts": ["thing.parts"],
    "others": ["thing.links", 'root.all("test.other")'],
    "other": ["thing.link"],
}
_ELEMENTS: dict[str, Callable[[str], list[tuple[str, str]]]] = {
    "strings": lambda name: [(name, "string")],
    "ints": lambda name: [(name, "int")],
    "parts": lambda name: [
        (f"{name}.key", "string"), (f"{name}.value", "int"), (f"{name}.on", "bool"), (f"{name}.words", "strings"),
    ],
    "others": lambda name: [
        (name, "other"), (f"{name}.flag", "bool"), (f"{name}.name", "string"), (f"{name}.count", "int"),
    ],
}  # fmt: skip


class Environments:
    """Makes environments. `nulls` is how often a value is null."""

    def __init__(self, source: random.Random, *, nulls: float = 0.05) -> None:
        self.source = source
        self.nulls = nulls

    def make(self) -> dict[str, Any]:
        """An environment of known values."""
        others = [self.other(number) for number in range(self.source.randrange(3))]
        pick = self.source.choice
        thing = resource(
            "test.thing",
            {
                "flag": self.maybe(pick([True, False])), "other_flag": self.maybe(pick([True, False])),
                "count": self.maybe(pick(NUMBERS[:-1])), "size.min": self.maybe(pick(NUMBERS[:-1])),
                "name": self.maybe(pick(WORDS)), "mode.kind": self.maybe(pick(WORDS)), "names": self.words(),
                "sizes": [pick(NUMBERS[:-1]) for _ in range(self.source.randrange(4))],
                "parts": [self.part() for _ in range(self.source.randrange(3))],
                "link": self.maybe(pick(others)) if others else None, "links": others,
            },
        )  # fmt: skip
        params = {"limit": pick(NUMBERS), "words": self.words(), "combos": []}
        return {"thing": thing, "params": params, "root": Root({"test.other": others})}

    def other(self, number: int) -> Resource:
        pick = self.source.choice
        values = {
            "flag": self.maybe(pick([True, False])), "count": self.maybe(pick(NUMBERS)),
            "name": self.maybe(pick(WORDS)),
            "names": self.words(),
        }  # fmt: skip
        return resource("test.other", values, address=f"other.{number}")

    def part(self) -> dict[str, Any]:
        pick = self.source.choice
        return {
            "key": self.maybe(pick(WORDS)), "value": self.maybe(pick(NUMBERS)),
            "on": self.maybe(pick([True, False])), "words": self.words(),
        }  # fmt: skip

    def words(self) -> list[Any]:
        return [self.source.choice(WORDS) for _ in range(self.source.randrange(4))]

    def maybe(self, value: Any) -> Any:
        return None if self.source.random() < self.nulls else value


class Veil:
    """Hides parts of values as Unknowns whose claims are true of what they hide."""

    def __init__(self, source: random.Random, share: float = 0.3) -> None:
        self.source = source
        self.share = share
        self.resources: dict[int, Resource] = {}

    def environment(self, known: dict[str, Any]) -> dict[str, Any]:
        """The environment with parts of its resources hidden."""
        listed = {kind: self.veiled(nodes) for kind, nodes in known["root"].resources.items()}
        return {"thing": self.node(known["thing"]), "params": known["params"], "root": Root(listed)}

    def node(self, node: Resource) -> Resource:
        if id(node) not in self.resources:
            copy = resource(node.kind, {}, address=node.address)
            self.resources[id(node)] = copy
            copy.attributes.update({name: self.veiled(value) for name, value in node.attributes.items()})
        return self.resources[id(node)]

    def veiled(self, value: Any) -> Any:
        """The value, or an Unknown, or the value with parts hidden."""
        if self.source.random() < self.share:
            return self.unknown(value)
        if isinstance(value, list):
            return [self.veiled(item) for item in value]
        if isinstance(value, dict):
            return {key: self.veiled(item) for key, item in value.items()}
        return self.node(value) if isinstance(value, Resource) else value

    def unknown(self, value: Any) -> Unknown:
        """An Unknown that claims some of what is true of a value."""
        if isinstance(value, str) and self.source.random() < 0.3:
            return self.text(value)
        if isinstance(value, bool | int | str | None) and self.source.random() < 0.4:
            return self.one_of(value)
        claim = self.source.random() < 0.6
        claims: dict[str, Any] = {"not_null": claim and value is not None}
        if claim and isinstance(value, str):
            claims["prefix"] = value[: self.source.randrange(len(value) + 1)]
            claims["suffix"] = value[self.source.randrange(len(value) + 1) :]
        if claim and isinstance(value, list):
            claims["contains"] = tuple(self.veiled(item) for item in value if self.source.random() < 0.5)
        if claim and isinstance(value, (str, int)) and self.source.random() < 0.5:
            claims["identities"] = (f"{type(value).__name__}:{value}",)
        return Unknown("computed", "hidden", **claims)

    def one_of(self, value: Any) -> Unknown:
        """One of a few scalars, often null among them."""
        others = {bool: [True, False], int: NUMBERS, str: WORDS}.get(type(value), [*WORDS, *NUMBERS, True, False])
        choices = [value, *self.source.sample(others, self.source.randrange(2)), *self.source.choice([[None], []])]
        self.source.shuffle(choices)
        return OneOf(tuple(choices), Unknown("undecided", "hidden"))

    def text(self, value: str) -> Unknown:
        """An Unknown text of which more is known than its ends."""
        hidden = Unknown("computed", "hidden")
        kind = self.source.choice([OneOf, Spelled, Fragments])
        if kind is OneOf:
            return OneOf((value, *self.source.sample(WORDS, 2)), hidden)
        if kind is Spelled and value:
            return Spelled("".join(sorted({*value, "x"})), hidden)
        at = sorted(self.source.randrange(len(value) + 1) for _ in range(2))
        pieces = [value[: at[0]], self.unknown(value[at[0] : at[1]]), value[at[1] :]]
        return Fragments([piece for piece in pieces if piece != ""], hidden)


def agrees(veiled: Any, known: Any) -> bool:
    """Whether a result with Unknowns does not contradict the result without."""
    if isinstance(veiled, Unknown):
        return True
    if isinstance(veiled, list):
        return isinstance(known, list) and len(veiled) == len(known) and all(map(agrees, veiled, known))
    if isinstance(veiled, dict):
        if not isinstance(known, dict) or veiled.keys() != known.keys():
            return False
        return all(agrees(veiled[key], known[key]) for key in veiled)
    if isinstance(veiled, Resource):
        return isinstance(known, Resource) and veiled.address == known.address
    return type(veiled) is type(known) and (veiled == known or veiled != veiled)
