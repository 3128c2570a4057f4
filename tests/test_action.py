"""The action: its file is valid and pinned, and the shell of each of its steps does what it says.

The steps are taken out of action.yml and run as the runner runs them, in a clone of depth 1 that holds a hostile
`scanner/` folder and modules named like Python's own.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner.cli.action import EXTENSIONS, is_untrusted, read_request
from scanner.cli.scan import command as scan_command
from scanner.plugins import WRITERS

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
PWNED = "import os, pathlib\npathlib.Path(os.environ['RUNNER_TEMP'], 'PWNED').touch()\n"
BUCKET = 'resource "aws_s3_bucket" "b" {\n  bucket = "::error::b"\n}\n\nresource "aws_s3_bucket_acl" "b" {\n'
BUCKET += '  bucket = aws_s3_bucket.b.id\n  acl    = "public-read"\n}\n'


@dataclass(frozen=True)
class Runner:
    """A runner's machine: a workspace and a directory of its own."""

    workspace: Path
    temp: Path

    def run(self, step: str, inputs: Mapping[str, str] = {}, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs the shell of a step as `shell: bash` does."""
        script = self.temp / "step.sh"
        script.write_text(STEPS[step]["run"])
        values = {name: str(entry.get("default", "")) for name, entry in ACTION["inputs"].items()} | dict(inputs)
        known = {f"inputs.{name}": value for name, value in values.items()}
        known |= {"github.action_path": str(ROOT), "steps.python.outputs.python-path": sys.executable}
        known |= {f"steps.scan.outputs.{name}": value for name, value in self.outputs().items()}
        stated = {name: self._filled(value, known) for name, value in STEPS[step].get("env", {}).items()}
        files = {
            name: str(self.temp / name.lower())
            for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_EVENT_PATH")
        }
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        inherited |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "XDG_"))}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self._filled(STEPS[step].get("working-directory", str(self.workspace)), known),
            env={**inherited, "RUNNER_TEMP": str(self.temp), **files, **stated, **environment},
            capture_output=True,
            text=True,
        )

    def outputs(self) -> dict[str, str]:
        """What the steps wrote to GITHUB_OUTPUT."""
        path = self.temp / "github_output"
        text = path.read_text() if path.exists() else ""
        return {name: value for name, _, value in re.findall(r"(\S+)<<(\S+)\n(.*?)\n\2\n", text, re.DOTALL)}

    @staticmethod
    def _filled(text: str, known: Mapping[str, str]) -> str:
        return EXPRESSION.sub(lambda found: known[found[1]], text)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's directory into which the install step has installed."""
    temp = tmp_path_factory.mktemp("runner")
    done = Runner(temp, temp).run("Install groundrule")
    if done.returncode and re.search("No matching distribution|Retrying|ConnectionError|resolve", done.stderr):
        pytest.skip(f"no package registry can be reached: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return temp


@pytest.fixture
def runner(installed: Path, tmp_path: Path) -> Runner:
    """A clone of depth 1 of a repository that would like to be run."""
    origin, clone, temp = tmp_path / "origin", tmp_path / "clone", tmp_path / "temp"
    (origin / "scanner" / "cli").mkdir(parents=True)
    for name in ("scanner/__init__.py", "scanner/cli/__init__.py", "sitecustomize.py", "json.py", "venv.py", "pip.py"):
        (origin / name).write_text(PWNED)
    (origin / "main.tf").write_text(BUCKET)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(origin), *command], check=True)
    subprocess.run(["git", "clone", "-q", "--depth", "1", origin.as_uri(), str(clone)], check=True)
    temp.mkdir()
    (temp / "groundrule").symlink_to(installed / "groundrule")
    return Runner(clone, temp)


