"""Paths of the mapping language, and walking one through a native tree with every step remembered.

    >>> parse_path('ingress[*].cidr_blocks[*]')

Steps: `a.b`; `a[*]` each; `a[Key=x]` the entry whose Key is x; `a{}` each map entry, `$key` its key;
`json(p)`, `yaml(p)` the document in a text; `$` this, `^` the enclosing native resource. What fields do
with the values found is in `scanner.normalise.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from scanner.errors import PolicyError
from scanner.model import Block, Encoded, PathStep, Unknown

EACH: Final = "each"
ENTRIES: Final = "entries"
NAME: Final = "name"
WHERE: Final = "where"
DECODE: Final = "decode"


class Step(NamedTuple):
    """One step: `op` is one of the constants above."""

    op: str
    names: tuple[str, ...] = ()
    """For NAME: the spellings to try, in order. For WHERE: key and value. For DECODE: the language."""


class Path(NamedTuple):
    """A parsed path."""

    start: str
    """`$` for a path relative to this, `^` for one from the native resource, `$key`."""
    steps: tuple[Step, ...]
    many: bool
    """Whether it gives a list whatever is found: it has a `[*]` or `{}`."""
    text: str


class Item(NamedTuple):
    """A value that was found, and where."""

    value: Any
    path: tuple[PathStep, ...] = ()
    """From the native resource down, in native terms."""
    key: str | None = None
    """The key of the map entry it came from, for `$key`."""
    existence: Unknown | None = None
    """Set when a block on the way may not exist."""


class Found(NamedTuple):
    """What a path leads to."""

    items: list[Item]
    rest: Unknown | None
    """Set when there may be more, in unknown number."""


_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MARK = re.compile(r"\[\*\]|\{\}|\[([A-Za-z]+)=([^\]]+)\]")
_CALL = re.compile(r"(json|yaml)\(([^()]*)\)")


@cache
def parse_path(text: str, shaped: bool = False) -> Path:
    """Parses a path; `shaped` tries Terraform's spelling of each Kubernetes name too. Raises PolicyError."""
    if text in ("$", "$key", "^"):
        return Path(text, (), False, text)
    start = "^" if text.startswith("^") else "$"
    steps = tuple(_steps(text.removeprefix("^"), text, shaped))
    return Path(start, steps, any(step.op in (EACH, ENTRIES) for step in steps), text)


def _steps(rest: str, whole: str, shaped: bool) -> Iterator[Step]:
    call = _CALL.match(rest)
    if call:
        yield from _steps(call[2], whole, shaped)
        yield Step(DECODE, (call[1],))
        rest = rest[call.end() :]
        rest = yield from _marks(rest)
        if not rest:
            return
        rest = _after_dot(rest, whole)
    while True:
        word = _WORD.match(rest)
        if word is None:
            raise PolicyError(f"`{whole}` is no path: a name is missing at `{rest}`")
        yield Step(NAME, spellings(word[0]) if shaped else (word[0],))
        rest = rest[word.end() :]
        rest = yield from _marks(rest)
        if not rest:
            return
        rest = _after_dot(rest, whole)


def _marks(rest: str) -> Generator[Step, None, str]:
    """The `[*]`, `{}` and `[k=v]` behind a name; returns what follows them."""
    while mark := _MARK.match(rest):
        if mark[1]:
            yield Step(WHERE, (mark[1], mark[2]))
        else:
            yield Step(EACH if mark[0] == "[*]" else ENTRIES)
        rest = rest[mark.end() :]
    return rest


def _after_dot(rest: str, whole: str) -> str:
    if not rest.startswith("."):
        raise PolicyError(f"`{whole}` is no path: `.` expected at `{rest}`")
    return rest[1:]


def spellings(name: str) -> tuple[str, ...]:
    """The Terraform Kubernetes provider's names of a Kubernetes field: snake case, else its singular."""
    snake = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    singular = f"{snake[:-3]}y" if snake.endswith("ies") else snake.removesuffix("s")
    return tuple(dict.fromkeys((snake, singular, name)))


Decoder = Callable[[Any, str], Any]
"""(text or tree, language) -> tree; Unknown for what is not known or not a document."""


