"""Converting values to types, as Terraform does for arguments, variables and function parameters.

The rules are those of https://github.com/zclconf/go-cty/tree/main/cty/convert (the unsafe conversions).
Sets are made here too, since their order and their distinctness depend on the element type.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from scanner.loaders.terraform.evaluate_numbers import number_text, parse_number
from scanner.loaders.terraform.types import (
    BOOL,
    NULL,
    NUMBER,
    OPEN,
    STRING,
    Collection,
    ObjectType,
    TupleType,
    Type,
    convertible,
    has_dynamic,
    type_name,
    type_of,
    unify,
    without_optional,
)
from scanner.loaders.terraform.values import (
    Assortment,
    EvalError,
    LazyObject,
    List,
    Map,
    Marked,
    Null,
    Set,
    Value,
    first_unknown,
    is_null,
    like,
    uncounted,
)
from scanner.model import Unknown


def convert(value: Value, type: Type) -> Value:
    """The value as one of the type. Nulls stay null, Unknowns unknown. Raises EvalError where it cannot be."""
    kind = value.__class__
    if type == STRING:
        if kind is str:
            return value
    elif type in OPEN or (type == BOOL and kind is bool) or (type == NUMBER and kind is int):
        return value
    return _convert(value, type)


def _convert(value: Value, type: Type) -> Value:
    if value.__class__ is Marked:
        return Marked(convert(value.value, type))
    if isinstance(value, Unknown):
        return _convert_unknown(value, type)
    if is_null(value):
        return _convert_null(value, type)
    if isinstance(value, LazyObject):
        return convert(value.materialise(), type)
    if isinstance(type, str):
        return _convert_primitive(value, type)
    if isinstance(type, ObjectType):
        return _convert_object(value, type)
    if isinstance(type, TupleType):
        return _convert_tuple(value, type)
    return _convert_collection(value, type)


def mismatch(value: Value, type: Type) -> EvalError:
    """The error of a value that cannot be of a type."""
    return EvalError(f"{type_name(type)} required, but have {type_name(type_of(value))}")


def _convert_unknown(value: Unknown, type: Type) -> Unknown:
    if value.type is None or value.type in OPEN:
        return value if type in OPEN else _typed(value, type)
    if not convertible(value.type, type):
        raise mismatch(value, type)
    return value if value.type == type else _typed(value, type)


def _typed(value: Unknown, type: Type) -> Unknown:
    """The same Unknown, now known to be of a type; what is known of its text holds only for a string."""
    if isinstance(value, Assortment):
        return _typed_assortment(value, type)
    if value.__class__ is not Unknown:
        return value
    text = type == STRING
    return Unknown(
        value.code, value.text, span=value.span, identities=value.identities, not_null=value.not_null,
        prefix=value.prefix if text else "", suffix=value.suffix if text else "", contains=value.contains,
        type=without_optional(type), literal=value.literal,
    )  # fmt: skip


def _typed_assortment(value: Assortment, type: Type) -> Unknown:
    """What its elements can be is known after the conversion too, if no default of an attribute comes in."""
    plain = like(value, without_optional(type), not_null=True, contains=value.contains)
    if not isinstance(type, Collection) or without_optional(type) != type or type.element in OPEN:
        return plain
    try:
        elements = tuple(convert(item, type.element) for item in value.elements)
    except EvalError:
        return plain
    return Assortment(elements, plain, type=type, whole=value.whole and type.kind == "list")


def _convert_null(value: Value, type: Type) -> Value:
    if value is not None and not convertible(value.type, type):
        raise mismatch(value, type)
    return Null(without_optional(type)) if type not in OPEN else value


def _convert_primitive(value: Value, type: str) -> Value:
    if isinstance(value, Decimal) or value.__class__ is int:
        if type == NUMBER:
            return value
        if type == STRING:
            return number_text(value)
    elif value.__class__ is bool and type == STRING:
        return "true" if value else "false"
    elif value.__class__ is str:
        return _from_text(value, type)
    raise mismatch(value, type)


def _from_text(text: str, type: str) -> Value:
    if type == NUMBER:
        return parse_number(text)
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    hint = f'; to convert from string, use lowercase "{text.lower()}"' if text.lower() in ("true", "false") else ""
    raise EvalError("a bool is required" + hint)


def _convert_object(value: Value, type: ObjectType) -> Value:
    if not isinstance(value, dict):
        raise mismatch(value, type)
    if isinstance(value, Map) and not convertible(Collection("map", value.element), type):
        raise mismatch(value, type)
    result = {}
    for name, wanted in type.attributes:
        if name in value:
            result[name] = _convert_part(value[name], wanted, f'attribute "{name}"')
        elif name in type.optional:
            result[name] = Null(without_optional(wanted))
        else:
            raise EvalError(f'attribute "{name}" is required')
    return result


def _convert_tuple(value: Value, type: TupleType) -> Value:
    if not isinstance(value, list) or isinstance(value, List | Set) or len(value) != len(type.elements):
        raise mismatch(value, type)
    return [
        _convert_part(item, wanted, f"element {index}")
        for index, (item, wanted) in enumerate(zip(value, type.elements, strict=True))
    ]


def _convert_part(value: Value, type: Type, where: str) -> Value:
    try:
        return convert(value, type)
    except EvalError as error:
        raise EvalError(f"{where}: {error.message}") from error


def _convert_collection(value: Value, type: Collection) -> Value:
    if type.kind == "map":
        return _convert_map(value, type)
    if not isinstance(value, list):
        raise mismatch(value, type)
    complete = convert_items(value, type.element) if _is_partial(type.element) else value
    element = _element_type(value, type, complete)
    items = convert_items(complete, element)
    if isinstance(value, Set) and type.kind == "list":
        unknown = uncounted(value)
        if unknown is not None:
            return like(unknown, Collection("list", element), not_null=True, contains=tuple(items))
    return make_set(items, element) if type.kind == "set" else List(items, element)


def _convert_map(value: Value, type: Collection) -> Value:
    if not isinstance(value, dict):
        raise mismatch(value, type)
    complete = value
    if _is_partial(type.element):
        complete = {key: convert_item(item, type.element, f'element "{key}"') for key, item in value.items()}
    element = _element_type(value, type, complete.values())
    return Map({key: convert_item(item, element, f'element "{key}"') for key, item in complete.items()}, element)


def _is_partial(element: Type) -> bool:
    """Whether elements have optional attributes: these are filled in before the element type is worked out,
    since the type of the result does not know them as optional."""
    return element not in OPEN and without_optional(element) != element


def _element_type(value: Value, type: Collection, complete: Iterable[Value]) -> Type:
    """The element type of the result: as wanted, or what the (complete) parts unify to where any will do."""
    wanted: Type = type.element
    if isinstance(value, List | Set | Map):
        if not convertible(value.element, wanted):
            raise mismatch(value, type)
        if wanted in OPEN:
            return value.element  # type: ignore[no-any-return]  # a Type, opaque in `values`
    if not has_dynamic(wanted):
        return without_optional(wanted)
    parts = list(complete)
    return _unified(parts, wanted, type.kind) if parts else without_optional(wanted)


def _unified(parts: list[Value], wanted: Type, kind: str) -> Type:
    """What the parts of a collection unify to, each converted to `wanted` first. Where nulls or empty lists leave that
    open, lists and maps are unified once more with what the parts became; sets are not."""
    first = [type_of(part if wanted in OPEN else convert(part, wanted)) for part in parts]
    unified = unify(first)
    if unified is None or (unified == NULL and kind != "map" and set(first) != {NULL}):
        raise EvalError("cannot find a common base type for all elements")
    if not has_dynamic(unified):
        return unified
    types = list(dict.fromkeys(type_of(convert(part, unified)) for part in parts))
    distinct = [type for type in types if type != NULL] if kind != "set" else types
    if len(distinct) < 2:
        return distinct[0] if distinct else unified
    again = None if kind == "set" or (kind == "map" and unified == NULL) else unify(distinct)
    if again is not None and not has_dynamic(again):
        return again
    if first_unknown(parts) is None:
        raise EvalError("cannot find a common base type for all elements")
    return unified


def convert_items(items: Iterable[Value], element: Type) -> list[Value]:
    """Elements of a collection of the element type: nulls are None."""
    return [convert_item(item, element, f"element {index}") for index, item in enumerate(items)]


def convert_item(item: Value, element: Type, where: str) -> Value:
    """One element of a collection of the element type."""
    if (item.__class__ is str and element == STRING) or item is None:
        return item
    converted = _convert_part(item, element, where)
    return None if converted.__class__ is Null else converted


def make_set(items: Iterable[Value], element: Type) -> Set:
    """A set of items that are already of the element type: distinct, in Terraform's order."""
    distinct: dict[Any, Value] = {}
    unknown = []
    for item in items:
        key = identity_key(item)
        if key is None:
            unknown.append(item)
        else:
            distinct.setdefault(key, item)
    if element in (STRING, NUMBER, BOOL):
        known = sorted(distinct.values(), key=_primitive_order)
    else:
        known = sorted(distinct.values(), key=_order_text)
    return Set([*known, *unknown], element)


