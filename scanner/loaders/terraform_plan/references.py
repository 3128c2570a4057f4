"""From an expression of the configuration to the unknown values it was made from, through variables and outputs.

A plan lists what an expression refers to, not how: what is found here names where a value comes from, and is what
the value will be only where nothing else goes into it. `locals` are in no plan, and are the end of a trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from scanner.loaders.terraform_plan import addresses
from scanner.loaders.terraform_plan.configuration import (
    Configuration,
    Expression,
    Module,
    is_expression,
    references,
)
from scanner.loaders.terraform_plan.plan import Instance, Plan

DEPTH: Final = 64
"""Variables, outputs and attributes that a trail is followed through."""

MOST: Final = 100
"""Sources of one expression; what has more is only unknown."""

_KNOWN: Final = frozenset({"path", "terraform", "count", "self"})


class Source(NamedTuple):
    """One value that is not known, by every name it has."""

    identities: tuple[str, ...]
    code: str
    exact: bool
    """False where the plan does not say which attribute is meant, and its name was concluded."""
    owner: Instance | None = None
    """What it is an attribute of."""
    name: str = ""
    """Which attribute."""


class Sources(NamedTuple):
    """Every unknown value that an expression was made from."""

    found: tuple[Source, ...] = ()
    open: bool = False
    """Whether there may be more that the plan does not show: a local value, another module's whole output."""

    def __or__(self, other: Any) -> Sources:
        known = {source.identities[0] for source in self.found}
        more = tuple(source for source in other.found if source.identities[0] not in known)
        return Sources((*self.found, *more)[:MOST], self.open or other.open or len(self.found) + len(more) > MOST)


KNOWN: Final = Sources()
OPEN: Final = Sources(open=True)


class Scope(NamedTuple):
    """Where an expression stands: in an instance of a module, in a block that has a key of its own."""

    module: Module
    prefix: str
    """Before the addresses of the module instance's resources: `module.a["x"].`, or nothing."""
    key: str
    """Of the resource or module call whose block it is, with brackets; empty for none."""
    for_each: Expression
    parent: Scope | None
    """Where the module's call stands."""


