"""Whole templates: what is loaded, under which names, and what bad input costs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Limits, Spelled, Unknown
from tests.loaders.cloudformation.reading import HEADER, by_address, codes, load

BUCKET = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties: {A: 1, C: !Ref Nowhere}\n"


def test_only_what_is_demanded_is_worked_out() -> None:
    loaded = load(BUCKET, {"AWS::S3::Bucket": frozenset({"A", "Z"})})
    assert loaded.resources[0].attributes == {"A": 1}
    assert loaded.diagnostics == ()
    assert load(BUCKET, {}).resources[0].attributes == {}


def test_what_stands_beside_the_properties_has_reserved_names() -> None:
    text = "Resources:\n  B: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, DependsOn: [A], Metadata: {k: v}}\n"
    every = {"_DeletionPolicy": "Retain", "_DependsOn": ["A"], "_Metadata": {"k": "v"}}
    assert load(text).resources[0].attributes == every
    demanded = load(text, {"AWS::S3::Bucket": frozenset({"_DeletionPolicy"})})
    assert demanded.resources[0].attributes == {"_DeletionPolicy": "Retain"}


def test_resource_knows_its_format_root_and_line() -> None:
    (found,) = load(BUCKET).resources
    assert (found.format, found.type, found.address, found.root) == ("cloudformation", "AWS::S3::Bucket", "B", "t.yaml")
    assert (found.span.start_line, found.span.start_column, found.span.end_column) == (3, 3, 4)
    assert found.identities == ("B",)


def test_json_is_the_same() -> None:
    tree = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"N": {"Fn::Sub": "a${AWS::Region}"}}}}}
    (found,) = load({"t.json": json.dumps(tree, indent=1)}).resources
    assert found.attributes["N"].prefix == "a"
    assert found.span.start_line == 3


FOREACH = """Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: "A,B"}, Open: {Type: CommaDelimitedList}}
Conditions:
  Fn::ForEach::C: [N, !Ref Names, {"Is${N}": !Equals ["${N}", A]}]
Resources:
  Fn::ForEach::Outer:
    - N
    - !Ref Names
    - Fn::ForEach::Inner:
        - M
        - [x, y]
        - "B${N}${M}":
            Type: AWS::S3::Bucket
            Condition: "Is${N}"
            Properties: {BucketName: !Ref M, Other: !Sub "${N}-${M}"}
      "T${N}": {Type: AWS::SNS::Topic, Condition: "Is${N}"}
  Fn::ForEach::Unknown: [N, !Ref Open, {"U${N}": {Type: AWS::SNS::Topic}}]
"""


def test_loops_make_resources_and_conditions() -> None:
    loaded = load(FOREACH)
    assert sorted(by_address(loaded)) == ["BAx", "BAy", "TA"]
    assert by_address(loaded)["BAy"].attributes == {"BucketName": "y", "Other": "A-y"}
    assert by_address(loaded)["BAy"].span.start_line == 13
    assert ("GR-UNKNOWN", 18) in codes(loaded)


def test_loop_over_too_much_is_stopped() -> None:
    names = ",".join(f"n{number}" for number in range(50))
    loop = f"[N, [{names}], {{'B${{N}}': {{Type: AWS::S3::Bucket}}}}]"
    text = f"Resources:\n  Fn::ForEach::L: {loop}\n  S: {{Type: A::B}}\n"
    loaded = load(text, limits=Limits(instances=20))
    assert len(loaded.resources) == 21
    assert [each.code for each in loaded.diagnostics] == ["GR-LIMIT-EVAL"]
    loaded = load(text, limits=Limits(elements=20))
    assert [one.address for one in loaded.resources] == ["S"]
    assert "GR-LIMIT-EVAL" in [each.code for each in loaded.diagnostics]


def test_loops_in_loops_are_stopped() -> None:
    loop = "{'B${N0}${N1}${N2}${N3}${N4}': {Type: AWS::S3::Bucket}}"
    for level in range(5):
        loop = f"{{Fn::ForEach::L{level}: [N{level}, [{','.join('abcdefghijklmnopqrst')}], {loop}]}}"
    loaded = load(f"Resources: {loop[:-1]}, S: {{Type: A::B}}}}\n")
    assert "S" in by_address(loaded)
    assert "GR-LIMIT-EVAL" in [each.code for each in loaded.diagnostics]


def test_resources_of_a_broken_loop_are_told_of() -> None:
    loaded = load("Resources:\n  Fn::ForEach::L: [N, x]\n  S: {Type: A::B}\n")
    assert [one.address for one in loaded.resources] == ["S"]
    assert [each.code for each in loaded.diagnostics] == ["GR-TYPE", "GR-UNKNOWN"]


PARENT = (
    HEADER
    + """Parameters: {Cidr: {Type: String, Default: 10.0.0.0/8}}
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./nested/child.yaml, Parameters: {Cidr: !Ref Cidr, Key: !GetAtt Key.Arn}}
  Key: {Type: AWS::KMS::Key}
  Sg: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !GetAtt Net.Outputs.Vpc, C: !Sub "${Net.Outputs.Cidr}"}}
