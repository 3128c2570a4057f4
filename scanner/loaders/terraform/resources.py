"""Resources and data sources of one module: their instances, and the attributes of each, worked out when asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from scanner.loaders.terraform.blocks import META_ATTRIBUTES, META_BLOCKS, add_blocks
from scanner.loaders.terraform.config import Content, Declaration, block_name
from scanner.loaders.terraform.instances import INSTANCE_COST, UNDECIDED, Each, Expansion, collected, expand
from scanner.loaders.terraform.scope import Names
from scanner.loaders.terraform.values import EvalError, Fragments, LazyObject, Marked, Value, is_null, to_plain
from scanner.model import Encoded, Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.modules import Module
    from scanner.loaders.terraform.session import Origins

MANAGED = "resource"
DATA = "data"
EPHEMERAL = "ephemeral"
_NOT_NULL = frozenset(("id", "arn"))


class Resource:
    """One `resource`, `data` or `ephemeral` block in one module instance."""

    __slots__ = ("_memo", "address", "declaration", "mode", "module", "name", "type")

    def __init__(self, module: Module, mode: str, key: tuple[str, str], declaration: Declaration) -> None:
        self.module = module
        self.mode = mode
        self.type, self.name = key
        self.declaration = declaration
        prefix = "" if mode == MANAGED else mode + "."
        self.address = f"{module.prefix}{prefix}{self.type}.{self.name}"
        self._memo: dict[str, Any] = {}

    @property
    def content(self) -> Content:
        """What is written."""
        return self.declaration.content

    def expansion(self) -> Expansion:
        """Its instances' keys; while they are being worked out, one that may not exist."""
        found = self.module.session.once(self._memo, "expansion", self.address, self._expand)
        if isinstance(found, Unknown):
            return Expansion(UNDECIDED, (Each(None, {}, found),))
        return found  # type: ignore[no-any-return]  # what _expand returns

    def _expand(self) -> Expansion:
        content = self.content
        return expand(content, lambda name: self.module.scope(content.document_of(name)), {})

    def instances(self) -> list[Instance]:
        """Its instances, in the order of their keys."""
        made = self._memo.get("instances")
        if made is None:
            expansion = self.expansion()
            made = [Instance(self, each) for each in expansion.each]
            self.module.session.budget.steps -= INSTANCE_COST * len(made)
            if "expansion" in self._memo and self._memo["expansion"] is expansion:
                self._memo["instances"] = made
        return made

    def value(self) -> Value:
        """What a reference to it gives."""
        return collected(self.expansion(), self.instances())


