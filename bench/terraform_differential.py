"""Compares our expression evaluator with the real terraform on generated expressions, as many as asked for.

python bench/terraform_differential.py --count 50000 --seed 7
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.loaders.terraform.oracle import terraform
from tests.loaders.terraform.test_differential import claims, compared


def main() -> int:
    """Prints the differences; the exit code is 1 if there are any, 2 without terraform."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if terraform() is None:
        print("no terraform binary on this machine", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        _, kinds, differences = compared(options.count, options.seed, Path(folder))
        wrong = claims(options.count, options.seed, Path(folder))
    for text in (*differences, *wrong):
        print(text)
    print(f"{options.count} expressions, {dict(kinds)}: {len(differences)} differences, {len(wrong)} wrong claims")
    return 1 if differences or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
