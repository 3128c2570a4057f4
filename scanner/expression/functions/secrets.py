"""What looks like a secret, by name or by value. Only the shapes of keys that are known by their form."""

from __future__ import annotations

import functools
import itertools
import re
from typing import Any, Final

from scanner.expression import types as t
from scanner.expression.functions.table import FALSE, Function
from scanner.expression.values import derived
from scanner.model import Encoded, Unknown

_SHAPES: Final = (
    r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    r"(?i)aws.{0,20}secret.{0,30}['\"=:\s][A-Za-z0-9/+]{40}(?:[^A-Za-z0-9/+=]|$)",
    r"-----BEGIN (?:[A-Z]{2,10} )?(?:ENCRYPTED )?PRIVATE KEY(?: BLOCK)?-----",
    r"\bgh[pousr]_[A-Za-z0-9]{36,}",  # https://docs.github.com/authentication/keeping-your-account-and-data-secure
    r"\bgithub_pat_[A-Za-z0-9_]{60,}",
    r"\bglpat-[A-Za-z0-9_-]{20,}",
    r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"\bsk_live_[A-Za-z0-9]{20,}",
    r"\bAIza[A-Za-z0-9_-]{35}",
    r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    r"(?i)\b[a-z][a-z0-9+.-]*://[^/\s:@$'\"{}<>]{1,100}:[^/\s:@$'\"{}<>]{3,100}@",  # a password in an address
    # A password that something is set to, if it is no placeholder.
    r"(?i)(?:^|[^a-z])(?:password|passwd|secret_key|api_key|auth_token)['\"]?\s*[=:]\s*['\"]?[^\s'\"${}<>%*]{8,}",
    # The same in PHP.
    r"(?i)\bdefine\(\s*['\"][a-z_]*(?:password|passwd|secret|_key|token)['\"]\s*,\s*['\"][^\s'\"${}<>%*]{8,}['\"]",
)
_EXAMPLES: Final = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
"""The keys that AWS' own documentation uses are nobody's."""
_WORDS: Final = frozenset(
    {"password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "credential", "credentials"}
)
_PAIRS: Final = frozenset((word, "key") for word in ("api", "private", "access", "secret", "encryption", "signing"))
_ABOUT: Final = frozenset(
    {
        "arn", "dir", "enabled", "endpoint", "expiration", "expiry", "file", "id", "length", "name", "path", "policy",
        "ref", "region", "ttl", "type", "uri", "url", "version",
    }
)  # fmt: skip
"""A name that ends so is about a secret: PASSWORD_FILE, SECRET_ARN."""
_NO_SECRET = re.compile(
    r"\s*|\$[({].*|\{\{.*|<[^<>]*>|(?:insert|replace|your)[_ -].*|/.*"
    r"|(?:true|false|yes|no|on|off|null|none)|[0-9]{1,5}",
    re.IGNORECASE | re.DOTALL,
)
"""Nothing, a placeholder, a path, a switch, a number such as a length or a time."""
_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")


@functools.lru_cache(maxsize=1)
def _shapes() -> Any:
    import re2

    return re2.compile("|".join(f"(?:{shape})" for shape in _SHAPES))


def found(text: Any) -> bool | Unknown:
    """Whether a text holds what looks like a secret. The known parts of an Unknown text may decide."""
    if isinstance(text, Encoded):
        return True if any(map(_found, _leaves(text.document))) else derived(text)
    if isinstance(text, Unknown):
        # A loader may keep the known pieces of a text between those that are not known.
        known = [text.prefix, text.suffix, *(each for each in getattr(text, "parts", ()) if isinstance(each, str))]
        return True if any(map(_found, known)) else derived(text)
    return _found(text)


def _found(text: str) -> bool:
    for example in _EXAMPLES:
        text = text.replace(example, "")
    return _shapes().search(text) is not None


def _leaves(document: Any) -> list[str]:
    leaves, waiting = [], [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            leaves.append(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return leaves


def is_name(name: str) -> bool:
    """Whether a variable of this name would hold a secret: DB_PASSWORD, but not DB_PASSWORD_FILE."""
    words = [word.lower() for word in _SPLIT.split(name[:200]) if word]
    if not words or words[-1] in _ABOUT:
        return False
    return not _WORDS.isdisjoint(words) or any(pair in _PAIRS for pair in itertools.pairwise(words))


def is_value(text: str) -> bool:
    """Whether a text can be a secret itself: no placeholder such as $(PASSWORD), path, switch or short number."""
    return _NO_SECRET.fullmatch(text[:200]) is None


TABLE: Final = (
    Function(
        name="secret.found", parameters=(t.STRING,), result=t.BOOL, call=found, absorbing=True, null=FALSE, secret=True,
        doc="Whether a text holds what looks like a key or password; known parts decide alone.",
    ),
    Function(
        name="secret.is_name", parameters=(t.STRING,), result=t.BOOL, call=is_name, null=FALSE, secret=True,
        doc="Whether a variable of this name would hold a secret.",
    ),
    Function(
        name="secret.is_value", parameters=(t.STRING,), result=t.BOOL, call=is_value, null=FALSE, secret=True,
        doc="Whether a text can be a secret itself: no placeholder, path, switch or short number.",
    ),
)  # fmt: skip
