"""Option values that are checked when they are read, each with the nearest right word."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import click

from scanner import plugins
from scanner.errors import UsageError
from scanner.model import SEVERITIES


class FormatParam(click.ParamType[tuple[str, str]]):
    """`FORMAT` or `FORMAT=FILE`."""

    name = "format"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """(format, file); the file is empty for standard output."""
        if isinstance(value, tuple):
            return value
        format, equals, file = str(value).partition("=")
        known = plugins.names("groundrule.writers")
        if format not in known:
            self.fail(f"there is no format `{format}`.{nearest(format, known)}", param, ctx)
        if equals and not file:
            self.fail(f"`{value}` names no file.", param, ctx)
        return format, file


class SeverityParam(click.ParamType[str]):
    """A severity, or one of the further words given."""

    name = "level"

    def __init__(self, *further: str) -> None:
        self.words = (*SEVERITIES, *further)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, in lower case."""
        word = str(value).lower()
        if word not in self.words:
            self.fail(f"`{value}` is none of {', '.join(self.words)}.{nearest(word, self.words)}", param, ctx)
        return word


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean ...?`, or nothing."""
    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""


def pairs(values: Iterable[str], option: str) -> dict[str, str]:
    """NAME=VALUE words as a dict; a later one replaces an earlier one. Raises UsageError for a word without `=`."""
    found: dict[str, str] = {}
    for word in values:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"{option} {word}: write NAME=VALUE")
        found[name] = value
    return found
