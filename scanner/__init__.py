"""groundrule: a compliance scanner and policy engine for infrastructure as code."""
