"""What is decided although something is not known, case by case, on both paths."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.expression import EvaluationError, compile_expression
from scanner.model import Encoded, OneOf, Type, Unknown
from tests.expression.kinds import BINDINGS, KINDS, RECORDS, Nowhere, Root, resource

U = Unknown("variable", "var.x has no value")
OTHER = resource("test.other", {})
OUTSIDE = Unknown("unresolved", "`x` is not in this scan", not_null=True)
BUCKET = Unknown("computed", "known after apply", identities=("aws_s3_bucket.b.arn",), not_null=True)
OBJECTS = Unknown("computed", "known after apply", prefix="arn:aws:s3:::", suffix="/*")
OFF = OneOf((False, None), Unknown("undecided", "the block may not be there"))
KINDS_OF = OneOf(("web", "db"), Unknown("variable", "Kind has no value"))
MAYBE_WEB = OneOf(("web", None), Unknown("undecided", "the block may not be there"))
SIZES = OneOf((3, 5), Unknown("variable", "Size has no value"))
SECRETS = OneOf(("web",), Unknown("secret", "a secret"))
OPEN_LIST = Unknown("variable", "var.list has no value", contains=("0.0.0.0/0", "b"))


def judged(text: str, **values: Any) -> Any:
    names = {name.replace("__", "."): value for name, value in values.items()}
    environment = {
        "thing": resource("test.thing", names),
        "params": {"limit": 3, "words": [], "combos": []},
        "root": Root({}),
    }
    program = compile_expression(text, bindings=BINDINGS, kinds=KINDS, records=RECORDS)
    exact = outcome(program.evaluate_exactly, environment)
    assert type(outcome(program.evaluate, environment)) is type(exact)
    return exact


def outcome(run: Any, environment: Any) -> Any:
    try:
        return run(environment)
    except EvaluationError as error:
        return error


@pytest.mark.parametrize(
    ("text", "values", "answer"),
    [
        ("thing.flag && thing.other_flag", {"flag": U, "other_flag": False}, False),
        ("thing.flag || thing.other_flag", {"flag": U, "other_flag": True}, True),
        ("thing.flag && thing.other_flag", {"flag": U, "other_flag": True}, "unknown"),
        ("thing.flag && 1 / thing.count == 1", {"flag": U, "count": 0}, "unknown"),
        ("1 / thing.count == 1 || thing.flag", {"flag": U, "count": 0}, "unknown"),
        ("[thing.name, string(1 / thing.count)].size() == 2", {"name": U, "count": 0}, "error"),
        ("thing.name == '*'", {"name": OBJECTS}, False),
        ("thing.name == 'arn:aws:s3:::b/*'", {"name": OBJECTS}, "unknown"),
        ("thing.name != '*'", {"name": OBJECTS}, True),
        ("thing.name == null", {"name": BUCKET}, False),
        ("thing.name == null", {"name": U}, "unknown"),
        ("thing.name == thing.mode.kind", {"name": BUCKET, "mode__kind": BUCKET}, True),
        ("thing.name == thing.mode.kind", {"name": U, "mode__kind": U}, "unknown"),
        ("thing.name in ['a', '*']", {"name": OBJECTS}, False),
        ("'b' in thing.names", {"names": [U, "b"]}, True),
        ("'c' in thing.names", {"names": [U, "b"]}, "unknown"),
        ("'c' in thing.names", {"names": [OBJECTS, "b"]}, False),
        ("'b' in thing.names", {"names": OPEN_LIST}, True),
        ("thing.names.size() == 2", {"names": [U, U]}, True),
        ("thing.names.size() == 0", {"names": OPEN_LIST}, False),
        ("thing.names.size() > 0", {"names": OPEN_LIST}, True),
        ("thing.names.size() > 1", {"names": OPEN_LIST}, "unknown"),
        ("thing.names.exists(n, n == 'b')", {"names": OPEN_LIST}, True),
        ("thing.names.exists(n, n == 'c')", {"names": OPEN_LIST}, "unknown"),
        ("thing.names.all(n, n == 'b')", {"names": OPEN_LIST}, False),
        ("thing.names.all(n, n.size() < 99)", {"names": OPEN_LIST}, "unknown"),
        ("cidr.is_world(thing.names)", {"names": [U, "0.0.0.0/0"]}, True),
        ("cidr.is_world(thing.names)", {"names": [U, "10.0.0.0/8"]}, "unknown"),
        ("cidr.is_world(thing.names)", {"names": [Unknown("computed", "", suffix="/32"), "10.0.0.0/8"]}, False),
        ("cidr.is_world(thing.names)", {"names": [Unknown("computed", "", suffix="/1"), "128.0.0.0/1"]}, "unknown"),
        ("cidr.is_world(thing.names)", {"names": OPEN_LIST}, True),
        ("thing.name.startsWith('arn:')", {"name": OBJECTS}, True),
        ("thing.name.startsWith('http')", {"name": OBJECTS}, False),
        ("thing.name.endsWith('/*')", {"name": OBJECTS}, True),
        ("thing.name + 'x' == 'b'", {"name": OBJECTS}, False),
        ("'x' + thing.name == 'b'", {"name": U}, "unknown"),
        ("thing.link == null", {"link": None}, True),
        # What is not in the scan is no resource of the scan, whatever else it may be.
        ("thing.link == thing.anything", {"link": OTHER, "anything": OUTSIDE}, False),
        ("thing.link == thing.anything", {"link": U, "anything": OUTSIDE}, "unknown"),
        ("thing.link in [thing.anything]", {"link": OTHER, "anything": U}, "unknown"),
        # A resource that is not there has nothing in its lists; a list that is not stated is null all the same.
        ("thing.link.names.size() == 0", {"link": None}, True),
        ("thing.link.names.exists(n, n == 'a')", {"link": None}, False),
        ("thing.link.names.all(n, n == 'a')", {"link": None}, True),
        ("'a' in thing.link.names", {"link": None}, False),
        ("thing.link.owner.parts.exists(p, p.on)", {"link": None}, False),
        ("thing.link.names.size() == 0", {"link": U}, "unknown"),
        ("thing.link.name == null", {"link": None}, True),
        ("thing.link.flag == true", {"link": None}, False),
        ("thing.link.owner.link.name == 'a'", {"link": None}, False),
        ("thing.link.flag == true", {"link": U}, "unknown"),
        ("thing.link.name == 'b'", {"link": Unknown("unresolved",
        "not here", identities=("x",), prefix="a")}, "unknown"),
        ("thing.count > 3", {"count": None}, "error"),
        ("thing.count + 1 == 1", {"count": None}, "error"),
        ("thing.flag && true", {"flag": None}, "error"),
        ("thing.count > 3 || true", {"count": None}, True),
        ("thing.names.exists(n, true)", {"names": None}, "error"),
        ("first(thing.name, 'b') == 'b'", {"name": None}, True),
        ("first(thing.name, 'b') == 'b'", {"name": U}, "unknown"),
        ("first(thing.name, 'b') == thing.mode.kind", {"name": BUCKET, "mode__kind": BUCKET}, True),
        ("either(thing.flag, thing.other_flag)", {"flag": U, "other_flag": True}, True),
        ("either(thing.flag, thing.other_flag)", {"flag": U, "other_flag": False}, "unknown"),
        ("either(thing.flag, thing.other_flag) == null", {}, True),
        ("either(thing.flag, thing.other_flag) == false", {"flag": False}, True),
        ("iam.matches(thing.names, 'iam:PassRole')", {"names": [Unknown("computed", "", prefix="s3:")]}, False),
        ("image.tag(thing.name) == 'latest'", {"name": Unknown("computed", "", suffix=":latest")}, True),
        ("image.digest(thing.name) == null", {"name": Unknown("computed", "", suffix=":latest")}, True),
        ("secret.found(thing.name)", {"name": Unknown("computed", "", prefix="key=AKIAABCDEFGHIJKLMNOP x")}, True),
        ("secret.found(thing.name)", {"name": Encoded({"a": ["AKIAABCDEFGHIJKLMNOP", U]}, "json", U)}, True),
        ("secret.found(thing.password)", {"password": "AKIAABCDEFGHIJKLMNOP"}, True),
        ("thing.password != null", {"password": "x"}, True),
        ("thing.password == null", {"password": U}, "unknown"),
        ("thing.effective == 'x'", {"effective": "x"}, True),
        ("thing.effective in ['x', null]", {"effective": None}, True),
        ("thing.effective == 1", {"effective": True}, False),
    ],
)  # fmt: skip
def test_outcome(text: str, values: dict[str, Any], answer: Any):
    found = judged(text, **values)
    kind = "unknown" if isinstance(found, Unknown) else "error" if isinstance(found, EvaluationError) else found
    assert kind == answer


def test_unknown_result_has_the_first_cause_without_its_claims():
    second = Unknown("computed", "second")
    result = judged("thing.name == 'arn:aws:s3:::b/*' && thing.flag", name=OBJECTS, flag=second)
    assert (result.code, result.text) == ("computed", "known after apply")
    assert (result.identities, result.prefix, result.suffix, result.contains) == ((), "", "", ())


@pytest.mark.parametrize("question", ["is_given", "is_literal"])
def test_questions_about_the_code_are_answered_for_deferred_values(question: str):
    deferred = Unknown("computed", "known after apply")
    undecidable = Unknown("module_missing", "the module is not here")
    place = Nowhere(given=("name",), literal=("name",))
    program = compile_expression(f"{question}(thing.name)", bindings=BINDINGS, kinds=KINDS)

    def answer(value: Any, where: Nowhere) -> Any:
        return program.evaluate({"thing": resource("test.thing", {"name": value}, locator=where)})

    assert answer(deferred, place) is True
    assert answer("x", place) is True
    assert answer(deferred, Nowhere()) is False
    assert answer(None, Nowhere()) is False
    assert answer(undecidable, Nowhere()).code == "module_missing"


class Unseen(Nowhere):
    """A loader that cannot tell what the code states."""

    def is_given(self, *_: object) -> bool | None:  # type: ignore[override]
        return None

    def is_literal(self, *_: object) -> bool | None:  # type: ignore[override]
        return None


@pytest.mark.parametrize("question", ["is_given", "is_literal"])
def test_questions_about_the_code_are_open_where_it_does_not_show(question: str):
    program = compile_expression(f"{question}(thing.name)", bindings=BINDINGS, kinds=KINDS)

    def answer(value: Any) -> Any:
        return program.evaluate({"thing": resource("test.thing", {"name": value}, locator=Unseen())})

    for value in ("x", Unknown("secret", "a sensitive value")):
        assert answer(value).code == "unsupported"
        assert answer(value).text == "the plan does not show where the value comes from"
    assert answer(None) is False
    later = answer(Unknown("computed", "known after apply"))
    assert later is False if question == "is_literal" else later.code == "unsupported"


PART = {"key": None, "value": None, "on": None, "words": []}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("thing.parts.exists(p, is_literal(p.key))", (True, False)),
        ("thing.parts.exists(p, p.key == 'a' && is_literal(p.key))", (False, False)),
        ("thing.parts.filter(p, is_literal(p.key)).size() == 1", (True, False)),
        ("thing.parts.exists_one(p, is_literal(p.key))", (True, False)),
        ("thing.parts.exists(p, thing.parts.exists(q, is_literal(q.key)))", (True, False)),
        ("is_literal(thing.parts[1].key)", (True, False)),
        ("is_given(thing.parts[1].key)", (False, True)),
        ("thing.parts.map(p, p.key).exists(k, is_literal(thing.parts[0].key))", (False, False)),
    ],
)
def test_the_loader_is_asked_where_a_field_of_a_record_is_written(text: str, answers: tuple[bool, bool]):
    program = compile_expression(text, bindings=BINDINGS, kinds=KINDS)
    parts = [{**PART, "key": "a"}, {**PART, "key": "b"}]
    places = (Nowhere(literal=("parts/1/key",)), Nowhere(given=("parts/1/key",)))
    for place, answer in zip(places, answers, strict=True):
        thing = resource("test.thing", {"parts": parts}, locator=place)
        assert program.evaluate({"thing": thing}) is answer
        assert program.trace({"thing": thing}).value is answer


def test_field_of_a_record_in_no_known_place_is_literal_when_it_is_known():
    program = compile_expression("thing.parts.exists(p, is_literal(p.key))", bindings=BINDINGS, kinds=KINDS)
    for value, answer in [("x", True), (None, U), (Unknown("secret", "", literal=True), True)]:
        parts = Unknown("variable", "more", contains=({**PART, "key": value},))
        result = program.evaluate({"thing": resource("test.thing", {"parts": parts})})
        assert isinstance(result, Unknown) if answer is U else result is answer
    literal = {**PART, "key": Unknown("secret", "", literal=True)}
    assert program.evaluate({"thing": resource("test.thing", {"parts": [literal]})}) is True


def test_root_lists_resources_of_a_kind():
    program = compile_expression(
        "root.all('test.other').exists(o, o.flag)", bindings={"root": Type("root")}, kinds=KINDS
    )
    other = resource("test.other", {"flag": True})
    assert program.evaluate({"root": Root({"test.other": [other]})}) is True
    assert program.evaluate({"root": Root({})}) is False
    assert (
        program.evaluate({"root": Root({"test.other": Unknown("module_missing", "gone", contains=(other,))})}) is True
    )


def test_budget_is_an_unknown_on_both_paths():
    program = compile_expression(
        "thing.names.all(a, thing.names.all(b, thing.names.all(c, a + b + c != 'x')))", bindings=BINDINGS, kinds=KINDS
    )
    environment = {"thing": resource("test.thing", {"names": ["a"] * 300})}
    for run in (program.evaluate, program.evaluate_exactly):
        result = run(environment, steps=10_000)
        assert isinstance(result, Unknown)
        assert result.code == "budget"
    assert program.trace(environment, steps=10_000).value.code == "budget"


def test_deep_loops_are_run_exactly():
    text = "true"
    for number in range(25):
        text = f"[1].all(e{number}, {text})"
    assert compile_expression(text, bindings={}).evaluate({}) is True


def test_names_of_the_expression_are_only_quoted_in_generated_code():
    bindings = {"x": Type("dyn")}
    program = compile_expression("x.`a-b/c.d` == '''\"\"\"\\n' + \\'''' || x.`import os`", bindings=bindings)
    assert program.evaluate({"x": {"a-b/c.d": 1, "import os": True}}) is True


def test_attribute_of_a_kind_that_nobody_describes_is_found_when_it_runs():
    program = compile_expression("is_literal(x.size.min) && x.size.min == 3", bindings={"x": Type("dyn")})
    node = resource("test.thing", {"size.min": 3}, locator=Nowhere(literal=("size.min",)))
    assert program.evaluate({"x": node}) is True


@pytest.mark.parametrize(
    ("text", "values", "answer"),
    [
        ("thing.flag == true", {"flag": OFF}, False),
        ("thing.flag != true", {"flag": OFF}, True),
        ("thing.flag == false", {"flag": OFF}, "unknown"),
        ("thing.flag == null", {"flag": OFF}, "unknown"),
        ("!thing.flag", {"flag": OFF}, "unknown"),
        ("first(thing.flag, false) == false", {"flag": OFF}, True),
        ("first(thing.flag, true) == false", {"flag": OFF}, "unknown"),
        ("first(thing.flag, thing.other_flag) == true", {"flag": OFF, "other_flag": None}, False),
        ("first(thing.flag, thing.other_flag) == true", {"flag": OFF, "other_flag": OFF}, False),
        ("first(thing.flag, thing.other_flag) == true", {"flag": OFF, "other_flag": U}, "unknown"),
        ("thing.name == 'lambda'", {"name": KINDS_OF}, False),
        ("thing.name == 'web'", {"name": KINDS_OF}, "unknown"),
        ("thing.name == null", {"name": KINDS_OF}, False),
        ("thing.name in ['db', 'web', 'x']", {"name": KINDS_OF}, True),
        ("thing.name in ['x', 'y']", {"name": KINDS_OF}, False),
        ("thing.name in ['web']", {"name": KINDS_OF}, "unknown"),
        ("thing.name in ['web']", {"name": MAYBE_WEB}, "unknown"),
        ("thing.name in ['db']", {"name": MAYBE_WEB}, False),
        ("thing.name in thing.names", {"name": KINDS_OF, "names": OPEN_LIST}, "unknown"),
        ("thing.name == thing.mode.kind", {"name": KINDS_OF, "mode__kind": OneOf(("a", "b"), U)}, False),
        ("thing.name == thing.mode.kind", {"name": KINDS_OF, "mode__kind": KINDS_OF}, "unknown"),
        ("thing.link == thing.link", {"link": MAYBE_WEB}, "unknown"),
        ("thing.name == 'x'", {"name": SECRETS}, "unknown"),
        ("thing.count < 6", {"count": SIZES}, True),
        ("7 <= thing.count", {"count": SIZES}, False),
        ("thing.count > 4", {"count": SIZES}, "unknown"),
        ("thing.count > 4", {"count": OneOf((9, None), U)}, "unknown"),
        ("thing.name.startsWith('x')", {"name": KINDS_OF}, False),
        ("thing.name.startsWith('w')", {"name": MAYBE_WEB}, "unknown"),
        ("thing.name.upperAscii() == 'LAMBDA'", {"name": KINDS_OF}, False),
        ("glob(thing.name, '*b')", {"name": KINDS_OF}, True),
        ("glob(thing.name, '*b')", {"name": SECRETS}, "unknown"),
    ],
)
def test_what_holds_for_every_choice_is_decided(text: str, values: dict[str, Any], answer: Any):
    found = judged(text, **values)
    assert isinstance(found, Unknown) if answer == "unknown" else found is answer, found
