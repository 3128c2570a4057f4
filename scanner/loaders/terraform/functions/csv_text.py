"""CSV as Go's reader reads it (RFC 4180, strict quotes): the first record names the columns.

Facts: https://pkg.go.dev/encoding/csv
"""

from __future__ import annotations

from scanner.loaders.terraform.conversion import normal
from scanner.loaders.terraform.types import STRING, object_type
from scanner.loaders.terraform.values import EvalError, List


def csv_table(text: str) -> List:
    """A list of objects, one a record. Raises EvalError."""
    records = _records(text.replace("\r\n", "\n"))
    if not records:
        raise EvalError("missing header line")
    header = [normal(name) for name in records[0]]
    if len(set(header)) < len(header):
        raise EvalError("duplicate column name")
    for record in records[1:]:
        if len(record) != len(header):
            raise EvalError("CSV parse error: wrong number of fields")
    rows = [dict(zip(header, map(normal, record), strict=True)) for record in records[1:]]
    return List(rows, object_type(dict.fromkeys(header, STRING)))


def _records(text: str) -> list[list[str]]:
    records: list[list[str]] = []
    position = 0
    while position < len(text):
        if text[position] == "\n":
            position += 1
            continue
        record, position = _record(text, position)
        records.append(record)
    return records


def _record(text: str, position: int) -> tuple[list[str], int]:
    """The fields of the record at a position, and the position after it."""
    fields: list[str] = []
    while True:
        quoted = text.startswith('"', position)
        field, position = _quoted(text, position + 1) if quoted else _bare(text, position)
        fields.append(field)
        if not text.startswith(",", position):
            return fields, position + 1
        position += 1


def _bare(text: str, position: int) -> tuple[str, int]:
    ends = (text.find(",", position), text.find("\n", position))
    end = min((found for found in ends if found >= 0), default=len(text))
    field = text[position:end]
    if '"' in field:
        raise EvalError('CSV parse error: bare " in non-quoted field')
    if end == len(text):
        field = field.removesuffix("\r")
    return field, end


def _quoted(text: str, position: int) -> tuple[str, int]:
    pieces: list[str] = []
    while True:
        quote = text.find('"', position)
        if quote < 0:
            raise EvalError('CSV parse error: extraneous or missing " in quoted field')
        pieces.append(text[position:quote])
        following = text[quote + 1 : quote + 2]
        if following == '"':
            pieces.append('"')
            position = quote + 2
        elif following in ("", ",", "\n"):
            return "".join(pieces), quote + 1
        else:
            raise EvalError('CSV parse error: extraneous or missing " in quoted field')
