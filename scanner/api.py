"""The eight steps of a scan, each a function of its name, and `scan`, which takes them in order.

    from scanner.api import ScanOptions, scan

    result = scan(["infra/"], ScanOptions(min_severity="high"))

Nothing here prints, or knows a terminal.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner import __version__, plugins
from scanner.engine.inventory import shown_lines, unjudged
from scanner.engine.options import ScanOptions, load_options
from scanner.engine.pathwise import by_path, owned_roots, refusals
from scanner.engine.settle import by_root, exit_code, in_order, summarise
from scanner.engine.waivers import collect
from scanner.model import (
    FAIL,
    NOT_APPLICABLE,
    PASS,
    Circumstances,
    Demand,
    Diagnostic,
    Example,
    Finding,
    InputRecord,
    Loaded,
    ResourceGraph,
    Rule,
    Rulepack,
    ScanResult,
)

if TYPE_CHECKING:
    from scanner.engine.evaluate import Evaluation, Evaluator
    from scanner.engine.examples import ExampleReport
    from scanner.engine.waivers import Waivers
    from scanner.normalise import Normalised, Tables
    from scanner.policy.compile import CompiledRule
    from scanner.source.discover import Discovery
    from scanner.source.document import Document

__all__ = ["Progress", "ScanOptions", "judge_rules", "load_options", "resource_graph", "scan", "scan_texts"]

Progress = Callable[[str, int, int], None]
"""Called with a step's name, and how many of how many units of it are done."""


def scan(
    paths: Sequence[str | os.PathLike[str]] = (".",),
    options: ScanOptions | None = None,
    *,
    progress: Progress | None = None,
) -> ScanResult:
    """Scans files and directories. Raises UsageError or PolicyError for what the caller or a rule file got wrong."""
    started = time.perf_counter()
    options = options or ScanOptions()
    packs, rules = select_rules(options)
    found = discover(_paths(paths, options), options)
    result = _judge(found, packs, rules, options, progress or (lambda *_: None))
    if options.controls:
        around = replace(options, circumstances=result.circumstances)
        result = replace(result, circumstances=_circumstances(around, _paths(paths, options), found))
    return replace(result, seconds=time.perf_counter() - started)


def scan_texts(texts: Mapping[str, str | bytes], options: ScanOptions | None = None) -> ScanResult:
    """Scans texts by their file names, as if they stood in an empty directory."""
    options = options or ScanOptions()
    packs, rules = select_rules(options)
    return _judge_texts(texts, packs, rules, options)


def judge_rules(names: Sequence[str] = ()) -> ExampleReport:
    """Judges the examples that rules carry."""
    from scanner.engine.examples import judge_examples
    from scanner.policy.packs import load_examples

    packs, rules = select_rules(ScanOptions(rules=tuple(names)))

    def judge(rule: Rule, example: Example) -> ScanResult:
        name = {"terraform": "main.tf", "terraform_plan": "plan.json"}.get(example.format, "template.yaml")
        options = ScanOptions(account_roots=(".", name) if example.owned else ())
        return _judge_texts({name: example.text}, packs, (rule,), options)

    return judge_examples([(rule, load_examples(_file(rule), shown=rule.path)) for rule in rules], judge)


def resource_graph(
    paths: Sequence[str | os.PathLike[str]] = (".",), options: ScanOptions | None = None
) -> tuple[ResourceGraph, tuple[Diagnostic, ...], tuple[str, ...]]:
    """Steps 1 to 5 with every mapped attribute: the graph, what could not be read, and the secrets in it."""
    from scanner.normalise import demand_of, load_tables

    options = options or ScanOptions()
    found = discover(_paths(paths, options), options)
    tables = load_tables()
    diagnostics = [*found.diagnostics, *parse(found.documents, options, lambda *_: None)]
    loaded = load(found.documents, demand_of(tables, None), options, found)
    normalised = normalise(loaded, tables, None)
    graph = link(normalised, tables, loaded, options, found.base)
    diagnostics += [each for part in loaded for each in part.diagnostics] + normalised.diagnostics
    secrets = _secrets(loaded, normalised)
    return graph, tuple(sorted(dict.fromkeys(diagnostics), key=_diagnostic_order)), tuple(sorted(secrets))