"""
)
CHILD = (
    HEADER
    + """Parameters: {Cidr: {Type: String}, Key: {Type: String}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Cidr, K: !Ref Key}}
Outputs: {Vpc: {Value: !Ref Vpc}, Cidr: {Value: !Ref Cidr}}
"""
)


def test_local_nested_stack_is_judged_through_its_caller() -> None:
    loaded = load({"p/parent.yaml": PARENT, "p/nested/child.yaml": CHILD})
    assert loaded.roots == ("p/parent.yaml",)
    assert loaded.diagnostics == ()
    found = by_address(loaded)
    assert sorted(found) == ["Key", "Net", "Net/Vpc", "Sg"]
    assert {one.root for one in loaded.resources} == {"p/parent.yaml"}
    assert found["Net/Vpc"].attributes["CidrBlock"] == "10.0.0.0/8"
    assert found["Net/Vpc"].attributes["K"].identities == ("Key.Arn", "Net/Key")
    assert found["Sg"].attributes["VpcId"].identities == ("Net/Vpc.Ref",)
    assert found["Sg"].attributes["C"] == "10.0.0.0/8"
    chain = found["Net/Vpc"].provenance.place(("CidrBlock",)).chain
    assert [(step.what, step.text) for step in chain] == [
        ("Net/Parameters.Cidr", "!Ref Cidr"),
        ("Parameters.Cidr", "Default: 10.0.0.0/8"),
    ]


def test_stack_in_doubt_leaves_what_it_nests_in_doubt() -> None:
    doubt = PARENT.replace("Resources:", "Conditions: {C: !Equals [!Ref AWS::Region, x]}\nResources:", 1).replace(
        "Stack\n", "Stack\n    Condition: C\n"
    )
    found = by_address(load({"parent.yaml": doubt, "nested/child.yaml": CHILD}))
    assert found["Net/Vpc"].existence is found["Net"].existence is not None


@pytest.mark.parametrize("url", ["https://s3.amazonaws.com/b/t.yaml", "missing.yaml", "!Ref AWS::Region"])
def test_stack_that_is_not_here_is_noted_and_what_it_is_given_remembered(url: str) -> None:
    loaded = load({"parent.yaml": PARENT.replace("./nested/child.yaml", url)})
    assert [(each.code, each.level) for each in loaded.diagnostics] == [("GR-MODULE", "note")]
    found = by_address(loaded)
    assert found["Sg"].attributes["VpcId"].code == "module_missing"
    assert [name for name, _ in found["Key"].handed_to] == ["Arn"]


def test_stacks_that_nest_each_other_end() -> None:
    other = PARENT.replace("./nested/child.yaml", "a.yaml")
    loaded = load({"a.yaml": PARENT.replace("./nested/child.yaml", "b.yaml"), "b.yaml": other})
    assert "GR-CYCLE" in [each.code for each in loaded.diagnostics]
    assert loaded.roots == ("a.yaml",)


SAM = """Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.12, Environment: {Variables: {A: 1, B: 1}}, Layers: [one], Timeout: 3}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {Timeout: 9, Environment: {Variables: {B: 2}}, Layers: [two]}}
  G: {Type: AWS::Serverless::Function, IgnoreGlobals: [Layers, Environment]}
  H: {Type: AWS::Serverless::Function, IgnoreGlobals: "*"}
  S: {Type: AWS::SNS::Topic, Properties: {Role: !GetAtt FRole.Arn}}
"""


def test_globals_are_merged_into_serverless_resources() -> None:
    loaded = load(SAM)
    found = by_address(loaded)
    assert found["F"].attributes == {
        "Runtime": "python3.12", "Environment": {"Variables": {"A": 1, "B": 2}}, "Layers": ["one", "two"], "Timeout": 9
    }  # fmt: skip
    assert found["G"].attributes == {"Runtime": "python3.12", "Timeout": 3}
    assert found["H"].attributes == {}
    assert found["F"].provenance.place(("Layers", 0)).span.start_line == 4
    assert found["F"].provenance.place(("Environment", "Variables", "B")).span.start_line == 6


POLICIES = """Transform: AWS::Serverless-2016-10-31
Resources:
  Several:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - AWSLambdaExecute
        - S3ReadPolicy: {BucketName: data}
        - Statement: []
        - !Sub arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess
  One: {Type: AWS::Serverless::Function, Properties: {Policies: PowerUserAccess}}
  Other: {Type: AWS::Serverless::Function, Properties: {Policies: {Statement: []}}}
