from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.loaders.terraform_plan import addresses
from scanner.loaders.terraform_plan.addresses import Address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aws_s3_bucket.b", Address((), "aws_s3_bucket.b", "")),
        ("aws_s3_bucket.b[0]", Address((), "aws_s3_bucket.b", "[0]")),
        ("module.a.data.aws_ami.x", Address((("a", ""),), "data.aws_ami.x", "")),
        (
            'module.a["x.y]\\"["].module.b[1].aws_s3_bucket.b["k"]',
            Address((("a", '["x.y]\\"["]'), ("b", "[1]")), "aws_s3_bucket.b", '["k"]'),
        ),
    ],
)
def test_address_is_taken_apart(text: str, expected: Address) -> None:
    assert addresses.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "aws_s3_bucket", "module.a", 'module.a["', "[0].b", "a.b.c", "data.x", "module.a[0]", "a..b", "a.b."]
)
def test_address_is_none_when_it_is_no_resource(text: str) -> None:
    assert addresses.parse(text) is None


def test_module_has_its_keys() -> None:
    found = addresses.parse('module.a["x"].module.b.aws_x.y')
    assert found is not None
    assert found.module == 'module.a["x"].module.b'


def test_leaves_are_what_is_not_unwrapped() -> None:
    listed = ["aws_x.b[0].id", "aws_x.b[0]", "aws_x.b", "var.a", "module.m.out", "module.m", "var.a", "aws_x.bee"]
    assert addresses.leaves(listed) == ["aws_x.b[0].id", "var.a", "module.m.out", "aws_x.bee"]


@given(st.text())
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = addresses.parse(text)
    assert found is None or text.endswith(found.resource + found.key)