def select_rules(options: ScanOptions) -> tuple[tuple[Rulepack, ...], tuple[Rule, ...]]:
    """The packs and rules in use."""
    from scanner.policy.selection import Overrides, only, select

    entries = list(enumerate(options.path_settings))
    paths = {f"paths[{number}].skip": each.skip for number, each in entries}
    paths |= {f"paths[{number}].severity": tuple(each.severities) for number, each in entries}
    overrides = Overrides(options.severities, options.params, paths, options.circumstances.settings)
    packs, rules = select(
        options.rules,
        skip=options.skip,
        min_severity=options.min_severity,
        packs=options.packs,
        overrides=overrides,
    )
    if not options.frameworks:
        return packs, rules
    from scanner.engine.assess import rules_of, wanted_frameworks

    return only(rules_of(wanted_frameworks(options)), packs, rules)


def discover(paths: Sequence[str], options: ScanOptions) -> Discovery:
    """Step 1: paths to documents."""
    from scanner.source.discover import discover as find

    cwd = os.getcwd()
    exclude = None
    if options.exclude:
        from scanner.source.path_patterns import PathPatterns

        exclude = PathPatterns(options.exclude, options.directory or cwd)
    stdin = getattr(sys.stdin, "buffer", None)
    values = options.load.var_files
    return find(paths, cwd=cwd, limits=options.load.limits, stdin=stdin, exclude=exclude, values=values)


def parse(documents: Iterable[Document], options: ScanOptions, progress: Progress) -> list[Diagnostic]:
    """Step 2: documents to located trees, in place; what did not parse is said."""
    from scanner.loaders.dispatch import guarded
    from scanner.source.parse import parse_document

    documents = list(documents)
    for number, document in enumerate(documents, 1):
        guarded(document.path, document.diagnostics, partial(parse_document, document, options.load.limits))
        if options.cross_check:
            document.diagnostics += guarded(document.path, document.diagnostics, partial(_cross_check, document)) or []
        progress("files read", number, len(documents))
    return [each for document in documents for each in document.diagnostics]


def load(documents: Sequence[Document], demand: Demand, options: ScanOptions, found: Discovery) -> list[Loaded]:
    """Step 3: located trees to native resources, one loader a format."""
    from scanner.loaders.dispatch import Knowledge, load_all
    from scanner.normalise import data_sources, provider_blocks

    knowledge = Knowledge(data_sources.DATA_SOURCES, provider_blocks.block_names, provider_blocks.object_attributes)
    return load_all(
        documents, demand=demand, options=options.load, roots=found.roots, knowledge=knowledge, plan=options.plan_path
    )


def normalise(loaded: Iterable[Loaded], tables: Tables, rules: Sequence[CompiledRule] | None) -> Normalised:
    """Step 4: native resources to common kinds, with the attributes that the rules read; without rules, with all."""
    from scanner.normalise import normalise as map_natives

    natives = [resource for part in loaded for resource in part.resources]
    if rules is None:
        return map_natives(natives, tables)
    return map_natives(natives, tables, _reads(rules), _kinds(rules))


def link(
    normalised: Normalised,
    tables: Tables,
    loaded: Iterable[Loaded],
    options: ScanOptions | None = None,
    base: str = "",
) -> ResourceGraph:
    """Step 5: references, satellites and relations into one graph. `base`: what shown paths are relative to."""
    from scanner.normalise import link as join

    roots = [root for part in loaded for root in part.roots]
    every = {*roots, *(native.root for native in normalised.natives)}
    owned = owned_roots(every, options or ScanOptions(), base)
    missing = [each for part in loaded for each in part.missing]
    return join(normalised, tables, roots=roots, owned_roots=owned, missing=missing)


