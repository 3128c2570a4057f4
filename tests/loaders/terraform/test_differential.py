"""Our values against those of the real terraform, for generated expressions.

`bench/terraform_differential.py` runs the same for any number and seed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from scanner.loaders.terraform.functions import FUNCTIONS

from .generated_expressions import Generator
from .generated_vocabulary import FORMS, FUNCTION_ARGUMENTS, UNCOMPARED
from .oracle import Module, ask, difference, ours, terraform
from .unknown_oracle import HiddenModule, applied, unsound

needs_terraform = pytest.mark.skipif(terraform() is None, reason="no terraform binary on this machine")

COUNT, UNKNOWN_COUNT, BATCH, SEED = 2800, 1000, 200, 11

UNDECIDED = re.compile(
    r"\bissensitive\("  # decided while planning, whatever happens later
    r"|\bcan\([^\n]*\?"  # whether both sides of a conditional unify depends on types that are not known
)
"""Expressions in which a claim about something unknown says nothing."""

EXPLAINED = re.compile(
    r"\b(?:abspath|pathexpand)\("  # depends on the machine
    r"|\bfileset\("  # terraform's own state and plan files lie in the folder
    r"|\bpow\([^\n]*%"  # of a whole result of pow we do not keep that it has 53 bits
    r"|\bformat(?:list)?\([^\n]*(?:null|local\.z|local\.o)"  # of an untyped null terraform never knows the result
)
"""Expressions in which a difference is explained; the values of UNCOMPARED functions are, too."""


def explained(text: str) -> bool:
    """Whether a difference in this expression says nothing."""
    return EXPLAINED.search(text) is not None or any(f"{name}(" in text for name in UNCOMPARED)


def compared(count: int, seed: int, folder: Path) -> tuple[Generator, Counter[str], list[str]]:
    """The generator with its counts, how the answers are distributed, and the differences."""
    generator, module = Generator(seed), Module()
    expressions = generator.expressions(count)
    kinds: Counter[str] = Counter()
    differences = []
    for start in range(0, count, BATCH):
        batch = expressions[start : start + BATCH]
        for text, theirs in zip(batch, ask(batch, folder), strict=True):
            if theirs is None:
                kinds["refused"] += 1
                continue
            kinds[{True: "value", False: "error"}.get(theirs.ok, "unknown")] += 1
            found = difference(ours(text, module), theirs)
            if found and not explained(text):
                differences.append(f"{text}\n    {found}")
    return generator, kinds, differences


def claims(count: int, seed: int, folder: Path) -> list[str]:
    """What we say of values that are not known yet, and is not so."""
    module = HiddenModule()
    made = Generator(seed).expressions(count)
    expressions = [text for text in made if not (explained(text) or UNDECIDED.search(text))]
    wrong = []
    for start in range(0, len(expressions), BATCH):
        batch = expressions[start : start + BATCH]
        for text, truth in zip(batch, applied(batch, folder), strict=True):
            found = "" if truth is None else unsound(text, module, truth)
            if found:
                wrong.append(f"{text}\n    {found}")
    return wrong


@needs_terraform
def test_expressions_have_terraforms_values_and_types(tmp_path: Path) -> None:
    generator, kinds, differences = compared(COUNT, SEED, tmp_path)
    assert differences == []
    assert kinds["refused"] <= 5, "infinite numbers, which a plan cannot hold"
    assert 0.25 <= kinds["error"] / COUNT <= 0.42
    assert [form for form in FORMS if generator.seen[form] < 5] == []
    assert [name for name in FUNCTION_ARGUMENTS if generator.seen[f"function {name}"] < 5] == []


@needs_terraform
def test_claims_about_unknown_values_hold_once_applied(tmp_path: Path) -> None:
    assert claims(UNKNOWN_COUNT, SEED, tmp_path) == []


@needs_terraform
def test_table_has_every_function_of_terraform() -> None:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    command = [terraform() or "", "metadata", "functions", "-json"]
    listed = json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    names = {name for name in listed["function_signatures"] if "::" not in name}
    assert len(names) == 118
    assert names <= FUNCTIONS.keys()
    assert names == FUNCTION_ARGUMENTS.keys()
