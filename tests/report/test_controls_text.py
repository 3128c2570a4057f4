"""Controls at a terminal: each is counted once, and those that say something are named."""

import re

from scanner.model import CONTROL_RESULTS, Control, ControlResult, Framework, ScanResult, Summary
from scanner.report.controls_text import WORDS
from scanner.report.interface import WriteOptions
from scanner.report.text import Writer


def _result(many: int = 1) -> ScanResult:
    controls = tuple(
        ControlResult("f-1", Control(f"{number}.{copy}", "t", "yes", "why"), result)
        for number, result in enumerate(CONTROL_RESULTS, 1)
        for copy in range(many)
    )
    framework = Framework("f-1", "t", "1", "a", "l", tuple(each.control for each in controls))
    return ScanResult("1", (), (), (), Summary(), frameworks=(framework,), controls=controls)


def test_every_result_has_words() -> None:
    assert set(WORDS) == set(CONTROL_RESULTS)


def test_each_control_is_counted_once() -> None:
    text = Writer().write(_result(), WriteOptions())
    counts = re.findall(r"^    ([a-z ]+?) +(\d+)(?:  |$)", text, re.MULTILINE)
    assert sorted(words for words, _ in counts) == sorted(WORDS.values())
    assert sum(int(count) for _, count in counts) == len(CONTROL_RESULTS)
    assert "f-1   9 controls" in text
    assert "not satisfied         1  3.0" in text


def test_long_lists_keep_to_the_width() -> None:
    text = Writer().write(_result(60), WriteOptions(width=70))
    assert max(map(len, text.splitlines())) <= 70
    assert "3.59" in text
