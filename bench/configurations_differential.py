"""Compares our scans with plans of the real terraform on generated configurations, as many as asked for.

python bench/configurations_differential.py --count 500 --seed 1000
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.loaders.terraform.test_configurations_differential import compared


def main() -> int:
    """Prints the differences; the exit code is 1 if there are any, 2 without terraform."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first configuration")
    options = parser.parse_args()
    if shutil.which("terraform") is None:
        print("no terraform binary on this machine", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        found = compared(range(options.seed, options.seed + options.count), Path(folder))
    for text in found.differences:
        print(text)
    for name, count in sorted(found.counts.items()):
        print(f"{count:8,} {name}")
    print(f"{options.count} configurations: {len(found.differences)} differences")
    return 1 if found.differences else 0


if __name__ == "__main__":
    sys.exit(main())
