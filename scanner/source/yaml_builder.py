"""Located trees built from the events of one YAML stream, within a depth and an alias budget."""

from __future__ import annotations

from typing import Any, Final

import yaml
from yaml import events

from scanner.model import Diagnostic, Limits, Unknown
from scanner.source.document import Document
from scanner.source.located import ByteOffsets, EntrySpan, LocatedDict, LocatedList
from scanner.source.scalars import NotFinite, plain_value

_STANDARD: Final = "tag:yaml.org,2002:"
_PLAIN_TAGS: Final = frozenset({"int", "float", "bool", "null"})
_SHORT: Final = frozenset({
    "!And", "!Base64", "!Cidr", "!Condition", "!Equals", "!FindInMap", "!GetAZs", "!GetAtt", "!If", "!ImportValue",
    "!Join", "!Length", "!Not", "!Or", "!Ref", "!Select", "!Split", "!Sub", "!ToJsonString", "!Transform",
})  # fmt: skip
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html"""
_RAIN: Final = "!Rain::"
"""Directives of a tool that makes templates: https://aws-cloudformation.github.io/rain/"""
_SHORT_BOOLEANS: Final = {"y": True, "Y": True, "n": False, "N": False}
"""Read so by goyaml.v2 of https://github.com/kubernetes-sigs/yaml (resolve.go), and by no reader of templates."""
_AS_THEY_ARE: Final = frozenset({"!Ref", "!Condition"})
_LEAVES: Final = frozenset({events.ScalarEvent, events.AliasEvent})
_MOST_TOLD: Final = 100
_IN_PROGRESS: Final = object()


