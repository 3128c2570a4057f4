"""Suppressions that are stated as data: annotations of Kubernetes objects, metadata of CloudFormation resources.

Kubernetes, in `metadata.annotations` of an object (not of a pod template), for that object:
    groundrule.dev/ignore: RULE[,RULE] reason="..." expires=2027-01-31      (and groundrule.dev/ignore-ANYTHING)
    checkov.io/skip1: ID=reason        https://www.checkov.io/7.Scan%20Examples/Kubernetes.html
    ignore-check.kube-linter.io/NAME: reason      https://docs.kubelinter.io/#/configuring-kubelinter
CloudFormation, in `Metadata` of a resource (not of the template), for that resource:
    groundrule: {ignore: [{rule: RULE, reason: ..., expires: ...}]}
    checkov: {skip: [{id: ID, comment: reason}]}      https://www.checkov.io/7.Scan%20Examples/Cloudformation.html
    cfn_nag: {rules_to_suppress: [{id: ID, reason: ...}]}      https://github.com/stelligent/cfn_nag#per-resource-rule-suppression
    guard: {SuppressedRules: [NAME]}
        https://github.com/aws-cloudformation/aws-guard-rules-registry/blob/main/docs/GUARD_RULES_DEV_GUIDE.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.model import SourceSpan
from scanner.source.document import Document
from scanner.source.located import LocatedDict, LocatedList
from scanner.source.suppression_comments import KEYS, Statement, plain_reason, read_own, stated
from scanner.source.suppressions import Suppression, suppression

_OWN: Final = "groundrule.dev/ignore"
_LINTER: Final = "ignore-check.kube-linter.io/"
_FACTS: Final = (*KEYS, "value_digest")


def suppressions(document: Document) -> Iterator[Suppression]:
    """What the data of a template or of manifests suppress."""
    trees = document.tree if isinstance(document.tree, list) and document.format == "yaml" else [document.tree]
    for tree in trees:
        if document.kind == "kubernetes":
            yield from _objects(document, tree)
        else:
            yield from _resources(document, tree)


def _objects(document: Document, tree: Any) -> Iterator[Suppression]:
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, LocatedDict):
            continue
        if isinstance(items := each.get("items"), LocatedList) and str(each.get("kind", "")).endswith("List"):
            waiting += reversed(items)
        annotations = _map(_map(each.get("metadata")).get("annotations"))
        if isinstance(annotations, LocatedDict):
            scope = document.span(each.start, each.end)
            for key, value in annotations.items():
                for statement in _annotation(key, value):
                    yield from _all(statement, _entry(document, annotations, key), scope)


def _annotation(key: str, value: Any) -> Iterator[Statement]:
    text = value if isinstance(value, str) else "" if value is None else str(value)
    if key == _OWN or key.startswith(_OWN + "-"):
        yield read_own(" " + text)._replace(syntax="annotation")
    elif key.startswith(("checkov.io/skip", "bridgecrew.io/skip")):
        id, _, reason = text.partition("=")
        yield stated("checkov", [id.strip()] if id.strip() else [], {"reason": plain_reason(reason)})
    elif key.startswith(_LINTER):
        yield stated("kube-linter", [key.removeprefix(_LINTER)], {"reason": plain_reason(text)})
    elif key == "kube-linter.io/ignore-all":
        yield Statement("kube-linter", ("*",), problem="it names no rule", reason=plain_reason(text))


def _resources(document: Document, tree: Any) -> Iterator[Suppression]:
    resources = tree.get("Resources") if isinstance(tree, LocatedDict) else None
    if not isinstance(resources, LocatedDict):
        return
    for name, resource in resources.items():
        metadata = _map(resource).get("Metadata")
        if isinstance(metadata, LocatedDict):
            scope = _entry(document, resources, name)
            for holder, key, statement in _metadata(metadata):
                yield from _all(statement, _at(document, holder, key), scope)


def _metadata(metadata: LocatedDict) -> Iterator[tuple[Any, Any, Statement]]:
    """(what holds the entry, its key or index, what it says)."""
    own = _map(metadata.get("groundrule"))
    for index, entry in _entries(own.get("ignore")):
        yield _holder(own, "ignore"), index, _own_entry(entry)
    for tool in ("checkov", "bridgecrew"):
        skips = _map(metadata.get(tool))
        for index, entry in _entries(skips.get("skip")):
            yield _holder(skips, "skip"), index, _identified(entry, "checkov", "comment")
    nag = _map(metadata.get("cfn_nag"))
    for index, entry in _entries(nag.get("rules_to_suppress")):
        yield _holder(nag, "rules_to_suppress"), index, _identified(entry, "cfn-nag", "reason")
    guard = _map(metadata.get("guard"))
    for index, entry in _entries(guard.get("SuppressedRules")):
        named = [entry] if isinstance(entry, str) else []
        yield _holder(guard, "SuppressedRules"), index, stated("cfn-guard", named, {})


def _own_entry(entry: Any) -> Statement:
    if isinstance(entry, str):
        return read_own(" " + entry)._replace(syntax="metadata")
    if not isinstance(entry, Mapping):
        return Statement("metadata", (), problem="an entry is a map with `rule`, or a text")
    facts = {str(key): str(value) for key, value in entry.items() if key != "rule" and value is not None}
    wrong = next((key for key in facts if key not in _FACTS), "")
    rules = entry.get("rule")
    names = [each for each in (rules if isinstance(rules, list) else [rules]) if isinstance(each, str)]
    problem = f"`{wrong[:40]}` is no key of a waiver: there are rule, {', '.join(_FACTS)}" if wrong else ""
    return stated("metadata", names, {key: facts[key] for key in facts if key in _FACTS}, problem)


def _identified(entry: Any, syntax: str, reason: str) -> Statement:
    id = _map(entry).get("id")
    text = _map(entry).get(reason)
    return stated(syntax, [id] if isinstance(id, str) else [], {"reason": text if isinstance(text, str) else ""})


def _all(statement: Statement, location: SourceSpan | None, scope: SourceSpan | None) -> Iterator[Suppression]:
    for rule in statement.rules or ("",):
        if location is not None:
            yield suppression(statement, rule, location, scope, statement.problem)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, LocatedDict) else {}


def _holder(holder: Mapping[str, Any], key: str) -> Any:
    value = holder.get(key)
    return value if isinstance(value, LocatedList) else holder


def _entries(value: Any) -> Iterator[tuple[Any, Any]]:
    """The items of a list with their indexes. Of what is no list, nothing: no tool reads it."""
    if isinstance(value, LocatedList):
        yield from enumerate(value)


def _at(document: Document, holder: Any, key: Any) -> SourceSpan | None:
    if isinstance(holder, LocatedList) and isinstance(key, int) and key < len(holder.spans):
        return document.span(*holder.spans[key])
    return None


def _entry(document: Document, holder: LocatedDict, key: str) -> SourceSpan | None:
    span = holder.spans.get(key)
    return document.span(span[0], span[3]) if span is not None else None
