"""Generates Terraform expressions of every form and with every function, a third or so of them wrong.

Texts only: what they mean is compared with the real terraform in `test_differential`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from .generated_vocabulary import (
    ACCESS,
    FUNCTION_ARGUMENTS,
    FUNCTION_RESULTS,
    LOCALS,
    NAMES,
    NUMBERS,
    SMALL,
    STRINGS,
    TEMPLATES,
    TEXTS,
    WRONG_ACCESS,
)

KINDS = ("S", "N", "B", "N", "B", "LS", "LN", "L", "M", "ST", "A")


class Generator:
    """A stream of expressions from a seed; `seen` counts forms and functions."""

    def __init__(self, seed: int, error_rate: float = 0.07) -> None:
        self.random = random.Random(seed)
        self.error_rate = error_rate
        self.seen: Counter[str] = Counter()
        self.forms: tuple[Callable[[str, int], str], ...] = (
            self._template, self._conditional, self._binary, self._call_of, self._name, self._binary, self._access,
            self._directive, self._name,
        )  # fmt: skip

    def expressions(self, count: int) -> list[str]:
        """Every function in turn, between expressions of all forms."""
        names = sorted(FUNCTION_ARGUMENTS)
        made = []
        for number in range(count):
            if number % 2:
                made.append(self.call(names[number // 2 % len(names)], 2))
            else:
                made.append(self.make(self.random.choice(KINDS), 3))
        return made

    def make(self, kind: str, depth: int) -> str:
        """An expression that is usually of the kind."""
        if kind in TEXTS:
            return f'"{self._pick(TEXTS[kind])}"'
        if kind != "LT" and self.random.random() < self.error_rate:
            kind = "A"
        special = getattr(self, f"_kind_{kind.lower()}", None)
        if special is not None:
            return str(special(depth))
        if depth <= 0 or self.random.random() < 0.3:
            return self._leaf(kind, depth)
        return self._pick(self.forms)(kind, depth)

    def call(self, name: str, depth: int) -> str:
        """A call of a function, sometimes with an argument too many or too few, or expanded."""
        self.seen[f"function {name}"] += 1
        kinds = FUNCTION_ARGUMENTS[name].split()
        args = [self.make(kind, depth - 1) for kind in kinds]
        if name == "sensitive":
            return f"nonsensitive(sensitive({args[0]}))"
        if name == "templatestring":
            return f"templatestring({', '.join(args)})"
        roll = self.random.random()
        if roll < 0.02 and args:
            args.pop()
        elif roll < 0.04:
            args.append(self.make("A", 0))
        elif roll < 0.10 and args and name not in ("try", "can"):
            self.seen["expand"] += 1
            return f"{name}([{', '.join(args)}]...)"
        return f"{name}({', '.join(args)})"

    def _pick(self, choices: tuple[Any, ...]) -> Any:
        return self.random.choice(choices)

    def _count(self, form: str, text: str) -> str:
        self.seen[form] += 1
        return text

    def _leaf(self, kind: str, depth: int) -> str:
        if kind == "S":
            return self._count("string", str(self._pick(STRINGS)))
        if kind == "N":
            return self._count("number", str(self._pick(NUMBERS)))
        if kind == "B":
            return self._count("bool", self.random.choice(("true", "false")))
        if kind == "M":
            return self._object(depth)
        items = {"LS": "S", "LN": "N", "ST": "S", "L": "A"}[kind]
        made = [self.make(items, depth - 1) for _ in range(self.random.randrange(4))]
        text = self._count("tuple", f"[{', '.join(made)}]")
        return f"toset({text})" if kind == "ST" else text

    def _object(self, depth: int) -> str:
        keys = self.random.sample(("a", "b", '"c d"', "(local.s)", '"k"', "name", "1"), self.random.randrange(4))
        entries = [f"{key} {self.random.choice('=:')} {self.make('A', depth - 1)}" for key in keys]
        return self._count("object", "{ " + ", ".join(entries) + " }")

    def _name(self, kind: str, depth: int) -> str:
        return self._count("variable", f"local.{self._pick(NAMES.get(kind, NAMES['S']))}")

    def _kind_a(self, depth: int) -> str:
        roll = self.random.random()
        if roll < 0.08:
            return self._count("null", "null")
        if roll < 0.14:
            return f"local.{self.random.choice(sorted(LOCALS))}"
        return self.make(self.random.choice(("S", "N", "B", "LS", "L", "M", "ST", "LN")), depth)

    def _kind_i(self, depth: int) -> str:
        return str(self._pick(SMALL))

    def _kind_pn(self, depth: int) -> str:
        return self.random.choice(("1", "2", "8", "10", "0.5", "100", "3", "16"))

    def _kind_e(self, depth: int) -> str:
        return self.random.choice(("0", "1", "2", "7", "1.5"))

    def _kind_nb(self, depth: int) -> str:
        return self.random.choice(("0", "1", "3", "8", "16", "40", "1.5"))

    def _kind_e2(self, depth: int) -> str:
        return self.random.choice(("0", "1", "2", "-3", "10", "0.5", "-0.5"))

    def _kind_lb2(self, depth: int) -> str:
        return self.random.choice(("2", "10", "3", "0.5", "2.718281828"))

    def _kind_sn(self, depth: int) -> str:
        inner = self.make("A", depth - 1)
        return self.random.choice((inner, f"sensitive({inner})", "sensitive(local.o)", f'"x${{sensitive({inner})}}"'))

    def _kind_ba(self, depth: int) -> str:
        return self.random.choice(("2", "10", "16", "36", "62", "8", "1", "63"))

    def _kind_k(self, depth: int) -> str:
        return self.random.choice(('"k"', '"a"', '"name"', '"none"', '"missing"', '"x"'))

    def _kind_x(self, depth: int) -> str:
        return self.random.choice(("local.o.missing", "local.ls[9]", "tonumber(local.s)", "local.z.a", "abs(local.s)"))

    def _kind_lb(self, depth: int) -> str:
        words = ("true", "false", '"true"', "null", "true", "1 == 1")
        return f"[{', '.join(self.random.choices(words, k=self.random.randrange(4)))}]"

    def _kind_ll(self, depth: int) -> str:
        return f"[{self.make('L', depth - 1)}, {self.make('A', depth - 1)}, {self.make('LS', depth - 1)}]"

    def _kind_ml(self, depth: int) -> str:
        words = ('{ a = ["x", "y"], b = ["x"] }', "local.ml", "{}", '{ a = [], b = ["1"] }', "local.ms")
        return self.random.choice(words)

    def _kind_o1(self, depth: int) -> str:
        words = ("[]", "[local.o]", "local.le", "local.ls", 'toset(["a"])', "[null]", "local.s", "[[1]]", "local.o[*]")
        return self.random.choice(words)

    def _kind_sp(self, depth: int) -> str:
        return self.random.choice(('","', '" "', '""', '"l"', '"ab"', '"."'))

    def _kind_di(self, depth: int) -> str:
        return self.random.choice(('"."', '"sub"', '"./"', '"missing"', "path.module"))

    def _kind_v(self, depth: int) -> str:
        full = '{ name = "bob", list = ["a", "b"], size = 3, on = true }'
        return self.random.choice((full, full, "{}", "{ name = null }", "local.o", '{ "a b" = 1 }'))

    def _kind_lt(self, depth: int) -> str:
        return f"local.{self.random.choice(sorted(TEMPLATES))}"

    def _kind_se(self, depth: int) -> str:
        inner = self.make("A", depth - 1)
        wrapped = f"sensitive({self.random.choice(('local.s', 'local.o', '7', 'local.ls'))})"
        forms = (
            inner, wrapped, f"[{wrapped}]", f'"x${{{wrapped}}}"', f"upper({wrapped})", f"{wrapped} == {inner}",
            f"keys({wrapped})", f"true ? {wrapped} : null", f"length({wrapped})", f"merge({{a = {wrapped}}}, {{}})",
            f"[for x in {wrapped} : x]",
        )  # fmt: skip
        return self.random.choice(forms)

    def _call_of(self, kind: str, depth: int) -> str:
        names = FUNCTION_RESULTS.get(kind) or FUNCTION_RESULTS["L"]
        return self.call(self.random.choice(names), depth - 1)

    def _template(self, kind: str, depth: int) -> str:
        inner = self.make("A" if self.random.random() < 0.2 else self.random.choice(("S", "N", "B")), depth - 1)
        if kind != "S":
            return self._count("template wrap", f'"${{{inner}}}"')
        marks = self.random.choice((("${", "}"), ("${~ ", " ~}")))
        return self._count("template", f'"pre {marks[0]}{inner}{marks[1]} post"')

    def _directive(self, kind: str, depth: int) -> str:
        if kind != "S":
            return self._for(kind, depth)
        if self.random.random() < 0.3:
            return self._heredoc(depth)
        strip = self.random.choice(("", "~"))
        if self.random.random() < 0.5:
            condition, value = self.make("B", depth - 1), self.make("S", depth - 1)
            text = f'"%{{ if {condition} {strip}}} a ${{{value}}} %{{ else }} b %{{ endif }}"'
            return self._count("template if", text)
        source = self.make(self.random.choice(("LS", "ST", "M")), depth - 1)
        return self._count("template for", f'"%{{ for k, v in {source} {strip}}} ${{k}}=${{v}}, %{{ endfor {strip}}}"')

    def _heredoc(self, depth: int) -> str:
        inner = self.make("S", depth - 1)
        if "\n" in inner:
            return inner
        dash = self.random.choice(("", "-"))
        body = f"    first ${{{inner}}}\n      second\n    %{{ if local.t ~}}\n    third\n    %{{ endif ~}}\n"
        return self._count("heredoc", f"(<<{dash}EOT\n{body}    EOT\n)" if dash else f"(<<EOT\n{body}EOT\n)")

    def _conditional(self, kind: str, depth: int) -> str:
        other = kind if self.random.random() < 0.7 else "A"
        parts = [self.make("B", depth - 1), self._side(kind), self._side(other)]
        return self._count("conditional", f"({parts[0]} ? {parts[1]} : {parts[2]})")

    def _side(self, kind: str) -> str:
        """A side of a conditional. Terraform has the type of a side even where a `for` in it is an error; we do not."""
        if kind == "A":
            kind = self.random.choice(("S", "N", "B", "LS", "M", "ST"))
        text = self.random.choice((self._leaf, self._name, self._access, self._call_of))(kind, 1)
        # Terraform converts a tuple beside an empty list wrongly (unifyTuplesAsList in cty converts the wrong value).
        return text.replace("local.le", "local.ls")

    def _binary(self, kind: str, depth: int) -> str:
        if kind == "N":
            sign = self.random.choice("+-*%")
            if self.random.random() < 0.2:
                divisor = self.random.choice(("3", "7", "0.1", "-2", "10"))
                return self._count("operator /", f"({self.make('N', depth - 1)} / {divisor})")
            if self.random.random() < 0.15:
                return self._count("unary -", f"-({self.make('N', depth - 1)})")
            return self._count(f"operator {sign}", f"({self.make('N', depth - 1)} {sign} {self.make('N', depth - 1)})")
        if kind == "B":
            return self._boolean(depth)
        return self._for(kind, depth)

    def _boolean(self, depth: int) -> str:
        sign = self.random.choice(("==", "!=", "<", "<=", ">", ">=", "&&", "||", "!", "!"))
        if sign == "!":
            return self._count("unary !", f"!({self.make('B', depth - 1)})")
        if sign in ("&&", "||"):
            # Terraform 1.11 evaluates both sides, 1.12 and we stop at the one that decides: no errors in here.
            sides = self.random.choices(("local.t", "true", "false", "local.n > 3", 'local.s == "x"'), k=2)
            return self._count(f"operator {sign}", f"({sides[0]} {sign} {sides[1]})")
        kind = "A" if sign in ("==", "!=") else "N"
        return self._count(f"operator {sign}", f"({self.make(kind, depth - 1)} {sign} {self.make(kind, depth - 1)})")

    def _for(self, kind: str, depth: int) -> str:
        source = self.make(self.random.choice(("LS", "L", "M", "ST", "LN")), depth - 1)
        condition = ""
        if self.random.random() < 0.3:
            test = self.random.choice(("k != 0", "true", "v != null", "length(k) > 0"))
            condition = self._count("for if", f" if {test}")
        value = self.random.choice(("v", '"${k}"', "[k, v]", self.make("A", depth - 2), "v == k", "upper(v)", "v.id"))
        if kind == "M":
            if self.random.random() < 0.4:
                text = f"{{ for k, v in {source} : length(tostring(k)) => {value}...{condition} }}"
                return self._count("for group", text)
            return self._count("for object", f"{{ for k, v in {source} : k => {value}{condition} }}")
        text = self._count("for tuple", f"[for k, v in {source} : {value}{condition}]")
        return f"toset({text})" if kind == "ST" else text

    def _access(self, kind: str, depth: int) -> str:
        if self.random.random() < 0.15:
            return self._count("wrong access", self.random.choice(WRONG_ACCESS))
        text = self.random.choice(ACCESS.get(kind) or ACCESS["L"])
        form = "splat" if "*" in text else "index" if "[" in text else "attribute"
        return self._count(form, text)
