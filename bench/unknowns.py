"""Counts how often each unknown reason occurs in the results of scans.

python bench/unknowns.py DIRECTORY...
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path


def main() -> None:
    total: Counter[str] = Counter()
    for directory in sys.argv[1:]:
        command = [str(Path(sys.executable).parent / "groundrule"), "scan", ".", "-f", "json"]
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
        found = json.loads(done.stdout)
        counts = Counter(each["reason"]["code"] for each in found["results"] if each["reason"])
        print(directory, dict(found["summary"]), dict(counts))
        total += counts
    for code, count in total.most_common():
        print(f"{count:6}  {code}")


if __name__ == "__main__":
    main()
