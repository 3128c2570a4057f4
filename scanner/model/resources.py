"""Resources: native ones as a loader gives them, normalised ones as rules read them, and the graph.

Nothing here knows a format or a provider.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from scanner.model.spans import PathStep, Place, SourceSpan
from scanner.model.values import Lazy, Unknown


class Provenance(Protocol):
    """What a loader still knows of one native resource after giving its values. Asked only for
    failures and explanations, so it may be slow (some 100 microseconds)."""

    def place(self, path: tuple[PathStep, ...]) -> Place:
        """Where the value at the native path stands, or the nearest block that is written."""

    def is_given(self, path: tuple[PathStep, ...]) -> bool | None:
        """Whether the code states the value, as opposed to a default or nothing; None where it does not show."""

    def is_literal(self, path: tuple[PathStep, ...]) -> bool | None:
        """Whether the value is written in the code: a literal, a default, a tfvars line; None where it does not
        show."""


@runtime_checkable
class Called(Protocol):
    """A provenance of what may be made by calls of modules."""

    def calls(self) -> tuple[SourceSpan, ...]:
        """The headers of the calls that the resource was made by, the nearest first."""


class Block(dict[str, Any]):
    """A nested block or object whose existence may be undecided; otherwise a plain dict."""

    __slots__ = ("existence",)

    existence: Unknown | None

    def __init__(self, *args: Any, existence: Unknown | None = None) -> None:
        super().__init__(*args)
        self.existence = existence


@dataclass(frozen=True, slots=True, eq=False)
class NativeResource:
    """One managed resource instance as its format says it, its values resolved."""

    format: str
    """terraform, terraform_plan, cloudformation or kubernetes."""
    type: str
    """The format's own type: aws_s3_bucket, AWS::S3::Bucket, Deployment."""
    address: str
    """Exactly what the format's own tool prints: module.a["x"].aws_s3_bucket.b[0]."""
    root: str
    """The path of the root module, stack or manifest set it belongs to; names are unique within."""
    attributes: Mapping[str, Any]
    """Resolved values. A nested block is a list of dicts (or `Block`s). Only what was demanded."""
    span: SourceSpan
    """The header: `resource "aws_s3_bucket" "b"`, the logical id's line, the manifest's first lines."""
    provenance: Provenance
    existence: Unknown | None = None
    """Set when it is undecided whether the resource will exist."""
    scope: str = ""
    """The provider configuration or stack it is made in, unique within its root: `aws`, `aws.west`."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Provider name to version or constraint, as the root states it: {"aws": "5.31.0"}."""
    identities: tuple[str, ...] = ()
    """Prefixes of the identities its computed attributes have; `address` is always one."""
    handed_to: tuple[tuple[str, Unknown], ...] = ()
    """(attribute, why) for each of its attributes that a module we cannot read was given."""


class Locator(Protocol):
    """Finds the native places of a normalised resource's attributes."""

    def places(self, resource: Resource, attribute: str, element: tuple[PathStep, ...] = ()) -> list[Place]:
        """Where the attribute (or an element of it) was set; the resource's header if nowhere."""

    def is_given(self, resource: Resource, attribute: str, element: tuple[PathStep, ...] = ()) -> bool | None:
        """Whether the code states it, or an element of it; None where it does not show."""

    def is_literal(self, resource: Resource, attribute: str, element: tuple[PathStep, ...] = ()) -> bool | None:
        """Whether its value, or that of an element, is written in the code; None where it does not show."""


class Resource:
    """A node of the graph: a resource, or a part of one that is judged by itself, as its kind says.

    Immutable once linked, but for attributes that are worked out when first read.
    """

    __slots__ = ("address", "attributes", "existence", "key", "kind", "locator", "native", "owner", "setters")

    def __init__(
        self,
        kind: str,
        native: NativeResource,
        attributes: dict[str, Any],
        *,
        locator: Locator,
        owner: Resource | None = None,
        key: tuple[Any, ...] = (),
        existence: Unknown | None = None,
    ) -> None:
        self.kind = kind
        """aws.s3.bucket; for a type without mapping, its format and type: terraform/aws_foo."""
        self.native = native
        self.address = native.address
        self.attributes = attributes
        """Dotted attribute name to value; every declared attribute that was asked for is here."""
        self.locator = locator
        self.owner = owner
        """For a nested node: the resource it is part of."""
        self.key = key
        """For a nested node: what tells it from its siblings, never its index."""
        self.existence = existence
        """Set when it is undecided whether it will exist."""
        self.setters: dict[str, Any] = {}
        """Attribute to what set it, where that was not the resource itself; the locator's own."""

    def read(self, name: str) -> Any:
        """The value of an attribute. Raises KeyError for one its kind does not declare."""
        value = self.attributes[name]
        if value.__class__ is Lazy:
            value = self.attributes[name] = value.compute()
        return value

    def __repr__(self) -> str:
        return f"<{self.kind} {self.address}>"


@dataclass(frozen=True, slots=True)
class Edge:
    """A reference from one node to another: `source` names `target` in `attribute`."""

    source: Resource
    attribute: str
    target: Resource


@dataclass(frozen=True, slots=True)
class ResourceGraph:
    """All nodes of one scan, in a stable order, and how they refer to each other."""

    nodes: tuple[Resource, ...]
    natives: tuple[NativeResource, ...]
    """Every managed native resource instance, mapped or not."""
    by_kind: Mapping[str, tuple[Resource, ...]]
    edges: tuple[Edge, ...] = ()

    def of_kinds(self, kinds: Iterable[str]) -> list[Resource]:
        """The nodes of these kinds, in graph order within a kind."""
        return [node for kind in kinds for node in self.by_kind.get(kind, ())]
