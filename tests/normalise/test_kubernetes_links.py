"""Relations inside a cluster: selectors, service accounts, roles and bindings, each in its namespace."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.model import Resource, Type, Unknown
from scanner.normalise import closure, demand_of
from scanner.normalise.selectors import Requirement, requirements
from tests.loaders.kubernetes.texts import TABLES, graph, node

POD = "{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {namespace}, labels: {labels}}}}}"
SELECTOR, MAP = Type("selector"), Type("map", item=Type("string"))


def pod(name: str = "p", namespace: str = "ns", labels: str = "{app: web}") -> str:
    return POD.format(name=name, namespace=namespace, labels=labels)


def selected(kind: str, spec: str, *pods: str) -> list[str]:
    top = f"{{apiVersion: v1, kind: {kind}, metadata: {{name: x, namespace: ns}}, spec: {spec}}}"
    found = graph("\n---\n".join([top, *(pods or (pod(),))]))
    names = {"Service": "service", "NetworkPolicy": "network_policy", "PodDisruptionBudget": "disruption_budget"}
    return [each.read("name") for each in node(found, names[kind]).read("selects")]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("{}", True),
        ("{matchLabels: {app: web}}", True),
        ("{matchLabels: {app: api}}", False),
        ("{matchLabels: {app: web, tier: x}}", False),
        ("{matchExpressions: [{key: app, operator: In, values: [web, api]}]}", True),
        ("{matchExpressions: [{key: app, operator: In, values: [api]}]}", False),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [api]}]}", True),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", False),
        ("{matchExpressions: [{key: tier, operator: NotIn, values: [web]}]}", True),
        ("{matchExpressions: [{key: app, operator: Exists}]}", True),
        ("{matchExpressions: [{key: tier, operator: Exists}]}", False),
        ("{matchExpressions: [{key: tier, operator: DoesNotExist}]}", True),
        ("{matchLabels: {app: web}, matchExpressions: [{key: app, operator: DoesNotExist}]}", False),
    ],
)
def test_a_label_selector_selects_what_fulfils_all_of_it(selector: str, expected: bool) -> None:
    wanted = ["p"] if expected else []
    assert selected("NetworkPolicy", f"{{podSelector: {selector}}}") == wanted
    assert selected("PodDisruptionBudget", f"{{selector: {selector}}}") == wanted


def test_what_selects_nothing_and_what_selects_everything_when_nothing_is_stated() -> None:
    assert selected("Service", "{}") == []
    assert selected("Service", "{selector: {}}") == []
    assert selected("PodDisruptionBudget", "{}") == []
    assert selected("NetworkPolicy", "{}") == ["p"]


def test_an_empty_label_is_a_label() -> None:
    found = pod(labels="{marked: ''}")
    assert selected("Service", "{selector: {marked: ''}}", found) == ["p"]
    assert selected("NetworkPolicy", "{podSelector: {matchLabels: {marked: ''}}}", found) == ["p"]
    assert selected("Service", "{selector: {marked: ''}}") == []


def test_a_service_selects_by_equal_labels() -> None:
    assert selected("Service", "{selector: {app: web}}") == ["p"]
    assert selected("Service", "{selector: {app: web, tier: x}}") == []


def test_selectors_end_at_the_namespace() -> None:
    pods = [pod("here"), pod("elsewhere", "other")]
    assert selected("NetworkPolicy", "{podSelector: {}}", *pods) == ["here"]
    assert selected("Service", "{selector: {app: web}}", *pods) == ["here"]


def test_an_object_without_namespace_is_in_default() -> None:
    found = graph(
        """\
        {apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: web}}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default, labels: {app: web}}}
        """
    )
    workload = node(found, "workload")
    assert node(found, "service").read("selects") == [workload]
    assert [each.read("name") for each in workload.read("services")] == ["s"]


def test_both_ends_of_a_selection_are_edges() -> None:
    found = graph(f"{pod()}\n---\n{{apiVersion: v1, kind: NetworkPolicy, metadata: {{name: deny, namespace: ns}}}}\n")
    policy, workload = node(found, "network_policy"), node(found, "workload")
    assert workload.read("policies") == [policy]
    assert ("selects", workload) in [(edge.attribute, edge.target) for edge in found.edges if edge.source is policy]


@pytest.mark.parametrize(
    ("types", "egress", "expected"),
    [
        ("[]", "[]", ["Ingress"]),
        ("[]", "[{}]", ["Ingress", "Egress"]),
        ("[Egress]", "[]", ["Egress"]),
    ],
)
def test_the_types_of_a_policy_follow_from_its_rules(types: str, egress: str, expected: list[str]) -> None:
    spec = f"{{podSelector: {{}}, policyTypes: {types}, egress: {egress}}}"
    found = graph(f"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: x}}, spec: {spec}}}")
    assert node(found, "network_policy").read("effective.types") == expected


UNKNOWN_LABEL = """\
variable "app" {}
resource "kubernetes_pod" "p" {
  metadata {
    name   = "p"
    labels = { app = LABEL }
  }
}
resource "kubernetes_service" "s" {
  metadata { name = "s" }
  spec { selector = { app = SELECTOR } }
}
"""


def both_ends(label: str, selector: str) -> tuple[Any, Any]:
    found = graph({"main.tf": UNKNOWN_LABEL.replace("LABEL", label).replace("SELECTOR", selector)})
    return node(found, "service").read("selects"), node(found, "workload").read("services")


def test_a_label_that_is_not_known_may_be_selected() -> None:
    for label, selector in (("var.app", '"web"'), ('"web"', "var.app")):
        selects, services = both_ends(label, selector)
        assert isinstance(selects, Unknown)
        assert isinstance(services, Unknown)
        assert "var.app" in selects.text


def test_one_unknown_on_both_ends_is_the_same() -> None:
    selects, services = both_ends("var.app", "var.app")
    assert [each.read("name") for each in selects] == ["p"]
    assert [each.read("name") for each in services] == ["s"]


@pytest.mark.parametrize(
    ("selector", "declared", "expected"),
    [
        (None, MAP, None),
        (None, SELECTOR, None),
        ({}, MAP, None),
        ({}, SELECTOR, ()),
        ({"a": "b"}, MAP, (Requirement("a", "In", ("b",)),)),
        ({"match_labels": [{"a": True}]}, SELECTOR, (Requirement("a", "In", ("true",)),)),
        ({"match_expressions": [{"key": "a", "operator": "Exists"}]}, SELECTOR, (Requirement("a", "Exists"),)),
        ({"matchLabels": "x"}, SELECTOR, ()),
    ],
)
def test_a_selector_is_read_in_every_spelling(selector: Any, declared: Type, expected: Any) -> None:
    assert requirements(selector, declared) == expected


@pytest.mark.parametrize("selector", ["x", {"matchExpressions": [7]}, {"matchExpressions": [{"key": "a"}]}])
def test_what_is_no_selector_is_not_known(selector: Any) -> None:
    assert isinstance(requirements(selector, SELECTOR), Unknown)


RBAC = """\
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: ns}, automountServiceAccountToken: false}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: other}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns}, spec: {serviceAccountName: robot}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: reader, namespace: ns}, rules: [{verbs: [get]}]}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: reader}, rules: [{verbs: ["*"]}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: ns}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: KIND, name: reader}
subjects: [{kind: User, name: robot}, {kind: ServiceAccount, name: robot, namespace: ns}]
"""


def account(found: Any, namespace: str) -> Resource:
    nodes = found.by_kind["kubernetes.service_account"]
    (one,) = (each for each in nodes if each.read("namespace") == namespace)
    return one  # type: ignore[no-any-return]


@pytest.mark.parametrize(("kind", "cluster"), [("Role", False), ("ClusterRole", True)])
def test_bindings_join_roles_by_kind_and_accounts_by_namespace(kind: str, cluster: bool) -> None:
    found = graph(RBAC.replace("KIND", kind))
    binding = node(found, "role_binding")
    assert binding.read("role").read("cluster") is cluster
    assert binding.read("subjects") == [account(found, "ns")]
    assert [each["kind"] for each in binding.read("subject_names")] == ["User", "ServiceAccount"]
    assert account(found, "ns").read("bindings") == [binding]
    assert account(found, "other").read("bindings") == []
    assert binding.read("role").read("bindings") == [binding]


def test_a_workload_has_the_account_of_its_namespace() -> None:
    found = graph(RBAC.replace("KIND", "Role"))
    workload = node(found, "workload")
    assert workload.read("service_account") is account(found, "ns")
    assert workload.read("effective.automount_token") is False
    assert account(found, "ns").read("workloads") == [workload]


def test_the_default_account_says_nothing_unless_it_is_here() -> None:
    assert node(graph(pod()), "workload").read("service_account") is None
    default = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: ns}, " + (
        "automountServiceAccountToken: false}"
    )
    found = graph(f"{pod()}\n---\n{default}")
    assert node(found, "workload").read("service_account") is node(found, "service_account")
    assert node(found, "workload").read("effective.automount_token") is False


def test_an_account_or_role_that_is_not_here_is_not_known() -> None:
    found = graph(RBAC.replace("KIND", "Role").replace("name: reader}\nsub", "name: edit}\nsub"))
    role = node(found, "role_binding").read("role")
    assert isinstance(role, Unknown)
    assert role.code == "unresolved"


def test_two_definitions_of_an_account_leave_open_which_is_meant() -> None:
    account_text = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}"
    found = graph(
        f"{account_text}\n---\n{account_text}\n---\n"
        + ("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {serviceAccountName: a}}")
    )
    assert isinstance(node(found, "workload").read("service_account"), Unknown)


@pytest.mark.parametrize(
    "spec",
    [
        "{rules: [{host: a, http: {paths: [{backend: {service: {name: web, port: {number: 80}}}}]}}]}",
        "{rules: [{host: a, http: {paths: [{backend: {serviceName: web, servicePort: 80}}]}}]}",
        "{defaultBackend: {service: {name: web}}, rules: [{host: a}]}",
        "{backend: {serviceName: web, servicePort: 80}, rules: [{host: a}]}",
    ],
)
def test_ingresses_of_every_api_version_lead_to_their_services(spec: str) -> None:
    services = "\n---\n".join(
        f"{{apiVersion: v1, kind: Service, metadata: {{name: web, namespace: {each}}}}}" for each in ("ns", "m")
    )
    top = f"{{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {{name: i, namespace: ns}}, spec: {spec}}}"
    ingress = node(graph(f"{services}\n---\n{top}"), "ingress")
    assert [(each.read("name"), each.read("namespace")) for each in ingress.read("backends")] == [("web", "ns")]
    assert ingress.read("hosts") == ["a"]


def test_what_tells_objects_apart_is_demanded_with_a_relation() -> None:
    wanted = closure(TABLES, [("kubernetes.workload", "policies"), ("kubernetes.role_binding", "role")])
    assert {"namespace", "pod_labels", "policies"} <= wanted["kubernetes.workload"]
    assert {"namespace", "selector", "selects"} <= wanted["kubernetes.network_policy"]
    assert {"namespace", "cluster"} <= wanted["kubernetes.role"]
    demand = demand_of(TABLES, [("kubernetes.workload", "policies")])
    assert demand["NetworkPolicy"] == {"metadata", "spec"}
    assert "Secret" not in demand
