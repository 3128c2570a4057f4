"""Terraform configurations written as a mapping of path to text, loaded as a scan would load them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scanner.loaders.terraform.loader import Loader
from scanner.model import Limits, Loaded, LoadOptions, NativeResource
from scanner.source.document import Document
from scanner.source.parse import parse_document

ROOT = "/estate"


def document(path: str, text: str, root: str = ROOT) -> Document:
    """A parsed document; its kind and format follow from its name."""
    name = path.rsplit("/", 1)[-1]
    kind, format = "terraform", "hcl"
    if name.endswith(".tfvars"):
        kind, format = "tfvars", "tfvars"
    elif name.endswith(".tfvars.json"):
        kind, format = "tfvars", "json"
    elif name.endswith((".tf.json", ".tofu.json")):
        format = "tf_json"
    elif name == ".terraform.lock.hcl":
        kind = "lock"
    elif name == "modules.json":
        kind, format = "modules_manifest", "json"
    made = Document(path, f"{root}/{path}", format, kind, text.encode())
    parse_document(made, Limits())
    return made


def load(
    files: Mapping[str, str] | str, *, demand: Any = None, root: str = ROOT, loader: Any = None, **options: Any
) -> Loaded:
    """What the loader makes of the files; a single text is `main.tf`."""
    files = {"main.tf": files} if isinstance(files, str) else files
    documents = [document(path, text, root) for path, text in files.items()]
    return (loader or Loader()).load(documents, demand=demand, options=LoadOptions(**options))


def write(files: Mapping[str, str], folder: Path) -> str:
    """Write the files below a folder, for expressions that read them; the folder as a root for `load`."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return str(folder)


def by_address(loaded: Loaded) -> dict[str, NativeResource]:
    """The resources of a scan with one root."""
    return {resource.address: resource for resource in loaded.resources}


def one(files: Mapping[str, str] | str, **options: Any) -> NativeResource:
    """The only resource."""
    (resource,) = load(files, **options).resources
    return resource


def codes(loaded: Loaded) -> list[str]:
    """The codes of the diagnostics, in order."""
    return [diagnostic.code for diagnostic in loaded.diagnostics]


def calls(work: Callable[[], object]) -> int:
    """How many Python functions some work calls: what it costs, whatever the machine is and does besides."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
