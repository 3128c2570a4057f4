"""Configuration files read: every key, every wrong type, every place."""

import pytest

from scanner.config.finding import Found
from scanner.config.keys import KEYS, PATH_KEYS, WAIVER_KEYS
from scanner.config.reader import read, survey
from scanner.config.settings import Configuration, PathEntry, WaiverDemands
from scanner.errors import PolicyError

WHOLE = """
rules = ["aws", "./mine"]
skip = ["aws-s3-bucket-no-versioning"]
packs = ["./pack"]
frameworks = ["cis-aws-7.0.0"]
min-severity = "medium"
fail-on = "never"
fail-on-unknown = true
exclude = ["vendor/"]
var-files = ["prod.tfvars"]
parameters = ["prod.json"]
workspace = "prod"
context = {env = "prod"}
limits = {file-size = 10}
waivers = ["waivers.yaml"]
account-roots = ["accounts/*"]
[waiver-policy]
reason = true
approver = true
days = 90
[severity]
aws-s3-bucket-public-acl = "low"
[params.aws-ec2-sg-ingress-ssh]
ports = [22, 2222]
[[paths]]
path = "legacy/"
skip = ["a-b"]
severity = {c-d = "high"}
min-severity = "high"
"""


def found(text: str | bytes, name: str = "groundrule.toml", reason: str = "") -> Found:
    return Found(f"/repo/{name}", text.encode() if isinstance(text, str) else text, reason)


def error(text: str | bytes, name: str = "groundrule.toml") -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        read(found(text, name), name)
    return caught.value


def test_every_key_arrives() -> None:
    said = read(found(WHOLE), "groundrule.toml")
    assert said.directory == "/repo"
    assert said.rules == ("aws", "./mine")
    assert (said.skip, said.packs) == (("aws-s3-bucket-no-versioning",), ("./pack",))
    assert said.frameworks == ("cis-aws-7.0.0",)
    assert (said.min_severity, said.fail_on, said.fail_on_unknown) == ("medium", "never", True)
    assert (said.exclude, said.var_files, said.parameters) == (("vendor/",), ("prod.tfvars",), ("prod.json",))
    assert (said.workspace, said.context, said.limits) == ("prod", {"env": "prod"}, {"file-size": 10})
    assert (said.waivers, said.account_roots) == (("waivers.yaml",), ("accounts/*",))
    assert said.waiver_policy == WaiverDemands(True, True, 90)
    assert said.severity == {"aws-s3-bucket-public-acl": "low"}
    assert said.params == {"aws-ec2-sg-ingress-ssh": {"ports": [22, 2222]}}
    assert said.paths == (PathEntry("legacy/", ("a-b",), {"c-d": "high"}, "high"),)
    assert {each.key.partition(".")[0].partition("[")[0] for each in said.settings} == set(KEYS)
    assert str(next(each.origin for each in said.settings if each.key == "waiver-policy.days")) == "groundrule.toml:20"


def test_pyproject_has_the_same_under_its_table() -> None:
    text = '[project]\nname = "x"\n[tool.groundrule]\nfail-on = "high"\n[tool.groundrule.severity]\na-b = "low"\n'
    said = read(found(text, "pyproject.toml"), "pyproject.toml")
    assert (said.fail_on, said.severity) == ("high", {"a-b": "low"})
    assert [str(each.origin) for each in said.settings] == ["pyproject.toml:4", "pyproject.toml:6"]


def test_nothing_written_is_nothing_said() -> None:
    said = read(found(""), "groundrule.toml")
    assert said == Configuration(path="groundrule.toml", directory="/repo", sha256=said.sha256)


@pytest.mark.parametrize("key", KEYS)
def test_a_misspelt_key_is_named_with_the_right_one(key: str) -> None:
    wrong = f"{key}x"
    caught = error(f"# comment\n{wrong} = 1\n")
    assert caught.message == f"`{wrong}` is no key of the configuration"
    assert caught.hint == f"did you mean `{key}`?"
    assert (caught.path, caught.line, caught.column) == ("groundrule.toml", 2, 1)


