"""The documents of a scan as Terraform sees them: directories of configuration, the files of values beside them,
lock files and module manifests. Nothing here looks into a block."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scanner.source.document import Document

_OVERRIDE = ("override.tf", "override.tf.json", "override.tofu", "override.tofu.json")


@dataclass(slots=True)
class Directory:
    """The Terraform files of one directory, sorted by name as Terraform reads them."""

    location: str
    """Where it is, absolute where the documents are; the key by which others find it."""
    path: str
    """How it is shown: `.` for the directory the paths are relative to."""
    primary: list[Document] = field(default_factory=list)
    overrides: list[Document] = field(default_factory=list)
    values: list[Document] = field(default_factory=list)
    """terraform.tfvars, terraform.tfvars.json and *.auto.tfvars(.json), in the order Terraform applies them."""
    named_values: list[Document] = field(default_factory=list)
    """Other *.tfvars files, applied only when they are asked for."""
    lock: Document | None = None
    modules: dict[str, str] = field(default_factory=dict)
    """Key of a module call, `vpc.subnets`, to the directory it was downloaded to; from modules.json."""


def group(documents: Iterable[Document]) -> dict[str, Directory]:
    """Directories by location, in sorted order."""
    directories: dict[str, Directory] = {}
    for document in sorted(documents, key=lambda one: one.absolute or one.path):
        folder = _folder(document)
        if document.kind == "modules_manifest":
            folder = posixpath.normpath(posixpath.join(folder, "..", ".."))
        directory = directories.get(folder)
        if directory is None:
            directory = directories[folder] = Directory(folder, _shown(document))
        _put(directory, document)
    for directory in directories.values():
        _arrange(directory)
    return dict(sorted(directories.items()))


def join(directory: str, relative: str) -> str:
    """The normalised location of a path written in a file of `directory`."""
    return posixpath.normpath(posixpath.join(directory, relative))


def is_inside(location: str, roots: Sequence[str]) -> bool:
    """Whether a normalised location is one of the roots or below one."""
    return any(root in ("", ".", "/") or location == root or location.startswith(root + "/") for root in roots)


def spanned(documents: Iterable[Document]) -> tuple[str, ...]:
    """The innermost directory that holds every document; their own outermost directories where only `/` does."""
    folders = {_folder(document) for document in documents if document.kind not in ("modules_manifest", "tfvars")}
    absolute = sorted(folder for folder in folders if folder.startswith("/"))
    if not absolute:
        return (".",)
    common = posixpath.commonpath(absolute)
    if common != "/":
        return (common,)
    return tuple(one for one in absolute if not any(one.startswith(other + "/") for other in absolute))


def is_downloaded(location: str) -> bool:
    """Whether a directory lies where `terraform init` puts modules, so that it is never a root."""
    return ".terraform" in location.split("/")


def _folder(document: Document) -> str:
    return posixpath.normpath(posixpath.dirname(document.absolute or document.path) or ".")


def _shown(document: Document) -> str:
    shown = posixpath.dirname(document.path)
    if document.kind == "modules_manifest":
        shown = posixpath.normpath(posixpath.join(shown, "..", ".."))
    return shown or "."


def _put(directory: Directory, document: Document) -> None:
    name = posixpath.basename(document.path)
    if document.kind == "terraform":
        target = directory.overrides if _is_override(name) else directory.primary
        target.append(document)
    elif document.kind == "tfvars":
        target = directory.values if _is_automatic(name) else directory.named_values
        target.append(document)
    elif document.kind == "lock":
        directory.lock = document
    elif document.kind == "modules_manifest":
        directory.modules = _manifest(document, directory.location)


def _arrange(directory: Directory) -> None:
    directory.values.sort(key=lambda one: _rank(posixpath.basename(one.path)))
    for documents in (directory.primary, directory.overrides):
        names = {posixpath.basename(one.path) for one in documents}
        # OpenTofu reads a.tofu in place of an a.tf beside it.
        documents[:] = [one for one in documents if _in_opentofu(posixpath.basename(one.path)) not in names]


def _in_opentofu(name: str) -> str:
    """The name of the file that OpenTofu would read instead."""
    if name.endswith(".tf.json"):
        return name.removesuffix(".tf.json") + ".tofu.json"
    return name.removesuffix(".tf") + ".tofu" if name.endswith(".tf") else ""


def _is_override(name: str) -> bool:
    return name in _OVERRIDE or name.endswith(tuple("_" + one for one in _OVERRIDE))


def _is_automatic(name: str) -> bool:
    return name in ("terraform.tfvars", "terraform.tfvars.json") or name.endswith((".auto.tfvars", ".auto.tfvars.json"))


def _rank(name: str) -> tuple[int, str]:
    if name == "terraform.tfvars":
        return 0, ""
    return (1, "") if name == "terraform.tfvars.json" else (2, name)


def _manifest(document: Document, location: str) -> dict[str, str]:
    """Directories are relative to the root module; see internal/modsdir/manifest.go of hashicorp/terraform."""
    try:
        records = json.loads(document.data)["Modules"]
        return {
            str(record["Key"]): join(location, record["Dir"])
            for record in records
            if isinstance(record["Dir"], str) and record["Key"]
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
