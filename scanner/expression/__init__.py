"""Expressions: CEL compiled against kinds, evaluated with values that are not all known.

    program = compile_expression(
        "bucket.versioning == true", bindings={"bucket": Type("ref", kinds=("aws.s3.bucket",))}, kinds=kinds)
    program.evaluate({"bucket": node})      # True, False or an Unknown; EvaluationError

An attribute of a relation that is null is null, and a list of it is empty: what is not there has nothing in its
lists, so `instance.template.volumes.all(...)` needs no guard. A list that is null on a resource that is there, and a
field of a null document, are null as they are stated: to go through them is an error, so that no rule passes on them.

Not here: what rules are, and which of them apply.
"""

from scanner.expression.errors import EvaluationError
from scanner.expression.functions import FUNCTIONS
from scanner.expression.functions.table import Function
from scanner.expression.message import Message, compile_message, show
from scanner.expression.program import STEPS, Program, compile_expression, require_bool
from scanner.expression.statement import FORMS, Form
from scanner.expression.trace import ReadRecord as Read
from scanner.expression.trace import Trace
from scanner.expression.types import describe, parse_type

__all__ = [
    "FORMS", "FUNCTIONS", "STEPS", "EvaluationError", "Form", "Function", "Message", "Program", "Read", "Trace",
    "compile_expression", "compile_message", "describe", "parse_type", "require_bool", "show",
]  # fmt: skip
