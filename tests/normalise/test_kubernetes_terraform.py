"""Terraform's Kubernetes resources: whole manifests in an attribute, references, places, the provider's defaults."""

from __future__ import annotations

import pytest

from scanner.normalise.shape import is_foreign
from tests.loaders.kubernetes.texts import graph, node, values

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: 'n', labels: {app: web}}
spec: {hostPID: true, containers: [{name: c, image: x, securityContext: {privileged: true}}]}
"""
MANIFEST = """\
resource "kubernetes_manifest" "p" {
  manifest = {
    apiVersion = "v1"
    kind       = "Pod"
    metadata   = { name = "p", namespace = "n", labels = { app = "web" } }
    spec = {
      hostPID = true
      containers = [{
        name            = "c"
        image           = "x"
        securityContext = { privileged = true }
      }]
    }
  }
}
"""
KUBECTL = f'resource "kubectl_manifest" "p" {{\n  yaml_body = <<-E\n{POD}  E\n}}\n'


@pytest.mark.parametrize("text", [MANIFEST, KUBECTL], ids=["kubernetes_manifest", "kubectl_manifest"])
def test_a_manifest_in_an_attribute_gives_the_same_as_in_a_file(text: str) -> None:
    found, plain = graph({"main.tf": text}), graph(POD)
    for kind in ("workload", "container"):
        assert values(node(found, kind)) == values(node(plain, kind))
    assert node(found, "workload").native.format == "terraform"


def test_places_in_a_manifest_in_an_attribute_are_those_of_its_lines() -> None:
    found = graph({"main.tf": MANIFEST})
    workload, container = node(found, "workload"), node(found, "container")
    lines = [
        each.span.start_line
        for each in (
            workload.locator.places(workload, "host_pid")[0],
            container.locator.places(container, "privileged")[0],
        )
    ]
    assert lines == [7, 11]
    assert workload.locator.is_given(workload, "host_pid")
    assert not workload.locator.is_given(workload, "host_ipc")


def test_a_manifest_of_somebody_elses_kind_is_a_plain_node() -> None:
    text = MANIFEST.replace('"v1"', '"serving.knative.dev/v1"').replace('"Pod"', '"Service"')
    assert [each.kind for each in graph({"main.tf": text}).nodes if each.kind != "root"] == [
        "terraform/kubernetes_manifest"
    ]


@pytest.mark.parametrize(
    ("version", "foreign"),
    [
        ("v1", False),
        ("apps/v1", False),
        ("networking.k8s.io/v1", False),
        ("serving.knative.dev/v1", True),
        ("gateway.networking.k8s.io/v1", False),
        ("extensions/v1beta1", False),
    ],
)
def test_groups_of_others_are_told_by_their_name(version: str, foreign: bool) -> None:
    assert is_foreign(version) is foreign


def test_references_between_resources_join_by_what_they_evaluate_to() -> None:
    found = graph(
        {
            "main.tf": """\
            resource "kubernetes_namespace" "n" {
              metadata { name = "shop" }
            }
            resource "kubernetes_service_account" "robot" {
              metadata {
                name      = "robot"
                namespace = kubernetes_namespace.n.metadata[0].name
              }
            }
            resource "kubernetes_cluster_role_binding" "b" {
              metadata { name = "b" }
              role_ref {
                api_group = "rbac.authorization.k8s.io"
                kind      = "ClusterRole"
                name      = "cluster-admin"
              }
              subject {
                kind      = "ServiceAccount"
                name      = kubernetes_service_account.robot.metadata[0].name
                namespace = "shop"
              }
            }
            resource "kubernetes_pod" "p" {
              metadata {
                name      = "p"
                namespace = "shop"
              }
              spec { service_account_name = kubernetes_service_account.robot.metadata[0].name }
            }
            """
        }
    )
    account = node(found, "service_account")
    assert account.read("namespace") == "shop"
    assert node(found, "workload").read("service_account") is account
    assert node(found, "role_binding").read("subjects") == [account]
    assert node(found, "role_binding").read("role_name") == "cluster-admin"
    assert account.read("bindings") == [node(found, "role_binding")]


def test_a_network_policy_selects_the_pods_of_a_deployment() -> None:
    found = graph(
        {
            "main.tf": """\
            resource "kubernetes_network_policy" "deny" {
              metadata { name = "deny" }
              spec {
                pod_selector {
                  match_expressions {
                    key      = "app"
                    operator = "In"
                    values   = ["web"]
                  }
                }
                policy_types = ["Ingress"]
                ingress {
                  from {
                    ip_block { cidr = "0.0.0.0/0" }
                  }
                }
              }
            }
            resource "kubernetes_deployment" "web" {
              metadata { name = "web" }
              spec {
                template {
                  metadata { labels = { app = "web" } }
                }
              }
            }
            """
        }
    )
    policy = node(found, "network_policy")
    assert node(found, "workload").read("policies") == [policy]
    assert policy.read("ingress") == [{"cidrs": ["0.0.0.0/0"], "peers": True, "ports": False}]


@pytest.mark.parametrize("stated", ["", "security_context {}"])
def test_escalation_is_allowed_where_nothing_says_otherwise(stated: str) -> None:
    text = f'resource "kubernetes_pod" "p" {{\n spec {{\n  container {{\n   name = "c"\n   {stated}\n  }}\n }}\n}}\n'
    assert node(graph({"main.tf": text}), "container").read("allow_escalation") is True