class Resolver:
    """Follows references within one plan."""

    def __init__(self, plan: Plan, configuration: Configuration, variables: Mapping[str, Any]) -> None:
        self._configuration = configuration
        self._variables = variables
        self._instances: dict[str, dict[str, Instance]] = {}
        self._modules: dict[str, dict[str, None]] = {}
        self._scopes: dict[tuple[str, str], Scope | None] = {}
        self._memo: dict[tuple[int, str, str, str], Sources] = {}
        self._depth = 0
        for instance in plan.instances.values():
            self._add(instance)
        for instance in plan.deferred.values():
            self._add(instance)

    def scope(self, instance: Instance) -> Scope | None:
        """Where a resource instance's expressions stand; None for one that the configuration does not show."""
        found = self._module_scope(instance.address.modules)
        block = found.module.resources.get(instance.address.resource) if found is not None else None
        if found is None or block is None:
            return None
        return found._replace(key=instance.address.key, for_each=block.get("for_each_expression"))

    def sources(self, expression: Expression, scope: Scope, attribute: str) -> Sources:
        """What the expression was made from. `attribute` is what is set, which tells an ARN from an id."""
        memo = (id(expression), scope.prefix, scope.key, attribute)
        found = self._memo.get(memo)
        if found is not None:
            return found
        if self._depth >= DEPTH:
            return OPEN
        self._memo[memo] = OPEN  # what refers to itself has no end
        self._depth += 1
        found = self._listed(addresses.leaves(references(expression)), scope, attribute)
        self._depth -= 1
        self._memo[memo] = found
        return found

    def _listed(self, listed: Iterable[str], scope: Scope, attribute: str) -> Sources:
        found = KNOWN
        listed = [*listed]
        keyed = any(each.startswith(("each.", "count.")) for each in listed)
        for reference in listed:
            found |= self._reference(addresses.steps(reference), scope, attribute, keyed)
        return found

    def _reference(self, parts: tuple[str, ...], scope: Scope, attribute: str, keyed: bool) -> Sources:
        first = parts[0] if parts else ""
        if first in _KNOWN or parts[:2] == ("each", "key"):
            return KNOWN
        if first == "each":
            return self._each(parts[2:], scope, attribute)
        if len(parts) < 2 or first == "local":
            return OPEN
        if first == "var":
            return self._variable(parts[1], scope, attribute)
        if first == "module":
            return self._output(parts, scope, attribute, keyed)
        return self._resource(parts, scope, attribute, keyed)

    def _each(self, rest: tuple[str, ...], scope: Scope, attribute: str) -> Sources:
        listed = addresses.leaves(references(scope.for_each))
        if len(listed) == 1 and scope.prefix + listed[0] in self._instances:
            return self._reference((*addresses.steps(listed[0]), scope.key, *rest), scope, attribute, True)
        return self._listed(listed, scope, attribute) if listed or is_expression(scope.for_each) else OPEN

    def _variable(self, name: str, scope: Scope, attribute: str) -> Sources:
        if scope.parent is None:
            stated = "value" in _object(self._variables.get(name))
            known = stated or "default" in _object(scope.module.variables.get(name))
            return KNOWN if known else _source(f"var.{name}", "variable")
        expression = _object(scope.module.call.get("expressions")).get(name)
        return KNOWN if expression is None else self.sources(expression, scope.parent, attribute)

    def _output(self, parts: tuple[str, ...], scope: Scope, attribute: str, keyed: bool) -> Sources:
        key = parts[2] if len(parts) > 2 and addresses.is_key(parts[2]) else ""
        rest = parts[2 + bool(key) :]
        path = f"{scope.prefix}module.{parts[1]}"
        child = scope.module.child(parts[1])
        expression = _object(child.outputs.get(rest[0])).get("expression") if child is not None and rest else None
        if child is None or expression is None:
            return OPEN
        found = KNOWN
        for each in _chosen(self._modules.get(path, {key: None}), key, scope.key if keyed else ""):
            caller = scope._replace(key=each, for_each=child.call.get("for_each_expression"))
            found |= self.sources(expression, Scope(child, f"{path}{each}.", "", None, caller), attribute)
        return found

    def _resource(self, parts: tuple[str, ...], scope: Scope, attribute: str, keyed: bool) -> Sources:
        """Of a resource, or of a data source: one that was read when it was planned is known."""
        width = 3 if parts[0] == "data" else 2
        name = ".".join(parts[:width])
        key = parts[width] if len(parts) > width and addresses.is_key(parts[width]) else ""
        rest = parts[width + bool(key) :]
        instances = self._instances.get(scope.prefix + name)
        if instances is None:
            return KNOWN if width == 3 or name in scope.module.resources else OPEN
        found = KNOWN
        for each in _chosen(instances, key, scope.key if keyed else ""):
            found |= self._attribute(instances[each], rest, attribute)
        return found

    def _attribute(self, instance: Instance, rest: tuple[str, ...], attribute: str) -> Sources:
        name = rest[0] if rest else _concluded(instance.unknown, attribute)
        if not name:
            return OPEN if has_unknown(instance.unknown) else KNOWN
        if not has_unknown(instance.unknown if instance.unknown is True else _object(instance.unknown).get(name)):
            return KNOWN
        names: tuple[str, ...] = (f"{instance.text}.{addresses.join(rest or (name,))}",)
        scope = self.scope(instance)
        stated = scope.module.expressions(instance.address.resource).get(name) if scope is not None else None
        if scope is not None and is_expression(stated):
            behind = self.sources(stated, scope, name)
            if len(behind.found) == 1 and not behind.open:
                names += behind.found[0].identities
        code = "data" if instance.address.resource.startswith("data.") else "computed"
        return Sources((Source(names, code, bool(rest), instance, name),))

    def _add(self, instance: Instance) -> None:
        address = instance.address
        path = ""
        for name, key in address.modules:
            path = f"{path}module.{name}"
            self._modules.setdefault(path, {})[key] = None
            path = f"{path}{key}."
        self._instances.setdefault(path + address.resource, {})[address.key] = instance

    def _module_scope(self, modules: tuple[tuple[str, str], ...]) -> Scope | None:
        """The scope of a module instance's own blocks, but for their keys."""
        scope = Scope(self._configuration.root, "", "", None, None)
        for name, key in modules:
            child = scope.module.child(name)
            if child is None:
                return None
            parent = scope._replace(key=key, for_each=child.call.get("for_each_expression"))
            scope = Scope(child, f"{scope.prefix}module.{name}{key}.", "", None, parent)
        return scope


def _chosen(keys: Mapping[str, Any], key: str, own: str) -> list[str]:
    """The keys of the instances that are meant: the one stated, else the one with the key of the reader, else all."""
    if key:
        return [key] if key in keys else []
    return [own] if own and own in keys else [*keys]


def _concluded(unknown: Any, attribute: str) -> str:
    """Which attribute of a resource is read, where the plan names only the resource: older plans never name more,
    and newer ones do not where the key is an expression. What is set says what it takes, an ARN or an id."""
    names = ("arn", "json", "id") if attribute.endswith(("arn", "arns")) else ("json", "id", "arn")
    return next((name for name in names if unknown is True or _object(unknown).get(name) is True), "")


def has_unknown(mask: Any) -> bool:
    """Whether anything in a mask is marked."""
    if isinstance(mask, dict):
        return any(has_unknown(each) for each in mask.values())
    if isinstance(mask, list):
        return any(has_unknown(each) for each in mask)
    return mask is True


def _source(identity: str, code: str) -> Sources:
    return Sources((Source((identity,), code, True),))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
