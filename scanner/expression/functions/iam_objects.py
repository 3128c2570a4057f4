"""Which objects of a bucket a resource of its policy means: `iam.covers_objects`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from scanner.expression import types as t
from scanner.expression.functions.patterns import glob
from scanner.expression.functions.table import FALSE, Function
from scanner.expression.values import derived
from scanner.model import Fragments, OneOf, Spelled, Type, Unknown

Answer = bool | None
_ONE: Final = "\0"
"""Stands for a piece that is not known and holds neither a `/` nor a wildcard: an ARN or name of a bucket."""
_NAMES: Final = frozenset(
    {"account_id", "arn", "bucket", "bucketname", "hex", "id", "name", "partition", "ref", "region", "result"}
)
"""Attributes that services and providers fill in, and never with a `/` or a wildcard where a bucket is named."""
_beginning: Final = re.compile(rf"arn:[^:/]*:[^:/]*:[^:/]*:[^:/]*:|{_ONE}").match
_OPEN: Final = Unknown("undecided", "part of the policy is not known")


def covers_objects(patterns: Any, name: Any) -> bool | Unknown:
    """Whether one of the resources of a bucket's policy covers all objects of the bucket: `<ARN of the bucket>/*`.

    `name` is the bucket's name, by which what is not known of it is recognised. Which bucket a resource names is not
    compared: S3 refuses a policy that names another.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html
    """
    identities = _of_name(name)
    elements = patterns.contains if isinstance(patterns, Unknown) else patterns
    answers = [_covers(each, identities) for each in elements]
    if True in answers:
        return True
    if None not in answers and not isinstance(patterns, Unknown):
        return False
    open_ = [each for each in elements if isinstance(each, Unknown)]
    return derived(patterns if isinstance(patterns, Unknown) else open_[0] if open_ else _OPEN)


def deciding_resource(patterns: Any, name: Any) -> tuple[int | str, ...] | None:
    """Which resource covers them all."""
    identities = _of_name(name)
    for place, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        if _covers(pattern, identities) is True:
            return (place,)
    return None


def _of_name(name: Any) -> frozenset[str]:
    """The identities of a name and of its pieces: no bucket's name holds a `/` or a wildcard, nor does a piece."""
    pieces = name.parts if isinstance(name, Fragments) else [name]
    return frozenset(each for piece in (name, *pieces) if isinstance(piece, Unknown) for each in piece.identities)


def _covers(pattern: Any, identities: frozenset[str]) -> Answer:
    if isinstance(pattern, OneOf):
        answers = {_known(each) if isinstance(each, str) else False for each in pattern.choices}
        return None if len(answers) > 1 or pattern.code == "secret" else answers.pop()
    if isinstance(pattern, Unknown):
        return _pieces(pattern.parts if isinstance(pattern, Fragments) else [pattern], identities)
    return _known(pattern) if isinstance(pattern, str) else False


def _pieces(pieces: Iterable[str | Unknown], identities: frozenset[str]) -> Answer:
    """Of a text of known and unknown pieces: what stands before the first that may be anything, and after the last."""
    runs = [""]
    shared = False
    for piece in pieces:
        if isinstance(piece, str):
            runs[-1] += piece
        elif _is_one(piece, identities):
            runs[-1] += _ONE
        else:
            runs[-1] += piece.prefix
            runs.append(piece.suffix)
            shared = shared or _overlap(piece.prefix, piece.suffix)
    if len(runs) == 1:
        return _known(runs[0])
    inside = _key(runs[0])
    # A `/` after the one behind the bucket is asked of every key.
    narrow = inside is not None and (bool(inside.strip("*")) or ("/" in runs[-1] and not shared))
    return False if narrow or _ends_narrow(runs[-1]) else None


def _overlap(head: str, tail: str) -> bool:
    """Whether what a text begins and ends with may be the same letters."""
    return any(head.endswith(tail[:count]) for count in range(1, len(tail) + 1))


def _is_one(piece: Unknown, identities: frozenset[str]) -> bool:
    if isinstance(piece, Spelled):
        return not set(piece.letters) & set("/*?:")
    if not identities.isdisjoint(piece.identities):
        return True
    if piece.code not in ("computed", "data") or piece.prefix not in ("", "arn:") or piece.suffix:
        return False
    names = {each.rpartition(".")[2].lower() for each in piece.identities if "." in each}
    return any(each in _NAMES or each.endswith(("_arn", "_id")) for each in names)


def _known(text: str) -> bool:
    """Whether a pattern covers all objects."""
    if text and not text.strip("*"):
        return True
    begun = _beginning(text)
    if begun is None:
        return text.endswith("*") and text.count(":") < 5 and glob(text, "arn:aws:s3:::a-bucket/a-key")
    bucket, slash, key = text[begun.end() :].partition("/")
    return bool(key) and not key.strip("*") if slash else bucket.endswith("*")


def _key(head: str) -> str | None:
    """What the beginning of a pattern says of the key already; None where it does not reach so far."""
    begun = _beginning(head)
    _, slash, key = head[begun.end() :].partition("/") if begun is not None else ("", "", "")
    return key if slash else None


def _ends_narrow(tail: str) -> bool:
    """Whether a pattern that ends so covers only some objects, however it begins."""
    _, slash, key = tail.partition("/")
    return bool(key.strip("*")) if slash else bool(tail) and not tail.endswith("*")


TABLE: Final = (
    Function(
        name="iam.covers_objects", parameters=(Type("list", item=t.STRING), t.DYN), result=t.BOOL,
        call=covers_objects, absorbing=True, null=FALSE, deciding=deciding_resource,
        doc="Whether resources of a bucket's policy cover all its objects, not only some; its name or ARN may be open.",
    ),
)  # fmt: skip
