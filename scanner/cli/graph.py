"""`groundrule graph`: the resources of a scan and how they refer to each other."""

from __future__ import annotations

from typing import Any

import click

from scanner.cli.choices import nearest
from scanner.cli.configured import with_configuration
from scanner.cli.loading import load_options, loading_options
from scanner.errors import UsageError


@click.command("graph")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("-f", "--format", "format", default="text", metavar="FORMAT", help="text, json, dot or mermaid.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only nodes of this kind. Repeatable.")
@click.option("--resource", "address", default="", metavar="ADDRESS", help="Only this resource and its neighbours.")
@loading_options
def command(**given: Any) -> int:
    """Show the resources of a scan and how they refer to each other."""
    from scanner import api
    from scanner.report.graph import FORMATS, part_of, render_graph

    if given["format"] not in FORMATS:
        raise UsageError(f"there is no format `{given['format']}`.{nearest(given['format'], FORMATS)}")
    options = with_configuration(api.ScanOptions(load=load_options(given)), given)
    graph, diagnostics, secrets = api.resource_graph(given["paths"] or (".",), options)
    for kind in given["kinds"]:
        if kind not in graph.by_kind:
            raise UsageError(f"--kind {kind}: the graph has no such node.{nearest(kind, graph.by_kind)}")
    addresses = [node.address for node in graph.nodes]
    if given["address"] and given["address"] not in addresses:
        hint = nearest(given["address"], addresses)
        raise UsageError(f"--resource {given['address']}: the graph has no such resource.{hint}")
    part = part_of(graph, kinds=given["kinds"], address=given["address"])
    click.echo(render_graph(part, given["format"], secrets=secrets), nl=False)
    errors = [each for each in diagnostics if each.level == "error"]
    for each in errors:
        click.echo(f"groundrule: {each.path}: {each.message}", err=True)
    return 3 if errors else 0
