"""What a plan says there will be: its managed resource instances, with masks of what is unknown or sensitive.

The format is that of https://developer.hashicorp.com/terraform/internals/json-format; a state written by
`terraform show -json` is read as a plan that changes nothing. What the values mean is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from scanner.loaders.terraform_plan import addresses
from scanner.loaders.terraform_plan.addresses import Address
from scanner.loaders.terraform_plan.problems import Pointer, Problems

GONE: Final = ({"delete"}, {"forget"})
"""Actions after which there is no such resource. Replacing is `delete` with `create`, in either order."""

READ: Final = {"read"}
"""A data source that is read only when the plan is applied."""


class Change(NamedTuple):
    """One entry of `resource_changes`."""

    entry: dict[str, Any]
    actions: frozenset[str]
    after: Any
    after_unknown: Any
    after_sensitive: Any
    pointer: Pointer


_UNCHANGED: Final = Change({}, frozenset(), None, None, None, ())

AFTER: Final = ("change", "after")
"""From an entry of `resource_changes` to the values."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A resource instance that will be there when the plan has been applied, or a data source read by then."""

    text: str
    """Its address exactly as the plan writes it."""
    address: Address
    type: str
    values: dict[str, Any]
    unknown: Any
    """True, or a tree with True for what is not known before it is applied; anything else is known."""
    sensitive: tuple[Any, ...]
    """Such trees for what is sensitive."""
    provider: str
    """`provider_name`: `registry.terraform.io/hashicorp/aws`, or `aws` in the oldest plans."""
    pointer: Pointer
    """Of its object in the JSON."""
    inside: tuple[str, ...]
    """From there to its values."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A plan after its shape was checked."""

    instances: dict[str, Instance]
    """By address."""
    deferred: dict[str, Instance]
    """Data sources that are read only when the plan is applied, by address."""
    tree: dict[str, Any]


def is_plan(tree: Any) -> bool:
    """Whether a JSON value is a plan, or a state in the same format."""
    if not isinstance(tree, dict):
        return False
    if "planned_values" in tree or "resource_changes" in tree:
        return True
    values = tree.get("values")
    return "format_version" in tree and isinstance(values, dict) and "root_module" in values


def counted(tree: Any) -> int | None:
    """How many managed resources a plan itself says there will be: its creates, updates, replacements and no-ops.

    None for a plan that does not list its changes. For tests and cross-checks: it reads nothing but `resource_changes`.
    """
    changes = tree.get("resource_changes") if isinstance(tree, dict) else None
    if not isinstance(changes, list):
        return None
    kept = ({"create"}, {"update"}, {"no-op"}, {"create", "delete"}, {"create", "forget"})
    return len(
        {
            entry["address"]
            for entry in changes
            if entry["mode"] == "managed" and not entry.get("deposed") and set(entry["change"]["actions"]) in kept
        }
    )


def read(tree: dict[str, Any], problems: Problems) -> Plan:
    """Checks the shape of a plan and finds its instances."""
    _check_header(tree, problems)
    changes = _changes(tree, problems)
    instances: dict[str, Instance] = {}
    deferred: dict[str, Instance] = {}
    for module, pointer in _modules(tree, problems):
        for index, entry in enumerate(problems.list(module.get("resources"), (*pointer, "resources"))):
            instance = _planned(entry, (*pointer, "resources", index), changes, problems)
            group = instances if instance is not None and _is_managed(entry, instance.text) else deferred
            if instance is not None and group.setdefault(instance.text, instance) is not instance:
                message = f"{instance.text} is planned twice; the first is used"
                problems.report(message, instance.pointer, level="warning")
    for text, change in changes.items():
        if text not in instances and text not in deferred and change.actions not in GONE:
            group = instances if _is_managed(change.entry, text) else deferred
            if (group is deferred) == (change.actions == READ) and (found := _changed(text, change, problems)):
                group[text] = found
    return Plan(instances, deferred, tree)


def _check_header(tree: dict[str, Any], problems: Problems) -> None:
    version = problems.text(tree.get("format_version"), ("format_version",))
    if version and version.partition(".")[0] not in ("0", "1"):
        message = f"a plan of format {version} may mean something else: formats 0.1 to 1.2 are known"
        problems.report(message, ("format_version",), level="warning")
    if tree.get("errored") is True:
        message = "the plan is of a run that failed: what it did not reach is not in it"
        problems.report(message, ("errored",), level="warning", hint="plan again until there is no error")
    elif tree.get("complete") is False:
        message = "the plan is not complete: it leaves out what was not targeted or was deferred"
        problems.report(message, ("complete",), level="warning", hint="plan again without -target, after applying")


