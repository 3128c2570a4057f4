"""Expression forms, what an Unknown in them leaves known, errors, sensitive values, and budgets."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.loaders.terraform.budget import Budget
from scanner.loaders.terraform.evaluate import evaluate, evaluate_or_raise
from scanner.loaders.terraform.values import EvalError, Fragments, Marked, Null, to_plain
from scanner.model import Encoded, Unknown
from scanner.source.hcl import parse_expression

from .expressions import ARN, ID, UNSET, VALUES, Names, Scope, small_budget, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("10 / 4", Decimal("2.5")),
        ("0.1 + 0.2 == 0.3", True),
        ("-7 % 3", -1),
        ('"x${-1 * 0}"', "x-0"),
        ('1 == "1"', False),
        ("true ? 1 : \"a\"", "1"),
        ("true ? null : 1", None),
        ("[1, [2]][1][0]", 2),
        ('{ a = 1, "b" = 2 }.b', 2),
        ("[for k, v in { b = 1, a = 2 } : k]", ["a", "b"]),
        ("{ for x in [1, 2, 3] : x % 2 => x... }", {"1": [1, 3], "0": [2]}),
        ("[for x in [1, 2, 3] : x if x > 1]", [2, 3]),
        ("[{ a = 1 }, { a = 2 }][*].a", [1, 2]),
        ("[{ a = [1] }, { a = [2] }].*.a[0]", [1]),
        ("null[*]", []),
        ('"x"[*]', ["x"]),
        ('"a${1 + 1}b"', "a2b"),
        ('"${[1]}"', [1]),
        ('"%{ if true ~} yes %{ else }no%{ endif }"', "yes "),
        ('"%{ for x in ["a", "b"] }${x};%{ endfor }"', "a;b;"),
        ("max([1, 5, 3]...)", 5),
        ("e\u0301" == "x" or '"e\u0301" == "\u00e9"', True),
    ],
)  # fmt: skip
def test_known_expressions_have_their_values(text: str, expected: object) -> None:
    assert to_plain(value_of(text)) == (float(expected) if isinstance(expected, Decimal) else expected)


@pytest.mark.parametrize(
    "text",
    ["[1][1]", "{}.a", "null.a", '"x".a', "toset([1])[0]", '1 + "x"', "!5", "null + 1", "null ? 1 : 2",
     "[for x in null : x]",
     "[for x in 5 : x]", '{ for x in ["a", "a"] : x => 1 }', "{ (null) = 1 }", '" ${null}"', '"${[]}${1}"', "0 / 0",
     "true ? [] : 1",
     "[1][0.5]", "upper()", "upper(1, 2)", "upper(null)", "upper([])", "concat(1...)", "missing_name", "var.missing"],
)  # fmt: skip
def test_errors_are_unknown_with_a_span_and_false_under_can(text: str) -> None:
    value = value_of(text)
    assert isinstance(value, Unknown)
    assert value.code == "invalid"
    assert value.span is not None
    assert value_of(f"can({text})") is False
    assert value_of(f'try({text}, "other")') == "other"


def test_error_span_is_the_part_that_is_wrong() -> None:
    value = value_of('[1, upper(null), "x"]')
    assert (value.span.start_column, value.span.end_column) == (5, 16)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("false && var.unset", False),
        ("var.unset && false", False),
        ("true || var.unset", True),
        ("var.unset || true", True),
        ('"${var.arn}/*" == "*"', False),
        ('"${var.unset}/*" == "a/b"', False),
        ("var.arn == null", False),
        ("var.arn == var.arn", True),
        ('var.arn == "arn:x"', None),
        ("var.unset == null", None),
        ("!var.unset", None),
        ("var.unset > 3", None),
        ("length([var.unset, 1])", 2),
        ("[var.unset, 1] == [2, 3]", False),
        ("[var.unset, 1] == [2, 1]", None),
        ("[var.arn] == [var.arn]", True),
        ("length([for x in [var.unset, 1] : x])", 2),
        ("length(var.list)", None),
        ("var.unset ? 1 : 1", 1),
        ("length(keys({ a = var.unset }))", 1),
        ('contains(["a", var.unset], "a")', True),
        ('contains(["a", var.arn], "b")', False),
        ('contains(["a", var.unset], "b")', None),
        ("alltrue([var.unset, false])", False),
        ("anytrue([var.unset, true])", True),
        ('startswith(var.arn, "arn")', True),
        ('startswith(var.arn, "x")', False),
        ('startswith(var.arn, "arn:aws")', None),
        ('endswith("${var.id}.json", ".json")', True),
        ('strcontains("${var.id}-logs-${var.id}", "nope")', None),
        ("can(var.arn)", True),
        ("can(tonumber(var.unset))", None),
        ("length(toset([var.id, \"a\"]))", None),
        ("length(toset([var.id]))", 1),
    ],
)  # fmt: skip
def test_unknowns_spread_exactly(text: str, expected: object) -> None:
    value = value_of(text)
    assert isinstance(value, Unknown) if expected is None else value == expected and type(value) is type(expected)


@pytest.mark.parametrize(
    "text",
    ["var.arn", "one([var.arn])", "element([var.arn], 5)", "[var.arn][0]", "values({ a = var.arn })[0]",
     "try(var.arn, 1)",
     'coalesce(null, "", var.arn)', 'lookup({ a = var.arn }, "a", "")', '"${var.arn}"',
     "[for x in [var.arn] : x][0]", "tostring(var.arn)",
     "([{ a = var.arn }][*].a)[0]", "true ? var.arn : null", "var.unset ? var.arn : var.arn",
     "merge({ a = var.arn }, {}).a", "flatten([[var.arn]])[0]",
     "concat([var.arn], [])[0]", "tolist([var.arn])[0]", 'zipmap(["a"], [var.arn]).a', "compact([var.arn])[0]",
     'format("%s", var.arn)', 'join("", [var.arn])',
     "one(toset([var.arn]))", "coalescelist([], [var.arn])[0]", "reverse([var.arn])[0]",
     "slice([var.arn, 1], 0, 1)[0]"],
)  # fmt: skip
def test_identity_passes_through(text: str) -> None:
    value = value_of(text)
    assert isinstance(value, Unknown)
    assert value.identities == ARN.identities


def test_attribute_and_index_extend_the_identity() -> None:
    assert value_of("var.unset.a[0]").identities == ("var.unset.a[0]",)
    assert value_of('var.unset["k"]').identities == ('var.unset["k"]',)


def test_interpolation_keeps_the_known_ends_and_loses_identity() -> None:
    value = value_of('"x-${var.id}/${var.arn}/*"')
    assert (value.prefix, value.suffix, value.identities, value.not_null) == ("x-", "/*", (), True)
    assert value_of('"${var.arn}/*"').prefix == "arn:"


def test_undecided_conditional_merges_both_sides() -> None:
    text = value_of('var.unset ? "s3:GetObject" : "s3:GetItem"')
    assert (text.prefix, text.not_null, text.type) == ("s3:Get", True, "string")
    merged = value_of("var.unset ? { a = 1, b = 2 } : { a = 1, b = 3 }")
    assert merged["a"] == 1
    assert isinstance(merged["b"], Unknown)
    assert value_of('var.unset ? tolist(["a", "b"]) : tolist(["b"])').contains == ("b",)


def test_lists_of_unknown_length_keep_what_they_certainly_contain() -> None:
    assert value_of('concat(["a"], var.list)').contains == ("a",)
    assert value_of('[for x in concat(["a"], var.list) : upper(x)]').contains == ("A",)
    assert value_of('flatten([["a"], var.list])').contains == ("a",)
    assert value_of("[for x in [1, 2, 3] : x if x == 1 || (x == 2 && var.unset)]").contains == (1,)
    assert value_of('contains(concat(["a"], var.list), "a")') is True


def test_sensitive_values_stay_sensitive() -> None:
    assert isinstance(value_of('"x${sensitive("pw")}"'), Marked)
    assert isinstance(value_of('sensitive("a") == "a"'), Marked)
    assert isinstance(value_of('[for x in sensitive(["a"]) : x]'), Marked)
    assert value_of('nonsensitive(sensitive("a"))') == "a"
    assert value_of('issensitive(upper(sensitive("a")))') is True
    merged = value_of('merge({ a = sensitive("pw") }, { b = "c" })')
    secrets: list[str] = []
    plain = to_plain(merged, secrets)
    assert plain["b"] == "c"
    assert (plain["a"].code, plain["a"].literal) == ("secret", True)
    assert secrets == ["pw"]


def test_sensitive_variable_keeps_its_identity_at_the_edge() -> None:
    plain = to_plain(value_of("var.p", {"p": Marked(UNSET)}))
    assert (plain.code, plain.identities, plain.literal) == ("secret", ("var.unset",), False)


def test_jsonencode_of_unknown_parts_is_a_document() -> None:
    value = value_of('jsonencode({ Statement = [{ Resource = "${var.arn}/*", Effect = "Allow" }] })')
    assert isinstance(value, Encoded)
    plain = to_plain(value)
    statement = plain.document["Statement"][0]
    assert statement["Effect"] == "Allow"
    assert (statement["Resource"].prefix, statement["Resource"].suffix) == ("arn:", "/*")
    decoded = value_of('jsondecode(jsonencode({ a = [var.arn, "x"] })).a')
    assert decoded == [ARN, "x"]


def test_text_with_unknown_parts_that_is_json_is_a_document() -> None:
    text = (
        '"{\\"Resource\\": \\"${var.arn}/*\\", \\"Id\\": \\"${var.id}\\", '
        '\\"Count\\": ${var.unset}, \\"L\\": [1, ${var.unset}]}"'
    )
    value = value_of(text)
    assert isinstance(value, Fragments)
    document = to_plain(value).document
    assert (document["Resource"].prefix, document["Resource"].suffix) == ("arn:", "/*")
    assert document["Id"].identities == ID.identities
    assert document["Count"].identities == UNSET.identities
    assert document["L"].contains == (1,)
    assert not isinstance(to_plain(value_of('"{${var.unset}}"')), Encoded)


def test_conversion_of_nulls_keeps_types() -> None:
    value = value_of("tostring(null)")
    assert isinstance(value, Null)
    assert value.type == "string"
    assert to_plain([value]) == [None]


def test_lazy_objects_are_read_only_where_needed() -> None:
    scope = Scope(VALUES, {})
    budget = Budget()
    assert evaluate(parse_expression('lookup(var, "n", 0) + var.n'), scope, budget) == 6
    assert scope.var.read == ["n", "n"]
    assert evaluate(parse_expression('[for k in keys(var) : k if k == "n"]'), scope, budget) == ["n"]
    nested = Scope({"o": Names({"a": 1})}, {})
    assert to_plain(evaluate(parse_expression("merge(var.o, { b = 2 })"), nested, budget)) == {"a": 1, "b": 2}


def test_names_of_the_caller_shadow_the_scope() -> None:
    expr = parse_expression("ingress.value + var.n")
    assert evaluate(expr, Scope(VALUES, {}), Budget(), {"ingress": {"key": 0, "value": 4}}) == 7


def test_unknown_functions_are_unsupported() -> None:
    assert value_of('provider::aws::arn_parse("x")').code == "unsupported"
    assert value_of("no_such_function(1)").code == "unsupported"
    assert value_of("timestamp()").code == "impure"
    assert value_of('core::upper("a")') == "A"


@pytest.mark.parametrize(
    "text",
    ['format("%999999999s", "x")', 'format("%.999999999f", 1)', "[for a in range(1000) : [for b in range(1000) : a]]",
     "setproduct(range(1000), range(1000), range(1000))", 'indent(1000000000, "a\\nb")', "1e3000 * 1e3000",
     'replace(join("", [for i in range(1000) : "aaaaaaaaaaaaaaaa"]), "a", join("", [for i in range(1000) : "b"]))',
     'yamldecode("a: &a [x,x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\\n'
     'c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\\n'
     'd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]")',
     f'jsondecode("{"[" * 30_000}")', f'yamldecode("{"[" * 3000}")'],
)  # fmt: skip
def test_explosions_are_refused_before_they_happen(text: str) -> None:
    budget = Budget()
    value = value_of(text, budget=budget)
    assert isinstance(value, Unknown)
    assert value.code == "budget"
    assert [diagnostic.code for diagnostic in budget.diagnostics] == ["GR-LIMIT-EVAL"]
    assert value_of(f"try({text}, 1)").code == "budget"


def test_shared_parts_do_not_multiply() -> None:
    values: dict[str, object] = {"l0": value_of('["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]')}
    for level in range(1, 12):
        text = "[" + ", ".join([f"var.l{level - 1}"] * 10) + "]"
        values[f"l{level}"] = value_of(text, values)
    assert isinstance(values["l11"], list)
    assert all(item.code == "budget" or item.code for item in values["l11"] if isinstance(item, Unknown))
    assert len(str(to_plain(values["l3"]))) < 1_000_000


def test_unknown_texts_do_not_multiply() -> None:
    value: object = value_of('"a${var.unset}"')
    for _ in range(40):
        value = value_of('"${var.x}${var.x}"', {"x": value})
    assert isinstance(value, Unknown)
    assert value.prefix == "a"


def test_steps_are_counted_for_the_whole_module() -> None:
    budget = small_budget(steps=50)
    assert value_of("[for x in range(100) : x]", budget=budget).code == "budget"


def test_long_chains_of_operators_do_not_recurse() -> None:
    assert value_of(" + ".join(["1"] * 150)) == 150


def test_evaluate_or_raise_gives_the_error() -> None:
    with pytest.raises(EvalError, match="no attribute"):
        evaluate_or_raise(parse_expression("var.nope"), Scope({}, {}), Budget())


def test_budget_is_restored_after_an_error_inside() -> None:
    budget = Budget()
    value_of("try([[[var.nope]]], can([[var.nope]]), [1])", budget=budget)
    assert budget.depth == 0


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abvr.x[]{}()*+-/%!=<>&|?:,\"'$~0123456789 \nfori;truenl_", max_size=40))
def test_no_text_raises(text: str) -> None:
    to_plain(value_of(text))
