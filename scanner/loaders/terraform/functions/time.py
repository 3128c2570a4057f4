"""Timestamps: formatdate, timeadd, timecmp, in years 0 to 9999 and what durations lead to.

Facts: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/datetime.go and Go's time package.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.loaders.terraform.values import EvalError, Value

if TYPE_CHECKING:
    from scanner.loaders.terraform.evaluate import Frame

_STRICT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)",
    re.ASCII,
)
_LENIENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)([.,]\d+)?(Z|[+-]\d\d:\d\d)",
    re.ASCII,
)
_YAML = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:[Tt](\d\d?):(\d\d?):(\d\d?)([.,]\d+)?(Z|[+-]\d\d:\d\d)| (\d\d?):(\d\d?):(\d\d?)([.,]\d+)?)?",
    re.ASCII,
)
_SPAN = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS: Final = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS: Final = ("Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday")
_SECOND: Final = 10**9
_DAY: Final = 86_400


class Moment(NamedTuple):
    """A point in time and the offset it is told with."""

    nanoseconds: int
    """Since 1970-01-01T00:00:00Z."""
    offset: int
    """Seconds east of UTC."""
    zulu: bool
    """Whether its text ended in Z."""


class Clock(NamedTuple):
    """A moment in the parts that people read."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    weekday: str


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def clock(moment: Moment) -> Clock:
    """The parts of a moment at its offset."""
    days, seconds = divmod(moment.nanoseconds // _SECOND + moment.offset, _DAY)
    era, day = divmod(days + 719_468, 146_097)
    of_era = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    of_year = day - (365 * of_era + of_era // 4 - of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year = of_era + era * 400 + (month <= 2)
    hour, rest = divmod(seconds, 3600)
    return Clock(year, month, of_year - (153 * shifted + 2) // 5 + 1, hour, rest // 60, rest % 60, _DAYS[days % 7])


def parse_moment(text: str, pattern: re.Pattern[str] = _STRICT) -> Moment:
    """A timestamp as RFC 3339 writes it. Raises EvalError."""
    match = pattern.fullmatch(text)
    if match is None:
        raise EvalError(f"not a valid RFC3339 timestamp: {text[:60]!r}")
    moment = _moment([int(part) for part in match.groups()[:6]], match[7], match[8])
    if moment is None:
        raise EvalError(f"not a valid RFC3339 timestamp: {text[:60]!r}")
    return moment


def _moment(parts: list[int], fraction: str | None, zone: str) -> Moment | None:
    """The moment, or None where a part is out of range."""
    year, month, day, hour, minute, second = parts
    if not (1 <= month <= 12 and hour < 24 and minute < 60 and second < 60):
        return None
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    if not 1 <= day <= _days(*following, 1) - _days(year, month, 1):
        return None
    offset = 0
    if zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 23 or minutes > 59:
            return None
        offset = (hours * 60 + minutes) * (-60 if zone[0] == "-" else 60)
    seconds = _days(year, month, day) * _DAY + hour * 3600 + minute * 60 + second - offset
    nanoseconds = int((fraction or ".0")[1:10].ljust(9, "0"))
    return Moment(seconds * _SECOND + nanoseconds, offset, zone == "Z")


def moment_text(moment: Moment) -> str:
    """RFC 3339, to the second."""
    at = clock(moment)
    date = f"{_year(at.year)}-{at.month:02d}-{at.day:02d}"
    return f"{date}T{at.hour:02d}:{at.minute:02d}:{at.second:02d}{_zone(moment, ':', 'Z')}"


def _year(year: int) -> str:
    return f"{year:04d}" if year >= 0 else f"-{-year:04d}"


def _zone(moment: Moment, colon: str, utc: str) -> str:
    """The offset; `utc` in its place where that is zero."""
    if moment.offset == 0 and utc:
        return utc
    minutes = abs(moment.offset) // 60
    return f"{'-' if moment.offset < 0 else '+'}{minutes // 60:02d}{colon}{minutes % 60:02d}"


def parse_duration(text: str) -> int:
    """Nanoseconds of a duration as Go writes it. Raises EvalError."""
    bare = text[1:] if text[:1] in ("-", "+") else text
    if bare == "0":
        return 0
    total, position = 0, 0
    while position < len(bare):
        match = _SPAN.match(bare, position)
        if match is None:
            break
        whole, _, fraction = match[1].partition(".")
        unit = _UNITS[match[2]]
        total += int(whole[:20] or 0) * unit + int(fraction[:18] or 0) * unit // 10 ** len(fraction[:18])
        position = match.end()
    if not bare or position < len(bare) or total >= 1 << 63:
        raise EvalError(f"invalid duration {text[:60]!r}")
    return -total if text[0] == "-" else total


def timeadd(frame: Frame, stamp: str, duration: str) -> Value:
    """`timeadd(timestamp, duration)`."""
    moment = parse_moment(stamp, _LENIENT)
    return moment_text(moment._replace(nanoseconds=moment.nanoseconds + parse_duration(duration)))


def timecmp(frame: Frame, a: str, b: str) -> Value:
    """`timecmp(a, b)`."""
    first, second = parse_moment(a, _LENIENT).nanoseconds, parse_moment(b, _LENIENT).nanoseconds
    return (first > second) - (first < second)


def yaml_timestamp(text: str) -> str | None:
    """The timestamp that a plain YAML scalar is, as RFC 3339 writes it; None where it is none."""
    match = _YAML.fullmatch(text)
    if match is None:
        return None
    parts = match.groups()
    clock_parts = parts[3:6] if parts[7] else parts[8:11] if parts[8] else ("0", "0", "0")
    numbers = [int(part) for part in (*parts[:3], *clock_parts)]
    moment = _moment(numbers, parts[6] or parts[11], parts[7] or "Z")
    return None if moment is None else moment_text(moment)


def formatdate(frame: Frame, spec: str, stamp: str) -> Value:
    """`formatdate(format, timestamp)`."""
    moment = parse_moment(stamp)
    at = clock(moment)
    pieces: list[str] = []
    position = 0
    while position < len(spec):
        if spec[position] == "'":
            text, position = _quoted(spec, position)
            pieces.append(text)
        elif spec[position].isascii() and spec[position].isalpha():
            start = position
            while position < len(spec) and spec[position] == spec[start]:
                position += 1
            pieces.append(_verb(spec[start:position], at, moment))
        else:
            pieces.append(spec[position])
            position += 1
    return "".join(pieces)


def _quoted(spec: str, start: int) -> tuple[str, int]:
    """The text between quotes, and where it ends; two quotes in a row are one."""
    if spec.startswith("''", start):
        return "'", start + 2
    pieces, position = [], start + 1
    while (quote := spec.find("'", position)) >= 0:
        pieces.append(spec[position:quote])
        if not spec.startswith("''", quote):
            return "".join(pieces), quote + 1
        pieces.append("'")
        position = quote + 2
    raise EvalError("unterminated literal '")


def _verb(verb: str, at: Clock, moment: Moment) -> str:
    known = {
        "YY": f"{abs(at.year) % 100:02d}",
        "YYYY": _year(at.year),
        "MMM": _MONTHS[at.month - 1][:3],
        "MMMM": _MONTHS[at.month - 1],
        "EEE": at.weekday[:3],
        "EEEE": at.weekday,
        "AA": "AM" if at.hour < 12 else "PM",
        "aa": "am" if at.hour < 12 else "pm",
        "Z": _zone(moment, ":", "Z"),
        "ZZZ": _zone(moment, "", "UTC"),
        "ZZZZ": _zone(moment, "", ""),
        "ZZZZZ": _zone(moment, ":", ""),
    }.get(verb)
    if known is not None:
        return known
    number = {"M": at.month, "D": at.day, "h": at.hour, "H": at.hour % 12 or 12, "m": at.minute, "s": at.second}
    if verb[0] not in number or len(verb) > 2:
        raise EvalError(f'invalid date format verb "{verb[:20]}"')
    return str(number[verb[0]]).rjust(len(verb), "0")


IMPLEMENTATIONS: Final[Mapping[str, Any]] = {"formatdate": formatdate, "timeadd": timeadd, "timecmp": timecmp}
