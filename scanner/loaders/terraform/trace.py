"""The way back from a value to where it is written: attribute, local, variable, module argument, tfvars line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from scanner.loaders.terraform.calls import Call
from scanner.loaders.terraform.references import Traversal, references, traversal, walk
from scanner.loaders.terraform.resources import DATA, MANAGED, Instance
from scanner.loaders.terraform.scope import DocumentScope, ValuesScope
from scanner.loaders.terraform.spots import Bound, Rest, Spot, chosen, descend
from scanner.loaders.terraform.values import Value, is_null, unmark
from scanner.model import SourceSpan, Step, Unknown
from scanner.source.hcl import ast

if TYPE_CHECKING:
    from scanner.loaders.terraform.modules import Module

_LONGEST = 30
"""Steps of one chain; nobody reads more, and a cycle ends there."""


class Hop(NamedTuple):
    """What a reference leads to. Without a spot the way ends here: nothing is written."""

    what: str
    spot: Spot | None
    rest: Rest
    text: str = ""
    location: SourceSpan | None = None


def chain(spot: Spot, rest: Rest) -> tuple[Step, ...]:
    """The steps from the expression at the end of `rest` back to where its value is written."""
    steps: list[Step] = []
    where: Spot | None = spot
    while where is not None and len(steps) < _LONGEST:
        where, rest = descend(where, rest)
        hop = follow(where, rest)
        if hop is None:
            break
        where, rest = hop.spot, hop.rest
        if where is None:
            steps.append(Step(hop.what, hop.text, hop.location))
        else:
            where, rest = descend(where, rest)
            steps.append(Step(hop.what, where.text, where.span))
    return tuple(steps)


def is_literal(spot: Spot, rest: Rest, depth: int = _LONGEST) -> bool:
    """Whether everything that the value is made of is written in the code."""
    spot, rest = descend(spot, rest)
    if depth == 0 or isinstance(spot.expr, ast.Invalid):
        return False
    if isinstance(spot.expr, ast.Conditional):
        branch = chosen(spot, spot.expr)
        return branch is not None and is_literal(spot.at(branch), rest, depth - 1)
    if traversal(spot.expr) is None:
        return _parts_are_literal(spot, depth)
    hop = follow(spot, rest)
    if hop is None:
        return False
    if hop.spot is None:
        return bool(hop.text) and hop.location is None
    return is_literal(hop.spot, hop.rest, depth - 1)


def _parts_are_literal(spot: Spot, depth: int) -> bool:
    nodes = list(walk(spot.expr))
    if any(isinstance(node, ast.Call) and not node.args for node in nodes):
        return False  # timestamp() and uuid()
    local = {
        name
        for node in nodes
        if isinstance(node, ast.ForExpr | ast.TemplateFor)
        for name in (node.key_name, node.value_name)
    }
    return all(
        is_literal(spot.at(_rebuilt(found, spot.expr)), (), depth - 1)
        for found in references(spot.expr)
        if found.root not in local
    )


def _rebuilt(found: Traversal, around: ast.Expr) -> ast.Expr:
    """The expression that a traversal stands for."""
    expr: ast.Expr = ast.Variable(around.start, around.end, found.root)
    for step in found.steps:
        if isinstance(step, str):
            expr = ast.GetAttr(around.start, around.end, expr, step)
        else:
            key = ast.Literal(around.start, around.end, step) if isinstance(step, int) else step
            expr = ast.Index(around.start, around.end, expr, key)
    return expr


def follow(spot: Spot, rest: Rest) -> Hop | None:
    """What the reference at a spot leads to, or None where it is none or its way is not known."""
    found = traversal(spot.expr)
    if found is None or not isinstance(spot.scope, DocumentScope):
        return None
    steps = _known_steps(spot, found)
    if steps is None:
        return None
    if found.root in spot.bound:
        return _follow_bound(found.root, steps, spot.bound[found.root], rest)
    if not steps or not isinstance(steps[0], str):
        return None
    module, name, onward = spot.scope.module, steps[0], (*steps[1:], *rest)
    if found.root == "var":
        return follow_variable(module, name, onward)
    if found.root == "local":
        return _follow_local(module, name, onward)
    if found.root == "module":
        return _follow_output(module, name, onward)
    if found.root == DATA:
        return _follow_resource(module, DATA, name, onward) if len(steps) > 1 else None
    return _follow_resource(module, MANAGED, found.root, (name, *onward))


def _known_steps(spot: Spot, found: Traversal) -> tuple[str | int, ...] | None:
    steps: list[str | int] = []
    for step in found.steps:
        key: Value = unmark(spot.at(step).value()) if isinstance(step, ast.Expr) else step
        if isinstance(key, Unknown) or not isinstance(key, str | int):
            return None
        steps.append(key)
    return tuple(steps)


def _follow_bound(root: str, steps: tuple[str | int, ...], bound: Bound, rest: Rest) -> Hop | None:
    """`each.value`, `ingress.value`, or the variable of a `for`."""
    step = bound.step()
    if step is None:
        return None
    if bound.collection.names.get(root) is None and steps[:1] in (("value",), ("key",)):
        if steps[0] == "key" and isinstance(step, str | int):
            return None
        return Hop(f"{root}.{steps[0]}", bound.collection, (step, *steps[1:], *rest))
    return Hop(root, bound.collection, (step, *steps, *rest))


def follow_variable(module: Module, name: str, rest: Rest) -> Hop | None:
    """From `var.name` to the argument, line or default that sets it."""
    declaration = module.config.variables.get(name)
    if declaration is None:
        return None
    call = module.call
    if call is not None and name in call.content.attributes:
        argument = Spot(call.scope(name), call.content.attributes[name].expr, module.call_names, call_bound(module))
        if not _falls_to_default(module, name, argument):
            return Hop(f"{module.address}.{name}", argument, rest)
    assigned = module.assigned.get(name)
    if assigned is not None:
        if assigned.document is None or assigned.expr is None:
            return Hop(f"var.{name}", None, rest, assigned.text)
        return Hop(f"var.{name}", Spot(ValuesScope(assigned.document), assigned.expr), rest)
    default = declaration.content.attributes.get("default")
    if default is None:
        return Hop(f"{module.prefix}var.{name}", None, rest, "no value", declaration.span)
    scope = module.scope(declaration.content.document_of("default"))
    return Hop(f"{module.prefix}var.{name}", Spot(scope, default.expr), rest)


def _falls_to_default(module: Module, name: str, argument: Spot) -> bool:
    nullable = module.config.variables[name].content.attributes.get("nullable")
    if nullable is None or not isinstance(nullable.expr, ast.Literal) or nullable.expr.value is not False:
        return False
    return argument.value() is None


def call_bound(module: Module) -> Mapping[str, Bound]:
    """Where `each` of a call comes from."""
    call = module.call
    each = module.call_names.get("each")
    attribute = call.content.attributes.get("for_each") if call is not None else None
    if call is None or each is None or attribute is None:
        return {}
    return {"each": Bound(Spot(call.scope("for_each"), attribute.expr), each["key"])}


def _follow_local(module: Module, name: str, rest: Rest) -> Hop | None:
    declared = module.config.locals.get(name)
    if declared is None:
        return None
    return Hop(f"{module.prefix}local.{name}", Spot(module.scope(declared.document), declared.attribute.expr), rest)


def _follow_output(module: Module, name: str, rest: Rest) -> Hop | None:
    if name not in module.config.calls:
        return None
    call = module.call_named(name)
    child, rest = _child(call, rest)
    output = rest[0] if rest else None
    if child is None or not isinstance(output, str):
        target = call.target()
        text = "not downloaded" if isinstance(target, Unknown) else "not known"
        shown = f".{output}" if isinstance(output, str) else ""
        return Hop(f"{call.address}{shown}", None, rest, text, call.declaration.span)
    declaration = child.config.outputs.get(output)
    attribute = declaration.content.attributes.get("value") if declaration is not None else None
    if declaration is None or attribute is None:
        return None
    scope = child.scope(declaration.content.document_of("value"))
    return Hop(f"{child.address}.{output}", Spot(scope, attribute.expr), rest[1:])


def _child(call: Call, rest: Rest) -> tuple[Module | None, Rest]:
    """The instance of a called module that the steps select."""
    children = call.children()
    expansion = call.expansion()
    if not children:
        return None, rest
    if expansion.mode == "single":
        return children[0], rest
    key = rest[0] if rest else None
    for each, child in zip(expansion.each, children, strict=True):
        if each.key == key or each.key is None:
            return child, rest[1:]
    return None, rest


def _follow_resource(module: Module, mode: str, type: str, steps: Rest) -> Hop | None:
    """From `aws_x.b[0].name` to what is written for the attribute there."""
    from scanner.loaders.terraform.written import locate

    resource = module.resource(mode, type, str(steps[0]))
    if resource is None:
        return None
    instance, rest = _instance(resource.instances(), resource.expansion().mode, steps[1:])
    if instance is None or not rest or not isinstance(rest[0], str):
        return None
    attribute = rest[0]
    rest = _origin(instance, rest)
    found = locate(instance, rest)
    what = f"{instance.address}.{attribute}"
    # What is written as null is as good as not written: the provider computes it.
    if found.spot is None or (not found.rest and is_null(unmark(found.spot.value()))):
        text = "known after apply" if mode == MANAGED else "read when planned"
        return Hop(what, None, rest, text, found.span)
    return Hop(what, found.spot, found.rest)


def _instance(instances: list[Instance], mode: str, rest: Rest) -> tuple[Instance | None, Rest]:
    if mode == "single":
        return (instances[0] if instances else None), rest
    key = rest[0] if rest else None
    for instance in instances:
        if instance.each.key == key or instance.each.key is None:
            return instance, rest[1:]
    return None, rest


def _origin(instance: Instance, rest: Rest) -> Rest:
    """For a data source that is worked out: the path in its configuration that a part of its result is made from."""
    composed = instance.composed()
    if composed is None:
        return rest
    for length in range(len(rest), 0, -1):
        path = tuple(step for step in rest[:length] if isinstance(step, str | int))
        if path in composed[1]:
            return (*composed[1][path], *rest[length:])
    return rest
