"""Rule files: what is accepted, and how what is wrong is named."""

from pathlib import Path

import pytest

from scanner.errors import PolicyError, UsageError
from scanner.policy.packs import load_pack
from scanner.policy.rules import read_examples, read_rule
from scanner.policy.selection import select

RULE = {
    "id": "aws-x-y",
    "title": "X is y",
    "severity": "high",
    "resource": "aws.s3.bucket",
    "assert": "bucket.acl == null",
    "message": "x",
}


def test_rule_keeps_what_its_file_says() -> None:
    rule = read_rule({**RULE, "params": {"days": {"type": "int", "default": 7}}, "unless": "aws-x-z"}, path="r.yaml")
    assert rule.id == "aws-x-y"
    assert rule.kinds == ("aws.s3.bucket",)
    assert not rule.negated
    assert rule.params == {"days": 7}
    assert rule.unless == ("aws-x-z",)


WRONG = {
    "misspelt key": ({**RULE, "messsage": "x"}, "`messsage` is no key of a rule", "did you mean `message`?"),
    "misspelt severity": ({**RULE, "severity": "hihg"}, "`hihg` does not fit `severity`", "did you mean `high`?"),
    "no title": ({**RULE, "title": ""}, "the rule has no `title`", ""),
    "id in capitals": (
        {**RULE, "id": "AWS-1"},
        "`AWS-1` is no rule id",
        "write words in lower case with hyphens between",
    ),
    "assert and fail_if": ({**RULE, "fail_if": "true"}, "a rule has exactly one of `assert` and `fail_if`", ""),
    "no map": (["x"], "a rule file holds one map", "begin with `id: ...`"),
    "param without default": (
        {**RULE, "params": {"a": {"type": "int"}}},
        "parameter `a` needs `type` and `default`",
        "",
    ),
    "expression no text": ({**RULE, "assert": True}, "`assert` takes an expression", "put it in quotes"),
}


@pytest.mark.parametrize(("tree", "message", "hint"), WRONG.values(), ids=WRONG)
def test_wrong_rule_is_named(tree: object, message: str, hint: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_rule(tree, path="r.yaml")
    assert (caught.value.message, caught.value.hint, caught.value.path) == (message, hint, "r.yaml")


def test_examples_keep_outcome_format_and_name() -> None:
    tree = {"examples": {"fail": [{"terraform": "a", "name": "n"}], "pass": [{"terraform": "b", "kubernetes": "c"}]}}
    found = read_examples(tree, path="r.yaml")
    assert [(each.outcome, each.format, each.text, each.name) for each in found if each.outcome == "fail"] == [
        ("fail", "terraform", "a", "n")
    ]
    assert {each.format for each in found if each.outcome == "pass"} == {"terraform", "kubernetes"}


def test_pack_refuses_a_file_not_named_for_its_rule(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("id: a-b\ntitle: t\nseverity: low\nresource: k\nassert: 'true'\nmessage: m\n")
    with pytest.raises(PolicyError, match=r"must be named a-b\.yaml"):
        load_pack(tmp_path)


def test_pack_names_place_of_broken_yaml(tmp_path: Path) -> None:
    (tmp_path / "a-b.yaml").write_text("id: a-b\ntitle: [\n")
    with pytest.raises(PolicyError) as caught:
        load_pack(tmp_path)
    assert caught.value.line == 3


def test_pack_refuses_a_key_written_twice(tmp_path: Path) -> None:
    (tmp_path / "a-b.yaml").write_text("id: a-b\nid: a-c\n")
    with pytest.raises(PolicyError, match="written twice"):
        load_pack(tmp_path)


def test_pack_digest_changes_with_a_byte(tmp_path: Path) -> None:
    text = "id: a-b\ntitle: t\nseverity: low\nresource: k\nassert: 'true'\nmessage: m\n"
    (tmp_path / "a-b.yaml").write_text(text)
    first = load_pack(tmp_path).digest
    (tmp_path / "a-b.yaml").write_text(text.replace("title: t", "title: u"))
    assert load_pack(tmp_path).digest != first


def test_selection_by_severity_and_skip() -> None:
    _, rules = select(min_severity="critical")
    assert {rule.severity for rule in rules} == {"critical"}
    _, fewer = select(min_severity="critical", skip=(rules[0].id,))
    assert [rule.id for rule in fewer] == [rule.id for rule in rules[1:]]


def test_selection_by_pack_and_file(tmp_path: Path) -> None:
    packs, rules = select(("aws",))
    assert [pack.name for pack in packs] == ["aws"]
    assert list(rules) == [rule for rule in select()[1] if rule.pack == "aws"]
    path = tmp_path / "a-b.yaml"
    path.write_text("id: a-b\ntitle: t\nseverity: low\nresource: k\nassert: 'true'\nmessage: m\n")
    packs, rules = select((str(path), "aws-s3-bucket-public-acl"))
    assert [rule.id for rule in rules] == ["a-b", "aws-s3-bucket-public-acl"]
    assert [pack.name for pack in packs] == ["aws", "local"]


@pytest.mark.parametrize("words", [{"names": ("aws-s3-bucket-public-acls",)}, {"skip": ("aws-s3-bucket-public-acls",)}])
def test_misspelt_rule_gets_the_nearest(words: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(UsageError) as caught:
        select(**words)
    assert caught.value.hint == "did you mean `aws-s3-bucket-public-acl`?"
