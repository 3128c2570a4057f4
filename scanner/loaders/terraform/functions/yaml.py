"""`yamlencode` and `yamldecode`, by PyYAML's events and Terraform's own rules for plain scalars.

Facts: https://github.com/zclconf/go-cty-yaml
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.terraform.budget import Budget, BudgetExceeded
from scanner.loaders.terraform.conversion import convert, normal
from scanner.loaders.terraform.evaluate_numbers import number_text, parse_number
from scanner.loaders.terraform.functions.json_text import resolved
from scanner.loaders.terraform.types import STRING
from scanner.loaders.terraform.values import EvalError, Value, first_unknown, like
from scanner.model import Encoded, Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame

_TRUE = frozenset(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))
_FALSE = frozenset(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"))
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,9})?", re.ASCII)
_TAG = "tag:yaml.org,2002:"


def yamlencode(frame: Frame, value: Value) -> Value:
    """`yamlencode(value)`."""
    import yaml

    unknown = first_unknown([value])
    if unknown is not None:
        text = like(unknown, STRING, not_null=True)
        return text if unknown is value else Encoded(resolved(value), "yaml", text)
    events = [
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_events(resolved(value), yaml),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ]
    dumper = getattr(yaml, "CDumper", yaml.Dumper)
    emitted: str = yaml.emit(events, Dumper=dumper, allow_unicode=True)
    plain = not isinstance(value, str | list | dict)
    return normal(emitted + "...\n" if plain and not emitted.endswith("...\n") else emitted)


def _events(value: Value, yaml: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield yaml.SequenceStartEvent(None, None, True, flow_style=not value)
        for item in value:
            yield from _events(item, yaml)
        yield yaml.SequenceEndEvent()
    elif isinstance(value, dict):
        yield yaml.MappingStartEvent(None, None, True, flow_style=not value)
        for key in sorted(value):
            yield _scalar(key, yaml)
            yield from _events(value[key], yaml)
        yield yaml.MappingEndEvent()
    else:
        yield _scalar(value, yaml)


def _scalar(value: Value, yaml: Any) -> Any:
    style = None
    if isinstance(value, str):
        text, style = value, "|" if "\n" in value else '"'
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | Decimal):
        text = number_text(value)
    else:
        text = "null"
    return yaml.ScalarEvent(None, None, (True, True), text, style=style)


def yamldecode(frame: Frame, text: Value) -> Value:
    """`yamldecode(s)`. Of a document with unknown parts: the document."""
    if isinstance(text, Unknown):
        return text.document if isinstance(text, Encoded) else like(text)
    import yaml

    parser = getattr(yaml, "CParser", None)
    events = yaml.parse(text, Loader=_loader(yaml) if parser is None else yaml.CLoader)
    try:
        return _Reader(events, yaml, frame.budget).document()
    except yaml.YAMLError as error:
        raise EvalError(f"invalid YAML: {getattr(error, 'problem', None) or error}") from None


def _loader(yaml: Any) -> Any:
    return yaml.SafeLoader


class _Reader:
    """Builds a value from parser events, within budget."""

    def __init__(self, events: Iterator[Any], yaml: Any, budget: Budget) -> None:
        self.events = events
        self.yaml = yaml
        self.budget = budget
        self.anchors: dict[str, tuple[Value, int]] = {}
        self.pending: set[str] = set()
        self.size = 0
        """Nodes so far, aliases counted as what they stand for."""

    def document(self) -> Value:
        """The only document of the stream."""
        next(self.events)
        if not isinstance(next(self.events), self.yaml.DocumentStartEvent):
            raise EvalError("invalid YAML: missing start of document")
        value = self._node(next(self.events), 0)
        next(self.events)
        if not isinstance(next(self.events), self.yaml.StreamEndEvent):
            raise EvalError("invalid YAML: only a single document is allowed")
        return value

    def _node(self, event: Any, depth: int) -> Value:
        if depth > self.budget.max_depth:
            raise BudgetExceeded(f"YAML nested deeper than {self.budget.max_depth} levels")
        if isinstance(event, self.yaml.AliasEvent):
            return self._alias(event.anchor)
        before = self.size
        self._count(1)
        anchor = event.anchor
        if anchor:
            self.pending.add(anchor)
        value = self._value(event, depth)
        if anchor:
            self.pending.discard(anchor)
            self.anchors[anchor] = (value, self.size - before)
        return value

    def _value(self, event: Any, depth: int) -> Value:
        if isinstance(event, self.yaml.ScalarEvent):
            return resolve(event)
        tag = (event.tag or "").removeprefix(_TAG)
        if isinstance(event, self.yaml.SequenceStartEvent):
            if tag not in ("", "seq"):
                raise EvalError(f"can't interpret sequence as {event.tag}")
            return self._sequence(depth)
        if tag not in ("", "map"):
            raise EvalError(f"can't interpret mapping as {event.tag}")
        return self._mapping(depth)

    def _count(self, nodes: int) -> None:
        self.size += nodes
        self.budget.charge(nodes)

    def _alias(self, anchor: str) -> Value:
        if anchor in self.pending:
            raise EvalError(f'cannot refer to anchor "{anchor}" from inside its own definition')
        if anchor not in self.anchors:
            raise EvalError(f'reference to undefined anchor "{anchor}"')
        value, size = self.anchors[anchor]
        self._count(size)
        return value

    def _sequence(self, depth: int) -> list[Value]:
        items = []
        while not isinstance(event := next(self.events), self.yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[str, Value]:
        entries: dict[str, Value] = {}
        while not isinstance(event := next(self.events), self.yaml.MappingEndEvent):
            if not isinstance(event, self.yaml.ScalarEvent):
                raise EvalError("only strings are allowed as mapping keys")
            if (event.value == "<<" and not event.tag) or event.tag == _TAG + "merge":
                self._merge(entries, self._node(next(self.events), depth + 1))
                continue
            key = resolve(event)
            if key is None:
                raise EvalError("mapping key cannot be null")
            entries[convert(key, STRING)] = self._node(next(self.events), depth + 1)
        return entries

    def _merge(self, entries: dict[str, Value], value: Value) -> None:
        for mapping in value if isinstance(value, list) else [value]:
            if not isinstance(mapping, dict):
                raise EvalError("cannot merge this into a mapping")
            entries.update(mapping)


def resolve(event: Any) -> Value:
    """The value of a scalar."""
    tag, text = event.tag or "", event.value
    kind = tag.removeprefix(_TAG) if tag.startswith(_TAG) else tag
    if kind not in ("", "!", "str", "bool", "int", "float", "null", "timestamp", "binary"):
        raise EvalError(f'unsupported tag "{tag}"')
    if kind in ("str", "binary", "!") or (event.style in ("'", '"') and kind in ("", "str")):
        return normal(text)
    if kind == "" and event.style in ("|", ">"):
        return _plain(text)
    return _plain(text) if kind == "" else _tagged(kind, text)


def _plain(text: str) -> Value:
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text in _NULL:
        return None
    if text[:1] not in "+-.0123456789":
        return normal(text)
    if text.lower() in (".inf", "+.inf", "-.inf") and text.lstrip("+-") in (".inf", ".Inf", ".INF"):
        return Decimal("-Infinity" if text[0] == "-" else "Infinity")
    if text in (".nan", ".NaN", ".NAN"):
        raise EvalError("floating point NaN is not supported")
    return _number_or_text(text)


def _number_or_text(text: str) -> Value:
    if text[0] == ".":
        return _try_number(text)
    if len(text) > 5 and text[:4].isdecimal() and text[4] == "-":
        from scanner.loaders.terraform.functions.time import yaml_timestamp

        stamp = yaml_timestamp(text)
        if stamp is not None:
            return stamp
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else parse_number(text)
    return parse_number(text) if _FLOAT.fullmatch(text) else normal(text)


def _try_number(text: str) -> Value:
    try:
        return parse_number(text)
    except EvalError:
        return normal(text)


def _tagged(kind: str, text: str) -> Value:
    value = _plain(text)
    fits = {
        "bool": isinstance(value, bool),
        "null": True,
        "timestamp": isinstance(value, str),
        "int": isinstance(value, int | Decimal) and not isinstance(value, bool),
        "float": isinstance(value, int | Decimal) and not isinstance(value, bool),
    }[kind]
    if not fits:
        raise EvalError(f"cannot parse {text!r} as !!{kind}")
    return None if kind == "null" else value


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {"yamldecode": yamldecode, "yamlencode": yamlencode}
