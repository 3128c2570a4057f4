"""The words of groundrule: immutable types that every other package speaks in. No behaviour, no I/O.

from scanner.model import Resource, Unknown, Finding
"""

from scanner.model.frameworks import CONTROL_RESULTS, Control, ControlResult, ControlRule, Framework, RuleTally
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
    AppliedWaiver,
    Circumstances,
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
from scanner.model.waivers import WAIVER_STATES, Waiver, WaiverRecord

__all__ = [
    "CONTROL_RESULTS",
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
    "WAIVER_STATES",
    "AppliedWaiver",
    "Block",
    "Circumstances",
    "Control",
    "ControlResult",
    "ControlRule",
    "Demand",
    "Diagnostic",
    "Edge",
    "Encoded",
    "Example",
    "Expression",
    "Finding",
    "Framework",
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
    "RuleTally",
    "Rulepack",
    "ScanResult",
    "SourceSpan",
    "Step",
    "Summary",
    "Type",
    "Unknown",
    "UnknownReason",
    "Waiver",
    "WaiverRecord",
]
