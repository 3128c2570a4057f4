"""The nodes that no native resource stands for: each root, and the account of each provider configuration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scanner.model import NativeResource, PathStep, Place, Resource, SourceSpan
from scanner.normalise.resources import Normalised
from scanner.normalise.tables import ACCOUNT_KIND, ROOT_KIND, half_of


class Scopes(NamedTuple):
    """The scopes of a scan."""

    accounts: dict[tuple[str, str], Resource]
    """(root, scope) to account."""
    nodes: list[Resource]
    """Accounts and roots, by root."""


def add_scopes(mapped: Normalised, roots: Iterable[str], owned: frozenset[str]) -> Scopes:
    """Makes a node for each root, and for each provider configuration of AWS that is used in it."""
    first: dict[str, NativeResource] = {}
    accounts: dict[tuple[str, str], Resource] = {}
    for native in mapped.natives:
        first.setdefault(native.root, native)
        key = (native.root, native.scope)
        if key not in accounts and is_aws(native):
            accounts[key] = _account(native, mapped, owned=native.root in owned)
    found = [_root(root, first.get(root), mapped, owned=root in owned) for root in sorted({*roots, *first})]
    ordered = [accounts[key] for key in sorted(accounts)]
    return Scopes(accounts, sorted([*found, *ordered], key=lambda node: (node.native.root, node.kind, node.key)))


def is_aws(native: NativeResource) -> bool:
    """Whether a native resource lives in an AWS account."""
    return native.type.startswith(("aws_", "AWS::"))


def _account(native: NativeResource, mapped: Normalised, *, owned: bool) -> Resource:
    stands_for = _native(ACCOUNT_KIND, native.root, native)
    attributes = _defaults(mapped, ACCOUNT_KIND)
    if "owned" in attributes:
        attributes["owned"] = owned
    return Resource(ACCOUNT_KIND, stands_for, attributes, locator=mapped.locator, key=(native.scope,))


def _root(root: str, native: NativeResource | None, mapped: Normalised, *, owned: bool) -> Resource:
    half = half_of(native.format) if native else "terraform"
    attributes = {"path": root, "format": half, "owned": owned}
    return Resource(ROOT_KIND, _native(ROOT_KIND, root, native), dict(attributes), locator=mapped.locator)


def _defaults(mapped: Normalised, kind: str) -> dict[str, object]:
    declared = mapped.locator.tables.kinds.get(kind)
    names = None if mapped.wanted is None else mapped.wanted.get(kind, frozenset())
    return {
        name: attribute.default
        for name, attribute in (declared.attributes.items() if declared else ())
        if not attribute.derive and (names is None or name in names)
    }


def _native(kind: str, root: str, like: NativeResource | None) -> NativeResource:
    """What stands for a scope where a native resource is expected; its address is the root's folder."""
    span = SourceSpan(like.span.path if like else root, 1, 1, 1, 1)
    return NativeResource(
        format=like.format if like else "terraform",
        type=kind,
        address=root or ".",
        root=root,
        attributes={},
        span=span,
        provenance=Nowhere(span),
        scope=like.scope if like else "",
    )


class Nowhere:
    """The provenance of what no code states."""

    def __init__(self, span: SourceSpan) -> None:
        self.span = span

    def place(self, path: tuple[PathStep, ...]) -> Place:
        """The scope itself."""
        return Place(self.span, "", exact=False)

    def is_given(self, path: tuple[PathStep, ...]) -> bool:
        """Never."""
        return False

    def is_literal(self, path: tuple[PathStep, ...]) -> bool:
        """Never."""
        return False
