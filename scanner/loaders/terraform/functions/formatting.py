"""`format` and `formatlist`: Go's verbs as Terraform restricts them, exact to the digit.

Facts: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/format.go and Go's fmt, strconv and math/big.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.loaders.terraform.conversion import convert, normal
from scanner.loaders.terraform.evaluate_numbers import Number, is_integral
from scanner.loaders.terraform.evaluate_templates import fragments
from scanner.loaders.terraform.functions.characters import clusters, count
from scanner.loaders.terraform.functions.floats import float_text
from scanner.loaders.terraform.functions.json_text import json_string, json_text
from scanner.loaders.terraform.types import BOOL, NUMBER, STRING, Collection
from scanner.loaders.terraform.values import EvalError, List, Null, Set, Value, first_unknown, is_null, like
from scanner.model import Unknown

if TYPE_CHECKING:
    from scanner.loaders.terraform.budget import Budget
    from scanner.loaders.terraform.evaluate import Frame

_VERB = re.compile(
    r"%(?P<flags>[0#\-+ ]*)(?P<width>[1-9][0-9]{0,9})?(?:\.(?P<precision>[0-9]{0,9}))?"
    r"(?:\[(?P<index>[1-9][0-9]{0,5})\])?(?P<mode>[a-zA-Z])"
)


class Verb(NamedTuple):
    """One `%...x` of a format string."""

    raw: str
    flags: str
    width: int
    precision: int
    """-1 where not given."""
    mode: str


def format_(frame: Frame, text: str, *args: Value) -> Value:
    """`format(s, args...)`: a text with unknown pieces where an argument is not known."""
    return formatted(text, list(args), frame.budget)


def formatted(text: str, args: list[Value], budget: Budget) -> Value:
    """The format string with its verbs replaced."""
    pieces: list[Any] = []
    position, following, highest = 0, 1, 0
    while True:
        percent = text.find("%", position)
        if percent < 0:
            break
        pieces.append(text[position:percent])
        if text[percent : percent + 2] == "%%":
            pieces.append("%")
            position = percent + 2
            continue
        match = _VERB.match(text, percent)
        if match is None:
            raise EvalError(f"unrecognized format character at offset {percent}")
        number = int(match["index"] or following)
        highest, following = max(highest, number), number + 1
        if number > len(args):
            raise EvalError(f'not enough arguments for "{match[0]}": need index {number} but have {len(args)} total')
        pieces.append(_piece(_verb(match, budget), args[number - 1]))
        position = match.end()
    pieces.append(text[position:])
    if highest < len(args):
        raise EvalError(f"too many arguments; only {highest} used by format string")
    return _joined(pieces, budget)


def _joined(pieces: list[Any], budget: Budget) -> Value:
    budget.charge_text(sum(len(piece) for piece in pieces if isinstance(piece, str)))
    if all(piece.__class__ is str for piece in pieces):
        return normal("".join(pieces))
    return fragments(pieces)


def _verb(match: re.Match[str], budget: Budget) -> Verb:
    width = int(match["width"] or 0)
    precision = -1 if match["precision"] is None else int(match["precision"] or 0)
    budget.charge_text(max(width, precision))
    return Verb(match[0], match["flags"], width, precision, match["mode"])


def _piece(verb: Verb, arg: Value) -> Any:
    """What stands for one verb: a str, or an Unknown string."""
    if verb.mode not in "vtbdoxXeEfgGsq":
        raise EvalError(f'unsupported format verb in "{verb.raw}"')
    unknown = first_unknown([arg])
    if unknown is not None:
        return _unknown_piece(verb, arg, unknown)
    if is_null(arg) and verb.mode != "v":
        raise EvalError(f'unsupported value for "{verb.raw}": null value cannot be formatted')
    try:
        return _known_piece(verb, arg)
    except EvalError as error:
        raise EvalError(f'unsupported value for "{verb.raw}": {error.message}') from None


def _unknown_piece(verb: Verb, arg: Value, unknown: Unknown) -> Unknown:
    if isinstance(arg, Unknown) and verb.raw in ("%s", "%v") and arg.type in (None, STRING, "dynamic"):
        return convert(arg, STRING) if verb.raw == "%s" else arg
    if isinstance(arg, Unknown) and verb.mode != "v":
        convert(arg, {"s": STRING, "q": STRING, "t": BOOL}.get(verb.mode, NUMBER))
    return like(unknown, STRING, not_null=True)


def _known_piece(verb: Verb, arg: Value) -> str:
    mode = verb.mode
    if mode == "v":
        return _as_is(verb, arg)
    if mode == "t":
        return "true" if convert(arg, BOOL) else "false"
    if mode in "sq":
        return _text(verb, convert(arg, STRING))
    number = convert(arg, NUMBER)
    return _integer(verb, number) if mode in "bdoxX" else float_text(number, verb)


def _as_is(verb: Verb, arg: Value) -> str:
    if "#" not in verb.flags and not is_null(arg):
        if arg.__class__ is str:
            return _padded(verb, arg)
        if arg.__class__ is not bool and not isinstance(arg, list | dict):
            return _padded(verb, float_text(arg, Verb("%g", "", 0, -1, "g")))
    return _padded(verb, json_text(arg))


def _text(verb: Verb, text: str) -> str:
    if verb.precision > 0:
        text = "".join(clusters(text)[: verb.precision])
    return _padded(verb, json_string(text) if verb.mode == "q" else text)


def _padded(verb: Verb, text: str) -> str:
    if not verb.width:
        return text
    padding = ("0" if "0" in verb.flags else " ") * (verb.width - count(text))
    return text + padding if "-" in verb.flags else padding + text


def _integer(verb: Verb, number: Number) -> str:
    """As Go's `*big.Int` formats itself."""
    if not is_integral(number):
        raise EvalError("an integer is required")
    whole = int(number)
    digits = {"b": "{:b}", "d": "{:d}", "o": "{:o}", "x": "{:x}", "X": "{:X}"}[verb.mode].format(abs(whole))
    sign = "-" if whole < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    prefix = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}.get(verb.mode, "") if "#" in verb.flags else ""
    if verb.precision == 0 and whole == 0:
        return " " * verb.width
    digits = digits.rjust(max(verb.precision, 0), "0")
    room = verb.width - len(sign) - len(prefix) - len(digits)
    if room <= 0:
        return sign + prefix + digits
    if "-" in verb.flags:
        return sign + prefix + digits + " " * room
    if "0" in verb.flags and verb.precision < 0:
        return sign + prefix + "0" * room + digits
    return " " * room + sign + prefix + digits


