"""What a checked expression must not say, and how the error puts it."""

from __future__ import annotations

import pytest

from scanner.errors import ExpressionError
from scanner.expression import Program, compile_expression, parse_type, require_bool
from scanner.model import Type
from tests.expression.kinds import BINDINGS, KINDS, RECORDS


def compiled(text: str, **options: object) -> Program:
    return compile_expression(text, bindings=BINDINGS, kinds=KINDS, records=RECORDS, **options)  # type: ignore[arg-type]


def refusal(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compiled(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "message", "hint", "place"),
    [
        ("thing.flg == true", "no attribute `flg` on test.thing", "did you mean `flag`?", "flg"),
        ("thing.size.mni > 1", "no attribute `size.mni` on test.thing", "did you mean `size.min`?", "size"),
        ("thing.size == 1", "no attribute `size` on test.thing", "it is a group of min", "size"),
        ("thing.link.nam == 'a'", "no attribute `nam` on test.other", "did you mean `name`?", "nam"),
        ("thng.flag", "there is no thng", "did you mean thing?", "thng"),
        ("thing.name == 1", "no == between string and int", "a text is written in quotes, a number without", "=="),
        ("thing.count == '1'", "no == between int and string", "a text is written in quotes, a number without", "=="),
        ("thing.count == 1.0", "no == between int and double", "convert with double() or int()", "=="),
        ("thing.count < 'a'", "no < between int and string", "a text is written in quotes, a number without", "<"),
        ("thing.name + 1 == 'a'", "no + between string and int", "a text is written in quotes, a number without", "+"),
        ("!thing.flag in [true]", "`!x in y` means `(!x) in y`", "write !(x in y)", "!"),
        ("thing.name && true", "&& wants a bool, this is string", "compare it: x != null", "name"),
        ("!thing.names", "! wants a bool, this is list(string)", "compare its size: x.size() > 0", "names"),
        ("thing.count ? 1 : 2", "? wants a bool, this is int", "", "count"),
        ("thing.names.exist(n, true)", "there is no function exist", "did you mean exists?", "exist"),
        ("iam.matchs(thing.names, 'a')", "there is no function matchs", "did you mean matches?", "matchs"),
        ("cidr.is_world(thing.count)", "cidr.is_world wants list(string), this is int", "", "count"),
        ("thing.names.exists('n', true)", "exists wants a name for the element first", "x.exists(e, ...)", "'n'"),
        ("thing.parts.exists(p, p.kye == 'a')", "part has no kye", "did you mean key?", "kye"),
        ("1 in thing.names", "int is never in a list(string)", "", "in"),
        ("'a' in thing.name", "in wants a list or map, this is string", "text has contains()", "name"),
        ("has(thing.flag)", "every attribute that is declared exists", "compare it: x.flag != null", "has"),
        ("thing.password == 'a'", "a secret can be read by secret.found, secret.is_name, is_literal and is_given only",
         "or compare it with null", "password"),
        ("root.all('test.othr').size() == 0", "there is no kind test.othr", "did you mean test.other?", "'test.othr'"),
        ("thing.names.size() == 'a'", "no == between int and string",
        "a text is written in quotes, a number without", "=="),
        ("is_literal('a')", "is_literal wants an attribute", "is_literal(x.attribute)", "'a'"),
        ("thing.name.startsWith(1)", "startsWith wants string, this is int", "", "1"),
        ("params.limt > 1", "params has no limt", "did you mean limit?", "limt"),
        ("thing.names.length", "list(string) has no length", "use size()", "length"),
        ("true ? 'a' : 1", "one branch gives string, the other int", "", "1"),
    ],
)  # fmt: skip
def test_checker_says_what_is_wrong_and_where(text: str, message: str, hint: str, place: str):
    error = refusal(text)
    assert (error.message, error.hint) == (message, hint)
    assert error.text == text
    assert text[error.offset :].startswith(place), error.caret()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the expression is not complete"), ("1 +", "the expression is not complete"), ("(1",
        "the expression is not complete"),
        ("1 1", "unexpected 1"), ("'a", "the string is not closed"), ("'\\q'", "unknown escape in the string"),
        ("a = 1", "unexpected '='"), ("9223372036854775808", "the number is out of range"), ("[1, 2",
        "the expression is not complete"),
        ("for", "'for' is a reserved word"), ("'\\ud800'", "the escape is no Unicode character"), ("thing.",
        "the expression is not complete"),
        ("(" * 200 + "1" + ")" * 200, "nested more than 60 levels deep"), ("!" * 5000 + "true",
        "nested more than 60 levels deep"),
        ("+".join(["1"] * 2000), "more than 100 levels deep"), ("thing" + ".a" * 5000, "more than 100 levels deep"),
        ("1" * 5000, "the number is out of range"), ("[" * 50000, "nested more than 60 levels deep"),
        (" " * 200_000, "longer than 100000 characters"),
    ],
)  # fmt: skip
def test_parser_refuses(text: str, message: str):
    assert refusal(text).message == message


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("thing.flag == null", "bool"), ("thing.name == null || thing.name in ['a', null]", "bool"),
        ("thing.link == null && thing.links.size() == 0", "bool"), ("first(thing.count, 3)", "int"),
        ("thing.names.filter(n, n != 'a')", "list"), ("thing.parts[0].key", "string"),
        ("thing.password == null", "bool"),
        ("is_literal(thing.password) || secret.found(thing.password)", "bool"), ("(!thing.flag) in [true]", "bool"),
        ("thing.tags.owner", "string"), ("thing.tags['owner']", "string"), ("thing.effective > 1", "bool"),
        ("thing.document.statements.exists(s, s.allow && iam.is_anyone(s.principals))", "bool"),
        ("thing.anything.name", "string"), ("thing.anything.count == 1", "bool"), ("quantity('1Gi') > 5.0", "bool"),
    ],
)  # fmt: skip
def test_checker_gives_the_type(text: str, type_: str):
    assert compiled(text).result_type.name == type_


