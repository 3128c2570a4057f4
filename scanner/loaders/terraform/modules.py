"""The tree of module instances: their variables, locals, outputs, resources and calls, each worked out when asked."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from scanner.loaders.terraform import variables
from scanner.loaders.terraform.config import Content, Declaration, Key, ModuleConfig
from scanner.loaders.terraform.resources import DATA, EPHEMERAL, MANAGED, Resource
from scanner.loaders.terraform.scope import DocumentScope, Names, Namespace
from scanner.loaders.terraform.values import EvalError, Marked, Value
from scanner.model import Unknown
from scanner.source.document import Document

if TYPE_CHECKING:
    from scanner.loaders.terraform.calls import Call
    from scanner.loaders.terraform.session import Session

_INSTANCE_NAMES = {
    "each": "each is known only where for_each is set",
    "count": "count is known only where count is set",
    "self": "self is known only in provisioners and conditions",
}


class Module:
    """One instance of one module. Its configuration is shared with all other instances of it."""

    __slots__ = (
        "_calls", "_locals", "_namespaces", "_outputs", "_resources", "_scopes", "_variables", "assigned", "call",
        "call_names", "config", "depth", "existence", "parent", "prefix", "provider_tags", "session",
    )  # fmt: skip

    def __init__(self, session: Session, config: ModuleConfig) -> None:
        self.session = session
        self.config = config
        self.prefix = ""
        """What addresses in it begin with: `module.a["x"].`."""
        self.parent: Module | None = None
        self.call: Call | None = None
        self.call_names: Names = {}
        """`each` or `count` of the call."""
        self.existence: Unknown | None = None
        self.depth = 0
        self.assigned: dict[str, variables.Assigned] = {}
        """For the root: what it is given for its variables."""
        self.provider_tags: dict[str, Any] = {}
        self._variables: dict[str, Value] = {}
        self._locals: dict[str, Value] = {}
        self._outputs: dict[str, Value] = {}
        self._resources: dict[tuple[str, Key], Resource] = {}
        self._calls: dict[str, Call] = {}
        self._scopes: dict[int, DocumentScope] = {}
        self._namespaces: dict[str, Value] = {}

    @property
    def address(self) -> str:
        """`module.a["x"]`; empty for the root."""
        return self.prefix[:-1]

    def scope(self, document: Document) -> DocumentScope:
        """This module as seen from one of its files."""
        found = self._scopes.get(id(document))
        if found is None:
            found = self._scopes[id(document)] = DocumentScope(self, document)
        return found

    def lookup(self, name: str) -> Value:
        """What a root name stands for."""
        found = self._namespaces.get(name)
        if found is None:
            if name in _INSTANCE_NAMES:
                raise EvalError(_INSTANCE_NAMES[name])
            found = self._namespaces[name] = self._namespace(name)
        return found

    def _namespace(self, name: str) -> Value:
        config = self.config
        if name == "var":
            return Namespace(self.variable, config.variables)
        if name == "local":
            return Namespace(self.local, config.locals)
        if name == "module":
            return Namespace(self.module_value, config.calls)
        if name in (DATA, EPHEMERAL):
            return Namespace(lambda type: self._types(name, type), {key[0] for key in self._declared(name)})
        if name == "path":
            return self._paths()
        if name in ("terraform", "tofu"):
            return {"workspace": self.session.options.workspace}
        return self._types(MANAGED, name)

    def _paths(self) -> dict[str, Value]:
        base = self.session.root.location
        inside = posixpath.relpath(self.config.location, base)
        return {"module": inside, "root": ".", "cwd": self.session.files.absolute(".")}

    def _types(self, mode: str, type: str) -> Namespace:
        names = [key[1] for key in self._declared(mode) if key[0] == type]
        return Namespace(lambda name: self.resource_value(mode, type, name), names)

    def _declared(self, mode: str) -> dict[Key, Declaration]:
        config = self.config
        return config.managed if mode == MANAGED else config.data if mode == DATA else config.ephemeral

    def variable(self, name: str) -> Value:
        """The value of `var.name`."""
        if name not in self.config.variables:
            return self._unresolved("var", name, f"var.{name} is not declared")
        return self.session.once(
            self._variables, name, f"{self.prefix}var.{name}", lambda: variables.value_of(self, name)
        )

    def local(self, name: str) -> Value:
        """The value of `local.name`."""
        declared = self.config.locals.get(name)
        if declared is None:
            return self._unresolved("local", name, f"local.{name} is not declared")
        scope = self.scope(declared.document)
        return self.session.once(
            self._locals, name, f"{self.prefix}local.{name}", lambda: scope.evaluate(declared.attribute.expr)
        )

    def output(self, name: str) -> Value:
        """The value of an output, as the calling module sees it."""
        declaration = self.config.outputs.get(name)
        if declaration is None:
            return self._unresolved("module", name, f"{self.address} has no output {name!r}")
        return self.session.once(self._outputs, name, f"{self.prefix}{name}", lambda: self._output(declaration))

    def _output(self, declaration: Declaration) -> Value:
        content = declaration.content
        attribute = content.attributes.get("value")
        if attribute is None:
            return Unknown("invalid", "this output has no value", span=declaration.span)
        value = self.scope(content.document_of("value")).evaluate(attribute.expr)
        if variables.flag(declaration, "sensitive"):
            self.session.budget.marks = True
            return Marked(value)
        return value

    def module_value(self, name: str) -> Value:
        """The value of `module.name`."""
        if name not in self.config.calls:
            return self._unresolved("module", name, f"module.{name} is not declared")
        return self.call_named(name).value()

    def call_named(self, name: str) -> Call:
        """A declared module call."""
        from scanner.loaders.terraform.calls import Call

        found = self._calls.get(name)
        if found is None:
            found = self._calls[name] = Call(self, name, self.config.calls[name])
        return found

    def resource_value(self, mode: str, type: str, name: str) -> Value:
        """The value of a reference to a resource: an instance, or a list or map of instances."""
        resource = self.resource(mode, type, name)
        if resource is None:
            prefix = "" if mode == MANAGED else f"{mode}."
            root = type if mode == MANAGED else f"{mode}.{type}"
            return self._unresolved(root, name, f"{prefix}{type}.{name} is not declared")
        return resource.value()

    def resource(self, mode: str, type: str, name: str) -> Resource | None:
        """A declared resource."""
        key = (type, name)
        found = self._resources.get((mode, key))
        if found is None:
            declaration = self._declared(mode).get(key)
            if declaration is None:
                return None
            found = self._resources[(mode, key)] = Resource(self, mode, key, declaration)
        return found

    def managed(self) -> Iterator[Resource]:
        """Every managed resource declared here."""
        for type, name in self.config.managed:
            found = self.resource(MANAGED, type, name)
            if found is not None:
                yield found

    def calls(self) -> Iterator[Call]:
        """Every module call declared here."""
        for name in self.config.calls:
            yield self.call_named(name)

    def content_scope(self, content: Content) -> Callable[[str], DocumentScope]:
        """A function that gives the scope of each of a block's attributes."""
        return lambda name: self.scope(content.document_of(name))

    def _unresolved(self, root: str, name: str, message: str) -> Unknown:
        where = f" in {self.address}" if self.prefix else ""
        return self.session.unresolved(root, name, message + where)
