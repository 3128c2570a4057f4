"""Functions on strings that need no pattern: case, trimming, splitting, joining.

Facts: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/string.go
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.conversion import normal
from scanner.loaders.terraform.evaluate_templates import fragments
from scanner.loaders.terraform.functions.arguments import whole_number
from scanner.loaders.terraform.functions.characters import clusters
from scanner.loaders.terraform.types import BOOL, STRING, Collection
from scanner.loaders.terraform.values import EvalError, List, Value, like
from scanner.model import Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame

SPACE: Final = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Go's `unicode.IsSpace` calls a space."""


def chomp(frame: Frame, text: str) -> Value:
    """`chomp(s)`: without the newlines at its end."""
    return text.rstrip("\r\n")


def lower(frame: Frame, text: Value) -> Value:
    """`lower(s)`, character by character."""
    if isinstance(text, Unknown):
        return _mapped(text, _lower)
    return normal(_lower(text))


def upper(frame: Frame, text: Value) -> Value:
    """`upper(s)`, character by character."""
    if isinstance(text, Unknown):
        return _mapped(text, _upper)
    return normal(_upper(text))


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(_single(char, char.lower()) for char in text)


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(_single(char, char.upper()) for char in text)


def _single(char: str, mapped: str) -> str:
    """Go maps one code point to one; Python's full mapping may give several."""
    return mapped if len(mapped) == 1 else ("i" if char == "\u0130" else char)


def _mapped(text: Unknown, change: Any) -> Unknown:
    return like(text, STRING, not_null=True, prefix=change(text.prefix), suffix=change(text.suffix))


def title(frame: Frame, text: str) -> Value:
    """`title(s)`: each letter that does not follow a letter, digit, underscore or quote in upper case."""
    result = []
    previous = " "
    for char in text:
        result.append(_single(char, char.title()) if _separates(previous) else char)
        previous = char
    return normal("".join(result))


def _separates(char: str) -> bool:
    """Go's `strings.isSeparator`."""
    if char.isascii():
        return not (char.isalnum() or char == "_")
    return not (char.isalpha() or char.isdecimal()) and char in SPACE


def endswith(frame: Frame, text: Value, suffix: Value) -> Value:
    """`endswith(s, suffix)`: an unknown text may have a known end."""
    if isinstance(suffix, Unknown):
        return like(suffix, BOOL, not_null=True)
    if isinstance(text, Unknown):
        return _decided(text, text.suffix[::-1], suffix[::-1])
    return text.endswith(suffix)


def startswith(frame: Frame, text: Value, prefix: Value) -> Value:
    """`startswith(s, prefix)`: an unknown text may have a known beginning."""
    if isinstance(prefix, Unknown):
        return like(prefix, BOOL, not_null=True)
    if isinstance(text, Unknown):
        return _decided(text, text.prefix, prefix)
    return text.startswith(prefix)


def _decided(text: Unknown, known: str, wanted: str) -> Value:
    if known.startswith(wanted):
        return True
    return like(text, BOOL, not_null=True) if wanted.startswith(known) else False


def strcontains(frame: Frame, text: Value, part: Value) -> Value:
    """`strcontains(s, part)`."""
    if isinstance(part, Unknown):
        return like(part, BOOL, not_null=True)
    if isinstance(text, Unknown):
        return True if part in text.prefix or part in text.suffix else like(text, BOOL, not_null=True)
    return part in text


def indent(frame: Frame, spaces: Value, text: str) -> Value:
    """`indent(n, s)`: every line but the first."""
    width = whole_number(spaces, "spaces")
    if width < 0:
        raise EvalError("the number of spaces must not be negative")
    frame.budget.charge_text(len(text) + width * text.count("\n"))
    return text.replace("\n", "\n" + " " * width)


