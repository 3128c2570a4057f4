"""`try` and `can` of what is only read: known containers lead to a value that is not known."""

import pytest

from scanner.loaders.terraform.values import to_plain
from scanner.model import Unknown
from tests.loaders.terraform.estates import load, one

ESTATE = """
variable "u" {}
locals {
  cidr = "${var.u}/32"
  ports = { ssh = { cidr = "${var.u}/32", port = tonumber(var.u), all = { deep = [var.u] } } }
}
resource "aws_x" "a" {
  for_each = { ssh = { cidr = "${var.u}/32", port = tonumber(var.u) } }
  v        = %s
}
"""


def value(text: str):
    return one(ESTATE % text).attributes.get("v")


@pytest.mark.parametrize(
    "text",
    [
        "try(each.value.cidr, null)", 'try(each.value["cidr"], null)', "try(local.cidr, null)",
        "try(local.ports.ssh.cidr, null)", "try(local.ports[each.key].cidr, each.key)",
        "[for p in local.ports : try(p.cidr, null)][0]",
    ],
)  # fmt: skip
def test_what_is_read_stays_what_it_is(text: str):
    found = value(text)
    assert isinstance(found, Unknown)
    assert (found.suffix, found.not_null) == ("/32", True)


def test_identities_and_containers_are_kept():
    assert value("try(local.ports.ssh.all.deep[0], null)").identities == ("var.u",)
    assert value("try(local.ports.ssh, null)")["cidr"].suffix == "/32"
    assert value("try(each.value.port, 22)").type == "number"


def test_what_is_read_can_be_read():
    for text in ("can(each.value.cidr)", "can(local.ports.ssh.port)", 'can(local.ports["ssh"].all)', "can(local.cidr)"):
        assert value(text) is True


@pytest.mark.parametrize(
    "text",
    ["try(local.cidr.more, 1)", "try(local.ports.ssh.all.deep[0].x, 1)",
     "try(local.ports[var.u].cidr, null)", "try(var.u.cidr, null)", "try(tonumber(local.cidr), 1)",
     "try({ a = tonumber(var.u) }.a, 1)", "try([tonumber(var.u)][0], 1)"],
)  # fmt: skip
def test_what_is_read_further_may_be_an_error(text: str):
    found = value(text)
    assert found == 1 or (isinstance(found, Unknown) and not found.suffix and not found.type)
    assert to_plain(value(text.replace("try", "can").rsplit(",", 1)[0] + ")")) is not True


MAYBE = (
    ESTATE
    + """
resource "aws_y" "y" {
  count = var.u ? 1 : 0
}
"""
)


def attribute(text: str):
    (found,) = (each for each in load(MAYBE % text).resources if each.type == "aws_x")
    return found.attributes.get("v")


@pytest.mark.parametrize(
    ("text", "identities"),
    [
        ("try(var.u.name, null)", ("var.u.name",)),
        ('try(var.u.name, "")', ("var.u.name",)),
        ('try(var.u.name, "other")', ()),
        ("try(var.u.name, aws_y.y[0].id)", ()),
        ('try(aws_y.y[0].id, "other")', ("aws_y.y[0].id",)),
        ('try("${aws_y.y[0].arn}/*", "other")', ()),
        ("try([var.u.name], [])", ()),
        ("try({ open = false, name = var.u.name }, { open = true })", ()),
    ],
)
def test_what_may_be_the_fallback_claims_nothing_that_the_fallback_breaks(text: str, identities: tuple[str, ...]):
    found = attribute(text)
    assert isinstance(found, Unknown)
    assert found.identities == identities
    assert (found.not_null, found.prefix, found.suffix, found.contains) == (False, "", "", ())
