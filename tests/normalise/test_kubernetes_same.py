"""One workload that states nearly everything, as a manifest and in Terraform: the normalised values are equal."""

from __future__ import annotations

import pytest

from scanner.model import ResourceGraph, Unknown
from tests.loaders.kubernetes.texts import graph, node, values

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  labels: {app: web}
  annotations: {owner: team}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web, tier: front}
      annotations: {note: x}
    spec:
      hostNetwork: true
      hostPID: true
      hostIPC: true
      shareProcessNamespace: true
      serviceAccountName: robot
      automountServiceAccountToken: false
      imagePullSecrets: [{name: registry}]
      nodeName: n1
      nodeSelector: {kubernetes.io/os: linux}
      os: {name: linux}
      runtimeClassName: gvisor
      restartPolicy: Always
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 2000
        fsGroup: 3000
        seccompProfile: {type: RuntimeDefault}
        seLinuxOptions: {type: t, user: u, role: r}
        sysctls: [{name: net.core.somaxconn, value: "1"}]
      containers:
        - name: app
          image: registry.example.com/web:1.2
          imagePullPolicy: Always
          command: [/app]
          args: [-v]
          env:
            - {name: MODE, value: prod}
            - {name: TOKEN, valueFrom: {secretKeyRef: {name: tokens, key: t}}}
            - {name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: l}}}
          envFrom: [{secretRef: {name: s}}, {configMapRef: {name: c}}]
          ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 53, protocol: UDP}]
          volumeMounts: [{name: host, mountPath: /host, readOnly: true}, {name: data, mountPath: /data}]
          resources: {limits: {cpu: 500m, memory: 1Gi}, requests: {cpu: 250m}}
          livenessProbe: {tcpSocket: {port: 80}}
          securityContext:
            privileged: true
            allowPrivilegeEscalation: false
            runAsNonRoot: false
            runAsUser: 0
            runAsGroup: 0
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL], add: [NET_ADMIN]}
            seccompProfile: {type: Unconfined}
            seLinuxOptions: {type: other}
      initContainers:
        - {name: prepare, image: busybox}
      volumes:
        - {name: host, hostPath: {path: /var/run, type: Directory}}
        - {name: data, persistentVolumeClaim: {claimName: claim}}
        - {name: tokens, secret: {secretName: tokens}}
        - {name: settings, configMap: {name: settings}}
