"""groundrule: a compliance scanner and policy engine for infrastructure as code.

    import scanner

    result = scanner.scan(["infra/"])
    for finding in result.findings:
        print(finding.rule.id, finding.resource.address, finding.location)

The command line is one caller of this. Importing it imports the standard library only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from scanner.api import ScanOptions, scan
    from scanner.model import Diagnostic, Finding, ScanResult

__all__ = ["Diagnostic", "Finding", "ScanOptions", "ScanResult", "__version__", "scan"]


def __getattr__(name: str) -> Any:
    if name in ("scan", "ScanOptions"):
        from scanner import api

        return getattr(api, name)
    if name in __all__:
        from scanner import model

        return getattr(model, name)
    raise AttributeError(name)
