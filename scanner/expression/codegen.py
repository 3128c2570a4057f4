"""The optimistic path: a Python function made for one expression.

Its text contains only `repr()` of constants and names that are made here; names of the expression appear as
quoted constants. It assumes that no value is Unknown, none is missing and all have the types that the
checker found; each value that enters is tested for its class, and anything else raises what `fast.GIVE_UP`
lists, upon which the exact path starts afresh. Operators are in `codegen_operators`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from scanner.expression import codegen_operators as operators
from scanner.expression import fast
from scanner.expression.errors import Bail, OverBudget
from scanner.expression.syntax import (
    AllOf,
    Binary,
    Broken,
    Call,
    Choose,
    DynamicPath,
    Field,
    Has,
    Index,
    ListNode,
    Literal,
    Local,
    Logic,
    Loop,
    MapNode,
    Negate,
    Node,
    Not,
    Read,
    Stated,
    Ternary,
    Var,
)
from scanner.model import Resource, Type

Run = Callable[[Mapping[str, Any], int], Any]
_MAX_INDENT: Final = 80
_NAMES: Final[Mapping[str, Any]] = {
    "Bail": Bail, "OverBudget": OverBudget, "Resource": Resource, "reread": fast.reread, "equal": fast.equal,
    "contained": fast.contained, "operated": fast.operated, "indexed": fast.indexed, "negated": fast.negated,
    "called": fast.called, "elements": fast.elements, "selected": fast.selected, "made_map": fast.made_map,
    "has": fast.has, "asked": fast.asked, "__builtins__": {"len": len},
    **{f"classes_{name}": classes for name, classes in fast.CLASSES.items()},
}  # fmt: skip


class Term(NamedTuple):
    """A value in generated code: a name or constant, and whether it is certainly True or False, or not null."""

    text: str
    boolean: bool = False
    present: bool = False


def generate(node: Node) -> Run:
    """A function of environment and steps that gives the value of the node, or raises what `fast.GIVE_UP` lists."""
    generator = Generator()
    result = generator.term(node)
    generator.emit(f"return {result.text}")
    if generator.widest > _MAX_INDENT:
        return _give_up
    source = "\n".join(["def run(env, steps):", *generator.prologue, *generator.lines])
    names = {**_NAMES, **generator.constants}
    try:
        exec(compile(source, "<expression>", "exec"), names)
    except (SyntaxError, RecursionError, MemoryError):
        # Python takes no more than 20 loops in one another, and a bounded depth.
        return _give_up
    run: Run = names["run"]
    return run


def _give_up(environment: Mapping[str, Any], steps: int) -> Any:
    raise Bail


class Generator:
    """Writes the statements of one expression."""

    def __init__(self) -> None:
        self.prologue: list[str] = []
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self.variables: dict[str, Term] = {}
        self.indent = 1
        self.widest = 1
        self.loops = 0
        self.count = 0
        self.table: dict[type, Callable[[Any], Term]] = {
            Literal: self._literal, Var: self._variable, Local: self._local, Read: self._read, Field: self._field,
            DynamicPath: self._dynamic,
            Index: self._index, ListNode: self._list, MapNode: self._map, Not: self._negation,
            Negate: self._minus, Logic: self._logic, Ternary: self._ternary, Binary: self._binary, Call: self._call,
            Loop: self._loop, Has: self._has, Stated: self._stated, Choose: self._choose, AllOf: self._all_of,
            Broken: self._broken,
        }  # fmt: skip

    def term(self, node: Node) -> Term:
        """Writes what computes a node; the term to use for its value."""
        return self.table[node.__class__](node)

    # Writing

    def emit(self, line: str) -> None:
        """Writes a line."""
        self.widest = max(self.widest, self.indent)
        self.lines.append(" " * self.indent + line)

    def fresh(self) -> str:
        """A name that is not used."""
        self.count += 1
        return f"t{self.count}"

    def store(self, text: str) -> str:
        """Writes an assignment to a fresh name."""
        name = self.fresh()
        self.emit(f"{name} = {text}")
        return name

    def constant(self, value: Any) -> str:
        """A name for an object that has no literal."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def guard(self, name: str, type_: Type) -> Term:
        """Writes the test that a value is of a class that its type has."""
        self.emit(f"if {name}.__class__ not in {class_set(type_)}: raise Bail")
        return Term(name)

    def bool_of(self, node: Node) -> str:
        """A term that is certainly True or False."""
        term = self.term(node)
        if term.boolean:
            return term.text
        name = self.named(term.text)
        self.emit(f"if {name} is not True and {name} is not False: raise Bail")
        return name

    def named(self, text: str) -> str:
        """A name for a term: Python warns of constants that are asked for their identity."""
        return text if text.isidentifier() else self.store(text)

    # Names

    def _literal(self, node: Literal) -> Term:
        value = node.value
        plain = value is None or value.__class__ in (bool, int, str, bytes)
        return Term(repr(value) if plain else self.constant(value), value.__class__ is bool, value is not None)

    def _variable(self, node: Var) -> Term:
        if node.name not in self.variables:
            name = f"v{len(self.variables)}"
            self.prologue.append(f" {name} = env[{node.name!r}]")
            if node.type.name == "ref":
                self.prologue.append(f" if {name}.__class__ is not Resource: raise Bail")
            elif node.type.name != "root":
                self.prologue.append(f" if {name}.__class__ not in {class_set(node.type)}: raise Bail")
            self.variables[node.name] = Term(name, present=node.type.name == "ref")
        return self.variables[node.name]

    def _local(self, node: Local) -> Term:
        return Term(f"e{node.number}")

    def _broken(self, node: Broken) -> Term:
        self.emit("raise Bail")
        return Term("None")

    def _read(self, node: Read) -> Term:
        base = self.term(node.base)
        name = self.fresh()
        classes = "classes_null" if node.secret else class_set(node.type)
        if not base.present:
            self.emit(f"if {base.text} is None: {name} = {'[]' if node.type.name == 'list' else None}")
            self.emit("else:")
            self.indent += 1
        self.emit(f"{name} = {base.text}.attributes[{node.attribute!r}]")
        self.emit(f"if {name}.__class__ not in {classes}: {name} = reread({base.text}, {node.attribute!r}, {classes})")
        if not base.present:
            self.indent -= 1
        return Term(name)

    def _field(self, node: Field) -> Term:
        base = self.term(node.base)
        access = f"{base.text}[{node.name!r}]"
        name = self.store(f"None if {base.text} is None else {access}" if node.of_null else access)
        if node.secret:
            self.emit(f"if {name} is not None: raise Bail")
            return Term(name)
        return self.guard(name, node.type)

    def _dynamic(self, node: DynamicPath) -> Term:
        base = self.term(node.base)
        return Term(self.store(f"selected({base.text}, {node.names!r})"))

    def _has(self, node: Has) -> Term:
        return Term(self.store(f"has({self.term(node.base).text}, {node.name!r})"), boolean=True, present=True)

    def _all_of(self, node: AllOf) -> Term:
        name = self.store(f"{self.term(node.base).text}.all({node.kind!r})")
        return self.guard(name, node.type)

    # Operators

    def _index(self, node: Index) -> Term:
        base, key = self.term(node.base), self.term(node.key)
        return self.guard(self.store(f"indexed({base.text}, {key.text})"), node.type)

    def _list(self, node: ListNode) -> Term:
        items = [self.term(item).text for item in node.items]
        return Term(self.store(f"[{', '.join(items)}]"), present=True)

    def _map(self, node: MapNode) -> Term:
        entries = [f"({self.term(key).text}, {self.term(value).text})" for key, value in node.entries]
        return Term(self.store(f"made_map({', '.join(entries)})"), present=True)

    def _negation(self, node: Not) -> Term:
        return Term(self.store(f"not {self.bool_of(node.operand)}"), boolean=True, present=True)

    def _minus(self, node: Negate) -> Term:
        return self.guard(self.store(f"negated({self.term(node.operand).text})"), node.type)

    def _logic(self, node: Logic) -> Term:
        name = self.fresh()
        indent = self.indent
        for number, term in enumerate(node.terms):
            if number:
                self.emit(f"if {'not ' if node.decides else ''}{name}:")
                self.indent += 1
            self.emit(f"{name} = {self.bool_of(term)}")
        self.indent = indent
        return Term(name, boolean=True, present=True)

    def _ternary(self, node: Ternary) -> Term:
        condition, name = self.bool_of(node.condition), self.fresh()
        sure = []
        for head, branch in ((f"if {condition}:", node.then), ("else:", node.other)):
            self.emit(head)
            self.indent += 1
            term = self.term(branch)
            sure.append(term)
            self.emit(f"{name} = {term.text}")
            self.indent -= 1
        return Term(name, all(term.boolean for term in sure), all(term.present for term in sure))

    def _binary(self, node: Binary) -> Term:
        return operators.binary(self, node)

    # Calls

    def _call(self, node: Call) -> Term:
        return operators.call(self, node)

    def _stated(self, node: Stated) -> Term:
        base = self.term(node.argument.base)
        return Term(self.store(f"asked({node.question!r}, {base.text}, {node.name!r})"), boolean=True, present=True)

    def _choose(self, node: Choose) -> Term:
        name = self.store("None")
        indent = self.indent
        for number, argument in enumerate(node.arguments):
            if number:
                self.emit(f"if {name} is None:" if node.function == "first" else f"if {name} is not True:")
                self.indent += 1
            text = self.named(self.term(argument).text)
            if node.function == "either":
                self.emit(f"if {text} is not None:")
                self.emit(f" if {text} is not True and {text} is not False: raise Bail")
                self.emit(f" {name} = {text}")
            else:
                self.emit(f"{name} = {text}")
        self.indent = indent
        return Term(name)

    # Loops

    def _loop(self, node: Loop) -> Term:
        source = self.term(node.source).text
        if node.source.type.name != "list":
            source = self.store(f"elements({source})")
        start = {"exists": "False", "all": "True", "exists_one": "0"}.get(node.macro, "[]")
        name = self.store(start)
        element = f"e{node.variable.number}"
        self.emit(f"for {element} in {source}:")
        self.indent += 1
        self.loops += 1
        self.emit("steps -= 1")
        self.emit("if steps < 0: raise OverBudget")
        self.guard(element, node.variable.type)
        self._body(node, name, element)
        self.loops -= 1
        self.indent -= 1
        if node.macro == "exists_one":
            return Term(self.store(f"{name} == 1"), boolean=True, present=True)
        return Term(name, boolean=node.macro in ("exists", "all"), present=True)

    def _body(self, node: Loop, name: str, element: str) -> None:
        indent = self.indent
        if node.condition is not None:
            condition = self.bool_of(node.condition)
            self.emit(f"if {'not ' if node.macro == 'all' else ''}{condition}:")
            self.indent += 1
        if node.macro in ("exists", "all"):
            self.emit(f"{name} = {node.macro == 'exists'}")
            self.emit("break")
        elif node.macro == "exists_one":
            self.emit(f"{name} += 1")
        else:
            value = element if node.step is None else self.term(node.step).text
            self.emit(f"{name} += [{value}]")
        self.indent = indent


def class_set(type_: Type) -> str:
    """The name of the set of classes that values of a type have."""
    return f"classes_{type_.name}" if type_.name in fast.CLASSES else "classes_dyn"
