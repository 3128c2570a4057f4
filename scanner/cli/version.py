"""`groundrule version`. Imports nothing but click and the version."""

from __future__ import annotations

import click

from scanner import __version__


@click.command("version")
def command() -> None:
    """Print the version."""
    click.echo(f"groundrule {__version__}")
