"""What git says of a working tree: its commit and branch, whether files differ from it, and who wrote a line.

Git is run as a reader of its own database only. What a repository's configuration could make it start (a file
monitor, hooks, filters, text converters, a pager, transports of a partial clone) is switched off, and files of the
working tree are compared here, by their digest. Without git, or outside a repository, every answer is None.
https://git-scm.com/docs/git#_environment_variables and https://git-scm.com/docs/git-config
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

from scanner.source.reader import Refusal, read_regular

_SECONDS: Final = 10
_LARGEST: Final = 64 * 1024 * 1024
_MOST_LINES: Final = 100_000

_SETTINGS: Final = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.attributesFile=/dev/null",
    "blame.ignoreRevsFile=",
    "diff.external=",
    "log.showSignature=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    # Read only from here on, so a checkout that another user owns (a mounted one in CI) is no danger.
    "safe.directory=*",
)
_ENVIRONMENT: Final[Mapping[str, str]] = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    # Overrides every protocol.*.allow of the repository; git before 2.44 has no other way to stop lazy fetches.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ASKPASS": "",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}


class Head(NamedTuple):
    """Where a repository stands."""

    commit: str
    """The full hash."""
    branch: str
    """Empty where no branch is checked out."""
    root: str
    """The absolute path of the working tree."""


class Blame(NamedTuple):
    """The commit that last changed a line."""

    commit: str
    author: str
    """The name as the commit states it."""
    date: str
    """The author's date in UTC, as ISO 8601 writes it: 2026-05-02."""


def head(directory: str) -> Head | None:
    """The commit and branch of the repository that a directory lies in; None where there is none yet."""
    commit = _line(directory, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    root = _line(directory, "rev-parse", "--show-toplevel")
    if not commit or not root:
        return None
    return Head(commit, _line(directory, "symbolic-ref", "--short", "--quiet", "HEAD"), root)


def is_dirty(directory: str, paths: Iterable[str]) -> bool | None:
    """Whether one of the files (absolute, or relative to the directory) differs from the commit, or is not in it.

    Bytes are compared: only line ends may differ, since git changes them on checkout. None where it cannot be said.
    """
    here = head(directory)
    tree = _tree(here.root) if here else None
    if here is None or tree is None:
        return None
    top = os.path.realpath(here.root)
    for path in paths:
        real = os.path.realpath(os.path.join(directory, path))
        name = os.path.relpath(real, top).replace(os.sep, "/")
        data = read_regular(real, _LARGEST)
        if name not in tree or isinstance(data, Refusal) or tree[name] not in _digests(data, len(tree[name])):
            return True
    return False


def blame(directory: str, path: str, line: int) -> Blame | None:
    """Who last changed a line (from 1) of a file as it is now; None if the line is in no commit yet."""
    here = head(directory)
    if here is None:
        return None
    top = os.path.realpath(here.root)
    real = os.path.realpath(os.path.join(directory, path))
    name = os.path.relpath(real, top).replace(os.sep, "/")
    committed, current = _git(top, "cat-file", "blob", f"HEAD:{name}"), read_regular(real, _LARGEST)
    if name.startswith("../") or committed is None or isinstance(current, Refusal):
        return None
    number = _line_before(committed.splitlines(), current.splitlines(), line)
    if number is None:
        return None
    # Of the commit, not of the working tree: reading that would run the clean filters of the repository.
    text = _git(top, "blame", "--porcelain", "--no-textconv", "-L", f"{number},{number}", "HEAD", "--", name)
    return _parsed(text.decode("utf-8", "replace")) if text else None


def _parsed(text: str) -> Blame | None:
    lines = text.splitlines()
    facts = dict(each.partition(" ")[::2] for each in lines[1:])
    if not lines or not facts.get("author-time", "").isdecimal():
        return None
    date = datetime.fromtimestamp(int(facts["author-time"]), UTC).date()
    return Blame(lines[0].split(" ")[0], facts.get("author", ""), date.isoformat())


def _line_before(committed: list[bytes], current: list[bytes], line: int) -> int | None:
    """The number in the commit of a line of today: of those before the first change and behind the last."""
    if not 1 <= line <= len(current) or max(len(committed), len(current)) > _MOST_LINES:
        return None
    shared = min(len(committed), len(current))
    ahead = next((at for at in range(shared) if committed[at] != current[at]), shared)
    if line <= ahead:
        return line
    behind = next((at for at in range(shared - ahead) if committed[-1 - at] != current[-1 - at]), shared - ahead)
    return line + len(committed) - len(current) if line > len(current) - behind else None


def _tree(root: str) -> dict[str, str] | None:
    """The files of the commit and the hashes of their contents."""
    listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", "HEAD")
    if listed is None:
        return None
    entries = (entry.partition(b"\t") for entry in listed.split(b"\0") if entry)
    return {os.fsdecode(name): facts.split(b" ")[2].decode("ascii") for facts, _, name in entries}


def _digests(data: bytes, length: int) -> tuple[str, str]:
    """The name git gives a content, as it is and with the line ends that git stores."""
    return _digest(data, length), _digest(data.replace(b"\r\n", b"\n"), length)


def _digest(data: bytes, length: int) -> str:
    digest = hashlib.new("sha256" if length == 64 else "sha1", usedforsecurity=False)
    digest.update(b"blob %d\0" % len(data))
    digest.update(data)
    return digest.hexdigest()


def _line(directory: str, *words: str) -> str:
    text = _git(directory, *words)
    return os.fsdecode(text).rstrip("\n") if text else ""


def _git(directory: str, *words: str) -> bytes | None:
    """What a git command writes; None if it fails, takes too long, or there is no git."""
    program = shutil.which("git")
    if program is None or not os.path.isabs(program):
        return None
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    command = [program, "--no-pager", "--literal-pathspecs", *settings, *words]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            command, cwd=directory, env={**kept, **_ENVIRONMENT}, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return done.stdout if done.returncode == 0 else None