def walk(path: Path, here: Item, root: Any, decode: Decoder) -> Found:
    """Everything a path leads to. `here` is what `$` stands for, `root` the native attributes."""
    if path.start == "$key":
        return Found([Item(here.key, here.path)], None)
    first, done = _descended(path.steps, Item(root) if path.start == "^" else here)
    items = [first]
    rest: Unknown | None = None
    for step in path.steps[done:]:
        found: list[Item] = []
        for item in items:
            hidden = _advance(step, item, found, decode)
            rest = rest if hidden is None else hidden
        items = found
    return Found(items, rest)


def _descended(steps: tuple[Step, ...], item: Item) -> tuple[Item, int]:
    """As far as names lead from one plain object to the next, and how many steps that took: most of most paths."""
    value, taken = item.value, []
    for step in steps:
        if step.op != NAME or value.__class__ is not dict:
            break
        names = step.names
        name = names[0] if len(names) == 1 else next((each for each in names if value.get(each) is not None), names[0])
        value = value.get(name)
        taken.append(name)
    return (Item(value, (*item.path, *taken), item.key, item.existence) if taken else item), len(taken)


def _advance(step: Step, item: Item, found: list[Item], decode: Decoder) -> Unknown | None:
    """Adds what one step finds in one item; returns the Unknown that may hide more."""
    if step.op == NAME:
        _name(step.names, item, found)
        return None
    if step.op == DECODE:
        found.append(item._replace(value=decode(item.value, step.names[0])))
        return None
    if step.op == WHERE:
        return _where(step.names, item, found)
    return _each(item, found) if step.op == EACH else _entries(item, found)


def _name(names: tuple[str, ...], item: Item, found: list[Item]) -> None:
    """Into an object; through a list, into each of its objects."""
    for each in _expanded(item):
        value = each.value
        if isinstance(value, dict):
            name = next((name for name in names if value.get(name) is not None), names[0])
            found.append(each._replace(value=value.get(name), path=(*each.path, name)))
        elif isinstance(value, Unknown):
            found.append(each._replace(value=beyond(value), path=(*each.path, names[0])))
        else:
            found.append(each._replace(value=None, path=(*each.path, names[0])))


def _expanded(item: Item) -> list[Item]:
    """The elements of a list, with the existence of blocks; anything else as it is."""
    value = item.value
    if isinstance(value, list):
        if not value:
            return [item._replace(value=None)]
        return [
            Item(element, (*item.path, index), item.key, doubt_of(element, item.existence))
            for index, element in enumerate(value)
        ]
    return [item._replace(existence=doubt_of(value, item.existence))]


def existence_of(value: Any) -> Unknown | None:
    """Why it is undecided whether a block exists; None for everything else."""
    return value.existence if isinstance(value, Block) else None


def doubt_of(value: Any, outer: Unknown | None) -> Unknown | None:
    """Why a value may not be there: its own reason, else that of what it is in."""
    own = existence_of(value)
    return outer if own is None else own


def _each(item: Item, found: list[Item]) -> Unknown | None:
    value = item.value
    if value is None or value == []:
        return None
    if isinstance(value, Unknown) and not isinstance(value, Encoded):
        found.extend(item._replace(value=element) for element in value.contains)
        return value
    found.extend(_expanded(item))
    return None


def _entries(item: Item, found: list[Item]) -> Unknown | None:
    rest: Unknown | None = None
    for each in _expanded(item):
        if isinstance(each.value, dict):
            found.extend(
                Item(value, (*each.path, key), key, doubt_of(value, each.existence))
                for key, value in each.value.items()
            )
        elif isinstance(each.value, Unknown):
            rest = each.value
    return rest


def _where(names: tuple[str, ...], item: Item, found: list[Item]) -> Unknown | None:
    """The entries whose key is the word; one whose key is not known may be it, so it hides more."""
    key, word = names
    rest: Unknown | None = None
    for each in _expanded(item):
        if isinstance(each.value, Unknown):
            rest = each.value
        elif isinstance(each.value, dict):
            actual = each.value.get(key)
            if isinstance(actual, Unknown):
                rest = actual
            elif str(actual) == word:
                found.append(each)
    return None if found else rest


def beyond(unknown: Unknown) -> Unknown:
    """A part of what is not known: as little known, and another thing than the whole."""
    return Unknown(unknown.code, unknown.text, span=unknown.span, literal=unknown.literal)