"""


def test_of_the_policies_of_a_function_the_documents_are_kept() -> None:
    found = by_address(load(POLICIES))
    assert found["Several"].attributes["Policies"] == [{"Statement": []}]
    assert found["Several"].provenance.place(("Policies", 0)).span.start_line == 10
    assert found["One"].attributes["Policies"] == []
    assert found["Other"].attributes["Policies"] == [{"Statement": []}]
    assert found["Other"].provenance.place(("Policies", 0)).span.start_line == 13


def test_what_sam_makes_is_known_later() -> None:
    loaded = load(SAM)
    assert loaded.diagnostics == ()
    assert by_address(loaded)["S"].attributes["Role"].deferred


def test_macro_is_noted_and_hides_other_properties() -> None:
    text = "Transform: [Mine]\nResources:\n  B: {Type: AWS::S3::Bucket, Properties: {Fn::Transform: {Name: X}, A: 1}}\n"
    loaded = load(text, {"AWS::S3::Bucket": frozenset({"A", "Z"})})
    assert [(each.code, each.level) for each in loaded.diagnostics] == [("GR-UNSUPPORTED", "note")] * 2
    assert loaded.resources[0].attributes["A"] == 1
    assert loaded.resources[0].attributes["Z"].code == "computed"


def test_module_of_a_registry_is_unknown() -> None:
    text = "Resources:\n  M: {Type: My::Own::Thing::MODULE}\n  B: {Type: A::B, Properties: {P: !GetAtt M.Bucket.Arn}}\n"
    text += "  C: {Type: A::B, Properties: {P: !Ref M.Bucket}}\n"
    found = by_address(load(text))
    assert found["C"].attributes["P"].code == "module_missing"
    assert isinstance(found["B"].attributes["P"], Unknown)


def test_attribute_that_is_a_property_has_its_value() -> None:
    text = """Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/8}}
  Net: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, Loop: !GetAtt Net.Loop}}
  Own: {Type: Custom::Thing, Properties: {Answer: 1}}
  R: {Type: A::B, Properties: {C: !GetAtt Vpc.CidrBlock, V: !GetAtt Net.VpcId, A: !GetAtt Own.Answer}}
"""
    loaded = load(text)
    found = by_address(loaded)["R"].attributes
    assert found["C"] == "10.0.0.0/8"
    assert found["V"].identities == ("Net.VpcId", "Vpc.Ref")
    assert found["A"].identities == ("Own.Answer",)
    assert isinstance(by_address(loaded)["Net"].attributes["Loop"], Unknown)


def test_every_value_of_a_repeated_key_is_judged() -> None:
    text = """Resources:
  B:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead
      AccessControl: Private
  Same: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref AWS::Region}}
