"""Whatever a text holds, the loader answers: nothing is raised, and every place lies in the file."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Limits, Resource, SourceSpan
from scanner.normalise import link, normalise
from tests.loaders.kubernetes.texts import TABLES, addresses, codes, documents, load

KINDS = ["Pod", "Deployment", "CronJob", "List", "Role", "RoleBinding", "Service", "NetworkPolicy", "Ingress", "Secret"]
WORDS = [
    *("apiVersion", "kind", "metadata", "name", "namespace", "spec", "template", "containers", "securityContext"),
    *("data", "items", "selector", "podSelector", "matchLabels", "matchExpressions", "key", "operator", "values"),
    *("rules", "subjects", "roleRef", "env", "volumes", "labels", "annotations", "jobTemplate", "ingress", "from"),
]
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.sampled_from(["", "a", "In", "{{x}}", "*"])
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)),
    max_leaves=25,
)


@st.composite
def manifests(draw: st.DrawFn) -> dict[str, Any]:
    tree = draw(st.dictionaries(st.sampled_from(WORDS), TREES, max_size=6))
    pod = {"containers": draw(TREES), "volumes": draw(TREES), "securityContext": draw(TREES)}
    stated = {"apiVersion": "v1", "kind": draw(st.sampled_from(KINDS))}
    return {"spec": {"template": {"spec": pod}}, **stated, **tree, **({} if draw(st.booleans()) else stated)}


def inside(span: SourceSpan, lines: list[str]) -> bool:
    last = span.end_line
    return 1 <= span.start_line <= last <= len(lines) and span.end_column <= len(lines[last - 1]) + 2


def every_place(node: Resource) -> list[SourceSpan]:
    found = []
    for name in node.attributes:
        node.read(name)
        found += [place.span for place in node.locator.places(node, name)]
        node.locator.is_given(node, name)
        node.locator.is_literal(node, name)
    return found


@given(st.lists(manifests(), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_manifests_of_any_types_give_a_graph_with_places_in_the_file(trees: list[dict[str, Any]]) -> None:
    text = yaml.safe_dump_all(trees)
    loaded = load(text)
    graph = link(normalise(loaded.resources, TABLES), TABLES, roots=loaded.roots)
    lines = text.split("\n")
    spans = [span for node in graph.nodes if node.kind != "root" for span in every_place(node)]
    assert all(inside(span, lines) for span in spans)
    assert all(inside(each.span, lines) for each in loaded.diagnostics if each.span is not None)


@given(st.text(alphabet="apiVersonkd:PtmL{}[]&*!<-#'\"\n |>1,", max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_text_behind_a_manifest_leaves_that_manifest(noise: str) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
    assert "Pod/default/p" in addresses(load(f"{pod}---\nkind: x\napiVersion: {noise}\n"))


def test_aliases_that_expand_without_end_cost_no_memory() -> None:
    bomb = "".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 6))
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  l0: &l0 [x]\n{bomb}"
    loaded = load(text)
    data = loaded.resources[0].attributes["data"]
    assert data["l5"][0] is data["l5"][9] is data["l4"]


def test_a_list_of_aliases_stops_at_the_limit() -> None:
    pod = "&p {apiVersion: v1, kind: Pod, metadata: {name: p}}"
    text = f"apiVersion: v1\nkind: List\nitems: [{pod}, {', '.join(['*p'] * 50)}]\n"
    loaded = load(text, limits=Limits(elements=20))
    assert len(loaded.resources) == 20
    assert "GR-LIMIT-ELEMENTS" in codes(loaded)


def test_what_is_no_manifest_is_left_to_others() -> None:
    assert load({"a.json": "{"}).resources == ()
    assert load({"a.tf": "locals {}"}).resources == ()
    assert documents({"x.yaml": "apiVersion: v1\nkind: Pod\n"})[0].kind == "kubernetes"
