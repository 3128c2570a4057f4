"""The `groundrule` command: its subcommands, and the one place that turns errors into exit codes.

Subcommands are imported when they are called, so that `groundrule version` stays cheap.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from types import TracebackType
from typing import Final

import click

from scanner.errors import GroundruleError, OutputError

COMMANDS: Final = {
    "config": ("scanner.cli.config", "Show the configuration of a scan, or its schema."),
    "explain": ("scanner.cli.explain", "Tell what a rule finds and how to fix it, or what a resource is."),
    "frameworks": ("scanner.cli.frameworks", "List and show frameworks and their controls."),
    "graph": ("scanner.cli.graph", "Show the resources of a scan and how they refer to each other."),
    "rules": ("scanner.cli.rules", "List, show, test and write rules."),
    "scan": ("scanner.cli.scan", "Scan files and directories."),
    "waivers": ("scanner.cli.waivers", "List and check what is waived."),
    "version": ("scanner.cli.version", "Print the version."),
}
"""Subcommand to its module and the line that `--help` shows."""

USAGE, OUTPUT, INTERRUPTED = 2, 4, 130
RECURSION = 5_000


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The subcommands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports the subcommand; None for a name that is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Answers a misspelt subcommand with the nearest one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"there is no command `{args[0]}`.{_did_you_mean(args[0])}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The subcommands with their lines, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _did_you_mean(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, COMMANDS, n=1)
    return f" Did you mean `{near[0]}`?" if near else " `groundrule --help` shows them all."


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Judge infrastructure code: Terraform, plans, CloudFormation and Kubernetes, by one set of rules.

    `groundrule scan` scans the current directory and needs no configuration, account or network.
    """


class _Crash:
    """What is told of a bug of ours. Not a handler: it looks at what passes through and names it."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.verbose = any(each in ("-v", "-vv", "--verbose") for each in arguments)

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or not isinstance(error, Exception):
            return
        if self.verbose:
            import traceback

            traceback.print_exception(kind, error, trace)
        click.echo(f"groundrule: internal error: {type(error).__name__}: {error}", err=True)
        click.echo("This is a bug of ours: please report it, with the output of the same command and -v.", err=True)
        raise SystemExit(OUTPUT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; ends the process with its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Chains of locals and module arguments are followed by recursion in pure Python, which needs no C stack.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    with _Crash(words):
        try:
            code = group.main(args=words, prog_name="groundrule", standalone_mode=False)
        except click.exceptions.Abort:
            raise SystemExit(INTERRUPTED) from None
        except click.ClickException as error:
            error.show()
            raise SystemExit(USAGE) from None
        except GroundruleError as error:
            _show(error)
            raise SystemExit(OUTPUT if isinstance(error, OutputError) else USAGE) from None
        except BrokenPipeError:
            _drop_output()
            raise SystemExit(OUTPUT) from None
    raise SystemExit(code if isinstance(code, int) else 0)


def _show(error: GroundruleError) -> None:
    """Cause, place and remedy on standard error."""
    place = getattr(error, "path", "")
    if place and getattr(error, "line", 0):
        place = f"{place}:{error.line}:{error.column}"  # type: ignore[attr-defined]  # PolicyError, seen by its path
    click.echo(f"groundrule: {place + ': ' if place else ''}{error.message}", err=True)
    if error.hint:
        click.echo(f"  hint: {error.hint}", err=True)


def _drop_output() -> None:
    """Nobody reads standard output any more: keep the interpreter from writing to it at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