def evaluate(
    graph: ResourceGraph, rules: Sequence[CompiledRule], options: ScanOptions
) -> tuple[Evaluator, list[Evaluation]]:
    """Step 6: every rule on every resource of its kinds."""
    from scanner.engine.evaluate import Evaluator

    evaluator = Evaluator(graph, options.context)
    return evaluator, evaluator.run(rules)


def settle(
    evaluator: Evaluator, evaluations: Sequence[Evaluation], options: ScanOptions, waivers: Waivers | None = None
) -> tuple[Finding, ...]:
    """Step 7: outcomes to findings in their order, waivers applied."""
    from scanner.engine.findings import finding

    left_out = (NOT_APPLICABLE,) if options.passes else (NOT_APPLICABLE, PASS)
    findings = in_order(
        [finding(each, evaluator, number) for number, each in enumerate(evaluations) if each.outcome not in left_out]
    )
    return waivers.apply(findings, evaluations) if waivers is not None else findings


def with_waiver_history(result: ScanResult) -> ScanResult:
    """The result whose register says who last changed the line of each waiver; asks git."""
    from scanner.engine.waiver_history import with_history

    return replace(result, waivers=with_history(result.waivers, os.getcwd()))


def report(result: ScanResult, format: str, options: Any = None) -> str | bytes:
    """Step 8: the result in one format. Raises KeyError for a format that nobody offers."""
    from scanner.report.interface import WriteOptions

    text: str | bytes = plugins.load("groundrule.writers", format)().write(result, options or WriteOptions())
    return text


def _secrets(loaded: Iterable[Loaded], normalised: Normalised) -> set[str]:
    """Texts that no output may show. Of attributes that only *may* hold a secret (every environment variable) plain
    words are left out: they are names, and would hide the addresses that hold them."""
    certain = {text for part in loaded for text in part.secrets}
    return certain | {text for text in normalised.secrets if len(text) >= 8 and not re.fullmatch("[a-z-]+", text)}


def _paths(paths: Sequence[str | os.PathLike[str]], options: ScanOptions) -> list[str]:
    return [os.fspath(path) for path in paths] + ([options.plan] if options.plan else [])


def _judge_texts(
    texts: Mapping[str, str | bytes], packs: tuple[Rulepack, ...], rules: tuple[Rule, ...], options: ScanOptions
) -> ScanResult:
    from scanner.source.texts import discover_texts

    found = discover_texts(texts, options.load.limits)
    return _judge(found, packs, rules, options, lambda *_: None)


def _judge(
    found: Discovery, packs: tuple[Rulepack, ...], rules: tuple[Rule, ...], options: ScanOptions, progress: Progress
) -> ScanResult:
    """Steps 2 to 7."""
    result = ScanResult(
        __version__,
        packs,
        rules,
        (),
        summarise((), rules=len(rules), resources=0),
        circumstances=options.circumstances,
    )
    if not found.documents and not _controls_wanted(options):
        return _settled(result, found, [], options, collect((), options, rules, packs))
    from scanner.engine.assess import prepare, wanted_frameworks
    from scanner.engine.natives import refuse_mapped
    from scanner.normalise import demand_of, load_tables
    from scanner.policy.compile import compile_rule

    tables = load_tables()
    refuse_mapped(rules, tables)
    compiled = [compile_rule(rule, tables.kinds) for rule in rules]
    assessment = prepare(options, wanted_frameworks(options), compiled, tables.kinds)
    compiled = assessment.rules
    diagnostics = parse(found.documents, options, progress)
    waivers = collect(found.documents, options, rules, packs)
    loaded = load(found.documents, demand_of(tables, _reads(compiled), _kinds(compiled)), options, found)
    normalised = normalise(loaded, tables, compiled)
    graph = link(normalised, tables, loaded, options, found.base)
    evaluator, evaluations = evaluate(graph, compiled, options)
    secrets = _secrets(loaded, normalised)
    evaluator.secrets = frozenset(secrets.union(normalised.secrets))
    named = assessment.named(settle(evaluator, evaluations, options, waivers), evaluations, evaluator)
    findings, withheld, notes = by_path(named, options, found.base)
    diagnostics += notes
    assessment.examine(
        findings,
        evaluations,
        evaluator,
        lambda judge, judged: by_path(settle(judge, judged, options, waivers), options, found.base).kept,
    )
    evaluations = [each for number, each in enumerate(evaluations) if number not in withheld]
    for part in loaded:
        diagnostics += part.diagnostics
    result = replace(
        result,
        findings=findings,
        summary=summarise(
            (each.outcome for each in evaluations),
            rules=len(rules),
            resources=len(graph.natives),
            waived=sum(each.status == "waived" and each.outcome == FAIL for each in findings),
        ),
        roots=by_root(graph.natives, evaluations, findings),
        resources_without_rules=unjudged(graph, compiled, tables),
        kinds={kind: len(nodes) for kind, nodes in sorted(graph.by_kind.items())},
        secrets=tuple(sorted(secrets)),
    )
    result = _settled(result, found, diagnostics + normalised.diagnostics, options, waivers)
    return assessment.conclude(result, tables, _known_rules(packs)) if assessment.frameworks else result


