"""`groundrule rules`: list, show and test rules."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from scanner.cli.choices import SeverityParam


@click.group("rules")
def command() -> None:
    """List, show and test rules."""


@command.command("list")
@click.option("--rules", multiple=True, metavar="ID|PACK|DIR|FILE", help="Only these rules. Repeatable.")
@click.option("--min-severity", type=SeverityParam(), default="low", metavar="LEVEL", help="This severity or worse.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_rules(rules: tuple[str, ...], min_severity: str, as_json: bool) -> None:
    """List the rules, worst first."""
    from scanner.model import SEVERITIES
    from scanner.policy.selection import select

    _, selected = select(rules, min_severity=min_severity)
    ordered = sorted(selected, key=lambda rule: (SEVERITIES.index(rule.severity), rule.id))
    if as_json:
        rows: list[dict[str, Any]] = [
            {"id": each.id, "topic": each.topic, "title": each.title, "severity": each.severity,
             "kinds": list(each.kinds), "pack": each.pack, "same_as": dict(each.same_as)}
            for each in ordered
        ]  # fmt: skip
        click.echo(json.dumps(rows, indent=2))
        return
    width = max((len(each.id) for each in ordered), default=0)
    for each in ordered:
        click.echo(f"{each.severity:<8}  {each.id:<{width}}  {each.title}")


@command.command("show")
@click.argument("rule")
def show(rule: str) -> None:
    """Print the file of a rule, with its examples."""
    click.echo(_file_of(rule).read_text(encoding="utf-8"), nl=False)


@command.command("test")
@click.argument("rules", nargs=-1, metavar="[ID|PACK|DIR|FILE...]")
def test(rules: tuple[str, ...]) -> None:
    """Judge the examples that rules carry (all rules by default); exit 1 if one is judged otherwise."""
    from scanner.api import judge_rules

    report = judge_rules(rules)
    for line in report.failures:
        click.echo(line)
    mark = "✕" if report.failures else "✓"
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        mark = "x" if report.failures else "ok"
    click.echo(
        f"{mark} {report.examples - len(report.failures)} of {report.examples} examples of {report.rules} rules hold"
    )
    if report.failures:
        raise SystemExit(1)


def _file_of(name: str) -> Path:
    from scanner.plugins import built_in_packs
    from scanner.policy.selection import find_rule, select

    path = Path(name)
    if path.suffix in (".yaml", ".yml") and path.is_file():
        return path
    _, every = select()
    return built_in_packs().parent / find_rule(name, every).path
