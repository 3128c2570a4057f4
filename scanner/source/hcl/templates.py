"""Quoted templates, heredocs and bare templates, parsed as HCL's own parser does.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/parser_template.go. What stands between
`${` and `}` is parsed by the subclass.
"""

from __future__ import annotations

from collections.abc import Callable

from scanner.source.hcl import lexis
from scanner.source.hcl.ast import Expr, Literal, Template, TemplateFor, TemplateIf, TemplateWrap
from scanner.source.hcl.lexis import Fault


class _Text:
    """A literal stretch, which strip markers and heredoc indentation may still shorten."""

    __slots__ = ("end", "start", "value")

    def __init__(self, start: int, end: int, value: str) -> None:
        self.start = start
        self.end = end
        self.value = value


class _Directive:
    """`%{ word ... }`."""

    __slots__ = ("end", "expr", "names", "start", "word")

    def __init__(self, start: int, word: str, expr: Expr | None, names: tuple[str | None, str]) -> None:
        self.start = start
        self.end = start
        self.word = word
        self.expr = expr
        self.names = names


_Token = _Text | _Directive | Expr
_ENDS = {"if": "endif", "for": "endfor"}


class Templates:
    """A parser's position in a text, and the template half of the grammar."""

    def __init__(self, data: bytes, start: int, end: int, limit: int) -> None:
        self.data = data
        self.pos = start
        self.end = end
        self.depth = 0
        self.limit = limit
        self.blank = lexis.blank_line
        """Skips what is blank here: line ends count inside brackets only."""

    def expression(self) -> Expr:
        """The expression at the position."""
        raise NotImplementedError

    def peek(self) -> int:
        """The next byte that is not blank, moving to it; 0 at the end."""
        match = self.blank(self.data, self.pos, self.end)
        assert match is not None
        self.pos = pos = match.end()
        return self.data[pos] if pos < self.end else 0

    def deeper(self) -> None:
        """Go one level down; whoever returns normally goes up again."""
        self.depth += 1
        if self.depth > self.limit:
            raise Fault(
                self.pos,
                f"brackets are nested more than {self.limit} deep",
                "Raise the limit with --limit depth=N if this is meant.",
                code="GR-LIMIT-DEPTH",
            )

    def quoted(self) -> Expr:
        """The quoted template at the position, which is its opening quote."""
        start = self.pos
        match = lexis.plain_string(self.data, start, self.end)
        if match is not None:
            self.pos = match.end()
            return Literal(start, self.pos, lexis.decode(match[1]))
        self.pos += 1
        tokens = self._tokens(start, self._quoted_text)
        self.pos += 1
        return _template(start, self.pos, tokens)

    def _quoted_text(self, start: int) -> _Text | None:
        match = lexis.quoted_run(self.data, self.pos, self.end)
        if match is not None:
            text = _Text(self.pos, match.end(), lexis.unescape_quoted(match[0], self.pos))
            self.pos = match.end()
            return text
        if self.pos < self.end and self.data[self.pos] == 0x22:
            return None
        raise Fault(start, "this string has no closing quote", 'Add the missing `"`.', self.pos)

    def bare(self) -> Expr:
        """Everything up to the end, as a template."""
        start = self.pos
        return _template(start, self.end, self._tokens(start, self._bare_text))

    def _bare_text(self, _start: int) -> _Text | None:
        return self._line() if self.pos < self.end else None

    def heredoc(self) -> Expr:
        """The heredoc at the position, which is its `<<`."""
        start = self.pos
        opening = lexis.heredoc(self.data, start, self.end)
        if opening is None:
            raise Fault(start, "`<<` does not begin a heredoc", "Write `<<EOT` or `<<-EOT` at the end of the line.")
        self.pos = opening.end()
        mark = opening[2]
        name = lexis.shown(mark)
        hint = f"Put `{name}` alone on the line after the text."
        fault = Fault(start, f"this heredoc has no closing `{name}`", hint, opening.end())

        def text(_start: int) -> _Text | None:
            if self.pos >= self.end:
                raise fault
            return None if self._closes(mark) else self._line()

        tokens = self._tokens(start, text)
        if lexis.reopened(self.data[opening.end() : self.pos], mark):
            raise fault
        self.pos = self.data.index(mark, self.pos) + len(mark)
        if opening[1]:
            _outdent(tokens)
        return _template(start, self.pos, tokens)

    def _closes(self, mark: bytes) -> bool:
        if self.data[self.pos - 1] not in b"\r\n":
            return False
        match = lexis.line_end(self.data, self.pos, self.end)
        return self.data[self.pos : match.start() if match else self.end].strip() == mark

    def _line(self) -> _Text:
        match = lexis.bare_run(self.data, self.pos, self.end)
        assert match is not None
        text = _Text(self.pos, match.end(), lexis.unescape_bare(match[0]))
        self.pos = match.end()
        return text

    def _tokens(self, start: int, text: Callable[[int], _Text | None]) -> list[_Token]:
        """What the template consists of, with strip markers applied: each concerns only the literal
        stretch next to it, which in a heredoc is one line."""
        tokens: list[_Token] = []
        trim = False
        data = self.data
        while True:
            opener = data[self.pos : min(self.pos + 3, self.end)]
            if opener[:2] in (b"${", b"%{"):
                if opener[2:] == b"~" and tokens and isinstance(tokens[-1], _Text):
                    tokens[-1].value = tokens[-1].value.rstrip()
                token, trim = self._sequence(opener)
                tokens.append(token)
                continue
            literal = text(start)
            if literal is None:
                return tokens
            if trim:
                literal.value = literal.value.lstrip()
                trim = False
            tokens.append(literal)

    def _sequence(self, opener: bytes) -> tuple[_Token, bool]:
        """`${...}` or `%{...}`, and whether it ends with a strip marker."""
        start = self.pos
        self.pos += 3 if opener[2:] == b"~" else 2
        outer, self.blank = self.blank, lexis.blank_any
        self.deeper()
        token = self.expression() if opener[:1] == b"$" else self._directive(start)
        self.depth -= 1
        following = self.peek()
        self.blank = outer
        trim = following == 0x7E
        if trim:
            self.pos += 1
        if self.pos >= self.end or self.data[self.pos] != 0x7D:
            sign = opener[:2].decode()
            raise Fault(
                start,
                f"`{sign}` is not closed by `}}`",
                f"Add the missing `}}`, or write `{sign[0]}{sign}` for the two characters.",
                start + 2,
            )
        self.pos += 1
        if isinstance(token, _Directive):
            token.end = self.pos
        return token, trim

    def _directive(self, start: int) -> _Directive:
        word = self.name()
        if word == "if":
            return _Directive(start, word, self.expression(), (None, ""))
        if word == "for":
            names = self.for_names()
            return _Directive(start, word, self.expression(), names)
        if word in ("else", "endif", "endfor"):
            return _Directive(start, word, None, (None, ""))
        raise Fault(
            start, "`%{` begins no template directive", "Use if, else, endif, for or endfor, or write `%%{`.", start + 2
        )

    def name(self) -> str:
        """The identifier at the position, or nothing."""
        self.peek()
        match = lexis.ident(self.data, self.pos, self.end)
        if match is None:
            return ""
        self.pos = match.end()
        return lexis.name(match[0], match.start())

    def for_names(self) -> tuple[str | None, str]:
        """`k, v in` or `v in`, after `for`."""
        start = self.pos
        key, value = None, self.name()
        if self.peek() == 0x2C:
            self.pos += 1
            key, value = value, self.name()
        if not value or key == "" or self.name() != "in":
            raise Fault(start, "`for` needs one or two names and `in`", "Write `for k, v in collection`.", self.pos)
        return key, value


