"""The functions of the library on known values."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.expression import EvaluationError, compile_expression


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("cidr.is_world(['0.0.0.0/0'])", True), ("cidr.is_world(['::/0'])", True),
        ("cidr.is_world(['10.0.0.0/8'])", False), ("cidr.is_world(['0.0.0.0/1', '128.0.0.0/1'])", True),
        ("cidr.is_world(['0.0.0.0/1', '128.0.0.0/2'])", False),
        ("cidr.is_world(['0.0.0.0/1', '128.0.0.0/2', '192.0.0.0/3', '224.0.0.0/3'])", True),
        ("cidr.is_world(['::/1', '8000::/1'])", True), ("cidr.is_world(['0.0.0.0/1', '8000::/1'])", False),
        ("cidr.is_world(['', 'x', '0.0.0.0', '1.2.3.4/33'])", False), ("cidr.is_world([])", False),
        ("cidr.is_world(['10.1.2.3/0'])", True), ("cidr.is_world(['0.0.0.0/1', '64.0.0.0/2', '128.0.0.0/1'])", True),
        ("cidr.contains('10.0.0.0/8', '10.1.0.0/16')", True), ("cidr.contains('10.0.0.0/8', '11.0.0.1')", False),
        ("cidr.contains('10.0.0.0/8', '::1')", False), ("cidr.contains('x', '::1')", False),
        ("arn.name('arn:aws:iam::aws:policy/AdministratorAccess')", "AdministratorAccess"),
        ("arn.name('arn:aws:sns:r:1:t')", "t"), ("arn.name('arn:aws:iam::1:role/*')", "*"), ("arn.name('x')", None),
        ("arn.name(null)", None), ("arn.service('arn:aws:s3:::b')", "s3"), ("arn.account('arn:aws:sns:r:1:t')", "1"),
        ("arn.account('arn:aws:s3:::b')", None), ("image.tag('nginx')", None), ("image.tag('nginx:1')", "1"),
        ("image.tag('r:5000/nginx')", None), ("image.tag('r:5000/a:b')", "b"),
        ("image.digest('a@sha256:' + '0123456789abcdef0123456789abcdef')", "sha256:0123456789abcdef0123456789abcdef"),
        ("image.tag('a:b@sha256:' + '0123456789abcdef0123456789abcdef')", "b"), ("image.digest('a:b')", None),
        ("image.registry('nginx')", "docker.io"), ("image.registry('r:5000/a')", "r:5000"),
        ("image.registry('a/b')", "docker.io"), ("host.matches('*.a.b', 'x.a.b')", True),
        ("host.matches('*.a.b', 'y.x.a.b')", False), ("host.matches('*.a.b', 'a.b')", False),
        ("host.matches('A.b', 'a.B')", True), ("glob('abc', 'a*c')", True), ("glob('abc', 'a?')", False),
        ("glob('', '*')", True), ("quantity('1Gi')", 1073741824.0), ("quantity('500m')", 0.5),
        ("quantity('1e3')", 1000.0), ("quantity('2')", 2.0), ("quantity('1k')", 1000.0),
        ("secret.is_name('DB_PASSWORD')", True), ("secret.is_name('dbPassword')", True),
        ("secret.is_name('PASSWORD_FILE')", False), ("secret.is_name('API_KEY')", True),
        ("secret.is_name('MONKEY')", False), ("secret.is_name('tokenUrl')", False),
        ("secret.is_value('correct-horse')", True), ("secret.is_value('$(PASSWORD)')", False),
        ("secret.is_value('/run/secrets/db')", False), ("secret.is_value('TRUE')", False),
        ("secret.is_value('INSERT_TOKEN')", False), ("secret.is_value('3600')", False), ("secret.is_value('')", False),
        ("secret.found('export K=AKIAABCDEFGHIJKLMNOP')", True), ("secret.found('hello')", False),
        ("secret.found('AKIAIOSFODNN7EXAMPLE')", False), ("secret.found('-----BEGIN RSA PRIVATE KEY-----')", True),
        ("secret.found('postgres://u:hunter2@db/x')", True), ("secret.found('https://example.com:443/a@b')", False),
        ("secret.found('password = ${var.x}')", False), ("secret.found('db_password=hunter2hunter2')", True),
        ("secret.found('aws_secret_access_key = 0123456789012345678901234567890123456789')", True),
        ("'aBc'.lowerAscii() + 'aBc'.upperAscii()", "abcABC"), ("' a '.trim()", "a"),
        ("'a-b-c'.replace('-', '')", "abc"), ("'a-b-c'.replace('-', '', 1)", "ab-c"),
        ("'a,b,c'.split(',')", ["a", "b", "c"]), ("'a,b,c'.split(',', 2)", ["a", "b,c"]),
        ("'abc'.split('')", ["a", "b", "c"]), ("['a', 'b'].join('-')", "a-b"), ("['a', 'b'].join()", "ab"),
        ("'abc'.substring(1)", "bc"), ("'abc'.substring(1, 2)", "b"), ("'abca'.indexOf('a')", 0),
        ("'abca'.indexOf('a', 1)", 3), ("'abca'.lastIndexOf('a')", 3), ("'abc'.charAt(1)", "b"),
        ("'a1'.matches('^[a-z][0-9]$')", True), ("matches('a', 'b')", False), ("[1, 2, 1].distinct()", [1, 2]),
        ("['a', 'b', 'a'].distinct()", ["a", "b"]), ("[1, 2].isSorted()", True), ("[2, 1].isSorted()", False),
        ("[1, 2].sum()", 3), ("[].sum()", 0), ("[2, 1].min()", 1), ("['a', 'b'].max()", "b"),
        ("[[1], [2, 3]].flatten()", [1, 2, 3]), ("first(null, 'a', 'b')", "a"), ("first(null, null)", None),
        ("either(null, false)", False), ("either(null, null)", None), ("either(null, true)", True),
        ("first('a', string(1 / 0))", "a"), ("either(true, 1 / 0 == 1)", True),
        ("string(duration('90s')) + string(1.0)", "90s1"), ("duration('1h') > duration('59m')", True),
        ("timestamp('2020-01-01T00:00:00Z') + duration('24h') == timestamp('2020-01-02T01:00:00+01:00')", True),
        ("type(1) == int && type('a') == string && type(null) == null_type", True),
        ("int('12') + int(1.9) + int(2u)", 15),
    ],
)  # fmt: skip
def test_value(text: str, value: Any):
    program = compile_expression(text, bindings={})
    for run in (program.evaluate, program.evaluate_exactly):
        result = run({})
        assert result == value
        assert type(result) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "quantity('x')", "'a'.matches('(')", "'abc'.substring(2, 1)", "'abc'.charAt(9)", "[].min()",
        "[1, 'a'].join('-')", "['a'].sum()", "int('x')", "uint(-1)", "double('x')", "duration('x')", "timestamp('x')",
        "[[1], [2]].isSorted()",
        "'aaaaaaaaaa'" + ".replace('a', 'aaaaaaaaaa')" * 6,
    ],
)  # fmt: skip
def test_error(text: str):
    program = compile_expression(text, bindings={})
    for run in (program.evaluate, program.evaluate_exactly):
        with pytest.raises(EvaluationError):
            run({})


def test_patterns_are_linear():
    text = "a" * 20_000
    assert compile_expression("s.matches('(a+)+$')", bindings={}, checked=False)
    program = compile_expression("'x'.matches('^(a+)+$') || glob(t, '*a*a*a*a*a*a*b')", bindings={"t": _string()})
    assert program.evaluate({"t": text}) is False


def _string() -> Any:
    from scanner.model import Type

    return Type("string")
