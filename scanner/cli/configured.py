"""The configuration file joined to the command line: what was said where, and what of it counts.

The command line wins. A list that selects (`--rules`, `--framework`) stands instead of the configuration's; a list that
adds to something or takes from it (`--skip`, `--var-file`, `--parameters`, `--waivers`, `--context`, `--limit`) is
joined to it, with the command line's part last.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.api import ScanOptions
    from scanner.config.finding import Found
    from scanner.config.settings import Configuration, Setting

COMMAND_LINE: Final = "command line"
KEPT: Final = (("fail-on-unknown", True),)
"""What a scanned tree may say even of itself: it can only make the scan stricter."""
_OPTIONS: Final = {
    "rules": "rules", "skip": "skip", "frameworks": "frameworks", "min_severity": "min-severity",
    "fail_on": "fail-on", "fail_on_unknown": "fail-on-unknown", "var_files": "var-files", "parameters": "parameters",
    "workspace": "workspace", "context": "context", "limits": "limits", "waivers": "waivers",
}  # fmt: skip
"""Parameter of a command to the key that says the same."""
_REPLACING: Final = frozenset({"rules", "frameworks", "min_severity", "fail_on", "fail_on_unknown", "workspace"})
"""Those that stand instead of what the configuration says."""


def with_configuration(options: ScanOptions, given: Mapping[str, Any], *, cwd: str = "") -> ScanOptions:
    """The options with what the nearest configuration says where the command line says nothing.

    Raises PolicyError for a configuration that does not fit; in an untrusted run it is listed and ignored instead.
    """
    here = cwd or os.getcwd()
    explicit = _explicit(given)
    if options.untrusted:
        options = _without_tree(options, given, here)
    said = tuple((key, _text(given[name]), COMMAND_LINE) for name, key in _OPTIONS.items() if name in explicit)
    found = configuration_file(given, here)
    if found is None:
        return _noted(options, said, (), ())
    from scanner.config.reader import read

    shown = shown_path(found.path, here)
    if options.untrusted and in_scanned_tree(found.path, given.get("paths") or (), here):
        return _refusing(options, found, shown, said)
    configuration = read(found, shown)
    merged = _merged(options, configuration, explicit, os.path.relpath(configuration.directory, os.path.realpath(here)))
    replaced = {_OPTIONS[name] for name in _REPLACING & explicit}
    settings = tuple(row for row in _rows(configuration.settings) if row[0] not in replaced)
    return _noted(merged, said, settings, ((shown, configuration.sha256),))


def configuration_file(given: Mapping[str, Any], cwd: str) -> Found | None:
    """The file that `--config` names, else the nearest one. Raises UsageError for one that is not there."""
    if given.get("no_config"):
        if given.get("config"):
            raise UsageError("--config and --no-config exclude each other")
        return None
    from scanner.config.finding import find, read_file

    if not given.get("config"):
        return find(given.get("paths") or (".",), cwd)
    found = read_file(os.path.realpath(os.path.join(cwd, given["config"])))
    if found.reason:
        raise UsageError(f"--config {given['config']}: {found.reason}")
    return found


def configured_packs(cwd: str = "") -> tuple[str, ...]:
    """The packs that the nearest configuration adds to the built-in ones, as `select` takes them."""
    here = cwd or os.getcwd()
    found = configuration_file({}, here)
    if found is None:
        return ()
    from scanner.config.reader import read

    said = read(found, shown_path(found.path, here))
    return _names(said.packs, os.path.relpath(said.directory, os.path.realpath(here)))


def in_scanned_tree(path: str, paths: Sequence[str], cwd: str) -> bool:
    """Whether a file lies in what may have come with the scanned code: the outermost repository around it; without
    one the working directory if it holds it, else its own folder."""
    from scanner.config.finding import common_folder, repository_of

    folder, here = common_folder(paths or (".",), cwd), os.path.realpath(cwd)
    tree = here if os.path.commonpath([folder, here]) == here else folder
    while repository := repository_of(folder):
        tree, folder = repository, os.path.dirname(repository)
        if folder == repository:
            break
    return os.path.commonpath([os.path.realpath(path), tree]) == tree


def shown_path(path: str, cwd: str) -> str:
    """A path as reports show it: relative to the repository that one works in, else to the working directory."""
    from scanner.config.finding import repository_of

    real = os.path.realpath(cwd)
    base = repository_of(real) or real
    inside = os.path.commonpath([path, base]) == base
    return os.path.relpath(path, base).replace(os.sep, "/") if inside else path


def _explicit(given: Mapping[str, Any]) -> frozenset[str]:
    """The parameters that the command line names."""
    context = click.get_current_context(silent=True)
    if context is None:
        return frozenset(name for name in given if given[name])
    from click.core import ParameterSource

    unsaid = (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP, None)
    return frozenset(name for name in given if context.get_parameter_source(name) not in unsaid)


def _merged(options: ScanOptions, said: Configuration, explicit: frozenset[str], folder: str) -> ScanOptions:
    """`folder`: that of the configuration, relative to the working directory."""
    from scanner.engine.options import PathSettings, WaiverPolicy

    demands = said.waiver_policy
    return replace(
        options,
        rules=options.rules if "rules" in explicit else _names(said.rules, folder),
        frameworks=options.frameworks if "frameworks" in explicit else said.frameworks,
        skip=_joined(said.skip, options.skip),
        packs=_joined(_names(said.packs, folder), options.packs),
        min_severity=_either(said.min_severity, options.min_severity, "min_severity" in explicit),
        gate=replace(
            options.gate,
            fail_on=_either(said.fail_on, options.gate.fail_on, "fail_on" in explicit),
            fail_on_unknown=_either(said.fail_on_unknown, options.gate.fail_on_unknown, "fail_on_unknown" in explicit),
        ),
        load=_loading(options, said, explicit, folder),
        context={**said.context, **options.context},
        waivers=_joined(_files(said.waivers, folder), options.waivers),
        waiver_policy=WaiverPolicy(demands.reason, demands.approver, demands.days),
        severities=said.severity,
        params=said.params,
        exclude=said.exclude,
        directory=said.directory,
        path_settings=tuple(
            PathSettings(each.path, each.skip, each.severity, each.min_severity) for each in said.paths
        ),
        account_roots=said.account_roots,
    )


def _loading(options: ScanOptions, said: Configuration, explicit: frozenset[str], folder: str) -> Any:
    load = options.load
    default = type(load.limits)()
    limits = {name.replace("-", "_"): value for name, value in said.limits.items()}
    unsaid = {name: value for name, value in limits.items() if getattr(load.limits, name) == getattr(default, name)}
    return replace(
        load,
        var_files=(*_files(said.var_files, folder), *load.var_files),
        parameters=(*_files(said.parameters, folder), *load.parameters),
        workspace=_either(said.workspace, load.workspace, "workspace" in explicit),
        limits=replace(load.limits, **unsaid),
    )


def _refusing(options: ScanOptions, found: Found, shown: str, said: tuple[tuple[str, str, str], ...]) -> ScanOptions:
    """The options of an untrusted run: what the scanned tree says of its own judgement is listed, and not followed."""
    from scanner.config.reader import survey

    settings, problems = survey(found, shown)
    wrong = {each.origin for each in problems}
    kept = [each for each in settings if (each.key, each.value) in KEPT and each.origin not in wrong]
    listed = [(each.origin, f"`{each.key}`") for each in settings if each not in kept and each.origin not in wrong]
    listed += [(each.origin, each.message) for each in problems]
    refused = [f"{origin}: {what}" for origin, what in sorted(listed)]
    if any(each.key == "fail-on-unknown" for each in kept):
        options = replace(options, gate=replace(options.gate, fail_on_unknown=True))
    circumstances = options.circumstances
    options = replace(options, circumstances=replace(circumstances, refused=(*circumstances.refused, *refused)))
    return _noted(options, said, tuple(_rows(kept)), ())


def _without_tree(options: ScanOptions, given: Mapping[str, Any], cwd: str) -> ScanOptions:
    """The options of an untrusted run without the waiver files of the scanned tree, which are listed as refused.

    Raises UsageError for rules of the scanned tree: a scan by other rules than those named would be none.
    """
    paths = given.get("paths") or ()
    for name in (*options.rules, *options.packs):
        if os.path.exists(os.path.join(cwd, name)) and in_scanned_tree(os.path.join(cwd, name), paths, cwd):
            hint = "check the base revision out into another folder, and name its rules"
            raise UsageError(f"--rules {name}: an untrusted run takes no rules from the scanned tree", hint=hint)
    inside = [each for each in options.waivers if in_scanned_tree(os.path.join(cwd, each), paths, cwd)]
    refused = (f"the waiver file {each} lies in the scanned tree" for each in inside)
    known = options.circumstances
    return replace(
        options,
        waivers=tuple(each for each in options.waivers if each not in inside),
        circumstances=replace(known, refused=(*known.refused, *refused)),
    )


def _rows(settings: Sequence[Setting]) -> Iterator[tuple[str, str, str]]:
    for each in settings:
        yield each.key, _text(each.value), str(each.origin)


def _noted(
    options: ScanOptions,
    said: tuple[tuple[str, str, str], ...],
    settings: tuple[tuple[str, str, str], ...],
    files: tuple[tuple[str, str], ...],
) -> ScanOptions:
    """The options with what an auditor asks of them: every setting with its origin, and the files."""
    known = options.circumstances
    return replace(
        options,
        circumstances=replace(
            known,
            settings=(*known.settings, *settings, *said),
            configuration=(*files, *known.configuration),
        ),
    )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _either(configured: Any, given: Any, is_explicit: bool) -> Any:
    return given if is_explicit or configured is None else configured


def _joined(first: Sequence[str], then: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))


def _names(names: Sequence[str], folder: str) -> tuple[str, ...]:
    """Ids and names as they are; what is written as a path, relative to the working directory."""
    return tuple(
        os.path.join(".", *_files((name,), folder)) if "/" in name or name.endswith((".yaml", ".yml")) else name
        for name in names
    )


def _files(files: Sequence[str], folder: str) -> tuple[str, ...]:
    return tuple(os.path.normpath(os.path.join(folder, file)) for file in files)
