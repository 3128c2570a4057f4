"""The functions that work on texts and lists, and the table of all functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64 as codec
import ipaddress
import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from scanner.loaders.cloudformation import references
from scanner.loaders.cloudformation.problems import shown
from scanner.loaders.cloudformation.values import NO_VALUE, StartOfList, as_text, has_unknown, joined
from scanner.model import Encoded, Unknown
from scanner.source.located import LocatedDict, LocatedList

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.loaders.cloudformation.evaluate import Evaluator, Function

_variable: Final = re.compile(r"\$\{([^{}]{1,1024})\}")
_MOST_SUBNETS: Final = 256


def condition_name(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """A condition's function where a value must be: its truth, which only a few transforms allow."""
    return evaluator.stack.conditions.decide(node, evaluator.assumed)


def if_(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::If`."""
    return evaluator.if_(node)


def sub(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::Sub`: a text, or [text, {name: value}]."""
    names: Any = {}
    if isinstance(argument, LocatedList) and len(argument) == 2:
        argument, names = argument
    if isinstance(argument, LocatedDict):
        argument = evaluator.value(argument)
    if not isinstance(argument, str) or not isinstance(names, dict):
        if isinstance(argument, Unknown):
            return argument
        hint = "Write a text, or [text, {name: value}]."
        return evaluator.invalid("GR-TYPE", "`Fn::Sub` without a text", node, hint)
    return substituted(evaluator, argument, names, node)


def substituted(evaluator: Evaluator, text: str, names: Mapping[str, Any], node: Any) -> Any:
    """A text with its `${...}` replaced."""
    parts: list[str | Unknown] = []
    end = 0
    for match in _variable.finditer(text):
        name = match[1].strip()
        parts.append(text[end : match.start()])
        parts.append(f"${{{name[1:]}}}" if name.startswith("!") else _replacement(evaluator, name, names, node))
        end = match.end()
    found = evaluated_text(evaluator, [*parts, text[end:]])
    return found if parts or "{{resolve:" not in text else evaluator.value(text)


def _replacement(evaluator: Evaluator, name: str, names: Mapping[str, Any], node: Any) -> str | Unknown:
    if name in names:
        return evaluator.text_of(names[name])
    if "." in name and name not in evaluator.stack.template.parameters:
        resource, _, attribute = name.partition(".")
        value = references.attribute(evaluator, resource, attribute, node)
    else:
        value = references.named(evaluator, name, node)
    if value is NO_VALUE:
        return ""
    if isinstance(value, Unknown):
        return value
    text = as_text(value)
    if text is not None:
        return text
    return evaluator.invalid("GR-TYPE", f"`${{{shown(name)}}}` is no text", node, "Use Fn::Join for a list.")


def evaluated_text(evaluator: Evaluator, parts: list[str | Unknown]) -> Any:
    """Parts as one text, within the limit."""
    evaluator.stack.budget.text(sum(len(part) for part in parts if isinstance(part, str)))
    return joined(parts)


def join(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::Join`: [delimiter, list]."""
    if not isinstance(argument, LocatedList) or len(argument) != 2 or not isinstance(argument[0], str):
        hint = "Write [delimiter, [values]]."
        return evaluator.invalid("GR-TYPE", "`Fn::Join` without a delimiter and a list", node, hint)
    delimiter = argument[0]
    elements, more = evaluator.start_of(argument[1])
    parts: list[str | Unknown] = []
    for element in elements:
        text = element if isinstance(element, Unknown) else as_text(element)
        if text is None:
            return evaluator.invalid("GR-TYPE", f"`Fn::Join` of {shown(element)}, which is no text", node)
        parts += [delimiter, text] if parts else [text]
    if more is None:
        return evaluated_text(evaluator, parts)
    rest = Unknown(more.code, more.text, span=more.span, not_null=True, type="string", literal=more.literal)
    return evaluated_text(evaluator, [*parts, rest] if parts else ["", rest])


def split(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::Split`: [delimiter, text]. Of an unknown text, the elements before what is not known."""
    if not isinstance(argument, LocatedList) or not _is_split(argument):
        hint = "Write [delimiter, text]."
        return evaluator.invalid("GR-TYPE", "`Fn::Split` without a delimiter and a text", node, hint)
    text = evaluator.text_of(argument[1])
    if isinstance(text, Unknown):
        whole = text.prefix.split(argument[0])[:-1]
        identities = tuple(f"Fn::Split({argument[0]}, {identity})" for identity in text.identities)
        like = Unknown(text.code, text.text, span=text.span, identities=identities, literal=text.literal)
        return StartOfList(whole, like)
    evaluator.stack.budget.collection(text.count(argument[0]) + 1)
    return text.split(argument[0])


def _is_split(argument: LocatedList) -> bool:
    return len(argument) == 2 and isinstance(argument[0], str) and argument[0] != ""


def select(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::Select`: [index, list]."""
    if not isinstance(argument, LocatedList) or len(argument) != 2:
        hint = "Write [index, [values]]."
        return evaluator.invalid("GR-TYPE", "`Fn::Select` without an index and a list", node, hint)
    index = evaluator.text_of(argument[0])
    elements, more = evaluator.start_of(argument[1])
    if isinstance(index, Unknown):
        return index
    if not index.isdecimal() or len(index) > 9:
        return evaluator.invalid("GR-TYPE", f"`Fn::Select` with the index {shown(index)}", node, "Count from 0.")
    if int(index) < len(elements):
        return elements[int(index)]
    if more is None:
        message = f"`Fn::Select` of element {index} of a list of {len(elements)}"
        return evaluator.invalid("GR-TYPE", message, node, "Count from 0, and check the list.")
    identities = tuple(f"{identity}[{int(index)}]" for identity in more.identities)
    return Unknown(more.code, more.text, span=more.span, identities=identities, not_null=True, literal=more.literal)


def encode_base64(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::Base64`."""
    text = evaluator.text_of(argument)
    if isinstance(text, Unknown):
        plain = Unknown(text.code, text.text, span=text.span, not_null=True, type="string", literal=text.literal)
        return Encoded(text, "base64", plain)
    return codec.b64encode(text.encode("utf-8", "replace")).decode("ascii")


def cidr(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::Cidr`: [block, count, bits of each host part], the first `count` blocks of that size."""
    if not isinstance(argument, LocatedList) or len(argument) not in (2, 3):
        hint = "Write [ipBlock, count, cidrBits]."
        return evaluator.invalid("GR-TYPE", "`Fn::Cidr` without its arguments", node, hint)
    block, count, *bits = (evaluator.text_of(each) for each in argument)
    if isinstance(count, Unknown):
        return Unknown(count.code, count.text, span=count.span, not_null=True)
    if not count.isdecimal() or not 1 <= int(count[:9]) <= _MOST_SUBNETS:
        return evaluator.invalid("GR-TYPE", f"`Fn::Cidr` with the count {shown(count)}", node, "From 1 to 256.")
    unknown = next((each for each in (block, *bits) if isinstance(each, Unknown)), None)
    if unknown is not None:
        return [Unknown(unknown.code, unknown.text, span=unknown.span, not_null=True) for _ in range(int(count))]
    try:
        return _blocks(str(block), int(count), str(bits[0]) if bits else "")
    except ValueError as error:
        return evaluator.invalid("GR-TYPE", f"`Fn::Cidr`: {error}", node)


def _blocks(block: str, count: int, bits: str) -> list[str]:
    """Raises ValueError for what cannot be divided so."""
    network = ipaddress.ip_network(block, strict=False)
    length = network.max_prefixlen - int(bits or 8)
    if not network.prefixlen <= length <= network.max_prefixlen:
        raise ValueError(f"{shown(block)} has no blocks of {bits} bits")
    found = [str(each) for each in islice(network.subnets(new_prefix=length), count)]
    if len(found) < count:
        raise ValueError(f"{shown(block)} has only {len(found)} blocks of that size")
    return found


def length_of(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::Length`, of AWS::LanguageExtensions."""
    found = evaluator.list_of(argument)
    if isinstance(found, Unknown):
        return Unknown(found.code, found.text, span=found.span, not_null=True)
    return len(found)


def to_json_string(evaluator: Evaluator, argument: Any, node: LocatedDict) -> Any:
    """`Fn::ToJsonString`, of AWS::LanguageExtensions."""
    found = evaluator.value(argument)
    unknown = has_unknown(found)
    if isinstance(found, Unknown):
        return Unknown(found.code, found.text, span=found.span, not_null=True)
    if unknown is not None:
        return Encoded(found, "json", Unknown(unknown.code, unknown.text, span=unknown.span))
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), default=str)
    evaluator.stack.budget.text(len(text))
    return text


FUNCTIONS: Final[Mapping[str, Function]] = {
    "Ref": references.ref,
    "Fn::GetAtt": references.get_att,
    "Fn::ImportValue": references.import_value,
    "Fn::FindInMap": references.find_in_map,
    "Fn::GetAZs": references.get_azs,
    "Fn::Transform": references.transform,
    "Fn::If": if_,
    "Fn::Sub": sub,
    "Fn::Join": join,
    "Fn::Split": split,
    "Fn::Select": select,
    "Fn::Base64": encode_base64,
    "Fn::Cidr": cidr,
    "Fn::Length": length_of,
    "Fn::ToJsonString": to_json_string,
    "Fn::And": condition_name,
    "Fn::Or": condition_name,
    "Fn::Not": condition_name,
    "Fn::Equals": condition_name,
}
"""Every function, by its full name."""
