"""What is no manifest, or one of wrong types: templates, kustomizations, stray documents."""

from __future__ import annotations

import pytest

from scanner.model import Unknown
from tests.loaders.kubernetes.texts import addresses, codes, documents, load

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: c, image: x}]}}}
"""


def test_a_template_that_does_not_parse_is_answered_with_how_to_render_it() -> None:
    loaded = load("apiVersion: v1\nkind: Pod\n{{- if .Values.x }}\nmetadata: {name: p}\n{{- end }}\n")
    assert [(each.code, each.level) for each in loaded.diagnostics] == [("GR-TEMPLATE", "error")]
    assert "helm template . | groundrule scan -" in loaded.diagnostics[0].hint


def test_the_expressions_of_a_template_that_parses_are_not_known() -> None:
    loaded = load(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
        "spec:\n  replicas: {{ .Values.replicas }}\n  paused: false\n  image: 'x:{{ .Values.tag }}'\n"
    )
    spec = loaded.resources[0].attributes["spec"]
    assert [(each.code, each.level) for each in loaded.diagnostics] == [("GR-TEMPLATE", "warning")]
    assert isinstance(spec["replicas"], Unknown)
    assert isinstance(spec["image"], Unknown)
    assert spec["image"].prefix == "x:"
    assert spec["paused"] is False


def test_a_name_that_is_an_expression_makes_it_a_template() -> None:
    assert codes(load("apiVersion: v1\nkind: Pod\nmetadata: {name: '{{name}}'}\n")) == ["GR-TEMPLATE"]


def test_templates_inside_texts_are_texts() -> None:
    loaded = load("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {alert: 'is {{ $value }}'}\n")
    assert loaded.diagnostics == ()
    assert loaded.resources[0].attributes["data"] == {"alert": "is {{ $value }}"}


KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches: [{path: part.yaml}]
patchesStrategicMerge: [whole.yaml, ../elsewhere.yaml, "inline: |\\n  x"]
"""
PART = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n"


def test_a_kustomization_is_no_manifest() -> None:
    (document,) = found = documents({"o/kustomization.yaml": KUSTOMIZATION})
    loaded = load({"o/kustomization.yaml": KUSTOMIZATION})
    assert loaded.resources == ()
    assert [(each.code, each.level) for each in loaded.diagnostics] == [("GR-KUSTOMIZE", "note")]
    assert "kubectl kustomize o | groundrule scan -" in loaded.diagnostics[0].hint
    assert document is found[0]


def test_a_patch_that_lacks_its_containers_is_not_judged_and_a_whole_manifest_is() -> None:
    loaded = load({"o/kustomization.yaml": KUSTOMIZATION, "o/part.yaml": PART, "o/whole.yaml": DEPLOYMENT})
    assert [each.span.path for each in loaded.resources] == ["o/whole.yaml"]
    assert codes(loaded) == ["GR-KUSTOMIZE", "GR-KUSTOMIZE"]


def test_a_part_of_a_manifest_that_nobody_calls_a_patch_is_judged() -> None:
    assert addresses(load({"o/part.yaml": PART})) == ["Deployment/default/web"]


def test_a_resource_called_kustomization_of_another_group_is_a_resource() -> None:
    text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k, namespace: ns}\n"
    assert addresses(load(text)) == ["Kustomization/ns/k"]


@pytest.mark.parametrize(
    ("text", "message", "level", "kept"),
    [
        ("apiVersion: [v1]\nkind: Pod\n", "/apiVersion is a list where a text belongs", "error", []),
        ("apiVersion: v1\nkind: {a: b}\n", "/kind is an object where a text belongs", "error", []),
        ("kind: Pod\nmetadata: {apiVersion: 1}\n", "/apiVersion is missing where a text belongs", "error", []),
        ("apiVersion: v1\nkind: List\nitems: {a: b}\n", "/items is an object where a list belongs", "error", []),
        ("apiVersion: v1\nkind: List\nitems: [7]\n", "/items/0 is a number where a manifest belongs", "error", []),
        ("a: {apiVersion: v1, kind: x}\n", "a document without apiVersion and kind is no manifest", "warning", []),
        ("- apiVersion: v1\n  kind: x\n", "the document is a list where a manifest belongs", "error", []),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: 7\n",
            "/metadata is a number where an object belongs",
            "error",
            ["Pod/default/?"],
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: 7}\n",
            "/metadata/name is a number where a text belongs",
            "error",
            ["Pod/default/?"],
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{securityContext: yes}]}\n",
            "/spec/containers/0/securityContext is a boolean where an object belongs",
            "warning",
            ["Pod/default/p"],
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: 'x'}\n",
            "/spec/volumes is a text where a list belongs",
            "warning",
            ["Pod/default/p"],
        ),
    ],
)
def test_a_wrong_type_is_said_with_its_place(text: str, message: str, level: str, kept: list[str]) -> None:
    loaded = load(text)
    assert [(each.message, each.level) for each in loaded.diagnostics] == [(message, level)]
    assert loaded.diagnostics[0].span is not None
    assert addresses(loaded) == kept


def test_what_is_not_kubernetes_own_may_lack_metadata() -> None:
    loaded = load("apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: [{role: worker}]\n")
    assert addresses(loaded) == ["Cluster/?"]
    assert loaded.diagnostics == ()


def test_a_file_that_is_broken_throughout_does_not_fill_the_report() -> None:
    loaded = load("---\n".join(["apiVersion: [v1]\nkind: Pod\n"] * 200))
    assert len(loaded.diagnostics) == 50


def test_a_kustomization_may_leave_out_what_it_is() -> None:
    texts = {"o/kustomization.yaml": "resources: [whole.yaml]\n", "o/whole.yaml": DEPLOYMENT}
    loaded = load(texts)
    assert codes(loaded) == ["GR-KUSTOMIZE"]
    assert len(loaded.resources) == 1
    assert codes(load({"o/other.yaml": "resources: [whole.yaml]\n"})) == []


def test_patches_of_a_kustomization_that_leaves_out_what_it_is_are_parts() -> None:
    loaded = load({"o/Kustomization": "patchesStrategicMerge: [part.yaml]\n", "o/part.yaml": PART})
    assert codes(loaded) == ["GR-KUSTOMIZE", "GR-KUSTOMIZE"]
    assert loaded.resources == ()
