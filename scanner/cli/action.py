"""`groundrule-action`: one scan as the GitHub action asks for it, by environment variables only.

The exit code is 0 whenever the scan ran: the action's last step is the gate, after the reports were uploaded.
Workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

MOST_SUMMARY_BYTES: Final = 1024 * 1024 - 1
"""GitHub drops a step's summary above 1 MiB whole."""

GATES: Final = {0: "passed", 1: "failed", 3: "incomplete"}
"""The gate's word for an exit code; any other is `error`."""

EXTENSIONS: Final = {
    "csv": "csv",
    "csv-controls": "controls.csv",
    "github": "annotations.txt",
    "gitlab": "gitlab.json",
    "html": "html",
    "json": "json",
    "junit": "junit.xml",
    "junit-gitlab": "junit-gitlab.xml",
    "markdown": "md",
    "sarif": "sarif",
    "sarif-full": "full.sarif",
    "text": "txt",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What the action's inputs ask for."""

    arguments: tuple[str, ...]
    """Of `groundrule scan`, without its formats and paths."""
    paths: tuple[str, ...]
    formats: tuple[str, ...]
    directory: Path
    annotations: bool
    summary: bool


def main() -> NoReturn:
    """Scans, writes the reports, and tells the runner; exits 2 where the inputs themselves are wrong."""
    environment = os.environ
    request = read_request(environment)
    request.directory.mkdir(parents=True, exist_ok=True)
    code, log = _scan(request)
    with _commands_stopped():
        sys.stdout.write(log)
    if request.annotations:
        sys.stdout.write(_read(request.directory / "groundrule.annotations.txt"))
    sys.stdout.flush()
    if request.summary and environment.get("GITHUB_STEP_SUMMARY"):
        _append(environment["GITHUB_STEP_SUMMARY"], _fitting(_read(request.directory / "groundrule.md")))
    if environment.get("GITHUB_OUTPUT"):
        _append(environment["GITHUB_OUTPUT"], _outputs(request, code))
    raise SystemExit(0 if environment.get("GITHUB_OUTPUT") else code)


def read_request(environment: Mapping[str, str]) -> Request:
    """The request that the environment holds. Lists have one item a line."""
    arguments: list[str] = []
    for option, name in (
        ("--plan", "PLAN"),
        ("--framework", "FRAMEWORKS"),
        ("--rules", "RULES"),
        ("--fail-on", "FAIL_ON"),
        ("--waivers", "WAIVERS"),
    ):
        arguments += [f"{option}={value}" for value in _lines(environment, name)]
    if is_untrusted(environment):
        arguments.append("--untrusted")
    formats = list(dict.fromkeys(_lines(environment, "FORMATS")))
    if _flag(environment, "UPLOAD_SARIF") and "sarif" not in formats:
        formats.append("sarif")
    return Request(
        arguments=tuple(arguments),
        paths=tuple(_lines(environment, "PATH")) or (".",),
        formats=tuple(formats),
        directory=_directory(environment),
        annotations=_flag(environment, "ANNOTATIONS"),
        summary=_flag(environment, "JOB_SUMMARY"),
    )


def is_untrusted(environment: Mapping[str, str]) -> bool:
    """Whether the tree may come from a stranger: said so, or a pull request from another repository.

    An event that cannot be read counts as one from another repository.
    """
    word = environment.get("GROUNDRULE_UNTRUSTED", "auto").strip().lower() or "auto"
    if word != "auto":
        return word != "false"
    if not environment.get("GITHUB_EVENT_NAME", "").startswith(("pull_request", "workflow_run", "merge_group")):
        return False
    try:
        event = json.loads(Path(environment.get("GITHUB_EVENT_PATH", "")).read_text(encoding="utf-8"))
        return _from_elsewhere(event)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return True


def _from_elsewhere(event: Any) -> bool:
    """`head.repo` is null where the fork was deleted."""
    if "pull_request" in event:
        pull = event["pull_request"]
        return bool(pull["head"]["repo"]["full_name"] != pull["base"]["repo"]["full_name"])
    if "workflow_run" in event:
        return bool(event["workflow_run"]["head_repository"]["full_name"] != event["repository"]["full_name"])
    return "merge_group" not in event


def _lines(environment: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in environment.get(f"GROUNDRULE_{name}", "").splitlines() if line.strip()]


def _flag(environment: Mapping[str, str], name: str) -> bool:
    return environment.get(f"GROUNDRULE_{name}", "").strip().lower() == "true"


def _directory(environment: Mapping[str, str]) -> Path:
    given = environment.get("GROUNDRULE_OUTPUT_DIRECTORY", "").strip()
    return Path(given).absolute() if given else Path(environment.get("RUNNER_TEMP") or ".", "groundrule-reports")


def _scan(request: Request) -> tuple[int, str]:
    """The scan's exit code, and what it printed."""
    from scanner.cli.main import main as groundrule

    formats = [f"--format={name}={_file(request, name)}" for name in request.formats]
    formats += [f"--format=json={request.directory / 'groundrule.json'}", "--format=text"]
    if request.annotations:
        formats.append(f"--format=github={request.directory / 'groundrule.annotations.txt'}")
    if request.summary:
        formats.append(f"--format=markdown={request.directory / 'groundrule.md'}")
    log = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
        try:
            groundrule(["scan", *request.arguments, *dict.fromkeys(formats), "--", *request.paths])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 4
    log.seek(0)
    return code, log.read()


def _file(request: Request, format: str) -> Path:
    return request.directory / f"groundrule.{EXTENSIONS.get(format, format)}"


@contextlib.contextmanager
def _commands_stopped() -> Iterator[None]:
    """What stands in the scanned files must not act as a workflow command in the log."""
    token = secrets.token_hex(16)
    sys.stdout.write(f"::stop-commands::{token}\n")
    yield
    sys.stdout.write(f"\n::{token}::\n")


def _outputs(request: Request, code: int) -> str:
    counts: Mapping[str, Any] = {}
    with contextlib.suppress(OSError, ValueError, KeyError):
        counts = json.loads(_read(request.directory / "groundrule.json"))["summary"]
    reports = [str(_file(request, name)) for name in request.formats if _file(request, name).is_file()]
    sarif = _file(request, "sarif")
    values = {
        "gate": GATES.get(code, "error"),
        "exit-code": str(code),
        "failed": str(counts.get("fail", "")),
        "unknown": str(counts.get("unknown", "")),
        "waived": str(counts.get("waived", "")),
        "passed": str(counts.get("pass", "")),
        "reports": "\n".join(reports),
        "sarif": str(sarif) if str(sarif) in reports else "",
    }
    return "".join(_output(name, value) for name, value in values.items())


def _output(name: str, value: str) -> str:
    """A path may hold a line feed: the delimiter cannot be guessed."""
    delimiter = f"end-{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _fitting(text: str) -> str:
    return text.encode()[:MOST_SUMMARY_BYTES].decode("utf-8", "ignore")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _append(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)