def _template(start: int, end: int, tokens: list[_Token]) -> Expr:
    if len(tokens) == 1 and isinstance(tokens[0], Expr):
        return TemplateWrap(start, end, tokens[0])
    parts, position = _parts(tokens, 0, None)
    assert position == len(tokens)
    return _joined(start, end, parts)


def _joined(start: int, end: int, parts: list[str | Expr]) -> Expr:
    if not parts:
        return Literal(start, end, "")
    if len(parts) == 1 and isinstance(parts[0], str):
        return Literal(start, end, parts[0])
    return Template(start, end, parts)


def _parts(tokens: list[_Token], position: int, opener: _Directive | None) -> tuple[list[str | Expr], int]:
    """The parts up to the directive that ends `opener`, and where that stands."""
    parts: list[str | Expr] = []
    while position < len(tokens):
        token = tokens[position]
        if isinstance(token, _Text):
            if token.value and parts and isinstance(parts[-1], str):
                parts[-1] += token.value
            elif token.value:
                parts.append(token.value)
        elif isinstance(token, Expr):
            parts.append(token)
        elif token.word in _ENDS:
            node, position = _controlled(tokens, position, token)
            parts.append(node)
        elif opener is None:
            raise Fault(token.start, f"`%{{ {token.word} }}` without a beginning", "Remove it.", token.end)
        else:
            return parts, position
        position += 1
    if opener is not None:
        word = _ENDS[opener.word]
        raise Fault(opener.start, f"`%{{ {opener.word} }}` has no `%{{ {word} }}`", f"Add `%{{ {word} }}`.", opener.end)
    return parts, position


def _controlled(tokens: list[_Token], position: int, opener: _Directive) -> tuple[Expr, int]:
    assert opener.expr is not None
    first, position = _parts(tokens, position + 1, opener)
    ending = tokens[position]
    assert isinstance(ending, _Directive)
    body = _joined(opener.end, ending.start, first)
    no = None
    if ending.word == "else" and opener.word == "if":
        begin = ending.end
        second, position = _parts(tokens, position + 1, opener)
        ending = tokens[position]
        assert isinstance(ending, _Directive)
        no = _joined(begin, ending.start, second)
    if ending.word != _ENDS[opener.word]:
        raise Fault(ending.start, f"`%{{ {ending.word} }}` does not fit `%{{ {opener.word} }}`", "", ending.end)
    if opener.word == "if":
        return TemplateIf(opener.start, ending.end, opener.expr, body, no), position
    return TemplateFor(opener.start, ending.end, *opener.names, opener.expr, body), position


def _outdent(tokens: list[_Token]) -> None:
    """Remove from each line what all lines of a `<<-` heredoc are indented by. Blank lines neither count nor change."""
    smallest: int | None = None
    adjust: list[_Text] = []
    line_start = True
    for token in tokens:
        if line_start:
            spaces: int | None = 0
            if isinstance(token, _Text):
                spaces = len(token.value) - len(token.value.lstrip())
                if spaces == len(token.value) and token.value.endswith(("\n", "\r")):
                    spaces = None
                else:
                    adjust.append(token)
            if spaces is not None and (smallest is None or spaces < smallest):
                smallest = spaces
        line_start = isinstance(token, _Text) and token.value.endswith(("\n", "\r"))
    for text in adjust:
        text.value = text.value[smallest or 0 :]
