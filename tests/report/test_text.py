"""The text report: whole outputs, and laws about every line of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.results import Diagnostic, RootSummary, ScanResult
from scanner.report.interface import WriteOptions
from scanner.report.layout import width_of
from scanner.report.text import Writer
from tests.report import samples, snapshot, strategies

SAMPLES = {
    "estate": samples.ESTATE,
    "clean": samples.CLEAN,
    "empty": samples.EMPTY,
    "broken": samples.BROKEN,
    "hostile": samples.HOSTILE,
}
OPTIONS = {
    "100": WriteOptions(),
    "60": WriteOptions(width=60),
    "140": WriteOptions(width=140),
    "ascii": WriteOptions(unicode=False),
    "color": WriteOptions(color=True, hyperlinks=True, timing=True, root="/home/ada/estate"),
    "verbose": WriteOptions(verbose=1, show_passes=True),
    "quiet": WriteOptions(quiet=True),
}


@pytest.mark.parametrize("options", OPTIONS)
def test_estate_looks_as_reviewed(options: str) -> None:
    snapshot.check(f"text-estate-{options}.txt", Writer().write(samples.ESTATE, OPTIONS[options]))


@pytest.mark.parametrize("sample", ["clean", "empty", "broken", "hostile"])
def test_other_results_look_as_reviewed(sample: str) -> None:
    snapshot.check(f"text-{sample}.txt", Writer().write(SAMPLES[sample], WriteOptions()))


@pytest.mark.parametrize("sample", SAMPLES)
def test_colour_only_adds_escape_sequences(sample: str) -> None:
    colored = Writer().write(SAMPLES[sample], WriteOptions(color=True, hyperlinks=True, root="/r"))
    plain = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\", "", colored)
    assert plain == Writer().write(SAMPLES[sample], WriteOptions())


def test_nothing_but_ascii_is_written_when_the_encoding_is_not_unicode() -> None:
    assert Writer().write(samples.HOSTILE, WriteOptions(unicode=False)).isascii()


def test_secrets_are_shown_nowhere() -> None:
    assert samples.SECRET not in Writer().write(samples.HOSTILE, WriteOptions(verbose=1, show_passes=True))


def test_nothing_found_is_one_line() -> None:
    assert Writer().write(samples.CLEAN, WriteOptions()).count("\n") == 1
    assert Writer().write(samples.CLEAN, WriteOptions(quiet=True)) == ""


def test_incomplete_scan_shows_no_tick() -> None:
    assert "✓" not in Writer().write(samples.BROKEN, WriteOptions())


def test_every_failure_is_listed_however_many_there_are() -> None:
    many = replace(
        samples.ESTATE,
        findings=tuple(
            replace(samples.BASTION, resource=samples.terraform(f"aws_x.n{number}", "k"), location=place)
            for number in range(300)
            if (place := samples.span("main.tf", number + 1, 1, 4))
        ),
    )
    text = Writer().write(many, WriteOptions())
    assert all(f"aws_x.n{number}\n" in text for number in range(300))


def test_undecided_findings_are_cut_and_counted_unless_verbose() -> None:
    many = replace(
        samples.ESTATE,
        findings=tuple(
            replace(samples.UNKNOWNS[1], location=samples.span("main.tf", line, 1, 4)) for line in range(1, 31)
        ),
        diagnostics=(),
    )
    assert "and 10 more; --verbose lists them" in Writer().write(many, WriteOptions())
    assert Writer().write(many, WriteOptions(verbose=1)).count("main.tf:") == 30


UNBREAKABLE = re.compile(r"^ *((→|←|[!?·✕✓]) )?\S+$|\.(tf|yaml|tfvars)(:\d+)*$|^    (module|aws)\S+$")


@pytest.mark.parametrize("width", [50, 60, 80, 100, 140])
def test_lines_are_no_wider_than_the_terminal_but_for_names_and_places(width: int) -> None:
    for line in Writer().write(samples.ESTATE, WriteOptions(width=width)).splitlines():
        assert width_of(line) <= min(width, 100) or UNBREAKABLE.search(line), line


def test_underline_stands_under_wide_characters_and_tabs() -> None:
    line = '\tname = "日本語" # x'
    shown = underlined(line, samples.span("a.tf", 1, 9, 14))
    assert shown == ['    name = "日本語" # x', "           ━━━━━━━━ must be true"]


def test_underline_skips_a_redacted_secret() -> None:
    shown = underlined('a = "hunter2hunter2" b', samples.span("a.tf", 1, 22, 23), secrets=("hunter2hunter2",))
    assert shown == ['a = "<redacted:sensitive>" b', "                           ━ must be true"]


def test_long_line_is_cut_around_the_underline() -> None:
    code, under = underlined("x" * 200 + " = target " + "y" * 200, samples.span("a.tf", 1, 204, 210))
    assert code.startswith("…")
    assert code.endswith("…")
    assert code[under.index("━") :].startswith("target")


def test_middle_of_a_long_chain_is_left_out_and_counted() -> None:
    steps = tuple(samples.Step(f"var.v{number}", "x", samples.span("a.tf", number + 1, 1, 4)) for number in range(8))
    result = replace(samples.ESTATE, findings=(replace(samples.BASTION, because=steps),))
    lines = Writer().write(result, WriteOptions()).splitlines()
    rows = [" ".join(line.split()[:3]) for line in lines if "← var.v" in line or "… " in line]
    assert rows == ["← var.v0 x", "← var.v1 x", "… 5 more", "← var.v7 x"]
    assert "more" not in Writer().write(result, WriteOptions(verbose=1)).partition("help:")[0]


def underlined(line: str, span: samples.SourceSpan, secrets: tuple[str, ...] = ()) -> list[str]:
    finding = replace(samples.FAILURES[2], location=span, because=())
    result = replace(samples.ESTATE, findings=(finding,), lines={"a.tf": {1: line}}, secrets=secrets, diagnostics=())
    text = Writer().write(result, WriteOptions())
    return [row.partition("│ ")[2].rstrip() for row in text.splitlines() if "│" in row]


@given(strategies.results(), st.sampled_from(list(OPTIONS)))
@settings(max_examples=200, deadline=None)
def test_any_result_gives_text_without_control_characters(result: ScanResult, options: str) -> None:
    text = Writer().write(result, replace(OPTIONS[options], color=False, hyperlinks=False))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\u2028\u2029]", text)
    assert not re.search(r"^\s*::|##\[", text, re.MULTILINE)


def test_roots_are_listed_where_there_are_several() -> None:
    roots = (RootSummary("a/prod", "terraform", 12, 3, 1, 20), RootSummary("stack.yaml", "cloudformation", 2, 0, 0, 5))
    text = Writer().write(replace(samples.ESTATE, roots=roots), WriteOptions())
    assert "    a/prod         12 resources     3 failed    1 unknown\n" in text
    assert "    stack.yaml      2 resources     0 failed    0 unknown\n" in text
    assert "Roots" not in Writer().write(replace(samples.ESTATE, roots=roots[:1]), WriteOptions())


def test_neighbours_with_one_hint_share_it() -> None:
    notes = [Diagnostic("GR-UNTRUSTED", "note", f"refused: {key}", "Say it elsewhere.", "a.toml") for key in "abc"]
    text = Writer().write(replace(samples.CLEAN, diagnostics=tuple(notes)), WriteOptions())
    assert text.count("refused: ") == 3
    assert text.count("help: Say it elsewhere.") == 1