def test_action_fits_its_schema() -> None:
    command = ["check-jsonschema", "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing() -> None:
    done = subprocess.run(["zizmor", "--offline", str(ROOT / "action.yml")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_action_is_pinned_by_digest_and_no_shell_holds_an_expression() -> None:
    for step in STEPS.values():
        assert re.fullmatch(r"[\w/.-]+@[0-9a-f]{40}", step.get("uses", "x@" + "0" * 40))
        assert "${{" not in step.get("run", "")
        assert "python -m" not in step.get("run", "")


def test_every_requirement_is_locked_by_digest() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    entries = re.findall(r"^([a-z0-9-]+)==\S+ \\\n((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", lock, re.MULTILINE)
    project = (ROOT / "pyproject.toml").read_text()
    block = re.search(r"^dependencies = \[(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    assert block
    needed = {*re.findall(r'"([\w-]+)', block[1]), "hatchling"}
    assert needed <= {name for name, _ in entries}


def test_scan_reports_and_the_gate_fails(runner: Runner) -> None:
    done = runner.run("Scan", {"formats": "sarif\nhtml\njunit"}, GITHUB_EVENT_NAME="push")
    assert done.returncode == 0, done.stderr
    outputs = runner.outputs()
    assert outputs["gate"] == "failed"
    assert outputs["exit-code"] == "1"
    assert int(outputs["failed"]) > 0
    assert [Path(path).name for path in outputs["reports"].splitlines()] == [
        "groundrule.sarif",
        "groundrule.html",
        "groundrule.junit.xml",
    ]
    assert json.loads(Path(outputs["sarif"]).read_text())["runs"][0]["results"]
    assert "groundrule" in (runner.temp / "github_step_summary").read_text()
    assert not (runner.temp / "PWNED").exists()
    assert runner.run("Gate").returncode == 1


def test_text_of_the_scanned_files_is_no_workflow_command(runner: Runner) -> None:
    log = runner.run("Scan", GITHUB_EVENT_NAME="push").stdout
    token = re.match(r"::stop-commands::(\w{32})\n", log)
    assert token
    quoted, _, annotations = log.partition(f"\n::{token[1]}::\n")
    assert "public" in quoted
    assert annotations.startswith("::error ")
    assert all(
        line.startswith(("::error ", "::warning ", "::notice ", "groundrule: ")) for line in annotations.splitlines()
    )


def test_clean_workspace_passes_the_gate(runner: Runner) -> None:
    (runner.workspace / "main.tf").write_text('variable "x" {}\n')
    done = runner.run("Scan", {"annotations": "false", "job-summary": "false"}, GITHUB_EVENT_NAME="push")
    assert done.returncode == 0, done.stderr
    assert runner.outputs()["gate"] == "passed"
    assert not (runner.temp / "github_step_summary").exists()
    assert runner.run("Gate").returncode == 0


def test_wrong_input_is_an_error_of_the_gate(runner: Runner) -> None:
    done = runner.run("Scan", {"fail-on": "dreadful"}, GITHUB_EVENT_NAME="push")
    assert "dreadful" in done.stdout
    assert runner.outputs()["gate"] == "error"
    assert runner.run("Gate").returncode == 2


def _pull(head: Any, base: str = "us/infra") -> dict[str, Any]:
    return {"pull_request": {"head": {"repo": head}, "base": {"repo": {"full_name": base}}}}


@pytest.mark.parametrize(
    ("event", "untrusted"),
    [
        (_pull({"full_name": "us/infra"}), False),
        (_pull({"full_name": "stranger/infra"}), True),
        (_pull(None), True),
        ({"workflow_run": {"head_repository": {"full_name": "s/i"}}, "repository": {"full_name": "us/i"}}, True),
        ({}, True),
        (None, True),
    ],
)
def test_pull_requests_of_forks_are_untrusted(tmp_path: Path, event: Any, untrusted: bool) -> None:
    path = tmp_path / "event.json"
    if event is not None:
        path.write_text(json.dumps(event))
    environment = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path)}
    assert is_untrusted(environment) is untrusted
    assert is_untrusted({**environment, "GROUNDRULE_UNTRUSTED": "false"}) is False
    assert ("--untrusted" in read_request(environment).arguments) is untrusted


def test_push_is_trusted_unless_said_otherwise() -> None:
    assert not is_untrusted({"GITHUB_EVENT_NAME": "push"})
    assert is_untrusted({"GITHUB_EVENT_NAME": "push", "GROUNDRULE_UNTRUSTED": "true"})


def test_every_input_is_an_option_of_the_scan() -> None:
    names = ("PLAN", "FRAMEWORKS", "RULES", "FAIL_ON", "WAIVERS")
    request = read_request({**{f"GROUNDRULE_{name}": "x" for name in names}, "GROUNDRULE_UNTRUSTED": "true"})
    options = {option for each in scan_command.params for option in each.opts}
    assert {argument.partition("=")[0] for argument in request.arguments} <= options
    assert len(request.arguments) == len(names) + 1


def test_every_format_has_a_file_name_of_its_own() -> None:
    assert set(EXTENSIONS) == set(WRITERS)
    assert len(set(EXTENSIONS.values())) == len(EXTENSIONS)


def test_inputs_never_become_options_of_their_own() -> None:
    request = read_request({"GROUNDRULE_PATH": "--fail-on=never\nsrc", "GROUNDRULE_RULES": "--skip=x"})
    assert request.paths == ("--fail-on=never", "src")
    assert request.arguments == ("--rules=--skip=x",)


def _snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / "docs" / "ci.md").read_text(), re.MULTILINE | re.DOTALL)


def test_every_input_and_output_is_documented() -> None:
    page = (ROOT / "docs" / "ci.md").read_text()
    assert [name for name in (*ACTION["inputs"], *ACTION["outputs"]) if f"`{name}`" not in page] == []


def test_inputs_in_the_snippets_exist() -> None:
    used = [
        (step["with"], step["uses"])
        for snippet in map(yaml.safe_load, _snippets("yaml"))
        for job in [*snippet.get("jobs", {}).values(), snippet]
        for step in job.get("steps", [])
        if isinstance(step, dict) and str(step.get("uses", "")).startswith("YOUR-ORG/groundrule@")
    ]
    assert len(used) == 3
    assert [name for given, _ in used for name in given if name not in ACTION["inputs"]] == []


def test_workflows_of_the_snippets_are_clean(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    workflows = [text for text in _snippets("yaml") if "runs-on:" in text]
    assert len(workflows) == 2
    for number, text in enumerate(workflows):
        (folder / f"{number}.yml").write_text(text.replace("@COMMIT", f"@{'0' * 40} # v1.0.0"))
    done = subprocess.run(["zizmor", "--offline", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_hook_scans_the_repository() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    command = [str(Path(sys.executable).parent / hook["entry"].split()[0]), *hook["entry"].split()[1:], "samples"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 1
    assert hook["pass_filenames"] is False