def join(frame: Frame, separator: str, *lists: Value) -> Value:
    """`join(separator, lists...)`: with elements that are not known, the pieces that are."""
    if not lists:
        raise EvalError("at least one list is required")
    items = []
    for given in lists:
        if isinstance(given, Unknown):
            return like(given, STRING, not_null=True)
        items.extend(given)
    if None in items:
        raise EvalError("an element is null; cannot concatenate null values")
    total = sum(len(item) for item in items if item.__class__ is str)
    frame.budget.charge_text(total + len(separator) * len(items))
    if all(item.__class__ is str for item in items):
        return normal(separator.join(items))
    pieces = [piece for item in items for piece in (separator, item)][1:]
    return fragments(pieces)


def split(frame: Frame, separator: str, text: Value) -> Value:
    """`split(separator, s)`."""
    if isinstance(text, Unknown):
        return like(text, Collection("list", STRING), not_null=True)
    frame.budget.charge(len(text) if not separator else text.count(separator))
    return List([normal(part) for part in (text.split(separator) if separator else text)], STRING)


def strrev(frame: Frame, text: str) -> Value:
    """`strrev(s)`."""
    return normal("".join(reversed(clusters(text))))


def substr(frame: Frame, text: Value, offset: Value, length: Value) -> Value:
    """`substr(s, offset, length)`: a negative offset counts from the end, a length of -1 takes all;
    so does one of 0 after a negative offset."""
    start, count = whole_number(offset, "offset"), whole_number(length, "length")
    if isinstance(text, Unknown):
        known = start >= 0 and count >= 0 and len(text.prefix) >= start + count and text.prefix.isascii()
        return text.prefix[start : start + count] if known else like(text, STRING, not_null=True)
    parts = clusters(text)
    end = len(parts) if count < 0 or (count == 0 and start < 0) else count
    if start < 0:
        start = max(start + len(parts), 0)
    end = end if count <= 0 else start + count
    return normal("".join(parts[start:end]))


def trim(frame: Frame, text: str, cutset: str) -> Value:
    """`trim(s, characters)`."""
    return text.strip(cutset) if cutset else text


def trimprefix(frame: Frame, text: Value, prefix: str) -> Value:
    """`trimprefix(s, prefix)`."""
    if isinstance(text, Unknown):
        if text.prefix and not prefix.startswith(text.prefix):
            rest = text.prefix.removeprefix(prefix)
            return like(text, STRING, not_null=True, prefix=rest, suffix=text.suffix)
        return like(text, STRING, not_null=True, suffix="" if prefix else text.suffix)
    return text.removeprefix(prefix)


def trimsuffix(frame: Frame, text: Value, suffix: str) -> Value:
    """`trimsuffix(s, suffix)`."""
    if isinstance(text, Unknown):
        if text.suffix and not suffix.endswith(text.suffix):
            rest = text.suffix.removesuffix(suffix)
            return like(text, STRING, not_null=True, prefix=text.prefix, suffix=rest)
        return like(text, STRING, not_null=True, prefix="" if suffix else text.prefix)
    return text.removesuffix(suffix)


def trimspace(frame: Frame, text: Value) -> Value:
    """`trimspace(s)`. A text with unknown parts keeps them."""
    if not isinstance(text, Unknown):
        return text.strip(SPACE)
    from scanner.loaders.terraform.values import Fragments

    if not isinstance(text, Fragments):
        return like(text, STRING, not_null=True, prefix=text.prefix.lstrip(SPACE), suffix=text.suffix.rstrip(SPACE))
    parts = list(text.parts)
    if isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(SPACE)
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(SPACE)
    return fragments(parts)


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {
    "chomp": chomp,
    "endswith": endswith,
    "indent": indent,
    "join": join,
    "lower": lower,
    "split": split,
    "startswith": startswith,
    "strcontains": strcontains,
    "strrev": strrev,
    "substr": substr,
    "title": title,
    "trim": trim,
    "trimprefix": trimprefix,
    "trimspace": trimspace,
    "trimsuffix": trimsuffix,
    "upper": upper,
}
