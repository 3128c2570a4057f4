"""Terraform plans as `terraform show -json` writes them, formats 0.1 to 1.2: what will be created, changed or kept."""
