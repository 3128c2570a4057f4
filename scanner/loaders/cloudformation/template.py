"""One template: its sections, each made sure to have the shape it should. Nothing is evaluated here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from scanner.loaders.cloudformation.problems import Problems, shown, span_of, value_span
from scanner.source.document import Document
from scanner.source.located import LocatedDict, LocatedList

LANGUAGE: Final = "AWS::LanguageExtensions"
SERVERLESS: Final = "AWS::Serverless-2016-10-31"
INCLUDE: Final = "AWS::Include"
_OWN: Final = frozenset({
    LANGUAGE, SERVERLESS, INCLUDE, "AWS::CodeDeployBlueGreen", "AWS::CodeStar", "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16", "AWS::ServiceCatalog",
})  # fmt: skip
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html"""
RAIN: Final = ("Rain::", "Fn::Rain::")
"""How directives of Rain begin in JSON, and as short tags: https://aws-cloudformation.github.io/rain/"""
_RAIN: Final = b"Rain::"
"""Without it there is nothing to look for."""
_SECTIONS: Final = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Globals")
_MOST_READINGS: Final = 4


class Template:
    """The sections of one template. `reading` is which of a repeated key's values counts."""

    def __init__(self, document: Document, tree: LocatedDict, problems: Problems) -> None:
        self.document = document
        self.tree = tree
        self._problems = problems
        sections = {name: self._section(name) for name in _SECTIONS}
        self.parameters = sections["Parameters"]
        self.mappings = sections["Mappings"]
        self.conditions = sections["Conditions"]
        self.resources = sections["Resources"]
        self.outputs = sections["Outputs"]
        self.globals = sections["Globals"]
        self.transforms = frozenset(self._transforms(tree.get("Transform")))
        self._tell_macros()
        self.is_rain = self._is_rain()
        """Whether it is a template of Rain, from which `rain pkg` makes one of CloudFormation."""

    @property
    def path(self) -> str:
        """The template's path."""
        return self.document.path

    @property
    def makes_resources(self) -> bool:
        """Whether a transform may add resources that the template does not show."""
        return bool(self.transforms - {LANGUAGE}) or "Fn::Transform" in self.resources

    def _is_rain(self) -> bool:
        places = [*_directives(self.tree)] if _RAIN in self.document.data else []
        if places:
            message = "this is a template of Rain; what its directives bring in is not known"
            hint = f"Package it and scan the result: rain pkg {self.path} | groundrule scan -"
            self._problems.tell("GR-TEMPLATE", "warning", message, hint, self.document.span(*min(places)))
        return bool(places)

    def _section(self, name: str) -> LocatedDict:
        found = self.tree.get(name)
        if isinstance(found, LocatedDict):
            return found
        if found is not None:
            level = "error" if name == "Resources" else "warning"
            message = f"`{name}` is {kind_of(found)}, and must be a mapping"
            self._problems.tell("GR-TYPE", level, message, f"Write `{name}` as names with values.", self._place(name))
        return empty()

    def _place(self, name: str) -> Any:
        return value_span(self.document, self.tree, name)

    def _transforms(self, stated: Any) -> Iterator[str]:
        for each in stated if isinstance(stated, LocatedList) else [stated]:
            name = each.get("Name") if isinstance(each, LocatedDict) else each
            if isinstance(name, str):
                yield name
            elif name is not None:
                message = f"a transform is {kind_of(each)}, and must be a name"
                self._problems.tell("GR-TYPE", "warning", message, "", self._place("Transform"))

    def _tell_macros(self) -> None:
        names = sorted(self.transforms - _OWN)
        if INCLUDE in self.transforms:
            names.append(INCLUDE)
        for name in names:
            message = f"the macro {shown(name)} is not run; what it adds or changes is not judged"
            hint = "Scan the processed template: aws cloudformation get-template --template-stage Processed"
            self._problems.tell("GR-UNSUPPORTED", "note", message, hint, self._place("Transform"))


def _directives(tree: LocatedDict) -> Iterator[tuple[int, int]]:
    """Where the directives of Rain stand: keys, or short tags, which are read as such."""
    waiting: list[Any] = [tree]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, LocatedDict | LocatedList) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, LocatedDict):
            yield from (node.spans[key][:2] for key in node if key.startswith(RAIN))
        waiting.extend(node.values() if isinstance(node, LocatedDict) else node)


def empty() -> LocatedDict:
    """A mapping without entries that stands nowhere."""
    out = LocatedDict()
    out._start = out._end = 0
    out._spans = {}
    return out


def kind_of(value: Any) -> str:
    """What a value is, in two words for a message."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "null"
    return "a text" if isinstance(value, str) else "not known" if not isinstance(value, int | float) else "a scalar"


def templates_of(document: Document, problems: Problems) -> list[Template]:
    """The template of a document, once for each reading of its repeated keys; none for what is no template."""
    trees = document.tree if document.format == "yaml" and isinstance(document.tree, list) else [document.tree]
    found = [tree for tree in trees if isinstance(tree, LocatedDict)]
    if not found:
        if trees and trees[0] is not None:
            hint = "A template is a mapping with `Resources`."
            message = f"the template is {kind_of(trees[0])}, and must be a mapping"
            problems.tell("GR-TYPE", "error", message, hint, span_of(document, trees[0]), document.path)
        return []
    if len(trees) > 1:
        message = "only the first document of a template is used"
        problems.tell("GR-TYPE", "warning", message, "Remove the others.", span_of(document, trees[1]), document.path)
    tree = found[0]
    count = 1
    if any(each.code == "GR-DUP-KEY" for each in document.diagnostics):
        count = min(_most_values(tree), _MOST_READINGS)
    last = Template(document, tree, problems)
    return [last, *(Template(document, _read(tree, number), problems) for number in range(count - 1))]


def _most_values(tree: Any) -> int:
    """How many values the most repeated key has."""
    most = 1
    waiting, seen = [tree], set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, LocatedDict | LocatedList) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, LocatedDict):
            for values in node.duplicates.values():
                most = max(most, len(values))
                waiting.extend(values)
        waiting.extend(node.values() if isinstance(node, LocatedDict) else node)
    return most


def _read(tree: LocatedDict, number: int) -> LocatedDict:
    """A copy of a tree in which each repeated key has its value of that number, or its last."""
    copies: dict[int, Any] = {}

    def copied(node: Any) -> Any:
        if not isinstance(node, LocatedDict | LocatedList):
            return node
        if id(node) not in copies:
            copies[id(node)] = copy_of(node)
        return copies[id(node)]

    def copy_of(node: LocatedDict | LocatedList) -> LocatedDict | LocatedList:
        out: LocatedDict | LocatedList
        if isinstance(node, LocatedList):
            out = listed = LocatedList(copied(item) for item in node)
            listed._spans = node.spans
        else:
            out = mapping = LocatedDict()
            for key, value in node.items():
                values = node.duplicates.get(key)
                mapping[key] = copied(values[min(number, len(values) - 1)] if values else value)
            mapping._spans = node.spans
        out._start, out._end = node.start, node.end
        return out

    first = copied(tree)
    assert isinstance(first, LocatedDict)
    return first