"""
    found = [(one.address, one.attributes.get("AccessControl")) for one in load(text).resources]
    assert sorted(found, key=str) == [("B", "Private"), ("B", "PublicRead"), ("Same", None)]


def test_two_resources_of_one_name_are_both_judged() -> None:
    text = "Resources:\n  B: {Type: AWS::S3::Bucket}\n  B: {Type: AWS::SNS::Topic}\n"
    assert sorted(one.type for one in load(text).resources) == ["AWS::S3::Bucket", "AWS::SNS::Topic"]


BAD = [
    ("Resources: 7\n", ("GR-TYPE", 2)),
    ("Resources:\n  A: null\n  B: {Type: A::B}\n", ("GR-TYPE", 3)),
    ("Resources:\n  A: []\n", ("GR-TYPE", 3)),
    ("Resources:\n  A: {Type: 7}\n", ("GR-TYPE", 3)),
    ("Resources:\n  A: {Properties: {}}\n", ("GR-TYPE", 3)),
    ("Resources:\n  A: {Type: A::B, Condition: [x]}\n", ("GR-TYPE", 3)),
    ("Resources:\n  A: {Type: A::B, Condition: x}\n", ("GR-REFERENCE", 3)),
    ("Resources: {}\nParameters: []\n", ("GR-TYPE", 3)),
    ("Resources: {}\nTransform: [[a]]\n", ("GR-TYPE", 3)),
    ("Resources: {}\n---\na: b\n", ("GR-TYPE", 4)),
    ("Resources:\n  A: {Type: A::B, Properties: {P: !Ref A}}\n", None),
]


@pytest.mark.parametrize(("text", "expected"), BAD)
def test_bad_input_is_told_of_at_its_line(text: str, expected: tuple[str, int] | None) -> None:
    assert codes(load(text)) == ([expected] if expected else [])


def test_properties_that_are_no_mapping_are_unknown() -> None:
    loaded = load("Resources:\n  A: {Type: A::B, Properties: text}\n", {"A::B": frozenset({"P"})})
    assert loaded.resources[0].attributes["P"].code == "invalid"
    assert codes(loaded) == [("GR-TYPE", 3)]


def test_text_that_would_grow_too_long_is_unknown() -> None:
    text = "Parameters: {P0: {Type: String, Default: " + "x" * 1000 + "}}\nResources:\n  A:\n    Type: A::B\n"
    text += "    Properties:\n      P: !Sub '" + "${P0}" * 2000 + "'\n"
    loaded = load(text)
    assert loaded.resources[0].attributes["P"].code == "budget"
    assert [each.code for each in loaded.diagnostics] == ["GR-LIMIT-EVAL"]


def test_nested_conditions_over_conditions_end_soon() -> None:
    text = "Conditions: {C: !Equals [!Ref AWS::Region, x]}\nResources:\n  A: {Type: A::B, Properties: {P: 1}}\n"
    deep = "x"
    for _ in range(40):
        deep = f"!If [C, [{deep}], [!Ref AWS::NoValue]]"
    loaded = load(text.replace("P: 1", f"P: [{deep}]"))
    assert len(loaded.resources) == 1


NODES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-3, 300), st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(["", "A", "B", "P", "C", "${A}", "${A.Arn}", "a/b", "${P}", "AWS::NoValue", "AWS::Region"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from([
                "Ref", "Fn::GetAtt", "Fn::Sub", "Fn::If", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::FindInMap",
                "Fn::Cidr", "Fn::GetAZs", "Fn::Length", "Fn::ToJsonString", "Fn::Transform", "Fn::ForEach::L", "Type",
                "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition", "Properties", "Default", "Fn::Base64", "A",
            ]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["A", "B", "Fn::ForEach::R"]), NODES),
    NODES, NODES, NODES, NODES,
)  # fmt: skip
def test_nothing_raises_and_every_place_lies_in_the_file(
    resources: dict[str, Any], properties: Any, conditions: Any, parameters: Any, mappings: Any
) -> None:
    tree = {
        "AWSTemplateFormatVersion": "x",
        "Transform": ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"],
        "Conditions": {"C": conditions}, "Parameters": {"P": parameters}, "Mappings": {"M": {"A": mappings}},
        "Resources": {**resources, "Z": {"Type": "A::B", "Condition": "C", "Properties": {"P": properties}}},
    }  # fmt: skip
    text = json.dumps(tree, indent=1)
    loaded = load({"t.json": text})
    lines = text.count("\n") + 1
    for found in loaded.resources:
        for path in _paths(dict(found.attributes)):
            place = found.provenance.place(path)
            assert 1 <= place.span.start_line <= place.span.end_line <= lines
            found.provenance.is_given(path)
            found.provenance.is_literal(path)


def _paths(value: Any) -> list[tuple[Any, ...]]:
    paths: list[tuple[Any, ...]] = [()]
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        paths += [(key, *path) for path in _paths(inner)]
    return paths


@pytest.mark.parametrize(
    "text",
    [
        "Resources:\n  Net:\n    Type: !Rain::Module ../vpc.yml\n"
        "  B:\n    Type: AWS::S3::Bucket\n    Properties: {A: !Rain::Embed a.txt, C: !Ref NetVpc}\n",
        '{"Resources": {"Net": {"Type": {"Rain::Module": "../vpc.yml"}}, "B": {"Type": "AWS::S3::Bucket",'
        ' "Properties": {"A": {"Fn::Sub": {"Rain::Embed": "a.txt"}}, "C": {"Ref": "NetVpc"}}}}}',
    ],
)
def test_template_of_rain_says_how_to_package_it(text: str) -> None:
    loaded = load({"t.yaml": text})
    assert [code for code, _ in codes(loaded)] == ["GR-TEMPLATE"]
    assert "rain pkg" in loaded.diagnostics[0].hint
    (bucket,) = loaded.resources
    assert bucket.attributes["A"].code == "data"
    assert bucket.provenance.is_literal(("A",))
    assert bucket.attributes["C"].code == "computed"


def test_template_that_names_a_directive_of_rain_is_none_of_its() -> None:
    properties = "{A: '\"Rain::Embed\"'}"
    text = f"# !Rain::Embed a.txt\nResources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties: {properties}\n"
    loaded = load(text)
    assert loaded.diagnostics == ()
    assert loaded.resources[0].attributes["A"] == '"Rain::Embed"'


def test_number_of_an_account_is_made_of_digits() -> None:
    properties = "{A: !Ref AWS::AccountId, B: !Sub '${AWS::AccountId}'}"
    (bucket,) = load(f"Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties: {properties}\n").resources
    assert {type(each) for each in bucket.attributes.values()} == {Spelled}
