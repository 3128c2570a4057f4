"""Secrets are found in every spelling, and what acts on a terminal is made visible."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.redaction import REDACTED, Screen, json_text, without_commands, without_surrogates

PASSWORD = 'p"ss\\word-9f3c'


@pytest.mark.parametrize(
    "text",
    [
        PASSWORD,
        f"postgres://u:{PASSWORD}@h/db",
        'password = "p\\"ss\\\\word-9f3c"',
        base64.b64encode(PASSWORD.encode()).decode(),
    ],
)
def test_secret_is_redacted_in_each_spelling(text: str) -> None:
    shown = Screen([PASSWORD]).show(text)
    assert REDACTED in shown
    assert "9f3c" not in shown
    assert "OWYzY" not in shown


def test_short_secret_is_redacted_only_as_a_word() -> None:
    screen = Screen(["prod"])
    assert screen.redact("env prod of production") == f"env {REDACTED} of production"


def test_line_of_a_secret_of_several_lines_is_redacted() -> None:
    key = "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA\n-----END KEY-----"
    assert Screen([key]).redact("  MIIEowIBAAKCAQEA") == f"  {REDACTED}"


@pytest.mark.parametrize("secret", ["", " ", "1", "true", "null"])
def test_words_that_are_everywhere_are_no_secrets(secret: str) -> None:
    assert Screen([secret]).redact("1 true null") == "1 true null"


def test_longest_of_several_secrets_wins() -> None:
    assert Screen(["password", "password-long"]).redact("password-long!") == f"{REDACTED}!"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u202egnol", "\\u{202e}gnol"),
        ("\x9b", "\\x9b"),
        ("\ud800", "\\u{d800}"),
        ("\u2028", "\\u{2028}"),
        ("\ufeff", "\\u{feff}"),
        ("日本 é 👩\u200d💻", "日本 é 👩\u200d💻"),
        ("##[error]x", "\\x23#[error]x"),
    ],
)
def test_what_acts_is_shown_as_an_escape(raw: str, shown: str) -> None:
    assert Screen().show(raw) == shown


def test_ascii_screen_escapes_all_else() -> None:
    assert Screen(ascii_only=True).show("é日") == "\\u{e9}\\u{65e5}"


def test_command_at_the_start_of_a_line_is_defused() -> None:
    assert without_commands("a ::b\n  ::error::x\n::") == "a ::b\n  \\x3a:error::x\n\\x3a:"


def test_json_holds_no_command_and_reads_back() -> None:
    assert json_text("##[error]\x7f") == '"\\u0023#[error]\\u007f"'


@given(st.text(st.characters()), st.lists(st.text(st.characters(), min_size=8), max_size=5))
def test_no_long_secret_survives(text: str, secrets: list[str]) -> None:
    shown = Screen(secrets).redact(text + "".join(secrets))
    assert not any(secret.strip() in shown.replace(REDACTED, "") for secret in secrets if len(secret.strip()) >= 8)


@given(st.text(st.characters()))
def test_text_without_surrogates_can_be_encoded(text: str) -> None:
    without_surrogates(text).encode()
