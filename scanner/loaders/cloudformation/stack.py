"""One stack: a template with the values of its parameters, the stacks nested in it, and everything worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.cloudformation import nested
from scanner.loaders.cloudformation.conditions import Conditions
from scanner.loaders.cloudformation.declarations import Declaration, declarations
from scanner.loaders.cloudformation.evaluate import Evaluator, nothing_assumed
from scanner.loaders.cloudformation.functions import FUNCTIONS
from scanner.loaders.cloudformation.parameters import Given, Parameter
from scanner.loaders.cloudformation.problems import Budget, OverBudget, Problems, key_span
from scanner.loaders.cloudformation.references import PSEUDO
from scanner.loaders.cloudformation.template import Template
from scanner.model import SourceSpan, Spelled, Unknown

if TYPE_CHECKING:
    from scanner.loaders.cloudformation.nested import Templates

_MISSING: Final = object()
_BUSY: Final = object()


class Session:
    """What a root and the stacks nested in it share."""

    def __init__(self, templates: Templates, given: Mapping[str, Given], problems: Problems, budget: Budget) -> None:
        self.templates = templates
        self.given = given
        self.problems = problems
        self.budget = budget


class Stack:
    """A template as one stack. `parent` and `call` are set for a nested one: who makes it, and by which resource."""

    def __init__(
        self, session: Session, template: Template, parent: Stack | None = None, call: Declaration | None = None
    ) -> None:
        self.session = session
        self.template = template
        self.parent = parent
        self.call = call
        self.problems = session.problems
        self.budget = session.budget
        self.functions = FUNCTIONS
        self.prefix: str = f"{parent.prefix}{call.name}/" if parent is not None and call is not None else ""
        """What stands before the logical ids of its resources in addresses."""
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.evaluator = Evaluator(self, nothing_assumed())
        self.conditions = Conditions(self)
        self.here: SourceSpan | None = None
        """Where the property being worked out stands, for diagnostics about what has no place of its own."""
        self._parameters: dict[str, Parameter] = {}
        self._values: dict[Any, Any] = {}
        self._declared: dict[str, Declaration] | None = None
        self.absent: set[str] = set()
        """Logical ids of resources whose condition does not hold."""

    @property
    def declared(self) -> dict[str, Declaration]:
        """The resources that will or may exist, by logical id."""
        if self._declared is None:
            self._declared = {}
            for each in declarations(self):
                if each.exists is False:
                    self.absent.add(each.name)
                else:
                    self._declared[each.name] = each
        return self._declared

    # Parameters

    def declared_parameter(self, name: str) -> Parameter:
        """A declared parameter."""
        if name not in self._parameters:
            self._parameters[name] = Parameter(self.template, name, self.prefix + name, self.problems)
        return self._parameters[name]

    def parameter(self, name: str) -> Any:
        """The value of a declared parameter."""
        return self._once(("parameter", name), lambda: self.declared_parameter(name).value(self.given(name)))

    def given(self, name: str) -> Any:
        """What the caller says of a parameter; None for nothing."""
        if self.parent is not None and self.call is not None:
            return self.call.parameters().get(name)
        entry = self.session.given.get(name)
        return entry.value if entry is not None else None

    def secrets(self) -> set[str]:
        """The texts of its secret parameters."""
        hidden = (self.declared_parameter(name) for name in self.template.parameters)
        return {text for each in hidden if each.hidden for text in each.secrets(self.given(each.name))}

    # References

    def pseudo(self, name: str) -> Unknown:
        """A pseudo-parameter: nested stacks are made in the region and account of their parent."""
        key = ("pseudo", name)
        if key not in self._values:
            own = name in ("AWS::StackId", "AWS::StackName")
            letters = PSEUDO[name]
            found = Unknown(
                "computed",
                f"{name} is known when the stack is made",
                identities=((self.prefix if own else "") + name,),
                not_null=True,
                type=None if letters is None else "string",
            )
            self._values[key] = Spelled(letters, found) if letters else found
        return self._values[key]  # type: ignore[no-any-return]

    def resource_value(self, name: str, attribute: str) -> Any:
        """What `Ref` (as the attribute "Ref") or `Fn::GetAtt` of a resource gives; None for no resource."""
        return self._once((name, attribute), lambda: self._resource_value(name, attribute))

    def _resource_value(self, name: str, attribute: str) -> Any:
        found = self.declared.get(name)
        if found is None:
            return self._module_value(name, attribute)
        if attribute.startswith("Outputs.") and found.is_stack:
            child = found.child()
            if isinstance(child, Stack):
                return child.output(attribute[len("Outputs.") :], found)
            return Unknown(
                child.code, child.text, span=child.span, identities=(self._identity(name, attribute),), not_null=True
            )
        own = self._computed(found, attribute)
        return found.stated(attribute, own) if found.states(attribute) else own

    def _computed(self, found: Declaration, attribute: str) -> Unknown:
        """`Ref` is never null, and an ARN starts as one: other attributes may be lists or missing."""
        is_text = attribute == "Ref" or attribute.endswith("Arn")
        label = found.address if attribute == "Ref" else f"{found.address}.{attribute}"
        return Unknown(
            "computed",
            f"{label} is known when it is made",
            span=found.span,
            identities=(self._identity(found.name, attribute),),
            not_null=True,
            prefix="arn:" if attribute.endswith("Arn") and not found.type.startswith("Custom::") else "",
            type="string" if is_text else None,
        )

    def _identity(self, name: str, attribute: str) -> str:
        """Unique in the root; its last dot stands before the attribute, so dots in that become colons."""
        return f"{self.prefix}{name}.{attribute.replace('.', ':')}"

    def _module_value(self, name: str, attribute: str) -> Unknown | None:
        """`Module.Resource`, which is how the resources of a module are named, and what it exports."""
        head = name.partition(".")[0]
        found = self.declared.get(head)
        if found is None or not found.is_module or head == name:
            return None
        text = f"{found.type} is a module of a registry"
        return Unknown("module_missing", text, span=found.span, identities=(self._identity(name, attribute),))

    def output(self, name: str, call: Declaration) -> Any:
        """The value of an output, as the calling stack sees it."""
        return self._once(("output", name), lambda: self._output(name, call))

    def _output(self, name: str, call: Declaration) -> Any:
        found = self.output_node(name)
        if found is None:
            message = f"the template {self.template.path} has no output {name}"
            return self.problems.invalid("GR-REFERENCE", message, "Check the name.", call.span)
        return self.evaluator.value(found[0])

    def output_node(self, name: str) -> tuple[Any, Any] | None:
        """The node of an output's value and the mapping it stands in."""
        for key, node, _ in self.evaluator.entries(self.template.outputs):
            if key == name and isinstance(node, dict) and "Value" in node:
                return node["Value"], node
        return None

    def child_of(self, call: Declaration) -> Stack | Unknown:
        """The stack that a resource nests."""
        return nested.child(self, call)

    # Keeping and guarding

    def _once(self, key: Any, compute: Any) -> Any:
        value = self._values.get(key, _MISSING)
        if value is _BUSY:
            name = ".".join(str(part) for part in key)
            return self.problems.invalid("GR-CYCLE", f"{name} is defined by itself", "", self.here)
        if value is not _MISSING:
            return value
        self._values[key] = _BUSY
        try:
            value = self._values[key] = compute()
        finally:
            if self._values[key] is _BUSY:
                del self._values[key]
        return value

    def over_budget(self, error: BaseException, span: SourceSpan | None) -> Unknown:
        """Tell of what costs more than the scan allows, and the Unknown that stands for it."""
        why = str(error) if isinstance(error, OverBudget) else "nested too deep"
        message = f"a value was not worked out: {why}"
        self.problems.tell("GR-LIMIT-EVAL", "warning", message, "Raise the limit with --limit, or simplify.", span)
        return Unknown("budget", why, span=span)

    def resources_span(self, name: str) -> SourceSpan:
        """Where a logical id is written."""
        return key_span(self.template.document, self.template.resources, name)
