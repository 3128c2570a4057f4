"""Which workloads a service, a network policy or a disruption budget selects: by the labels of their pods,
inside one namespace. Three-valued: a label that is not known may or may not fit.

A selector is a map of labels, or an object with `matchLabels` and `matchExpressions` (in Terraform's
spelling too): https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from scanner.model import Resource, Type, Unknown
from scanner.normalise.names import Match
from scanner.normalise.namespaced import NAMESPACE, same

SELECTOR: Final = "selector"
LABELS: Final = "pod_labels"

_UNREADABLE: Final = Unknown("invalid", "the selector is not one")


class Requirement(NamedTuple):
    """One thing that the labels must fulfil."""

    key: str
    operator: str
    """In, NotIn, Exists or DoesNotExist."""
    values: tuple[Any, ...] = ()


Requirements = tuple[Requirement, ...] | Unknown | None
"""All of which must hold; None selects nothing, an empty tuple everything."""


class Selectors:
    """The nodes of one scan by root, namespace and label, so that a selector is tried only on those it may fit."""

    def __init__(self, nodes: Iterable[Resource]) -> None:
        self._all: dict[tuple[str, str], list[Resource]] = {}
        self._here: dict[tuple[str, str, str], list[Resource]] = {}
        self._labelled: dict[tuple[str, str, Any, str, str], list[Resource]] = {}
        self._doubtful: dict[tuple[str, str], list[Resource]] = {}
        """Those whose namespace or labels are not wholly known."""
        for node in nodes:
            if LABELS in node.attributes:
                self._add(node)

    def _add(self, node: Resource) -> None:
        place = (node.native.root, node.kind)
        self._all.setdefault(place, []).append(node)
        labels, namespace = node.attributes[LABELS], node.attributes.get(NAMESPACE)
        if isinstance(namespace, str):
            self._here.setdefault((*place, namespace), []).append(node)
        if isinstance(labels, dict) and isinstance(namespace, str):
            for key, value in labels.items():
                if not isinstance(value, str):
                    break
                self._labelled.setdefault((*place, namespace, key, value), []).append(node)
            else:
                return
        if labels is not None or not isinstance(namespace, str):
            self._doubtful.setdefault(place, []).append(node)

    def select(self, node: Resource, declared: Type, selector: Type) -> list[Match]:
        """What a node selects: each target for certain, or a match with `why` for those that it may select."""
        wanted = requirements(node.attributes.get(SELECTOR), selector)
        if wanted is None:
            return []
        found: list[Match] = []
        maybe: list[Resource] = []
        for kind in declared.kinds:
            for target in self._candidates(node, kind, wanted):
                verdict = _selects(node, target, wanted)
                if verdict is True:
                    found.append(Match(target))
                elif verdict is None:
                    maybe.append(target)
        if maybe:
            found.append(Match(None, tuple(maybe), _why(node, wanted, maybe[0])))
        return found

    def _candidates(self, node: Resource, kind: str, wanted: tuple[Requirement, ...] | Unknown) -> list[Resource]:
        place, namespace = (node.native.root, kind), node.attributes.get(NAMESPACE)
        if isinstance(wanted, tuple) and isinstance(namespace, str):
            for need in wanted:
                if need.operator == "In" and len(need.values) == 1 and isinstance(need.values[0], str):
                    key = (*place, namespace, need.key, need.values[0])
                    return self._with_doubtful(self._labelled.get(key, []), place)
            return self._with_doubtful(self._here.get((*place, namespace), []), place)
        return self._all.get(place, [])

    def _with_doubtful(self, known: list[Resource], place: tuple[str, str]) -> list[Resource]:
        doubtful = self._doubtful.get(place)
        return known if doubtful is None else list({id(each): each for each in (*known, *doubtful)}.values())


def requirements(selector: Any, declared: Type) -> Requirements:
    """What a selector demands. One declared as a map selects nothing when empty, one of labels everything."""
    if isinstance(selector, Unknown):
        return selector
    if selector is None:
        return None
    if not isinstance(selector, dict):
        return _UNREADABLE
    if declared.name == "map":
        return tuple(Requirement(key, "In", (value,)) for key, value in selector.items()) or None
    return _label_selector(selector)


def _label_selector(selector: Mapping[str, Any]) -> Requirements:
    labels = _one(selector.get("matchLabels", selector.get("match_labels")))
    stated = selector.get("matchExpressions", selector.get("match_expressions"))
    if isinstance(labels, Unknown) or isinstance(stated, Unknown):
        return labels if isinstance(labels, Unknown) else stated
    needs = [Requirement(key, "In", (_text(value),)) for key, value in (labels or {}).items()]
    for expression in stated if isinstance(stated, list) else [stated] if stated else []:
        need = _requirement(expression)
        if isinstance(need, Unknown):
            return need
        needs.append(need)
    return tuple(needs)


def _requirement(expression: Any) -> Requirement | Unknown:
    if isinstance(expression, Unknown):
        return expression
    if not isinstance(expression, dict):
        return _UNREADABLE
    key, operator, values = (expression.get(name) for name in ("key", "operator", "values"))
    unknown = next((each for each in (key, operator, values) if isinstance(each, Unknown)), None)
    if unknown is not None:
        return unknown
    if not isinstance(key, str) or operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
        return _UNREADABLE
    listed = values if isinstance(values, list) else [] if values is None else [values]
    return Requirement(key, operator, tuple(_text(value) for value in listed))


def _one(value: Any) -> Any:
    """A map, also when it stands in a list of one; anything else that is no map is none."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict | Unknown) else None


def _text(value: Any) -> Any:
    """A label's value as the API has it: a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _selects(node: Resource, target: Resource, wanted: tuple[Requirement, ...] | Unknown) -> bool | None:
    verdicts = [same(node.attributes.get(NAMESPACE), target.attributes.get(NAMESPACE))]
    labels = target.attributes.get(LABELS)
    if isinstance(wanted, Unknown) or (isinstance(labels, Unknown) and wanted):
        verdicts.append(None)
    elif wanted:
        verdicts += [_holds(need, labels or {}) for need in wanted]
    return False if False in verdicts else None if None in verdicts else True


def _holds(need: Requirement, labels: Mapping[str, Any]) -> bool | None:
    there = need.key in labels
    if need.operator in ("Exists", "DoesNotExist"):
        return there == (need.operator == "Exists")
    verdicts = [same(labels[need.key], value) for value in need.values] if there else []
    among = True if True in verdicts else None if None in verdicts else False
    if need.operator == "NotIn":
        return None if among is None else not among
    return among


def _why(node: Resource, wanted: tuple[Requirement, ...] | Unknown, target: Resource) -> Unknown:
    """Why it is not certain what is selected."""
    if isinstance(wanted, Unknown):
        return wanted
    values = [node.attributes.get(NAMESPACE), target.attributes.get(NAMESPACE), target.attributes.get(LABELS)]
    values += [value for need in wanted for value in need.values]
    if isinstance(values[2], dict):
        values += values[2].values()
    undecided = Unknown("undecided", "what is selected is not known", span=node.native.span)
    return next((each for each in values if isinstance(each, Unknown)), undecided)
