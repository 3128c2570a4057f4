"""What the files of one directory declare: variables, locals, resources, calls, outputs, providers, with override
files merged in. Collected once a directory, however often it is called; nothing is evaluated here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scanner.model import Diagnostic, SourceSpan
from scanner.source.document import Document
from scanner.source.hcl.ast import Attribute, Block, Body

BLOCK_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1}
"""The number of labels of each block type that declares something."""
_TOLERATED = frozenset(("terraform", "locals", "moved", "removed", "import", "check", "list", "action"))


class Content:
    """The attributes and blocks of a body, override files applied."""

    __slots__ = ("attributes", "blocks", "document", "elsewhere")

    def __init__(self, body: Body) -> None:
        self.attributes: dict[str, Attribute] = body.attributes
        self.blocks: list[Block] = body.blocks
        self.document: Document = body.document
        self.elsewhere: dict[str, Document] = {}
        """Attributes that an override file sets, with that file."""

    def document_of(self, name: str) -> Document:
        """The file in which the attribute is written."""
        return self.elsewhere.get(name, self.document) if self.elsewhere else self.document

    def override(self, body: Body) -> None:
        """Attributes replace attributes; blocks of a type replace all blocks of that type.
        https://developer.hashicorp.com/terraform/language/files/override#merging-terraform-resource-blocks"""
        self.attributes = {**self.attributes, **body.attributes}
        self.elsewhere.update(dict.fromkeys(body.attributes, body.document))
        replaced = {block_name(block) for block in body.blocks} - {"lifecycle"}
        self.blocks = [block for block in self.blocks if block_name(block) not in replaced] + body.blocks


def block_name(block: Block) -> str:
    """The type of nested block that a block makes: for `dynamic "ingress"`, ingress."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


class Declaration:
    """One declared thing and where its header stands."""

    __slots__ = ("_content", "block", "document", "overrides")

    def __init__(self, block: Block, document: Document) -> None:
        self.block = block
        self.document = document
        self.overrides: list[Body] = []
        self._content: Content | None = None

    @property
    def content(self) -> Content:
        """Its body, override files applied; the same object every time."""
        if self._content is None:
            self._content = Content(self.block.body)
            for body in self.overrides:
                self._content.override(body)
        return self._content

    @property
    def span(self) -> SourceSpan:
        """The header, without the brace."""
        return self.document.span(self.block.start, self.block.header_end)


@dataclass(frozen=True, slots=True)
class Local:
    """One local value."""

    attribute: Attribute
    document: Document


@dataclass(frozen=True, slots=True)
class Requirement:
    """One entry of required_providers: what it asks, and the constraint, either empty if not said."""

    source: str
    version: str


Key = tuple[str, str]
"""Type and name of a resource."""


@dataclass(slots=True)
class ModuleConfig:
    """Everything one directory declares."""

    location: str
    path: str
    variables: dict[str, Declaration] = field(default_factory=dict)
    locals: dict[str, Local] = field(default_factory=dict)
    outputs: dict[str, Declaration] = field(default_factory=dict)
    calls: dict[str, Declaration] = field(default_factory=dict)
    managed: dict[Key, Declaration] = field(default_factory=dict)
    data: dict[Key, Declaration] = field(default_factory=dict)
    ephemeral: dict[Key, Declaration] = field(default_factory=dict)
    providers: dict[str, Declaration] = field(default_factory=dict)
    """By configuration address: `aws`, `aws.west`."""
    settings: list[Declaration] = field(default_factory=list)
    """The `terraform` blocks."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    constraints: dict[str, Any] = field(default_factory=dict)
    """Variable name to its type constraint, filled when first asked for."""


def collect(location: str, path: str, primary: Iterable[Body], overrides: Iterable[Body]) -> ModuleConfig:
    """The declarations of a directory's bodies; the first of two that clash is kept."""
    config = ModuleConfig(location, path)
    for body in primary:
        for block in body.blocks:
            _declare(config, Declaration(block, body.document))
    for body in overrides:
        for block in body.blocks:
            _apply_override(config, block, body.document)
    return config


def _declare(config: ModuleConfig, declaration: Declaration) -> None:
    block = declaration.block
    if block.type == "locals":
        _declare_locals(config, block, declaration.document)
    elif block.type == "terraform":
        config.settings.append(declaration)
    elif block.type in BLOCK_LABELS:
        _declare_labelled(config, declaration)
    elif block.type not in _TOLERATED:
        message = f"block type {block.type!r} is not known; it is passed over"
        config.diagnostics.append(_diagnostic("GR-UNSUPPORTED", "warning", message, declaration))


