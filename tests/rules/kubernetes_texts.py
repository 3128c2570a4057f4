"""A plain Pod, and Deployments written twice: as a manifest and as Terraform's `kubernetes_deployment`."""

PLAIN_POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: nginx
spec:
  containers:
    - name: nginx
      image: nginx:1.27
"""

BARE = (
    """
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: registry.example/app
""",
    """
resource "kubernetes_deployment" "app" {
  metadata { name = "app" }
  spec {
    selector { match_labels = { app = "web" } }
    template {
      metadata { labels = { app = "web" } }
      spec {
        container {
          name  = "app"
          image = "registry.example/app"
        }
      }
    }
  }
}
""",
)

HARDENED = (
    """
apiVersion: apps/v1
kind: Deployment
metadata: {name: app, namespace: apps}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        seccompProfile: {type: RuntimeDefault}
        seLinuxOptions: {type: container_t}
        sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]
      volumes:
        - {name: tmp, emptyDir: {}}
      containers:
        - name: app
          image: registry.example/app:1.2
          env: [{name: LOG_LEVEL, value: info}]
          ports: [{containerPort: 8080}]
          resources: {limits: {cpu: "1", memory: 256Mi}, requests: {cpu: 100m, memory: 128Mi}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}
          volumeMounts: [{name: tmp, mountPath: /tmp}]
""",
    """
resource "kubernetes_deployment" "app" {
  metadata {
    name      = "app"
    namespace = "apps"
  }
  spec {
    selector { match_labels = { app = "web" } }
    template {
      metadata { labels = { app = "web" } }
      spec {
        automount_service_account_token = false
        security_context {
          run_as_non_root = true
          run_as_user     = 10001
          seccomp_profile { type = "RuntimeDefault" }
          se_linux_options { type = "container_t" }
          sysctl {
            name  = "net.ipv4.tcp_syncookies"
            value = "1"
          }
        }
        volume {
          name = "tmp"
          empty_dir {}
        }
        container {
          name  = "app"
          image = "registry.example/app:1.2"
          env {
            name  = "LOG_LEVEL"
            value = "info"
          }
          port { container_port = 8080 }
          resources {
            limits   = { cpu = "1", memory = "256Mi" }
            requests = { cpu = "100m", memory = "128Mi" }
          }
          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            capabilities {
              drop = ["ALL"]
              add  = ["NET_BIND_SERVICE"]
            }
          }
          volume_mount {
            name       = "tmp"
            mount_path = "/tmp"
          }
        }
      }
    }
  }
}
""",
)

DANGEROUS = (
    """
apiVersion: apps/v1
kind: Deployment
metadata: {name: app, namespace: default}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostPID: true
      hostIPC: true
      securityContext:
        runAsUser: 1000
        seLinuxOptions: {type: spc_t}
        sysctls: [{name: kernel.msgmax, value: "65536"}]
      volumes:
        - {name: runtime, hostPath: {path: /var/run/docker.sock}}
        - {name: files, hostPath: {path: /etc}}
      initContainers:
        - name: setup
          image: registry.example/setup:latest
          securityContext:
            capabilities: {add: [SYS_ADMIN]}
      containers:
        - name: app
          image: registry.example/app:1.2
          env:
            - {name: DB_PASSWORD, value: correct-horse}
            - name: API_KEY
              valueFrom: {secretKeyRef: {name: keys, key: api}}
          ports: [{containerPort: 8080, hostPort: 80}]
          securityContext: {privileged: true, runAsUser: 0}
        - name: proxy
          image: registry.example/proxy:1.2
          resources: {limits: {cpu: "1"}}
          securityContext:
            capabilities: {drop: [NET_RAW], add: [NET_ADMIN]}
            seccompProfile: {type: Unconfined}
""",
    """
resource "kubernetes_deployment" "app" {
  metadata {
    name      = "app"
    namespace = "default"
  }
  spec {
    selector { match_labels = { app = "web" } }
    template {
      metadata { labels = { app = "web" } }
      spec {
        host_pid = true
        host_ipc = true
        security_context {
          run_as_user = 1000
          se_linux_options { type = "spc_t" }
          sysctl {
            name  = "kernel.msgmax"
            value = "65536"
          }
        }
        volume {
          name = "runtime"
          host_path { path = "/var/run/docker.sock" }
        }
        volume {
          name = "files"
          host_path { path = "/etc" }
        }
        init_container {
          name  = "setup"
          image = "registry.example/setup:latest"
          security_context {
            capabilities { add = ["SYS_ADMIN"] }
          }
        }
        container {
          name  = "app"
          image = "registry.example/app:1.2"
          env {
            name  = "DB_PASSWORD"
            value = "correct-horse"
          }
          env {
            name = "API_KEY"
            value_from {
              secret_key_ref {
                name = "keys"
                key  = "api"
              }
            }
          }
          port {
            container_port = 8080
            host_port      = 80
          }
          security_context {
            privileged  = true
            run_as_user = 0
          }
        }
        container {
          name  = "proxy"
          image = "registry.example/proxy:1.2"
          resources { limits = { cpu = "1" } }
          security_context {
            capabilities {
              drop = ["NET_RAW"]
              add  = ["NET_ADMIN"]
            }
            seccomp_profile { type = "Unconfined" }
          }
        }
      }
    }
  }
}
""",
)

WINDOWS = (
    BARE[0].replace("      containers:", "      nodeSelector: {kubernetes.io/os: windows}\n      containers:"),
    BARE[1].replace(
        "        container {", '        node_selector = { "kubernetes.io/os" = "windows" }\n        container {'
    ),
)
