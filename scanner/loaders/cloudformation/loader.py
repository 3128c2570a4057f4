"""CloudFormation templates to native resources: every template that no other one nests is a root, with all it nests.

    loaded = Loader().load(documents, demand=None, options=LoadOptions())

A resource's address is its logical id, behind that of the stack it is nested in: `Network/Vpc`. Beside its properties
it has what stands next to them under names with an underscore: `_DeletionPolicy`, `_UpdateReplacePolicy`, `_Metadata`,
`_DependsOn`, `_CreationPolicy`, `_UpdatePolicy`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from scanner.loaders.cloudformation import parameters
from scanner.loaders.cloudformation.declarations import STACK_TYPES, Declaration
from scanner.loaders.cloudformation.nested import Templates, place
from scanner.loaders.cloudformation.parameters import Given
from scanner.loaders.cloudformation.problems import Budget, Problems
from scanner.loaders.cloudformation.provenance import TemplateProvenance
from scanner.loaders.cloudformation.stack import Session, Stack
from scanner.loaders.cloudformation.template import Template, templates_of
from scanner.model import Demand, Limits, Loaded, LoadOptions, NativeResource, Unknown
from scanner.source.document import Document


class Loader:
    """The loader of CloudFormation and SAM templates, and of what CDK makes."""

    def load(self, documents: Sequence[Document], *, demand: Demand | None, options: LoadOptions) -> Loaded:
        """Every resource of every template. A file of parameters counts for each root that has them."""
        problems = Problems()
        ours = [each for each in documents if each.kind == "cloudformation" and each.status == "parsed"]
        given = parameters.files(options.parameters, documents, options.limits, problems)
        readings = [found for each in ours if (found := templates_of(each, problems))]
        loading = _Loading([found[0] for found in readings], given, problems, options.limits)
        loading.load(demand)
        for found in readings:
            for template in found[1:]:
                loading.load_again(template, demand)
        for diagnostic in parameters.unused(given, [found[0] for found in readings]):
            problems.found[diagnostic] = None
        resources = sorted(loading.resources, key=lambda one: (one.root, one.address))
        secrets = tuple(sorted(loading.secrets))
        missing = tuple(sorted(loading.missing.items(), key=lambda one: one[0]))
        return Loaded(tuple(resources), tuple(problems.found), tuple(sorted(loading.roots)), secrets, missing)


class _Loading:
    """The templates of one scan while they are loaded."""

    def __init__(
        self, templates: list[Template], given: Mapping[str, Given], problems: Problems, limits: Limits
    ) -> None:
        self.resources: list[NativeResource] = []
        self.secrets: set[str] = set()
        self.roots: set[str] = set()
        self.missing: dict[str, Unknown] = {}
        """Root to why a stack that it nests cannot be read."""
        self._templates = templates
        self._given = given
        self._problems = problems
        self._limits = limits
        self._seen: set[str] = set()

    def load(self, demand: Demand | None) -> None:
        """Every root; templates that only nest each other are roots too."""
        called = self._called()
        for template in self._templates:
            if place(template) not in called:
                self._root(template, demand)
        for template in self._templates:
            if place(template) not in self._seen:
                self._root(template, demand)

    def _called(self) -> set[str]:
        """Where the templates are that another one nests."""
        calling = [each for each in self._templates if any(name.encode() in each.document.data for name in STACK_TYPES)]
        if len(self._templates) < 2 or not calling:
            return set()
        index = Templates(self._templates)
        session = Session(index, self._given, Problems(), Budget(self._limits))
        for template in calling:
            for each in Stack(session, template).declared.values():
                if each.is_stack:
                    each.child()
        return index.called

    def _root(self, template: Template, demand: Demand | None) -> None:
        self.roots.add(template.path)
        self._seen.add(place(template))
        index = Templates(self._templates)
        stack = Stack(Session(index, self._given, self._problems, Budget(self._limits)), template)
        self.resources.extend(self._natives(stack, demand))
        self._seen |= index.called

    def load_again(self, template: Template, demand: Demand | None) -> None:
        """Another reading of a template with repeated keys: each resource that it makes a different one."""
        if template.path not in self.roots:
            return
        known = {one.address: one for one in self.resources if one.root == template.path}
        stack = Stack(Session(Templates(self._templates), self._given, self._problems, Budget(self._limits)), template)
        for native in self._natives(stack, demand):
            other = known.get(native.address)
            if other is None or other.type != native.type or not _alike(other.attributes, native.attributes):
                self.resources.append(native)

    def _natives(self, stack: Stack, demand: Demand | None) -> Iterator[NativeResource]:
        root = stack.template.path
        stacks = list(_nested(stack))
        handed = _handed(stacks)
        for each in stacks:
            self.secrets |= each.secrets()
            each.conditions.decide_all()
            for declaration in each.declared.values():
                why = declaration.child() if declaration.is_stack else None
                if isinstance(why, Unknown):
                    self.missing.setdefault(root, why)
                wanted = None if demand is None else demand.get(declaration.type, frozenset())
                yield _native(declaration, root, wanted, handed.get(declaration.address, {}))


def _native(
    declaration: Declaration, root: str, wanted: Collection[str] | None, handed: Mapping[str, Unknown]
) -> NativeResource:
    return NativeResource(
        "cloudformation",
        declaration.type,
        declaration.address,
        root,
        declaration.attributes(wanted),
        declaration.span,
        TemplateProvenance(declaration),
        declaration.existence,
        identities=(declaration.address,),
        handed_to=tuple(sorted(handed.items(), key=lambda one: one[0])),
    )


def _nested(stack: Stack) -> Iterator[Stack]:
    """A stack and all that it nests."""
    waiting = [stack]
    while waiting:
        each = waiting.pop()
        yield each
        calls = [one for one in each.declared.values() if one.is_stack]
        children = [one.child() for one in calls]
        waiting.extend(child for child in children if isinstance(child, Stack))


def _handed(stacks: list[Stack]) -> dict[str, dict[str, Unknown]]:
    """Address to attribute to why, for what unread stacks are given of a resource; `Ref` counts as `id`."""
    found: dict[str, dict[str, Unknown]] = {}
    for stack in stacks:
        for call in stack.declared.values():
            why = call.child() if call.is_stack else None
            if not isinstance(why, Unknown) or "Parameters" not in call.properties:
                continue
            for identity in _identities(call.value("Parameters")):
                address, _, attribute = identity.rpartition(".")
                found.setdefault(address, {}).setdefault("id" if attribute == "Ref" else attribute, why)
    return found


def _identities(value: Any) -> Iterator[str]:
    if isinstance(value, Unknown):
        yield from value.identities
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _identities(each)


def _alike(left: Any, right: Any) -> bool:
    """Whether two values are the same as far as anybody can tell."""
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return (left.code, left.text, left.identities) == (right.code, right.text, right.identities)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_alike(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(_alike(one, two) for one, two in zip(left, right, strict=True))
    return type(left) is type(right) and bool(left == right)
