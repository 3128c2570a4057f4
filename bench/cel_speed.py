"""What an expression costs: compiling, and running against a closure written by hand. `python bench/cel_speed.py`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scanner.expression import compile_expression
from scanner.model import Unknown
from tests.expression.drafts import draft_kinds, draft_rules
from tests.expression.kinds import BINDINGS, KINDS, RECORDS, resource

CASES: list[tuple[str, Callable[[Any], Any]]] = [
    ("thing.flag == true", lambda t: t.read("flag") is True),
    (
        "thing.name in ['tcp', 'web'] && thing.count >= 3",
        lambda t: t.read("name") in ("tcp", "web") and t.read("count") >= 3,
    ),
    (
        "thing.flag && thing.names.exists(n, n == 'c') && thing.sizes.exists(s, 1 <= s && s <= 3)",
        lambda t: (
            t.read("flag") and any(n == "c" for n in t.read("names")) and any(1 <= s <= 3 for s in t.read("sizes"))
        ),
    ),
    (
        "thing.link.flag == true && thing.link.name != null",
        lambda t: t.read("link").read("flag") is True and t.read("link").read("name") is not None,
    ),
    (
        "thing.parts.all(p, p.on || p.key.startsWith('a'))",
        lambda t: all(p["on"] or p["key"].startswith("a") for p in t.read("parts")),
    ),
]


def timed(run: Callable[[], Any], count: int = 20000) -> float:
    """Microseconds of a call, the best of five."""
    best = 1e9
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(count):
            run()
        best = min(best, (time.perf_counter() - start) / count * 1e6)
    return best


def main() -> None:
    part = {"key": "ab", "value": 1, "on": False, "words": []}
    other = resource("test.other", {"flag": True, "name": "o"})
    values = {
        "flag": True, "name": "web", "count": 5, "names": ["a", "b", "c"], "sizes": [9, 8, 2],
        "link": other, "parts": [part] * 3,
    }  # fmt: skip
    thing = resource("test.thing", values)
    environment = {"thing": thing, "params": {"limit": 1, "words": [], "combos": []}}
    print("fast us  closure us  ratio  exact us  trace us")
    for text, closure in CASES:
        program = compile_expression(text, bindings=BINDINGS, kinds=KINDS, records=RECORDS)
        assert program.runs_fast(environment)
        fast = timed(lambda program=program: program.evaluate(environment))
        hand = timed(lambda closure=closure: closure(environment["thing"]))
        exact = timed(lambda program=program: program.evaluate_exactly(environment), 3000)
        trace = timed(lambda program=program: program.trace(environment), 3000)
        print(f"{fast:7.2f}  {hand:10.2f}  {fast / hand:5.2f}  {exact:8.2f}  {trace:8.2f}  {text}")
    hidden = {"thing": resource("test.thing", {**values, "flag": Unknown("computed")}), "params": {}}
    program = compile_expression(CASES[2][0], bindings=BINDINGS, kinds=KINDS)
    print(f"with an Unknown: {timed(lambda: program.evaluate(hidden), 3000):.2f} us")
    _compiling()


def _compiling() -> None:
    from scanner.expression.codegen import generate
    from scanner.model import Type

    kinds = draft_kinds()
    front = back = 0.0
    rules = draft_rules()
    for rule in rules:
        kind = kinds[rule["resource"]]
        bindings = {kind.bound_as: Type("ref", kinds=(kind.name,)), "params": Type("dyn"), "root": Type("root")}
        for key in ("when", "assert", "fail_if"):
            if key in rule:
                start = time.perf_counter()
                program = compile_expression(rule[key], bindings=bindings, kinds=kinds)
                middle = time.perf_counter()
                generate(program.node)
                front, back = front + middle - start, back + time.perf_counter() - middle
    print(
        f"compile: {front / len(rules) * 1e3:.3f} ms a rule to parse and check, "
        f"{back / len(rules) * 1e3:.3f} ms for its code"
    )


if __name__ == "__main__":
    main()
