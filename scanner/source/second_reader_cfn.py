"""A second reading of CloudFormation templates by cfn-flip, compared with ours: `--cross-check`, and our tests' oracle.

Compared are structure and every literal value, short function tags written out. cfn-flip has no positions, so a
disagreement stands at our reading of the place; where it takes a text for a date or a base-60 number, which
CloudFormation does not, the text is what both must have read.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model import Diagnostic, Unknown
from scanner.source.document import Document
from scanner.source.located import LocatedDict, LocatedList
from scanner.source.scalars import NotFinite, plain_value
from scanner.source.second_reader import Disagreement


def cross_check(document: Document) -> list[Diagnostic]:
    """Reads a template again and says where the readings differ. Nothing is raised for bad input.

    A document that we could not parse whole, and a stream of several, is not compared.
    """
    tree = _only_tree(document)
    if tree is None or any(each.level == "error" for each in document.diagnostics):
        return []
    import yaml

    try:
        theirs = _second_reading(document)
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return [_diagnostic(document, Disagreement(0, 0, "a whole file", f"an error ({reason})"))]
    return [_diagnostic(document, each) for each in compare(tree, theirs)]


def _only_tree(document: Document) -> LocatedDict | None:
    trees = document.tree if document.format == "yaml" and isinstance(document.tree, list) else [document.tree]
    return trees[0] if len(trees) == 1 and isinstance(trees[0], LocatedDict) else None


def _second_reading(document: Document) -> Any:
    import cfn_flip

    text = document.data.decode("utf-8")
    return cfn_flip.load_yaml(text) if document.format == "yaml" else cfn_flip.load_json(text)


def _diagnostic(document: Document, found: Disagreement) -> Diagnostic:
    message = f"two readers disagree: we read {found.ours}, cfn-flip reads {found.theirs}"
    hint = "Please report it with the lines: one of the two readers is wrong."
    return Diagnostic("GR-CROSS-CHECK", "warning", message, hint, document.path, document.span(found.start, found.end))


def compare(ours: LocatedDict, theirs: Any) -> Iterator[Disagreement]:
    """Where our tree differs from cfn-flip's. What an alias repeats is compared once."""
    yield from _Comparison().values(ours, theirs, (ours.start, ours.end))


class _Comparison:
    """Two trees being compared."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, int]] = set()

    def values(self, ours: Any, theirs: Any, place: tuple[int, int]) -> Iterator[Disagreement]:
        if isinstance(ours, Unknown) or self._is_repeated(ours, theirs):
            return
        if isinstance(ours, LocatedDict) and isinstance(theirs, Mapping):
            yield from self._mappings(ours, theirs, place)
        elif isinstance(ours, LocatedList) and isinstance(theirs, list) and len(ours) == len(theirs):
            for item, other, span in zip(ours, theirs, ours.spans, strict=True):
                yield from self.values(item, other, span)
        elif not _same_scalar(ours, theirs):
            yield Disagreement(*place, _shown(ours), _shown(theirs))

    def _is_repeated(self, ours: Any, theirs: Any) -> bool:
        if not isinstance(ours, LocatedDict | LocatedList):
            return False
        pair = (id(ours), id(theirs))
        seen = pair in self._seen
        self._seen.add(pair)
        return seen

    def _mappings(self, ours: LocatedDict, theirs: Mapping[Any, Any], place: tuple[int, int]) -> Iterator[Disagreement]:
        if len(ours) != len(theirs):
            yield Disagreement(*place, f"the keys {_keys(ours)}", f"the keys {_keys(theirs)}")
            return
        for (key, value), (other, second) in zip(ours.items(), theirs.items(), strict=True):
            start, end, value_start, value_end = ours.spans[key]
            if key == "Fn::GetAtt" and isinstance(value, list) and not all(isinstance(each, str) for each in value):
                continue  # cfn-flip takes the names out of functions there, and loses the functions
            if _same_scalar(key, other) or _plain(key) == other:
                yield from self.values(value, second, (value_start, value_end))
            else:
                yield Disagreement(start, end, f"the key `{key}`", f"the key `{other}`")


def _plain(key: str) -> Any:
    """A key of ours, always a text, as the value that others make of it."""
    try:
        return plain_value(key)
    except NotFinite:
        return key


def _same_scalar(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, str) and isinstance(theirs, datetime.date | int) and not isinstance(theirs, bool):
        return bool(_written(ours) == theirs)
    return type(ours) is type(theirs) and bool(ours == theirs)


def _written(text: str) -> Any:
    """What YAML 1.1 makes of a text that we keep: a date, a time, a number in base 60 or with a leading 0."""
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return text


def _keys(mapping: Mapping[Any, Any]) -> str:
    return ", ".join(str(key) for key in list(mapping)[:10])


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"a mapping of {_keys(value)}"
    return f"a list of {len(value)}" if isinstance(value, list) else repr(value)[:80]
