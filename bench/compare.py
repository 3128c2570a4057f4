"""Wall time and peak memory, ours and the peers', in one interleaved run.

    python bench/compare.py --checkov /path/to/checkov --trivy /path/to/trivy [--rounds 5] [--case terraform-1000]

Peak memory is the largest sum of resident sizes over a command's process tree, sampled every 5 ms (Linux only).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import estates

OURS = "groundrule"


@dataclass
class Measured:
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    code: int = 0


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as work:
        os.environ["XDG_CACHE_HOME"] = os.path.join(work, "cache")
        cases = _cases(Path(work))
        for name in arguments.case or cases:
            _report(name, _interleaved(_commands(name, cases[name](), arguments, work), arguments.rounds))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkov", default="")
    parser.add_argument("--trivy", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--case", action="append")
    return parser.parse_args()


def _cases(work: Path) -> dict[str, Callable[[], Path | None]]:
    def empty() -> Path:
        (work / "empty").mkdir(exist_ok=True)
        return work / "empty"

    return {
        "version": lambda: None,
        "empty": empty,
        "terraform-1000": lambda: estates.terraform(work / "tf1000", 1000),
        "plan-1000": lambda: estates.plan(work / "plan1000", 1000),
        "cloudformation-1000": lambda: estates.cloudformation(work / "cfn1000", 1000),
        "kubernetes-1000": lambda: estates.kubernetes(work / "k8s1000", 1000),
    }


def _commands(name: str, target: Path | None, arguments: argparse.Namespace, work: str) -> dict[str, list[str]]:
    ours = os.path.join(os.path.dirname(sys.executable), OURS)
    if target is None:
        found = {OURS: [ours, "version"]}
        if arguments.checkov:
            found["checkov"] = [arguments.checkov, "--version"]
        return found
    found = {OURS: [ours, "scan", "-f", "json", str(target)]}
    if arguments.checkov:
        files = ["-f", str(target / "tfplan.json")] if name.startswith("plan") else ["-d", str(target)]
        found["checkov"] = [arguments.checkov, *files, "-o", "json", "--quiet", "--compact"]
    if arguments.trivy:
        found["trivy"] = [arguments.trivy, "config", "-q", "-f", "json", "--skip-check-update", "--skip-version-check",
                          "--cache-dir", os.path.join(work, "trivy"), str(target)]  # fmt: skip
    return found


def _interleaved(commands: dict[str, list[str]], rounds: int) -> dict[str, Measured]:
    results = {tool: Measured() for tool in commands}
    for round_number in range(rounds + 1):
        for tool, command in commands.items():
            seconds, megabytes, code = _run(command)
            if round_number:  # the first round fills the file caches
                results[tool].seconds.append(seconds)
                results[tool].megabytes.append(megabytes)
                results[tool].code = code
    return results


def _run(command: list[str]) -> tuple[float, float, int]:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.005)
    return time.perf_counter() - started, peak, process.returncode


def _resident(pid: int) -> float:
    """Megabytes resident of a process and its descendants."""
    total = 0.0
    try:
        total = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return total
    return total + sum(_resident(int(child)) for child in children)


def _report(name: str, results: dict[str, Measured]) -> None:
    ours = statistics.median(results[OURS].seconds)
    print(f"\n{name}")
    for tool, measured in results.items():
        seconds = statistics.median(measured.seconds)
        print(
            f"  {tool:<11} {seconds:7.3f} s   {max(measured.megabytes, default=0):7.1f} MB   exit {measured.code}"
            f"   {seconds / ours:5.1f} x ours"
        )


if __name__ == "__main__":
    main()