def formatlist(frame: Frame, text: str, *args: Value) -> Value:
    """`formatlist(s, args...)`: one text for each position of the lists among the arguments."""
    lists = [arg for arg in args if isinstance(arg, list)]
    lengths = {len(arg) for arg in lists}
    if len(lengths) > 1:
        raise EvalError("the lists have inconsistent lengths")
    for arg in args:
        if isinstance(arg, Unknown) and (arg.type in (None, "dynamic") or not isinstance(arg.type, str)):
            return like(arg, Collection("list", STRING), not_null=True, contains=_sure(text, args, arg, frame))
    length = lengths.pop() if lengths else 1
    frame.budget.charge(length)
    rows = [[_at(arg, position) for arg in args] for position in range(length)]
    return List([formatted(text, row, frame.budget) for row in rows], STRING)


def _sure(text: str, args: tuple[Value, ...], arg: Unknown, frame: Frame) -> tuple[Any, ...]:
    """The texts for the elements that a list of unknown length certainly has."""
    if any(isinstance(other, list | Unknown) for other in args if other is not arg):
        return ()
    rows = [[item if other is arg else other for other in args] for item in arg.contains]
    return tuple(formatted(text, row, frame.budget) for row in rows)


def _at(arg: Value, position: int) -> Value:
    if not isinstance(arg, list):
        return arg
    item = arg[position]
    return Null(arg.element) if item is None and isinstance(arg, List | Set) else item


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {"format": format_, "formatlist": formatlist}
