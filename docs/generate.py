"""Writes the reference pages from what the program itself knows; `--check` says which are out of date.

python docs/generate.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import forms

from scanner.cli.main import COMMANDS, LazyGroup, group
from scanner.expression import FUNCTIONS, describe
from scanner.loaders.terraform.functions import FUNCTIONS as TERRAFORM_FUNCTIONS
from scanner.model import SEVERITIES, KindAttribute
from scanner.normalise import Tables, load_tables
from scanner.normalise.mapping import Entry
from scanner.plugins import LOADERS
from scanner.policy.selection import load_built_in

REFERENCE = Path(__file__).parent / "reference"
MADE = "<!-- Made by docs/generate.py; do not edit. -->\n"


def pages() -> dict[str, str]:
    """File name to text of every page."""
    made: dict[str, Callable[[], Iterator[str]]] = {
        "commands.md": _commands,
        "rules.md": _rules,
        "kinds.md": _kinds,
        "coverage.md": _coverage,
        "expressions.md": _expressions,
        "terraform-functions.md": _terraform,
    }
    return {name: MADE + "\n".join(lines()) + "\n" for name, lines in made.items()}


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "Exit codes: 0 clean; 1 findings at or above `--fail-on`; 2 usage, configuration or rule-file error;"
    yield "3 the scan is incomplete or found nothing to scan; 4 internal error, or an output that could not be"
    yield "written; 130 interrupted.\n"
    assert isinstance(group, LazyGroup)
    context = click.Context(group, info_name="groundrule")
    for name in sorted(COMMANDS):
        command = group.get_command(context, name)
        assert command is not None
        yield from _command(command, f"groundrule {name}", context)


def _command(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(
        command, info_name=name.rpartition(" ")[2], parent=parent, terminal_width=100, max_content_width=100
    )
    yield f"## {name}\n"
    yield "```"
    yield command.get_help(context)
    yield "```\n"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found is not None
            yield from _command(found, f"{name} {each}", context)


def _rules() -> Iterator[str]:
    packs = load_built_in()
    yield "# Rules\n"
    for pack in packs:
        yield f"## Pack {pack.name} {pack.version}: {len(pack.rules)} rules\n"
        yield "| rule | severity | finds | topic | same as |"
        yield "|---|---|---|---|---|"
        for rule in sorted(pack.rules, key=lambda each: (SEVERITIES.index(each.severity), each.id)):
            same = ", ".join(each for tool in sorted(rule.same_as) for each in rule.same_as[tool])
            yield f"| `{rule.id}` | {rule.severity} | {rule.title} | {rule.topic} | {same} |"
        yield ""


def _kinds() -> Iterator[str]:
    tables = load_tables()
    yield "# Kinds and what fills them\n"
    yield "What a rule may read of each kind, and the native types that set it. An attribute without one is"
    yield "worked out by the program: a derived value, a relation, or a scope.\n"
    setters = _setters(tables)
    for name in sorted(tables.kinds):
        kind = tables.kinds[name]
        yield f"## {name}\n"
        yield f"Bound as `{kind.bound_as}`.\n"
        yield "| attribute | type | default | set by |"
        yield "|---|---|---|---|"
        for each in kind.attributes.values():
            by = ", ".join(f"`{native}`" for native in sorted(setters.get((name, each.name), ()))) or _worked_out(each)
            default = "" if each.default is None else f"`{str(each.default).lower()}`"
            yield f"| `{each.name}` | {_type(each)} | {default} | {by} |"
        yield ""


def _coverage() -> Iterator[str]:
    yield from forms.page(load_tables())


def _setters(tables: Tables) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for entry in tables.entries():
        if entry.half not in LOADERS:
            continue
        for kind, name in _set_by(entry):
            found.setdefault((kind, name), set()).add(entry.type)
    return found


def _set_by(entry: Entry) -> Iterable[tuple[str, str]]:
    kind = entry.kind or entry.into
    yield from ((kind, name) for name in (*entry.set, *entry.add))
    for node in entry.nodes:
        yield from ((node.kind, name) for name in node.set)
        if node.owner:
            yield node.kind, node.owner


def _type(attribute: KindAttribute) -> str:
    if attribute.derive:
        return "derived"
    return describe(attribute.type).replace("|", "\\|")


def _worked_out(attribute: KindAttribute) -> str:
    return f"`{attribute.derive}`".replace("|", "\\|") if attribute.derive else "the program"


def _expressions() -> Iterator[str]:
    yield "# Functions of expressions\n"
    yield "Besides the operators and macros of CEL itself. *Absorbing* functions may decide by known parts of"
    yield "their arguments although others are not known; the others are unknown as soon as an argument is.\n"
    yield "| function | absorbing | |"
    yield "|---|---|---|"
    for name in sorted(FUNCTIONS):
        function = FUNCTIONS[name]
        signature = function.signature.replace("|", "\\|")
        yield f"| `{signature}` | {'yes' if function.absorbing else ''} | {function.doc} |"


def _terraform() -> Iterator[str]:
    yield "# Functions of Terraform\n"
    yield "Every function of Terraform 1.11 and what OpenTofu 1.9 has besides. Those that differ from run to"
    yield "run, or need what is not in the configuration, stay unknown on purpose.\n"
    yield "| function | |"
    yield "|---|---|"
    for name in sorted(TERRAFORM_FUNCTIONS):
        yield f"| `{name}` | {_state(TERRAFORM_FUNCTIONS[name])} |"


def _state(function: object) -> str:
    why = getattr(function, "unevaluated", "")
    return f"stays unknown: {why}" if why else "evaluated"


def main() -> int:
    """Writes the pages, or names those that are out of date."""
    stale = [name for name, text in pages().items() if not _is_current(REFERENCE / name, text)]
    if "--check" in sys.argv:
        for name in stale:
            print(f"out of date: docs/reference/{name}")
        return 1 if stale else 0
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    return 0


def _is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
