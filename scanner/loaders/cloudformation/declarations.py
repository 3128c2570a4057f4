"""The resources of a stack as declared: type, condition, properties with SAM's globals merged in, and their values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.cloudformation import sam
from scanner.loaders.cloudformation.evaluate import Evaluator, nothing_assumed
from scanner.loaders.cloudformation.problems import OverBudget, key_span, shown, span_of, value_span
from scanner.loaders.cloudformation.template import RAIN, empty, kind_of
from scanner.loaders.cloudformation.values import NO_VALUE, as_text
from scanner.model import SourceSpan, Unknown
from scanner.source.located import LocatedDict

if TYPE_CHECKING:
    from scanner.loaders.cloudformation.stack import Stack

RESERVED: Final = {
    "_CreationPolicy": "CreationPolicy",
    "_DeletionPolicy": "DeletionPolicy",
    "_DependsOn": "DependsOn",
    "_Metadata": "Metadata",
    "_UpdatePolicy": "UpdatePolicy",
    "_UpdateReplacePolicy": "UpdateReplacePolicy",
}
"""Attribute name to what stands beside `Properties`. No property of AWS begins with an underscore; one that does is
hidden by these. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html"""
STACK_TYPES: Final = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""Types that nest a stack, with the property that says where its template is."""
INSTANCE_COST: Final = 20


class Declaration:
    """One resource of a stack."""

    def __init__(self, stack: Stack, name: str, node: LocatedDict, holder: LocatedDict) -> None:
        self.stack = stack
        self.name = name
        self.node = node
        self.span: SourceSpan = key_span(stack.template.document, holder, name)
        self.type: str = node["Type"]
        self.exists: bool | Unknown = self._exists()
        self._values: dict[str, Any] = {}
        self._properties: LocatedDict | None = None
        self._broken: Unknown | None = None
        """Why none of its properties is known."""
        self._evaluator: Evaluator | None = None
        self._child: Stack | Unknown | None = None
        self._parameters: dict[str, Any] | None = None

    def _exists(self) -> bool | Unknown:
        if "Condition" not in self.node:
            return True
        name = self.node["Condition"]
        document = self.stack.template.document
        if not isinstance(name, str):
            message = f"the condition of {shown(self.name)} is {kind_of(name)}, and must be a name"
            return self.stack.problems.invalid("GR-TYPE", message, "", value_span(document, self.node, "Condition"))
        self.stack.here = (
            None if name in self.stack.template.conditions else value_span(document, self.node, "Condition")
        )
        try:
            return self.stack.conditions.decide(name, nothing_assumed())
        except (OverBudget, RecursionError) as error:
            return self.stack.over_budget(error, value_span(document, self.node, "Condition"))

    @property
    def address(self) -> str:
        """Its logical id behind those of the stacks it is nested in: `Network/Vpc`."""
        return self.stack.prefix + self.name

    @property
    def existence(self) -> Unknown | None:
        """Why it is undecided whether it will exist; its stack's reason comes first."""
        outer = self.stack.call.existence if self.stack.call is not None else None
        own = self.exists if isinstance(self.exists, Unknown) else None
        return own if outer is None else outer

    @property
    def is_stack(self) -> bool:
        """Whether it nests a stack."""
        return self.type in STACK_TYPES

    @property
    def is_module(self) -> bool:
        """Whether it is a module of a registry, whose resources cannot be seen."""
        return self.type.endswith("::MODULE")

    @property
    def evaluator(self) -> Evaluator:
        """Who works out its properties: they exist only if its condition holds."""
        if self._evaluator is None:
            plain = self.stack.evaluator
            undecided = isinstance(self.exists, Unknown) and isinstance(self.node.get("Condition"), str)
            self._evaluator = plain.assuming(self.node["Condition"], True) if undecided else plain
        return self._evaluator

    @property
    def properties(self) -> LocatedDict:
        """Its properties as written, with those that `Globals` gives its type."""
        if self._properties is None:
            self._properties = sam.with_globals(self.stack.template, self.type, self.node, self._own())
        return self._properties

    def _own(self) -> LocatedDict:
        found = self.node.get("Properties")
        if isinstance(found, LocatedDict):
            return found
        if found is not None:
            message = f"the properties of {shown(self.name)} are {kind_of(found)}, and must be a mapping"
            place = value_span(self.stack.template.document, self.node, "Properties")
            self.stack.problems.tell("GR-TYPE", "error", message, "Write names with values.", place)
            self._broken = found if isinstance(found, Unknown) else Unknown("invalid", message, span=place)
        return empty()

    def attributes(self, wanted: Collection[str] | None) -> dict[str, Any]:
        """The values of the wanted properties, of all for None."""
        properties = self.properties
        if self._broken is not None:
            hidden = {name: self._broken for name in wanted or () if name not in RESERVED}
            return self._reserved(hidden, wanted)
        if len(properties) == 1 and "Fn::If" in properties:
            return self._chosen(wanted)
        if any(key[:4] == "Fn::" for key in properties):
            return self._with_functions(wanted)
        names = properties if wanted is None else [name for name in wanted if name in properties]
        found = {name: value for name in names if (value := self.value(name)) is not NO_VALUE}
        return self._reserved(found, wanted)

    def _reserved(self, found: dict[str, Any], wanted: Collection[str] | None) -> dict[str, Any]:
        for name, key in RESERVED.items():
            if key in self.node and (wanted is None or name in wanted):
                found[name] = self._guarded(self.node[key], key, self.node)
        return found

    def value(self, name: str) -> Any:
        """The value of one property, worked out once."""
        if name not in self._values:
            self._values[name] = self._guarded(self.properties[name], name, self.properties)
        return self._values[name]

    def _guarded(self, node: Any, key: str, holder: LocatedDict) -> Any:
        """Over budget is Unknown. Scalars and functions over scalars need no place, so it is found only when told."""
        stack = self.stack
        kind = node.__class__
        if kind is str and "{{" not in node:
            return node
        outer, stack.here = stack.here, self.span
        try:
            return self.evaluator.value(node)
        except (OverBudget, RecursionError) as error:
            return stack.over_budget(error, value_span(stack.template.document, holder, key))
        finally:
            stack.here = outer

    def _with_functions(self, wanted: Collection[str] | None) -> dict[str, Any]:
        """Properties among which a loop or a transform stands: what it hides may set any other."""
        found: dict[str, Any] = {}
        hidden: Unknown | None = None
        try:
            for key, node, _ in list(self.evaluator.entries(self.properties)):
                if isinstance(node, Unknown) and key[:4] == "Fn::":
                    hidden = node
                elif wanted is None or key in wanted:
                    value = self._guarded(node, key, self.node)
                    found.update({key: value} if value is not NO_VALUE else {})
        except (OverBudget, RecursionError) as error:
            hidden = self.stack.over_budget(error, span_of(self.stack.template.document, self.properties))
        if hidden is not None:
            found.update({name: hidden for name in wanted or () if name not in found and name not in RESERVED})
        return self._reserved(found, wanted)

    def _chosen(self, wanted: Collection[str] | None) -> dict[str, Any]:
        """All properties by one `Fn::If`."""
        value = self._guarded(self.properties, "Properties", self.node)
        found = value if isinstance(value, dict) else {}
        if isinstance(value, Unknown):
            found = dict.fromkeys(wanted or (), value)
        kept = {name: each for name, each in found.items() if wanted is None or name in wanted}
        return self._reserved(kept, wanted)

    def states(self, attribute: str) -> bool:
        """Whether an attribute of the resource is one of its properties, whose value it then has. What a custom
        resource answers is its own business."""
        custom = self.type.startswith("Custom::") or self.type == "AWS::CloudFormation::CustomResource"
        return attribute in self.properties and not custom

    def stated(self, attribute: str, own: Unknown) -> Any:
        """The value of such an attribute; `own` is what is known of it without the property."""
        value = self.value(attribute)
        if not isinstance(value, Unknown):
            text = as_text(value)
            return own if text is None else text
        if value.code == "cycle":
            return own
        made = copy(value)
        made.identities = (*own.identities, *value.identities)
        return made

    # Nested stacks

    def child(self) -> Stack | Unknown:
        """The stack that it nests."""
        if self._child is None:
            self._child = self.stack.child_of(self)
        return self._child

    def parameters(self) -> Mapping[str, Any]:
        """What it gives to the parameters of the stack that it nests."""
        if self._parameters is None:
            self._parameters = {}  # while it is worked out: a parameter may not depend on itself
            value = self.value("Parameters") if "Parameters" in self.properties else {}
            self._parameters = dict(value) if isinstance(value, dict) else _AllUnknown(value)
        return self._parameters


