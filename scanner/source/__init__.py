"""Text and spans: finding files, and located trees of HCL, JSON and YAML. No cloud words."""
