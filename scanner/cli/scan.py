"""`groundrule scan`: options, the progress bar, and where each report goes."""

from __future__ import annotations

from typing import Any, Final

import click

from scanner.cli import output
from scanner.cli.choices import FormatParam, SeverityParam, pairs
from scanner.cli.configured import with_configuration
from scanner.cli.loading import load_options, loading_options
from scanner.cli.waivers import waiver_options

EVIDENCE = frozenset({"html"})
"""Formats that say what every control came to, and so need passes, commit and time."""

WITH_HISTORY: Final = ("html", "json")
"""Formats that say who last changed the line of a waiver."""

NAME_NO_CONTROLS: Final = ("github", "gitlab", "junit", "junit-gitlab", "text")
"""Formats that do not say to which controls a finding speaks."""


@click.command("scan")
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    type=FormatParam(),
    metavar="FORMAT[=FILE]",
    help="A report: text, json, html, sarif, sarif-full, junit, junit-gitlab, github, gitlab, markdown, csv, "
    "csv-controls; with =FILE it is written there. Repeatable.",
)
@click.option("--rules", multiple=True, metavar="ID|PACK|DIR|FILE", help="Only these rules. Repeatable.")
@click.option("--skip", multiple=True, metavar="ID", help="Not this rule. Repeatable.")
@click.option(
    "--framework",
    "frameworks",
    multiple=True,
    metavar="ID",
    help="Only the rules of this framework, and what they say of its controls. Repeatable.",
)
@click.option(
    "--min-severity",
    type=SeverityParam(),
    default="low",
    show_default=True,
    metavar="LEVEL",
    help="Only rules of this severity or worse.",
)
@click.option(
    "--fail-on",
    type=SeverityParam("never"),
    default="low",
    show_default=True,
    metavar="LEVEL",
    help="The least severity that gives exit code 1: critical, high, medium, low, never.",
)
@click.option(
    "--fail-on-unknown/--no-fail-on-unknown", default=False, help="What could not be decided fails too, or does not."
)
@click.option("--allow-incomplete", is_flag=True, help="Exit 0 instead of 3 when something could not be read.")
@click.option("--all", "show_passes", is_flag=True, help="List passes too.")
@click.option(
    "--plan", default="", metavar="FILE", help="A plan (terraform show -json), placed on the Terraform source lines."
)
@loading_options
@waiver_options
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="A word that rules can read. Repeatable.")
@click.option(
    "--untrusted", is_flag=True, help="Nothing in the scanned tree may change what is demanded; what tries is listed."
)
@click.option("--cross-check", is_flag=True, help="Read every input a second time, by another reader, and compare.")
@click.option("-q", "--quiet", is_flag=True, help="One line a finding.")
@click.option("-v", "--verbose", count=True, help="Lists that are cut short are shown whole.")
@click.option("--no-color", is_flag=True, help="No colours, even on a terminal.")
def command(**given: Any) -> int:
    """Scan files and directories (the current directory by default; `-` reads standard input).

    Exit codes: 0 nothing found; 1 findings at or above --fail-on; 2 wrong usage, configuration or rule file;
    3 the scan is incomplete, or found nothing to scan; 4 internal error, or a report that could not be
    written; 130 interrupted.
    """
    from scanner import api
    from scanner.engine.settle import Gate

    output.collect_garbage_seldom()
    evidence = any(format in EVIDENCE for format, _ in given["formats"])
    options = api.ScanOptions(
        rules=given["rules"],
        skip=given["skip"],
        min_severity=given["min_severity"],
        gate=Gate(given["fail_on"], given["fail_on_unknown"], given["allow_incomplete"]),
        load=load_options(given),
        context=pairs(given["context"], "--context"),
        passes=given["show_passes"] or evidence,
        controls=evidence or any(name == "csv-controls" for name, _ in given["formats"]),
        plan=given["plan"],
        cross_check=given["cross_check"],
        frameworks=given["frameworks"],
        untrusted=given["untrusted"],
        waivers=given["waivers"],
        today=given["today"],
        name_controls=any(name not in NAME_NO_CONTROLS for name, _ in given["formats"]),
    )
    options = with_configuration(options, given)
    with output.Progress() as progress:
        result = api.scan(given["paths"] or (".",), options, progress=progress.step)
    if result.waivers and any(name in WITH_HISTORY for name, _ in given["formats"]):
        result = api.with_waiver_history(result)
    failed = output.write_reports(result, given)
    return 4 if failed else result.summary.exit_code
