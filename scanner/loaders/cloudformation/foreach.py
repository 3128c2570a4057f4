"""`Fn::ForEach`: copies of a fragment with the loop's variable filled in, keeping the places of what is written.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from scanner.loaders.cloudformation.problems import Budget
from scanner.source.located import LocatedDict, LocatedList

PREFIX: Final = "Fn::ForEach::"


class Loop(NamedTuple):
    """The three arguments of a loop: its variable (or several for a list of lists), collection, fragment."""

    names: tuple[str, ...]
    collection: Any
    fragment: LocatedDict


def loop_of(argument: Any) -> Loop | None:
    """The loop that an argument states; None for what is none."""
    if not isinstance(argument, LocatedList) or len(argument) != 3:
        return None
    name, collection, fragment = argument
    names = (name,) if isinstance(name, str) else tuple(name) if isinstance(name, LocatedList) else ()
    if not names or not all(isinstance(each, str) for each in names) or not isinstance(fragment, LocatedDict):
        return None
    return Loop(names, collection, fragment)


class Filler:
    """Fills in one round's values."""

    def __init__(self, values: dict[str, str], budget: Budget) -> None:
        self._values = values
        self._budget = budget
        self._marks = [mark for name in values for mark in (f"${{{name}}}", f"&{{{name}}}")]

    def filled(self, node: Any) -> Any:
        """A copy of a tree with the variables filled in; what has none in it is not copied."""
        if isinstance(node, str):
            return self.text(node)
        if isinstance(node, LocatedDict):
            return self._mapping(node)
        if isinstance(node, LocatedList):
            items = [self.filled(item) for item in node]
            return node if all(one is other for one, other in zip(items, node, strict=True)) else _like(node, items)
        return node

    def text(self, text: str) -> str:
        """`${X}` is the value; `&{X}` its letters and digits alone, for what may be a logical id."""
        if "{" not in text:
            return text
        for name, value in self._values.items():
            text = text.replace(f"${{{name}}}", value)
            text = text.replace(f"&{{{name}}}", "".join(filter(_is_plain, value)))
            self._budget.text(len(text))
        return text

    def _mapping(self, node: LocatedDict) -> Any:
        if len(node) == 1 and "Ref" in node:
            name = node["Ref"]
            if isinstance(name, str) and name in self._values:
                return self._values[name]
        self._budget.expand(len(node))
        out = LocatedDict()
        spans = {}
        changed = False
        for key, value in node.items():
            name, filled = self.text(key), self.filled(value)
            changed = changed or name != key or filled is not value
            out[name] = filled
            spans[name] = node.spans[key]
        if not changed:
            return node
        out._start, out._end, out._spans = node.start, node.end, spans
        return out


def _like(node: LocatedList, items: list[Any]) -> LocatedList:
    out = LocatedList(items)
    out._start, out._end, out._spans = node.start, node.end, node.spans
    return out


def _is_plain(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
