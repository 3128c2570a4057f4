"""What `groundrule explain RULE` prints: the rule in words, how to mend it, and how to live with it.

The rule file itself, with its examples, is shown by `rules show`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

from scanner.model.kinds import Kind, Type
from scanner.model.rules import Expression, Rule, Rulepack
from scanner.report.interface import WriteOptions
from scanner.report.layout import pad, width_of, wrap
from scanner.report.redaction import Screen, without_commands
from scanner.report.style import Style
from scanner.report.wording import format_name

_WIDEST: Final = 100
_NARROWEST: Final = 50
_LABEL: Final = 11
_SIDE_BY_SIDE_FROM: Final = 80
_TOOLS: Final = {
    "checkov": "Checkov",
    "trivy": "Trivy",
    "kics": "KICS",
    "cfn_nag": "cfn-nag",
    "kube_linter": "kube-linter",
}


class Mapped(NamedTuple):
    """One control of a framework that the rule speaks to."""

    framework: str
    control: str
    covers: str
    """full or part."""
    note: str = ""


def explain_rule(
    rule: Rule,
    *,
    pack: Rulepack | None = None,
    kinds: Mapping[str, Kind] | None = None,
    controls: Sequence[Mapped] = (),
    options: WriteOptions,
) -> str:
    """The explanation of one rule, with a final newline.

    `kinds` gives the types of the attributes that the rule reads; `controls` what frameworks map to it.
    """
    page = _Page(options)
    sections = [
        page.title(rule, pack),
        page.logic(rule, kinds or {}),
        page.why(rule),
        page.fix(rule),
        page.parameters(rule),
        page.controls(controls),
        page.others(rule),
        page.links(rule),
        [page.style.dim(f"groundrule rules show {rule.id} prints the rule file with its examples")],
    ]
    text = "\n\n".join("\n".join(line.rstrip() for line in section) for section in sections if section)
    return without_commands(text + "\n")


class _Page:
    """The sections; each is a list of lines, empty where the rule says nothing."""

    def __init__(self, options: WriteOptions) -> None:
        self.style = Style(options)
        self._width = max(_NARROWEST, min(options.width, _WIDEST))
        self._show = Screen(ascii_only=not options.unicode).show

    def title(self, rule: Rule, pack: Rulepack | None) -> list[str]:
        facts = [rule.id, self.style.severity(rule.severity, rule.severity)]
        facts += [f"pack {pack.name} {pack.version}"] if pack else [f"pack {rule.pack}"] if rule.pack else []
        facts += [", ".join(map(format_name, rule.formats))] if rule.formats else []
        title = (self.style.paint(line, "bold") for line in wrap(self._show(rule.title), self._width))
        return [*title, "   ".join(facts)]

    def logic(self, rule: Rule, kinds: Mapping[str, Kind]) -> list[str]:
        rows = [("Looks at", ", ".join(rule.kinds))]
        rows += [("When", self._show_expression(rule.when))] if rule.when else []
        rows.append(("Fails if" if rule.negated else "Must hold", self._show_expression(rule.condition)))
        reads = _reads(rule, kinds) or _read_names(rule)
        rows += [("Reads", "   ".join(reads))] if reads else []
        rows.append(("Unknown", "when what it reads cannot be decided from what was scanned"))
        return [line for label, text in rows for line in self._row(label, text)]

    def _row(self, label: str, text: str) -> Iterator[str]:
        first, *rest = wrap(text, self._width - _LABEL)
        yield self.style.dim(label.ljust(_LABEL)) + first
        yield from (" " * _LABEL + line for line in rest)

    def _show_expression(self, expression: Expression) -> str:
        return self._show(" ".join(expression.text.split()))

    def why(self, rule: Rule) -> list[str]:
        return self._section("Why", self._paragraphs(rule.why))

    def fix(self, rule: Rule) -> list[str]:
        lines = list(self._paragraphs(rule.fix.get("summary", "")))
        snippets = [(format_name(name), self._code(text)) for name, text in rule.fix.items() if name != "summary"]
        if lines and snippets:
            lines.append("")
        return self._section("Fix", [*lines, *self._snippets(snippets)])

    def _snippets(self, snippets: Sequence[tuple[str, list[str]]]) -> Iterator[str]:
        """Two snippets side by side where both fit, else one below the other."""
        half = (self._width - 2) // 2
        fits = all(width_of(line) <= half - 2 for _, lines in snippets for line in lines)
        if len(snippets) == 2 and self._width >= _SIDE_BY_SIDE_FROM and fits:
            (left, left_lines), (right, right_lines) = snippets
            yield "  " + self.style.dim(pad(left, half)) + self.style.dim(right)
            for first, second in zip_longest(left_lines, right_lines, fillvalue=""):
                yield "  " + self._changed(pad(first, half)) + self._changed(second)
            return
        for number, (name, lines) in enumerate(snippets):
            if number:
                yield ""
            yield "  " + self.style.dim(name)
            yield from ("  " + self._changed(line) for line in lines)

    def _code(self, text: str) -> list[str]:
        return [self._show(line.expandtabs(4)) for line in text.strip("\n").splitlines()]

    def _changed(self, line: str) -> str:
        """A line of a snippet; `-` and two spaces mark what goes, `+` what comes. YAML lists have one space."""
        ink = "red" if line.startswith("-  ") else "green" if line.startswith("+  ") else ""
        return self.style.paint(line, ink)

    def parameters(self, rule: Rule) -> list[str]:
        if not rule.params:
            return []
        longest = max(map(width_of, rule.params))
        types = {name: rule.param_types.get(name, "") for name in rule.params}
        lines = [
            f"  {pad(name, longest)}   {self._show(f'{types[name]} = {value!r}'.strip())}"
            for name, value in rule.params.items()
        ]
        return self._section("Parameters", lines)

    def controls(self, controls: Sequence[Mapped]) -> list[str]:
        by_framework: dict[str, list[str]] = {}
        for mapped in controls:
            note = f" ({self._show(mapped.note)})" if mapped.note else ""
            extent = "in full" if mapped.covers == "full" else "in part"
            by_framework.setdefault(mapped.framework, []).append(f"{mapped.control} {extent}{note}")
        longest = max(map(width_of, by_framework), default=0)
        lines: list[str] = []
        for framework, said in by_framework.items():
            first, *rest = wrap("   ".join(said), self._width - longest - 5)
            lines.append(f"  {pad(framework, longest)}   {first.strip()}")
            lines += [" " * (longest + 5) + line.strip() for line in rest]
        return self._section("Speaks to", lines)

    def others(self, rule: Rule) -> list[str]:
        names = [f"{', '.join(ids)} ({_TOOLS.get(tool, tool)})" for tool, ids in sorted(rule.same_as.items()) if ids]
        lines = wrap(self._show(", ".join(names)), self._width - 2) if names else []
        return self._section("Other tools call it", [f"  {line}" for line in lines])

    def links(self, rule: Rule) -> list[str]:
        return self._section("Read more", [f"  {self._show(link)}" for link in rule.links])

    def _section(self, heading: str, lines: Sequence[str] | Iterator[str]) -> list[str]:
        lines = list(lines)
        return [self.style.paint(heading, "bold"), *lines] if lines else []

    def _paragraphs(self, text: str) -> Iterator[str]:
        """Text whose paragraphs are separated by empty lines, wrapped and indented."""
        paragraphs = [" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", text) if part.strip()]
        for number, paragraph in enumerate(paragraphs):
            if number:
                yield ""
            yield from ("  " + line for line in wrap(self._show(paragraph), self._width - 2))


def _read_names(rule: Rule) -> list[str]:
    """The attributes that the expressions name, in their order, without the name that the resource is bound to."""
    bound = rule.bound_as
    texts = [expression.text for expression in (rule.when, rule.condition) if expression]
    # Strings are not code: what looks like an attribute in one is none.
    code = " ".join(re.sub(r'"[^"\n]*"|\'[^\'\n]*\'', '""', text) for text in texts)
    found = re.findall(rf"(?<![\w.]){re.escape(bound)}((?:\.[A-Za-z_]\w*)+)(?!\w*\()", code) if bound else []
    return list(dict.fromkeys(name[1:] for name in found))


def _reads(rule: Rule, kinds: Mapping[str, Kind]) -> list[str]:
    """The attributes that are read, with their types where the kind tells them."""
    declared = [kinds[kind].attributes for kind in rule.kinds if kind in kinds]
    known = {name: attribute.type for attributes in declared for name, attribute in attributes.items()}
    described: dict[str, str] = {}
    for name in _read_names(rule):
        attribute = next((known_name for known_name in _prefixes(name) if known_name in known), "")
        if attribute:
            described.setdefault(attribute, _type_name(known[attribute]))
    return [f"{name}: {type_name}" for name, type_name in described.items()]


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _type_name(described: Type) -> str:
    inner = described.record or ", ".join(described.kinds) or (_type_name(described.item) if described.item else "")
    if described.name == "record":
        return inner
    return f"{described.name}({inner})" if inner else described.name
