"""The published schemas take every file of ours, and refuse what the readers refuse."""

import copy
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import scanner.policy
from scanner.errors import PolicyError
from scanner.plugins import built_in_packs
from scanner.policy.frameworks import load_frameworks
from scanner.policy.packs import read_about
from scanner.policy.rules import read_examples, read_rule


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((Path(scanner.policy.__file__).parent / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


RULE, PACK, FRAMEWORK = validator("rule"), validator("pack"), validator("framework")
FILES = sorted(built_in_packs().rglob("*.yaml"))


def plain(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_of_ours_fits(path: Path) -> None:
    framework = path.parent.name == "frameworks"
    schema = PACK if path.name == "pack.yaml" else FRAMEWORK if framework else RULE
    assert [error.message for error in schema.iter_errors(plain(path))] == []


A_RULE: dict[str, Any] = {
    "id": "a-b", "topic": "a.b", "title": "t", "severity": "low", "resource": "aws.s3.bucket", "as": "it",
    "formats": ["terraform"], "when": "true", "params": {"n": {"type": "int", "default": 1, "text": "x"}},
    "assert": "it.acl != null", "at": "acl", "expect": "e", "message": "m", "unless": ["c-d"], "why": "w",
    "fix": {"summary": "s", "terraform": "x"}, "links": ["https://example.com"], "same_as": {"checkov": ["CKV_1"]},
    "examples": {"fail": [{"name": "n", "terraform": "x", "owned": True}]},
}  # fmt: skip
WRONG = [None, True, 3, "", "x", [], [3], ["x"], [""], {}, {"x": 3}, {"x": "y"}, {"x": ["y"]}, [{"x": "y"}], {"x": {}}]


def reads_rule(tree: Any) -> bool:
    try:
        read_rule(tree, path="a-b.yaml")
        read_examples(tree, path="a-b.yaml")
    except PolicyError:
        return False
    return True


def test_the_example_rule_fits() -> None:
    assert reads_rule(A_RULE)
    assert RULE.is_valid(A_RULE)


@pytest.mark.parametrize("value", WRONG, ids=repr)
@pytest.mark.parametrize("key", [*A_RULE, "fail_if", "nope"])
def test_schema_and_reader_of_rules_agree(key: str, value: Any) -> None:
    tree = {**copy.deepcopy(A_RULE), key: value}
    if value is None or (key == "fail_if" and value == ""):
        return  # a key without a value counts as left out
    assert reads_rule(tree) == RULE.is_valid(tree)


@pytest.mark.parametrize("key", A_RULE)
def test_schema_and_reader_of_rules_need_the_same_keys(key: str) -> None:
    tree = {name: value for name, value in A_RULE.items() if name != key}
    assert reads_rule(tree) == RULE.is_valid(tree)


@pytest.mark.parametrize(
    ("tree", "fits"),
    [
        ({"name": "a", "version": "1.0.0"}, True),
        ({"name": "a-b", "version": "1.0.0-rc.1+build", "title": "t", "without_control": {"a-b": "why"}}, True),
        ({"name": "a"}, False), ({"version": "1.0.0"}, False), ({"name": "A", "version": "1.0.0"}, False),
        ({"name": "a", "version": 1.0}, False), ({"name": "a", "version": "1.0"}, False),
        ({"name": "a", "version": "01.0.0"}, False), ({"name": "a", "version": "1.0.0", "versions": 1}, False),
        ({"name": "a", "version": "1.0.0", "without_control": {"a-b": ""}}, False),
        ({"name": "a", "version": "1.0.0", "without_control": ["a-b"]}, False), ([], False), ("x", False),
        ({"name": "../a", "version": "1.0.0"}, False), ({"name": "a\n", "version": "1.0.0"}, False),
    ],
)  # fmt: skip
def test_schema_and_reader_of_packs_agree(tree: Any, fits: bool, tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(yaml.safe_dump(tree))
    with nullcontext() if fits else pytest.raises(PolicyError) as caught:
        read_about(tmp_path)
    if caught is not None:
        assert caught.value.path.endswith("pack.yaml")
    if tree != {"name": "a\n", "version": "1.0.0"}:  # `$` of JSON Schema's regular expressions is read as Python's
        assert PACK.is_valid(tree) == fits


CONTROL = {"id": "1", "title": "t", "assessable": "yes", "why": "w", "gap": "g"}
MAPPED = {"rule": "a-b", "covers": "full", "why": "w"}


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True), ({"gap": ""}, False), ({"gap": "", "assessable": "no"}, True), ({"assessable": True}, False),
        ({"assessable": "perhaps"}, False), ({"rules": [MAPPED], "covered": "full"}, True),
        ({"rules": [MAPPED]}, False),
        ({"rules": [MAPPED], "covered": "none"}, False), ({"covered": "part"}, False),
        ({"rules": [MAPPED], "covered": "full", "assessable": "no"}, False), ({"title": ""}, False),
        ({"rules": [{**MAPPED, "covers": "none"}], "covered": "full"}, False), ({"nope": "x"}, False),
        ({"rules": [{**MAPPED, "params": {"n": 1}, "where": "x"}], "covered": "part"}, True), ({"section": 3}, False),
        ({"rules": [{"rule": "a-b"}], "covered": "part"}, False), ({"population": ["a.b"]}, True),
        ({"population": "a.b"}, False), ({"mark": "manual", "profile": "L1", "absence": "a"}, True),
    ],
)  # fmt: skip
def test_schema_and_reader_of_frameworks_agree(change: dict[str, Any], fits: bool, tmp_path: Path) -> None:
    tree = {
        "id": "x-1", "title": "t", "version": "1", "authority": "a", "licence": "l", "controls": [{**CONTROL, **change}]
    }  # fmt: skip
    (tmp_path / "x-1.yaml").write_text(yaml.safe_dump(tree))
    try:
        load_frameworks(tmp_path)
        read = True
    except PolicyError:
        read = False
    assert (read, FRAMEWORK.is_valid(tree)) == (fits, fits)
