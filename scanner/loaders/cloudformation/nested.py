"""Stacks nested in stacks: finding the template that is meant among those of the scan. Nothing is fetched."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.cloudformation.problems import shown
from scanner.loaders.cloudformation.template import Template
from scanner.model import Unknown

if TYPE_CHECKING:
    from scanner.loaders.cloudformation.declarations import Declaration
    from scanner.loaders.cloudformation.stack import Stack

_REMOTE: Final = ("http:", "https:", "s3:", "arn:")


class Templates:
    """The templates of a scan by where they are."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self._by_place: Mapping[str, Template] = {place(template): template for template in templates}
        self.called: set[str] = set()
        """Places of templates that some stack nests."""

    def beside(self, template: Template, path: str) -> Template | None:
        """The template at a path relative to another one."""
        folder = posixpath.dirname(place(template))
        return self._by_place.get(posixpath.normpath(posixpath.join(folder, path)))


def place(template: Template) -> str:
    """Where a template is: its absolute path, or its name for a text without file."""
    return template.document.absolute or posixpath.normpath(template.document.path)


def child(stack: Stack, call: Declaration) -> Stack | Unknown:
    """The stack that a resource nests, or why it cannot be seen."""
    from scanner.loaders.cloudformation.stack import Stack as Nested

    found = template_of(stack, call)
    if isinstance(found, Unknown):
        return found
    stack.session.templates.called.add(place(found))
    return Nested(stack.session, found, stack, call)


def template_of(stack: Stack, call: Declaration) -> Template | Unknown:
    """The template that a resource names."""
    from scanner.loaders.cloudformation.declarations import STACK_TYPES

    name = STACK_TYPES[call.type]
    where = call.value(name) if name in call.properties else None
    if isinstance(where, Unknown) or not isinstance(where, str):
        label = where.prefix or where.text if isinstance(where, Unknown) else "a template that is not local"
        return _missing(stack, call, f"{shown(label)} is not read")
    if where.startswith(_REMOTE):
        return _missing(stack, call, f"{shown(where)} is remote, and not read")
    found = stack.session.templates.beside(stack.template, where)
    if found is None:
        return _missing(stack, call, f"{shown(where)} is not in this scan")
    refused = _cycle(stack, call, found)
    return found if refused is None else refused


def _cycle(stack: Stack, call: Declaration, found: Template) -> Unknown | None:
    above: Any = stack
    while above is not None:
        if above.template is found:
            message = f"{found.path} nests itself"
            return stack.problems.invalid("GR-CYCLE", message, "", call.span)
        above = above.parent
    if stack.depth >= stack.budget.limits.modules:
        message = f"stacks are nested deeper than {stack.budget.limits.modules} levels"
        stack.problems.tell("GR-LIMIT-EVAL", "warning", message, "Raise --limit modules=N.", call.span)
        return Unknown("budget", message, span=call.span)
    return None


def _missing(stack: Stack, call: Declaration, why: str) -> Unknown:
    message = f"the stack {call.address} is judged without its resources: {why}"
    hint = "Scan its template together with this one, and name it by a relative path."
    stack.problems.tell("GR-MODULE", "note", message, hint, call.span)
    return Unknown("module_missing", why, span=call.span)
