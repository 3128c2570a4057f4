"""`groundrule frameworks`: list the catalogues of controls, and show one or a control of one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from scanner.cli.output import write_options


def _output(function: Callable[..., None]) -> Callable[..., None]:
    """The options of how an answer is written."""
    for option in (
        click.option("--no-color", is_flag=True, help="No colours, even on a terminal."),
        click.option("--json", "as_json", is_flag=True, help="Write JSON; the same as --format json."),
        click.option(
            "-f",
            "--format",
            type=click.Choice(["text", "json"]),
            default="text",
            show_default=True,
            metavar="FORMAT",
            help="text or json.",
        ),
    ):
        function = option(function)
    return function


@click.group("frameworks")
def command() -> None:
    """List and show frameworks: complete catalogues of controls, and the rules that speak to them."""


@command.command("list")
@_output
def list_frameworks(**given: Any) -> None:
    """List the frameworks."""
    from scanner.policy.frameworks import load_frameworks
    from scanner.report import frameworks as page

    every = load_frameworks()
    if _wants_json(given):
        _write_json([page.framework_data(each) for each in every])
        return
    click.echo(page.list_frameworks(every, write_options(given, to_file=False)), nl=False)


@command.command("show")
@click.argument("framework")
@click.argument("control", required=False, default="")
@_output
def show(framework: str, control: str, **given: Any) -> None:
    """Show the controls of FRAMEWORK, or everything said of one CONTROL of it."""
    from scanner.policy.frameworks import find_control
    from scanner.policy.frameworks import framework as find_framework
    from scanner.report import frameworks as page

    found = find_framework(framework)
    options = write_options(given, to_file=False)
    if control:
        one = find_control(control, found)
        if _wants_json(given):
            _write_json({"framework": found.id, **page.control_data(one)})
        else:
            click.echo(page.show_control(found, one, options), nl=False)
    elif _wants_json(given):
        _write_json({**page.framework_data(found), "controls": [page.control_data(each) for each in found.controls]})
    else:
        click.echo(page.show_framework(found, options), nl=False)


def _wants_json(given: dict[str, Any]) -> bool:
    return bool(given["as_json"]) or given["format"] == "json"


def _write_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2))
