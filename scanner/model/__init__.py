"""The words of groundrule: immutable types that every other package speaks in. No behaviour, no I/O.

from scanner.model import Resource, Unknown, Finding
"""

from scanner.model.kinds import Kind, KindAttribute, Type
from scanner.model.loading import Demand, Limits, Loaded, Loader, LoadOptions
from scanner.model.resources import (
    Block,
    Edge,
    Locator,
    NativeResource,
    Provenance,
    Resource,
    ResourceGraph,
)
from scanner.model.results import (
    ERROR,
    FAIL,
    NOT_APPLICABLE,
    OUTCOMES,
    PASS,
    UNKNOWN,
    Diagnostic,
    Finding,
    InputRecord,
    ResourceName,
    RootSummary,
    ScanResult,
    Summary,
    UnknownReason,
)
from scanner.model.rules import SEVERITIES, Example, Expression, Rule, Rulepack
from scanner.model.spans import PathStep, Place, SourceSpan, Step
from scanner.model.values import DEFERRED, REASONS, UNDECIDABLE, Encoded, Lazy, Unknown

__all__ = [
    "DEFERRED",
    "ERROR",
    "FAIL",
    "NOT_APPLICABLE",
    "OUTCOMES",
    "PASS",
    "REASONS",
    "SEVERITIES",
    "UNDECIDABLE",
    "UNKNOWN",
    "Block",
    "Demand",
    "Diagnostic",
    "Edge",
    "Encoded",
    "Example",
    "Expression",
    "Finding",
    "InputRecord",
    "Kind",
    "KindAttribute",
    "Lazy",
    "Limits",
    "LoadOptions",
    "Loaded",
    "Loader",
    "Locator",
    "NativeResource",
    "PathStep",
    "Place",
    "Provenance",
    "Resource",
    "ResourceGraph",
    "ResourceName",
    "RootSummary",
    "Rule",
    "Rulepack",
    "ScanResult",
    "SourceSpan",
    "Step",
    "Summary",
    "Type",
    "Unknown",
    "UnknownReason",
]
