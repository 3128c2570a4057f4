"""Which manifests make one set: folders, scan roots, and objects that are defined twice."""

from __future__ import annotations

import pytest

from scanner.loaders.kubernetes.loader import Loader
from scanner.model import Limits, LoadOptions
from scanner.source.document import Document
from scanner.source.parse import parse_document
from tests.loaders.kubernetes.texts import load


def config(name: str, namespace: str = "n") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {namespace}}}\n"


def sets(texts: dict[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for resource in load(texts).resources:
        found.setdefault(resource.root, set()).add(resource.span.path)
    return found


def test_folders_side_by_side_are_one_set() -> None:
    texts = {"app/deploy/a.yaml": config("a"), "app/policies/b.yaml": config("b")}
    assert sets(texts) == {"app/": set(texts)}


def test_a_set_is_called_by_the_deepest_folder_that_holds_it() -> None:
    assert list(sets({"k8s/base/a.yaml": config("a")})) == ["k8s/base/"]
    assert list(sets({"a.yaml": config("a")})) == ["./"]
    assert list(sets({"a.yaml": config("a"), "b/b.yaml": config("b")})) == ["./"]


def test_folders_that_define_the_same_object_are_sets_of_their_own() -> None:
    texts = {
        "k8s/namespace.yaml": config("shared"),
        "k8s/dev/a.yaml": config("a"),
        "k8s/dev/more/b.yaml": config("b"),
        "k8s/prod/a.yaml": config("a"),
        "other/a.yaml": config("other"),
    }
    assert sets(texts) == {
        "other/": {"other/a.yaml"},
        "k8s/": {"k8s/namespace.yaml"},
        "k8s/dev/": {"k8s/dev/a.yaml", "k8s/dev/more/b.yaml"},
        "k8s/prod/": {"k8s/prod/a.yaml"},
    }


def test_the_same_name_in_another_namespace_is_another_object() -> None:
    texts = {"dev/a.yaml": config("a", "dev"), "prod/a.yaml": config("a", "prod")}
    assert sets(texts) == {"./": set(texts)}


def test_the_order_of_files_does_not_matter() -> None:
    texts = {f"{folder}/{name}.yaml": config(name) for folder in ("x", "y", "x/z") for name in ("a", "b")}
    assert sets(texts) == sets(dict(reversed(texts.items())))


@pytest.mark.parametrize(
    ("roots", "expected"),
    [
        (("/work/app",), {"app/"}),
        (("/work/app/one", "/work/app/two"), {"app/one/", "app/two/"}),
        ((), {"app/one/", "app/two/"}),
    ],
)
def test_each_folder_that_is_scanned_has_sets_of_its_own(roots: tuple[str, ...], expected: set[str]) -> None:
    documents = []
    for folder in ("one", "two"):
        text = config(folder).encode()
        document = Document(f"app/{folder}/a.yaml", f"/work/app/{folder}/a.yaml", "yaml", "kubernetes", text)
        parse_document(document, Limits())
        documents.append(document)
    loaded = Loader(roots=roots).load(documents, demand=None, options=LoadOptions())
    assert set(loaded.roots) == expected