def _declare_labelled(config: ModuleConfig, declaration: Declaration) -> None:
    block = declaration.block
    if len(block.labels) != BLOCK_LABELS[block.type]:
        wanted = "a type and a name" if BLOCK_LABELS[block.type] == 2 else "a name"
        message = f"a {block.type} block needs {wanted}; this one is not judged"
        config.diagnostics.append(_diagnostic("GR-PARSE", "error", message, declaration))
        return
    table, key = _slot(config, block)
    first = table.setdefault(key, declaration)
    if first is not declaration:
        where = f"{first.document.path}:{first.span.start_line}"
        message = f"{_title(block)} is declared twice, first at {where}; this one is not judged"
        config.diagnostics.append(_diagnostic("GR-DUPLICATE", "error", message, declaration))


def _slot(config: ModuleConfig, block: Block) -> tuple[dict[object, Declaration], object]:
    """The table a labelled block belongs in, and its key there."""
    labels = block.labels
    tables: dict[str, object] = {
        "resource": config.managed, "data": config.data, "ephemeral": config.ephemeral, "variable": config.variables,
        "output": config.outputs, "module": config.calls, "provider": config.providers,
    }  # fmt: skip
    key: object = (labels[0], labels[1]) if len(labels) == 2 else labels[0]
    if block.type == "provider":
        alias = literal_text(block.body, "alias")
        key = f"{labels[0]}.{alias}" if alias else labels[0]
    return tables[block.type], key  # type: ignore[return-value]  # the key's type goes with the table


def _declare_locals(config: ModuleConfig, block: Block, document: Document) -> None:
    body = block.body
    for attribute in [*body.attributes.values(), *body.duplicates]:
        first = config.locals.setdefault(attribute.name, Local(attribute, document))
        if first.attribute is not attribute and attribute not in body.duplicates:
            line = first.document.position(first.attribute.start)[0]
            span = document.span(attribute.start, attribute.name_end)
            message = f"local.{attribute.name} is defined twice, first at {first.document.path}:{line}"
            config.diagnostics.append(Diagnostic("GR-DUPLICATE", "warning", message, "", document.path, span))


def _apply_override(config: ModuleConfig, block: Block, document: Document) -> None:
    if block.type == "locals":
        config.locals.update({name: Local(one, document) for name, one in block.body.attributes.items()})
    elif block.type == "terraform":
        config.settings.append(Declaration(block, document))
    elif len(block.labels) == BLOCK_LABELS.get(block.type, -1):
        table, key = _slot(config, block)
        if key in table:
            table[key].overrides.append(block.body)
        else:
            _declare(config, Declaration(block, document))


def requirements(config: ModuleConfig) -> dict[str, Requirement]:
    """Local provider name to what `required_providers` says of it; later `terraform` blocks win name by name."""
    found: dict[str, Requirement] = {}
    for declaration in config.settings:
        for block in declaration.block.body.blocks:
            if block.type == "required_providers":
                found.update({name: _requirement(one) for name, one in block.body.attributes.items()})
    return found


def _requirement(attribute: Attribute) -> Requirement:
    from scanner.source.hcl.ast import Literal, ObjectExpr

    expr = attribute.expr
    if isinstance(expr, Literal):
        return Requirement("", str(expr.value))
    said: dict[str, str] = {}
    if isinstance(expr, ObjectExpr):
        for key, value in expr.items:
            if isinstance(key, Literal) and isinstance(value, Literal):
                said[str(key.value)] = str(value.value)
    return Requirement(said.get("source", ""), said.get("version", ""))


def literal_text(body: Body | Content, name: str) -> str:
    """The text of an attribute that must be a literal string; empty where it is not set or is none."""
    from scanner.source.hcl.ast import Literal

    attribute = body.attributes.get(name)
    if attribute is None:
        return ""
    expr = attribute.expr
    return expr.value if isinstance(expr, Literal) and isinstance(expr.value, str) else ""


def _title(block: Block) -> str:
    return " ".join([block.type, *(f'"{label}"' for label in block.labels)])


def _diagnostic(code: str, level: str, message: str, declaration: Declaration, hint: str = "") -> Diagnostic:
    return Diagnostic(code, level, message, hint, declaration.document.path, declaration.span)