@pytest.mark.parametrize("key", [*WAIVER_KEYS, *PATH_KEYS])
def test_a_misspelt_inner_key_is_named_too(key: str) -> None:
    table = "[waiver-policy]" if key in WAIVER_KEYS else '[[paths]]\npath = "a"'
    caught = error(f"{table}\n{key}x = 1\n")
    assert (caught.hint, caught.line) == (f"did you mean `{key}`?", 2 + (key in PATH_KEYS))


def test_underscores_lead_to_the_key_with_hyphens() -> None:
    assert error("fail_on = 'high'").hint == "did you mean `fail-on`?"


@pytest.mark.parametrize("key", KEYS)
def test_every_key_refuses_a_value_of_another_type(key: str) -> None:
    caught = error(f"\n\n{key} = 1979-05-27\n")
    assert caught.message.startswith(f"`{key}` takes ")
    assert caught.line == 3


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('fail-on = "hihg"', "`fail-on` takes one of critical, high, medium, low, never", "did you mean `high`?"),
        ('skip = "a"', "`skip` takes a list of texts", "put it in brackets: a list of one"),
        ("skip = [1]", "`skip` takes a list of texts", ""),
        ('skip = [""]', "`skip` takes a list of texts", ""),
        ("fail-on-unknown = 1", "`fail-on-unknown` takes true or false", ""),
        ("limits.file-siz = 1", "`file-siz` is no key of `limits`", "did you mean `file-size`?"),
        ("limits.depth = 0", "`limits.depth` takes a whole number from 1", ""),
        ("limits.depth = true", "`limits.depth` takes a whole number from 1", ""),
        ("waiver-policy.days = -1", "`waiver-policy.days` takes a whole number from 1", ""),
        ('severity.a-b = "worst"', "`severity.a-b` takes one of critical, high, medium, low", ""),
        ("context.env = 1", "`context.env` takes a text", ""),
        ("params.a-b = 3", "`params.a-b` takes a table", ""),
        ("[paths]\npath = 'a'", "`paths` takes tables, each written as `[[...]]`", ""),
        ("[[paths]]\nskip = ['a-b']", "`paths[0]` needs a `path`", ""),
        ("[[waivers]]\nrule = '*'", "`waivers` takes a list of texts", ""),
        ("[rules]\nplugins = ['evil']", "`rules` takes a list of texts", ""),
        ("a = [", "this is not TOML: Invalid value", ""),
        ('a = "\x1b"', "this is not TOML: Illegal character '\\x1b'", ""),
        ("a = " + "[" * 100_000, "brackets are nested too deep", ""),
        ("a = " + "9" * 5_000, "this is not TOML", ""),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(text: str, message: str, hint: str) -> None:
    caught = error(text)
    assert caught.message.startswith(message)
    assert caught.hint == hint


@pytest.mark.parametrize("key", ["output", "plugins", "url", "command", "format", "evidence", "scan", "pdp"])
def test_nothing_names_code_outputs_or_addresses(key: str) -> None:
    assert f"`{key}` is no key of the configuration" in error(f'{key} = "x"\n').message


def test_several_faults_are_counted() -> None:
    assert error("a = 1\nb = 2\nc = 3").message.endswith("; 2 more in this file do not fit")


def test_hostile_names_are_shown_escaped_and_cut() -> None:
    caught = error('"\\u001b[2J\\u202e' + "x" * 500 + '" = 1\n')
    assert caught.message.isprintable()
    assert len(caught.message) < 200


def test_bytes_that_are_no_text_are_named() -> None:
    assert error(b"\xff\xfe").message == "the file is not UTF-8"
    assert read(found(b'\xef\xbb\xbffail-on = "low"'), "g").fail_on == "low"


def test_a_survey_lists_what_is_right_and_what_is_wrong() -> None:
    settings, problems = survey(found('[rules]\npacks = ["./evil"]\n[scan]\nx = 1\n[waiver-policy]\ndays = 1\n'), "g")
    assert [(each.key, str(each.origin)) for each in settings] == [
        ("rules", "g:1"),
        ("scan", "g:3"),
        ("waiver-policy.days", "g:6"),
    ]
    assert [each.message for each in problems] == [
        "`rules` takes a list of texts",
        "`scan` is no key of the configuration",
    ]
    assert survey(found("", reason="it is a link"), "g").problems[0].message == (
        "the configuration cannot be read: it is a link"
    )
