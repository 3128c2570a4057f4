"""How every report words the same things: places, counts and the names of formats."""

from __future__ import annotations

from typing import Final

from scanner.model.results import Finding
from scanner.model.spans import SourceSpan

_FORMAT_NAMES: Final = {"cloudformation": "CloudFormation", "terraform_plan": "Terraform plan"}


def place_of(span: SourceSpan | None, *, column: bool = False) -> str:
    """A place as editors read it, `main.tf:3` or `main.tf:3:7`; empty for none."""
    if span is None:
        return ""
    return f"{span.path}:{span.start_line}:{span.start_column}" if column else f"{span.path}:{span.start_line}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def format_name(name: str) -> str:
    """The proper name of an input format: `CloudFormation`."""
    return _FORMAT_NAMES.get(name, name.capitalize())


def expectation(finding: Finding) -> str:
    """What must be so, and of which attribute: `storage_encrypted must be true`; empty where nothing is said.

    Only a sentence without a subject gets one: `needs a target bucket` speaks of the resource.
    """
    expected = finding.expected or finding.rule.expect
    return f"{finding.attribute} {expected}".strip() if expected.startswith("must ") else expected