class _AllUnknown(dict[str, Any]):
    """Parameters of which nothing is known."""

    def __init__(self, why: Any) -> None:
        super().__init__()
        self._why = why if isinstance(why, Unknown) else None

    def get(self, key: str, default: Any = None) -> Any:
        """The same reason for every name."""
        return self._why


def declarations(stack: Stack) -> Iterator[Declaration]:
    """The resources of a stack, loops unrolled. What is none is told of."""
    section = stack.template.resources
    for name, node in section.items():
        try:
            yield from _declared(stack, name, node, section)
        except (OverBudget, RecursionError) as error:
            stack.over_budget(error, key_span(stack.template.document, section, name))


def _declared(stack: Stack, key: str, value: Any, section: LocatedDict) -> Iterator[Declaration]:
    """What one entry of the section comes to: a resource, or those that a loop makes."""
    made = 0
    for name, node, holder in stack.evaluator.entry(key, value, section):
        stack.budget.step(INSTANCE_COST)
        if name[:4] == "Fn::":
            _tell_hidden(stack, name, node)
        elif _is_resource(stack, name, node, holder):
            made += 1
            if made > stack.budget.limits.instances:
                raise OverBudget(f"more than {stack.budget.limits.instances:,} resources made by a loop")
            yield Declaration(stack, name, node, holder)


def _tell_hidden(stack: Stack, name: str, why: Any) -> None:
    if isinstance(why, Unknown) and name != "Fn::Transform":
        message = f"the resources of `{shown(name)}` are not known: {why.text}"
        span = key_span(stack.template.document, stack.template.resources, name)
        stack.problems.tell("GR-UNKNOWN", "note", message, "", span)


def _is_resource(stack: Stack, name: str, node: Any, holder: LocatedDict) -> bool:
    document = stack.template.document
    if not isinstance(node, LocatedDict):
        what = f"the resource {shown(name)} is {kind_of(node)}, and must be a mapping"
    elif not isinstance(node.get("Type"), str):
        stated = node.get("Type")
        if isinstance(stated, LocatedDict) and next(iter(stated), "").startswith(RAIN):
            return False  # a module; that it is a template of Rain is told already
        what = f"the type of {shown(name)} is {kind_of(stated)}" if "Type" in node else f"{shown(name)} has no type"
    else:
        return True
    stack.problems.tell("GR-TYPE", "error", what, "Write `Type: AWS::...`.", key_span(document, holder, name))
    return False