def test_reads_are_collected_through_relations_and_loops():
    program = compiled(
        "thing.link.flag && root.all('test.other').exists(o, o.owner.size.min > 1) && thing.parts.size() > 0"
    )
    assert program.reads == {
        ("test.thing", "link"), ("test.other", "flag"), ("test.other", "owner"), ("test.thing", "size.min"),
        ("test.thing", "parts"),
    }  # fmt: skip
    assert program.kinds_listed == {"test.other"}


def test_reads_hold_what_functions_read_of_statements():
    reads = compiled("iam.allows_all(thing.document, ['a:b'])").reads
    assert ("aws.iam.statement", "not_actions") in reads


def test_condition_must_be_bool():
    with pytest.raises(ExpressionError) as caught:
        compiled("thing.name", expect="bool")
    assert caught.value.message == "it must be a bool, this is string"
    with pytest.raises(ExpressionError):
        require_bool(compiled("thing.count"))
    require_bool(compiled("thing.flag"))


def test_unchecked_expression_fails_only_when_it_is_reached():
    assert compile_expression("nothing.at.all || true", bindings={}, checked=False).evaluate({}) is True


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("list(list(int))", Type("list", item=Type("list", item=Type("int")))),
        ("ref(a.b | c.d)", Type("ref", kinds=("a.b", "c.d"))),
        ("iam_document", Type("record", record="iam_document")),
    ],
)
def test_type_is_parsed(text: str, type_: Type):
    assert parse_type(text) == type_


@pytest.mark.parametrize("text", ["lost", "list(int", "list()", "strange(int)", "list(" * 50 + ")" * 50])
def test_type_is_refused(text: str):
    with pytest.raises(ValueError, match="unknown type"):
        parse_type(text)
