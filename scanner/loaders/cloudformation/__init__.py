"""CloudFormation templates, in YAML and JSON, with their nested local stacks. No network is used."""
