"""Provider configurations: which one a resource is made in, the tags it adds to everything, and its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.loaders.terraform.config import Declaration, ModuleConfig, requirements
from scanner.loaders.terraform.instances import expand, quoted
from scanner.loaders.terraform.references import Traversal, traversal
from scanner.loaders.terraform.scope import Names
from scanner.loaders.terraform.values import to_plain
from scanner.model import Unknown
from scanner.source.document import Document
from scanner.source.hcl.ast import Body, Expr, Literal, ObjectExpr

if TYPE_CHECKING:
    from scanner.loaders.terraform.modules import Module
    from scanner.loaders.terraform.resources import Instance


def provider_of(instance: Instance) -> tuple[Module, str]:
    """The module that holds the provider configuration of a resource, and its name there: `aws`, `aws.west`."""
    content = instance.resource.content
    attribute = content.attributes.get("provider")
    if attribute is None:
        return _resolve(instance.module, instance.resource.type.split("_", 1)[0])
    expr = attribute.expr
    if isinstance(expr, Literal):
        return _resolve(instance.module, str(expr.value))
    found = traversal(expr)
    if found is None:
        return _resolve(instance.module, instance.resource.type.split("_", 1)[0])
    name, key = _reference(found)
    holder, resolved = _resolve(instance.module, name)
    if key is not None:
        value = instance.module.scope(content.document_of("provider")).evaluate(key, instance.names)
        resolved += f"[{quoted(value)}]" if isinstance(value, str) else "[?]"
    return holder, resolved


def _reference(found: Traversal) -> tuple[str, Expr | None]:
    """`aws`, `aws.west`, and the key of `aws.by_region[each.key]`, which OpenTofu has."""
    steps = list(found.steps)
    alias = f".{steps[0]}" if steps and isinstance(steps[0], str) else ""
    key = steps[1] if len(steps) > 1 else None
    if isinstance(key, str | int):
        return f"{found.root}{alias}[{quoted(str(key))}]", None
    return found.root + alias, key


def _resolve(module: Module, name: str) -> tuple[Module, str]:
    """Follow `providers = {...}` of calls, and the inheritance of configurations without alias, to the root."""
    while module.call is not None and module.parent is not None:
        passed = module.call.providers()
        if name in passed:
            name = passed[name]
        elif name in module.config.providers or "." in name:
            break
        module = module.parent
    return module, name


def passed_providers(expr: Expr) -> dict[str, str]:
    """Name in the called module to name in the calling one, of a `providers` argument."""
    passed: dict[str, str] = {}
    if isinstance(expr, ObjectExpr):
        for key, value in expr.items:
            target = traversal(value)
            if target is not None:
                passed[_key(key)] = _reference(target)[0]
    return passed


def _key(expr: Expr) -> str:
    if isinstance(expr, Literal):
        return str(expr.value)
    found = traversal(expr)
    return _reference(found)[0] if found is not None else ""


def default_tags(module: Module, name: str) -> Any:
    """The tags that a provider configuration gives to everything: a dict, an Unknown, or None."""
    declaration = module.config.providers.get(name.split("[", 1)[0])
    if declaration is None:
        return None
    memo = module.provider_tags
    if name not in memo:
        memo[name] = _default_tags(module, declaration, name)
    return memo[name]


def _default_tags(module: Module, declaration: Declaration, name: str) -> Any:
    block = next((one for one in declaration.content.blocks if one.type == "default_tags"), None)
    attribute = block.body.attributes.get("tags") if block is not None else None
    if block is None or attribute is None:
        return None
    value = module.scope(block.body.document).evaluate(attribute.expr, _names(module, declaration, name))
    return to_plain(value, module.session.secrets)


def _names(module: Module, declaration: Declaration, name: str) -> Names:
    """`each`, as the configuration of that name and key sees it where OpenTofu's `for_each` makes several."""
    content = declaration.content
    made = expand(content, module.content_scope(content), {}).each
    for each in made:
        if each.key is None or name.endswith(each.suffix):
            return each.names
    unknown = Unknown("undecided", "it is not known which provider configuration is meant", span=declaration.span)
    return {"each": {"key": unknown, "value": unknown}}


def effective_tags(defaults: Any, own: Any) -> Any:
    """A resource's tags over the provider's; Unknown if either is."""
    for tags in (own, defaults):
        if isinstance(tags, Unknown):
            return tags
    return {**(defaults or {}), **(own or {})} if isinstance(own, dict | None) else own


def versions(config: ModuleConfig, lock: Document | None) -> dict[str, str]:
    """Local provider name to the locked version, else the constraint."""
    locked = locked_versions(lock)
    found: dict[str, str] = {}
    for name, requirement in requirements(config).items():
        version = locked.pop(_source(requirement.source or name), "") or requirement.version
        if version:
            found[name] = version
    for source, version in locked.items():
        found.setdefault(source.rsplit("/", 1)[-1], version)
    return found


def _source(source: str) -> str:
    """A provider's full address. https://developer.hashicorp.com/terraform/language/providers/requirements"""
    parts = source.lower().split("/")
    return "/".join(["registry.terraform.io", "hashicorp"][: 3 - len(parts)] + parts)


def locked_versions(lock: Document | None) -> dict[str, str]:
    """Full provider address to version, of a lock file."""
    if lock is None or not isinstance(lock.tree, Body):
        return {}
    found: dict[str, str] = {}
    for block in lock.tree.blocks:
        version = block.body.attributes.get("version")
        if block.type == "provider" and block.labels and version is not None:
            expr = version.expr
            if isinstance(expr, Literal):
                found[block.labels[0].replace("registry.opentofu.org", "registry.terraform.io")] = str(expr.value)
    return found
