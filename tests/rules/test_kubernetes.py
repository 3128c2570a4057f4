"""What the Kubernetes rules say of whole objects: a plain Pod, a long stream, one Deployment in two formats."""

from collections import Counter

import pytest

from scanner.api import ScanOptions, scan_texts
from scanner.model import ERROR, FAIL, PASS, ScanResult
from scanner.policy.selection import select
from tests.rules.kubernetes_texts import BARE, DANGEROUS, HARDENED, PLAIN_POD, WINDOWS

PAIRS = {"nothing stated": BARE, "hardened": HARDENED, "dangerous": DANGEROUS, "Windows": WINDOWS}
UNSAYABLE = {
    "kubernetes-container-no-apparmor",
    "kubernetes-container-unmasked-proc",
    "kubernetes-container-windows-host-process",
}
"""What these ask for has no argument in `kubernetes_deployment`, or is not in the texts."""


def scanned(name: str, text: str, *rules: str) -> ScanResult:
    result = scan_texts({name: text}, ScanOptions(rules=rules))
    assert [each.message for each in result.diagnostics if each.level == "error"] == []
    assert [each.message for each in result.findings if each.outcome == ERROR] == []
    return result


def outcomes(result: ScanResult) -> Counter[tuple[str, str]]:
    return Counter((each.rule.id, each.outcome) for each in result.findings)


@pytest.mark.parametrize(("manifest", "terraform"), PAIRS.values(), ids=PAIRS)
def test_deployment_is_judged_alike_in_manifest_and_terraform(manifest: str, terraform: str) -> None:
    found = outcomes(scanned("app.yaml", manifest))
    assert found == outcomes(scanned("main.tf", terraform))
    assert found


def test_pairs_make_every_rule_about_pods_speak() -> None:
    kinds = {"kubernetes.workload", "kubernetes.container", "kubernetes.volume"}
    rules = {rule.id for rule in select()[1] if kinds.intersection(rule.kinds)}
    judged = {rule for manifest, _ in PAIRS.values() for rule, _ in outcomes(scanned("app.yaml", manifest))}
    assert rules - judged == UNSAYABLE


def test_hardened_deployment_fails_for_the_network_policy_only() -> None:
    failed = [each.rule.id for each in scanned("app.yaml", HARDENED[0]).findings if each.outcome == FAIL]
    assert failed == ["kubernetes-workload-no-network-policy"]


def test_linux_settings_are_not_asked_of_a_windows_pod() -> None:
    judged = {rule for rule, _ in outcomes(scanned("app.yaml", WINDOWS[0]))}
    assert judged.isdisjoint(
        {
            "kubernetes-container-privileged",
            "kubernetes-container-may-escalate",
            "kubernetes-container-may-run-as-root",
            "kubernetes-container-keeps-capabilities",
            "kubernetes-container-no-seccomp",
            "kubernetes-container-writable-root",
            "kubernetes-workload-host-pid",
        }
    )
    assert "kubernetes-container-no-memory-limit" in judged


def test_plain_pod_is_judged_as_a_pod_and_as_nothing_else() -> None:
    result = scanned("pod.yaml", PLAIN_POD)
    assert {each.resource.address for each in result.findings} == {"Pod/default/nginx"}
    assert {each.resource.kind for each in result.findings} == {"kubernetes.workload", "kubernetes.container"}
    for word in ("apiserver", "etcd", "kubelet", "role", "service-", "ingress", "volume"):
        assert [each.rule.id for each in result.findings if word in each.rule.id] == []


def test_plain_pod_passes_only_what_it_states_or_has_by_the_api() -> None:
    passed = {each.rule.id for each in scanned("pod.yaml", PLAIN_POD).findings if each.outcome == PASS}
    assert passed == {
        "kubernetes-container-floating-image",  # nginx:1.27
        "kubernetes-container-privileged",  # false by the API's default, as the three below
        "kubernetes-workload-host-ipc",
        "kubernetes-workload-host-network",
        "kubernetes-workload-host-pid",
    }


def test_plain_pod_has_few_findings_and_none_is_high() -> None:
    failed = [each.rule for each in scanned("pod.yaml", PLAIN_POD).findings if each.outcome == FAIL]
    assert len(failed) <= 10
    assert {rule.severity for rule in failed} == {"medium", "low"}


def test_finding_stands_at_its_container_in_a_long_stream() -> None:
    stream = "---\n".join(PLAIN_POD.replace("nginx\n", f"web-{number}\n") for number in range(60))
    stream = stream.replace(
        "    - name: web-41\n",
        "    - name: first\n      image: first:1\n      securityContext: {}\n    - name: web-41\n",
    )
    result = scanned("stream.yaml", stream, "kubernetes-container-no-memory-limit")
    (finding,) = (each for each in result.findings if "container web-41 " in each.message)
    assert finding.resource.address == "Pod/default/web-41"
    assert finding.location is not None
    assert stream.splitlines()[finding.location.start_line - 1] == "    - name: web-41"


def test_finding_stands_at_the_setting_of_the_container_that_has_it() -> None:
    result = scanned("app.yaml", DANGEROUS[0], "kubernetes-container-sys-admin", "kubernetes-container-privileged")
    lines = DANGEROUS[0].splitlines()
    found = {
        each.rule.id: lines[each.location.start_line - 1]
        for each in result.findings
        if each.outcome == FAIL and each.location
    }
    assert "SYS_ADMIN" in found["kubernetes-container-sys-admin"]
    assert "privileged: true" in found["kubernetes-container-privileged"]


def test_finding_stands_at_the_setting_of_the_pod_that_its_container_takes_over() -> None:
    text = PLAIN_POD.replace("spec:\n", "spec:\n  securityContext:\n    runAsUser: 0\n")
    (finding,) = scanned("pod.yaml", text, "kubernetes-container-runs-as-root").findings
    assert finding.location is not None
    assert text.splitlines()[finding.location.start_line - 1] == "    runAsUser: 0"
