"""The way back from a value to where it is written: property, parameter, its default or the file that gives it.

A `Spot` is a node with the mapping or list it stands in; following one leads to what its function stands for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.loaders.cloudformation.problems import key_span, offsets, shown, value_span
from scanner.loaders.cloudformation.references import map_entries
from scanner.loaders.cloudformation.values import NO_VALUE, as_text
from scanner.model import PathStep, SourceSpan, Step, Unknown
from scanner.source.located import LocatedDict, LocatedList

if TYPE_CHECKING:
    from scanner.loaders.cloudformation.evaluate import Evaluator
    from scanner.loaders.cloudformation.stack import Stack

LONGEST: Final = 30
"""Steps of one chain; nobody reads more, and a cycle ends there."""
_MOST_NAMES: Final = 5
_named: Final = re.compile(r"\$\{([^!{}][^{}]{0,1023})\}")


class Spot(NamedTuple):
    """A node where it is written, and who works it out."""

    node: Any
    holder: LocatedDict | LocatedList
    key: str | int
    evaluator: Evaluator

    @property
    def stack(self) -> Stack:
        """The stack it belongs to."""
        return self.evaluator.stack

    @property
    def span(self) -> SourceSpan:
        """Where the value stands; a mapping or list with its key, so that its first line says what it is."""
        document = self.stack.template.document
        is_container = isinstance(self.node, LocatedDict | LocatedList) and not self._is_function()
        if is_container and isinstance(self.holder, LocatedDict):
            start, _, _, end = self.holder.spans[str(self.key)]
            return document.span(start, end)
        return value_span(document, self.holder, self.key)

    @property
    def header(self) -> SourceSpan:
        """The key of an entry, else where the item stands."""
        if isinstance(self.holder, LocatedDict):
            return key_span(self.stack.template.document, self.holder, str(self.key))
        return self.span

    @property
    def text(self) -> str:
        """What is written there, in one line."""
        data = self.stack.template.document.data
        start, end = offsets(self.holder, self.key)
        return shown(data[start:end].decode("utf-8", "replace"))

    def _is_function(self) -> bool:
        return isinstance(self.node, LocatedDict) and len(self.node) == 1 and next(iter(self.node)) in FOLLOWED


FOLLOWED: Final = frozenset({
    "Ref", "Fn::GetAtt", "Fn::If", "Fn::FindInMap", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Base64",
    "Fn::ImportValue", "Fn::ToJsonString", "Fn::Cidr", "Fn::GetAZs", "Fn::Length",
})  # fmt: skip


class Hop(NamedTuple):
    """What a function leads to. Without a spot the way ends there: nothing more is written. Without steps it is
    written in place."""

    steps: tuple[Step, ...]
    spot: Spot | None


def inside(spot: Spot, step: PathStep) -> Spot | None:
    """The entry or element of a mapping or list, as the value has it; None where nothing is written."""
    node = spot.node
    if isinstance(node, LocatedDict) and isinstance(step, str):
        if step in node:
            return Spot(node[step], node, step, spot.evaluator)
        for name, value, holder in spot.evaluator.entries(node):
            if name == step and name in holder.spans:
                return Spot(value, holder, name, spot.evaluator)
    if isinstance(node, LocatedList) and isinstance(step, int):
        return _element(spot, node, step)
    return None


def _element(spot: Spot, node: LocatedList, step: int) -> Spot | None:
    """The element that has this number in the value; `AWS::NoValue` and conditions shift them."""
    place = {id(item): index for index, item in reversed(list(enumerate(node)))}
    number = -1
    for element in spot.evaluator.elements(node):
        value = element.evaluator.value(element.node) if element.value is None else element.value
        if value is NO_VALUE:
            continue
        number += 1
        if number == step:
            if isinstance(element.node, LocatedDict | LocatedList) and id(element.node) in place:
                return Spot(element.node, node, place[id(element.node)], element.evaluator)
            return _branch(node, element.node, element.evaluator) or _same_item(node, element.node, step, spot)
    return None


def _branch(node: LocatedList, wanted: Any, evaluator: Evaluator) -> Spot | None:
    """A branch of an `Fn::If` in a list."""
    for item in node:
        arguments = item.get("Fn::If") if isinstance(item, LocatedDict) else None
        if not isinstance(arguments, LocatedList) or len(arguments) != 3:
            continue
        for index in (1, 2):
            if arguments[index] is wanted and isinstance(wanted, LocatedDict | LocatedList):
                return Spot(wanted, arguments, index, evaluator)
    return None


def _same_item(node: LocatedList, wanted: Any, step: int, spot: Spot) -> Spot | None:
    """A plain element; those before it that have gone moved it."""
    for index in range(step, len(node)):
        if node[index] is wanted:
            return Spot(wanted, node, index, spot.evaluator)
    return None


def follow(spot: Spot) -> Hop | None:
    """What the function at a spot leads to; None for what is no function."""
    node = spot.node
    if not isinstance(node, LocatedDict) or len(node) != 1:
        return None
    ((function, argument),) = node.items()
    if function == "Ref":
        return _follow_ref(spot, argument) if isinstance(argument, str) else None
    if function == "Fn::If":
        return _follow_if(spot, node)
    if function == "Fn::FindInMap":
        return _follow_map(spot, argument)
    if function == "Fn::Select":
        return _follow_select(spot, argument)
    if function == "Fn::GetAtt":
        return _follow_attribute(spot, argument)
    if function == "Fn::Sub":
        return _follow_sub(spot, node, argument)
    if function in FOLLOWED:
        return Hop(tuple(_names_in(spot, argument))[:_MOST_NAMES], None)
    return None


def _follow_ref(spot: Spot, name: str) -> Hop | None:
    stack = spot.stack
    if name in stack.template.parameters:
        return parameter(stack, name)
    declared = stack.declared.get(name)
    if declared is None:
        return None
    return Hop((Step(declared.address, declared.type, declared.span),), None)


def parameter(stack: Stack, name: str) -> Hop:
    """From a parameter to what gives its value."""
    what = f"{stack.prefix}Parameters.{name}"
    declared = stack.declared_parameter(name)
    call = stack.call
    if call is not None:
        passed = call.properties.get("Parameters")
        if isinstance(passed, LocatedDict) and name in passed:
            at = Spot(passed[name], passed, name, call.evaluator)
            return Hop((Step(what, _hidden(declared.hidden, at.text), at.span),), at)
    elif name in stack.session.given:
        entry = stack.session.given[name]
        return Hop((Step(what, _hidden(declared.hidden, entry.text), entry.span),), None)
    if "Default" in declared.node:
        document = stack.template.document
        start, _, _, end = declared.node.spans["Default"]
        at = Spot(declared.node["Default"], declared.node, "Default", stack.evaluator)
        text = f"Default: {_hidden(declared.hidden, at.text)}"
        return Hop((Step(what, text, document.span(start, end)),), at)
    return Hop((Step(what, "no value", declared.span),), None)


def _hidden(hidden: bool, text: str) -> str:
    return "a secret" if hidden else text


def _follow_if(spot: Spot, node: LocatedDict) -> Hop | None:
    choice = spot.evaluator.choice(node)
    if choice is None:
        return None
    known, branches = choice
    arguments = node["Fn::If"]
    name = arguments[0] if isinstance(arguments[0], str) else "a condition"
    place = spot.stack.conditions.span(name) or value_span(spot.stack.template.document, arguments, 0)
    if isinstance(known, Unknown):
        return Hop((Step(f"Conditions.{name}", "not known", place),), None)
    index = 1 if known else 2
    branch, evaluator = branches[index - 1]
    step = Step(f"Conditions.{name}", "true" if known else "false", place)
    return Hop((step,), Spot(branch, arguments, index, evaluator))


def _follow_map(spot: Spot, argument: Any) -> Hop | None:
    if not isinstance(argument, LocatedList) or len(argument) < 3:
        return None
    keys = [spot.evaluator.text_of(each) for each in argument[:3]]
    texts = [key for key in keys if not isinstance(key, Unknown)]
    if len(texts) < 3:
        steps = [step for each in argument[:3] for step in _names_in(spot, each)]
        return Hop(tuple(steps[:_MOST_NAMES]), None)
    holder: Any = spot.stack.template.mappings
    for key in texts[:2]:
        holder = holder.get(key) if isinstance(holder, LocatedDict) else None
    if not isinstance(holder, LocatedDict) or texts[2] not in holder:
        default = argument[3] if len(argument) == 4 else None
        if isinstance(default, LocatedDict) and "DefaultValue" in default and not map_entries(spot.evaluator, keys):
            return Hop((), Spot(default["DefaultValue"], default, "DefaultValue", spot.evaluator))
        return None
    at = Spot(holder[texts[2]], holder, texts[2], spot.evaluator)
    return Hop((Step("Mappings." + ".".join(texts), at.text, at.span),), at)


def _follow_select(spot: Spot, argument: Any) -> Hop | None:
    if not isinstance(argument, LocatedList) or len(argument) != 2:
        return None
    index = as_text(argument[0])
    if index is not None and index.isdecimal() and isinstance(argument[1], LocatedList):
        listed = Spot(argument[1], argument, 1, spot.evaluator)
        return Hop((), inside(listed, int(index[:9])))
    return Hop(tuple(_names_in(spot, argument[1]))[:_MOST_NAMES], None)


def _follow_attribute(spot: Spot, argument: Any) -> Hop | None:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        return None
    return attribute(spot.stack, parts[0], parts[1])


def attribute(stack: Stack, name: str, path: str) -> Hop | None:
    """From an attribute of a resource to the output of the stack that it nests, if it does."""
    declared = stack.declared.get(name)
    if declared is None:
        return None
    what = f"{declared.address}.{path}"
    child = declared.child() if declared.is_stack and path.startswith("Outputs.") else None
    found = None if child is None or isinstance(child, Unknown) else child.output_node(path[len("Outputs.") :])
    if declared.states(path):
        at = Spot(declared.properties[path], declared.properties, path, declared.evaluator)
        return Hop((Step(what, at.text, at.span),), at)
    if found is None or child is None or isinstance(child, Unknown):
        return Hop((Step(what, declared.type, declared.span),), None)
    at = Spot(found[0], found[1], "Value", child.evaluator)
    return Hop((Step(what, at.text, at.span),), at)


def _follow_sub(spot: Spot, node: LocatedDict, argument: Any) -> Hop | None:
    names = argument[1] if isinstance(argument, LocatedList) and len(argument) == 2 else None
    text = argument[0] if names is not None else argument
    whole = _named.fullmatch(text) if isinstance(text, str) else None
    if whole is None:
        return Hop(tuple(_names_in(spot, node))[:_MOST_NAMES], None)
    name = whole[1].strip()
    if isinstance(names, LocatedDict) and name in names:
        return Hop((), Spot(names[name], names, name, spot.evaluator))
    return _name(spot, name)


def _name(spot: Spot, name: str) -> Hop | None:
    resource, dot, path = name.partition(".")
    return attribute(spot.stack, resource, path) if dot else _follow_ref(spot, name)


def _names_in(spot: Spot, node: Any) -> list[Step]:
    """The first step of everything that a tree refers to."""
    steps: list[Step] = []
    for hop in references_in(spot, node):
        steps += [step for step in hop.steps if step not in steps]
    return steps


def references_in(spot: Spot, node: Any) -> list[Hop]:
    """Everything that a tree refers to by name; what is no name of ours leads nowhere."""
    hops: list[Hop] = []
    waiting = [node]
    while waiting and len(hops) < LONGEST:
        each = waiting.pop(0)
        if isinstance(each, LocatedList):
            waiting[:0] = each
        if not isinstance(each, LocatedDict):
            continue
        here = Spot(each, spot.holder, spot.key, spot.evaluator)
        only = next(iter(each)) if len(each) == 1 else ""
        if only in ("Ref", "Fn::GetAtt", "Fn::FindInMap", "Fn::If"):
            hops.append(follow(here) or Hop((), None))
        elif only == "Fn::Sub":
            argument = each[only]
            text = argument[0] if isinstance(argument, LocatedList) and argument else argument
            inner = argument[1] if isinstance(argument, LocatedList) and len(argument) == 2 else {}
            found = _named.findall(text) if isinstance(text, str) else []
            hops += [_name(here, name.strip()) or Hop((), None) for name in found if name.strip() not in inner]
            waiting[:0] = list(inner.values()) if isinstance(inner, LocatedDict) else []
        else:
            waiting[:0] = list(each.values())
    return hops
