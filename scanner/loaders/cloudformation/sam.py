"""The `Globals` of a SAM template, merged into the properties of the resources they are for.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html:
plain values are replaced by the resource's own, mappings are merged, lists are put in front of the resource's.
"""

from __future__ import annotations

from typing import Any, Final

from scanner.loaders.cloudformation.template import SERVERLESS, Template
from scanner.source.located import LocatedDict, LocatedList

_PREFIX: Final = "AWS::Serverless::"


def with_globals(template: Template, type: str, resource: LocatedDict, own: LocatedDict) -> LocatedDict:
    """The properties of a resource with its type's globals."""
    if SERVERLESS not in template.transforms or not type.startswith(_PREFIX):
        return own
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
