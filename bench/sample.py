"""Draws a stratified sample of all results, for reading each against the source.

    python bench/sample.py --seed 7 --out docs/review/terragoat.csv ../terragoat [SCAN OPTIONS...]
    python bench/sample.py --seed 7 --check docs/review/terragoat.csv ../terragoat

Of every rule ten fails, five passes and five unknowns are drawn (all, where fewer exist). A draw depends on the seed
and on what the row names, so drawing again gives the same rows. Verdicts already written in the file are kept.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

WANTED = {"fail": 10, "pass": 5, "unknown": 5}
COLUMNS = ["rule", "outcome", "path", "line", "address", "verdict", "why"]
Row = dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--check", type=Path)
    arguments, further = parser.parse_known_args()
    rows = draw(results(arguments.directory, further), arguments.seed)
    if arguments.check:
        sys.exit(_compare(rows, arguments.check))
    text = _text(rows, _verdicts(arguments.out) if arguments.out else {})
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


def results(directory: Path, further: list[str]) -> list[Row]:
    """Every result of a scan of the directory, run in it, as rows."""
    command = [str(Path(sys.executable).parent / "groundrule"), "scan", ".", "--all", "-f", "json", *further]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(done.stderr)
    return [_row(each) for each in json.loads(done.stdout)["results"]]


def _row(result: dict[str, Any]) -> Row:
    location = result["location"] or {"path": "", "start_line": 0}
    return {
        "rule": result["rule"],
        "outcome": result["outcome"],
        "path": location["path"],
        "line": str(location["start_line"]),
        "address": result["resource"]["address"],
    }


def draw(rows: list[Row], seed: int) -> list[Row]:
    """The sample, in a stable order."""
    strata: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        strata[row["rule"], row["outcome"]].append(row)
    drawn: list[Row] = []
    for (_, outcome), members in sorted(strata.items()):
        drawn += sorted(members, key=lambda row: _lot(row, seed))[: WANTED.get(outcome, 10)]
    return sorted(drawn, key=_identity)


def _lot(row: Row, seed: int) -> str:
    return hashlib.sha256(f"{seed}\0{_identity(row)}".encode()).hexdigest()


def _identity(row: Row) -> tuple[str, ...]:
    return tuple(row[each] for each in COLUMNS[:5])


def _verdicts(path: Path) -> dict[tuple[str, ...], Row]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        return {_identity(row): row for row in csv.DictReader(stream)}


def _text(rows: list[Row], known: dict[tuple[str, ...], Row]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        old = known.get(_identity(row), {})
        writer.writerow({**row, "verdict": old.get("verdict", ""), "why": old.get("why", "")})
    return stream.getvalue()


def _compare(rows: list[Row], path: Path) -> int:
    """0 when the file holds exactly these rows, each with a verdict of true."""
    with path.open(encoding="utf-8", newline="") as stream:
        written = list(csv.DictReader(stream))
    drawn, kept = {_identity(row) for row in rows}, {_identity(row) for row in written}
    for each in sorted(drawn - kept):
        print("missing:", *each)
    for each in sorted(kept - drawn):
        print("not drawn:", *each)
    doubtful = [row for row in written if row["verdict"] != "true"]
    for row in doubtful:
        print("not true:", *_identity(row), row["verdict"], row["why"])
    print(f"{path}: {len(written)} rows, {len(doubtful)} not true, {len(drawn ^ kept)} differ")
    return 1 if doubtful or drawn != kept else 0


if __name__ == "__main__":
    main()
