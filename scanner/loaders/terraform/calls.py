"""Module calls: where the called module lies, its instances, and what happens where it cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.loaders.terraform.config import Content, Declaration, literal_text
from scanner.loaders.terraform.documents import is_inside, join
from scanner.loaders.terraform.instances import UNDECIDED, Each, Expansion, collected, expand
from scanner.loaders.terraform.modules import Module
from scanner.loaders.terraform.providers import passed_providers
from scanner.loaders.terraform.scope import DocumentScope, Namespace
from scanner.loaders.terraform.values import Value
from scanner.model import Diagnostic, Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.session import Session

META = frozenset(("count", "for_each", "source", "version", "providers", "depends_on"))
MODULE_COST = 500
"""Evaluation steps that one module instance counts as, so that their number is limited too."""


class Call:
    """One `module` block in one module instance."""

    __slots__ = ("_memo", "address", "declaration", "module", "name")

    def __init__(self, module: Module, name: str, declaration: Declaration) -> None:
        self.module = module
        self.name = name
        self.declaration = declaration
        self.address = f"{module.prefix}module.{name}"
        self._memo: dict[str, Any] = {}

    @property
    def session(self) -> Session:
        """What the whole root shares."""
        return self.module.session

    @property
    def content(self) -> Content:
        """What is written."""
        return self.declaration.content

    @property
    def source(self) -> str:
        """Where the module comes from, as written."""
        return literal_text(self.content, "source")

    def scope(self, name: str) -> DocumentScope:
        """The scope that one of its arguments is evaluated in."""
        return self.module.scope(self.content.document_of(name))

    def providers(self) -> dict[str, str]:
        """Provider names of the called module to those of the calling one."""
        if "providers" not in self._memo:
            attribute = self.content.attributes.get("providers")
            self._memo["providers"] = passed_providers(attribute.expr) if attribute is not None else {}
        return self._memo["providers"]  # type: ignore[no-any-return]  # what was put there

    def target(self) -> str | Unknown:
        """The directory of the called module, or why it cannot be read."""
        if "target" not in self._memo:
            self._memo["target"] = self._target()
        return self._memo["target"]  # type: ignore[no-any-return]  # what was put there

    def _target(self) -> str | Unknown:
        source, sources = self.source, self.session.sources
        location = locate(self)
        if location is None:
            return self._missing(f"{self.address} is not downloaded ({source or 'its source is not a literal'})")
        if not is_inside(location, sources.roots):
            message = f"the source of {self.address} lies outside the scanned directories"
            self._report("GR-PATH-ESCAPE", "warning", message, "scan a directory that holds it too")
            return Unknown("path_escape", message, span=self.declaration.span, identities=(self.address,))
        if location not in sources.configs:
            return self._missing(f"there are no Terraform files where {self.address} comes from ({source})")
        return self._limited(location)

    def _limited(self, location: str) -> str | Unknown:
        ancestor: Module | None = self.module
        message = ""
        while ancestor is not None:
            if ancestor.config.location == location:
                message = f"{self.address} calls a module that it is part of"
            ancestor = ancestor.parent
        if self.module.depth >= self.session.options.limits.modules:
            message = f"{self.address} is nested deeper than {self.session.options.limits.modules} modules"
        if not message:
            return location
        self._report("GR-LIMIT-EVAL", "warning", message, "")
        return Unknown("cycle", message, span=self.declaration.span, identities=(self.address,))

    def _missing(self, message: str) -> Unknown:
        hint = "run terraform init, and scan again"
        if self.source.startswith("."):
            hint = "check the path, or scan a directory that holds it too"
        self._report("GR-MODULE", "note", message, hint)
        return Unknown("module_missing", message, span=self.declaration.span, identities=(self.address,))

    def _report(self, code: str, level: str, message: str, hint: str) -> None:
        span = self.declaration.span
        self.session.report(Diagnostic(code, level, message, hint, span.path, span))

    def expansion(self) -> Expansion:
        """The keys of its instances."""
        found = self.session.once(self._memo, "expansion", self.address, lambda: expand(self.content, self.scope, {}))
        if isinstance(found, Unknown):
            return Expansion(UNDECIDED, (Each(None, {}, found),))
        return found  # type: ignore[no-any-return]  # what expand returns

    def children(self) -> list[Module]:
        """The instances of the called module; none where it cannot be read."""
        made = self._memo.get("children")
        if made is None:
            target = self.target()
            made = self._memo["children"] = [] if isinstance(target, Unknown) else self._children(target)
        return made

    def _children(self, target: str) -> list[Module]:
        config = self.session.sources.configs[target]
        made = []
        for each in self.expansion().each:
            child = Module(self.session, config)
            child.prefix = f"{self.address}{each.suffix}."
            child.parent, child.call, child.call_names = self.module, self, each.names
            child.existence = self.module.existence if each.existence is None else each.existence
            child.depth = self.module.depth + 1
            made.append(child)
        self.session.budget.steps -= MODULE_COST * len(made)
        return made

    def value(self) -> Value:
        """What a reference to the whole gives: outputs, or a list or map of outputs."""
        target = self.target()
        if isinstance(target, Unknown):
            return target
        return self.session.once(self._memo, "value", self.address, self._value)

    def _value(self) -> Value:
        items = [Namespace(child.output, child.config.outputs) for child in self.children()]
        return collected(self.expansion(), items)


def locate(call: Call) -> str | None:
    """The directory that a call's source names, or None for one that was not downloaded."""
    source = call.source
    if source.startswith(("./", "../", ".\\", "..\\")) or source in (".", ".."):
        return join(call.module.config.location, source.replace("\\", "/"))
    names = [call.name]
    module = call.module
    while module.call is not None and module.parent is not None:
        names.append(module.call.name)
        module = module.parent
    return call.session.root.modules.get(".".join(reversed(names)))
