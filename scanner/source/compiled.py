"""Our own YAML data files (rules, mapping tables), read through a compiled form keyed by their digest.

Reading hundreds of YAML files costs more than a scan, so their trees are kept as one JSON text: shipped
in the wheel, or in the user's cache directory. Where nothing can be written the YAML is read each time.
Not for files that are scanned: these go through `scanner.source.yaml`.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scanner.errors import PolicyError

FORM = "5"
"""Changes whenever a compiled form would be read differently; part of every digest."""


def digest_of(files: Sequence[tuple[str, bytes]]) -> str:
    """`sha256:...` over the names and bytes of files, in the order given."""
    total = hashlib.sha256()
    for name, data in files:
        total.update(f"{name}\0{len(data)}\0".encode())
        total.update(data)
    return "sha256:" + total.hexdigest()


def load_data(
    files: Sequence[tuple[str, bytes]], *, name: str, prepare: Callable[[str, Any], Any] = lambda _, tree: tree
) -> dict[str, Any]:
    """File name to what `prepare(name, tree)` makes of its YAML documents; a compiled form is used if it fits.

    `prepare` must give what JSON can hold. Raises PolicyError with file and line for YAML that does not parse.
    """
    digest = digest_of([("form", FORM.encode()), *files]).removeprefix("sha256:")
    for place in _places(name, digest):
        found = _read(place, digest)
        if found is not None:
            return found
    trees = {path: prepare(path, parse_yaml(path, data)) for path, data in files}
    _write(_cache_directory() / f"{name}-{digest[:32]}.json", digest, trees)
    return trees


def parse_yaml(path: str, data: bytes) -> Any:
    """The tree of a YAML file of ours; a list of trees where it has several documents.

    Raises PolicyError for what does not parse and for a key that is written twice.
    """
    import yaml

    try:
        documents = list(yaml.load_all(data, Loader=_strict_loader()))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise PolicyError(
            str(error.problem or error.context or "this is not YAML"),
            path=path,
            line=mark.line + 1 if mark else 0,
            column=mark.column + 1 if mark else 0,
        ) from error
    except (yaml.YAMLError, ValueError, UnicodeDecodeError) as error:
        raise PolicyError(f"this is not YAML: {str(error).splitlines()[0]}", path=path) from error
    return documents[0] if len(documents) == 1 else documents


def _strict_loader() -> Any:
    import yaml

    class StrictLoader(yaml.CSafeLoader):
        """A safe loader that refuses a key written twice."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[Any] = set()
            for key_node, _ in node.value:
                if key_node.tag == "tag:yaml.org,2002:merge":
                    continue
                if key_node.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key_node.value!r} is written twice", key_node.start_mark
                    )
                if isinstance(key_node.value, str):
                    seen.add(key_node.value)
            self.flatten_mapping(node)
            return dict(super().construct_mapping(node, deep=deep))

    return StrictLoader


def _places(name: str, digest: str) -> list[Path]:
    shipped = Path(__file__).parent.parent / "_compiled" / f"{name}.json"
    return [shipped, _cache_directory() / f"{name}-{digest[:32]}.json"]


def _cache_directory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "groundrule"


def _read(place: Path, digest: str) -> dict[str, Any] | None:
    try:
        text = place.read_bytes()
    except OSError:
        return None
    try:
        stored = json.loads(text)
    except ValueError:
        return None
    if not isinstance(stored, dict) or stored.get("digest") != digest:
        return None
    trees: dict[str, Any] = stored["trees"]
    return trees


def _write(place: Path, digest: str, trees: Mapping[str, Any]) -> None:
    """Writes whole or not at all; a cache that cannot be written is no error."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, suffix=".tmp")
    except OSError:
        return
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({"digest": digest, "trees": trees}, stream, separators=(",", ":"))
        os.replace(temporary, place)
    except (OSError, TypeError, ValueError):
        Path(temporary).unlink(missing_ok=True)
