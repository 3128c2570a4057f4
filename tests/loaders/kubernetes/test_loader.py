"""Streams, lists and files to native resources: addresses, types, what is demanded, what is secret."""

from __future__ import annotations

import base64
import json

import pytest

from scanner.model import Limits, Unknown
from tests.loaders.kubernetes.texts import addresses, codes, load, the

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x}]}\n"


def test_a_stream_gives_one_resource_a_document() -> None:
    loaded = load(f"{POD}---\n---\n{POD.replace('name: p', 'name: q, namespace: team')}...\n")
    assert addresses(loaded) == ["Pod/default/p", "Pod/team/q"]
    assert {each.format for each in loaded.resources} == {"kubernetes"}
    assert loaded.diagnostics == ()


def test_what_is_cluster_wide_has_no_namespace_in_its_address() -> None:
    text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r, namespace: stray}\n"
    assert addresses(load(text)) == ["ClusterRole/r"]


@pytest.mark.parametrize(
    ("text", "address", "type"),
    [
        ("apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: i}\n", "Issuer/i", "Issuer"),
        (
            "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: i, namespace: ns}\n",
            "Issuer/ns/i",
            "Issuer",
        ),
        (
            "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: s, namespace: ns}\n",
            "Service.serving.knative.dev/ns/s",
            "Service.serving.knative.dev",
        ),
        ("apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: i}\n", "Ingress/default/i", "Ingress"),
    ],
)
def test_custom_resources_keep_their_kind_unless_it_is_one_of_kubernetes(text: str, address: str, type: str) -> None:
    (resource,) = load(text).resources
    assert (resource.address, resource.type) == (address, type)


def test_a_name_that_the_server_makes_up_is_open_and_never_a_duplicate() -> None:
    job = "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: import-}\n"
    loaded = load(f"{job}---\n{job}")
    assert addresses(loaded) == ["Job/default/import-*"] * 2
    assert loaded.diagnostics == ()


def test_a_list_gives_its_items_also_a_typed_and_a_nested_one() -> None:
    loaded = load(
        {
            "a.json": json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "List",
                    "items": [
                        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}},
                        {
                            "apiVersion": "v1",
                            "kind": "List",
                            "items": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "q"}}],
                        },
                    ],
                }
            ),
            "b.yaml": "apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: c}, data: {a: b}}]\n",
            "c.yaml": "apiVersion: v1\nkind: List\nitems:\n",
        }
    )
    assert addresses(loaded) == ["ConfigMap/default/c", "Pod/default/p", "Pod/default/q"]
    assert loaded.diagnostics == ()


def test_only_what_is_demanded_is_copied() -> None:
    loaded = load(POD, demand={"Pod": frozenset({"metadata"})})
    assert loaded.resources[0].attributes == {"metadata": {"name": "p"}}
    assert load(POD, demand={}).resources[0].attributes == {}


def test_attributes_are_plain_dicts_and_lists() -> None:
    attributes = load(POD).resources[0].attributes
    assert type(attributes["spec"]) is dict
    assert type(attributes["spec"]["containers"]) is list
    assert type(attributes["spec"]["containers"][0]) is dict


def test_what_an_alias_shares_stays_shared() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: &a {x: [1]}, b: *a}\n"
    data = load(text).resources[0].attributes["data"]
    assert data["a"] == {"x": [1]}
    assert data["a"] is data["b"]


def test_booleans_are_those_of_yaml_1_1() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostPID: yes, hostIPC: off, hostNetwork: 'yes'}\n"
    assert load(text).resources[0].attributes["spec"] == {"hostPID": True, "hostIPC": False, "hostNetwork": "yes"}


def test_a_merged_key_counts_unless_it_is_stated() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {<<: {hostPID: true, hostIPC: true}, hostIPC: false}\n"
    )
    assert load(text).resources[0].attributes["spec"] == {"hostPID": True, "hostIPC": False}


def test_one_broken_document_costs_that_document() -> None:
    loaded = load(f"{POD}---\na: [1\n---\n{POD.replace('name: p', 'name: q')}")
    assert addresses(loaded) == ["Pod/default/p", "Pod/default/q"]


def test_every_value_of_a_key_given_twice_is_judged() -> None:
    loaded = load(
        """\
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec:
          hostNetwork: true
          hostPID: false
          hostNetwork: false
        """
    )
    readings = [each.attributes["spec"]["hostNetwork"] for each in loaded.resources]
    assert sorted(readings) == [False, True]
    lines = {
        each.attributes["spec"]["hostNetwork"]: each.provenance.place(("spec", "hostNetwork")).span.start_line
        for each in loaded.resources
    }
    assert lines == {True: 5, False: 7}


def test_two_definitions_of_one_object_are_said_and_both_judged() -> None:
    loaded = load({"a.yaml": POD, "b.yaml": POD.replace("name: p", "name: p, namespace: default")})
    assert addresses(loaded) == ["Pod/default/p"] * 2
    (diagnostic,) = loaded.diagnostics
    assert (diagnostic.code, diagnostic.path) == ("GR-DUPLICATE", "b.yaml")
    assert "a.yaml:1" in diagnostic.message


def test_the_values_of_secrets_are_kept_from_every_output() -> None:
    encoded = base64.b64encode(b"the password").decode()
    applied = json.dumps({"data": {"k": base64.b64encode(b"an older one").decode()}})
    loaded = load(
        f"""\
        apiVersion: v1
        kind: Secret
        metadata: {{name: s, annotations: {{kubectl.kubernetes.io/last-applied-configuration: '{applied}'}}}}
        data: {{k: {encoded}}}
        stringData: {{p: plain text, n: 12345678}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {{name: c}}
        data: {{a: no secret}}
        """
    )
    assert {"the password", encoded, "an older one", "plain text", "12345678"} <= set(loaded.secrets)
    assert "no secret" not in loaded.secrets


def test_an_annotation_that_is_no_json_is_secret_as_a_whole() -> None:
    text = """\
        apiVersion: v1
        kind: Secret
        metadata: {name: s, annotations: {kubectl.kubernetes.io/last-applied-configuration: broken}}
        data: not an object
        """
    assert set(load(text).secrets) >= {"broken", "not an object"}


def test_more_objects_than_the_limit_are_not_judged() -> None:
    text = POD + "---\n" + POD.replace("name: p", "name: q")
    loaded = load(text, limits=Limits(elements=1))
    assert addresses(loaded) == ["Pod/default/p"]
    assert codes(loaded) == ["GR-LIMIT-ELEMENTS"]


def test_a_value_with_an_unknown_tag_is_not_known() -> None:
    resource = the(load("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: !x {a: b}\n"), "Pod/default/p")
    assert isinstance(resource.attributes["spec"], Unknown)
    assert not resource.provenance.is_literal(("spec",))
