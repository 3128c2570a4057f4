"""Two readers of HCL agree; where one is made to differ, the difference is found."""

from pathlib import Path

import pytest

from scanner.model import Limits
from scanner.source.document import Document
from scanner.source.hcl import parse_hcl
from scanner.source.second_reader import compare, cross_check

SAMPLES = sorted((Path(__file__).parent.parent.parent / "samples").rglob("*.tf*"))
TEXT = """resource "aws_x" "b" {
  a = 1
  b = "x${var.y}z"
  c = [1, "two\\n\\u00e9", var.z, -1.50]
  d = { k = "v", "q r" = null, (var.k) = 1 }
  e = <<-EOT
      hello

    $${world}
  EOT
  inner {
    on = true
  }
  inner {}
}
"""


def read(text: str) -> Document:
    document = Document("a.tf", "", "hcl", "terraform", text.encode())
    parse_hcl(document, Limits())
    return document


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_readers_agree_on_the_samples(path: Path) -> None:
    assert cross_check(read(path.read_text(encoding="utf-8"))) == []


def test_readers_agree_on_every_sort_of_literal() -> None:
    assert cross_check(read(TEXT)) == []


CHANGES = {
    "number": ("a = 1", "a = 2"),
    "string": ("two", "three"),
    "fraction": ("-1.50", "-1.51"),
    "key": ('"q r"', '"q s"'),
    "null": ("null", "0"),
    "heredoc": ("hello", "hallo"),
    "indentation of a heredoc": ("      hello", "     hello"),
    "attribute name": ("on = true", "off = true"),
    "bool": ("on = true", "on = false"),
    "label": ('"b" {', '"c" {'),
    "number of blocks": ("  inner {}\n", ""),
    "literal for expression": ("var.z", '"z"'),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_difference_is_found(old: str, new: str) -> None:
    import hcl2

    theirs = hcl2.loads(TEXT.replace(old, new, 1))
    assert list(compare(read(TEXT).tree, theirs))


def test_file_that_only_one_reader_reads_is_reported() -> None:
    [found] = cross_check(read("π = 3\n"))
    assert found.code == "GR-CROSS-CHECK"
    assert found.message.startswith("two readers disagree: we read a whole file")
