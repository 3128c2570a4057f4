"""The resource graph as text, JSON, DOT or Mermaid, whole or around one address.

render_graph(graph, "mermaid", kinds=("aws.s3.bucket",))
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from scanner.model import Edge, Resource, ResourceGraph
from scanner.report.redaction import Screen

SCHEMA: Final = "groundrule.graph/1"


class Part(NamedTuple):
    """The nodes and edges that are shown."""

    nodes: Sequence[Resource]
    edges: Sequence[Edge]


def part_of(graph: ResourceGraph, *, kinds: Iterable[str] = (), address: str = "") -> Part:
    """The nodes of the kinds (all, if none is named), or those with an address and their neighbours;
    and the edges between them. A child belongs to its owner's neighbourhood."""
    wanted = frozenset(kinds)
    edges = [*graph.edges, *_ownership(graph.nodes)]
    nodes = [node for node in graph.nodes if not wanted or node.kind in wanted]
    if address:
        centre = {id(node) for node in graph.nodes if node.address == address}
        near = {id(end) for edge in edges if _touches(edge, centre) for end in (edge.source, edge.target)}
        nodes = [node for node in nodes if id(node) in centre | near]
    kept = {id(node) for node in nodes}
    between = {
        (id(edge.source), edge.attribute, id(edge.target)): edge
        for edge in edges
        if id(edge.source) in kept and id(edge.target) in kept
    }
    return Part(nodes, list(between.values()))


def render_graph(part: Part, format: str, *, secrets: Iterable[str] = ()) -> str:
    """The text of a part of a graph. Raises KeyError for a format that is none of `FORMATS`."""
    return FORMATS[format](part, Screen(secrets))


def _ownership(nodes: Iterable[Resource]) -> Iterable[Edge]:
    return [Edge(node, "owner", node.owner) for node in nodes if node.owner is not None]


def _touches(edge: Edge, centre: set[int]) -> bool:
    return id(edge.source) in centre or id(edge.target) in centre


def _text(part: Part, screen: Screen) -> str:
    outgoing: dict[int, list[Edge]] = {}
    for edge in part.edges:
        outgoing.setdefault(id(edge.source), []).append(edge)
    lines: list[str] = []
    for node in part.nodes:
        lines.append(f"{screen.show(_name(node))}  {node.kind}{_place(node, screen)}")
        lines += [f"  {edge.attribute} -> {screen.show(_name(edge.target))}" for edge in outgoing.get(id(node), ())]
    lines.append(f"{len(part.nodes)} nodes, {len(part.edges)} edges")
    return "\n".join(lines) + "\n"


def _place(node: Resource, screen: Screen) -> str:
    span = node.native.span
    return f"  {screen.show(span.path)}:{span.start_line}" if span.path else ""


def _name(node: Resource) -> str:
    return node.address + ("" if node.owner is None else f" #{_number(node)}")


def _number(node: Resource) -> str:
    """What tells a child from its siblings: the plain words of its key."""
    words = [str(each) for each in node.key if isinstance(each, (str, int)) and not isinstance(each, bool)]
    return " ".join(words) or "part"


def _json(part: Part, screen: Screen) -> str:
    numbers = {id(node): number for number, node in enumerate(part.nodes)}
    tree = {
        "schema": SCHEMA,
        "nodes": [_node(node, numbers, screen) for node in part.nodes],
        "edges": [
            {"source": numbers[id(each.source)], "attribute": each.attribute, "target": numbers[id(each.target)]}
            for each in part.edges
        ],
    }
    return json.dumps(tree, indent=2) + "\n"


def _node(node: Resource, numbers: Mapping[int, int], screen: Screen) -> dict[str, Any]:
    span = node.native.span
    return {
        "id": numbers[id(node)],
        "address": screen.redact(node.address),
        "kind": node.kind,
        "type": node.native.type,
        "format": node.native.format,
        "root": node.native.root,
        "owner": numbers.get(id(node.owner)) if node.owner is not None else None,
        "if_created": node.existence is not None,
        "location": {"path": span.path, "start_line": span.start_line} if span.path else None,
    }


def _dot(part: Part, screen: Screen) -> str:
    numbers = {id(node): number for number, node in enumerate(part.nodes)}
    lines = ["digraph groundrule {", "  rankdir=LR;", "  node [shape=box, fontname=monospace];"]
    lines += [f"  n{numbers[id(node)]} [label={_quoted(_label(node, screen))}];" for node in part.nodes]
    lines += [
        f"  n{numbers[id(each.source)]} -> n{numbers[id(each.target)]} [label={_quoted(each.attribute)}];"
        for each in part.edges
    ]
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _label(node: Resource, screen: Screen) -> str:
    return f"{screen.show(_name(node))}\n{node.kind}"


def _mermaid(part: Part, screen: Screen) -> str:
    numbers = {id(node): number for number, node in enumerate(part.nodes)}
    lines = ["flowchart LR"]
    lines += [f'  n{numbers[id(node)]}["{_escaped(_label(node, screen))}"]' for node in part.nodes]
    lines += [
        f'  n{numbers[id(each.source)]} -- "{_escaped(each.attribute)}" --> n{numbers[id(each.target)]}'
        for each in part.edges
    ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Mermaid takes entity codes in quotes; everything that could end the quote or make HTML is one."""
    named = "".join(f"#{ord(each)};" if each in '"#<>&`' else each for each in text)
    return named.replace("\n", "<br/>")


FORMATS: Final[Mapping[str, Callable[[Part, Screen], str]]] = {
    "text": _text,
    "json": _json,
    "dot": _dot,
    "mermaid": _mermaid,
}
"""Every format of the graph."""
