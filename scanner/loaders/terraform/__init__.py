"""Terraform and OpenTofu configuration to native resources."""