def _changes(tree: dict[str, Any], problems: Problems) -> dict[str, Change]:
    found: dict[str, Change] = {}
    for index, entry in enumerate(problems.list(tree.get("resource_changes"), ("resource_changes",))):
        pointer: Pointer = ("resource_changes", index)
        entry = problems.object(entry, pointer)
        change = problems.object(entry.get("change"), (*pointer, "change"))
        if not change or entry.get("deposed"):
            continue
        actions = problems.list(change.get("actions"), (*pointer, "change", "actions"))
        text = _text(entry, pointer, problems)
        found.setdefault(
            text,
            Change(
                entry,
                frozenset(action for action in actions if isinstance(action, str)),
                change.get("after"),
                change.get("after_unknown"),
                change.get("after_sensitive"),
                pointer,
            ),
        )
    return found


def _modules(tree: dict[str, Any], problems: Problems) -> Iterator[tuple[dict[str, Any], Pointer]]:
    """Every module instance with its pointer, the root first."""
    top = "planned_values" if "planned_values" in tree or "values" not in tree else "values"
    values = problems.object(tree.get(top), (top,))
    pending: list[tuple[Any, Pointer]] = [(values.get("root_module"), (top, "root_module"))]
    while pending:
        module, pointer = pending.pop()
        module = problems.object(module, pointer)
        yield module, pointer
        children = problems.list(module.get("child_modules"), (*pointer, "child_modules"))
        pending += [(child, (*pointer, "child_modules", index)) for index, child in enumerate(children)][::-1]


def _planned(entry: Any, pointer: Pointer, changes: dict[str, Change], problems: Problems) -> Instance | None:
    entry = problems.object(entry, pointer)
    text = _text(entry, pointer, problems) if entry else ""
    change = changes.get(text)
    actions = change.actions if change is not None else frozenset()
    if not text or entry.get("deposed_key") or actions in GONE or _is_managed(entry, text) == (actions == READ):
        return None
    masks = (entry.get("sensitive_values"), change.after_sensitive if change else None)
    values = problems.object(entry.get("values"), (*pointer, "values"))
    change = change or _UNCHANGED
    return _instance(text, entry, change._replace(after=values, after_sensitive=masks, pointer=pointer), problems)


def _changed(text: str, change: Change, problems: Problems) -> Instance | None:
    """An instance of which only the change is there."""
    after = problems.object(change.after, (*change.pointer, *AFTER))
    return _instance(
        text, change.entry, change._replace(after=after, after_sensitive=(change.after_sensitive,)), problems
    )


def _instance(text: str, entry: dict[str, Any], change: Change, problems: Problems) -> Instance | None:
    pointer, unknown = change.pointer, change.after_unknown
    address = addresses.parse(text)
    if address is None:
        problems.report(f"{text!r} is no address of a resource", pointer)
        return None
    native = problems.text(entry.get("type"), (*pointer, "type")) or address.resource.partition(".")[0]
    provider = problems.text(entry.get("provider_name"), (*pointer, "provider_name"))
    if unknown is not None and not isinstance(unknown, bool | dict):
        problems.report(f"what is unknown of {text} is not an object", pointer)
    inside = AFTER if entry is change.entry else ("values",)
    masks = change.after_sensitive
    return Instance(text, address, native, change.after, unknown, masks, provider, pointer, inside)


def _is_managed(entry: dict[str, Any], text: str) -> bool:
    mode = entry.get("mode")
    return mode == "managed" if isinstance(mode, str) else ".data." not in f".{text}"


def _text(entry: dict[str, Any], pointer: Pointer, problems: Problems) -> str:
    """The address, put together from its parts where it is not stated."""
    address = problems.text(entry.get("address"), (*pointer, "address"))
    if address:
        return address
    parts = [entry.get(part) for part in ("module_address", "type", "name")]
    stated = ".".join(part for part in parts if isinstance(part, str) and part)
    index = entry.get("index")
    if not (isinstance(parts[1], str) and isinstance(parts[2], str)):
        problems.report("a resource has neither an address nor a type and a name", pointer)
        return ""
    if isinstance(index, str):
        return f'{stated}["{index}"]'
    return f"{stated}[{index}]" if isinstance(index, int) else stated
