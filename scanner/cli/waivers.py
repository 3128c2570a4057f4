"""`groundrule waivers`: what is waived, by what, and whether it still holds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scanner.cli.loading import load_options, loading_options

if TYPE_CHECKING:
    from scanner.model import ScanResult, WaiverRecord

Command = TypeVar("Command", bound=Callable[..., Any])


class DayParam(click.ParamType[date]):
    """A day as 2027-01-31 writes it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"`{value}` is no date: write 2027-01-31.", param, ctx)


_OPTIONS = (
    click.option("--waivers", multiple=True, metavar="FILE", help="A waiver file. Repeatable."),
    click.option("--today", type=DayParam(), metavar="DATE", help="The day by which waivers expire, instead of now."),
)


def waiver_options(command: Command) -> Command:
    """Adds the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group("waivers")
def command() -> None:
    """List and check waivers: those of files, and those in the scanned code."""


_SHARED = (
    click.argument("paths", nargs=-1, metavar="[PATH...]"),
    *_OPTIONS,
    click.option("--plan", default="", metavar="FILE", help="A plan that is joined to the sources."),
    click.option("--untrusted", is_flag=True, help="Refuse what the scanned files themselves waive."),
    click.option("-f", "--format", "shape", type=click.Choice(("text", "json")), default="text", help="text or json."),
)


def _shared(function: Command) -> Command:
    for option in reversed(_SHARED):
        function = option(function)
    return loading_options(function)


@command.command("list")
@_shared
def list_waivers(**given: Any) -> None:
    """List every waiver that a scan of PATH meets, with who last changed its line."""
    result, records = _scanned(given)
    _show(result, records, given["shape"])


@command.command("check")
@_shared
@click.option("--allow-unused", is_flag=True, help="One that holds for nothing is no problem.")
def check(**given: Any) -> int:
    """List the waivers that need somebody: expired, refused, or holding for nothing.

    Exit codes: 0 none; 1 some; 2 wrong usage or a bad waiver file; 3 the scan was incomplete, so that one which
    holds for nothing may be needed after all. Suppressions written for other tools may hold for nothing.
    """
    from scanner.engine.waivers import needs_attention

    result, records = _scanned(given)
    wanting = tuple(each for each in records if needs_attention(each, unused=not given["allow_unused"]))
    _show(result, wanting, given["shape"], f"none of {len(records)} needs anybody" if records else "")
    if wanting:
        return 1
    return 3 if any(each.level == "error" for each in result.diagnostics) else 0


def _scanned(given: Mapping[str, Any]) -> tuple[ScanResult, tuple[WaiverRecord, ...]]:
    from scanner import api
    from scanner.cli.configured import with_configuration
    from scanner.engine.waiver_history import with_history

    options = api.ScanOptions(
        load=load_options(given),
        passes=False,
        plan=given["plan"],
        waivers=given["waivers"],
        today=given["today"],
        untrusted=given["untrusted"],
    )
    result = api.scan(given["paths"] or (".",), with_configuration(options, given))
    return result, with_history(result.waivers, os.getcwd())


def _show(result: ScanResult, records: tuple[WaiverRecord, ...], shape: str, otherwise: str = "") -> None:
    """`otherwise`: what is said instead of `no waivers` where there are none to show."""
    from scanner.report.redaction import screen, without_surrogates
    from scanner.report.waivers import record_lines, record_object

    shown = screen(result)
    if shape == "json":
        rows = [record_object(each, lambda text: without_surrogates(shown.redact(text))) for each in records]
        click.echo(json.dumps({"schema": "groundrule.waivers/1", "waivers": rows}, indent=2))
        return
    for record in records:
        first, *others = map(shown.show, record_lines(record))
        click.echo(first)
        for line in others:
            click.echo(f"          {line}")
    states = ", ".join(
        f"{count} {state}"
        for state in ("in-force", "expired", "unused", "refused")
        if (count := sum(each.state == state for each in records))
    )
    click.echo(states or otherwise or "no waivers")
