"""The page as text: what it may ask for, what it escapes, what it counts, and that nothing is lost without scripts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from scanner.api import ScanOptions, scan
from scanner.model import (
    Circumstances,
    Control,
    ControlResult,
    ControlRule,
    Framework,
    InputRecord,
    RuleTally,
    ScanResult,
    Waiver,
    WaiverRecord,
)
from scanner.report.html.again import commands
from scanner.report.html.cover import LIMITS
from scanner.report.html.writer import Writer
from scanner.report.interface import WriteOptions
from tests.report import samples, strategies

SAMPLES = Path(__file__).parents[3] / "samples"
VOID = {"meta", "link", "br", "input", "line", "rect", "path", "circle"}


class Page(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self._within: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._within[-1] if self._within else "", []).append(data)

    def of(self, attribute: str) -> list[str]:
        return [value for _, name, value in self.attributes if name == attribute]


def written(result: ScanResult) -> str:
    return Writer().write(result, WriteOptions())


def embedded(text: str) -> dict[str, Any]:
    match = re.search(r'<script type="application/json" id=data>(.*?)</script>', text, re.DOTALL)
    assert match
    data: dict[str, Any] = json.loads(match.group(1))
    assert "<" not in match.group(1)
    return data


@pytest.fixture(scope="module")
def real() -> ScanResult:
    return scan([SAMPLES], ScanOptions(controls=True))


EVIL = "\"><img src=x onerror=alert(1)></script><script>alert(2)</script>{{ 7 * 7 }}'&\u202e"


def filled(text: str) -> ScanResult:
    """A result that has a text in every place that scanned files, packs and settings can reach."""
    speaks = Control(
        "6.3", text, "yes", text, "full", (ControlRule(samples.SSH.id, "full", text),), mark=text, section="6"
    )
    silent = Control(text, text, "no", text, manual_evidence=text, gap=text, profile=text)
    framework = Framework("cis-aws-7.0.0", text, "7.0.0", text, text, (speaks, silent), {"6": text})
    first = samples.HOSTILE.findings[0].fingerprint
    tally = RuleTally(samples.SSH.id, "full", "run", examined=2, passed=1, failed=1, findings=(first,))
    place = samples.span(text, 1, 1, 1)
    waiver = Waiver(text, text, place, text, owner=text, approver=text, ticket=text, written=text)
    return replace(
        samples.HOSTILE,
        frameworks=(framework,),
        controls=(
            ControlResult(framework.id, speaks, "not-satisfied", text, (tally,), 1, 2),
            ControlResult(framework.id, silent, "manual"),
        ),
        waivers=(WaiverRecord(waiver, "refused", problem=text, author=text, commit=text),),
        skipped_rules=((text, text),),
        kinds={text: 1},
        circumstances=Circumstances(
            "2026-11-22T06:14:07Z", text, text, text, True, (text,), ((text, text),), ((text, text, text),),
            ((text, text),), (text,), "low",
        ),
    )  # fmt: skip


HOSTILE = filled(EVIL)
ALL = [samples.ESTATE, samples.CLEAN, samples.EMPTY, samples.BROKEN, samples.HOSTILE, HOSTILE]


@pytest.mark.parametrize("result", ALL)
def test_page_asks_nothing_of_anywhere(result: ScanResult) -> None:
    page = Page(written(result))
    assert [value for value in page.of("href") if not value.startswith("#")] == ["data:,"]
    for name in ("src", "srcset", "action", "style", "data", "poster", "background"):
        assert page.of(name) == []
    assert (page.elements["style"], page.elements["script"], page.elements["link"]) == (1, 2, 1)
    assert not re.search(r"url\(\s*[^#)]|@import", "".join(page.texts["style"]))


@pytest.mark.parametrize("result", ALL)
def test_policy_allows_the_one_style_and_the_one_script(result: ScanResult) -> None:
    text = written(result)
    policy = next(value for value in Page(text).of("content") if value.startswith("default-src"))
    style = text.partition("<style>")[2].partition("</style>")[0]
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (style, script)]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}';"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_hostile_texts_make_no_element_and_no_handler() -> None:
    text = written(HOSTILE)
    page, plain = Page(text), Page(written(filled("word")))
    assert page.elements == plain.elements
    assert [(tag, name) for tag, name, _ in page.attributes] == [(tag, name) for tag, name, _ in plain.attributes]
    assert "49" not in "".join(page.texts["h1"])
    assert "\u202e" not in text


@given(strategies.results())
@settings(max_examples=20, deadline=None)
def test_any_result_gives_a_page_whose_data_can_be_read(result: ScanResult) -> None:
    text = written(result)
    text.encode("utf-8")
    page = Page(text)
    assert page.elements["script"] == 2
    assert embedded(text)["listed"] == sum(each.outcome != "pass" for each in result.findings)


@pytest.mark.parametrize("result", ALL)
def test_no_secret_is_written(result: ScanResult) -> None:
    assert samples.SECRET not in written(result)


def test_the_same_result_gives_the_same_bytes(real: ScanResult) -> None:
    assert written(real) == written(real)


def test_limits_stand_word_for_word(real: ScanResult) -> None:
    assert LIMITS == (
        "This report describes the configuration written in the files listed, at the commit named, evaluated with the "
        "variables listed, on the date given. It is not evidence of what is deployed, of operation over a period, or "
        "of anything outside these files. It tests all resources found, without sampling. It is no certification, "
        "assessment or legal opinion, and is not endorsed by CIS, PCI SSC or HHS."
    )
    assert f"<p>{LIMITS}</p>" in written(real)
    assert "Not a compliance opinion." in written(real)


def test_every_control_of_every_framework_stands_in_the_page(real: ScanResult) -> None:
    assert len(real.controls) > 400
    rows = re.findall(r'<li id="(c-[^"]+)" data-res=(\w+)', written(real))
    assert len(rows) == len({name for name, _ in rows}) == len(real.controls)
    words = {
        "not-satisfied": "fail", "manual": "man", "no-rule": "nor", "unknown": "unk", "excepted": "exc",
        "not-evaluated": "nev", "no-population": "nop", "partial-evidence": "par", "satisfied-in-scope": "sat",
    }  # fmt: skip
    assert Counter(key for _, key in rows) == Counter(words[each.result] for each in real.controls)


def test_sums_below_controls_add_up(real: ScanResult) -> None:
    sums = re.findall(r"<b>(\d+) settings?</b> = ([^.]+)\.", written(real))
    assert len(sums) > 50
    for total, terms in sums:
        assert int(total) == sum(int(number) for number in re.findall(r"\d+", terms))


def test_cards_count_every_control(real: ScanResult) -> None:
    cards = re.findall(r"<article class=card>(.*?)</article>", written(real), re.DOTALL)
    assert len(cards) == len(real.frameworks)
    for card, framework in zip(cards, real.frameworks, strict=True):
        *counts, total = map(int, re.findall(r"<td class=n>(\d+)</td>", card))
        assert sum(counts) == total == len(framework.controls)


def test_inventory_adds_up_and_says_so_when_it_does_not(real: ScanResult) -> None:
    assert "The sum was tested and holds." in written(real)
    broken = replace(real, inputs=(*real.inputs, InputRecord("x.tf", "terraform", "", "lost")))
    assert "does not hold" in written(broken)
    skipped = replace(
        real, inputs=(*real.inputs, *(InputRecord(f"{n}/", "", "", "skipped", "ignored by git") for n in "ab"))
    )
    assert "Skipped: 2 ignored by git" in written(skipped)


def test_without_frameworks_the_page_speaks_of_rules_alone() -> None:
    text = written(replace(samples.ESTATE, frameworks=(), controls=()))
    assert "No framework was worked out" in text
    assert "<section id=controls>" not in text
    assert "<section id=findings>" in text


def test_waivers_show_people_as_stated_and_what_is_odd() -> None:
    waiver = Waiver("a-rule", "because", samples.span("waivers.yaml", 3, 1, 9), "aws_x.y", "groundrule", owner="ada",
                    approver="ada", ticket="SEC-1", created="2026-05-01", expires="2026-12-01")  # fmt: skip
    records = (
        WaiverRecord(waiver, "in-force", commit="ab" * 20, author="ada", date="2026-05-02"),
        WaiverRecord(replace(waiver, expires="2026-10-01", approver=""), "expired"),
        WaiverRecord(replace(waiver, expires="", syntax="checkov", written="CKV_1"), "refused", problem="no reason"),
    )
    facts = Circumstances(time="2026-11-22T06:14:07Z")
    text = written(replace(samples.ESTATE, waivers=records, circumstances=facts))
    section = text.partition("<section id=waivers")[2].partition("</section>")[0]
    assert re.findall(r'class="st c-(\w+)"', section) == ["fail", "nev", "exc"]
    for words in (
        "Approver ada (not verified).", "No approver stated.", "Expires in 9 days", "Never expires", "checkov: CKV_1",
        "Refused: no reason", "commit abababa by ada, 2026-05-02", "Approved by the person who asked for it or wrote",
        "3 waivers: 1 expired, 1 refused, 1 in force. Expired ones fail again.",
    ):  # fmt: skip
        assert words in section


def test_command_that_does_the_scan_again() -> None:
    facts = Circumstances(
        "2026-11-22T06:14:07Z", commit="ab" * 20, paths=("a b", "c"), variables=(("--var", "x=$(y)"),),
        today="2027-02-01",
        settings=(
            ("skip", '["one", "two"]', "command line"), ("fail-on", '"high"', "command line"),
            ("fail-on-unknown", "true", "command line"), ("min-severity", '"low"', "groundrule.toml:3"),
        ),
    )  # fmt: skip
    result = replace(samples.ESTATE, circumstances=facts)
    command = "groundrule scan 'a b' c --var 'x=$(y)' --skip one --skip two --fail-on high --fail-on-unknown"
    assert list(commands(result)) == [
        f"git checkout {'ab' * 20}",
        f"SOURCE_DATE_EPOCH=1795328047 {command} -f html=report.html",
    ]
    waived = replace(result, waivers=(WaiverRecord(Waiver("a-rule"), "unused"),))
    assert " --today 2027-02-01 " in list(commands(waived))[1]


@pytest.mark.parametrize(("number", "words"), [(0, "0 do not"), (1, "1 does not"), (2, "2 do not")])
def test_one_is_singular_on_the_cover(number: int, words: str) -> None:
    summary = replace(samples.CLEAN.summary, not_applicable=number)
    assert f"{words} apply" in written(replace(samples.CLEAN, summary=summary))


def test_time_commit_and_settings_stand_on_the_cover() -> None:
    facts = Circumstances(
        "2026-11-22T06:14:07Z", "platform", "9f3c" * 10, "main", False, ("infra", "k8s"), (("--var", "a=b"),),
        (("scan.fail-on", "high", "groundrule.toml:3"),), (("groundrule.toml", "ab" * 32),),
        ("skip in pyproject.toml",), "high", True,
    )  # fmt: skip
    page = " ".join(written(replace(samples.ESTATE, circumstances=facts)).split())
    for words in (
        "<h1>platform</h1>", "9f3c" * 10, "Clean: no scanned file differs", "infra k8s", "--var a=b",
        "scan.fail-on = high", "groundrule.toml:3", "skip in pyproject.toml", "--fail-on high --fail-on-unknown.",
        "2026-11-22 06:14:07 UTC", "git checkout 9f3c", "sha256:abababab", "on <b>22 November 2026",
    ):  # fmt: skip
        assert words in page
