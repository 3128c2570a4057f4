"""Which condition of a policy keeps a statement for everyone to somebody in particular.

Keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, chosen after what
S3 holds not to be public, https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
"""

from __future__ import annotations

from typing import Any, Final

from scanner.expression.functions.network import network
from scanner.expression.values import surely_string
from scanner.model import Spelled, Unknown

Answer = bool | None

KEYS: Final = frozenset(
    {
        "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:userid",
        "aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths",
        "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
        "kms:calleraccount", "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
    }
)  # fmt: skip
"""Keys that say who asks, or from where. `aws:ResourceOrgID` and `aws:ResourceAccount` say whose the resource is,
which narrows nothing. Names of keys are not case-sensitive."""
_ADDRESS_KEYS: Final = frozenset({"aws:sourceip", "aws:vpcsourceip"})
_EQUAL: Final = frozenset({"stringequals", "stringequalsignorecase"})
"""Operators in which `*` is only a character."""
_LIKE: Final = frozenset({"stringlike", "arnlike", "arnequals"})
"""Operators in which `*` is a wildcard; ArnEquals and ArnLike are the same."""


def condition_narrows(condition: Any) -> Answer:
    """Whether one condition, {operator, key, values}, narrows. None when that is open.

    Not if its operator is negated or asks for something else; not with `...IfExists` or `ForAllValues:`, which hold
    when the request lacks the key (`ForAnyValue:` ignores IfExists); not if one of its values lets everything in,
    as any value may match. Null with "false" only asks that the key be there, as it is in every signed request.
    """
    if isinstance(condition, Unknown):
        return None
    if not isinstance(condition, dict):
        return False
    operator, key = condition.get("operator"), condition.get("key")
    if isinstance(operator, Unknown) or isinstance(key, Unknown):
        return None
    if not isinstance(operator, str) or not isinstance(key, str):
        return False
    kind, key = _effective(operator), key.lower()
    if key in KEYS and kind in _EQUAL | _LIKE:
        return _every(condition.get("values"), _text if kind in _EQUAL else _pattern)
    if key in _ADDRESS_KEYS and kind == "ipaddress":
        return _every(condition.get("values"), _range)
    return False


def _effective(operator: str) -> str:
    """The operator in lower case without what does not matter; empty when it holds for a request without the key."""
    word = operator.lower()
    if word.startswith("forallvalues:"):
        return ""
    if word.startswith("foranyvalue:"):
        return word.removeprefix("foranyvalue:").removesuffix("ifexists")
    return "" if word.endswith("ifexists") else word


def _every(values: Any, question: Any) -> Answer:
    """Whether each value keeps somebody out; of a list that is not wholly known at least one must not."""
    elements = values if isinstance(values, list) else [values]
    more = False
    if isinstance(values, Unknown):
        elements, more = list(values.contains), True
        if question is _text:
            return True
    answers = [question(element) for element in elements]
    if False in answers:
        return False
    return None if more or None in answers else True


def _text(value: Any) -> Answer:
    """A value that is compared as it is: whatever it is, it is one."""
    return True


def _pattern(value: Any) -> Answer:
    """A pattern narrows unless it is made of wildcards; in an ARN, unless its account is open, since everybody may
    have a resource of that name in an account of his own. Where an ARN has no account, the resource must be said."""
    if isinstance(value, Unknown):
        return _open_pattern(value)
    if not isinstance(value, str):
        return value is not None
    if value.startswith("arn:"):
        parts = value.split(":", 5)
        return len(parts) == 6 and _says(parts[4] or parts[5])
    return _says(value)


def _says(text: str) -> bool:
    return bool(text.strip("*?:/"))


_NAMES: Final = frozenset({"arn", "id", "name", "account_id", "owner_id", "unique_id"})
"""Attributes that services fill in, and never with a wildcard; so is any `..._arn` and `..._id`."""


def is_made(value: Unknown) -> bool:
    """Whether it names one thing that is made when the code is applied: it is computed, so nobody wrote a wildcard."""
    if value.code != "computed":
        return False
    names = {identity.rpartition(".")[2].lower() for identity in value.identities}
    # Only what begins with a whole ARN that is computed begins with `arn:` and nothing more.
    return value.prefix == "arn:" or any(name in _NAMES or name.endswith(("_arn", "_id")) for name in names)


def _open_pattern(value: Unknown) -> Answer:
    """An Unknown pattern: what is known of its beginning or end may be enough."""
    if is_made(value) or (isinstance(value, Spelled) and set(value.letters).isdisjoint("*?")):
        return True
    if not surely_string(value):
        return None
    parts = value.prefix.split(":", 5)
    if value.prefix.startswith("arn:"):
        if len(parts) < 6:
            # Data and what is computed name one account, a variable may be a wildcard.
            return True if value.code != "variable" and _says(value.suffix) else None
        return _says(parts[4]) if parts[4] else _says(parts[5] + value.suffix) or None
    return None if value.prefix[:4] in ("", "a", "ar", "arn") or not _says(value.prefix) else True


def _range(value: Any) -> Answer:
    """A range narrows unless it is everything, or none at all."""
    if isinstance(value, Unknown):
        return None
    found = network(value)
    return found is not None and found.prefixlen > 0
