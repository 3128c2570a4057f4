"""What a template refers to by name: `Ref`, `Fn::GetAtt`, pseudo-parameters, exports, mappings.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from string import ascii_letters, ascii_lowercase, digits
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.cloudformation.problems import shown
from scanner.loaders.cloudformation.values import (
    NO_VALUE,
    as_text,
    choices_of,
    common_prefix,
    common_suffix,
    one_of,
    same,
)
from scanner.model import Unknown
from scanner.source.located import LocatedDict, LocatedList

if TYPE_CHECKING:
    from scanner.loaders.cloudformation.evaluate import Evaluator

PSEUDO: Final = {
    "AWS::AccountId": digits,
    "AWS::NotificationARNs": None,
    "AWS::Partition": ascii_lowercase + "-",
    "AWS::Region": ascii_lowercase + digits + "-",
    "AWS::StackId": "",
    "AWS::StackName": ascii_letters + digits + "-",
    "AWS::URLSuffix": ascii_lowercase + ".",
}
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html, but
AWS::NoValue. Their values depend on where a stack is made: none is guessed. What they are made of, empty where that
is not said; None for a list. A name of a stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""
_MOST_CHOICES: Final = 50


def ref(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Ref`: a parameter, a pseudo-parameter, or a resource's own name for itself."""
    if isinstance(argument, str):
        return named(evaluator, argument, node)
    name = evaluator.value(argument)
    if isinstance(name, Unknown):
        return name
    if isinstance(name, str):
        return named(evaluator, name, node)
    return evaluator.invalid("GR-TYPE", f"`Ref` of {shown(name)}, which is no name", node, "Write `!Ref Name`.")


def named(evaluator: Evaluator, name: str, node: Any) -> Any:
    """What `Ref` of a name is."""
    stack = evaluator.stack
    if name in stack.template.parameters:
        return stack.parameter(name)
    if name == "AWS::NoValue":
        return NO_VALUE
    if name in PSEUDO:
        return stack.pseudo(name)
    found = stack.resource_value(name, "Ref")
    return _nowhere(evaluator, name, node) if found is None else found


