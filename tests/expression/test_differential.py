"""Our CEL gives what Google's binding gives. The long run is `bench/cel_differential.py`."""

from __future__ import annotations

import random

import pytest

from tests.expression.differential import ERROR, REFUSED, Cel, Google, compared

COUNT = 2000


def test_random_expressions_give_what_googles_binding_gives():
    pytest.importorskip("cel_expr_python", reason="Google's binding is not installed")
    google = Google()
    values = 0
    for seed in range(COUNT):
        source = random.Random(seed)
        checked = source.random() < 0.5
        maker = Cel(source)
        text = maker.make(source.choice(["bool", "bool", "int", "double", "string", "uint", "ints", "map"]), 3)
        verdict, mine, theirs = compared(google, text, maker.environment(), checked=checked)
        assert verdict, f"{text} gave {mine!r}, Google's binding {theirs!r}"
        values += theirs not in (ERROR, REFUSED)
    assert values > COUNT * 0.5
