"""What an attribute is set to: words of its declared type, and the native value that each form writes for one."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from docs.forms import OWNER, Form
from scanner.model import Kind, Type
from scanner.normalise import Tables
from scanner.normalise.declared import is_document
from scanner.normalise.mapping import CONST, NO_DEFAULT, Field
from scanner.normalise.selectors import requirements

NOTHING: Final = object()
"""The native value of a word that a form says without writing anything."""


@dataclass(frozen=True)
class Ref:
    """A reference to another resource of a kind; each emitter writes it in its own way."""

    kind: str


class Word(NamedTuple):
    """One value for an attribute."""

    name: str
    value: Any
    """Of the declared type, with a Ref where a reference stands."""


class Unsayable(Exception):
    """The form has no way to say the word."""


DOCUMENT: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Some", "Effect": "Allow", "Action": ["s3:GetObject", "s3:Put*"], "Resource": "*",
         "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
         "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}},
        {"Effect": "Deny", "NotAction": "iam:*", "Resource": ["*"], "Principal": "*"},
    ],
}  # fmt: skip

_SILENT: Final[Mapping[str, Any]] = {
    "sid": None, "actions": [], "not_actions": [], "resources": [], "not_resources": [], "principals": [],
    "not_principals": [], "conditions": [],
}  # fmt: skip
STATEMENTS: Final[tuple[Mapping[str, Any], ...]] = (
    {**_SILENT, "sid": "Some", "allow": True, "actions": ["s3:GetObject", "s3:Put*"], "resources": ["*"],
     "principals": [{"type": "AWS", "id": "arn:aws:iam::111122223333:root"}],
     "conditions": [{"operator": "StringEquals", "key": "aws:SourceAccount", "values": ["111122223333"]}]},
    {**_SILENT, "allow": False, "not_actions": ["iam:*"], "resources": ["*"],
     "principals": [{"type": "*", "id": "*"}]},
)  # fmt: skip
"""The statements of DOCUMENT as they must be read."""
_NUMBERED: Final = {"any": "-1", "udp": "17", "tcp": "tcp"}
_SPECIAL: Final[Mapping[str, tuple[Any, ...]]] = {
    "protocol": ("any", "udp", "tcp"),
    "cidrs": (["10.1.0.0/16"], ["0.0.0.0/0", "::/0"]),
    "acl": ("public-read-write", "private"),
    "min_available": ("1",),
    "max_unavailable": ("50%",),
}
"""Words for attributes whose texts mean something to a conversion or to a rule."""


def words(kind: Kind, attribute: str, forms: Iterable[Form]) -> list[Word]:
    """The words to set an attribute to, at least one of which is not its default."""
    declared = kind.attributes[attribute].type
    spoken = {value for form in forms for value in spoken_words(form)} - {None}
    if declared.name == "bool":
        values: Iterable[Any] = (True, False)
    elif spoken:
        values = sorted(spoken, key=str)
    else:
        special = _SPECIAL.get(attribute) if declared.name in ("string", "list") else None
        values = special or _values(declared, kind, attribute)
    return [Word(f"{number}", value) for number, value in enumerate(values)]


def spoken_words(form: Form) -> set[Any]:
    """The words that a form's table names: constants and what `values` gives."""
    field = form.field
    if field is None:
        return set()
    if is_type_name(form):
        return {form.type}
    if field.mode == CONST:
        return {field.const}
    return set((field.values or {}).values())


def is_type_name(form: Form) -> bool:
    """Whether the attribute is the manifest's own kind, which cannot be chosen."""
    return bool(form.field and form.field.paths) and form.entry.half == "kubernetes" and form.where == "kind"


def _values(declared: Type, kind: Kind, name: str) -> Iterator[Any]:
    if is_document(declared):
        yield DOCUMENT
    elif declared.name == "list":
        assert declared.item is not None
        items = [*_values(declared.item, kind, name)]
        yield items[:1]
        if declared.item.name in ("string", "record"):
            yield [*_values(declared.item, kind, name), *_values(declared.item, kind, f"{name}-2")]
        elif len(items) > 1:
            yield from ([each] for each in items[1:])
    elif declared.name == "record":
        fields = kind.records[declared.record]
        yield {each: next(_values(type, kind, f"{name}-{each}")) for each, type in fields.items()}
    elif declared.name == "map":
        assert declared.item is not None
        yield {"one": next(_values(declared.item, kind, f"{name}-one"))}
    elif declared.name == "ref":
        yield from (Ref(each) for each in declared.kinds)
        yield f"elsewhere-{name}"
    else:
        yield from _SCALARS[declared.name](name)


_SCALARS: Final = {
    "string": lambda name: [f"a-{name}"],
    "text": lambda name: [f"#!/bin/sh\necho {name}\n"],
    "secret": lambda name: [f"hidden {name}"],
    "bool": lambda name: [True],
    "int": lambda name: [17 + len(name)],
    "quantity": lambda name: ["250m"],
    "selector": lambda name: [{"matchLabels": {"app": "web"}}],
}


