"""Terraform's functions as a table: name, family, parameters, result. What each does is in its family's module,
which is imported when one of its functions is first called.

Facts: `terraform metadata functions -json` of Terraform 1.11, and the functions that OpenTofu 1.9 adds
(https://opentofu.org/docs/v1.9/language/functions/).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from scanner.loaders.terraform.types import BOOL, DYNAMIC, NUMBER, STRING, Collection, Type


class Entry(NamedTuple):
    """One function as it is written down below."""

    family: str
    """The module under `functions` that implements it."""
    parameters: str
    """`name:type`, separated by blanks. After the type: `?` takes null, `!` takes Unknown, `~` takes sensitive values
    as they are, `^` takes those inside a value as they are, `+` takes lazy objects as they are. A last one that begins
    with `*` may be repeated or left out."""
    returns: str
    """The type of the result where that is always the same, else `any`."""
    unevaluated: str = ""
    """Why we leave the result unknown on purpose."""


_IMPURE = "its result differs from run to run"

FUNCTIONS: Final[Mapping[str, Entry]] = {
    "abs": Entry("numeric", "num:number", "number"),
    "abspath": Entry("files", "path:string", "string"),
    "alltrue": Entry("collections", "list:list(bool)!", "bool"),
    "anytrue": Entry("collections", "list:list(bool)!", "bool"),
    "base64decode": Entry("encoding", "str:string", "string"),
    "base64encode": Entry("encoding", "str:string", "string"),
    "base64gunzip": Entry("encoding", "str:string", "string"),
    "base64gzip": Entry("encoding", "str:string", "string", "its bytes depend on the compressor"),
    "base64sha256": Entry("hashing", "str:string", "string"),
    "base64sha512": Entry("hashing", "str:string", "string"),
    "basename": Entry("files", "path:string", "string"),
    "bcrypt": Entry("hashing", "str:string *cost:number", "string", _IMPURE),
    "can": Entry("call", "expression:any", "bool"),
    "ceil": Entry("numeric", "num:number", "number"),
    "chomp": Entry("strings", "str:string", "string"),
    "chunklist": Entry("collections", "list:list(any)^ size:number", "any"),
    "cidrcontains": Entry("network", "containing_prefix:string contained_ip_or_prefix:string", "bool"),
    "cidrhost": Entry("network", "prefix:string hostnum:number", "string"),
    "cidrnetmask": Entry("network", "prefix:string", "string"),
    "cidrsubnet": Entry("network", "prefix:string newbits:number netnum:number", "string"),
    "cidrsubnets": Entry("network", "prefix:string *newbits:number", "list(string)"),
    "coalesce": Entry("selection", "*vals:any?!+^", "any"),
    "coalescelist": Entry("selection", "*vals:any?!^", "any"),
    "compact": Entry("collections", "list:list(string)!", "list(string)"),
    "concat": Entry("collections", "*seqs:any!^", "any"),
    "contains": Entry("collections", "list:any! value:any!", "bool"),
    "csvdecode": Entry("encoding", "str:string", "any"),
    "dirname": Entry("files", "path:string", "string"),
    "distinct": Entry("sets", "list:list(any)!", "any"),
    "element": Entry("selection", "list:any!^ index:number!", "any"),
    "endswith": Entry("strings", "str:string! suffix:string!", "bool"),
    "ephemeralasnull": Entry("conversion", "value:any?!~+", "any"),
    "file": Entry("files", "path:string", "string"),
    "filebase64": Entry("files", "path:string", "string"),
    "filebase64sha256": Entry("files", "path:string", "string"),
    "filebase64sha512": Entry("files", "path:string", "string"),
    "fileexists": Entry("files", "path:string", "bool"),
    "filemd5": Entry("files", "path:string", "string"),
    "fileset": Entry("files", "path:string pattern:string", "set(string)"),
    "filesha1": Entry("files", "path:string", "string"),
    "filesha256": Entry("files", "path:string", "string"),
    "filesha512": Entry("files", "path:string", "string"),
    "flatten": Entry("collections", "list:any!^", "any"),
    "floor": Entry("numeric", "num:number", "number"),
    "format": Entry("formatting", "format:string *args:any?!", "any"),
    "formatdate": Entry("time", "format:string time:string", "string"),
    "formatlist": Entry("formatting", "format:string *args:any?!", "any"),
    "indent": Entry("strings", "spaces:number str:string", "string"),
    "index": Entry("collections", "list:any! value:any!", "any"),
    "issensitive": Entry("conversion", "value:any?!~+", "bool"),
    "join": Entry("strings", "separator:string *lists:list(string)!", "string"),
    "jsondecode": Entry("encoding", "str:string!", "any"),
    "jsonencode": Entry("encoding", "val:any?!", "string"),
    "keys": Entry("selection", "inputMap:any!^", "any"),
    "length": Entry("collections", "value:any!^", "number"),
    "log": Entry("numeric", "num:number base:number", "number"),
    "lookup": Entry("selection", "inputMap:any!+^ key:string! *default:any?!^", "any"),
    "lower": Entry("strings", "str:string!", "string"),
    "matchkeys": Entry("collections", "values:list(any)! keys:list(any)! searchset:list(any)!", "any"),
    "max": Entry("numeric", "*numbers:number", "number"),
    "md5": Entry("hashing", "str:string", "string"),
    "merge": Entry("selection", "*maps:any?!^", "any"),
    "min": Entry("numeric", "*numbers:number", "number"),
    "nonsensitive": Entry("conversion", "value:any?!~+", "any"),
    "one": Entry("selection", "list:any!^", "any"),
    "parseint": Entry("numeric", "number:any base:number", "any"),
    "pathexpand": Entry("files", "path:string", "string"),
    "plantimestamp": Entry("time", "", "string", _IMPURE),
    "pow": Entry("numeric", "num:number power:number", "number"),
    "range": Entry("numeric", "*params:number", "list(number)"),
    "regex": Entry("patterns", "pattern:string string:string", "any"),
    "regexall": Entry("patterns", "pattern:string string:string", "any"),
    "replace": Entry("patterns", "str:string! substr:string! replace:string!", "string"),
    "reverse": Entry("collections", "list:any!^", "any"),
    "rsadecrypt": Entry("hashing", "ciphertext:string privatekey:string", "string", "it decrypts a secret"),
    "sensitive": Entry("conversion", "value:any?!~", "any"),
    "setintersection": Entry("sets", "first_set:set(any)! *other_sets:set(any)!", "any"),
    "setproduct": Entry("sets", "*sets:any!^", "any"),
    "setsubtract": Entry("sets", "a:set(any)! b:set(any)!", "any"),
    "setunion": Entry("sets", "first_set:set(any)! *other_sets:set(any)!", "any"),
    "sha1": Entry("hashing", "str:string", "string"),
    "sha256": Entry("hashing", "str:string", "string"),
    "sha512": Entry("hashing", "str:string", "string"),
    "signum": Entry("numeric", "num:number", "number"),
    "slice": Entry("collections", "list:any!^ start_index:number end_index:number", "any"),
    "sort": Entry("collections", "list:list(string)!", "list(string)"),
    "split": Entry("strings", "separator:string str:string!", "list(string)"),
    "startswith": Entry("strings", "str:string! prefix:string!", "bool"),
    "strcontains": Entry("strings", "str:string! substr:string!", "bool"),
    "strrev": Entry("strings", "str:string", "string"),
    "substr": Entry("strings", "str:string! offset:number length:number", "string"),
    "sum": Entry("numeric", "list:any!", "any"),
    "templatefile": Entry("files", "path:string vars:any!", "any"),
    "templatestring": Entry("files", "template:string vars:any!", "string"),
    "textdecodebase64": Entry("encoding", "source:string encoding:string", "string"),
    "textencodebase64": Entry("encoding", "string:string encoding:string", "string"),
    "timeadd": Entry("time", "timestamp:string duration:string", "string"),
    "timecmp": Entry("time", "timestamp_a:string timestamp_b:string", "number"),
    "timestamp": Entry("time", "", "string", _IMPURE),
    "title": Entry("strings", "str:string", "string"),
    "tobool": Entry("conversion", "v:any?!^", "bool"),
    "tolist": Entry("conversion", "v:any?!^", "any"),
    "tomap": Entry("conversion", "v:any?!^", "any"),
    "tonumber": Entry("conversion", "v:any?!^", "number"),
    "toset": Entry("conversion", "v:any?!^", "any"),
    "tostring": Entry("conversion", "v:any?!^", "string"),
    "transpose": Entry("collections", "values:map(list(string))!", "map(list(string))"),
    "trim": Entry("strings", "str:string cutset:string", "string"),
    "trimprefix": Entry("strings", "str:string! prefix:string", "string"),
    "trimspace": Entry("strings", "str:string!", "string"),
    "trimsuffix": Entry("strings", "str:string! suffix:string", "string"),
    "try": Entry("call", "*expressions:any", "any"),
    "upper": Entry("strings", "str:string!", "string"),
    "urldecode": Entry("encoding", "str:string", "string"),
    "urlencode": Entry("encoding", "str:string", "string"),
    "uuid": Entry("hashing", "", "string", _IMPURE),
    "uuidv5": Entry("hashing", "namespace:string name:string", "string"),
    "values": Entry("selection", "mapping:any!^", "any"),
    "yamldecode": Entry("yaml", "src:string!", "any"),
    "yamlencode": Entry("yaml", "value:any?!", "string"),
    "zipmap": Entry("selection", "keys:list(string)! values:any!^", "any"),
}
"""Every function. `provider::` functions are unknown (code `unsupported`), and so is any name not in here."""


class Parameter(NamedTuple):
    """One parameter, its flags read."""

    name: str
    type: Type
    null: bool
    unknown: bool
    marked: bool
    marked_inside: bool
    lazy: bool


class Function(NamedTuple):
    """One function, its signature read."""

    name: str
    parameters: tuple[Parameter, ...]
    variadic: Parameter | None
    returns: Type
    unevaluated: str


@cache
def function(name: str) -> Function | None:
    """The function of a name without `core::`; None if there is none."""
    entry = FUNCTIONS.get(name)
    if entry is None:
        return None
    parameters = [_parameter(text) for text in entry.parameters.split() if text[0] != "*"]
    variadic = [_parameter(text[1:]) for text in entry.parameters.split() if text[0] == "*"]
    return Function(name, tuple(parameters), variadic[0] if variadic else None, _type(entry.returns), entry.unevaluated)


def _parameter(text: str) -> Parameter:
    name, _, type = text.partition(":")
    bare = type.rstrip("?!~^+")
    flags = type[len(bare) :]
    return Parameter(name, _type(bare), "?" in flags, "!" in flags, "~" in flags, "^" in flags, "+" in flags)


def _type(text: str) -> Type:
    kind, bracket, element = text.partition("(")
    if bracket:
        return Collection(kind, _type(element[:-1]))
    return {"string": STRING, "number": NUMBER, "bool": BOOL, "any": DYNAMIC}[text]
