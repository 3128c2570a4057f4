"""Where reports go: standard output, files, and a progress bar on standard error."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from scanner import plugins
from scanner.model import ScanResult

SHOW_AFTER = 1.0
"""Seconds after which a scan on a terminal shows its progress."""
WIDEST = 100


def write_reports(result: ScanResult, given: Mapping[str, Any]) -> bool:
    """Writes every report that was asked for; True if one could not be written, which is said."""
    failed = False
    for format, file in given["formats"] or (("text", ""),):
        try:
            text = _render(format, result, write_options(given, to_file=bool(file)))
            _write(text, file)
        except BrokenPipeError:
            raise
        except OSError as error:
            click.echo(f"groundrule: {file or 'standard output'} could not be written: {error.strerror}", err=True)
            failed = True
        except Exception as error:
            # One of the three places where any exception is caught: the other reports are still written.
            click.echo(f"groundrule: the {format} report broke: {type(error).__name__}: {error}", err=True)
            failed = True
    return failed


def write_options(given: Mapping[str, Any], *, to_file: bool) -> Any:
    """How a report may look: colour only on a terminal, and only if nobody objects."""
    from scanner.report.interface import WriteOptions

    terminal = not to_file and sys.stdout.isatty()
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    plain = given.get("no_color") or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return WriteOptions(
        color=terminal and not plain,
        width=min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST) if terminal else WIDEST,
        unicode=to_file or encoding.startswith("utf"),
        hyperlinks=terminal and not plain and "VTE_VERSION" in os.environ,
        quiet=bool(given.get("quiet")),
        verbose=int(given.get("verbose") or 0),
        show_passes=bool(given.get("show_passes")),
        timing=terminal,
        root=os.getcwd(),
    )


def _render(format: str, result: ScanResult, options: Any) -> bytes:
    text = plugins.load("groundrule.writers", format)().write(result, options)
    return text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")


def _write(text: bytes, file: str) -> None:
    if not file:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
        return
    _write_whole(Path(file), text)


def _write_whole(path: Path, text: bytes) -> None:
    """Writes whole or not at all; what is no regular file (a pipe, /dev/stdout) is written to directly."""
    if path.exists() and not path.is_file():
        path.write_bytes(text)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def collect_garbage_seldom() -> None:
    """A scan makes many containers and few cycles, and its process ends soon: looking for cycles as often as
    Python does by default costs a tenth of its time."""
    import gc

    gc.set_threshold(50_000, 20, 100)


class Progress:
    """A bar on standard error, on a terminal only, once a scan takes long; wiped when it ends."""

    def __init__(self) -> None:
        self.shown = False
        self.terminal = sys.stderr.isatty()
        self.started = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def step(self, what: str, done: int, total: int) -> None:
        """`what` is one of the eight steps; `done` of `total` units of it are finished."""
        if not self.terminal or time.monotonic() - self.started < SHOW_AFTER:
            return
        share = done / total if total else 1.0
        bar = ("━" * round(24 * share)).ljust(24, "─")
        sys.stderr.write(f"\r\x1b[K  {bar}  {what} {done} of {total}")
        sys.stderr.flush()
        self.shown = True