"""
TERRAFORM = """\
resource "kubernetes_deployment" "web" {
  metadata {
    name        = "web"
    namespace   = "shop"
    labels      = { app = "web" }
    annotations = { owner = "team" }
  }
  spec {
    replicas = "3"
    selector { match_labels = { app = "web" } }
    template {
      metadata {
        labels      = { app = "web", tier = "front" }
        annotations = { note = "x" }
      }
      spec {
        host_network                    = true
        host_pid                        = true
        host_ipc                        = true
        share_process_namespace         = true
        service_account_name            = "robot"
        automount_service_account_token = false
        node_name                       = "n1"
        node_selector                   = { "kubernetes.io/os" = "linux" }
        os { name = "linux" }
        runtime_class_name              = "gvisor"
        restart_policy                  = "Always"
        image_pull_secrets { name = "registry" }
        security_context {
          run_as_non_root = true
          run_as_user     = "1000"
          run_as_group    = "2000"
          fs_group        = "3000"
          seccomp_profile { type = "RuntimeDefault" }
          se_linux_options {
            type = "t"
            user = "u"
            role = "r"
          }
          sysctl {
            name  = "net.core.somaxconn"
            value = "1"
          }
        }
        container {
          name              = "app"
          image             = "registry.example.com/web:1.2"
          image_pull_policy = "Always"
          command           = ["/app"]
          args              = ["-v"]
          env {
            name  = "MODE"
            value = "prod"
          }
          env {
            name = "TOKEN"
            value_from {
              secret_key_ref {
                name = "tokens"
                key  = "t"
              }
            }
          }
          env {
            name = "LEVEL"
            value_from {
              config_map_key_ref {
                name = "settings"
                key  = "l"
              }
            }
          }
          env_from {
            secret_ref { name = "s" }
          }
          env_from {
            config_map_ref { name = "c" }
          }
          port {
            container_port = 80
            host_port      = 8080
          }
          port {
            container_port = 53
            protocol       = "UDP"
          }
          volume_mount {
            name       = "host"
            mount_path = "/host"
            read_only  = true
          }
          volume_mount {
            name       = "data"
            mount_path = "/data"
          }
          resources {
            limits   = { cpu = "500m", memory = "1Gi" }
            requests = { cpu = "250m" }
          }
          liveness_probe {
            tcp_socket { port = 80 }
          }
          security_context {
            privileged                 = true
            allow_privilege_escalation = false
            run_as_non_root            = false
            run_as_user                = "0"
            run_as_group               = "0"
            read_only_root_filesystem  = true
            capabilities {
              drop = ["ALL"]
              add  = ["NET_ADMIN"]
            }
            seccomp_profile { type = "Unconfined" }
            se_linux_options { type = "other" }
          }
        }
        init_container {
          name  = "prepare"
          image = "busybox"
        }
        volume {
          name = "host"
          host_path {
            path = "/var/run"
            type = "Directory"
          }
        }
        volume {
          name = "data"
          persistent_volume_claim { claim_name = "claim" }
        }
        volume {
          name = "tokens"
          secret { secret_name = "tokens" }
        }
        volume {
          name = "settings"
          config_map { name = "settings" }
        }
      }
    }
  }
}
"""


@pytest.fixture(scope="module")
def manifest() -> ResourceGraph:
    return graph({"web.yaml": MANIFEST})


@pytest.fixture(scope="module")
def terraform() -> ResourceGraph:
    return graph({"main.tf": TERRAFORM})


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("workload", "web"),
        ("container", "app"),
        ("container", "prepare"),
        *(("volume", name) for name in ("host", "data", "tokens", "settings")),
    ],
)
def test_a_manifest_and_terraform_give_the_same(
    manifest: ResourceGraph, terraform: ResourceGraph, kind: str, name: str
) -> None:
    left, right = values(node(manifest, kind, name)), values(node(terraform, kind, name))
    unresolved = left.pop("service_account", None), right.pop("service_account", None)
    assert left == right
    assert all(isinstance(each, Unknown) for each in unresolved) or kind != "workload"


def test_every_attribute_of_the_manifest_arrives(manifest: ResourceGraph) -> None:
    workload, app = values(node(manifest, "workload")), values(node(manifest, "container", "app"))
    relations = {"services", "policies", "budgets", "service_account"}
    cannot = {"host_users", "pod.apparmor", "pod.windows_host_process"}
    cannot |= {f"pod.{side}.{unit}" for side in ("limits", "requests") for unit in ("cpu", "memory")}
    unset = [name for name, value in workload.items() if value in (None, [], False) and name not in relations | cannot]
    assert unset == ["automount_token", "effective.automount_token"]
    assert app["env"][1] == {"name": "TOKEN", "value": None, "from_secret": "tokens", "from_config_map": None}
    assert app["ports"][1] == {"number": 53, "host": None, "protocol": "UDP"}
    assert app["limits.memory"] == "1Gi"


def test_a_container_without_settings_has_those_of_its_pod(manifest: ResourceGraph) -> None:
    own, inherited = node(manifest, "container", "app"), node(manifest, "container", "prepare")
    expected = {
        "effective.run_as_non_root": (False, True),
        "effective.run_as_user": (0, 1000),
        "effective.run_as_group": (0, 2000),
        "effective.seccomp": ("Unconfined", "RuntimeDefault"),
        "effective.selinux.type": ("other", "t"),
        "effective.selinux.user": ("u", "u"),
        "effective.requests.cpu": ("250m", None),
        "effective.requests.memory": ("1Gi", None),
        # A privileged container can always gain more, whatever it says: SecurityContext in the API reference.
        "effective.allow_escalation": (True, True),
    }
    assert {name: (own.read(name), inherited.read(name)) for name in expected} == expected
