"""The `Globals` of a SAM template, merged into the properties of the resources they are for, and their policies.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html:
plain values are replaced by the resource's own, mappings are merged, lists are put in front of the resource's.
"""

from __future__ import annotations

from typing import Any, Final

from scanner.loaders.cloudformation.template import SERVERLESS, Template
from scanner.source.located import LocatedDict, LocatedList

_PREFIX: Final = "AWS::Serverless::"
_DOCUMENT: Final = ("Statement", "Fn::If", "Fn::Transform")
"""A policy with one of these is a document or may be; else it is a managed policy's name or a template of SAM's:
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-policies"""


def with_globals(template: Template, type: str, resource: LocatedDict, own: LocatedDict) -> LocatedDict:
    """The properties of a resource with its type's globals."""
    if SERVERLESS not in template.transforms or not type.startswith(_PREFIX):
        return own
    return _with_documents(_merged_with_globals(template, type, resource, own))


def _with_documents(properties: LocatedDict) -> LocatedDict:
    """The properties with such `Policies` only as are documents."""
    stated = properties.get("Policies")
    if stated is None:
        return properties
    several = isinstance(stated, LocatedList)
    spans = stated.spans if several else [properties.spans["Policies"][2:]]
    found = [
        (each, span) for each, span in zip(stated if several else [stated], spans, strict=True) if _may_be_one(each)
    ]
    if several and len(found) == len(stated):
        return properties
    listed = LocatedList([each for each, _ in found])
    start, end = (stated.start, stated.end) if several else (properties.start, properties.end)
    listed._start, listed._end, listed._spans = start, end, [span for _, span in found]
    out = LocatedDict(properties)
    out._start, out._end, out._spans = properties.start, properties.end, dict(properties.spans)
    out["Policies"] = listed
    return out


def _may_be_one(policy: Any) -> bool:
    return isinstance(policy, LocatedDict) and any(key in policy for key in _DOCUMENT)


def _merged_with_globals(template: Template, type: str, resource: LocatedDict, own: LocatedDict) -> LocatedDict:
    given = template.globals.get(type[len(_PREFIX) :])
    if not isinstance(given, LocatedDict):
        return own
    ignored = resource.get("IgnoreGlobals")
    if ignored == "*":
        return own
    names = ignored if isinstance(ignored, list) else ()
    return _merged(given, own, frozenset(each for each in names if isinstance(each, str)))


def _merged(given: LocatedDict, own: LocatedDict, left_out: frozenset[str] = frozenset()) -> LocatedDict:
    out = LocatedDict()
    out._start, out._end, out._spans = own.start, own.end, {}
    for key in given:
        if key not in left_out:
            out[key], out._spans[key] = given[key], given.spans[key]
    for key in own:
        out[key] = _merge(out[key], own[key]) if key in out else own[key]
        out._spans[key] = own.spans[key]
    return out


def _merge(given: Any, own: Any) -> Any:
    """A function counts as a plain value."""
    if isinstance(given, LocatedDict) and isinstance(own, LocatedDict):
        return own if _is_function(given) or _is_function(own) else _merged(given, own)
    if isinstance(given, LocatedList) and isinstance(own, LocatedList):
        out = LocatedList([*given, *own])
        out._start, out._end, out._spans = own.start, own.end, [*given.spans, *own.spans]
        return out
    return own


def _is_function(node: LocatedDict) -> bool:
    return len(node) == 1 and next(iter(node)).startswith(("Fn::", "Ref", "Condition"))