class Instance(LazyObject):
    """One instance; a reference to it selects attributes, none of which is worked out before."""

    __slots__ = ("_composed", "_memo", "address", "each", "resource")

    def __init__(self, resource: Resource, each: Each) -> None:
        self.resource = resource
        self.each = each
        self.address = resource.address + each.suffix
        self._memo: dict[str, Value] = {}
        self._composed: tuple[Mapping[str, Any], Origins] | None = None

    @property
    def module(self) -> Module:
        """The module instance it is in."""
        return self.resource.module

    @property
    def names(self) -> Names:
        """`each` or `count`, where it has one."""
        return self.each.names

    @property
    def existence(self) -> Unknown | None:
        """Why it may not exist: its own count, or that of a module it is in."""
        own = self.each.existence
        return self.module.existence if own is None else own

    def get_attr(self, name: str) -> Value:
        """What is configured, else an Unknown that knows which attribute it will be."""
        if name.__class__ is not str:
            raise EvalError("this object has no such attribute")
        value = self.configured(name)
        if is_null(value):
            return self._computed(name)
        if name not in self.resource.content.attributes and isinstance(value, list):
            return block_objects(self, name, value)
        if isinstance(value, Unknown):
            return self._identified(value, name)
        if value.__class__ is Marked and isinstance(value.value, Unknown):
            return Marked(self._identified(value.value, name))
        return value

    def keys(self) -> list[str] | Unknown:
        """Not known: the provider's schema says, which is not here."""
        return self.materialise()

    def materialise(self) -> Unknown:
        """An unknown object with this identity."""
        text = f"{self.address} is known after apply"
        return Unknown(
            "data" if self.resource.mode == DATA else "computed", text,
            span=self.resource.declaration.span, identities=(self.address,), not_null=True,
        )  # fmt: skip

    def configured(self, name: str) -> Value:
        """The value of an attribute, or the list of the blocks of a type; None where nothing is written."""
        return self.module.session.once(self._memo, name, f"{self.address}.{name}", lambda: self._configured(name))

    def _configured(self, name: str) -> Value:
        content = self.resource.content
        attribute = content.attributes.get(name)
        if attribute is not None and name not in META_ATTRIBUTES:
            return self.module.scope(content.document_of(name)).evaluate(attribute.expr, self.names)
        if name in META_BLOCKS:
            return None
        tree: dict[str, Any] = {}
        for block in content.blocks:
            if block_name(block) == name:
                add_blocks(tree, self.module, block, self.names)
        return tree.get(name)

    def native(self, wanted: Iterable[str] | None) -> dict[str, Any]:
        """The native tree: the attributes and blocks named that are written, all of them for None."""
        content = self.resource.content
        if wanted is None:
            wanted = [name for name in content.attributes if name not in META_ATTRIBUTES]
            wanted.extend(name for name in dict.fromkeys(map(block_name, content.blocks)) if name not in META_BLOCKS)
        else:
            present = content.attributes.keys() | set(map(block_name, content.blocks))
            wanted = [name for name in wanted if name in present]
        tree: dict[str, Any] = {}
        secrets = self.module.session.secrets
        for name in wanted:
            value = self._native(name, content, secrets)
            if value is not None:
                tree[name] = value
        return tree

    def _native(self, name: str, content: Content, secrets: list[str]) -> Any:
        if name not in content.attributes:
            return self.configured(name)
        value = to_plain(self.configured(name), secrets)
        blocks = [block for block in content.blocks if block_name(block) == name]
        if not blocks:
            return value
        tree: dict[str, Any] = {name: list(value) if isinstance(value, list) else []}
        for block in blocks:
            add_blocks(tree, self.module, block, self.names)
        return tree[name]

    def composed(self) -> tuple[Mapping[str, Any], Origins] | None:
        """For a data source that the caller knows: its attributes, and where they come from."""
        known = self.module.session.sources.data_sources
        if self.resource.mode != DATA or self.resource.type not in known:
            return None
        if self._composed is None:
            self._composed = known[self.resource.type](self.native(None))
        return self._composed

    def _computed(self, name: str) -> Value:
        composed = self.composed()
        if composed is not None and name in composed[0]:
            return composed[0][name]
        return self.computed(name)

    def computed(self, name: str) -> Unknown:
        """The Unknown for an attribute that nobody states."""
        code = "computed" if self.resource.mode == MANAGED else self.resource.mode
        if code == EPHEMERAL:
            code = "secret"
        when = "known after apply" if code == "computed" else "read when planned"
        identity = f"{self.address}.{name}"
        return Unknown(
            code, f"{identity} is {when}", span=self.resource.declaration.span, identities=(identity,),
            not_null=name in _NOT_NULL,
        )  # fmt: skip

    def _identified(self, value: Unknown, name: str) -> Unknown:
        identity = f"{self.address}.{name}"
        if identity in value.identities:
            return value
        identities = (identity, *value.identities)
        if isinstance(value, Fragments | Encoded):
            # Nobody else has this copy yet.
            copy = _copy(value)
            copy.identities = identities
            return copy
        return Unknown(
            value.code, value.text, span=value.span, identities=identities, not_null=value.not_null,
            prefix=value.prefix, suffix=value.suffix, contains=value.contains, type=value.type, literal=value.literal,
        )  # fmt: skip


class BlockObject(LazyObject):
    """A nested block that is referred to: what it does not state, the provider may compute."""

    __slots__ = ("_name", "_owner", "_tree")

    def __init__(self, owner: Instance, name: str, tree: Mapping[str, Any]) -> None:
        self._owner = owner
        self._name = name
        self._tree = tree

    def get_attr(self, name: str) -> Value:
        """What is configured, else an Unknown with its identity."""
        value = self._tree.get(name)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return block_objects(self._owner, f"{self._name}.{name}", value)
        return self._owner.computed(f"{self._name}.{name}") if value is None else value

    def keys(self) -> list[str] | Unknown:
        """Not known: the provider's schema says, which is not here."""
        return self.materialise()

    def materialise(self) -> Unknown:
        """An unknown object with this identity."""
        return self._owner.computed(self._name)


def block_objects(owner: Instance, name: str, blocks: list[dict[str, Any]]) -> list[BlockObject]:
    """The blocks of a type, as a reference to them sees them."""
    return [BlockObject(owner, f"{name}[{index}]", block) for index, block in enumerate(blocks)]


def _copy(value: Fragments | Encoded) -> Unknown:
    if isinstance(value, Fragments):
        return Fragments(value.parts, value)
    return Encoded(value.document, value.language, value)