class TooDeep(Exception):
    """Nesting beyond the limit, at a byte offset."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.start = start


def _end_of(value: Any, event: Any) -> int:
    """Where a value ends, in characters: the event of a collection is only where it begins."""
    if event.__class__ not in _LEAVES and isinstance(value, LocatedDict | LocatedList):
        return value._end
    end: int = event.end_mark.index
    return end


class _PlainValues(dict[str, Any]):
    """The values of plain scalars; most texts of a file stand there more than once."""

    def __init__(self, short_booleans: bool) -> None:
        super().__init__(_SHORT_BOOLEANS if short_booleans else {})

    def __missing__(self, text: str) -> Any:
        value = self[text] = plain_value(text)
        return value


class Builder:
    """Builds the documents of one stretch of a text."""

    def __init__(self, document: Document, limits: Limits, offset: ByteOffsets, shift: int, short_tags: bool) -> None:
        """`shift`: where the stretch begins in the text, in characters."""
        self.diagnostics: list[Diagnostic] = []
        self._document = document
        self._limits = limits
        self._offset = offset
        self._shift = shift
        self._short_tags = short_tags
        self._anchors: dict[str, Any] = {}
        self._sizes: dict[str, int] = {}
        self._plain_values = _PlainValues(document.kind == "kubernetes")
        self._made: list[LocatedDict | LocatedList] = []
        self._size = 0
        self._depth = 0
        self._over = False
        self._next: Any = None

    def build(self, text: str) -> list[Any]:
        """The value of each document that is not empty. Raises yaml.YAMLError and TooDeep."""
        make: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a build without libyaml is slower, no more
        parser: Any = make(text)
        self._next = parser.get_event
        values: list[Any] = []
        try:
            while not isinstance(event := self._next(), events.StreamEndEvent):
                if isinstance(event, events.DocumentStartEvent):
                    self._anchors.clear()
                    self._sizes.clear()
                    self._size = 0
                    first = self._next()
                    value = self._node(first)
                    empty = isinstance(first, events.ScalarEvent) and value is None
                    if not empty:
                        values.append(value)
        finally:
            parser.dispose()
        if self._shift or not self._offset.ascii:
            self._to_bytes()
        return values

    def _place(self, index: int) -> int:
        return self._offset(index + self._shift)

    def _to_bytes(self) -> None:
        """Places are noted in characters of the stretch, which in most files are bytes of the text already."""
        place = self._place if self._shift else self._offset
        for made in self._made:
            made._start, made._end = place(made._start), place(made._end)
            if isinstance(made, LocatedDict):
                made._spans = {
                    key: (place(a), place(b), place(c), place(d)) for key, (a, b, c, d) in made._spans.items()
                }
            else:
                made._spans = [(place(start), place(end)) for start, end in made._spans]

    def _node(self, event: Any) -> Any:
        kind = event.__class__
        if kind is events.ScalarEvent and event.tag is None and event.anchor is None:
            self._size += 1
            return self._plain(event.value, event) if event.implicit[0] else event.value
        if kind is events.AliasEvent:
            return self._alias(event)
        before = self._size
        self._size = before + 1
        anchor = event.anchor
        if anchor is not None:
            self._anchors[anchor] = _IN_PROGRESS
        if kind is events.ScalarEvent:
            value = self._scalar(event)
        elif kind is events.MappingStartEvent:
            value = self._mapping(event)
        else:
            value = self._sequence(event)
        tag = event.tag
        if tag is not None and not tag.startswith(_STANDARD) and tag != "!":
            value = self._tagged(tag, value, event)
        if anchor is not None:
            self._anchors[anchor] = value
            self._sizes[anchor] = self._size - before
        return value

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if event.implicit[0]:
            return self._plain(text, event)
        tag = event.tag
        if tag is None or tag == "!" or not tag.startswith(_STANDARD):
            return text
        name = tag[len(_STANDARD) :]
        if name == "str":
            return text
        if name in _PLAIN_TAGS:
            return self._plain(text, event)
        return self._unknown_tag("!!" + name, event)

    def _plain(self, text: str, event: Any) -> Any:
        try:
            return self._plain_values[text]
        except NotFinite:
            shown = text if len(text) <= 40 else text[:37] + "..."
            message = f"{shown} is not a number that can be compared"
            span = self._span(event)
            self._tell("GR-NUMBER", "warning", message, "Write a finite number, or quote the text.", event)
            return Unknown("invalid", message, span=span, not_null=True)

    def _sequence(self, event: Any) -> Any:
        self._deeper(event)
        out = LocatedList()
        spans: list[tuple[int, int]] = []
        take, end_class = self._next, events.SequenceEndEvent
        while (item := take()).__class__ is not end_class:
            value = self._node(item)
            out.append(value)
            # A block collection ends where the next line begins: take the end of its last item.
            spans.append((item.start_mark.index, _end_of(value, item)))
        self._close(out, event, item, spans[-1][1] if spans else 0)
        out._spans = spans
        return self._standard(out, event, "seq")

    def _mapping(self, event: Any) -> Any:
        self._deeper(event)
        out = LocatedDict()
        spans: dict[str, EntrySpan] = {}
        merges: list[Any] = []
        take, node, end_class = self._next, self._node, events.MappingEndEvent
        scalar: Any = events.ScalarEvent
        end = 0
        while (key_event := take()).__class__ is not end_class:
            if key_event.__class__ is scalar and key_event.anchor is None:
                self._size += 1
                key = key_event.value
            else:
                key = self._key(key_event)
            value_event = take()
            value = node(value_event)
            end = value_event.end_mark.index if value_event.__class__ is scalar else _end_of(value, value_event)
            if key == "<<" and key_event.__class__ is scalar and key_event.implicit[0]:
                merges.append(value)
                continue
            if key in out:
                self._duplicate(out, key, value, key_event)
            out[key] = value
            spans[key] = (key_event.start_mark.index, key_event.end_mark.index, value_event.start_mark.index, end)
        self._close(out, event, key_event, end)
        out._spans = spans
        for merged in merges:
            self._merge(out, merged, event)
        return self._standard(out, event, "map")

    def _close(self, out: LocatedDict | LocatedList, event: Any, end_event: Any, last: int) -> None:
        self._depth -= 1
        out._start = event.start_mark.index
        out._end = end_event.end_mark.index if event.flow_style else max(last, out._start)
        self._made.append(out)

    def _standard(self, out: Any, event: Any, name: str) -> Any:
        tag = event.tag
        if tag is not None and tag.startswith(_STANDARD) and tag != _STANDARD + name:
            return self._unknown_tag("!!" + tag[len(_STANDARD) :], event)
        return out

    def _key(self, event: Any) -> str:
        if event.__class__ is events.ScalarEvent:
            self._size += 1
            text: str = event.value
            if event.anchor is not None:
                self._anchors[event.anchor] = text
                self._sizes[event.anchor] = 1
            return text
        value = self._node(event)
        if isinstance(value, str):
            return value
        self._tell("GR-YAML-KEY", "warning", "a key that is not a scalar", "Write a plain text as key.", event)
        return f"? line {event.start_mark.line + 1}"

    def _duplicate(self, out: LocatedDict, key: str, value: Any, event: Any) -> None:
        if not hasattr(out, "_duplicates"):
            out._duplicates = {}
        out._duplicates.setdefault(key, [out[key]]).append(value)
        shown = key if len(key) <= 40 else key[:37] + "..."
        message = f"the key `{shown}` is given more than once; every value is judged"
        self._tell("GR-DUP-KEY", "warning", message, "Remove all but one.", event)

    def _merge(self, out: LocatedDict, merged: Any, event: Any) -> None:
        """Take the entries of `<<` that the mapping does not have itself; earlier ones win."""
        if isinstance(merged, LocatedDict):
            for key, value in merged.items():
                if key not in out:
                    out[key] = value
                    out._spans[key] = merged._spans[key]
        elif isinstance(merged, LocatedList) and all(isinstance(item, LocatedDict) for item in merged):
            for item in merged:
                self._merge(out, item, event)
        elif not isinstance(merged, Unknown):
            self._tell("GR-YAML-MERGE", "warning", "`<<` merges something that is no mapping", "", event)

    def _alias(self, event: Any) -> Any:
        name = event.anchor
        value = self._anchors.get(name, self)
        if value is self:
            mark: Any = event.start_mark
            raise yaml.composer.ComposerError(None, None, f"found undefined alias {name!r}", mark)
        if value is _IN_PROGRESS:
            self._tell("GR-LIMIT-ALIAS", "error", f"`*{name}` contains itself", "Write the value out.", event)
            return Unknown("cycle", f"*{name} contains itself", span=self._span(event))
        size = self._sizes.get(name, 1)
        if self._size + size <= self._limits.aliases:
            self._size += size
            return value
        text = f"its aliases expand to more than {self._limits.aliases:,} nodes"
        if not self._over:
            self._over = True
            message = f"`*{name}` was not expanded: {text}"
            self._tell("GR-LIMIT-ALIAS", "error", message, "Raise --limit aliases=N if this is meant.", event)
        return Unknown("budget", text, span=self._span(event))

    def _tagged(self, tag: str, value: Any, event: Any) -> Any:
        if not self._short_tags or not (tag in _SHORT or tag.startswith(_RAIN)):
            return self._unknown_tag(tag, event)
        start, end = event.start_mark.index, _end_of(value, event)
        if tag == "!GetAtt" and isinstance(value, str):
            value = self._split(value, start, end)
        key = tag[1:] if tag in _AS_THEY_ARE else "Fn::" + tag[1:]
        out = LocatedDict({key: value})
        out._start, out._end = start, end
        out._spans = {key: (start, min(start + len(tag), end), start, end)}
        self._made.append(out)
        return out

    def _split(self, text: str, start: int, end: int) -> LocatedList:
        """`!GetAtt a.b.c` names the attribute b.c of a."""
        out = LocatedList(text.split(".", 1))
        out._start, out._end = start, end
        out._spans = [(start, end)] * len(out)
        self._made.append(out)
        return out

    def _unknown_tag(self, tag: str, event: Any) -> Unknown:
        shown = tag if len(tag) <= 60 else tag[:57] + "..."
        message = f"the tag `{shown}` is not known; its value is taken as unknown"
        self._tell("GR-YAML-TAG", "warning", message, "", event)
        return Unknown("unsupported", f"the tag {shown}", span=self._span(event))

    def _deeper(self, event: Any) -> None:
        self._depth += 1
        if self._depth > self._limits.depth:
            raise TooDeep(self._place(event.start_mark.index))

    def _span(self, event: Any) -> Any:
        return self._document.span(self._place(event.start_mark.index), self._place(event.end_mark.index))

    def _tell(self, code: str, level: str, message: str, hint: str, event: Any) -> None:
        # What is told only in warnings keeps its value, so that the end of a long list may be left out.
        if level == "error" or len(self.diagnostics) < _MOST_TOLD:
            self.diagnostics.append(Diagnostic(code, level, message, hint, self._document.path, self._span(event)))
