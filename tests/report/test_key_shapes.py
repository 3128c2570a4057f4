"""What looks like a key or password is hidden wherever it stands, and what refers to one is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.key_shapes import key_spans, merged
from scanner.report.redaction import REDACTED, Screen

TOKEN = "ghp_" + "a1B2" * 9
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('"postgres://u:hunter-two@h/db"', f'"postgres://u:{REDACTED}@h/db"'),
        ("redis://:hunter2@cache", f"redis://:{REDACTED}@cache"),
        ("id AKIAIOSFODNN7EXAMPLE.", f"id {REDACTED}."),
        (f'aws_secret_access_key = "{KEY}"', f'aws_secret_access_key = "{REDACTED}"'),
        (f"token {TOKEN}", f"token {REDACTED}"),
        ("-----BEGIN RSA PRIVATE KEY-----MIIEow", f"-----BEGIN RSA PRIVATE KEY-----{REDACTED}"),
        ('  password = "Aa1234321Bb"', f'  password = "{REDACTED}"'),
        ('"password": "Aa1234321Bb",', f'"password": "{REDACTED}",'),
        ('{\\"password\\":\\"Aa1234321Bb\\"}', f'{{\\"password\\":\\"{REDACTED}\\"}}'),
        ("export DB_PASSWORD=Aa1234321Bb", f"export DB_PASSWORD={REDACTED}"),
        ("  password: Aa1234321Bb", f"  password: {REDACTED}"),
        ("define('DB_PASSWORD', 'Aa1234321Bb');", f"define('DB_PASSWORD', '{REDACTED}');"),
    ],
)
def test_key_is_hidden(text: str, shown: str) -> None:
    assert Screen().show(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "password = var.database_password",
        'password = "${var.database_password}"',
        "manage_master_user_password = true",
        "password: !Ref MasterPassword",
        "passwords must have 14 characters",
        "https://example.com:8443/path",
        "arn:aws:iam::123456789012:role/app",
        "aws-rds-instance-plaintext-password",
        "secret = aws_secretsmanager_secret.database_credentials_of_production.arn",
    ],
)
def test_what_only_refers_to_a_secret_is_shown(text: str) -> None:
    assert Screen().show(text) == text


@given(st.text(alphabet="ap:=/@'\" sword_KEY", max_size=200))
def test_spans_are_ascending_and_inside(text: str) -> None:
    spans = key_spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == merged(reversed(spans))


def test_known_secret_inside_a_shape_is_hidden_once() -> None:
    assert Screen(["hunter-two"]).show("postgres://u:x-hunter-two@h") == f"postgres://u:{REDACTED}@h"
