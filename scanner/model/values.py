"""Values that are not known, and values of which only a part is.

A value is None, bool, int, float, str, list, dict (subclasses too) or `Unknown`. What may be
computed with an Unknown is the business of whoever computes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from scanner.model.spans import SourceSpan

DEFERRED: Final = "deferred"
UNDECIDABLE: Final = "undecidable"

Scalar = None | bool | int | float | str

REASONS: Final[dict[str, str]] = {
    # Deferred: somebody will know it, later or elsewhere.
    "computed": DEFERRED,  # set by the provider or the service when it is applied
    "variable": DEFERRED,  # an input variable or parameter that has no value in this scan
    "data": DEFERRED,  # read from outside when planned: data source, SSM, export of another stack
    "secret": DEFERRED,  # a secret or sensitive value, or a reference to one; never read
    "impure": DEFERRED,  # a function whose result differs from run to run: timestamp, uuid
    "module_missing": UNDECIDABLE,  # a module that is not on this disk
    "unsupported": UNDECIDABLE,  # a construct or function that we do not evaluate
    "budget": UNDECIDABLE,  # over a limit of the scan
    "conflict": UNDECIDABLE,  # two places say different things
    "cycle": UNDECIDABLE,  # defined by itself
    "invalid": UNDECIDABLE,  # the expression is an error, or the value does not have the declared type
    "path_escape": UNDECIDABLE,  # a file outside the scan root
    "unresolved": UNDECIDABLE,  # refers to something that is not in this scan
    "undecided": UNDECIDABLE,  # what sets it may or may not exist, or may set another resource
    "internal": UNDECIDABLE,  # a bug of ours, isolated
}
"""Every reason code with its class."""


class Unknown:
    """A value that is not known, why, and what is known of it all the same. Immutable.

    Compared by identity only: two Unknowns say nothing of whether the values are equal, except
    that a shared entry in `identities` means they will be.
    """

    __slots__ = ("code", "contains", "identities", "literal", "not_null", "prefix", "span", "suffix", "text", "type")

    def __init__(
        self,
        code: str,
        text: str = "",
        *,
        span: SourceSpan | None = None,
        identities: tuple[str, ...] = (),
        not_null: bool = False,
        prefix: str = "",
        suffix: str = "",
        contains: tuple[Any, ...] = (),
        type: Any = None,
        literal: bool = False,
    ) -> None:
        self.code = code
        """A key of `REASONS`."""
        self.text = text
        """One clause for a person: `var.cidrs has no value`, `known after apply`."""
        self.span = span
        """Where the unknown enters: the variable's block, the call, the reference."""
        self.identities = identities
        """Names of what the value will be, most specific first, each unique in its root:
        `module.a.aws_s3_bucket.b[0].id`, `module.a.var.name`."""
        self.not_null = not_null
        """True when it will certainly not be null."""
        self.prefix = prefix
        """Of a string: the characters it certainly starts with."""
        self.suffix = suffix
        """Of a string: the characters it certainly ends with."""
        self.contains = contains
        """Of a list of unknown length: elements it certainly has, in no known position."""
        self.type = type
        """The type it will have in its own language, where known; opaque outside the loader."""
        self.literal = literal
        """True for a secret that is written in the code."""

    @property
    def deferred(self) -> bool:
        """Whether somebody will know the value later, as opposed to never by us."""
        return REASONS[self.code] == DEFERRED

    def __bool__(self) -> bool:
        raise TypeError("the truth of an Unknown was asked for")

    def __repr__(self) -> str:
        return f"Unknown({self.code!r}, {self.text!r})"


class Encoded(Unknown):
    """A text that is an encoded document with parts that are not known: `jsonencode` of a computed ARN.
    To whoever does not look inside it is an unknown string."""

    __slots__ = ("document", "language")

    def __init__(self, document: Any, language: str, unknown: Unknown) -> None:
        super().__init__(
            unknown.code, unknown.text, span=unknown.span, not_null=True, prefix=unknown.prefix, suffix=unknown.suffix
        )
        self.document = document
        """The tree, with Unknown leaves; of base64 the text, an Unknown of which the ends are known."""
        self.language = language
        """json, yaml or base64."""


class Fragments(Unknown):
    """A text of known and unknown pieces, in order: an interpolation with a part that is not known.
    To whoever does not look inside it is an unknown string with its known prefix and suffix."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[str | Unknown], unknown: Unknown) -> None:
        first, last = parts[0], parts[-1]
        super().__init__(
            unknown.code,
            unknown.text,
            span=unknown.span,
            not_null=True,
            prefix=first if isinstance(first, str) else first.prefix,
            suffix=last if isinstance(last, str) else last.suffix,
            type="string",
        )
        self.parts = parts
        """The pieces; none of the known ones is empty."""


class Spelled(Unknown):
    """A text that is not known, of which it is known what characters it is made of: the number of an account."""

    __slots__ = ("letters",)

    def __init__(self, letters: str, unknown: Unknown) -> None:
        super().__init__(
            unknown.code, unknown.text, span=unknown.span, identities=unknown.identities, not_null=True, type="string"
        )
        self.letters = letters
        """It has at least one character, and each of its characters is one of these."""


class OneOf(Unknown):
    """A scalar that is not known, and is one of a few: a parameter with allowed values, an argument of a block that
    may not be there."""

    __slots__ = ("choices",)

    def __init__(self, choices: tuple[Scalar, ...], unknown: Unknown, *, prefix: str = "", suffix: str = "") -> None:
        super().__init__(
            unknown.code, unknown.text, span=unknown.span, identities=unknown.identities,
            not_null=None not in choices, prefix=prefix, suffix=suffix,
            type="string" if all(isinstance(each, str) for each in choices) else None, literal=unknown.literal,
        )  # fmt: skip
        self.choices = choices
        """What it may be; None stands for null."""


class Possible(Unknown):
    """A list of which it is not known whether all of its elements will be there: resources of an undecided number.
    `contains` has those that will."""

    __slots__ = ("possible",)

    def __init__(self, sure: tuple[Any, ...], possible: tuple[Any, ...], unknown: Unknown) -> None:
        super().__init__(unknown.code, unknown.text, span=unknown.span, not_null=True, contains=sure)
        self.possible = possible
        """The elements that may be there."""


class Lazy:
    """An attribute that is worked out when first read (`derive`, relations); see `Resource.read`."""

    __slots__ = ("compute",)

    def __init__(self, compute: Callable[[], Any]) -> None:
        self.compute = compute
