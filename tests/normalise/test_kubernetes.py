"""Workloads and what they are made of: the same from a manifest and from Terraform, and nothing that is not stated."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.loaders.kubernetes.texts import graph, node, values

NGINX = "apiVersion: v1\nkind: Pod\nmetadata: {name: nginx}\nspec: {containers: [{name: nginx, image: nginx}]}\n"


def test_a_plain_pod_gives_nodes_only_for_what_it_states() -> None:
    found = graph(NGINX)
    kinds = Counter(each.kind for each in found.nodes)
    assert kinds == {"kubernetes.workload": 1, "kubernetes.container": 1, "root": 1}
    stated = {name: value for name, value in values(node(found, "container")).items() if value not in (None, [], False)}
    assert stated == {
        "name": "nginx",
        "role": "main",
        "image": "nginx",
        "workload": "nginx",
        "allow_escalation": True,
        "effective.allow_escalation": True,
    }
    workload = values(node(found, "workload"))
    assert {name: value for name, value in workload.items() if value not in (None, [], False)} == {
        "name": "nginx",
        "namespace": "default",
        "controller": "Pod",
        "containers": ["nginx"],
        "effective.automount_token": True,
    }


@pytest.mark.parametrize(
    ("type", "body"),
    [
        ("kubernetes_pod_v1", 'metadata { name = "nginx" }\nspec {\n  container {\n    CONTAINER\n  }\n}'),
        (
            "kubernetes_cron_job_v1",
            'metadata { name = "nginx" }\nspec {\n job_template {\n  metadata {}\n  spec {\n   template {\n'
            "    metadata {}\n    spec {\n     container {\n CONTAINER\n }\n    }\n   }\n  }\n }\n}",
        ),
    ],
)
def test_what_terraform_leaves_out_is_as_absent_as_in_a_manifest(type: str, body: str) -> None:
    body = body.replace("CONTAINER", 'name = "nginx"\nimage = "nginx"')
    found = graph({"main.tf": f'resource "{type}" "p" {{\n{body}\n}}\n'})
    assert values(node(found, "container")) == values(node(graph(NGINX), "container"))
    # NOTE: the provider itself sends true where the configuration says nothing of the token.
    left, right = values(node(found, "workload")), values(node(graph(NGINX), "workload"))
    assert (left.pop("automount_token"), right.pop("automount_token")) == (True, None)
    assert left.pop("controller") in ("Pod", "CronJob")
    right.pop("controller")
    assert left == right


PODS = {
    "Pod": "spec: POD",
    "Deployment": "spec: {template: {metadata: {labels: {a: b}}, spec: POD}}",
    "DaemonSet": "spec: {template: {metadata: {labels: {a: b}}, spec: POD}}",
    "StatefulSet": "spec: {template: {metadata: {labels: {a: b}}, spec: POD}}",
    "ReplicaSet": "spec: {template: {metadata: {labels: {a: b}}, spec: POD}}",
    "ReplicationController": "spec: {template: {metadata: {labels: {a: b}}, spec: POD}}",
    "Job": "spec: {template: {metadata: {labels: {a: b}}, spec: POD}}",
    "CronJob": "spec: {jobTemplate: {spec: {template: {metadata: {labels: {a: b}}, spec: POD}}}}",
    "PodTemplate": "template: {metadata: {labels: {a: b}}, spec: POD}",
}


@pytest.mark.parametrize("kind", PODS)
def test_every_kind_that_runs_pods_is_a_workload(kind: str) -> None:
    pod = "{hostPID: true, containers: [{name: c, image: x}], volumes: [{name: v, hostPath: {path: /}}]}"
    metadata = "{name: w, labels: {a: b}}"
    found = graph(f"apiVersion: x/v1\nkind: {kind}\nmetadata: {metadata}\n{PODS[kind].replace('POD', pod)}\n")
    workload = values(node(found, "workload"))
    wanted = {"controller": kind, "host_pid": True, "pod_labels": {"a": "b"}, "containers": ["c"], "volumes": ["v"]}
    assert {name: workload[name] for name in wanted} == wanted
    replicas = 1 if kind in ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController") else None
    assert workload["replicas"] == replicas


def test_init_sidecar_and_ephemeral_containers_are_told_apart() -> None:
    found = graph(
        """\
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec:
          containers: [{name: a, image: x}]
          initContainers: [{name: b}, {name: c, restartPolicy: Always}, {name: d, restartPolicy: Never}]
          ephemeralContainers: [{name: e, image: x}]
        """
    )
    roles = {each.read("name"): each.read("role") for each in found.by_kind["kubernetes.container"]}
    assert roles == {"a": "main", "b": "init", "c": "sidecar", "d": "init", "e": "ephemeral"}


def context(text: str) -> dict[str, Any]:
    container = f"{{name: c, image: x, securityContext: {text}}}"
    found = graph(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{container}]}}\n")
    return values(node(found, "container"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{allowPrivilegeEscalation: false}", False),
        ("{allowPrivilegeEscalation: true}", True),
        ("{}", True),
        ("{allowPrivilegeEscalation: false, privileged: true}", True),
        ("{allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}", True),
        ("{allowPrivilegeEscalation: false, capabilities: {add: [NET_ADMIN]}}", False),
    ],
)
def test_escalation_is_what_comes_of_it(text: str, expected: bool) -> None:
    assert context(text)["effective.allow_escalation"] is expected


CORE = {
    "r.yaml": "apiVersion: v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{apiGroups: [''], verbs: [get]}]",
    "main.tf": 'resource "kubernetes_cluster_role" "r" {\n rule {\n  api_groups = [""]\n  verbs = ["get"]\n }\n}',
}


@pytest.mark.parametrize("name", CORE)
def test_the_core_group_is_an_empty_text(name: str) -> None:
    assert graph({name: CORE[name]}).by_kind["kubernetes.rbac_rule"][0].read("groups") == [""]


def test_an_empty_text_is_absent() -> None:
    found = graph(NGINX.replace("containers", "serviceAccount: '', containers").replace("image: nginx", "image: ''"))
    assert node(found, "workload").read("service_account") is None
    assert node(found, "container").read("image") is None


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{}", None),
        ("{os: {name: windows}}", "windows"),
        ("{nodeSelector: {kubernetes.io/os: windows}}", "windows"),
        ("{nodeSelector: {disk: ssd}}", None),
        ("{os: {name: linux}, nodeSelector: {kubernetes.io/os: windows}}", "linux"),
    ],
)
def test_the_system_of_a_pod_is_stated_or_asked_for(spec: str, expected: str | None) -> None:
    found = graph(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {spec}\n")
    assert node(found, "workload").read("effective.os") == expected


def test_what_a_pod_has_in_all_limits_its_containers_too() -> None:
    resources = "{limits: {cpu: 2, memory: 1Gi}, requests: {memory: 512Mi}}"
    containers = "[{name: c, resources: {limits: {cpu: 500m}}}]"
    spec = f"{{resources: {resources}, containers: {containers}}}"
    found = values(node(graph(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {spec}\n"), "container"))
    effective = {name: found[f"effective.{name}"] for name in ("limits.cpu", "limits.memory", "requests.memory")}
    assert effective == {"limits.cpu": "500m", "limits.memory": "1Gi", "requests.memory": "512Mi"}


def test_a_security_context_is_stated_even_if_empty() -> None:
    assert context("{}")["security_context"] is True


def test_a_persistent_volume_is_a_volume_without_workload() -> None:
    text = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv}\nspec: {hostPath: {path: /etc}}\n"
    body = 'metadata { name = "pv" }\nspec {\n persistent_volume_source {\n  host_path { path = "/etc" }\n }\n}'
    found = graph({"main.tf": f'resource "kubernetes_persistent_volume" "pv" {{\n{body}\n}}\n'})
    left, right = values(node(graph(text), "volume")), values(node(found, "volume"))
    assert left == right
    assert (left["name"], left["host_path"], left["workload"]) == ("pv", "/etc", None)


def test_config_maps_and_secrets_are_read_in_both_formats() -> None:
    manifests = graph(
        """\
        {apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: 'n'}, data: {a: b}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: s, namespace: 'n'}, type: x, stringData: {a: plain}}
        """
    )
    metadata = 'metadata {\n name = "NAME"\n namespace = "n"\n}\n'
    settings = f'{metadata.replace("NAME", "c")} data = {{ a = "b" }}\n'
    credential = f'{metadata.replace("NAME", "s")} type = "x"\n data = {{ a = "plain" }}\n'
    blocks = {"kubernetes_config_map": settings, "kubernetes_secret_v1": credential}
    text = "".join(f'resource "{type}" "x" {{\n{body}}}\n' for type, body in blocks.items())
    terraform = graph({"main.tf": text})
    for kind in ("config_map", "secret"):
        assert values(node(manifests, kind)) == values(node(terraform, kind))
    assert node(manifests, "secret").read("texts") == {"a": "plain"}
