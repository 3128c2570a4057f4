"""A rule as a page of Markdown: what it finds, why, how to mend it, its parameters, controls and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scanner.model import Example, Rule, Rulepack
from scanner.report.explain import Mapped
from scanner.report.wording import format_name

_FENCES = {"terraform": "hcl", "cloudformation": "yaml", "kubernetes": "yaml", "terraform_plan": "json"}


def rule_page(rule: Rule, *, pack: Rulepack | None, controls: Sequence[Mapped], examples: Sequence[Example]) -> str:
    """The page, with a final newline."""
    return "\n".join(_lines(rule, pack, controls, examples)).rstrip("\n") + "\n"


def _lines(rule: Rule, pack: Rulepack | None, controls: Sequence[Mapped], examples: Sequence[Example]) -> Iterator[str]:
    yield from (f"# {_text(rule.title)}", "")
    where = f", pack {pack.name} {pack.version}" if pack else ""
    yield from (f"`{rule.id}`, severity {rule.severity}{where}", "")
    yield from (_text(rule.why), "") if rule.why else ()
    yield from _logic(rule)
    yield from _fix(rule)
    yield from _parameters(rule)
    yield from _controls(controls)
    if rule.same_as:
        names = ", ".join(f"{tool} {each}" for tool in sorted(rule.same_as) for each in rule.same_as[tool])
        yield from ("## The same elsewhere", "", f"{_text(names)}. Suppressions written for these are honoured.", "")
    if rule.links:
        yield from ("## Links", "", *(f"- <{link}>" for link in rule.links), "")
    yield from _examples(examples)


def _logic(rule: Rule) -> Iterator[str]:
    yield from ("## What it judges", "", f"Resources of the kind {', '.join(f'`{kind}`' for kind in rule.kinds)}.", "")
    if rule.when:
        yield from ("It applies when", "", *_code(rule.when.text, "cel"), "")
    yield from ("It fails if" if rule.negated else "It must hold that", "", *_code(rule.condition.text, "cel"), "")


def _fix(rule: Rule) -> Iterator[str]:
    if not rule.fix:
        return
    yield from ("## Mend it", "")
    if summary := rule.fix.get("summary"):
        yield from (_text(summary), "")
    for format, text in rule.fix.items():
        if format != "summary":
            yield from (f"{format_name(format)}:", "", *_code(text, _FENCES.get(format, "")), "")


def _parameters(rule: Rule) -> Iterator[str]:
    if not rule.params:
        return
    yield from ("## Parameters", "", "| parameter | type | default |", "|---|---|---|")
    for name, value in rule.params.items():
        yield f"| `{name}` | {_text(rule.param_types.get(name, 'dyn'))} | {_text(str(value))} |"
    yield from ("", "Set them in `groundrule.toml`:", "")
    yield from (*_code(f"[params.{rule.id}]\n" + "\n".join(f"{name} = ..." for name in rule.params), "toml"), "")


def _controls(controls: Sequence[Mapped]) -> Iterator[str]:
    if controls:
        yield from ("## Controls", "", "| framework | control | covers |", "|---|---|---|")
        for each in controls:
            covers = f"{each.covers}: {each.note}" if each.note else each.covers
            yield f"| {_text(each.framework)} | {_text(each.control)} | {_text(covers)} |"
        yield ""


def _examples(examples: Sequence[Example]) -> Iterator[str]:
    if examples:
        yield from ("## Examples", "")
    for each in examples:
        name = f": {_text(each.name)}" if each.name else ""
        yield from (f"{format_name(each.format)}, {each.outcome.replace('_', ' ')}{name}", "")
        yield from (*_code(each.text, _FENCES.get(each.format, "")), "")


def _code(text: str, language: str) -> Iterator[str]:
    """A fence that is longer than any run of backticks in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (fence + language, text.strip("\n"), fence)


def _text(text: str) -> str:
    """Words without Markdown, HTML or a table's border in them."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))