def get_att(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::GetAtt`: [name, attribute] or "name.attribute"."""
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    if not isinstance(argument, list) or len(argument) < 2:
        hint = "Write [LogicalId, Attribute] or LogicalId.Attribute."
        return evaluator.invalid("GR-TYPE", "`Fn::GetAtt` without a resource and an attribute", node, hint)
    parts = [part if isinstance(part, str) else evaluator.text_of(part) for part in argument]
    unknown = next((part for part in parts if isinstance(part, Unknown)), None)
    if unknown is not None:
        return unknown
    return attribute(evaluator, str(parts[0]), ".".join(str(part) for part in parts[1:]), node)


def attribute(evaluator: Evaluator, name: str, path: str, node: Any) -> Any:
    """An attribute of a resource; of a nested stack, its output."""
    stack = evaluator.stack
    found = stack.resource_value(name, path)
    return _nowhere(evaluator, name, node) if found is None else found


def _nowhere(evaluator: Evaluator, name: str, node: Any) -> Unknown:
    template = evaluator.stack.template
    text = f"there is no parameter or resource {shown(name)}"
    if name in evaluator.stack.absent:
        text = f"{shown(name)} is not created, because its condition does not hold"
    elif template.makes_resources or template.is_rain:
        # What a macro or module makes has names that the template does not show: SAM's <Function>Role.
        where = evaluator.stack.here
        return Unknown("computed", f"{shown(name)} is made by a transform", span=where, identities=(f"{name}.Ref",))
    return evaluator.invalid("GR-REFERENCE", text, node, "Check the name.")


def import_value(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::ImportValue`: what another stack exports."""
    name = evaluator.text_of(argument)
    if isinstance(name, Unknown):
        label, identities = name.suffix or name.prefix, name.identities
        text = f"{label} is exported by another stack" if label else "it is exported by another stack"
        known = tuple(f"Fn::ImportValue({identity})" for identity in identities)
    else:
        text, known = f"{shown(name)} is exported by another stack", (f"Fn::ImportValue({name})",)
    return Unknown("data", text, span=evaluator.span(node), identities=known, not_null=True)


def find_in_map(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::FindInMap`: [map, key, second key], with a default under AWS::LanguageExtensions."""
    if not isinstance(argument, LocatedList) or len(argument) not in (3, 4):
        hint = "Write [MapName, TopLevelKey, SecondLevelKey]."
        return evaluator.invalid("GR-TYPE", "`Fn::FindInMap` without its three arguments", node, hint)
    keys = [evaluator.text_of(each) for each in argument[:3]]
    known = map_entries(evaluator, keys)
    if isinstance(known, Unknown):
        return known
    if known:
        return _one_of(known, keys)
    default = argument[3] if len(argument) == 4 else None
    if isinstance(default, LocatedDict) and "DefaultValue" in default:
        return evaluator.value(default["DefaultValue"])
    label = ".".join(str(key) for key in keys if not isinstance(key, Unknown))
    return evaluator.invalid("GR-REFERENCE", f"the mappings have no {shown(label)}", node, "Check the keys.")


def map_entries(evaluator: Evaluator, keys: list[str | Unknown]) -> list[Any] | Unknown:
    """The values that the keys may lead to: one where all are known."""
    if isinstance(keys[0], Unknown):
        return keys[0]
    found: list[Any] = [evaluator.stack.template.mappings]
    unknown = None
    for key in keys:
        deeper: list[Any] = []
        for each in found:
            if isinstance(each, Unknown) or (isinstance(each, dict) and "Fn::Transform" in each):
                return evaluator.value(each) if isinstance(each, dict) else each
            if not isinstance(each, dict):
                continue
            if isinstance(key, Unknown):
                unknown, allowed = key, choices_of(key)
                deeper += [value for name, value in each.items() if allowed is None or name in allowed]
            elif key in each:
                deeper.append(each[key])
        found = deeper
    if not found and unknown is not None:
        return unknown
    return found


def _one_of(found: list[Any], keys: list[str | Unknown]) -> Any:
    """The value where all are equal; else what they share."""
    first = _plain(found[0])
    if len(found) == 1 or all(same(first, _plain(other)) for other in found[1:]):
        return first
    why = next(key for key in keys if isinstance(key, Unknown))
    texts = list(dict.fromkeys(text for each in found if (text := as_text(each)) is not None))
    unknown = Unknown(why.code, why.text, span=why.span, not_null=True, literal=why.literal)
    if len(texts) <= _MOST_CHOICES and all(as_text(each) is not None for each in found):
        return one_of(texts, unknown)
    if all(isinstance(each, list) for each in found):
        return unknown
    return Unknown(
        why.code,
        why.text,
        span=why.span,
        not_null=True,
        prefix=common_prefix(texts) if len(texts) == len(found) else "",
        suffix=common_suffix(texts) if len(texts) == len(found) else "",
    )


def _plain(value: Any) -> Any:
    """A mapping's value without its places; mappings hold no functions."""
    return list(value) if isinstance(value, list) else value


def get_azs(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::GetAZs`: the zones of a region, which only the account knows."""
    region = evaluator.text_of(argument) if argument is not None else ""
    if isinstance(region, Unknown):
        name = region.identities[0] if region.identities else ""
    else:
        name = region or "AWS::Region"
    identities = (f"Fn::GetAZs({name})",) if name else ()
    return Unknown(
        "computed", "the availability zones of the region", span=evaluator.span(node), identities=identities,
        not_null=True,
    )  # fmt: skip


def transform(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::Transform`: a macro, which is never run, or `AWS::Include`, which is never fetched. CloudFormation does so
    when the stack is deployed: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html"""
    name = argument.get("Name") if isinstance(argument, LocatedDict) else None
    label = shown(name) if isinstance(name, str) else "a macro"
    included = name == "AWS::Include"
    what = "is never fetched" if included else "is not run"
    hint = "Scan the processed template: aws cloudformation get-template --template-stage Processed"
    span = evaluator.span(node)
    evaluator.stack.problems.tell("GR-UNSUPPORTED", "note", f"`Fn::Transform`: {label} {what}", hint, span)
    when = f"{label} is {'fetched' if included else 'run'} when the stack is deployed"
    return Unknown("data" if included else "computed", when, span=span)
