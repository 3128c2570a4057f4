"""The `configuration` of a plan: modules, what their resources state, and by which expressions.

An expression is given with its constant, or with what it refers to; see
https://developer.hashicorp.com/terraform/internals/json-format#expression-representation. `locals` are not
in it, nor are the contents of `dynamic` blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from scanner.loaders.terraform_plan.addresses import Address
from scanner.loaders.terraform_plan.problems import Pointer, Problems

MISSING: Final = object()
"""In place of an expression: nothing is stated."""

HIDDEN: Final = object()
"""In place of an expression: something is stated, and the plan does not say what."""

Expression = Any
"""An object with `constant_value` or `references`; for blocks an object, or a list of objects, of such; or one of
the two above."""


class Module:
    """One module of the configuration, whatever the number of its instances."""

    def __init__(self, tree: dict[str, Any], pointer: Pointer, call: dict[str, Any], problems: Problems) -> None:
        self.pointer = pointer
        self.call = call
        """What calls it; empty for the root module."""
        self._problems = problems
        self._children: dict[str, Module | None] = {}
        self.resources: dict[str, dict[str, Any]] = {}
        """By address without module and key: `aws_s3_bucket.b`, `data.aws_ami.a`."""
        self._indexes: dict[str, int] = {}
        for index, entry in enumerate(self._list(tree.get("resources"), "resources")):
            entry = problems.object(entry, (*pointer, "resources", index), level="warning")
            address = entry.get("address")
            if isinstance(address, str):
                self.resources[address] = entry
                self._indexes[address] = index
        self._calls = self._object(tree.get("module_calls"), "module_calls")
        self.outputs = self._object(tree.get("outputs"), "outputs")
        self.variables = self._object(tree.get("variables"), "variables")

    def child(self, name: str) -> Module | None:
        """The module that a call of this name loads."""
        if name not in self._children:
            self._children[name] = self._load(name)
        return self._children[name]

    def children(self) -> Iterable[Module]:
        """The modules that are called, in the order of the plan."""
        return [child for name in self._calls if (child := self.child(name)) is not None]

    def expressions(self, resource: str) -> dict[str, Expression]:
        """What a resource states, by attribute and block."""
        found = self.resources.get(resource, {}).get("expressions")
        return found if isinstance(found, dict) else {}

    def place(self, resource: str) -> Pointer:
        """Where a resource's expressions are."""
        return (*self.pointer, "resources", self._indexes.get(resource, 0), "expressions")

    def _load(self, name: str) -> Module | None:
        pointer = (*self.pointer, "module_calls", name)
        call = self._calls.get(name)
        if call is None:
            return None
        call = self._problems.object(call, pointer, level="warning")
        module = self._problems.object(call.get("module"), (*pointer, "module"), level="warning")
        return Module(module, (*pointer, "module"), call, self._problems)

    def _object(self, value: Any, name: str) -> dict[str, Any]:
        return self._problems.object(value, (*self.pointer, name), level="warning")

    def _list(self, value: Any, name: str) -> list[Any]:
        return self._problems.list(value, (*self.pointer, name), level="warning")


class Configuration:
    """The whole tree of modules, and the providers."""

    def __init__(self, tree: dict[str, Any], problems: Problems) -> None:
        top = problems.object(tree.get("configuration"), ("configuration",), level="warning")
        pointer = ("configuration", "root_module")
        self.root = Module(problems.object(top.get("root_module"), pointer, level="warning"), pointer, {}, problems)
        providers = problems.object(top.get("provider_config"), ("configuration", "provider_config"), level="warning")
        self._providers = {key: entry for key, entry in providers.items() if isinstance(entry, dict)}

    def module(self, address: Address) -> Module | None:
        """The module that a resource instance is in."""
        found: Module | None = self.root
        for name, _ in address.modules:
            found = found.child(name) if found is not None else None
        return found

    def versions(self) -> dict[str, str]:
        """Provider name to every constraint on its version."""
        found: dict[str, list[str]] = {}
        for key, entry in self._providers.items():
            name, constraint = entry.get("full_name") or entry.get("name") or key, entry.get("version_constraint")
            if isinstance(name, str) and isinstance(constraint, str) and constraint:
                found.setdefault(name.rpartition("/")[2], []).append(constraint)
        return {name: ", ".join(dict.fromkeys(constraints)) for name, constraints in sorted(found.items())}

    def scope(self, address: Address, provider: str) -> str:
        """The provider configuration that a resource is made with: `aws`, `aws.west`, `module.a.aws`.

        A module that does not configure a provider has its caller's; older plans do not say so themselves.
        """
        module = self.module(address)
        stated = module.resources.get(address.resource, {}).get("provider_config_key") if module is not None else None
        if not isinstance(stated, str) or not stated:
            return provider.rpartition("/")[2] or address.resource.partition("_")[0]
        path, _, name = stated.rpartition(":")
        while path:
            entry = self._providers.get(f"{path}:{name}", {})
            if entry.get("expressions") or entry.get("alias"):
                return f"{path}.{name}"
            path = path.rpartition(".module.")[0] if ".module." in path else ""
        return name


def is_expression(expression: Expression) -> bool:
    """Whether it is one expression, and not a block or blocks of them."""
    if not isinstance(expression, dict):
        return False
    references = expression.get("references", [])
    return expression.keys() <= {"constant_value", "references"} and isinstance(references, list)


def references(expression: Expression) -> list[str]:
    """What an expression refers to, as it is listed."""
    found = expression.get("references") if isinstance(expression, dict) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def element(expression: Expression, step: str | int, value: Any) -> Expression:
    """The expression one step into a block, a list of blocks or one expression, whose value there is `value`."""
    if expression is MISSING or expression is HIDDEN or is_expression(expression):
        return expression
    if isinstance(expression, list):
        if isinstance(step, int):
            return _block_for(expression, step, value) or MISSING  # nothing is stated in an empty block
        return element(expression[0], step, value) if expression else MISSING
    if isinstance(expression, dict):
        return expression.get(step, MISSING) if isinstance(step, str) else expression
    return MISSING


def _block_for(blocks: list[Expression], index: int, value: Any) -> Expression:
    """The block that a value was made from. Blocks that form a set are planned in another order than written."""
    if len(blocks) == 1 or not isinstance(value, dict):
        return blocks[index] if index < len(blocks) else HIDDEN
    fits = [at for at, block in enumerate(blocks) if isinstance(block, dict) and _fits(block, value)]
    if index in fits or not fits:
        return blocks[index] if index < len(blocks) else HIDDEN
    return blocks[fits[0]]


def _fits(block: dict[str, Expression], value: Mapping[str, Any]) -> bool:
    """Whether every constant of a block is what the value has."""
    for name, expression in block.items():
        if is_expression(expression) and expression.get("constant_value") is not None and value.get(name) is not None:
            constant, found = expression["constant_value"], value[name]
            if constant != found and str(constant).lower() != str(found).lower():
                return False
    return True
