"""How long a template of one megabyte takes to be read with its positions.

python bench/templates.py
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import estates

from scanner.cli.output import collect_garbage_seldom
from scanner.model import Limits
from scanner.source.document import Document
from scanner.source.parse import parse_document


def main() -> None:
    collect_garbage_seldom()
    with tempfile.TemporaryDirectory() as work:
        folder = estates.cloudformation(Path(work) / "one", 3500, per_file=3500)
        data = next(folder.glob("*.yaml")).read_bytes()
    seconds = []
    for _ in range(7):
        document = Document("t.yaml", "", "yaml", "cloudformation", data)
        started = time.perf_counter()
        parse_document(document, Limits())
        seconds.append(time.perf_counter() - started)
        assert document.status == "parsed"
    print(f"{len(data) / 1e6:.2f} MB: median {statistics.median(seconds):.3f} s, least {min(seconds):.3f} s")


if __name__ == "__main__":
    main()
