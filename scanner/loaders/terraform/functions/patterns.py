"""Regular expressions by RE2, which takes linear time: `regex`, `regexall`, `replace`.

Facts: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/regexp.go and Go's regexp package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.conversion import normal
from scanner.loaders.terraform.evaluate_templates import fragments
from scanner.loaders.terraform.functions.documents import replaced_document
from scanner.loaders.terraform.types import STRING, ObjectType, TupleType, Type
from scanner.loaders.terraform.values import EvalError, Fragments, List, Null, Value, first_unknown, like
from scanner.model import Encoded, Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame

_MEMORY: Final = 8 << 20


class Pattern:
    """A compiled pattern; it searches UTF-8 bytes, so that offsets need no conversion."""

    def __init__(self, text: str) -> None:
        import re2

        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        try:
            self.compiled = re2.compile(text.encode("utf-8", "surrogatepass"), options)
        except re2.error as error:
            raise EvalError(f"invalid regexp pattern: {error}") from None
        self.names: dict[str, int] = {_text(name): group for name, group in self.compiled.groupindex.items()}
        self.groups: int = self.compiled.groups

    def search(self, data: bytes, position: int) -> Any:
        """The first match at or after a byte offset, or None."""
        return self.compiled.search(data, position)

    def result_type(self) -> Type:
        """The type of what a match gives."""
        if not self.groups:
            return STRING
        if not self.names:
            return TupleType((STRING,) * self.groups)
        if len(self.names) < self.groups:
            raise EvalError("invalid regexp pattern: cannot mix both named and unnamed capture groups")
        return ObjectType(tuple((name, STRING) for name in sorted(self.names)))

    def result(self, match: Any) -> Value:
        """The text of a match, or its groups as a tuple or object."""
        if not self.groups:
            return normal(_text(match.group(0)))
        groups = [Null(STRING) if text is None else normal(_text(text)) for text in match.groups()]
        return {name: groups[group - 1] for name, group in self.names.items()} if self.names else groups


def _text(data: Any) -> str:
    return data.decode("utf-8", "surrogatepass") if isinstance(data, bytes) else data


def regex(frame: Frame, pattern: str, text: str) -> Value:
    """`regex(pattern, s)`."""
    compiled = Pattern(pattern)
    compiled.result_type()
    match = compiled.search(text.encode("utf-8", "surrogatepass"), 0)
    if match is None:
        raise EvalError("pattern did not match any part of the given string")
    return compiled.result(match)


def regexall(frame: Frame, pattern: str, text: str) -> Value:
    """`regexall(pattern, s)`."""
    compiled = Pattern(pattern)
    element = compiled.result_type()
    data = text.encode("utf-8", "surrogatepass")
    results = []
    for match in _matches(compiled, data):
        frame.budget.charge(1 + compiled.groups)
        results.append(compiled.result(match))
    return List(results, element)


def _matches(pattern: Pattern, data: bytes) -> Iterator[Any]:
    """All matches that do not overlap; an empty one right after another match does not count."""
    position, previous_end = 0, -1
    while position <= len(data):
        match = pattern.search(data, position)
        if match is None:
            return
        start, end = match.span()
        accepted = end != position or start != previous_end
        position = _after(data, position) if end == position else end
        previous_end = end
        if accepted:
            yield match


def _after(data: bytes, position: int) -> int:
    """The offset of the next character."""
    position += 1
    while position < len(data) and data[position] & 0xC0 == 0x80:
        position += 1
    return position


def replace(frame: Frame, text: Value, part: Value, new: Value) -> Value:
    """`replace(s, part, new)`: a part between slashes is a pattern."""
    if isinstance(part, str) and (isinstance(text, Encoded | Fragments) or isinstance(new, Unknown)):
        document = replaced_document(text, part, new)
        if document is not None:
            return document
    for side in (part, new):
        if isinstance(side, Unknown):
            return like(side, STRING, not_null=True)
    if isinstance(text, Unknown):
        return _replace_in_unknown(text, part, new)
    if len(part) > 1 and part[0] == "/" and part[-1] == "/":
        return normal(_replace_pattern(frame, text, part[1:-1], new))
    found = text.count(part)
    frame.budget.charge_text(len(text) + found * max(len(new) - len(part), 0))
    return normal(text.replace(part, new))


def _replace_in_unknown(text: Unknown, part: str, new: str) -> Value:
    """Known pieces are replaced in; a match across a border, or of a pattern, may change anything."""
    if not (isinstance(text, Fragments) and len(part) == 1):
        return like(text, STRING, not_null=True)
    pieces = [
        piece.replace(part, new) if isinstance(piece, str) else like(piece, STRING, not_null=True)
        for piece in text.parts
    ]
    found: Value = fragments(pieces)
    return found if first_unknown([found]) is not None else like(text, STRING)


def _replace_pattern(frame: Frame, text: str, pattern: str, new: str) -> str:
    compiled = Pattern(pattern)
    template = _template(new)
    data = text.encode("utf-8", "surrogatepass")
    pieces: list[bytes] = []
    position = last_end = length = 0
    while position <= len(data):
        match = compiled.search(data, position)
        if match is None:
            break
        frame.budget.charge(1)
        start, end = match.span()
        pieces.append(data[last_end:start])
        if end > last_end or start == 0:
            pieces.append(_expanded(template, match, compiled))
            length += len(pieces[-1])
            frame.budget.charge_text(length)
        last_end = end
        position = max(end, _after(data, position)) if position < len(data) else position + 1
    pieces.append(data[last_end:])
    return b"".join(pieces).decode("utf-8", "surrogatepass")


def _template(new: str) -> list[tuple[bytes, str]]:
    """(literal bytes, group that follows or "") pairs of a replacement with `$1`, `${name}`, `$$`."""
    parts: list[tuple[bytes, str]] = []
    literal = ""
    position = 0
    while (dollar := new.find("$", position)) >= 0:
        literal += new[position:dollar]
        if new[dollar + 1 : dollar + 2] == "$":
            literal, position = literal + "$", dollar + 2
            continue
        name, position = _group_name(new, dollar + 1)
        if not name:
            literal += "$"
            continue
        parts.append((literal.encode("utf-8", "surrogatepass"), name))
        literal = ""
    parts.append(((literal + new[position:]).encode("utf-8", "surrogatepass"), ""))
    return parts


def _group_name(text: str, position: int) -> tuple[str, int]:
    """The group named at a position, and where its name ends; no name where none is."""
    brace = text.startswith("{", position)
    start = end = position + brace
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    if end == start or (brace and not text.startswith("}", end)):
        return "", position
    return text[start:end], end + brace


def _expanded(template: list[tuple[bytes, str]], match: Any, pattern: Pattern) -> bytes:
    pieces = []
    for literal, name in template:
        pieces.append(literal)
        group = pattern.names.get(name)
        if group is None and name.isascii() and name.isdecimal() and len(name) < 9:
            group = int(name)
        if name and group is not None and group <= pattern.groups:
            pieces.append(match.group(group) or b"")
    return b"".join(pieces)


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {"regex": regex, "regexall": regexall, "replace": replace}
