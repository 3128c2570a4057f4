"""The registry of loaders, writers and rule packs: names to import paths, imported when asked for.

The built-ins stand in tables; third parties add entry points in the groups named here. Nothing
registers itself on import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

LOADERS: Final = {
    "cloudformation": "scanner.loaders.cloudformation.loader:Loader",
    "kubernetes": "scanner.loaders.kubernetes.loader:Loader",
    "terraform": "scanner.loaders.terraform.loader:Loader",
    "terraform_plan": "scanner.loaders.terraform_plan.loader:Loader",
}

WRITERS: Final = {
    "csv": "scanner.report.csv:Writer",
    "csv-controls": "scanner.report.csv:ControlsWriter",
    "github": "scanner.report.github:Writer",
    "gitlab": "scanner.report.gitlab:Writer",
    "html": "scanner.report.html.writer:Writer",
    "json": "scanner.report.json:Writer",
    "junit": "scanner.report.junit:Writer",
    "junit-gitlab": "scanner.report.junit:GitlabWriter",
    "markdown": "scanner.report.markdown:Writer",
    "sarif": "scanner.report.sarif:Writer",
    "sarif-full": "scanner.report.sarif_full:Writer",
    "text": "scanner.report.text:Writer",
}

PACKS: Final = "groundrule.rulepacks"

GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "groundrule.loaders": LOADERS,
    "groundrule.writers": WRITERS,
    PACKS: {},
}


def load(group: str, name: str) -> Any:
    """The object behind a name. Raises KeyError for a name that nobody offers.

    A built-in cannot be replaced by an entry point of the same name.
    """
    built_in = GROUPS[group].get(name)
    if built_in is not None:
        module, _, attribute = built_in.partition(":")
        return getattr(import_module(module), attribute)
    for entry in _entry_points(group):
        if entry.name == name:
            return entry.load()
    raise KeyError(name)


def names(group: str) -> list[str]:
    """Every name of a group, sorted."""
    return sorted({*GROUPS[group], *(entry.name for entry in _entry_points(group))})


def _entry_points(group: str) -> Iterator[Any]:
    from importlib.metadata import entry_points

    yield from entry_points(group=group)


def built_in_packs() -> Path:
    """The directory of the rule packs that come with us: inside the wheel, or beside `scanner` in a checkout."""
    package = Path(__file__).parent
    shipped = package / "rulepacks"
    return shipped if shipped.is_dir() else package.parent / "rulepacks"


def installed_packs() -> list[str]:
    """Names of the rule packs that installed distributions offer, sorted."""
    return sorted({entry.name for entry in _entry_points(PACKS)})


def installed_pack(name: str) -> Path | None:
    """The directory of an installed rule pack; None if nobody offers it.

    Its entry point names a package, or a folder in one as if it were one: `acme = "acme_rules.pack"`. A pack is data:
    the folder is looked for among the files of its distribution, and nothing is imported.
    """
    for entry in _entry_points(PACKS):
        if entry.name == name:
            parts = tuple(entry.value.strip().split("."))
            if not all(part.isidentifier() for part in parts):
                return None
            return next((place for place in _places(entry.dist, parts) if place.is_dir()), None)
    return None


def _places(distribution: Any, parts: tuple[str, ...]) -> Iterator[Path]:
    """Where a package of a distribution may be: among its files, or where an editable installation points."""
    if distribution is None:
        return
    yield Path(distribution.locate_file("/".join(parts)))
    for file in distribution.files or ():
        if file.name.endswith(".pth"):
            place = Path(distribution.locate_file(file))
            lines = place.read_text(encoding="utf-8").splitlines() if place.is_file() else []
            yield from (Path(line.strip(), *parts) for line in lines if line.strip() and not line.startswith("import"))
