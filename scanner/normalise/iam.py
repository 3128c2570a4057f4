"""How an IAM policy document reads: its statements as the attributes of `aws.iam.statement`.

The grammar is https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html: a string
stands for a list of one, a single statement for a list of one, `"*"` for every principal. What
`data.aws_iam_policy_document` means is in `scanner.normalise.data_sources`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from scanner.model import Block, Encoded, Fragments, PathStep, Unknown
from scanner.normalise.context import Context
from scanner.normalise.paths import beyond, existence_of

STATEMENT_ATTRIBUTES: Final = (
    "sid", "allow", "actions", "not_actions", "resources", "not_resources", "principals", "not_principals",
    "conditions",
)  # fmt: skip
_ELEMENTS: Final = {
    "sid": "Sid",
    "allow": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
    "principals": "Principal",
    "not_principals": "NotPrincipal",
    "conditions": "Condition",
}
_ACCOUNT: Final = re.compile(r"^AWS::AccountId$|\baws_caller_identity\.[^.]+\.account_id$")
_SCALAR_NAMES: Final = ("arn", "id", "name", "invoke_arn", "unique_id", "Arn", "Ref")
"""Computed attributes that hold one string, never a list."""


class Statement(NamedTuple):
    """One statement of a document, not yet a node."""

    attributes: dict[str, Any]
    path: tuple[PathStep, ...]
    """From the document down: `("Statement", 0)`."""
    existence: Unknown | None


def decode_document(value: Any, context: Context) -> Any:
    """`{"version": ..., "statements": [Statement, ...]}` from a tree or a text, encoded or not.

    Unknown for a wholly unknown document, and for a text that is none; `statements` is an Unknown
    with the known ones in `contains` when their number is not known. None for an empty text.
    """
    tree = context.decode(value, "json")
    while isinstance(tree, list) and len(tree) == 1:
        tree = tree[0]
    if tree is None or isinstance(tree, Unknown):
        return tree
    if not isinstance(tree, dict):
        return context.invalid("a policy document is an object")
    return {"version": _version(tree.get("Version")), "statements": _statements(tree.get("Statement"), context)}


def _version(value: Any) -> Any:
    return value if value is None or isinstance(value, Unknown) else str(value)


def _statements(value: Any, context: Context) -> Any:
    if value is None:
        return []
    if isinstance(value, Unknown):
        known = [_statement(each, ("Statement",), context) for each in value.contains]
        return _open(value, known)
    if isinstance(value, dict):
        return _closed([_statement(value, ("Statement",), context)])
    if not isinstance(value, list):
        return context.invalid("`Statement` is neither an object nor a list")
    return _closed([_statement(each, ("Statement", index), context) for index, each in enumerate(value)])


def _closed(statements: list[Statement]) -> Any:
    """The list itself, or one of unknown length where a statement may not be there."""
    doubt = next((each.existence for each in statements if each.existence is not None), None)
    if doubt is None:
        return statements
    return Unknown("undecided", doubt.text, span=doubt.span, contains=tuple(statements))


def _open(unknown: Unknown, known: list[Statement]) -> Unknown:
    return Unknown(unknown.code, unknown.text, span=unknown.span, contains=tuple(known))


def _statement(value: Any, path: tuple[PathStep, ...], context: Context) -> Statement:
    if isinstance(value, Unknown):
        return unknown_statement(value, path)
    if not isinstance(value, dict):
        return unknown_statement(context.invalid("a statement is an object"), path)
    return Statement(
        {
            "sid": _version(value.get("Sid")),
            "allow": _allow(value.get("Effect"), context),
            "actions": _texts(value.get("Action")),
            "not_actions": _texts(value.get("NotAction")),
            "resources": _texts(value.get("Resource")),
            "not_resources": _texts(value.get("NotResource")),
            "principals": _principals(value.get("Principal"), context),
            "not_principals": _principals(value.get("NotPrincipal"), context),
            "conditions": _conditions(value.get("Condition"), context),
        },
        path,
        existence_of(value),
    )


def unknown_statement(unknown: Unknown, path: tuple[PathStep, ...]) -> Statement:
    """A statement of which nothing is known but that something stands there."""
    part = beyond(unknown)
    return Statement(dict.fromkeys(STATEMENT_ATTRIBUTES, part), path, existence_of(unknown))


def _allow(effect: Any, context: Context) -> Any:
    """Whether it allows; an effect is required and one of two words."""
    if isinstance(effect, Unknown):
        return beyond(effect)
    if effect in ("Allow", "Deny"):
        return effect == "Allow"
    return context.invalid("`Effect` is neither Allow nor Deny")


def _texts(value: Any) -> Any:
    """A string or a list of strings, as a list."""
    if value is None:
        return []
    if isinstance(value, Unknown):
        return [_text(value)] if is_one_text(value) else value
    values = value if isinstance(value, list) else [value]
    return [_text(each) for each in values if each is not None]


def _text(value: Any) -> Any:
    if isinstance(value, Unknown):
        return _as_arn(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def is_one_text(unknown: Unknown) -> bool:
    """Whether an Unknown where a string or a list may stand is certainly a string."""
    if unknown.prefix or unknown.suffix or isinstance(unknown, Encoded) or str(unknown.type) == "string":
        return True
    names = [identity.rpartition(".")[2] for identity in unknown.identities[:1] if "." in identity]
    return unknown.not_null and any(name in _SCALAR_NAMES or name.endswith("_arn") for name in names)


def _as_arn(unknown: Unknown) -> Unknown:
    """An ARN that is not known yet starts with `arn:` all the same, so it is no `*`."""
    return unknown if unknown.prefix or not _begins_as_arn(unknown) else _with_prefix(unknown)


def _with_prefix(unknown: Unknown) -> Unknown:
    if isinstance(unknown, Fragments):
        first = unknown.parts[0]
        begun = _with_prefix(first) if isinstance(first, Unknown) else first
        made = Fragments([begun, *unknown.parts[1:]], unknown)
        made.identities = unknown.identities
        return made
    return Unknown(
        unknown.code,
        unknown.text,
        span=unknown.span,
        identities=unknown.identities,
        not_null=unknown.not_null,
        prefix="arn:",
        suffix=unknown.suffix,
        type=unknown.type,
    )


def _begins_as_arn(unknown: Unknown) -> bool:
    """Whether it is, or begins with, the ARN of something that a provider makes or reads; a variable that is
    called one may be a wildcard."""
    if isinstance(unknown, Fragments):
        first = unknown.parts[0]
        return isinstance(first, Unknown) and _begins_as_arn(first)
    if unknown.code not in ("computed", "data"):
        return False
    names = [identity.rpartition(".")[2].lower() for identity in unknown.identities[:1]]
    return any(name == "arn" or name.endswith("_arn") for name in names)


def _principals(value: Any, context: Context) -> Any:
    """[{type, id}]: `"*"` is everyone of every type."""
    if value is None:
        return []
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        return [{"type": "*", "id": str(value)}] if value == "*" else context.invalid(f"the principal {value!r:.40}")
    return _joined(value, lambda kind, ids: _each_id(kind, _texts(ids)))


def _each_id(kind: str, ids: Any) -> list[dict[str, Any]]:
    """Ids of unknown number are one that is not known: IAM takes no empty list, and they have the type in common."""
    known = ids
    if isinstance(ids, Unknown):
        known = [ids] if _is_account(ids) else [*ids.contains, beyond(ids)]
    return [{"type": kind, "id": _with_prefix(each) if _is_account(each) else each} for each in known]


def _is_account(id: Any) -> bool:
    """Whether it is the number of an account, which is read as the ARN of its root user, whatever number it is:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts"""
    return isinstance(id, Unknown) and not (id.prefix or id.suffix) and any(map(_ACCOUNT.search, id.identities[:1]))


def _conditions(value: Any, context: Context) -> Any:
    """[{operator, key, values}], one for each key of each operator."""
    if value is None or value == []:
        return []
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        return context.invalid("`Condition` is an object")
    return _joined(value, _keys)


def _keys(operator: str, keys: Any) -> Any:
    if isinstance(keys, Unknown):
        return keys
    if not isinstance(keys, dict):
        return []
    return [{"operator": operator, "key": str(key), "values": _texts(values)} for key, values in keys.items()]


def _joined(tree: Mapping[str, Any], make: Callable[[str, Any], Any]) -> Any:
    """The lists made of each entry as one; of unknown length when one of them is."""
    found: list[Any] = []
    hidden: Unknown | None = existence_of(tree) if isinstance(tree, Block) else None
    for key, value in tree.items():
        part = make(str(key), value)
        if isinstance(part, Unknown):
            hidden = part
        else:
            found += part
    if hidden is None:
        return found
    return Unknown(hidden.code, hidden.text, span=hidden.span, contains=tuple(found))


def element_path(attribute: str, element: tuple[PathStep, ...], tree: Any) -> tuple[PathStep, ...]:
    """From a statement down to what an attribute (or an element of it) was read from."""
    name = _ELEMENTS.get(attribute, "")
    if not name:
        return ()
    index = element[0] if element and isinstance(element[0], int) else None
    value = tree.get(name) if isinstance(tree, dict) else None
    if index is None or value is None:
        return (name,)
    if isinstance(value, list):
        return (name, index)
    if isinstance(value, dict):
        return (name, *_entry(value, index, nested=attribute == "conditions"))
    return (name,)


def _entry(tree: Mapping[str, Any], index: int, *, nested: bool) -> tuple[PathStep, ...]:
    """The keys that lead to the index-th principal or condition."""
    for key, value in tree.items():
        if nested:
            steps: list[tuple[PathStep, ...]] = [(key, str(k)) for k in value] if isinstance(value, dict) else []
        else:
            steps = [(key, i) for i in range(len(value))] if isinstance(value, list) else [(key,)]
        if index < len(steps):
            return steps[index]
        index -= len(steps)
    return ()
