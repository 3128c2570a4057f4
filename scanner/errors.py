"""The exceptions that mean *this command cannot be carried out*.

What is wrong in the files that are scanned is never an exception: it is a
`scanner.model.Diagnostic` in the result, and the scan goes on.

    GroundruleError             every error of ours; carries `message` and `hint`
    |- UsageError               an option, path or name that the caller gave (exit 2)
    |- PolicyError              a rule, pack, mapping, waiver or configuration file (exit 2)
    |   `- ExpressionError      an expression in one of them: adds line, column, caret
    `- OutputError              a report that could not be written (exit 4)

Only `scanner.cli` catches these and picks the exit code.
"""

from __future__ import annotations


class GroundruleError(Exception):
    """A command that cannot be carried out, in one sentence, with what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(GroundruleError):
    """An option, path or name that the caller gave does not fit."""


class PolicyError(GroundruleError):
    """A rule, pack, mapping table, waiver or configuration file is wrong.

    `path` is the file as shown to the user; `line` and `column` are 1-based, 0 where unknown.
    """

    def __init__(self, message: str, *, hint: str = "", path: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line = line
        self.column = column


class ExpressionError(PolicyError):
    """An expression that does not parse or does not fit the types it reads.

    `text` is the whole expression and `offset` the place in it, in characters.
    """

    def __init__(self, message: str, *, text: str, offset: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.text = text
        self.offset = offset

    def caret(self) -> str:
        """The line of the expression that is wrong, with `^` under the place."""
        start = self.text.rfind("\n", 0, self.offset) + 1
        end = self.text.find("\n", self.offset)
        line = self.text[start : end if end >= 0 else len(self.text)]
        return f"{line}\n{' ' * (self.offset - start)}^"


class OutputError(GroundruleError):
    """A report that could not be written; the other reports are still there."""
