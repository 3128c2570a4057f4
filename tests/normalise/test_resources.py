"""Native resources become nodes: children, what a service adds, copies, shapes, and what is not mapped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanner.model import Resource, Unknown
from scanner.normalise import Tables, load_tables, make_tables, normalise
from tests.normalise.natives import children, graph_of, maybe, native, variable

KINDS = {
    "test.group": {"as": "group", "names": ["id"], "attributes": {"name": "string", "rules": "refs(test.rule.group)"}},
    "test.rule": {
        "as": "rule",
        "attributes": {"group": "ref(test.group)", "side": "string", "ports": "list(int)", "open": "bool=false"},
    },
    "test.holder": {"as": "holder", "attributes": {"parts": "list(ref(test.group))", "label": "string"}},
}
RULE = {"side": {"const": "in"}, "ports": "ports[*]", "open": "open"}
TERRAFORM = {
    "x_group": {
        "kind": "test.group",
        "set": {"name": "name"},
        "nodes": [{"kind": "test.rule", "each": "rule[*]", "owner": "group", "key": ["side", "ports"], "set": RULE}],
    },
    "x_open": {
        "kind": "test.group",
        "set": {"name": "name"},
        "nodes": [
            {
                "kind": "test.rule", "each": "rule[*]", "owner": "group", "key": ["side"], "set": RULE,
                "absent": {"side": "out", "open": True},
            }
        ],
    },
    "x_copy": {"like": "x_group", "set": {"name": {"const": "copied"}}},
    "x_nameless": {"like": "x_group", "set": {"name": None}},
    "x_parts": {
        "nodes": [
            {"kind": "test.holder", "each": "part[*]", "key": ["label"], "set": {"label": "^title", "parts": ["$"]}},
            {"kind": "test.holder", "each": "map{}", "key": ["label"], "set": {"label": "$key"}},
        ]
    },
}  # fmt: skip
TABLES = make_tables({"t.yaml": {"kinds": KINDS, "terraform": TERRAFORM}})


def nodes(type: str, tree: dict[str, Any], tables: Tables = TABLES, **more: Any) -> list[Resource]:
    return normalise([native(f"{type}.t", tree, **more)], tables).resources


def test_children_are_nodes_with_owner_and_key() -> None:
    group, first, second = nodes("x_group", {"name": "g", "rule": [{"ports": ["22"]}, {"open": True}]})
    assert (first.kind, first.owner, first.address) == ("test.rule", group, "x_group.t")
    assert first.attributes == {"group": group, "side": "in", "ports": [22], "open": False}
    assert (first.key, second.key) == (("in", [22]), ("in", []))
    assert second.attributes["open"] is True


def test_a_child_that_may_not_exist_says_so() -> None:
    _, first, second = nodes("x_group", {"rule": [{"ports": [1]}, maybe({"ports": [2]})]})
    assert first.existence is None
    assert isinstance(second.existence, Unknown)
    assert second.attributes["ports"] == [2]


def test_an_unknown_list_gives_one_child_of_which_only_constants_are_known() -> None:
    group, child = nodes("x_group", {"rule": variable("rules")})
    assert child.owner is group
    assert child.attributes["side"] == "in"
    assert isinstance(child.attributes["ports"], Unknown)
    assert isinstance(child.attributes["open"], Unknown)
    assert child.existence is not None
    assert child.existence.code == "variable"


def test_what_an_unknown_list_certainly_has_are_children_too() -> None:
    rules = Unknown("variable", "var.rules", contains=({"ports": [22]},))
    _, certain, hidden = nodes("x_group", {"rule": rules})
    assert (certain.attributes["ports"], certain.existence) == ([22], None)
    assert hidden.existence is rules


def test_an_unknown_child_exists() -> None:
    _, child = nodes("x_group", {"rule": [variable("rule")]})
    assert child.existence is None
    assert isinstance(child.attributes["open"], Unknown)


def test_children_share_the_doubt_of_their_resource() -> None:
    doubt = variable("n")
    group, child = nodes("x_group", {"rule": [{}]}, existence=doubt)
    assert group.existence is doubt
    assert child.existence is doubt


def test_a_service_adds_its_child_only_when_none_is_stated() -> None:
    _, added = nodes("x_open", {})
    assert (added.attributes["side"], added.attributes["open"], added.attributes["ports"]) == ("out", True, None)
    _, stated = nodes("x_open", {"rule": [{}]})
    assert stated.attributes["side"] == "in"
    _, unknown = nodes("x_open", {"rule": variable("rules")})
    assert unknown.attributes["side"] == "in"


def test_a_copy_has_what_it_is_like_but_for_its_own_fields() -> None:
    group, child = nodes("x_copy", {"name": "own", "rule": [{}]})
    assert (group.kind, group.attributes["name"], child.kind) == ("test.group", "copied", "test.rule")
    (bare,) = nodes("x_nameless", {"name": "own"})
    assert bare.attributes["name"] is None


def test_an_entry_may_have_only_children() -> None:
    first, second = nodes("x_parts", {"title": "t", "part": ["a", "b"]})
    assert [node.attributes["label"] for node in (first, second)] == ["t", "t"]
    assert first.owner is None
    (keyed,) = nodes("x_parts", {"map": {"k": {}}})
    assert keyed.attributes["label"] == "k"


def test_a_type_without_mapping_is_a_node_of_its_own_kind() -> None:
    (node,) = nodes("x_other", {"a": [{"b": 1}]})
    assert (node.kind, node.attributes) == ("terraform/x_other", {"a": [{"b": 1}]})


def test_a_plan_is_read_by_the_terraform_half() -> None:
    (node,) = nodes("x_group", {"name": "g"}, format="terraform_plan")
    assert (node.kind, node.attributes["name"]) == ("test.group", "g")
    (other,) = nodes("x_other", {}, format="terraform_plan")
    assert other.kind == "terraform/x_other"


def test_only_what_is_read_is_mapped() -> None:
    made = normalise([native("x_group.t", {"name": "g", "rule": [{}]})], TABLES, [("test.group", "name")])
    assert [(node.kind, node.attributes) for node in made.resources] == [("test.group", {"name": "g"})]
    made = normalise([native("x_group.t", {"rule": [{}]})], TABLES, [("test.rule", "open")])
    assert [node.kind for node in made.resources] == ["test.group", "test.rule"]
    assert made.resources[1].attributes["open"] is False


def test_texts_typed_secret_are_named_for_redaction() -> None:
    kinds = {"test.secret": {"as": "secret", "attributes": {"value": "secret", "all": "map(secret)"}}}
    entry = {"kind": "test.secret", "set": {"value": "value", "all": "all"}}
    tables = make_tables({"t.yaml": {"kinds": kinds, "terraform": {"x_secret": entry}}})
    made = normalise([native("x_secret.t", {"value": "hunter2", "all": {"a": "s3cret", "b": variable("x")}})], tables)
    assert sorted(made.secrets) == ["hunter2", "s3cret"]


KUBERNETES = {
    "kinds": {
        "test.load": {"as": "load", "attributes": {"name": "string", "replicas": "int=1", "service_account": "string"}},
        "test.box": {"as": "box", "attributes": {"load": "ref(test.load)", "image": "string", "ports": "list(int)"}},
    },
    "kubernetes": {
        "Load": {
            "kind": "test.load",
            "with": {"pod": "spec.template.spec"},
            "set": {"name": "metadata.name", "replicas": "spec.replicas", "service_account": "pod.serviceAccountName"},
            "nodes": [
                {
                    "kind": "test.box", "each": "pod.containers[*]", "owner": "load", "key": ["image"],
                    "set": {"image": "image", "ports": "ports[*].containerPort"},
                }
            ],
        },
        "Solo": {"like": "Load", "with": {"pod": "spec"}, "set": {"replicas": None}},
    },
    "terraform": {
        "k_load": {"shape": "kubernetes", "like": "Load"},
        "k_manifest": {"shape": "kubernetes", "at": "manifest"},
        "k_yaml": {"shape": "kubernetes", "at": "yaml(body)"},
    },
}  # fmt: skip
POD = {"serviceAccountName": "sa", "containers": [{"image": "web:1", "ports": [{"containerPort": 80}]}]}


def shaped(type: str, tree: dict[str, Any], **more: Any) -> list[Resource]:
    return nodes(type, tree, make_tables({"k.yaml": KUBERNETES}), **more)


def test_with_names_a_prefix_that_a_copy_may_replace() -> None:
    load, box = shaped("Load", {"spec": {"replicas": 2, "template": {"spec": POD}}}, format="kubernetes")
    assert (load.attributes["service_account"], load.attributes["replicas"]) == ("sa", 2)
    assert (box.attributes["image"], box.attributes["ports"]) == ("web:1", [80])
    solo, box = shaped("Solo", {"spec": {"replicas": 2, **POD}}, format="kubernetes")
    assert (solo.attributes["service_account"], solo.attributes["replicas"]) == ("sa", 1)
    assert box.owner is solo


def test_the_terraform_form_of_a_kubernetes_resource_is_read_as_one() -> None:
    container = [{"image": "web:1", "port": [{"container_port": "80"}]}]
    spec = [{"replicas": "2", "template": [{"spec": [{"service_account_name": "sa", "container": container}]}]}]
    load, box = shaped("k_load", {"metadata": [{"name": "n"}], "spec": spec})
    assert load.attributes == {"name": "n", "replicas": 2, "service_account": "sa"}
    assert (box.attributes["image"], box.attributes["ports"]) == ("web:1", [80])


def test_a_manifest_in_a_resource_is_mapped_by_the_kind_it_names() -> None:
    manifest = {"kind": "Load", "metadata": {"name": "n"}, "spec": {"template": {"spec": POD}}}
    load, box = shaped("k_manifest", {"manifest": manifest})
    assert (load.kind, load.attributes["name"], box.attributes["image"]) == ("test.load", "n", "web:1")
    assert box.locator.places(box, "image")[0].attribute == "manifest.spec.template.spec.containers[0].image"
    load, box = shaped("k_yaml", {"body": json.dumps(manifest)})
    assert (load.attributes["name"], box.attributes["image"]) == ("n", "web:1")
    (broken,) = shaped("k_yaml", {"body": "a: [\n---\n"})
    assert broken.kind == "terraform/k_yaml"
    (unknown,) = shaped("k_manifest", {"manifest": variable("m")})
    assert unknown.kind == "terraform/k_manifest"


@pytest.mark.parametrize(
    ("mapping", "count"),
    [
        ({"ebs": [{"encrypted": True}]}, 1),
        ({"ebs": variable("x")}, 1),
        ({"ebs": []}, 0),
        ({"virtual_name": "ephemeral0"}, 0),
        ({"no_device": "true"}, 0),
    ],
)
def test_only_a_mapping_to_a_volume_makes_one(mapping: dict[str, Any], count: int) -> None:
    tree = {"block_device_mappings": [{"device_name": "/dev/sdb", **mapping}]}
    found = children(graph_of([native("aws_launch_template.t", tree)], load_tables()), "aws.ec2.volume")
    assert len(found) == count


def test_a_mapping_to_what_may_be_a_volume_makes_one_that_may_not_exist() -> None:
    tree = {"block_device_mappings": [{"device_name": "/dev/sdb", "ebs": [maybe({"encrypted": False})]}]}
    (volume,) = children(graph_of([native("aws_launch_template.t", tree)], load_tables()), "aws.ec2.volume")
    assert volume.existence is not None
