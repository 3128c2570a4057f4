"""The values of a stack's parameters: given by the caller, else their default, else unknown.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html: whatever its type, the
value of a parameter is a text where it is used; of a list type, a list of texts.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, Final, NamedTuple

from scanner.loaders.cloudformation.problems import Problems, key_span, offsets, shown, value_span
from scanner.loaders.cloudformation.template import Template, kind_of
from scanner.loaders.cloudformation.values import NoValue, as_text, has_unknown, one_of
from scanner.model import Diagnostic, Limits, OneOf, SourceSpan, Unknown
from scanner.source.document import Document
from scanner.source.json import parse_json
from scanner.source.located import LocatedDict, LocatedList

_SSM: Final = "AWS::SSM::Parameter::Value<"


class Given(NamedTuple):
    """What a file says of a parameter."""

    value: Any
    span: SourceSpan
    text: str
    """As it is written: `"Env=prod"`, `"prod"`."""


def files(paths: Sequence[str], documents: Sequence[Document], limits: Limits, problems: Problems) -> dict[str, Given]:
    """Parameter name to what the files say, later files first. A file that cannot be read is told of."""
    by_path = {place: each for each in documents for place in (each.absolute, each.path) if place}
    found: dict[str, Given] = {}
    for path in paths:
        document = by_path.get(os.path.abspath(path)) or by_path.get(path) or _read(path, limits, problems)
        if document is None:
            continue
        entries = list(_entries(document))
        for diagnostic in document.diagnostics:
            problems.found[diagnostic] = None
        if not entries and document.tree not in ([], {}) and document.status == "parsed":
            hint = 'Write [{"ParameterKey": ..., "ParameterValue": ...}], {"Parameters": {...}} or ["Name=Value"].'
            problems.tell("GR-VARIABLES", "error", f"{path} holds no parameters", hint, None, path)
        found.update(entries)
    return found


def _read(path: str, limits: Limits, problems: Problems) -> Document | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            data = file.read(limits.file_size + 1) if regular else b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such path"
        problems.tell("GR-VARIABLES", "error", f"{path} was not read: {reason}", "Check the path.", None, path)
        return None
    if not regular or len(data) > limits.file_size:
        reason = f"more than {limits.file_size:,} bytes" if regular else "not a regular file"
        problems.tell("GR-VARIABLES", "error", f"{path} was not read: {reason}", "", None, path)
        return None
    document = Document(path, os.path.abspath(path), "json", "other", data.removeprefix(b"\xef\xbb\xbf"))
    parse_json(document, limits)
    return document


def _entries(document: Document) -> Iterator[tuple[str, Given]]:
    tree = document.tree
    if isinstance(tree, LocatedDict):
        parameters = tree.get("Parameters", tree)
        if isinstance(parameters, LocatedDict):
            for name, value in parameters.items():
                yield name, _given(document, parameters, name, value)
    for index, entry in enumerate(tree if isinstance(tree, LocatedList) else ()):
        if isinstance(entry, str) and "=" in entry:
            name, _, value = entry.partition("=")
            yield name, _given(document, tree, index, value)
        elif isinstance(entry, LocatedDict) and "ParameterValue" in entry:
            key = entry.get("ParameterKey")
            if isinstance(key, str):
                yield key, _given(document, entry, "ParameterValue", entry["ParameterValue"])


def _given(document: Document, holder: LocatedDict | LocatedList, key: str | int, value: Any) -> Given:
    span = value_span(document, holder, key)
    start, end = offsets(holder, key)
    return Given(value, span, shown(document.data[start:end].decode("utf-8", "replace")))


def unused(given: Mapping[str, Given], templates: Sequence[Template]) -> Iterator[Diagnostic]:
    """A note for every parameter that no template has."""
    declared = {name for template in templates for name in template.parameters}
    for name, entry in given.items():
        if name not in declared and templates:
            yield Diagnostic(
                "GR-VARIABLES", "note", f"no template has a parameter {shown(name)}", "", entry.span.path, entry.span
            )


class Parameter:
    """One declared parameter."""

    def __init__(self, template: Template, name: str, identity: str, problems: Problems) -> None:
        self.name = name
        self.template = template
        self.span = key_span(template.document, template.parameters, name)
        self._identity = identity
        self._problems = problems
        node = template.parameters[name]
        self.node = node if isinstance(node, LocatedDict) else LocatedDict()
        if not isinstance(node, LocatedDict):
            message = f"the parameter {shown(name)} is {kind_of(node)}, and must be a mapping"
            problems.tell("GR-TYPE", "warning", message, "Write at least its `Type`.", self.span)
        stated = self.node.get("Type", "String")
        self.type = stated if isinstance(stated, str) else "String"
        if not isinstance(stated, str):
            message = f"the type of the parameter {shown(name)} is {kind_of(stated)}"
            problems.tell("GR-TYPE", "warning", message, "Write `Type: String`.", self.span)

    @property
    def is_list(self) -> bool:
        """Whether its value is a list."""
        return self.type == "CommaDelimitedList" or self.type.startswith("List<") or "<List<" in self.type

    @property
    def hidden(self) -> bool:
        """Whether its value must not be shown."""
        return as_text(self.node.get("NoEcho")) in ("true", "True")

    def value(self, given: Any = None) -> Any:
        """Its value; `given` is what the caller says, None for nothing."""
        if given is None or isinstance(given, NoValue):
            given = self.node.get("Default")
        if self.hidden:
            return self._secret(given)
        if isinstance(given, Unknown):
            return self._passed(given)
        if self.type.startswith(_SSM):
            return self._external(given)
        if given is None:
            return self._missing()
        value = self._converted(given)
        return self._wrong(given) if value is None else value

    def _converted(self, given: Any) -> Any:
        """Texts; None for what cannot be the value."""
        if not self.is_list:
            if isinstance(given, list):
                texts = [as_text(each) for each in given]
                return ",".join(text for text in texts if text is not None) if None not in texts else None
            return as_text(given)
        if isinstance(given, list):
            elements = [each if isinstance(each, Unknown) else as_text(each) for each in given]
            return None if None in elements else elements
        text = as_text(given)
        return None if text is None else [part.strip() for part in text.split(",")]

    def _wrong(self, given: Any) -> Any:
        unknown = has_unknown(given)
        if unknown is not None:
            return self._passed(unknown)
        message = f"the value of the parameter {shown(self.name)} is {kind_of(given)}, and must be a text"
        self._problems.tell("GR-TYPE", "warning", message, "", self.span)
        return self._unknown("invalid", message)

    def _passed(self, given: Unknown) -> Unknown:
        """An unknown value from outside keeps what is known of it, and has the parameter's name too."""
        if isinstance(given, OneOf) or not given.identities:
            return given
        made = copy(given)
        made.identities, made.not_null = (*given.identities, self._identity), True
        return made

    def _secret(self, given: Any) -> Unknown:
        known = None if isinstance(given, Unknown) else as_text(given)
        literal = known not in (None, "") or (isinstance(given, Unknown) and given.literal)
        text = f"{self.name} is a secret parameter (NoEcho)"
        unknown = Unknown(
            "secret", text, span=self.span, identities=(self._identity,), not_null=True, type="string", literal=literal
        )
        return unknown if known is None else one_of((known,), unknown)

    def _external(self, given: Any) -> Unknown:
        source = as_text(given) if given is not None else None
        text = f"{self.name} is read from Systems Manager" + (f" ({source})" if source else "")
        return self._unknown("data", text)

    def _missing(self) -> Any:
        allowed = self.node.get("AllowedValues")
        texts = [as_text(each) for each in allowed] if isinstance(allowed, list) else []
        choices = [text for text in texts if text is not None]
        if len(choices) == 1 and len(texts) == 1:
            return self._converted(choices[0])
        unknown = self._unknown("variable", f"the parameter {self.name} has no value; give it with --parameters")
        if choices and len(choices) == len(texts) and not self.is_list:
            return one_of(choices, unknown)
        return unknown

    def _unknown(self, code: str, text: str) -> Unknown:
        kind = None if self.is_list else "string"
        return Unknown(code, text, span=self.span, identities=(self._identity,), not_null=True, type=kind)

    def secrets(self, given: Any) -> Iterator[str]:
        """The texts that must not be shown."""
        if not self.hidden:
            return
        for value in (given, self.node.get("Default")):
            for each in value if isinstance(value, list) else [value]:
                text = as_text(each) if not isinstance(each, Unknown) else None
                if text:
                    yield text
