"""Templates: interpolation, `%{ if }` and `%{ for }`, and texts of which only a part is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.conversion import convert, normal
from scanner.loaders.terraform.evaluate_collections import entries
from scanner.loaders.terraform.evaluate_equality import merged
from scanner.loaders.terraform.evaluate_operators import placed
from scanner.loaders.terraform.types import BOOL, PRIMITIVES, STRING
from scanner.loaders.terraform.values import (
    EvalError,
    Fragments,
    LazyObject,
    Marked,
    Set,
    Value,
    is_null,
    like,
    uncounted,
)
from scanner.model import Unknown
from scanner.source.hcl import ast

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame

MAX_PIECES: Final = 500
"""A text of more pieces keeps only its known ends, so that texts of texts do not grow without end."""
Part = Any
"""str or Unknown: a piece of a text."""


def template(node: ast.Template, frame: Frame) -> Value:
    """A text with interpolations or directives."""
    frame.budget.enter()
    handlers = frame.handlers
    parts: list[Part] = []
    marked = False
    for part in node.parts:
        if part.__class__ is str:
            parts.append(part)
            continue
        value = handlers[part.__class__](part, frame)
        if value.__class__ is Marked:
            value, marked = value.value, True
        parts.append(value if value.__class__ is str else _text(value, part))  # type: ignore[arg-type]  # an Expr
    result = joined(parts, frame)
    frame.budget.depth -= 1
    return Marked(result) if marked else result


def template_wrap(node: ast.TemplateWrap, frame: Frame) -> Value:
    """`"${x}"`: the value itself, of whatever type."""
    return frame.handlers[node.expr.__class__](node.expr, frame)


def _text(value: Value, node: ast.Expr) -> Part:
    try:
        if is_null(value):
            raise EvalError("cannot include a null value in a string template")
        return convert(value, STRING)
    except EvalError as error:
        raise placed(error, node) from None


def joined(parts: list[Part], frame: Frame) -> Value:
    """The pieces as one text: a str, or Fragments where a piece is not known."""
    frame.budget.charge_text(sum(map(_length, parts)))
    try:
        return normal("".join(parts))
    except TypeError:
        return fragments(parts)


def _length(part: Part) -> int:
    if part.__class__ is str:
        return len(part)
    return sum(map(_length, part.parts)) if part.__class__ is Fragments else 0


def fragments(parts: Iterable[Part]) -> Value:
    """A text of pieces, neighbouring known ones joined."""
    pieces: list[Part] = []
    for part in parts:
        for piece in part.parts if part.__class__ is Fragments else (part,):
            if pieces and isinstance(piece, str) and isinstance(pieces[-1], str):
                pieces[-1] += piece
            elif not isinstance(piece, str) or piece:
                pieces.append(piece)
    unknown = next((piece for piece in pieces if isinstance(piece, Unknown)), None)
    if unknown is None:
        return normal("".join(pieces))
    if len(pieces) == 1 and unknown.__class__ is Unknown:
        return as_text(unknown)
    if len(pieces) > MAX_PIECES:
        ends = Fragments([pieces[0], pieces[-1]], unknown)
        return like(unknown, STRING, not_null=True, prefix=ends.prefix, suffix=ends.suffix)
    return Fragments(pieces, unknown)


def as_text(unknown: Unknown) -> Unknown:
    """The Unknown as a string that is not null, still what it was: a text of nothing but one interpolation."""
    return Unknown(
        unknown.code, unknown.text, span=unknown.span, identities=unknown.identities, not_null=True,
        prefix=unknown.prefix, suffix=unknown.suffix, type=STRING, literal=unknown.literal,
    )  # fmt: skip


def template_if(node: ast.TemplateIf, frame: Frame) -> Value:
    """`%{ if c }...%{ else }...%{ endif }`."""
    frame.budget.enter()
    value = frame.handlers[node.condition.__class__](node.condition, frame)
    marked = value.__class__ is Marked
    try:
        plain = value.value if marked else value
        if is_null(plain):
            raise EvalError("the condition value is null")
        condition = convert(plain, BOOL)
    except EvalError as error:
        raise placed(error, node.condition) from None
    result = _branch(node, condition, frame)
    frame.budget.depth -= 1
    return Marked(result) if marked else result


def _branch(node: ast.TemplateIf, condition: Value, frame: Frame) -> Value:
    if not isinstance(condition, Unknown):
        return _part(node.yes if condition else node.no, frame)
    try:
        return merged(_part(node.yes, frame), _part(node.no, frame), condition)
    except EvalError:
        return like(condition, STRING, not_null=True)


def _part(node: ast.Expr | None, frame: Frame) -> Value:
    if node is None:
        return ""
    value = frame.handlers[node.__class__](node, frame)
    if value.__class__ is Marked:
        return Marked(_text(value.value, node))
    return _text(value, node)


def template_for(node: ast.TemplateFor, frame: Frame) -> Value:
    """`%{ for k, v in c }...%{ endfor }`."""
    frame.budget.enter()
    collection = frame.handlers[node.collection.__class__](node.collection, frame)
    marked = collection.__class__ is Marked
    collection = collection.value if marked else collection
    if isinstance(collection, LazyObject):
        collection = collection.materialise()
    try:
        parts = _iterated(node, collection, frame)
    except EvalError as error:
        raise placed(error, node) from None
    for position, part in enumerate(parts):
        if part.__class__ is Marked:
            parts[position], marked = part.value, True
    result = joined(parts, frame)
    frame.budget.depth -= 1
    return Marked(result) if marked else result


def _iterated(node: ast.TemplateFor, collection: Value, frame: Frame) -> list[Part]:
    if isinstance(collection, Unknown):
        if collection.type in PRIMITIVES:
            raise EvalError("this value cannot be used as the collection in a 'for' directive")
        return [like(collection, STRING, not_null=True)]
    if is_null(collection):
        raise EvalError("a null value cannot be used as the collection in a 'for' directive")
    names = dict(frame.names)
    inner = frame.with_names(names)
    unknown = uncounted(collection) if isinstance(collection, Set) else None
    if unknown is not None:
        return [like(unknown, STRING, not_null=True)]
    parts: list[Part] = []
    length = 0
    frame.budget.weigh(collection if isinstance(collection, list | dict) else ())
    for key, value in entries(collection):
        frame.budget.steps -= 1
        if node.key_name:
            names[node.key_name] = key
        names[node.value_name] = value
        part = _part(node.body, inner)
        length += len(part) if isinstance(part, str) else 0
        frame.budget.charge_text(length)
        parts.append(part)
    return parts
