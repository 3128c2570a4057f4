"""Kubernetes manifests: streams, lists and JSON made native resources, by the objects they define."""
