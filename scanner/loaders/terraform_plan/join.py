"""A plan beside its sources: the plan says what there will be, the sources say where it is written and what
the plan does not show. Takes and gives native resources only, whoever loaded the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from scanner.loaders.terraform_plan import addresses
from scanner.loaders.terraform_plan.loader import HASHED
from scanner.loaders.terraform_plan.provenance import PlanProvenance, is_hash_of, written
from scanner.model import NativeResource, PathStep, Place, SourceSpan, Unknown
from scanner.model.resources import Called

MOST_COMPARED: Final = 10_000
"""Pairs of elements that are compared to find out which belong together; longer lists are taken in order."""

_BETTER: Final = ("computed", "data")
"""Reasons of a source's Unknown that say no less than the plan's."""


class Joined(NamedTuple):
    """What a join gave."""

    resources: tuple[NativeResource, ...]
    """Those of the plan, each with the place and the values that its source has, and those of other root modules."""
    root: str
    """The root module that the plan is of; the plan's own where the sources have none of its resources."""
    dropped: tuple[str, ...]
    """Addresses that the sources have and the plan does not."""
    without_source: tuple[str, ...]
    """Addresses that only the plan has; their places are in the plan."""


def join(planned: Sequence[NativeResource], sources: Sequence[NativeResource]) -> Joined:
    """The resources of one plan, joined to those that the same configuration gave when it was evaluated.

    Among the root modules of the sources the plan is taken to be of the one that has most of its addresses.
    """
    own = planned[0].root if planned else ""
    found = _Sources(sources)
    root = found.root_of(planned)
    if root is None:
        return Joined((*planned, *sources), own, (), tuple(resource.address for resource in planned))
    resources, missing, used = [], [], set()
    for resource in planned:
        source = found.find(root, resource)
        if source is None:
            missing.append(resource.address)
            resources.append(replace(resource, root=root))
        else:
            used.add(source.address)
            resources.append(_joined(resource, source))
    dropped = [each.address for each in sources if each.root == root and each.address not in used]
    resources += [each for each in sources if each.root != root]
    return Joined(tuple(resources), root, tuple(dropped), tuple(missing))


class _Sources:
    """Source resources by root and address."""

    def __init__(self, sources: Iterable[NativeResource]) -> None:
        self._exact: dict[tuple[str, str], NativeResource] = {}
        self._undecided: dict[tuple[str, str], NativeResource] = {}
        for source in sources:
            self._exact[source.root, source.address] = source
            if source.existence is not None:
                self._undecided[source.root, _unkeyed(source.address)] = source

    def root_of(self, planned: Sequence[NativeResource]) -> str | None:
        """The root module that shares most addresses with the plan; None where none shares any."""
        wanted = {_unkeyed(resource.address) for resource in planned}
        counts = Counter(root for root, address in self._exact if _unkeyed(address) in wanted)
        return min(counts, key=lambda root: (-counts[root], root)) if counts else None

    def find(self, root: str, resource: NativeResource) -> NativeResource | None:
        """The source of a planned instance: the same address, else one whose number was undecided."""
        found = self._exact.get((root, resource.address))
        if found is None:
            found = self._undecided.get((root, _unkeyed(resource.address)))
        return found if found is not None and found.type == resource.type else None


def _unkeyed(address: str) -> str:
    return addresses.without_keys(addresses.steps(address))


def _joined(resource: NativeResource, source: NativeResource) -> NativeResource:
    origin = resource.provenance
    open_names = origin.left_out() if isinstance(origin, PlanProvenance) else frozenset()
    bare = isinstance(origin, PlanProvenance) and origin.scope is None
    attributes = dict(resource.attributes)
    for name in {*attributes, *(open_names & source.attributes.keys())}:
        value, stated = attributes.get(name), source.attributes.get(name)
        value = stated if value is None and name in open_names else _merged(value, stated, name, bare)
        if value is not None or name in attributes:
            attributes[name] = value
    return replace(
        resource,
        root=source.root,
        attributes=attributes,
        span=source.span,
        provenance=JoinedProvenance(resource, source),
        scope=source.scope or resource.scope,
        versions=source.versions or resource.versions,
        identities=tuple(dict.fromkeys((*resource.identities, *source.identities))),
    )


