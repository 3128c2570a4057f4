"""Whole configurations compared with the plan of the real terraform: addresses, values, outcomes of every rule."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scanner.api import ScanOptions, scan_texts
from scanner.model import Block, Encoded, Finding, LoadOptions, NativeResource, Unknown

from .configurations_oracle import ours, planned, values
from .estates import load
from .generated_configurations import Configuration, configuration

COUNT = 40
SEED = 0
RULES = ("aws",)
_NESTED = re.compile(r"^(?:ingress|egress|root_block_device|ebs_block_device|inline_policy)\[\d+\]")
_KEYS = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


class Compared(NamedTuple):
    """What came of some configurations."""

    differences: list[str]
    counts: Counter[str]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="needs the terraform binary, which is not here")
def test_addresses_values_and_outcomes_are_those_of_the_plan(tmp_path: Path):
    found = compared(range(SEED, SEED + COUNT), tmp_path)
    assert not found.differences, "\n".join(found.differences[:20])
    counts = found.counts
    assert counts["outcomes that are the same"] > 4_000
    assert counts["values that are the same"] > 10_000
    assert counts["outcomes that only the plan knows"] == 0
    assert counts["outcomes not known without the variable"] < counts["outcomes known without the variable"]


def test_the_configurations_have_every_form():
    made = [configuration(seed) for seed in range(SEED, SEED + COUNT)]
    types = sum((each.types for each in made), Counter[str]())
    assert len(types) >= 25
    assert min(types.values()) >= 2
    texts = ["\n".join(ours(each).values()) for each in made]
    for form in ("for_each", "optional(", 'module "', "each.value", "? ", "concat(", 'variable "unset"'):
        assert all(form in text for text in texts), form
    for form in ('dynamic "', "jsonencode(", "module.store[", "module.many[", "one(", "try("):
        assert sum(form in text for text in texts) >= COUNT // 4, form
    assert configuration(3) == configuration(3)


def compared(seeds: Iterable[int], folder: Path) -> Compared:
    """Plans the configurations, two at a time, and compares each with our scans."""
    made = {seed: configuration(seed) for seed in seeds}
    with ThreadPoolExecutor(2) as pool:
        plans = dict(zip(made, pool.map(lambda seed: planned(made[seed], folder / str(seed)), made), strict=True))
    counts: Counter[str] = Counter()
    differences: list[str] = []
    for seed, one in made.items():
        differences += [f"{seed}: {each}" for each in _compare(one, plans[seed], counts)]
    return Compared(differences, counts)


def _compare(made: Configuration, plan: dict[str, Any], counts: Counter[str]) -> Iterator[str]:
    files = ours(made)
    wanted = values(plan)
    judged = scan_texts({"plan.json": json.dumps(plan)}, ScanOptions(rules=RULES)).findings
    for unset in (False, True):
        options = LoadOptions() if unset else LoadOptions(variables={"unset": made.unset})
        loaded = load(files, variables=options.variables)
        yield from (f"diagnostic: {each.message}" for each in loaded.diagnostics)
        found = {resource.address: resource for resource in loaded.resources}
        findings = scan_texts(files, ScanOptions(rules=RULES, load=options)).findings
        name = "without " if unset else ""
        yield from (f"{name}{each}" for each in _addresses(found, wanted, unset))
        yield from (f"{name}{each}" for each in _values(found, wanted, unset, counts))
        if unset:
            yield from (f"without {each}" for each in _contradictions(findings, judged, counts))
        else:
            yield from _outcomes(findings, judged, counts)


def _bare(address: str) -> str:
    return _KEYS.sub("", address)


def _addresses(found: Mapping[str, NativeResource], wanted: Mapping[str, Any], unset: bool) -> Iterator[str]:
    """The same instances; without the variable, one that may be there stands for those whose keys it decides."""
    undecided = {_bare(address) for address, each in found.items() if each.existence is not None}
    for address, each in found.items():
        if address not in wanted and (each.existence is None or not unset):
            yield f"{address} is not planned"
    for address in wanted:
        if address not in found and not (unset and _bare(address) in undecided):
            yield f"{address} is planned and not found"


def _values(
    found: Mapping[str, NativeResource], wanted: Mapping[str, Any], unset: bool, counts: Counter[str]
) -> Iterator[str]:
    for address, (after, unknown, sensitive) in wanted.items():
        if address in found:
            mine = {name: value for name, value in found[address].attributes.items() if name != "tags_all"}
            where = f"{address}: "
            yield from _different(mine, after, unknown, sensitive, where, unset, counts)


def _different(
    mine: Any, value: Any, unknown: Any, sensitive: Any, where: str, unset: bool, counts: Counter[str]
) -> Iterator[str]:
    """What terraform knows we know and find the same; what it does not know, or hides, is unknown to us."""
    if unset and (isinstance(mine, Unknown) or (isinstance(mine, Block) and mine.existence is not None)):
        counts["values not known without the variable"] += 1
    elif unknown is True or (sensitive is True and value is not None):
        code = "secret" if sensitive is True else "computed"
        if not isinstance(mine, Unknown) or (mine.code != code and not isinstance(mine, Encoded)):
            yield f"{where} is {code}, {mine!r} for us"
    elif isinstance(value, dict) and isinstance(mine, dict):
        names = value.keys() | _names(unknown) | mine.keys()
        for name in sorted(names):
            inner = (_of(each, name) for each in (mine, value, unknown, sensitive))
            yield from _different(*inner, f"{where}.{name}", unset, counts)
    elif isinstance(value, list) and isinstance(mine, list):
        yield from _different_lists(mine, value, unknown, sensitive, where, unset, counts)
    elif (type(mine), mine) != (type(value), value):
        yield f"{where} is {value!r}, {mine!r} for us"
    else:
        counts["values that are the same"] += 1


def _different_lists(
    mine: list[Any], value: list[Any], unknown: Any, sensitive: Any, where: str, unset: bool, counts: Counter[str]
) -> Iterator[str]:
    """Element by element, unless it is not known how many there are."""
    if unset and any(isinstance(each, Block) and each.existence is not None for each in mine):
        return
    if len(mine) != len(value):
        yield f"{where} has {len(value)} elements, {len(mine)} for us: {value!r} {mine!r}"
        return
    for index, each in enumerate(mine):
        inner = (_of(tree, index) for tree in (value, unknown, sensitive))
        yield from _different(each, *inner, f"{where}[{index}]", unset, counts)


def _names(tree: Any) -> set[str]:
    return set(tree) if isinstance(tree, dict) else set()


def _of(tree: Any, step: str | int) -> Any:
    if isinstance(tree, dict):
        return tree.get(str(step))
    return tree[step] if isinstance(tree, list) and isinstance(step, int) and step < len(tree) else None


Judgements = Mapping[tuple[str, str, str], list[Finding]]
"""By rule, address, and nested block."""


def _by_key(findings: Iterable[Finding], *, bare: bool = False) -> Judgements:
    found: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for each in findings:
        nested = _NESTED.match(each.attribute)
        address = _bare(each.resource.address) if bare else each.resource.address
        found[each.rule.id, address, "" if bare or nested is None else nested[0]].append(each)
    return found


def _outcomes(mine: Iterable[Finding], theirs: Iterable[Finding], counts: Counter[str]) -> Iterator[str]:
    """The same outcomes of the same rules for the same resources, but for what one of the two does not know."""
    left, right = _by_key(mine), _by_key(theirs)
    for key in sorted(left.keys() | right.keys()):
        ours_, plan = (sorted(each.outcome for each in side.get(key, ())) for side in (left, right))
        if ours_ == plan:
            counts["outcomes that are the same"] += len(plan)
            continue
        if set(ours_) == {"unknown"}:
            counts["outcomes that only the plan knows"] += 1
        elif set(plan) == {"unknown"} or (_of_the_code(left.get(key, ())) and ours_ == ["fail"]):
            counts["outcomes that only the configuration knows"] += 1
            continue
        yield f"{key}: {plan} in the plan, {ours_} for us"


def _of_the_code(findings: Iterable[Finding]) -> bool:
    """Whether the rule asks what is written in the code: a plan does not show what is written of local values."""
    return any("is_literal(" in each.rule.condition.text for each in findings)


def _contradictions(mine: Sequence[Finding], theirs: Iterable[Finding], counts: Counter[str]) -> Iterator[str]:
    """A pass that the plan fails, or the other way round."""
    exact, bare = _by_key(theirs), _by_key(theirs, bare=True)
    open_ = {(each.rule.id, each.resource.address) for each in mine if each.outcome == "unknown"}
    for (rule, address, nested), found in _by_key(mine).items():
        if nested and (rule, address, nested) not in exact and (rule, address) in open_:
            continue  # a block that the plan turned out not to have; what then holds was left open
        known = {each.outcome for each in found} - {"unknown"}
        counts["outcomes known without the variable" if known else "outcomes not known without the variable"] += 1
        others = exact.get((rule, address, nested)) or bare.get((rule, _bare(address), ""), ())
        outcomes = {each.outcome for each in others}
        if _of_the_code(found):
            continue
        if any(each.outcome != "unknown" and outcomes and not outcomes & {each.outcome, "unknown"} for each in found):
            yield f"{(rule, address, nested)}: {sorted(outcomes)} in the plan, {sorted(known)} for us"
