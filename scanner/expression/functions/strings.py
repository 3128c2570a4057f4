"""Text: CEL's own functions and those of Kubernetes' string library.

https://kubernetes.io/docs/reference/using-api/cel/ and https://pkg.go.dev/github.com/google/cel-go/ext#Strings
"""

from __future__ import annotations

import functools
from typing import Any, Final

from scanner.expression import types as t
from scanner.expression.errors import Failure
from scanner.expression.functions.table import Function
from scanner.expression.values import derived, surely_string
from scanner.model import Type, Unknown

MAX_TEXT: Final = 1024 * 1024
"""Characters of a text that a function may make."""
_UPPER: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def starts_with(text: Any, part: Any) -> Any:
    """`text.startsWith(part)`; a known beginning may decide."""
    if isinstance(text, str) and isinstance(part, str):
        return text.startswith(part)
    return _edge(text, part, "prefix")


def ends_with(text: Any, part: Any) -> Any:
    """`text.endsWith(part)`; a known end may decide."""
    if isinstance(text, str) and isinstance(part, str):
        return text.endswith(part)
    return _edge(text, part, "suffix")


def _edge(text: Any, part: Any, side: str) -> Any:
    if isinstance(text, Unknown) and isinstance(part, str) and surely_string(text):
        known = getattr(text, side)
        shared = min(len(known), len(part))
        ends = (known[len(known) - shared :], part[len(part) - shared :])
        if (known[:shared] != part[:shared]) if side == "prefix" else (ends[0] != ends[1]):
            return False
        if len(known) >= len(part):
            return True
    return derived(text if isinstance(text, Unknown) else part)


def contains(text: Any, part: Any) -> Any:
    """`text.contains(part)`; a known beginning or end may decide."""
    if isinstance(text, str) and isinstance(part, str):
        return part in text
    if (
        isinstance(text, Unknown)
        and isinstance(part, str)
        and surely_string(text)
        and (part in text.prefix or part in text.suffix)
    ):
        return True
    return derived(text if isinstance(text, Unknown) else part)


@functools.lru_cache(maxsize=512)
def pattern(text: str) -> Any:
    """A compiled RE2 expression. Raises Failure for one that RE2 refuses."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except re2.error:
        raise Failure(f"no regular expression: {text[:40]!r}") from None


def matches(text: str, expression: str) -> bool:
    """Whether RE2 finds the expression anywhere in the text."""
    return pattern(expression).search(text) is not None


def _made(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise Failure("the text is too long")
    return text


def replace(text: str, old: str, new: str, limit: int = -1) -> str:
    """All, or the first `limit`, occurrences replaced."""
    count = text.count(old) if limit < 0 else min(limit, text.count(old))
    if len(text) + count * max(0, len(new) - len(old)) > MAX_TEXT:
        raise Failure("the text is too long")
    return text.replace(old, new, limit)


def split(text: str, separator: str, limit: int = -1) -> list[str]:
    """The parts between separators; an empty separator splits into characters."""
    if limit == 0:
        return []
    if separator:
        return text.split(separator, limit - 1 if limit > 0 else -1)
    if limit < 0 or limit >= len(text):
        return list(text)
    return [*text[: limit - 1], text[limit - 1 :]]


def join(items: list[Any], separator: str = "") -> str:
    """The texts of a list with a separator between them."""
    if not all(isinstance(item, str) for item in items):
        raise Failure("no such overload: join of a list that is not all text")
    if sum(map(len, items)) + len(items) * len(separator) > MAX_TEXT:
        raise Failure("the text is too long")
    return separator.join(items)


def substring(text: str, start: int, end: int | None = None) -> str:
    """Characters from `start` up to `end`."""
    stop = len(text) if end is None else end
    if not 0 <= start <= stop <= len(text):
        raise Failure("index out of range: substring")
    return text[start:stop]


def index_of(text: str, part: str, start: int = 0) -> int:
    """Where a part first is, at or after `start`; -1 if nowhere."""
    if not 0 <= start <= len(text):
        raise Failure("index out of range: indexOf")
    return text.find(part, start)


def last_index_of(text: str, part: str) -> int:
    """Where a part last is; -1 if nowhere."""
    return text.rfind(part)


def char_at(text: str, index: int) -> str:
    """The character at a place; empty just behind the last."""
    if not 0 <= index <= len(text):
        raise Failure("index out of range: charAt")
    return text[index : index + 1]


def trim(text: str) -> str:
    """Without white space at both ends."""
    return text.strip()


def lower(text: str) -> str:
    """With A to Z in lower case."""
    return text.translate(_LOWER)


def upper(text: str) -> str:
    """With a to z in upper case."""
    return text.translate(_UPPER)


def _member(
    name: str, call: Any, result: Type, *more: Type, doc: str, optional: int = 0, absorbing: bool = False
) -> Function:
    return Function(
        name=name, parameters=(t.STRING, *more), result=result, call=call, doc=doc, member=True, plain=False,
        optional=optional, absorbing=absorbing,
    )  # fmt: skip


TABLE: Final = (
    _member(
        "startsWith", starts_with, t.BOOL, t.STRING, absorbing=True,
        doc="Whether a text begins so; a known beginning may decide.",
    ),
    _member(
        "endsWith", ends_with, t.BOOL, t.STRING, absorbing=True, doc="Whether a text ends so; a known end may decide."
    ),
    _member(
        "contains", contains, t.BOOL, t.STRING, absorbing=True,
        doc="Whether a part is in a text; a known beginning or end may decide.",
    ),
    Function(
        name="matches", parameters=(t.STRING, t.STRING), result=t.BOOL, call=matches, member=True,
        doc="Whether RE2 finds an expression in a text.",
    ),
    _member("lowerAscii", lower, t.STRING, doc="With A to Z in lower case."),
    _member("upperAscii", upper, t.STRING, doc="With a to z in upper case."),
    _member("trim", trim, t.STRING, doc="Without white space at both ends."),
    _member(
        "replace", replace, t.STRING, t.STRING, t.STRING, t.INT, optional=1,
        doc="All, or the first n, occurrences replaced.",
    ),
    _member(
        "split", split, Type("list", item=t.STRING), t.STRING, t.INT, optional=1, doc="The parts between separators."
    ),
    _member("substring", substring, t.STRING, t.INT, t.INT, optional=1, doc="Characters from a place up to another."),
    _member("indexOf", index_of, t.INT, t.STRING, t.INT, optional=1, doc="Where a part first is, or -1."),
    _member("lastIndexOf", last_index_of, t.INT, t.STRING, doc="Where a part last is, or -1."),
    _member("charAt", char_at, t.STRING, t.INT, doc="The character at a place."),
    Function(
        name="join", parameters=(Type("list", item=t.STRING), t.STRING), result=t.STRING, call=join, member=True,
        plain=False, optional=1, doc="The texts of a list with a separator between them.",
    ),
)  # fmt: skip
