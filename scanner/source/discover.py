"""Step 1 of a scan: paths to documents. Files are found, read, decoded and recognised; nothing is parsed.

found = discover(["infra", "-"], cwd=os.getcwd(), limits=Limits(), stdin=sys.stdin.buffer)
found.documents, found.inputs, found.diagnostics, found.roots
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import BinaryIO, Final, NamedTuple

from scanner.errors import UsageError
from scanner.model import Diagnostic, InputRecord, Limits
from scanner.source import recognise
from scanner.source.document import Document
from scanner.source.encoding import NotText, as_utf8
from scanner.source.git_index import WorkTree, find_work_tree, work_tree_at
from scanner.source.path_patterns import PathPatterns
from scanner.source.reader import Refusal, inside, read_beginning, read_regular
from scanner.source.recognise import Recognised

_NEVER: Final = frozenset(
    {".git", ".hg", ".svn", "node_modules", "__pycache__", ".terragrunt-cache", ".tox", ".mypy_cache", ".ruff_cache"}
)
_MODULES: Final = os.path.join(".terraform", "modules")
_MANIFEST: Final = os.path.join(_MODULES, "modules.json")
_SNIFFED: Final = 64 * 1024
_BY_GIT: Final = "ignored by git"
_BY_CONFIGURATION: Final = "excluded by configuration"
_HELM: Final = "a Helm template: render it with `helm template` first"


class Discovery(NamedTuple):
    """What was found."""

    documents: tuple[Document, ...]
    """Sorted by path; to be parsed."""
    inputs: tuple[InputRecord, ...]
    """Files that gave no document: skipped on purpose, or failed. Sorted by path."""
    diagnostics: tuple[Diagnostic, ...]
    roots: tuple[str, ...]
    """The real absolute folders that the paths span. What scanned files name must lie inside one."""
    base: str = ""
    """The absolute folder that shown paths are relative to; empty for texts."""

    def root_of(self, absolute: str) -> str:
        """The scan root that a document lies in, the widest; its own folder if none."""
        fitting = [root for root in self.roots if inside(absolute, root)]
        return min(fitting, key=len) if fitting else os.path.dirname(absolute)


def discover(
    paths: Sequence[str],
    *,
    cwd: str,
    limits: Limits,
    stdin: BinaryIO | None = None,
    exclude: PathPatterns | None = None,
    values: Sequence[str] = (),
) -> Discovery:
    """Find what is to be scanned. What `exclude` speaks of is listed as skipped, unless it is one of the paths.

    `values` are files of Terraform variables, read wherever they are and whatever their names; a missing one is told
    of by who needs it.

    Raises UsageError for a path that does not exist.
    """
    search = _Search(cwd, limits, exclude)
    for path in paths:
        if path == "-":
            search.standard_input(stdin)
            continue
        absolute = os.path.normpath(os.path.join(cwd, path))
        if os.path.isdir(absolute):
            search.folder(os.path.realpath(absolute))
        elif os.path.exists(absolute):
            search.named_file(absolute)
        else:
            raise UsageError(f"{path}: no such file or folder", hint="Give one that exists, or - for standard input.")
    for path in values:
        search.file_of_values(os.path.normpath(os.path.join(cwd, path)))
    return search.result()


class _Folder(NamedTuple):
    """A folder to be listed, or something in one."""

    path: str
    tree: WorkTree | None
    helm: bool = False
    """Whether it lies in the templates of a Helm chart."""
    excluded: bool = False


class _Search:
    """One search: what has been found so far."""

    def __init__(self, cwd: str, limits: Limits, exclude: PathPatterns | None) -> None:
        self._limits = limits
        self._exclude = exclude
        real = os.path.realpath(cwd)
        home = find_work_tree(real)
        self._base = home.root if home else real
        self._documents: dict[str, Document] = {}
        self._inputs: dict[str, InputRecord] = {}
        self._diagnostics: dict[tuple[str, str], Diagnostic] = {}
        self._roots: set[str] = set()

    def result(self) -> Discovery:
        """Everything, in a stable order."""
        documents = sorted(self._documents.values(), key=lambda document: (document.path, document.absolute))
        inputs = [self._inputs[path] for path in sorted(self._inputs.keys() - self._documents.keys())]
        diagnostics = [self._diagnostics[key] for key in sorted(self._diagnostics)]
        return Discovery(tuple(documents), tuple(inputs), tuple(diagnostics), tuple(sorted(self._roots)), self._base)

    def standard_input(self, stdin: BinaryIO | None) -> None:
        """Read standard input as one document, recognised by content."""
        data = stdin.read(self._limits.plan_size + 1) if stdin is not None else b""
        if len(data) > self._limits.plan_size:
            limit = f"it has more than {self._limits.plan_size:,} bytes"
            self._refused("<stdin>", "<stdin>", "", Refusal("GR-LIMIT-SIZE", limit))
            return
        self._add("<stdin>", "<stdin>", "", data, None, named=True)

    def named_file(self, absolute: str) -> None:
        """A file that the caller named: read whatever git or its name says."""
        real = os.path.realpath(absolute)
        self._roots.add(os.path.dirname(real))
        path = os.path.join(os.path.realpath(os.path.dirname(absolute)), os.path.basename(absolute))
        self._file(path, real, named=True)

    def file_of_values(self, absolute: str) -> None:
        """A file of Terraform variables that the caller named; the folder that it lies in is not scanned for it."""
        path = os.path.join(os.path.realpath(os.path.dirname(absolute)), os.path.basename(absolute))
        if os.path.exists(absolute):
            format = "json" if path.endswith(".json") else "tfvars"
            self._file(path, os.path.realpath(absolute), named=True, known=Recognised(format, "tfvars"))

    def folder(self, root: str) -> None:
        """Everything below a folder, given by its real path."""
        self._roots.add(root)
        tree = find_work_tree(root)
        if tree is not None and root != tree.root and tree.ignores(root, is_directory=True):
            tree = None
        pending = [_Folder(root, tree)]
        while pending:
            pending.extend(self._list(root, pending.pop()))

    def _list(self, root: str, listed: _Folder) -> list[_Folder]:
        """Take the files of one folder; the folders in it that are to be listed next."""
        folder, tree = listed.path, listed.tree
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            reason = f"it cannot be listed: {error.strerror or 'unknown error'}"
            self._refused(folder, self._shown(folder), "", Refusal("GR-READ", reason))
            return []
        names = {entry.name for entry in entries}
        if ".git" in names and (tree is None or tree.root != folder):
            tree = work_tree_at(folder, within=tree.root if tree else root) or tree
        below: list[_Folder] = []
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            excluded = listed.excluded or self._excludes(entry.path, is_folder)
            here = _Folder(entry.path, tree, listed.helm, excluded)
            if entry.is_symlink():
                self._link(root, here)
            elif is_folder:
                if entry.name not in _NEVER and self._enters(entry.path, entry.name, tree):
                    helm = listed.helm or (entry.name == "templates" and "Chart.yaml" in names)
                    below.append(here._replace(helm=helm))
            elif entry.is_file(follow_symlinks=False) and recognise.by_name(entry.name):
                self._found(here, entry.path)
        return below

    def _excludes(self, path: str, is_folder: bool) -> bool:
        return self._exclude is not None and self._exclude.names(path, is_directory=is_folder)

    def _enters(self, path: str, name: str, tree: WorkTree | None) -> bool:
        if os.path.basename(os.path.dirname(path)) == ".terraform":
            return name == "modules"
        if tree is None or name == ".terraform" or _below_modules(path):
            return True
        if tree.ignores(path, is_directory=True) and not tree.tracks_below(path):
            shown = self._shown(path) + "/"
            self._inputs[path] = InputRecord(shown, "", "", "skipped", _BY_GIT)
            return False
        return True

    def _link(self, root: str, here: _Folder) -> None:
        """A symbolic link. A folder inside the root is listed where it really is, so a link to it is not followed."""
        path = here.path
        real = os.path.realpath(path)
        known = recognise.by_name(os.path.basename(path)) is not None
        if here.excluded:
            if known:
                self._inputs[path] = InputRecord(self._shown(path), "", "", "skipped", _BY_CONFIGURATION)
        elif not inside(real, root):
            if not known and os.path.isfile(real):
                return  # Nothing would be read from it wherever it were: the interpreter of a virtual environment, say.
            reason = "a link that leaves the folder that is scanned; it was not followed"
            self._refused(path, self._shown(path), "", Refusal("GR-PATH-ESCAPE", reason))
        elif os.path.isdir(real):
            if inside(os.path.dirname(path), real):
                message = f"{self._shown(path)}: a link to a folder that it lies in; it was not followed"
                self._note(Diagnostic("GR-PATH-LOOP", "warning", message, "", self._shown(path)))
        elif os.path.isfile(real) and known:
            self._found(here, real)
        elif known:
            self._refused(path, self._shown(path), "", Refusal("GR-PATH-LOOP", "a link that leads to no file"))

    def _found(self, here: _Folder, real: str) -> None:
        path, tree = here.path, here.tree
        read = _terraform_reads(path) or tree is None or not tree.ignores(path, is_directory=False) or tree.tracks(path)
        if not read:
            self._inputs[path] = InputRecord(self._shown(path), "", "", "skipped", _BY_GIT)
        elif here.excluded:
            self._left_out(path, real)
        else:
            self._file(path, real, named=False, helm=here.helm)

    def _left_out(self, path: str, real: str) -> None:
        """Lists an excluded file, if it would have been scanned: a look at its beginning says so."""
        known = recognise.by_name(os.path.basename(path))
        kind = known.kind if known else ""
        if known is not None and not kind:
            kind = recognise.by_content(_plain(read_beginning(real, _SNIFFED)), known.format).kind
        if kind != "other":
            self._inputs[path] = InputRecord(self._shown(path), kind, "", "skipped", _BY_CONFIGURATION)

    def _file(self, path: str, real: str, *, named: bool, helm: bool = False, known: Recognised | None = None) -> None:
        if path in self._documents:
            return
        known = known or recognise.by_name(os.path.basename(path))
        large = known is None or known.format in ("json", "tf_json")
        limit = self._limits.plan_size if large else self._limits.file_size
        data = read_regular(real, limit)
        if isinstance(data, bytes):
            self._add(path, self._shown(path), path, data, known, named=named, helm=helm)
            return
        beginning = read_beginning(real, _SNIFFED) if data.code == "GR-LIMIT-SIZE" else b""
        kind = known.kind if known else ""
        if known is not None and not kind and beginning:
            kind = recognise.by_content(beginning, known.format).kind
            if kind == "other" and not named:
                return
        self._refused(path, self._shown(path), kind, data)

    def _add(
        self, key: str, shown: str, path: str, data: bytes, known: Recognised | None, *, named: bool, helm: bool = False
    ) -> None:
        if path.endswith(_MANIFEST):
            known = Recognised("json", "modules_manifest")
        elif known is None or not known.kind:
            known = recognise.by_content(_plain(data), known.format if known else "")
        from hashlib import sha256  # only here: it loads OpenSSL, which a scan of nothing does not need

        if known.kind == "other" and not named:
            if b"[" * (self._limits.depth + 1) in data:
                reason = f"brackets are nested more than {self._limits.depth} deep"
                self._refused(key, shown, "other", Refusal("GR-LIMIT-DEPTH", reason))
            return
        digest = sha256(data).hexdigest()
        if helm and b"{{" in data:
            self._inputs[key] = InputRecord(shown, known.kind, digest, "skipped", _HELM)
            return
        try:
            text = as_utf8(data)
        except NotText as error:
            self._refused(key, shown, known.kind, Refusal("GR-ENCODING", str(error)), digest)
            return
        self._documents[key] = Document(shown, path, known.format, known.kind, text, digest)

    def _refused(self, key: str, shown: str, kind: str, refusal: Refusal, digest: str = "") -> None:
        self._inputs[key] = InputRecord(shown, kind, digest, "failed", refusal.reason)
        message = f"{shown} was not read: {refusal.reason}"
        self._note(Diagnostic(refusal.code, "error", message, _HINTS.get(refusal.code, ""), shown))

    def _note(self, diagnostic: Diagnostic) -> None:
        self._diagnostics[diagnostic.path, diagnostic.code] = diagnostic

    def _shown(self, path: str) -> str:
        """A path as it is shown; see SourceSpan.path."""
        if inside(path, self._base):
            path = os.path.relpath(path, self._base)
        return os.fsencode(path.replace(os.sep, "/")).decode("utf-8", "replace")


_HINTS: Final = {
    "GR-ENCODING": "Save it as UTF-8, or as UTF-16 with a byte-order mark.",
    "GR-LIMIT-SIZE": "Raise the limit with --limit file-size=BYTES (JSON: plan-size).",
    "GR-PATH-ESCAPE": "Scan the folder that holds the target, or replace the link by a copy.",
    "GR-PATH-LOOP": "Remove the link, or let it lead to a file.",
}


def _below_modules(path: str) -> bool:
    return os.sep + _MODULES + os.sep in path


def _terraform_reads(path: str) -> bool:
    """Whether Terraform itself would read the file, whatever git says."""
    return path.endswith((".tfvars", ".tfvars.json")) or _below_modules(path)


def _plain(data: bytes) -> bytes:
    """Bytes in which marks can be looked for, also in UTF-16."""
    if b"\0" not in data[:1024]:
        return data
    return data.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
