"""Kubernetes' own kinds and groups, as far as the address of an object depends on them.

Source: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/ (`kubectl api-resources`), and for kinds
that are gone the deprecation guide, https://kubernetes.io/docs/reference/using-api/deprecation-guide/.
"""

from __future__ import annotations

from typing import Final

CLUSTER_WIDE: Final = frozenset({
    "APIService", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding",
    "ClusterTrustBundle", "ComponentStatus", "CustomResourceDefinition", "DeviceClass", "FlowSchema", "IPAddress",
    "IngressClass", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration",
    "Namespace", "Node", "PersistentVolume", "PodSecurityPolicy", "PriorityClass", "PriorityLevelConfiguration",
    "ResourceSlice", "RuntimeClass", "ServiceCIDR", "StorageClass", "StorageVersion", "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttachment", "VolumeAttributesClass",
})  # fmt: skip

NAMESPACED: Final = frozenset({
    "Binding", "ConfigMap", "ControllerRevision", "CronJob", "DaemonSet", "Deployment", "EndpointSlice", "Endpoints",
    "Event", "HorizontalPodAutoscaler", "Ingress", "Job", "Lease", "LimitRange", "NetworkPolicy",
    "PersistentVolumeClaim", "Pod", "PodDisruptionBudget", "PodTemplate", "ReplicaSet", "ReplicationController",
    "ResourceClaim", "ResourceClaimTemplate", "ResourceQuota", "Role", "RoleBinding", "Secret", "Service",
    "ServiceAccount", "StatefulSet",
})  # fmt: skip

DEFAULT_NAMESPACE: Final = "default"
"""Where an object is that states none; an empty namespace is equivalent to it, says the reference of ObjectMeta."""


def native_type(kind: str, api_version: str) -> str:
    """The kind; of a custom resource that is called like a kind of Kubernetes' own, `Kind.group` as kubectl has it."""
    group = api_version.rpartition("/")[0]
    if "." in group and not group.endswith(".k8s.io") and (kind in NAMESPACED or kind in CLUSTER_WIDE):
        return f"{kind}.{group}"
    return kind


def address(type: str, namespace: str, name: str) -> str:
    """`Kind/namespace/name`, of what is cluster-wide `Kind/name`. A custom resource is taken as what it says:
    without a namespace nobody can tell which it is."""
    if type in CLUSTER_WIDE:
        return f"{type}/{name}"
    if not namespace and type in NAMESPACED:
        namespace = DEFAULT_NAMESPACE
    return f"{type}/{namespace}/{name}" if namespace else f"{type}/{name}"