def _controls_wanted(options: ScanOptions) -> bool:
    return options.controls or bool(options.frameworks)


def _known_rules(packs: Sequence[Rulepack]) -> list[Rule]:
    """Every rule that there is: of the packs that come with us and of those in use."""
    from scanner.policy.selection import load_built_in

    return list({rule.id: rule for pack in (*load_built_in(), *packs) for rule in pack.rules}.values())


def _settled(
    result: ScanResult,
    found: Discovery,
    diagnostics: list[Diagnostic],
    options: ScanOptions,
    waivers: Waivers | None,
) -> ScanResult:
    """The result with everything that was found out about inputs and waivers, and its exit code."""
    if waivers is not None:
        result, diagnostics = waivers.register(result), diagnostics + waivers.diagnostics()
    every = tuple(sorted(dict.fromkeys([*found.diagnostics, *diagnostics, *refusals(options)]), key=_diagnostic_order))
    scanned = any(each.kind != "other" for each in found.documents) or bool(found.diagnostics)
    code = exit_code(result.findings, every, options.gate, scanned=scanned)
    inputs = [InputRecord(each.path, each.kind, each.sha256, each.status) for each in found.documents]
    return replace(
        result,
        diagnostics=every,
        inputs=tuple(sorted([*inputs, *found.inputs])),
        lines=shown_lines(result.findings, every, found.documents),
        summary=replace(result.summary, exit_code=code),
    )


def _circumstances(options: ScanOptions, paths: Sequence[str], found: Discovery) -> Circumstances:
    """Time, repository and commit; git is asked here, and only for evidence."""
    from scanner.engine.circumstances import circumstances

    return circumstances(options, paths, found.documents, found.roots)


def _cross_check(document: Document) -> list[Diagnostic]:
    """Where a second reader of the format reads a document otherwise; nothing where there is none."""
    if document.format in ("hcl", "tfvars"):
        from scanner.source.second_reader import cross_check

        return cross_check(document)
    if document.kind == "cloudformation":
        from scanner.source.second_reader_cfn import cross_check as cross_check_template

        return cross_check_template(document)
    return []


def _reads(rules: Iterable[CompiledRule]) -> set[tuple[str, str]]:
    return {read for rule in rules for read in rule.reads}


def _kinds(rules: Iterable[CompiledRule]) -> set[str]:
    return {kind for rule in rules for kind in rule.rule.kinds}


def _diagnostic_order(diagnostic: Diagnostic) -> tuple[str, int, str, str]:
    line = diagnostic.span.start_line if diagnostic.span else 0
    return diagnostic.path, line, diagnostic.code, diagnostic.message


def _file(rule: Rule) -> Path:
    path = Path(rule.path)
    return path if path.is_file() else plugins.built_in_packs().parent / path
