"""`groundrule rules`: list, show, test, check, begin and document rules."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from scanner.cli.choices import SeverityParam
from scanner.errors import OutputError, UsageError

SCHEMAS: Final = ("rule", "pack", "framework", "waiver")


@click.group("rules")
def command() -> None:
    """List, show, test and write rules."""


@command.command("list")
@click.option("--rules", multiple=True, metavar="ID|PACK|DIR|FILE", help="Only these rules. Repeatable.")
@click.option("--min-severity", type=SeverityParam(), default="low", metavar="LEVEL", help="This severity or worse.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_rules(rules: tuple[str, ...], min_severity: str, as_json: bool) -> None:
    """List the rules, worst first."""
    from scanner.cli.configured import configured_packs
    from scanner.model import SEVERITIES
    from scanner.policy.selection import select

    _, selected = select(rules, min_severity=min_severity, packs=configured_packs())
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
    held = report.examples - len(report.failures)
    click.echo(
        f"{_mark(not report.failures)} {held} of {report.examples} examples of {_counted(report.rules, 'rule')} hold"
    )
    if report.failures:
        raise SystemExit(1)


@command.command("lint")
@click.argument("rules", nargs=-1, metavar="[ID|PACK|DIR|FILE...]")
def lint(rules: tuple[str, ...]) -> None:
    """Say what rules lack, and what they cannot see (all rules by default); exit 1 if there is anything."""
    from scanner.engine.linting import lint_rules

    report = lint_rules(rules)
    for remark in report.remarks:
        click.echo(str(remark))
    found = len(report.remarks)
    click.echo(f"{_mark(not found)} {_counted(found, 'remark')} on {_counted(report.rules, 'rule')}")
    if found:
        raise SystemExit(1)


@command.command("new")
@click.argument("rule", metavar="ID")
@click.option("--kind", required=True, metavar="KIND", help="What it judges: aws.s3.bucket, or terraform/aws_foo.")
@click.option("--dir", "directory", default=".", metavar="DIR", help="Where the file is put.", show_default=True)
def new(rule: str, kind: str, directory: str) -> None:
    """Begin a rule: writes DIR/ID.yaml, which runs, and says what is to be written."""
    from scanner.engine.natives import native_types
    from scanner.normalise import load_tables
    from scanner.policy.scaffold import scaffold

    path = Path(directory) / f"{rule}.yaml"
    if path.exists():
        raise UsageError(f"{path} is there already")
    tables = load_tables()
    text = scaffold(rule, kind, tables.kinds, native_types(tables), _outcome)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror}") from error
    click.echo(f"{path} is written. Next: `groundrule rules test {path}`, then `groundrule rules lint {path}`.")


@command.command("docs")
@click.argument("rules", nargs=-1, metavar="[ID|PACK|DIR|FILE...]")
@click.option("--dir", "directory", default="", metavar="DIR", help="Write a file for each rule there.")
def docs(rules: tuple[str, ...], directory: str) -> None:
    """Print a page of Markdown for each rule, or write them to a folder."""
    pages = dict(_pages(rules))
    if not directory:
        click.echo("\n".join(pages.values()), nl=False)
        return
    try:
        Path(directory).mkdir(parents=True, exist_ok=True)
        for name, page in pages.items():
            (Path(directory) / f"{name}.md").write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{directory} could not be written: {error.strerror}") from error
    click.echo(f"{_mark(True)} {_counted(len(pages), 'page')} in {directory}")


@command.command("schema")
@click.argument("what", type=click.Choice(SCHEMAS), default="rule")
def schema(what: str) -> None:
    """Print the JSON Schema of rule files, of pack.yaml, of framework or of waiver files."""
    import scanner.policy

    path = Path(scanner.policy.__path__[0]) / f"{what}.schema.json"
    click.echo(path.read_text(encoding="utf-8"), nl=False)


def _outcome(rule: str, format: str, text: str) -> str:
    """What a rule, given by the text of its file, says of the text of an example."""
    from scanner.api import ScanOptions, scan_texts
    from scanner.engine.examples import outcome_of

    with TemporaryDirectory() as folder:
        path = Path(folder) / "rule.yaml"
        path.write_text(rule, encoding="utf-8")
        name = "main.tf" if format == "terraform" else "template.yaml"
        return outcome_of(scan_texts({name: text}, ScanOptions(rules=(str(path),))))


def _pages(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    from scanner.policy.frameworks import load_mappings
    from scanner.policy.packs import load_examples
    from scanner.policy.places import file_of
    from scanner.policy.selection import select
    from scanner.report.explain import Mapped
    from scanner.report.rule_page import rule_page

    packs, selected = select(names)
    by_name = {pack.name: pack for pack in packs}
    mappings = load_mappings()
    for rule in selected:
        controls = [
            Mapped(each.framework, each.control, each.covers, "some of its findings" if each.where else "")
            for each in mappings
            if each.rule == rule.id
        ]
        path = file_of(rule.path)
        examples = load_examples(path, shown=rule.path) if path else ()
        yield rule.id, rule_page(rule, pack=by_name.get(rule.pack), controls=controls, examples=examples)


def _mark(good: bool) -> str:
    if (sys.stdout.encoding or "").lower().startswith("utf"):
        return "✓" if good else "✕"
    return "ok" if good else "x"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _file_of(name: str) -> Path:
    from scanner.cli.configured import configured_packs
    from scanner.policy.places import file_of
    from scanner.policy.selection import find_rule, select

    path = Path(name)
    if path.suffix in (".yaml", ".yml") and path.is_file():
        return path
    _, every = select(packs=configured_packs())
    return file_of(find_rule(name, every).path) or path
