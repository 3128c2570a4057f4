"""Compares our CEL with Google's binding: `python bench/cel_differential.py --count 50000 --seed 1`."""

from __future__ import annotations

import argparse
import collections
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.expression.differential import ERROR, REFUSED, Cel, Google, compared


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=30)
    options = parser.parse_args()
    google, counts, shown = Google(), collections.Counter(), 0
    for number in range(options.count):
        source = random.Random(options.seed * 1_000_003 + number)
        checked = source.random() < 0.5
        maker = Cel(source)
        text = maker.make(
            source.choice(["bool", "bool", "int", "double", "string", "uint", "ints", "map"]), source.randrange(1, 5)
        )
        environment = maker.environment()
        reason, mine, theirs = compared(google, text, environment, checked=checked)
        counts[reason or "UNEXPLAINED"] += 1
        counts["  a value by Google's"] += theirs not in (ERROR, REFUSED)
        if not reason and shown < options.show:
            shown += 1
            print(f"{number} checked={checked} {text}\n  ours   {mine}\n  theirs {theirs}\n  where  {environment}")
    for reason, count in counts.most_common():
        print(f"{count:7} {reason}")
    return 1 if counts["UNEXPLAINED"] else 0


if __name__ == "__main__":
    sys.exit(main())
