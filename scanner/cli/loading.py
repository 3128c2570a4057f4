"""Options that say how values are loaded, shared by the commands that read files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from scanner.cli.choices import pairs

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--var-file", "var_files", multiple=True, metavar="FILE", help="Terraform variable file. Repeatable."),
    click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Terraform variable. Repeatable."),
    click.option(
        "--parameters", multiple=True, metavar="FILE", help="Parameters of CloudFormation templates. Repeatable."
    ),
    click.option("--workspace", default="default", metavar="NAME", help="Terraform workspace."),
    click.option("--config", default="", metavar="FILE", help="This configuration file instead of the nearest one."),
    click.option("--no-config", is_flag=True, help="No configuration file."),
    click.option("--limit", "limits", multiple=True, metavar="NAME=VALUE", help="A budget of the scan. Repeatable."),
)


def loading_options(command: Command) -> Command:
    """Adds the options to a command, in the order in which `--help` lists them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def load_options(given: Mapping[str, Any]) -> Any:
    """The LoadOptions of what was given."""
    from scanner import api

    return api.load_options(
        var_files=given["var_files"],
        variables=pairs(given["variables"], "--var"),
        workspace=given["workspace"],
        parameters=given["parameters"],
        limits=pairs(given["limits"], "--limit"),
    )
