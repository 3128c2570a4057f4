"""Which directories are root modules: those that nothing in the scan calls, and one of each ring of calls."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.loaders.terraform.config import ModuleConfig, literal_text
from scanner.loaders.terraform.documents import is_downloaded, join


def find_roots(configs: Mapping[str, ModuleConfig]) -> list[str]:
    """Locations of the root modules, sorted. Every directory is reached from one of them, but for downloaded
    modules that nothing calls."""
    calls = {location: _called(config, configs) for location, config in configs.items()}
    called = {target for location, targets in calls.items() for target in targets if target != location}
    own = [location for location in sorted(configs) if not is_downloaded(location)]
    roots = [location for location in own if location not in called]
    reached: set[str] = set()
    for root in roots:
        _reach(root, calls, reached)
    for location in own:
        if location not in reached:
            roots.append(location)
            _reach(location, calls, reached)
    return sorted(roots)


def _called(config: ModuleConfig, configs: Mapping[str, ModuleConfig]) -> set[str]:
    """The directories that the local calls of one directory name."""
    found = set()
    for declaration in config.calls.values():
        source = literal_text(declaration.content, "source").replace("\\", "/")
        if source.startswith("."):
            found.add(join(config.location, source))
    return found & configs.keys()


def _reach(start: str, calls: Mapping[str, set[str]], reached: set[str]) -> None:
    waiting = [start]
    while waiting:
        location = waiting.pop()
        if location not in reached:
            reached.add(location)
            waiting.extend(calls[location])
