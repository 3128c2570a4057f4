"""Scans real plans: resources against each plan's own count, `error` outcomes, and the share of mapped values unknown.

python bench/plans.py DIRECTORY_OR_LIST...

A list is a file with a path first on each line; a directory is searched for plans. Exits 1 if a count differs, an
outcome is `error`, or 5 % or more of the mapped values of all plans are unknown. A known id or ARN of something that
is not in the plan (`unresolved`) is counted apart: the value is known, what it names is not there to be read.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanner.api import resource_graph, scan
from scanner.model import Encoded, Resource, Unknown
from scanner.normalise import load_tables
from scanner.source.encoding import as_utf8

MOST_UNKNOWN = 0.05
OUTSIDE = ": unresolved"
GONE = (["delete"], ["forget"], ["read"])
TABLES = load_tables()


class Measured(NamedTuple):
    path: Path
    resources: int
    counted: int | None
    """None for a plan without `resource_changes`, or a state."""
    errors: int
    broken: int
    """Diagnostics of level error."""
    values: int
    unknown: Counter[str]
    """By kind, attribute and reason."""


def plans(arguments: list[str]) -> Iterator[Path]:
    for each in map(Path, arguments):
        if each.is_dir():
            yield from (path for path in sorted(each.rglob("*.json")) if is_plan(path))
        else:
            lines = (line.split() for line in each.read_text().splitlines())
            yield from (Path(words[0]) for words in lines if words and not words[0].startswith("#"))


def is_plan(path: Path) -> bool:
    """By words that every plan or state has, in UTF-16 too."""
    text = as_utf8(path.read_bytes())
    return b'"format_version"' in text or b'"planned_values"' in text


def measure(path: Path) -> Measured:
    tree = json.loads(as_utf8(path.read_bytes()))
    result = scan([path])
    graph, _, _ = resource_graph([path])
    values, unknown = 0, Counter[str]()
    for node in graph.nodes:
        for name, value in mapped(node):
            for leaf in leaves(value):
                values += 1
                if isinstance(leaf, Unknown):
                    unknown[f"{node.kind} {name}: {leaf.code}"] += 1
    broken = sum(each.level == "error" for each in result.diagnostics)
    return Measured(path, result.summary.resources, counted(tree), result.summary.error, broken, values, unknown)


def counted(tree: dict[str, Any]) -> int | None:
    """Managed resources that the plan itself creates, updates, replaces or leaves as they are."""
    if not tree.get("resource_changes"):
        return None
    return sum(
        each.get("mode", "managed") == "managed"
        and not each.get("deposed")
        and each.get("change", {}).get("actions") not in GONE
        for each in tree["resource_changes"]
    )


def mapped(node: Resource) -> Iterator[tuple[str, Any]]:
    """The attributes that tables fill, without relations and what is derived."""
    kind = TABLES.kinds.get(node.kind)
    for name, attribute in kind.attributes.items() if kind is not None else ():
        if not attribute.derive and attribute.type.name not in ("refs", "selects") and name in node.attributes:
            yield name, node.attributes[name]


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    elif isinstance(value, Encoded):
        yield from leaves(value.document)
    elif value is not None:
        yield value


def main() -> int:
    found = [measure(path) for path in plans(sys.argv[1:])]
    values = sum(each.values for each in found)
    unknown = sum((each.unknown for each in found), Counter[str]())
    differing = [each for each in found if each.counted not in (None, each.resources)]
    for each in differing:
        print(f"{each.path}: {each.resources} resources, the plan counts {each.counted}")
    for each in found:
        if each.errors or each.broken:
            print(f"{each.path}: {each.errors} error outcomes, {each.broken} errors")
    outside = sum(count for reason, count in unknown.items() if reason.endswith(OUTSIDE))
    share = (unknown.total() - outside) / max(values, 1)
    print(f"{len(found)} plans, {sum(each.resources for each in found)} resources, {len(differing)} counts differ")
    print(f"{sum(each.errors for each in found)} error outcomes, {sum(each.broken for each in found)} errors")
    print(f"{unknown.total() - outside} of {values} mapped values are unknown: {share:.1%}")
    print(f"{outside} more are known names of what is not in the plan: {outside / max(values, 1):.1%}")
    for reason, count in unknown.most_common(12):
        print(f"{count:6}  {reason}")
    return 1 if differing or share >= MOST_UNKNOWN or any(each.errors for each in found) else 0


if __name__ == "__main__":
    sys.exit(main())
