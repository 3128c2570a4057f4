"""The report in a browser: what is seen agrees with the data, whatever is filtered, opened, paged or printed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scanner.model import ScanResult
from scanner.report.html.states import CONTROLS
from scanner.report.interface import WriteOptions
from scanner.report.json import Writer as JsonWriter
from tests.report.html.browser import Browser, Page
from tests.report.html.conftest import Report

SEEN = "const seen = (e) => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;"
PER_PAGE = 25


@contextmanager
def opened(browser: Browser, report: Report, fragment: str = "", **how: Any) -> Iterator[Page]:
    page = browser.page(**how).open(report.file, fragment)
    yield page
    page.close()


def count(page: Page, selector: str) -> int:
    """How many elements are visible."""
    number = page.run(
        f"(() => {{ {SEEN} return [...document.querySelectorAll({selector!r})].filter(seen).length; }})()"
    )
    assert isinstance(number, int)
    return number


def choose(page: Page, field: str, value: str) -> None:
    page.run(
        f"(() => {{ const f = document.querySelector({field!r}); f.value = {json.dumps(value)};"
        " f.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def listed(result: ScanResult) -> list[dict[str, Any]]:
    """The findings of `-f json`: all but passes."""
    results: list[dict[str, Any]] = json.loads(JsonWriter().write(result, WriteOptions()))["results"]
    return results


def word_of(found: dict[str, Any]) -> str:
    """What the report calls the state of a result of `-f json`."""
    if found["outcome"] == "fail":
        return {"waived": "Waived", "expired": "Expired"}.get(found["status"], "Failed")
    return {"unknown": "Unknown", "error": "Rule error"}[found["outcome"]]


@pytest.fixture(params=["samples_report", "mixed_report"])
def report(request: pytest.FixtureRequest) -> Report:
    """Of the samples as they are, and with everything that can be the case."""
    found: Report = request.getfixturevalue(request.param)
    return found


FORMATS = {"terraform": "Terraform", "cloudformation": "CloudFormation", "kubernetes": "Kubernetes"}


@pytest.mark.parametrize("name", ["samples_report", "hostile_report"])
@pytest.mark.parametrize("how", [{}, {"dark": True}, {"width": 390}, {"width": 360, "dark": True}])
def test_opens_without_request_message_or_dialog(
    browser: Browser, name: str, how: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    report: Report = request.getfixturevalue(name)
    with opened(browser, report, **how) as page:
        page.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        page.browser.settle()
        assert page.requests() == [report.file.resolve().as_uri()]
        assert page.said() == []
        assert page.run("document.documentElement.scrollWidth <= innerWidth") is True
        assert page.run("document.querySelectorAll('img, iframe, object, embed').length") == 0


def pages(page: Page) -> list[int]:
    """How many findings are visible on each page, from the first to the last."""
    numbers = []
    while True:
        numbers.append(count(page, "#fbody > tr[id]:not(.det)"))
        if page.run("document.querySelector('#next').disabled"):
            return numbers
        page.run("document.querySelector('#next').click()")


def expected_pages(number: int) -> list[int]:
    return [min(PER_PAGE, number - at) for at in range(0, number, PER_PAGE)] or [0]


def facets(found: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """For each filter of findings, what each of its words must show."""
    frameworks: Counter[str] = Counter()
    for each in found:
        frameworks.update(each["frameworks"].keys())
    return {
        "#f-sev": Counter(each["severity"] for each in found),
        "#f-out": Counter(word_of(each) for each in found),
        "#f-fmt": Counter(FORMATS[each["resource"]["format"]] for each in found),
        "#f-fw": frameworks,
    }


def test_each_filter_and_page_of_findings_shows_what_the_json_counts(browser: Browser, report: Report) -> None:
    found = listed(report.result)
    with opened(browser, report) as page:
        assert pages(page) == expected_pages(len(found))
        for field, counts in facets(found).items():
            options = page.run(f"[...document.querySelectorAll('{field} option')].map((o) => [o.value, o.textContent])")
            assert len(options) > 1
            for value, text in options[1:]:
                choose(page, field, value)
                number = counts.get(value, counts.get(text, 0))
                assert pages(page) == expected_pages(number), (field, text)
                assert page.run("document.querySelector('#fcount').textContent") == (
                    f"{number} of {len(found)} findings match"
                )
            choose(page, field, "")


def test_text_filters_findings_by_rule_resource_and_file(browser: Browser, samples_report: Report) -> None:
    found = listed(samples_report.result)
    with opened(browser, samples_report) as page:
        for word in ("S3-BUCKET", "portal.yaml", "module.network", "no such thing"):
            fields = [
                " ".join([each["rule"], each["title"], each["message"], *each["resource"].values(),
                          each["location"]["path"] if each["location"] else ""]).lower()
                for each in found
            ]  # fmt: skip
            choose(page, "#f-q", word)
            assert pages(page) == expected_pages(sum(word.lower() in text for text in fields)), word


def test_each_filter_of_controls_shows_what_the_result_counts(browser: Browser, report: Report) -> None:
    controls = report.result.controls
    keys = [CONTROLS[each.result].key for each in controls]
    with opened(browser, report) as page:
        assert count(page, ".rows > li") == sum(key != "man" for key in keys)
        page.run("document.querySelector('.chip[data-k=man]').click()")
        assert count(page, ".rows > li") == len(controls)
        for state in CONTROLS.values():
            page.run(f"document.querySelector('.chip[data-k={state.key}]').click()")
            assert count(page, ".rows > li") == sum(key != state.key for key in keys), state.word
            page.run(f"document.querySelector('.chip[data-k={state.key}]').click()")
        for name, number in Counter(each.framework for each in controls).items():
            choose(page, "#c-fw", name)
            assert count(page, ".rows > li") == number
        choose(page, "#c-fw", "")
        for mark, number in Counter(each.control.mark.capitalize() for each in controls if each.control.mark).items():
            choose(page, "#c-mark", mark)
            assert count(page, ".rows > li") == number, mark
        choose(page, "#c-mark", "")
        for severity in ("critical", "high", "medium", "low"):
            choose(page, "#c-sev", severity)
            assert count(page, ".rows > li") == worst(report.result)[severity], severity
        choose(page, "#c-sev", "")
        choose(page, "#c-q", "no such control anywhere")
        assert (count(page, ".rows > li"), count(page, ".fwgroup")) == (0, 0)


def worst(result: ScanResult) -> Counter[str]:
    """How many controls have a failure of each severity, and none that is worse."""
    order = ["critical", "high", "medium", "low"]
    failed = {
        each.fingerprint: order.index(each.rule.severity)
        for each in (*result.findings, *result.control_findings)
        if each.outcome == "fail" and each.status != "waived"
    }
    ranks = (
        [failed[name] for tally in each.tallies for name in tally.findings if name in failed]
        for each in result.controls
    )
    return Counter(order[min(found)] for found in ranks if found)


def test_each_drill_down_lists_every_violation_and_pass(browser: Browser, report: Report) -> None:
    result = report.result
    expected, passed = {}, {}
    for number, each in enumerate(result.controls):
        for index, tally in enumerate(each.tallies):
            if tally.findings:
                assert len(tally.findings) == tally.failed + tally.unknown + tally.waived + tally.error
                expected[f"{number}.{index}"] = len(tally.findings)
            passed[tally.rule] = tally.passed
    with opened(browser, report) as page:
        page.run("document.querySelector('.chip[data-k=man]').click()")
        page.run("document.querySelectorAll('.rows > li > details').forEach((each) => { each.open = true; })")
        page.browser.settle()
        more(page)
        counts = page.run(
            f"(() => {{ {SEEN} return Object.fromEntries([...document.querySelectorAll('.its')].map((list) =>"
            " [list.dataset.c + '.' + list.dataset.t, [...list.children].filter(seen).length])); })()"
        )
        assert counts == expected
        page.run("document.querySelectorAll('.passes').forEach((each) => { each.open = true; })")
        page.browser.settle()
        more(page)
        lists = page.run(
            f"(() => {{ {SEEN} return [...document.querySelectorAll('.passes')].map((each) =>"
            " [each.dataset.pass, [...each.querySelectorAll('li')].filter(seen).length]); })()"
        )
        assert len(lists) > 50
        assert [each for each in lists if each[1] != passed[each[0]]] == []


def more(page: Page) -> None:
    """Presses every button that shows more of a list, until none is left."""
    while page.run("(() => { const all = document.querySelectorAll('button.more'); all.forEach((b) => b.click());"
                   " return all.length; })()"):  # fmt: skip
        page.browser.settle(0.05)


def test_each_violation_opens_to_its_line_chain_and_controls(browser: Browser, report: Report) -> None:
    found = [each for each in listed(report.result) if each["location"]]
    with opened(browser, report) as page:
        seen = {}
        while True:
            page.run("[...document.querySelectorAll('#fbody .open[aria-expanded=false]')].forEach((b) => b.click())")
            page.run("[...document.querySelectorAll('#fbody .open[aria-expanded=false]')].forEach((b) => b.click())")
            seen.update(page.run(
                "Object.fromEntries([...document.querySelectorAll('#fbody tr.det')].map((row) => ["
                "row.querySelector('.fp code').textContent, ["
                "row.querySelector('.ln.on .no')?.textContent, row.querySelectorAll('.chain li').length,"
                "[...row.querySelectorAll('.wrap a')].map((a) => a.textContent), row.textContent]]))"
            ))  # fmt: skip
            if page.run("document.querySelector('#next').disabled"):
                break
            page.run("document.querySelector('#next').click()")
        assert len(seen) == len(found)
        for each in found:
            line, steps, links, text = seen[each["fingerprint"]]
            assert line == str(each["location"]["start_line"])
            assert steps == (len(each["because"]) + 1 if each["because"] else 0)
            assert links == [control for controls in each["frameworks"].values() for control in controls]
            assert "[object" not in text
            assert "undefined" not in text


def test_links_lead_to_findings_and_controls_that_are_filtered_out(browser: Browser, samples_report: Report) -> None:
    with opened(browser, samples_report, "#f-30") as page:
        assert count(page, "#f-30") == count(page, "#f-30-d") == 1
        anchor = page.run("document.querySelector('.rows > li[data-res=man]').id")
        assert count(page, f"[id='{anchor}']") == 0
        page.run(f"location.hash = {json.dumps(anchor)}")
        page.browser.settle()
        assert count(page, f"[id='{anchor}'] .drill") == 1


def test_print_holds_every_control_and_finding(browser: Browser, samples_report: Report, tmp_path: Path) -> None:
    result = samples_report.result
    with opened(browser, samples_report) as page:
        page.run("document.querySelector('.chip[data-k=fail]').click()")
        page.send("Emulation.setEmulatedMedia", media="print")
        assert count(page, ".rows > li") == len(result.controls)
        assert count(page, ".filters, .chips, .pager, .rail") == 0
        page.send("Emulation.setEmulatedMedia", media="")
        (tmp_path / "report.pdf").write_bytes(page.pdf())
    if shutil.which("pdftotext"):
        done = subprocess.run(
            ["pdftotext", "-raw", tmp_path / "report.pdf", "-"], capture_output=True, check=True, text=True
        )
        words = set(done.stdout.split())
        fingerprints = {each.fingerprint for each in result.findings if each.outcome != "pass"}
        assert fingerprints - words == set()
        assert re.sub(r"\s", "", "Not a compliance opinion") in re.sub(r"\s", "", done.stdout)


def test_everything_but_evidence_is_there_without_scripts(browser: Browser, samples_report: Report) -> None:
    result = samples_report.result
    with opened(browser, samples_report, scripts=False) as page:
        snapshot = page.send(
            "DOMSnapshot.captureSnapshot", computedStyles=["display"], includePaintOrder=False, includeDOMRects=False
        )
    document = snapshot["documents"][0]
    laid_out = set(document["layout"]["nodeIndex"])
    names = [snapshot["strings"][at] if at >= 0 else "" for at in document["nodes"]["nodeName"]]
    attributes = [
        {snapshot["strings"][pairs[at]]: snapshot["strings"][pairs[at + 1]] for at in range(0, len(pairs), 2)}
        for pairs in document["nodes"]["attributes"]
    ]
    rows = [n for n in laid_out if names[n] == "LI" and attributes[n].get("id", "").startswith("c-")]
    assert len(rows) == len(result.controls)
    assert not [n for n in laid_out if attributes[n].get("class") in ("filters", "chips", "pager", "plain passes")]
    sections = {attributes[n].get("id") for n in laid_out if names[n] == "SECTION"}
    assert sections == {
        "frameworks", "controls", "findings", "waivers", "inventory", "notrun", "manual", "manifest"
    }  # fmt: skip


def test_everything_can_be_reached_by_keyboard(browser: Browser, samples_report: Report) -> None:
    def press(page: Page, key: str, code: int) -> None:
        for kind in ("rawKeyDown", "char", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "char" else {}
            if kind != "char" or text:
                page.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    with opened(browser, samples_report) as page:
        page.send("Page.bringToFront")
        press(page, "Tab", 9)
        assert page.run("document.activeElement.className") == "skip"
        for selector, state in (
            (".chip", "document.activeElement.getAttribute('aria-pressed')"),
            (".rows > li:not([hidden]) summary", "document.activeElement.parentElement.open"),
            ("#fbody .open", "document.activeElement.getAttribute('aria-expanded')"),
        ):
            page.run(f"document.querySelector({selector!r}).focus()")
            before = page.run(state)
            press(page, "Enter", 13)
            page.browser.settle(0.05)
            assert page.run(state) != before, selector
