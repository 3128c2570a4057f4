"""`groundrule explain`: a rule in words, or a resource as rules see it."""

from __future__ import annotations

from typing import Any

import click

from scanner.cli.choices import nearest
from scanner.cli.configured import configured_packs, with_configuration
from scanner.cli.loading import load_options, loading_options
from scanner.cli.output import write_options
from scanner.errors import UsageError


@click.command("explain")
@click.argument("names", nargs=-1, metavar="[RULE | PATH...]")
@click.option("--resource", "address", default="", metavar="ADDRESS", help="Explain this resource of the PATHs.")
@loading_options
@click.option("--no-color", is_flag=True, help="No colours, even on a terminal.")
def command(names: tuple[str, ...], address: str, **given: Any) -> None:
    """Tell what RULE looks at, why, and how to fix what it finds; or, with --resource, every attribute
    of a resource with its value, or why it is not known, and where it is written."""
    options = write_options(given, to_file=False)
    if address:
        click.echo(_resource(address, names or (".",), given, options), nl=False)
    elif len(names) == 1:
        click.echo(_rule(names[0], options), nl=False)
    else:
        raise UsageError("name one rule, or a resource with --resource ADDRESS [PATH...]")


def _rule(name: str, options: Any) -> str:
    from scanner.normalise import load_tables
    from scanner.policy.frameworks import load_mappings
    from scanner.policy.selection import find_rule, select
    from scanner.report.explain import Mapped, explain_rule

    packs, every = select(packs=configured_packs())
    if any(mark in name for mark in "._/["):
        raise UsageError(f"there is no rule `{name}`", hint=f"for a resource: groundrule explain --resource {name}")
    found = find_rule(name, every)
    pack = next(each for each in packs if each.name == found.pack)
    controls = [
        Mapped(each.framework, each.control, each.covers, "some of its findings" if each.where else "")
        for each in load_mappings()
        if each.rule == found.id
    ]
    return explain_rule(found, pack=pack, kinds=load_tables().kinds, controls=controls, options=options)


def _resource(address: str, paths: tuple[str, ...], given: dict[str, Any], options: Any) -> str:
    from scanner import api
    from scanner.expression import show
    from scanner.report.resource import explain_resource

    loading = with_configuration(api.ScanOptions(load=load_options(given)), {**given, "paths": paths})
    graph, _, secrets = api.resource_graph(paths, loading)
    nodes = [node for node in graph.nodes if node.address == address]
    if not nodes:
        hint = nearest(address, {node.address for node in graph.nodes})
        raise UsageError(f"--resource {address}: there is no such resource.{hint}")
    return explain_resource(nodes, options, show=show, secrets=secrets)
