"""Of what a scan was, when, and with what settings: what an auditor asks first."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanner.engine.options import ScanOptions
from scanner.expression.functions.secrets import is_name
from scanner.model import Circumstances
from scanner.source.repository import head, is_dirty

if TYPE_CHECKING:
    from scanner.source.document import Document

NOT_SHOWN: Final = "<redacted:by its name>"
"""Stands for a value given on the command line to a variable that is named as a secret is."""
_OWN: Final = frozenset({".py", ".yaml", ".html", ".css", ".js", ".json"})


def circumstances(
    options: ScanOptions, paths: Sequence[str], documents: Iterable[Document], roots: Sequence[str]
) -> Circumstances:
    """What the caller knows, with time, repository, commit and gate.

    `paths` as they were given; `roots` are the real folders that they span. SOURCE_DATE_EPOCH, a number of seconds,
    stands for the time where it is set: https://reproducible-builds.org/specs/source-date-epoch/
    """
    directory = roots[0] if roots else os.getcwd()
    here = head(directory)
    files = [document.absolute for document in documents if document.absolute]
    return replace(
        options.circumstances,
        time=_time(os.environ.get("SOURCE_DATE_EPOCH", "")),
        repository=os.path.basename(here.root if here else os.path.realpath(directory)),
        commit=here.commit if here else "",
        branch=here.branch if here else "",
        dirty=is_dirty(directory, files) if here else None,
        paths=tuple(paths),
        variables=options.circumstances.variables or tuple(_variables(options)),
        fail_on=options.gate.fail_on,
        fail_on_unknown=options.gate.fail_on_unknown,
        tool_digest=_tool_digest(),
        today=options.today.isoformat() if options.today else "",
    )


def _tool_digest() -> str:
    """Over the names and bytes of this program's modules and tables, wherever it is installed."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.suffix in _OWN and "rulepacks" not in path.parts:
            data = path.read_bytes()
            digest.update(f"{path.relative_to(package).as_posix()}\0{len(data)}\0".encode())
            digest.update(data)
    return f"sha256:{digest.hexdigest()}"


def _time(epoch: str) -> str:
    fixed = epoch.isdecimal() and len(epoch) <= len(str(253402300799))
    now = datetime.fromtimestamp(min(int(epoch), 253402300799), UTC) if fixed else datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _variables(options: ScanOptions) -> Iterable[tuple[str, str]]:
    load = options.load
    yield from (("--var-file", file) for file in load.var_files)
    for name, value in load.variables.items():
        yield "--var", f"{name}={NOT_SHOWN if is_name(name) else value}"
    if load.workspace != "default":
        yield "--workspace", load.workspace
    yield from (("--parameters", file) for file in load.parameters)
    yield from (("--context", f"{name}={value}") for name, value in options.context.items())
    if options.plan:
        yield "--plan", options.plan
