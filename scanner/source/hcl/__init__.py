"""HCL text to a located syntax tree, with recovery from broken blocks. Nothing is evaluated.

body = parse_hcl(document, limits)
for block in body.blocks:
    block.type, block.labels, block.body.attributes["bucket"].expr
"""

from __future__ import annotations

from typing import Any, Final

from scanner.model import Diagnostic, Limits
from scanner.source.document import Document
from scanner.source.hcl import lexis
from scanner.source.hcl.ast import Body, Expr, Invalid
from scanner.source.hcl.bodies import Bodies
from scanner.source.hcl.expressions import Expressions
from scanner.source.hcl.json_body import body_from_json
from scanner.source.hcl.lexis import Fault
from scanner.source.hcl.recovery import Recovery
from scanner.source.hcl.shift import shift

_MOST_DUPLICATES: Final = 100
"""Each value is kept and judged; that one is repeated need not be said without end."""
_DEFAULT_DEPTH = Limits().depth

__all__ = ["body_from_json", "parse_expression", "parse_hcl", "parse_template"]


def parse_hcl(document: Document, limits: Limits) -> Body:
    """Parse a whole file into `document.tree`. Raises nothing: what is broken is left out, with a
    diagnostic each in `document.diagnostics`; `document.status` is `failed` if nothing is left."""
    start = 3 if document.data.startswith(b"\xef\xbb\xbf") else 0
    parser = Bodies(document.data, start, len(document.data), limits.depth, document)
    recovery = Recovery(parser, attributes=document.format == "tfvars")
    if b"\0" in document.data:
        body = Body(document, {}, [], [])
        recovery.faults.append(_not_text(document.data.index(b"\0")))
    else:
        body = recovery.run()
    for fault in recovery.faults:
        document.diagnostics.append(_diagnostic(document, fault))
    for first, second in parser.duplicates[:_MOST_DUPLICATES]:
        span = document.span(second.start, second.name_end)
        line = document.position(first.start)[0]
        message = f"`{second.name}` is set a second time; the first is on line {line}"
        document.diagnostics.append(
            Diagnostic("GR-DUP-KEY", "warning", message, "Remove one of the two.", document.path, span)
        )
    if recovery.faults and not body.blocks and not body.attributes:
        document.status = "failed"
    document.tree = body
    return body


def parse_expression(text: str, document: Document | None = None, offset: int = 0) -> Expr:
    """The expression that a text is. `offset` is where the text begins in the document's data.
    A text that is no expression gives an Invalid, and a diagnostic if there is a document."""
    data = text.encode("utf-8", "surrogatepass")
    parser = Expressions(data, 0, len(data), _DEFAULT_DEPTH)
    parser.blank = lexis.blank_any
    return _parsed(parser, parser.expression, document, offset)


def parse_template(text: str, document: Document | None = None, offset: int = 0) -> Expr:
    """The template that a text without quotes is: a string of a .tf.json file, or a file for
    `templatefile`. As `parse_expression`."""
    data = text.encode("utf-8", "surrogatepass")
    parser = Expressions(data, 0, len(data), _DEFAULT_DEPTH)
    return _parsed(parser, parser.bare, document, offset)


def _parsed(parser: Expressions, parse: Any, document: Document | None, offset: int) -> Expr:
    try:
        expr: Expr = parse()
        if parser.peek():
            raise Fault(parser.pos, "more text after the expression", "Remove it.", parser.end)
    except Fault as fault:
        if document is not None:
            fault.start, fault.end = fault.start + offset, fault.end + offset
            document.diagnostics.append(_diagnostic(document, fault))
        return Invalid(offset, offset + parser.end, fault.message)
    except RecursionError:
        return Invalid(offset, offset + parser.end, "brackets are nested too deep")
    return shift(expr, offset) if offset else expr


def _not_text(start: int) -> Fault:
    message = "a NUL character: this is not text"
    return Fault(start, message, "Save the file as UTF-8 text.", code="GR-ENCODING")


def _diagnostic(document: Document, fault: Fault) -> Diagnostic:
    size = len(document.data)
    start = min(fault.start, size)
    span = document.span(start, max(start, min(fault.end, size)))
    return Diagnostic(fault.code, "error", fault.message, fault.hint, document.path, span)
