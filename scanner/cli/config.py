"""`groundrule config`: show what is in force and where it was said; print the schema."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import click

SHOWN_FORMATS = ("text", "json")


@click.group("config")
def command() -> None:
    """Show the configuration of a scan, or its schema."""


@command.command("show")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--origin", is_flag=True, help="Say of each key where it is written.")
@click.option("-f", "--format", "format", type=click.Choice(SHOWN_FORMATS), default="text", help="text or json.")
@click.option("--config", default="", metavar="FILE", help="This configuration file instead of the nearest one.")
@click.option("--no-config", is_flag=True, help="No configuration file.")
def show(**given: Any) -> None:
    """Print every key with the value that a scan of PATH would use (the current directory by default).

    The text is a configuration file itself.
    """
    rows, file = _rows(given)
    if given["format"] == "json":
        settings = [{"key": key, "value": value, "origin": origin} for key, value, origin in rows]
        click.echo(json.dumps({"file": file, "settings": settings}, indent=2, default=str))
        return
    click.echo(f"# {_printable(file)}" if file else "# no configuration file")
    for line, origin in _lines(rows):
        click.echo(f"{line:<40}  # {_printable(origin)}" if given["origin"] and origin else line)


def _lines(rows: list[tuple[str, Any, str]]) -> Iterator[tuple[str, str]]:
    """The keys as TOML, `[[paths]]` at the end as the table of keys has it, each with its origin."""
    table = ""
    for key, value, origin in rows:
        head, bracket, rest = key.partition("].")
        if bracket and head.startswith("paths["):
            if head != table:
                table = head
                yield "\n[[paths]]", ""
            key = rest
        yield f"{key} = {_toml(value)}", origin


@command.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of configuration files, for editors."""
    from scanner.config.schema import schema

    click.echo(json.dumps(schema(), indent=2))


def _rows(given: dict[str, Any]) -> tuple[list[tuple[str, Any, str]], str]:
    """(key, value, origin) of every key, in the order of the table, and the file; raises PolicyError if it is bad."""
    from scanner.cli.configured import configuration_file, shown_path
    from scanner.config.keys import KEYS
    from scanner.config.reader import read
    from scanner.config.settings import Setting

    cwd = os.getcwd()
    found = configuration_file(given, cwd)
    written: tuple[Setting, ...] = ()
    file = ""
    if found is not None:
        file = shown_path(found.path, cwd)
        written = read(found, file).settings
    rows: list[tuple[str, Any, str]] = []
    for name, key in KEYS.items():
        own = [each for each in written if each.key == name or each.key.startswith((f"{name}.", f"{name}["))]
        rows += [(each.key, each.value, str(each.origin)) for each in own]
        if not own and key.default is not None:
            rows.append((name, key.default, "default"))
    return rows, file


def _toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in quoted) + '"'
    return str(value)


def _printable(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode()
