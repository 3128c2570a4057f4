"""Counts the reasons for which values of CloudFormation templates are not known, template by template.

python bench/cfn_unresolved.py DIRECTORY

A template whose parameters all have a known default is marked `=`; in it only deferred reasons should occur, and the
others are listed with their texts.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scanner.loaders.cloudformation.loader import Loader
from scanner.model import Encoded, Limits, Loaded, LoadOptions, Unknown
from scanner.source.discover import discover
from scanner.source.document import Document
from scanner.source.located import LocatedDict
from scanner.source.parse import parse_document


def main() -> None:
    directory = Path(sys.argv[1]).resolve()
    documents = [each for each in _documents(directory) if each.kind == "cloudformation"]
    total: Counter[str] = Counter()
    defaults = resolved = 0
    started = time.perf_counter()
    for document in documents:
        loaded = Loader().load([document], demand=None, options=LoadOptions())
        unknown = list(_unknowns(loaded))
        counts = Counter(each.code for each in unknown)
        whole = _all_defaults(document)
        defaults += whole
        undecidable = sorted({f"{each.code}: {each.text}" for each in unknown if not each.deferred})
        resolved += whole and not undecidable
        mark = "=" if whole else " "
        print(mark, document.path, document.status, len(loaded.resources), dict(sorted(counts.items())))
        for text in undecidable if whole else ():
            print("     ", text)
        for each in loaded.diagnostics if "-v" in sys.argv else ():
            print("     ", each.code, each.level, each.span.start_line if each.span else "", each.message)
        total += counts
    print(f"{len(documents)} templates, {time.perf_counter() - started:.2f} s; {defaults} have all defaults, of these")
    print(f"{resolved} have only deferred reasons left")
    for code, count in total.most_common():
        print(f"{count:6}  {code}")


def _documents(directory: Path) -> Iterator[Document]:
    found = discover([str(directory)], cwd=str(directory), limits=Limits(), stdin=None)
    for document in found.documents:
        parse_document(document, Limits())
        yield document


def _unknowns(loaded: Loaded) -> Iterator[Unknown]:
    waiting: list[Any] = [one.attributes for one in loaded.resources]
    waiting += [one.existence for one in loaded.resources]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Encoded):
            waiting.append(value.document)
        elif isinstance(value, Unknown):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _all_defaults(document: Document) -> bool:
    tree = document.tree[0] if isinstance(document.tree, list) and document.tree else document.tree
    parameters = tree.get("Parameters") if isinstance(tree, LocatedDict) else None
    if not isinstance(parameters, dict):
        return True
    return all(isinstance(each, dict) and "Default" in each for each in parameters.values())


if __name__ == "__main__":
    main()
