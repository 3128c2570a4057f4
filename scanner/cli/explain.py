"""`groundrule explain RULE`: what a rule looks at, why, and how to fix what it finds."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("rule")
@click.option("--no-color", is_flag=True, help="No colours, even on a terminal.")
def command(rule: str, no_color: bool) -> None:
    """Tell what RULE looks at, why, and how to fix what it finds."""
    from scanner.cli.output import write_options
    from scanner.normalise import load_tables
    from scanner.policy.selection import find_rule, select
    from scanner.report.explain import explain_rule

    packs, every = select()
    found = find_rule(rule, every)
    pack = next(each for each in packs if each.name == found.pack)
    options = write_options({"no_color": no_color}, to_file=False)
    click.echo(explain_rule(found, pack=pack, kinds=load_tables().kinds, options=options), nl=False)
