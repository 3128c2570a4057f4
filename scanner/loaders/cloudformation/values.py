"""Values of templates beyond the plain ones: what removes a property, unknowns of which something is known, and texts
made of parts. What the functions of a template do with them is in `functions`."""

from __future__ import annotations

import json
import os.path
from collections.abc import Iterable, Sequence
from typing import Any, Final

from scanner.model import Block, Encoded, Fragments, OneOf, SourceSpan, Unknown


class NoValue:
    """The class of `NO_VALUE`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "AWS::NoValue"


_MOST_PIECES: Final = 64
NO_VALUE: Final = NoValue()
"""`AWS::NoValue`: removes the property or list element that it is the value of."""


def one_of(choices: Sequence[str], like: Unknown) -> OneOf:
    """An unknown text that is one of a few. Of a secret's default nothing shows but to who looks inside."""
    if like.code == "secret":
        return OneOf(tuple(choices), like)
    return OneOf(tuple(choices), like, prefix=common_prefix(choices), suffix=common_suffix(choices))


class StartOfList(Unknown):
    """A list of unknown length whose first elements are known."""

    __slots__ = ("head",)

    def __init__(self, head: Sequence[Any], like: Unknown) -> None:
        super().__init__(
            like.code,
            like.text,
            span=like.span,
            identities=like.identities,
            not_null=True,
            contains=tuple(head),
            literal=like.literal,
        )
        self.head = tuple(head)


def common_prefix(texts: Sequence[str]) -> str:
    """The longest start that all texts share."""
    return os.path.commonprefix(list(texts))  # noqa: RUF071 - letter by letter is what is meant


def common_suffix(texts: Sequence[str]) -> str:
    """The longest end that all texts share."""
    return common_prefix([text[::-1] for text in texts])[::-1]


def choices_of(value: Any) -> tuple[str, ...] | None:
    """The texts a value may be, one for a known scalar; None where that is not known."""
    if isinstance(value, OneOf):
        return tuple(each for each in value.choices if isinstance(each, str))
    text = as_text(value)
    return None if text is None else (text,)


def as_text(value: Any) -> str | None:
    """A scalar as CloudFormation writes it into a text; None for what is no scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return None


def same(left: Any, right: Any) -> bool | None:
    """Whether two values are equal as `Fn::Equals` takes them, without regard to their type; None where unknown."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _same_unknown(left, right)
    if isinstance(left, list) and isinstance(right, list):
        return _same_parts([(one, other) for one, other in zip(left, right, strict=False)], len(left) == len(right))
    if isinstance(left, dict) and isinstance(right, dict):
        shared = [(left[key], right[key]) for key in left if key in right]
        return _same_parts(shared, left.keys() == right.keys())
    return as_text(left) == as_text(right) and type(left) not in (list, dict) and type(right) not in (list, dict)


def _same_parts(pairs: Iterable[tuple[Any, Any]], alike: bool) -> bool | None:
    answers = [same(one, other) for one, other in pairs] if alike else [False]
    if False in answers:
        return False
    return None if None in answers else True


def _same_unknown(left: Any, right: Any) -> bool | None:
    both = isinstance(left, Unknown) and isinstance(right, Unknown)
    if both and not set(left.identities).isdisjoint(right.identities):
        return True
    ours, theirs = choices_of(left), choices_of(right)
    if ours is not None and theirs is not None:
        if set(ours).isdisjoint(theirs):
            return False
        return True if len(ours) == len(theirs) == 1 else None
    heads = sorted((_prefix(left), _prefix(right)), key=len)
    tails = sorted((_suffix(left), _suffix(right)), key=len)
    return None if heads[1].startswith(heads[0]) and tails[1].endswith(tails[0]) else False


def _prefix(value: Any) -> str:
    return value.prefix if isinstance(value, Unknown) else as_text(value) or ""


def _suffix(value: Any) -> str:
    return value.suffix if isinstance(value, Unknown) else as_text(value) or ""


