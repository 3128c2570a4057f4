"""Fields compiled to functions from a native tree to a value of the declared type.

Written for speed: the shapes that nearly every field has (a name, a chain of names) have a reader of
their own; everything else goes through `walk`. Both give the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from scanner.errors import PolicyError
from scanner.model import Block, OneOf, Type, Unknown
from scanner.normalise.choices import blank_as_null, filled, mapped, may_be_null, one_of
from scanner.normalise.context import Context
from scanner.normalise.conversions import conversion
from scanner.normalise.convert import Converter, converter, undecided, with_contents
from scanner.normalise.mapping import CONST, FIRST, JOIN, NO_DEFAULT, RECORDS, Field
from scanner.normalise.names import name_of
from scanner.normalise.paths import EACH, NAME, Found, Item, Path, beyond, existence_of, walk
from scanner.normalise.versions import by_version

Reader = Callable[[Any, Context], Any]
"""(what `$` stands for, context) -> value"""

Records = Mapping[str, Mapping[str, Type]]

KUBERNETES: Final = "kubernetes"
BLANK_IS_ABSENT: Final = ("terraform", KUBERNETES)
"""The halves in which the empty string is absent. The API server leaves empty strings out of what it stores
(`omitempty` in https://github.com/kubernetes/api/blob/v0.34.0/core/v1/types.go), but in lists and maps they are values:
the core group of a role is `""`, and so may a label be."""

_NULLABLE: Final = ("list", "map")


def field_reader(field: Field, declared: Type, name: str, half: str, records: Records, default: Any = None) -> Reader:
    """Compiles a field; `default` is the kind's own, for when the field gives nothing. Raises PolicyError."""
    if field.mode == CONST:
        const = field.const
        return lambda this, context: const
    convert = converter(declared, name, blank_is_absent=half in BLANK_IS_ABSENT, blank_items=half == KUBERNETES)
    if field.mode == RECORDS:
        return _records(field, declared, name, half, records)
    _check_kinds(field, declared)
    read = _native_list(field, name) if declared.name == "list" else _native_value(field, name, half)
    return _finished(read, convert, field, default, quick=declared.name in ("string", "text"))


def _check_kinds(field: Field, declared: Type) -> None:
    leads_to = (declared.item or declared).kinds
    for kind in field.kinds:
        if kind and kind not in leads_to:
            raise PolicyError(f"it does not lead to `{kind}`", hint="`kind` is one of those that the attribute names")


def _finished(read: Reader, convert: Converter, field: Field, default: Any, *, quick: bool) -> Reader:
    """Conversion and default behind the native value."""
    if field.default is not NO_DEFAULT:
        return _with_default(read, convert, field)
    if quick:
        return _quick_text(read, convert, default)

    def finish(this: Any, context: Context) -> Any:
        value = read(this, context)
        if value is None:
            return default
        value = convert(value, context)
        return default if value is None else filled(value, default) if value.__class__ is OneOf else value

    return finish


def _quick_text(read: Reader, convert: Converter, default: Any) -> Reader:
    def finish(this: Any, context: Context) -> Any:
        value = read(this, context)
        if value.__class__ is str and value:
            return value
        if value is None:
            return default
        value = convert(value, context)
        return default if value is None else filled(value, default) if value.__class__ is OneOf else value

    return finish


def _with_default(read: Reader, convert: Converter, field: Field) -> Reader:
    default = field.default
    stated = path_reader(field.when) if field.when else None

    def finish(this: Any, context: Context) -> Any:
        value = read(this, context)
        if value is not None:
            value = convert(value, context)
        if value is not None and not may_be_null(value):
            return value
        if stated is not None:
            return filled(value, _conditional(stated(this, context), default))
        return filled(value, by_version(default, context.native.versions) if isinstance(default, dict) else default)

    return finish


def _conditional(sibling: Any, default: Any) -> Any:
    """The default where its sibling is stated; undecided where that is."""
    if sibling is None or sibling == []:
        return None
    if isinstance(sibling, Unknown) and not sibling.not_null:
        return beyond(sibling)
    elements = sibling if isinstance(sibling, list) else [sibling]
    doubts = [existence_of(element) for element in elements]
    return default if None in doubts or doubts[0] is None else undecided(doubts[0])


# Native values


def _native_value(field: Field, name: str, half: str) -> Reader:
    """The one value that a field's paths lead to, after `as` and `values`."""
    if field.mode == JOIN:
        raise PolicyError(f"`{name}` is no list, so its paths cannot be joined")
    read = path_reader(field.paths[0])
    if field.mode == FIRST:
        read = _first([path_reader(path) for path in field.paths], blank_is_absent=half in BLANK_IS_ABSENT)
    return _translated(read, field)


def _translated(read: Reader, field: Field) -> Reader:
    change = conversion(field.convert) if field.convert else None
    words = field.values
    if field.kinds and field.mode != JOIN:
        return lambda this, context: name_of(read(this, context), field.kinds[0])
    if change is None and words is None:
        return read

    def translate(this: Any, context: Context) -> Any:
        value = read(this, context)
        if change is not None:
            value = change(value)
        return value if words is None else _word(value, words)

    return translate


def _word(value: Any, words: Mapping[str, Any]) -> Any:
    """A word by its row; one that no row has passes as it is. DESIGN: an absent value stays absent."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None or value == "" or isinstance(value, dict | list):
        return value
    if isinstance(value, OneOf):
        return mapped(value, lambda each: _word(each, words))
    if isinstance(value, Unknown):
        changed = beyond(value)
        changed.not_null = value.not_null and None not in words.values()
        return changed
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if text in words:
        return words[text]
    return words.get("*", value)


def _first(readers: list[Reader], *, blank_is_absent: bool) -> Reader:
    """The first that is there; an Unknown one stops the search, since it may be there, unless it is known what it
    is if it is."""

    def read(this: Any, context: Context) -> Any:
        found = None
        for each in readers:
            value = each(this, context)
            if value is not None and value != [] and not (blank_is_absent and value == ""):
                found = filled(found, blank_as_null(value) if blank_is_absent else value)
                if not may_be_null(found):
                    return found
        return found

    return read


def _native_list(field: Field, name: str) -> Reader:
    """The elements that a field's paths lead to, as one list."""
    joined, paths = field.mode == JOIN, field.paths
    if field.mode == FIRST:
        return _translated(_first([path_reader(path) for path in paths], blank_is_absent=True), field)
    if not joined and not paths[0].many:
        return _translated(path_reader(paths[0]), field)
    if len(paths) == 1 and _is_plain_list(paths[0]) and not field.kinds:
        return _plain_list(paths[0].steps[0].names[0], paths[0])

    kinds = field.kinds or ("",) * len(paths)

    def read(this: Any, context: Context) -> Any:
        parts = [walk(path, Item(this, (), context.key), context.root, context.decode) for path in paths]
        found = [elements(part, many=path.many) for part, path in zip(parts, paths, strict=True)]
        return join([name_of(each, kind) for each, kind in zip(found, kinds, strict=True)] if field.kinds else found)

    return _translated(read, field)


def _is_plain_list(path: Path) -> bool:
    """`name[*]`, the usual list."""
    ops = [step.op for step in path.steps]
    return ops == [NAME, EACH] and path.start == "$" and len(path.steps[0].names) == 1


def _plain_list(name: str, path: Path) -> Reader:
    def read(this: Any, context: Context) -> Any:
        found = _plain_elements(this, name)
        if found is not None:
            return found
        return elements(walk(path, Item(this, (), context.key), context.root, context.decode), many=True)

    return read


def _plain_elements(this: Any, name: str) -> list[Any] | None:
    """The elements of a list that holds no block that may not be there; None where `walk` must look."""
    if this.__class__ is not dict:
        return None
    value = this.get(name)
    if value is None:
        return []
    if value.__class__ is not list:
        return None
    for element in value:
        if element is None or element.__class__ is Block:
            return None
    return value


def elements(found: Found, *, many: bool) -> Any:
    """What a path gives to a list: a list, or an Unknown one with what it certainly contains."""
    definite, hidden = [], found.rest
    for item in found.items:
        value = item.value
        if value is None:
            continue
        if item.existence is not None:
            hidden = undecided(item.existence)
        elif many or not isinstance(value, list):
            if not many and isinstance(value, Unknown) and not value.not_null:
                hidden = value
            else:
                definite.append(value)
        else:
            definite += value
    return definite if hidden is None else with_contents(hidden, definite)


def join(parts: list[Any]) -> Any:
    """Lists as one; an Unknown one makes the whole of unknown length, and keeps what is certain."""
    if len(parts) == 1:
        return parts[0]
    hidden = next((part for part in parts if isinstance(part, Unknown)), None)
    known = [each for part in parts for each in (part.contains if isinstance(part, Unknown) else part)]
    return known if hidden is None else with_contents(hidden, known)


# One value at a path


def path_reader(path: Path) -> Reader:
    """Compiles a path to a function that gives its one value."""
    names = [step.names[0] for step in path.steps if step.op == NAME and len(step.names) == 1]
    if path.start != "$" or len(names) != len(path.steps) or not names:
        return _walker(path)
    return _name(names[0], path) if len(names) == 1 else _chain(names, path)


def _walker(path: Path) -> Reader:
    if path.text == "$":
        return lambda this, context: this

    def read(this: Any, context: Context) -> Any:
        return single(walk(path, Item(this, (), context.key), context.root, context.decode), many=path.many)

    return read


def _name(name: str, path: Path) -> Reader:
    general = _walker(path)

    def read(this: Any, context: Context) -> Any:
        return this.get(name) if this.__class__ is dict else general(this, context)

    return read


def _chain(names: list[str], path: Path) -> Reader:
    general, head, tail = _walker(path), names[0], names[1:]

    def read(this: Any, context: Context) -> Any:
        if this.__class__ is not dict:
            return general(this, context)
        value = this.get(head)
        for name in tail:
            if value.__class__ is list:
                if not value:
                    return None
                if len(value) > 1:
                    return general(this, context)
                value = value[0]
            if value.__class__ is dict:
                value = value.get(name)
            elif value is None:
                return None
            else:
                return general(this, context)
        return value

    return read


def single(found: Found, *, many: bool) -> Any:
    """The one value of what was found: the same everywhere, or Unknown where it differs or may not be there."""
    if many:
        return elements(found, many=True)
    if found.rest is not None:
        return beyond(found.rest)
    if len(found.items) == 1:
        item = found.items[0]
        return item.value if item.existence is None else _doubtful([item.value], item.existence)
    values = [item.value for item in found.items]
    if not values or all(value is None for value in values):
        return None
    doubts = [item.existence for item in found.items if item.existence is not None and item.value is not None]
    sure = [item.value for item in found.items if item.existence is None]
    if doubts and not (sure and _all_equal(values)):
        return undecided(doubts[0]) if sure else _doubtful(values, doubts[0])
    return values[0] if _all_equal(values) else _several(values)


def _doubtful(values: list[Any], existence: Unknown) -> Any:
    """What blocks that may all not be there say: one of it, or nothing."""
    if all(value is None for value in values):
        return None
    choices = [each for value in values for each in (value.choices if isinstance(value, OneOf) else (value,))]
    return one_of([*choices, None], undecided(existence))


def _several(values: list[Any]) -> Unknown:
    hidden = next((value for value in values if isinstance(value, Unknown)), None)
    return beyond(hidden) if hidden is not None else Unknown("conflict", "several different values are stated")


def _all_equal(values: list[Any]) -> bool:
    return all(value is values[0] or (value == values[0] and type(value) is type(values[0])) for value in values)


# Lists of records


def _records(field: Field, declared: Type, name: str, half: str, records: Records) -> Reader:
    item = declared.item
    if declared.name != "list" or item is None or item.record not in records:
        raise PolicyError(f"`{name}` is no list of records")
    types = records[item.record]
    unset = {each: None for each in types if each not in field.fields}
    unknown = sorted(set(field.fields) - set(types))
    if unknown:
        raise PolicyError(f"the record `{item.record}` has no field `{unknown[0]}`")
    readers = [
        (each, field_reader(sub, types[each], f"{name}.{each}", half, records)) for each, sub in field.fields.items()
    ]

    def record(found: Item, context: Context) -> Any:
        if isinstance(found.value, Unknown):
            return found.value
        context.key = found.key
        made = dict(unset)
        for each, read in readers:
            made[each] = read(found.value, context)
        return made

    plain = field.paths[0].steps[0].names[0] if len(field.paths) == 1 and _is_plain_list(field.paths[0]) else ""

    def read(this: Any, context: Context) -> Any:
        outer = context.key
        quick = _plain_elements(this, plain) if plain else None
        if quick is not None:
            return [record(Item(element, (), outer), context) for element in quick]
        parts = [walk(path, Item(this, (), outer), context.root, context.decode) for path in field.paths]
        made = [_records_of(part, record, context) for part in parts]
        context.key = outer
        return join(made)

    return read


def _records_of(found: Found, record: Callable[[Item, Context], Any], context: Context) -> Any:
    definite, hidden = [], found.rest
    for item in found.items:
        if item.value is None:
            continue
        if item.existence is not None:
            hidden = undecided(item.existence)
        else:
            definite.append(record(item, context))
    return definite if hidden is None else with_contents(hidden, definite)