def _primitive_order(item: Value) -> tuple[bool, Any]:
    return (True, 0) if item is None else (False, item)


def _order_text(item: Value) -> bytes:
    """What Terraform sorts set elements of complex types by (`appendSetHashBytes` in cty)."""
    return _hash_text(item).encode("utf-8", "surrogatepass")


def _hash_text(item: Value) -> str:
    if is_null(item):
        return "~"
    if item.__class__ is bool:
        return "T" if item else "F"
    if item.__class__ is int or isinstance(item, Decimal):
        return float_text(item)
    if item.__class__ is str:
        return go_quoted(item)
    if isinstance(item, Map):
        return "{" + "".join(f"{_hash_text(k)}:{_hash_text(item[k])};" for k in sorted(item)) + "}"
    if isinstance(item, dict):
        return "<" + "".join(_hash_text(item[name]) + ";" for name in sorted(item)) + ">"
    if isinstance(item, list):
        inner = "".join(_hash_text(part) + ";" for part in item)
        return f"[{inner}]" if isinstance(item, List | Set) else f"<{inner}>"
    return "?"


def go_quoted(text: str) -> str:
    """The text as Go's `%q` writes it."""
    pieces = []
    for char in text:
        code = ord(char)
        if char in _GO_ESCAPES:
            pieces.append(_GO_ESCAPES[char])
        elif char == " " or (char.isprintable() and code != 0xFEFF):
            pieces.append(char)
        else:
            pieces.append(f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return '"' + "".join(pieces) + '"'


_GO_ESCAPES: Final = {
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\", '"': '\\"',
}  # fmt: skip


def float_text(number: Any) -> str:
    """A number as Go's `%.10g` prints it."""
    from decimal import ROUND_HALF_EVEN, Context

    if not Decimal(number).is_finite():
        return number_text(number)
    rounded = Context(prec=10, rounding=ROUND_HALF_EVEN).create_decimal(number)
    exponent = rounded.adjusted() if rounded else 0
    if -5 < exponent < 10:
        text = format(rounded, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    digits = "".join(map(str, rounded.as_tuple().digits)).rstrip("0") or "0"
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{'-' if rounded.is_signed() else ''}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def identity_key(value: Value) -> Any:
    """Something hashable that equal values share, and no others; None where a part is unknown."""
    kind = value.__class__
    if kind is str or kind is bool:
        return (kind, value)
    if kind is int or isinstance(value, Decimal):
        return (int, value)
    if is_null(value):
        return ("null",)
    if kind is Marked:
        return identity_key(value.value)
    if isinstance(value, LazyObject):
        return identity_key(value.materialise())
    if isinstance(value, list):
        keys = [identity_key(item) for item in value]
        return None if None in keys else (_shape(value), *keys)
    if isinstance(value, dict):
        pairs = [(name, identity_key(value[name])) for name in sorted(value)]
        return None if any(key is None for _, key in pairs) else (_shape(value), *pairs)
    return None


def _shape(value: Value) -> Any:
    kind = value.__class__
    return (kind, value.element) if kind in (List, Set, Map) else dict if isinstance(value, dict) else list


def to_text(value: Value) -> Value:
    """The value as a string, for a template or a key: a str, or an Unknown string."""
    return value if value.__class__ is str else convert(value, STRING)


def normal(text: str) -> str:
    """The text in Unicode normal form C, as every Terraform string is."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def unknown_of(unknown: Unknown, type: Type, *, not_null: bool = True) -> Unknown:
    """An Unknown of a type for the reason of another."""
    return like(unknown, type, not_null=not_null)