def has_unknown(value: Any) -> Unknown | None:
    """The first Unknown in a tree, or a block that may not exist; None for a wholly known one."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Block) and value.existence is not None:
        return value.existence
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for each in inner if (found := has_unknown(each)) is not None), None)


def joined(parts: Sequence[str | Unknown], span: SourceSpan | None = None) -> Any:
    """Texts in a row as one. With unknown parts: Unknown with what is known of its start and end; an encoded
    document where it is JSON around them; the part itself where there is no other."""
    parts = _run_together(parts)
    unknown = [part for part in parts if isinstance(part, Unknown)]
    if not unknown:
        return "".join(part for part in parts if isinstance(part, str))
    if len(parts) == 1:
        return unknown[0]
    why = next((part for part in unknown if part.code == "secret"), unknown[0])
    made = _text(parts, why)
    made.identities, made.literal = _composed(parts), why.literal
    document = _document(parts, made)
    return made if document is None else document


def _text(parts: list[str | Unknown], why: Unknown) -> Unknown:
    if len(parts) <= _MOST_PIECES:
        return Fragments(parts, why)
    ends = Fragments([parts[0], parts[-1]], why)
    return Unknown(
        why.code, why.text, span=why.span, not_null=True, prefix=ends.prefix, suffix=ends.suffix, type="string"
    )


def _run_together(parts: Sequence[str | Unknown]) -> list[str | Unknown]:
    """The parts, and those of parts, with neighbouring texts as one, and no empty ones."""
    out: list[str | Unknown] = []
    texts: list[str] = []
    flat = (piece for part in parts for piece in (part.parts if part.__class__ is Fragments else (part,)))
    for part in (*flat, None):
        if isinstance(part, str):
            texts.append(part)
            continue
        if any(texts):
            out.append("".join(texts))
        texts.clear()
        if part is not None:
            out.append(part)
    return out


def _composed(parts: Sequence[str | Unknown]) -> tuple[str, ...]:
    """One identity of a text whose parts all have one: two such texts that are made alike are equal."""
    if not all(isinstance(part, str) or part.identities for part in parts):
        return ()
    texts = [part if isinstance(part, str) else f"${{{part.identities[0]}}}" for part in parts]
    return ("".join(texts),)


def _document(parts: Sequence[str | Unknown], made: Unknown) -> Encoded | None:
    """The JSON document that a text with holes is; a hole may stand inside a string or as a whole value."""
    if not isinstance(parts[0], str) or parts[0].lstrip()[:1] not in ("{", "["):
        return None
    holes: dict[str, Unknown] = {}
    text = ""
    for part in parts:
        if isinstance(part, Unknown):
            mark = f"\ue000{len(holes)}\ue001"
            holes[mark] = part
            part = mark
        text += part
    for candidate in (text, _quoted_holes(text)):
        try:
            return Encoded(_filled(json.loads(candidate, strict=False), holes), "json", made)
        except (ValueError, RecursionError):
            continue
    return None


def _quoted_holes(text: str) -> str:
    """Quotes around holes that stand outside strings: `"Port": ${Port}`."""
    pieces: list[str] = []
    inside = escaped = False
    for letter in text:
        quoted = not inside and letter in "\ue000\ue001"
        pieces.append(f'"{letter}' if quoted and letter == "\ue000" else f'{letter}"' if quoted else letter)
        inside = inside != (letter == '"' and not escaped)
        escaped = letter == "\\" and not escaped
    return "".join(pieces)


def _filled(tree: Any, holes: dict[str, Unknown]) -> Any:
    if isinstance(tree, dict):
        return {key: _filled(value, holes) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_filled(value, holes) for value in tree]
    if not isinstance(tree, str) or "\ue000" not in tree:
        return tree
    parts: list[str | Unknown] = []
    for piece in tree.replace("\ue001", "\ue001\0").replace("\ue000", "\0\ue000").split("\0"):
        parts.append(holes.get(piece, piece))
    return joined(parts)