def native(form: Form, value: Any, kind: Kind) -> Any:
    """What the form writes to say a value; NOTHING where it is said by being there. Raises Unsayable."""
    if form.role == OWNER:
        if value in (Ref(form.entry.kind), [Ref(form.entry.kind)]):
            return NOTHING
        raise Unsayable
    assert form.field is not None
    declared = kind.attributes[form.attribute].type
    if is_type_name(form):
        if value != form.type:
            raise Unsayable
        return NOTHING
    if form.field.mode == CONST:
        if value != form.field.const:
            raise Unsayable
        return NOTHING
    if declared.name == "list":
        return _native_list(form, value, declared, kind)
    return _translated(form.field, form.choice, value, declared, form.half)


def _native_list(form: Form, value: list[Any], declared: Type, kind: Kind) -> Any:
    field = form.field
    assert field is not None
    assert declared.item is not None
    item = declared.item
    if item.name == "record":
        return [native_record(field, each, kind.records[item.record], form.half) for each in value]
    path = field.paths[form.choice]
    found = [_translated(field, form.choice, each, item, form.half) for each in value]
    if path.many and not path.text.lower().endswith(".name[*]") and not path.text.endswith("Name[*]"):
        return found  # a name is one, whatever its mark
    if len(found) > 1:
        raise Unsayable
    return found[0]


def native_record(field: Field, value: Mapping[str, Any], types: Mapping[str, Type], half: str) -> dict[str, Any]:
    """Field name to native value, of those that the form maps. Raises Unsayable."""
    found = {}
    for name, sub in field.fields.items():
        declared = types[name]
        if declared.name == "list" and not sub.paths[0].many:
            (only,) = value[name]
            found[name] = only
        else:
            found[name] = _translated(sub, 0, value[name], declared, half)
    return found


def _translated(field: Field, choice: int, value: Any, declared: Type, half: str) -> Any:
    """The native word: the conversion and the words of a field undone."""
    if field.values is not None:
        value = _word(field.values, value)
    return _unconverted(field, choice, value, declared, half)


def _word(values: Mapping[str, Any], value: Any) -> Any:
    for word, meant in values.items():
        if meant == value and type(meant) is type(value):
            return {"*": "Otherwise", "true": True, "false": False}.get(word, word)
    if "*" in values or value in values.values():
        raise Unsayable
    return value


def _unconverted(field: Field, choice: int, value: Any, declared: Type, half: str) -> Any:
    name = field.convert
    if name == "present":
        if value is not True:
            raise Unsayable
        return {}
    if name == "ip_protocol":
        return _NUMBERED[value]
    if name == "kebab":
        return "".join(part.capitalize() for part in value.split("-"))
    if name == "base64" or (name == "user_data" and field.paths[choice].text.endswith("base64")):
        return base64.b64encode(value.encode()).decode()
    assert name in ("", "user_data"), f"say here how `{name}` is undone"
    if declared.name == "map" and isinstance(value, dict):
        return dict(value)
    return value


def needs(tables: Tables, value: Any) -> set[str]:
    """The kinds that must be there for a value to refer to."""
    if isinstance(value, Ref):
        return {value.kind} if value.kind in tables.kinds else set()
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {kind for each in inside for kind in needs(tables, each)}


def expected(form: Form, word: Word, kind: Kind) -> Any:
    """What must be read, as `readings.comparable` shows it."""
    declared = kind.attributes[form.attribute].type
    if is_document(declared):
        about = {"document": "permissions", "trust": "trust"}.get(form.attribute, "resource")
        return {"statements": [{**each, "document_of": about} for each in STATEMENTS], "version": "2012-10-17"}
    if declared.name == "selector":
        return requirements(word.value, declared)
    if declared.item is not None and declared.item.name == "record":
        assert form.field is not None
        types = kind.records[declared.item.record]
        return [
            {name: _seen(each[name], type) if name in form.field.fields else None for name, type in types.items()}
            for each in word.value
        ]
    return _seen(word.value, declared)


def _seen(value: Any, declared: Type) -> Any:
    if isinstance(value, Ref):
        return ("node", value.kind)
    if declared.name == "ref":
        return ("unknown", "unresolved", [])
    if isinstance(value, list):
        assert declared.item is not None
        return [_seen(each, declared.item) for each in value]
    return value


def says_by_being_there(form: Form) -> bool:
    """Whether the attribute is stated by the resource itself, or by its having a name."""
    return form.field is None or form.field.mode == CONST or is_type_name(form) or form.where == "metadata.name"


def silent(form: Form, kind: Kind, *, held: bool) -> Any:
    """What must be read where the form leaves the attribute out; `held` where its container is there."""
    field = form.field
    assert field is not None
    if form.where == "metadata.name":
        return "this"
    if is_type_name(form):
        return form.type
    if field.mode == CONST:
        return field.const
    if field.when is not None:
        return field.default if held else None
    if field.default is not NO_DEFAULT:
        # The service account `default` is there without anybody making it, and is no node.
        return None if kind.attributes[form.attribute].type.name == "ref" else field.default
    declared = kind.attributes[form.attribute]
    if declared.type.name == "selector":
        return requirements(declared.default, declared.type)
    return declared.default
