"""The content of a block as a native tree: attributes evaluated, nested blocks as lists, `dynamic` blocks unrolled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.loaders.terraform.config import block_name
from scanner.loaders.terraform.scope import Names
from scanner.loaders.terraform.values import Assortment, LazyObject, Set, Value, is_null, to_plain, unmark
from scanner.model import Block, Unknown
from scanner.source.hcl import ast

if TYPE_CHECKING:
    from scanner.loaders.terraform.modules import Module

META_BLOCKS = frozenset(("lifecycle", "provisioner", "connection", "timeouts"))
META_ATTRIBUTES = frozenset(("count", "for_each", "depends_on", "provider", "providers", "source", "version"))


class Written(NamedTuple):
    """One nested block that the code makes, with what its content sees."""

    header: ast.Block
    """What is written: the block, or the `dynamic` block that makes it."""
    body: ast.Body
    names: Names
    existence: Unknown | None


def native_body(module: Module, body: ast.Body, names: Names) -> dict[str, Any]:
    """A nested block's content: a plain dict."""
    scope = module.scope(body.document)
    tree: dict[str, Any] = {}
    secrets = module.session.secrets
    for name, attribute in body.attributes.items():
        value = to_plain(scope.evaluate(attribute.expr, names), secrets)
        if value is not None:
            tree[name] = value
    for block in body.blocks:
        add_blocks(tree, module, block, names)
    return tree


def add_blocks(tree: dict[str, Any], module: Module, block: ast.Block, names: Names) -> None:
    """Append what a block, dynamic or not, makes to the list of its type."""
    name = block_name(block)
    made = [native_block(module, written) for written in unrolled(module, block, names)]
    present = tree.get(name)
    if isinstance(present, list):
        present.extend(made)
    else:
        tree[name] = made


def native_block(module: Module, written: Written) -> dict[str, Any]:
    """One nested block: a plain dict, or a Block where it may not be there."""
    tree = native_body(module, written.body, written.names)
    return tree if written.existence is None else Block(tree, existence=written.existence)


def unrolled(module: Module, block: ast.Block, names: Names) -> Iterator[Written]:
    """What one written block makes: itself, or for a `dynamic` one block an element."""
    if block.type != "dynamic" or not block.labels:
        yield Written(block, block.body, names, None)
        return
    content = next((inner.body for inner in block.body.blocks if inner.type == "content"), None)
    for_each = block.body.attributes.get("for_each")
    if content is None or for_each is None:
        return
    iterator = iterator_name(block)
    value = module.scope(block.body.document).evaluate(for_each.expr, names)
    for key, item, existence in elements(module, value, for_each, block):
        yield Written(block, content, {**names, iterator: {"key": key, "value": item}}, existence)


def iterator_name(block: ast.Block) -> str:
    """The name that the content of a `dynamic` block knows its element by."""
    attribute = block.body.attributes.get("iterator")
    expr = attribute.expr if attribute is not None else None
    return expr.name if isinstance(expr, ast.Variable) else block.labels[0]


def elements(
    module: Module, value: Value, for_each: ast.Attribute, block: ast.Block
) -> list[tuple[Value, Value, Unknown | None]]:
    """(key, value, why it may not be there) for the elements of what a `dynamic` block goes over."""
    value = unmark(value)
    if isinstance(value, LazyObject):
        value = value.materialise()
    limit = module.session.options.limits.instances
    span = block.body.document.span(for_each.value_start, for_each.value_end)
    if isinstance(value, list | dict) and len(value) > limit:
        message = f"for_each asks for more than {limit} blocks"
        module.session.budget.report(message, span)
        value = Unknown("budget", message, span=span)
    if isinstance(value, Set):
        return [(item, item, None) for item in value]
    if isinstance(value, list):
        return [(index, item, None) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return [(key, value[key], None) for key in sorted(value)]
    if not isinstance(value, Unknown):
        what = "null" if is_null(value) else "no collection"
        value = Unknown("invalid", f"for_each is {what}", span=span)
    key = reason = _element(value)
    possible = value.elements if isinstance(value, Assortment) else (*value.contains, key)
    return [(key, item, reason) for item in possible]


def _element(value: Unknown) -> Unknown:
    return Unknown(value.code, value.text, span=value.span)