def _merged(value: Any, source: Any, name: str, bare: bool) -> Any:
    """The planned value, or what the source has where the plan does not know it. In a `bare` plan, one that has no
    configuration, what is not known may also be what nobody states."""
    if isinstance(value, Unknown):
        return None if bare and source is None else _instead(value, source)
    if isinstance(value, list) and isinstance(source, list):
        order = _pairs(value, source)
        pairs = [(each, source[at] if at is not None else None) for each, at in zip(value, order, strict=True)]
        return (
            [_merged(each, other, name, bare and other is not None) for each, other in pairs]
            if _has_unknown(value)
            else value
        )
    if isinstance(value, dict) and isinstance(source, dict):
        if not _has_unknown(value):
            return value
        return {key: _merged(each, source.get(key), key, bare) for key, each in value.items()}
    return _text_of(value, source, name)


def _instead(value: Unknown, source: Any) -> Any:
    if value.code == "secret" or source is None:
        return value
    if isinstance(source, Unknown):
        if value.code == "unsupported":
            return source
        return source if source.code in _BETTER else value
    return source


def _text_of(value: Any, source: Any, name: str) -> Any:
    """The text behind a hash, where the source has the text that gives it."""
    return source if name in HASHED and is_hash_of(value, source) else value


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_unknown(each) for each in value.values())
    if isinstance(value, list):
        return any(_has_unknown(each) for each in value)
    return isinstance(value, Unknown)


def _pairs(planned: Sequence[Any], sources: Sequence[Any]) -> list[int | None]:
    """For each planned element the source element it was made from: sets are planned in an order of their own."""
    if len(planned) * len(sources) > MOST_COMPARED:
        return [index if index < len(sources) else None for index in range(len(planned))]
    free = dict.fromkeys(range(len(sources)))
    found: list[int | None] = []
    for index, value in enumerate(planned):
        fits = [at for at in free if _agree(value, sources[at])]
        chosen = index if index in fits or (not fits and index in free) else fits[0] if fits else None
        if chosen is not None:
            del free[chosen]
        found.append(chosen)
    return found


def _agree(value: Any, source: Any) -> bool:
    """Whether what both know is the same. What only the plan has was filled in by the provider."""
    if isinstance(value, Unknown) or isinstance(source, Unknown) or value is None or source is None:
        return True
    if isinstance(value, dict) and isinstance(source, dict):
        return all(_agree(value.get(key), each) for key, each in source.items())
    if isinstance(value, list) and isinstance(source, list):
        return len(value) == len(source) and (
            len(value) ** 2 > MOST_COMPARED or all(any(_agree(each, other) for other in source) for each in value)
        )
    return bool(value == source) or str(value).lower() == str(source).lower()


class JoinedProvenance:
    """The places that the sources have, by the paths that the plan has. See `scanner.model.Provenance`."""

    def __init__(self, planned: NativeResource, source: NativeResource) -> None:
        self._planned = planned
        self._source = source

    def place(self, path: tuple[PathStep, ...]) -> Place:
        """Where the source states it. The path that is shown is the source's too."""
        found = self._source.provenance.place(self._translated(path))
        return found if found.attribute or not path else found._replace(attribute=written(path))

    def calls(self) -> tuple[SourceSpan, ...]:
        """The headers of the module calls in the sources that made the instance."""
        provenance = self._source.provenance
        return provenance.calls() if isinstance(provenance, Called) else ()

    def is_given(self, path: tuple[PathStep, ...]) -> bool | None:
        """Whether the source states it."""
        return self._source.provenance.is_given(self._translated(path))

    def is_literal(self, path: tuple[PathStep, ...]) -> bool | None:
        """Whether it is written in the source."""
        return self._source.provenance.is_literal(self._translated(path))

    def _translated(self, path: tuple[PathStep, ...]) -> tuple[PathStep, ...]:
        """The path with the indexes that the elements have in the source."""
        value: Any = self._planned.attributes
        source: Any = self._source.attributes
        found: list[PathStep] = []
        for step in path:
            if isinstance(step, int) and isinstance(value, list) and isinstance(source, list) and step < len(value):
                at = _pairs(value, source)[step]
                step, value, source = (step, value[step], None) if at is None else (at, value[step], source[at])
            else:
                value, source = _inside(value, step), _inside(source, step)
            found.append(step)
        return tuple(found)


def _inside(value: Any, step: PathStep) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value) else None
