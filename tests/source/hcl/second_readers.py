"""What two independent parsers make of a text, compared with our trees: python-hcl2 for structure and
literal values, tree-sitter-hcl for structure and places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from scanner.source.hcl import ast


def literal_differences(body: ast.Body, theirs: dict[str, Any], path: str = "") -> list[str]:
    """Where python-hcl2's dictionary has another structure or another literal than the body."""
    ours: dict[str, list[Any]] = {}
    for attribute in body.attributes.values():
        ours.setdefault(_name(attribute.name), []).append(attribute.expr)
    for block in body.blocks:
        ours.setdefault(_name(block.type), []).append(block)
    theirs = {_name(key): value for key, value in theirs.items() if not key.startswith("__")}
    if set(ours) != set(theirs):
        return [f"{path}: {sorted(ours)} != {sorted(theirs)}"]
    out: list[str] = []
    for name, items in ours.items():
        if isinstance(items[0], ast.Block):
            for block, value in zip(items, _as_list(theirs[name]), strict=True):
                out += _block_differences(block, value, f"{path}.{name}")
        elif not _same(items[0], theirs[name]):
            out.append(f"{path}.{name}: {type(items[0]).__name__} != {theirs[name]!r}")
    return out


def _block_differences(block: ast.Block, value: Any, path: str) -> list[str]:
    for label in block.labels:
        key = next(key for key in value if not key.startswith("__"))
        if key.strip('"') != label:
            return [f"{path}: label {label!r} != {key!r}"]
        value = value[key]
    return literal_differences(block.body, value, path)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(text: str) -> str:
    return text.strip('"')


def _same(expr: ast.Expr, value: Any) -> bool:
    """Whether a value agrees, as far as it is literal."""
    match expr:
        case ast.Literal(value=str() as text):
            if not isinstance(value, str):
                return False
            plain = value[1:-1] if value.startswith('"') and value.endswith('"') else value
            return plain == text or "\\" in plain or "$${" in plain or "%%{" in plain or plain.startswith("<<")
        case ast.Literal(value=Decimal() | int()) if isinstance(value, str) and value.startswith("${"):
            return Decimal(value[2:-1]) == Decimal(str(expr.value))  # how it writes a number with an exponent
        case ast.Literal(value=Decimal() as number):
            return isinstance(value, float | int) and float(number) == value
        case ast.Literal():
            return value == str(expr.value) or (type(value) is type(expr.value) and value == expr.value)
        case ast.TupleExpr():
            return isinstance(value, list) and len(value) == len(expr.items) and all(map(_same, expr.items, value))
        case ast.ObjectExpr():
            found = [item for key, item in value.items() if not key.startswith("__")] if isinstance(value, dict) else []
            return len(found) == len(expr.items) and all(
                _same(item, other) for (_, item), other in zip(expr.items, found, strict=True)
            )
        case ast.Unary(operator="-", operand=ast.Literal()):
            return isinstance(value, int | float | str)
        case _:
            return isinstance(value, str)


def tree_sitter_structure(data: bytes) -> list[Any] | None:
    """Attributes and blocks with their places, in the order of the text; None if it finds an error."""
    import tree_sitter
    import tree_sitter_hcl

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
    root = parser.parse(data).root_node
    return None if root.has_error else _nodes(root)


def _nodes(node: Any) -> list[Any]:
    out: list[Any] = []
    for child in node.named_children:
        if child.type == "body":
            return _nodes(child)
        if child.type == "attribute":
            out.append((child.start_byte, child.children[0].end_byte, child.children[-1].end_byte))
        elif child.type == "block":
            bodies = [inner for inner in child.named_children if inner.type == "body"]
            out.append((child.start_byte, child.end_byte, _nodes(bodies[0]) if bodies else []))
    return out


def our_structure(body: ast.Body) -> list[Any]:
    """The same of our tree."""
    attributes: list[Any] = [(a.start, a.name_end, a.end) for a in [*body.attributes.values(), *body.duplicates]]
    return sorted(attributes + [(b.start, b.end, our_structure(b.body)) for b in body.blocks])
