"""The report by axe-core: WCAG 2.0 to 2.2, A and AA, and best practice; light, dark and narrow, everything open."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.report.html.browser import Browser
from tests.report.html.conftest import Report
from tests.report.html.test_browser import opened

RUN = """
(async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return found.violations.map((each) => [each.id, each.help, each.nodes.length, each.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + ' ' + (n.any[0] || n.all[0] || {message: ''}).message)]);
})()
"""  # noqa: E501


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core; $GROUNDRULE_AXE names its file (`npm pack axe-core` holds axe.min.js)."""
    file = Path(os.environ.get("GROUNDRULE_AXE", ""))
    if not file.is_file():
        pytest.skip("$GROUNDRULE_AXE names no axe.min.js")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["samples_report", "hostile_report"])
@pytest.mark.parametrize("how", [{}, {"dark": True}, {"width": 390}], ids=["light", "dark", "narrow"])
def test_axe_finds_no_violation(
    browser: Browser, axe: str, name: str, how: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    report: Report = request.getfixturevalue(name)
    with opened(browser, report, **how) as page:
        for selector in (".rows > li[data-res=fail] > details", "details.fold, .passes", ".its > li > details"):
            page.run(f"[...document.querySelectorAll('{selector}')].slice(0, 12).forEach((d) => {{ d.open = true; }})")
            page.browser.settle(0.1)
        page.send("Runtime.evaluate", expression=axe)
        assert page.run(RUN) == []
