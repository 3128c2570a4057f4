"""A second reading of HCL by python-hcl2, compared with ours: `--cross-check`, and the oracle of our tests.

Compared are structure (blocks, labels, attribute names) and every literal value; what an expression
means is not. python-hcl2 has no positions, so a disagreement stands at our reading of the place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from scanner.model import Diagnostic
from scanner.source.document import Document
from scanner.source.hcl.ast import Body, Expr, Literal, ObjectExpr, TupleExpr, Unary

EXPRESSION: Final = "an expression"
"""Stands for whatever has to be evaluated; two readings need not agree on what it is."""
_MARK: Final = "__is_block__"
_HEREDOC = re.compile(r"<<(-?)([\w-]+)[ \t]*\r?\n(.*?)(?:\r?\n)?[ \t]*\2\Z", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([nrt\"\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))|\$(\$\{)|%(%\{)")
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Disagreement(NamedTuple):
    """One place that the two readers read differently."""

    start: int
    end: int
    ours: str
    theirs: str


def cross_check(document: Document) -> list[Diagnostic]:
    """Reads an HCL document again and says where the readings differ. Nothing is raised for bad input.

    A document that we could not parse whole is not compared.
    """
    if not isinstance(document.tree, Body) or any(each.level == "error" for each in document.diagnostics):
        return []
    from lark.exceptions import LarkError

    try:
        theirs = _second_reading(document.data)
    except (LarkError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return [_diagnostic(document, Disagreement(0, 0, "a whole file", f"an error ({reason})"))]
    return [_diagnostic(document, each) for each in compare(document.tree, theirs)]


def _second_reading(data: bytes) -> dict[str, Any]:
    import hcl2

    text = data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    options = hcl2.SerializationOptions(with_comments=False)
    found: dict[str, Any] = hcl2.loads(text if text.endswith("\n") else text + "\n", serialization_options=options)
    return found


def _diagnostic(document: Document, found: Disagreement) -> Diagnostic:
    message = f"two readers disagree: we read {found.ours}, python-hcl2 reads {found.theirs}"
    hint = "Please report it with the lines: one of the two readers is wrong."
    return Diagnostic("GR-CROSS-CHECK", "warning", message, hint, document.path, document.span(found.start, found.end))


def compare(body: Body, theirs: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Where our body differs from a python-hcl2 tree."""
    ours: dict[str, list[Any]] = defaultdict(list)
    for block in body.blocks:
        ours[block.type].append(block)
    names = {name for name in theirs if name != _MARK}
    for name in sorted(names - body.attributes.keys() - ours.keys()):
        yield Disagreement(0, 0, f"no `{name}`", f"`{name}`")
    for name, attribute in body.attributes.items():
        if name not in names:
            yield Disagreement(attribute.start, attribute.end, f"`{name}`", f"no `{name}`")
        else:
            yield from _compare_value(attribute.expr, theirs[name])
    for name, blocks in ours.items():
        yield from _compare_blocks(name, blocks, theirs.get(name))


def _compare_blocks(name: str, blocks: list[Any], theirs: Any) -> Iterator[Disagreement]:
    found = theirs if isinstance(theirs, list) else []
    if len(found) != len(blocks):
        first = blocks[0]
        yield Disagreement(first.start, first.header_end, f"{len(blocks)} `{name}` blocks", f"{len(found)} of them")
        return
    for block, tree in zip(blocks, found, strict=True):
        inner = tree
        for label in block.labels:
            inner = _labelled(inner, label)
        if not isinstance(inner, dict):
            yield Disagreement(block.start, block.header_end, f"the labels {block.labels}", f"{sorted(tree)}")
        else:
            yield from compare(block.body, inner)


def _labelled(tree: Any, label: str) -> Any:
    if not isinstance(tree, dict):
        return None
    for key, value in tree.items():
        if isinstance(key, str) and _text(key) == label:
            return value
    return None


def _compare_value(expr: Expr, theirs: Any) -> Iterator[Disagreement]:
    if isinstance(expr, TupleExpr) and isinstance(theirs, list) and len(theirs) == len(expr.items):
        for item, other in zip(expr.items, theirs, strict=True):
            yield from _compare_value(item, other)
        return
    if isinstance(expr, ObjectExpr) and isinstance(theirs, dict):
        yield from _compare_object(expr, theirs)
        return
    ours, second = _plain(expr), _second(theirs)
    if ours is EXPRESSION and second is EXPRESSION:
        return
    if type(ours) is not type(second) or ours != second:
        yield Disagreement(expr.start, expr.end, _shown(ours), _shown(second))


def _compare_object(expr: ObjectExpr, theirs: Mapping[str, Any]) -> Iterator[Disagreement]:
    second = {_key(key): value for key, value in theirs.items() if key != _MARK}
    for key, value in expr.items:
        name = _plain(key)
        if not isinstance(name, str) or name is EXPRESSION:
            continue  # keys that are worked out have no name yet
        if name in second:
            yield from _compare_value(value, second[name])
        else:
            yield Disagreement(key.start, key.end, f"the key `{name}`", f"the keys {sorted(second)}")


def _key(key: Any) -> str:
    text = str(key)
    return _text(text) if text.startswith('"') else text


def _plain(expr: Expr) -> Any:
    """Our literal as a plain value; EXPRESSION for what has to be evaluated."""
    if isinstance(expr, Literal):
        value = expr.value
        return Decimal(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else value
    if isinstance(expr, Unary) and expr.operator == "-":
        inner = _plain(expr.operand)
        return -inner if isinstance(inner, Decimal) else EXPRESSION
    return EXPRESSION


def _second(value: Any) -> Any:
    """Their literal as a plain value."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return Decimal(str(value))
    if not isinstance(value, str) or not value.startswith('"'):
        return _bare(value)
    inner = value[1:-1]
    heredoc = _HEREDOC.match(inner) if inner.startswith("<<") else None
    if heredoc is not None:
        return EXPRESSION if _has_template(inner) else _heredoc(heredoc)
    return EXPRESSION if _has_template(inner) else _text(value)


def _bare(value: Any) -> Any:
    """What stands without quotes: a number in its own notation, or an expression."""
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value):
        return Decimal(value)
    return EXPRESSION


def _has_template(text: str) -> bool:
    return bool(re.search(r"(?<!\$)\$\{|(?<!%)%\{", text))


def _heredoc(match: re.Match[str]) -> str:
    """The text of a heredoc without interpolation; `<<-` takes away the least indentation."""
    lines = match[3].split("\n") if match[3] else []
    if match[1]:
        depth = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), default=0)
        lines = [line[depth:] for line in lines]
    text = "".join(f"{line}\n" for line in lines)
    return text.replace("$${", "${").replace("%%{", "%{")


def _text(quoted: str) -> str:
    inner = quoted[1:-1] if quoted.startswith('"') else quoted
    return _ESCAPE.sub(_unescaped, inner)


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return _ESCAPED[match[1]]
    if match[2] or match[3]:
        return chr(int(match[2] or match[3], 16))
    return match[4] or match[5]


def _shown(value: Any) -> str:
    return value if value is EXPRESSION else repr(str(value) if isinstance(value, Decimal) else value)
